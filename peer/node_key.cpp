#include "peer/node_key.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <secp256k1.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "peer/whole_file.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::peer {

namespace {

constexpr unsigned others_bits = 077;
constexpr unsigned mode_bits = 07777;

struct DestroyContext {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};
using Context = std::unique_ptr<secp256k1_context, DestroyContext>;

Error unusable(const std::string& sentence) {
    return {&errors::key_file_unusable, 0, 0, {}, sentence};
}

Error failed(const std::string& path, const char* what) {
    const int code = errno;
    return unusable(std::string(what) + " " + path + ": " + std::strerror(code));
}

/// Never over a file that stands there: it may hold a key.
Result<void> write_key(const std::string& path, const Hash256& secret) {
    if (write_whole_file(path, to_hex(secret) + "\n", Existing::keep)) { return {}; }
    return std::unexpected(failed(path, "cannot write"));
}

/// At most a little more than any key; a file that others may read holds no secret.
Result<std::string> read_key(const File& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) { return std::unexpected(failed(path, "cannot read")); }
    if (!S_ISREG(status.st_mode)) { return std::unexpected(unusable(path + " is not a regular file")); }
    if ((status.st_mode & others_bits) != 0) {
        std::array<char, 16> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", status.st_mode & mode_bits);
        return std::unexpected(unusable(path + " has mode " + mode.data() +
                                        ", so that others than its owner have access to the key: chmod 600 " + path));
    }
    constexpr std::size_t more_than_any_key = 256;
    std::string text(more_than_any_key, '\0');
    const ssize_t n = ::read(file.get(), text.data(), text.size());
    if (n < 0) { return std::unexpected(failed(path, "cannot read")); }
    text.resize(static_cast<std::size_t>(n));
    return text;
}

} // namespace

Result<NodeKey> node_key_from(const Hash256& secret) {
    const Context context(secp256k1_context_create(SECP256K1_CONTEXT_NONE));
    secp256k1_pubkey key{};
    if (secp256k1_ec_pubkey_create(context.get(), &key, secret.data()) == 0) {
        return std::unexpected(Error{&errors::bad_key_file, 0, 0, {}, "the key is not below the order of the curve"});
    }
    std::array<std::uint8_t, 1 + NodeId::width> out{};
    std::size_t size = out.size();
    secp256k1_ec_pubkey_serialize(context.get(), out.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    return NodeKey{secret, NodeId::right_aligned(BytesView(out).subspan(1))};
}

NodeKey make_node_key() {
    while (true) {
        if (auto key = node_key_from(random_hash())) { return *key; }
    }
}

Result<NodeKey> load_node_key(const std::string& path) {
    const File file(path, O_RDONLY | O_NONBLOCK); // a pipe that nobody writes to must not hang the start
    if (!file) {
        if (errno != ENOENT) { return std::unexpected(failed(path, "cannot read")); }
        const NodeKey key = make_node_key();
        if (auto written = write_key(path, key.secret); !written) {
            return std::unexpected(std::move(written.error()));
        }
        return key;
    }
    const auto read = read_key(file, path);
    if (!read) { return std::unexpected(read.error()); }
    const std::string& text = *read;
    Bytes secret(text.begin(), text.end());
    if (secret.size() != Hash256::width) {
        auto hex = from_hex_digits(text);
        if (!hex || hex->size() != Hash256::width) {
            return std::unexpected(Error{&errors::bad_key_file, 0, text.size(), {}, path + " holds something else"});
        }
        secret = std::move(*hex);
    }
    return node_key_from(Hash256::right_aligned(secret));
}

} // namespace ethpoc::peer
