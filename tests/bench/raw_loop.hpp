// RawLoop: the yardstick of the receive path: epoll, large reads, a walk over the frame headers, and nothing else.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "tests/bench/loopback.hpp"

namespace ethpoc::bench {

class RawLoop {
  public:
    /// answer_each: every Ping is answered, as a peer must. last_only: payloads are not looked at; what ends with a
    /// Ping is answered once, so that the sender knows that all was read.
    enum class Answer { answer_each, last_only };

    explicit RawLoop(Answer answer);
    ~RawLoop();
    RawLoop(const RawLoop&) = delete;
    RawLoop& operator=(const RawLoop&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    double cpu() { return cpu_(); }
    std::uint64_t frames() const noexcept { return frames_; }

  private:
    void run();
    /// Reads all that is there. False at the end of the stream.
    bool read(int fd);
    std::size_t walk(const std::uint8_t* begin, std::size_t size, int fd);

    Answer answer_;
    std::uint16_t port_ = 0;
    Fd listener_{};
    std::atomic<std::uint64_t> frames_ = 0;
    Bytes buffer_{};
    std::size_t kept_ = 0; // of a frame that is not whole
    std::function<double()> cpu_{};
    std::thread thread_{};
};

} // namespace ethpoc::bench
