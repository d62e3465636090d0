// FileWriter: the one way in which a command writes a file. A file is there whole or not at all: the bytes go to a
// draft beside it, which gets the name at the end; whatever fails before, the older file of that name is as it was.
//
//   blocks.rlp.part-1a2b3c4d  -- write, write, write, fsync, close -->  rename  -->  blocks.rlp
//
// Pipes, terminals and devices (/dev/stdout, /dev/null, a FIFO), and "-", the standard output, are written as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/errors.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::record {

/// What happens to a file that has the name already: refused, or replaced at the end.
enum class Existing : std::uint8_t { keep, replace };

/// A file that is being written; movable. Nothing has the name before finish() or publish().
class FileWriter {
  public:
    /// A link is followed: the file that it points to is replaced, not the link. Errors: file.exists (only with
    /// Existing::keep, only for a regular file or a link to nowhere), file.not_written. The detail of every error is a
    /// sentence that begins with `name` and ends with the system's reason.
    static Result<FileWriter> create(const std::string& name, Existing existing);

    /// The draft goes over to the new one.
    FileWriter(FileWriter&& other) noexcept;
    FileWriter& operator=(FileWriter&& other) noexcept;
    /// Without finish() or publish() before it: the draft goes, and nothing has happened.
    ~FileWriter();

    /// Once a call has failed, the following ones say the same.
    Result<void> write(BytesView bytes);
    /// Hands everything to the system. When this fails, a file that was published is cut back to what the flush before
    /// has left, so that a line which is flushed as a whole is there as a whole or not.
    Result<void> flush();
    /// For a recording that must be readable while it grows: the name is given now. Later bytes follow after flush().
    Result<void> publish();
    /// Flushes, syncs and closes, and gives the name.
    Result<void> finish();

    /// The bytes go to the standard output: nothing else may be said there.
    bool to_stdout() const noexcept { return to_stdout_; }

  private:
    FileWriter(std::string name, Existing existing) : name_(std::move(name)), existing_(existing) {}

    Result<void> open();
    Result<void> open_draft(unsigned mode);
    Result<void> open_descriptor(int descriptor);
    Result<void> sync();
    Result<void> close();
    Result<void> give_name();
    Result<void> fail(const ErrorCode& code, const std::string& reason);
    Result<void> fail_with(int system_error);

    std::string name_; // as it was given
    Existing existing_;
    std::string path_{};  // where the bytes belong; empty: written as it is
    std::string draft_{}; // empty: there is none (any more)
    int file_ = -1;
    bool to_stdout_ = false;
    Bytes pending_{};
    std::uint64_t flushed_ = 0; // bytes
    std::optional<Error> failure_{};
};

} // namespace ethpoc::record
