// LiveWriter: lines for a stream that may not be read. A thread of its own writes them; a caller that hands them over
// never waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace ethpoc::cmd {

/// How long the end may take while the other side does not read, and at most.
struct LastFlush {
    std::chrono::milliseconds stall;
    std::chrono::milliseconds whole;
};
inline constexpr LastFlush patient_flush{std::chrono::seconds(2), std::chrono::seconds(30)};
/// After a signal: what is left of three seconds when the node has used its share.
inline constexpr LastFlush hurried_flush{std::chrono::milliseconds(400), std::chrono::milliseconds(400)};

class LiveWriter {
  public:
    /// The line, or lines, that say how many entries were left out.
    using Note = std::function<std::string(std::uint64_t count)>;

    /// Writes to `fd`, which stays the caller's. At most `limit` bytes wait; an entry that is larger than this is taken
    /// when nothing else waits. What does not fit is left out as a whole and counted. `note` says so in its place in
    /// the stream, once half of the room is free again; it is called from any thread.
    LiveWriter(int fd, std::size_t limit, Note note);
    /// finish(hurried_flush), unless finish() was called.
    ~LiveWriter();
    LiveWriter(const LiveWriter&) = delete;
    LiveWriter& operator=(const LiveWriter&) = delete;

    /// One entry: whole lines. Never blocks. From any thread.
    void push(std::string_view entry);

    /// Writes what waits, as long as somebody reads; false when some was given up. A writer that is stuck in the kernel
    /// is left behind: `fd` must then stay open until the process ends. Later entries are ignored.
    bool finish(LastFlush patience);

    /// The reader has gone (EPIPE), or the stream was never open.
    bool closed() const;
    /// The system's number (errno) of a write that failed for another reason than a reader that left; 0: none did. It
    /// is tried again each second.
    int failure() const;

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

} // namespace ethpoc::cmd
