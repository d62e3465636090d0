#include "peer/node_key.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <secp256k1.h>
#include <sys/random.h>
#include <unistd.h>

#include "rlp/hex.hpp"

namespace ethpoc::peer {

namespace {

constexpr int owner_only = 0600;

struct DestroyContext {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};
using Context = std::unique_ptr<secp256k1_context, DestroyContext>;

Hash256 random_secret() {
    Hash256 out;
    std::size_t have = 0;
    while (have < Hash256::size()) {
        const ssize_t n = getrandom(out.data() + have, Hash256::size() - have, 0);
        if (n > 0) { have += static_cast<std::size_t>(n); }
    }
    return out;
}

Error unusable(const std::string& path, const char* what) {
    return {&errors::key_file_unusable, 0, 0, path, std::string(what) + " " + path + ": " + std::strerror(errno)};
}

/// Written whole under a name of its own, then moved: a key file is never half there.
Result<void> write_key(const std::string& path, const Hash256& secret) {
    const std::string draft = path + ".new";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only);
    if (fd < 0) { return std::unexpected(unusable(path, "cannot create")); }
    const std::string text = to_hex(secret) + "\n";
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    ::close(fd);
    if (!written || std::rename(draft.c_str(), path.c_str()) != 0) {
        return std::unexpected(unusable(path, "cannot write"));
    }
    return {};
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
        if (auto key = node_key_from(random_secret())) { return *key; }
    }
}

Result<NodeKey> load_node_key(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        if (errno != ENOENT) { return std::unexpected(unusable(path, "cannot read")); }
        const NodeKey key = make_node_key();
        if (auto written = write_key(path, key.secret); !written) {
            return std::unexpected(std::move(written.error()));
        }
        return key;
    }
    constexpr std::size_t more_than_any_key = 256;
    std::string text(more_than_any_key, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    Bytes secret(text.begin(), text.end());
    if (secret.size() != Hash256::width) {
        auto hex = from_hex(text);
        if (!hex || hex->size() != Hash256::width) {
            return std::unexpected(Error{&errors::bad_key_file, 0, text.size(), path, path + " holds something else"});
        }
        secret = std::move(*hex);
    }
    return node_key_from(Hash256::right_aligned(secret));
}

} // namespace ethpoc::peer
