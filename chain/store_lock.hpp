// StoreLock: one writing process for a data directory. The kernel lets go of it when the process dies, however it dies.
#pragma once

#include <string>

#include "rlp/error.hpp"

namespace ethpoc::chain {

inline constexpr const char* store_file_name = "chain.sqlite"; // in the folder of the store

/// Holds the lock while it lives; movable.
class StoreLock {
  public:
    StoreLock() = default;
    /// Takes the file `directory`/lock. Errors: chain.store_locked, chain.store_failed.
    static Result<StoreLock> take(const std::string& directory);
    /// What was moved from holds nothing.
    StoreLock(StoreLock&& other) noexcept;
    StoreLock& operator=(StoreLock&& other) noexcept;
    ~StoreLock();

  private:
    int file_ = -1;
};

} // namespace ethpoc::chain
