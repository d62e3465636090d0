#include "chain/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "chain/genesis.hpp"

namespace ethpoc::chain {

Result<StoreLock> StoreLock::take(const std::string& directory) {
    const std::string path = directory + "/lock";
    StoreLock out;
    out.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out.file_ < 0) {
        return std::unexpected(
            Error{&errors::store_failed, 0, 0, {}, std::string("its lock cannot be made: ") + std::strerror(errno)});
    }
    if (::flock(out.file_, LOCK_EX | LOCK_NB) == 0) { return out; }
    return std::unexpected(Error{&errors::store_locked, 0, 0, {}, "another process holds its lock"});
}

StoreLock::StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

StoreLock::~StoreLock() {
    if (file_ >= 0) { ::close(file_); }
}

} // namespace ethpoc::chain
