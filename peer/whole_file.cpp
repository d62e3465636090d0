#include "peer/whole_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rlp/hex.hpp"

namespace ethpoc::peer {

namespace {

constexpr int owner_only = 0600;

/// The name of a directory entry is on the disk only when the directory is.
bool sync_folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const File directory(folder, O_RDONLY | O_DIRECTORY);
    // Some file systems cannot sync a directory; they say EINVAL.
    return directory && (::fsync(directory.get()) == 0 || errno == EINVAL);
}

bool move_to(const std::string& draft, const std::string& path, Existing existing) {
    if (existing == Existing::replace) { return ::rename(draft.c_str(), path.c_str()) == 0; }
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

} // namespace

File::File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, owner_only)) {}

File::~File() {
    if (fd_ >= 0) { ::close(fd_); }
}

Hash256 random_hash() {
    Hash256 out;
    std::size_t have = 0;
    while (have < Hash256::size()) {
        const ssize_t n = getrandom(out.data() + have, Hash256::size() - have, 0);
        if (n > 0) { have += static_cast<std::size_t>(n); }
    }
    return out;
}

bool write_whole_file(const std::string& path, std::string_view text, Existing existing) {
    const std::string draft = path + ".new-" + to_hex(BytesView(random_hash()).first(8));
    const File file(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (!file) { return false; }
    if (write_all(file, text) && ::fsync(file.get()) == 0 && move_to(draft, path, existing) && sync_folder_of(path)) {
        return true;
    }
    const int why = errno;
    ::unlink(draft.c_str());
    errno = why;
    return false;
}

} // namespace ethpoc::peer
