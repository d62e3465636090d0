// Recording: a conversation that is written while it goes on, in any of the forms of record/.
#pragma once

#include <optional>
#include <utility>

#include "record/file_writer.hpp"

namespace ethpoc::record {

struct SessionLine;

/// Owns its file. What one call of write() brings is flushed by itself: whatever ends the recording, a kill or a full
/// disk, what is there can be read.
class Recording {
  public:
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;
    virtual ~Recording() = default;

    /// Does nothing once something has failed.
    virtual void write(const SessionLine& line) = 0;
    /// The end: the file is synced and closed.
    virtual void finish() = 0;
    /// Nothing, or the first failure: file.not_written, file.exists.
    const std::optional<Error>& failure() const { return failure_; }

  protected:
    explicit Recording(FileWriter file) : file_(std::move(file)) {}
    /// Of failures the first one stays.
    void keep(Result<void> done) {
        if (!done && !failure_) { failure_ = std::move(done.error()); }
    }

    FileWriter file_;

  private:
    std::optional<Error> failure_{};
};

} // namespace ethpoc::record
