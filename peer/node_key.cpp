#include "peer/node_key.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <secp256k1.h>
#include <string_view>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rlp/hex.hpp"

namespace ethpoc::peer {

namespace {

constexpr int owner_only = 0600;
constexpr unsigned others_bits = 077;
constexpr unsigned mode_bits = 07777;

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

Error unusable(const std::string& sentence) {
    return {&errors::key_file_unusable, 0, 0, {}, sentence};
}

Error failed(const std::string& path, const char* what) {
    const int code = errno;
    return unusable(std::string(what) + " " + path + ": " + std::strerror(code));
}

/// A file descriptor that closes itself.
class File {
  public:
    File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, owner_only)) {}
    ~File() {
        if (fd_ >= 0) { ::close(fd_); }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    explicit operator bool() const { return fd_ >= 0; }
    int get() const { return fd_; }

  private:
    int fd_;
};

/// The name of a directory entry is on the disk only when the directory is.
bool sync_folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const File directory(folder, O_RDONLY | O_DIRECTORY);
    // Some file systems cannot sync a directory; they say EINVAL.
    return directory && (::fsync(directory.get()) == 0 || errno == EINVAL);
}

/// Moves `draft` to `path`, but never over something that stands there.
bool move_to_free_name(const std::string& draft, const std::string& path) {
    if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) { return true; }
    if (errno != EINVAL && errno != ENOSYS) { return false; }
    return ::rename(draft.c_str(), path.c_str()) == 0; // a file system that does not know it
}

/// False with errno set. A disk that fills up takes a part first, and says why when asked for the rest.
bool write_all(const File& file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(file.get(), text.data(), text.size());
        if (n < 0 && errno != EINTR) { return false; }
        if (n > 0) { text.remove_prefix(static_cast<std::size_t>(n)); }
    }
    return true;
}

/// Written whole under a name of its own, then moved: a key file is never half there. Nobody can know that name before,
/// and nothing that stands at it is opened or followed.
Result<void> write_key(const std::string& path, const Hash256& secret) {
    const std::string draft = path + ".new-" + to_hex(BytesView(random_secret()).first(8));
    const File file(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (!file) { return std::unexpected(failed(path, "cannot create")); }
    const std::string text = to_hex(secret) + "\n";
    const bool written =
        write_all(file, text) && ::fsync(file.get()) == 0 && move_to_free_name(draft, path) && sync_folder_of(path);
    if (written) { return {}; }
    Error error = failed(path, "cannot write");
    ::unlink(draft.c_str());
    return std::unexpected(std::move(error));
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
        if (auto key = node_key_from(random_secret())) { return *key; }
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
