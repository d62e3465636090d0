// Small files of a node that are there whole or not at all, and that nobody but their owner reads.
#pragma once

#include <string>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::peer {

/// A file descriptor that closes itself.
class File {
  public:
    /// As open(2); one that is created has mode 0600.
    File(const std::string& path, int flags);
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    explicit operator bool() const noexcept { return fd_ >= 0; }
    int get() const noexcept { return fd_; }

  private:
    int fd_;
};

/// What happens to a file that has the name already.
enum class Existing : bool { keep, replace };

/// Written under a name of its own, which nobody can know before, and then moved to `path`; on the disk when it
/// returns. False with errno set, EEXIST where a file stands that is to be kept; then nothing has changed.
bool write_whole_file(const std::string& path, std::string_view text, Existing existing);

/// From the system's source of randomness.
Hash256 random_hash();

} // namespace ethpoc::peer
