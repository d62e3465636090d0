// FakeSocket: a Socket in memory. It takes and gives at most `chunk` bytes at a time, would block when the test says
// so, and its N-th operation fails. FakeLoop calls the owner that waits for it and moves a clock.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "peer/connection.hpp"
#include "tests/support/fake_host.hpp"

namespace ethpoc::test {

/// What both ends of the socket see; it outlives the socket.
struct Wire {
    Bytes to_read{};    // from the peer
    bool ended = false; // and then its FIN
    Bytes written{};    // to the peer
    std::size_t chunk = 1u << 20;
    bool takes = true;                    // false: writing would block
    std::size_t fail_at = ~std::size_t{}; // the operation that fails, from 0
    std::size_t operations = 0;
    bool closed = false;
    bool finished = false; // our direction alone
    bool was_reset = false;
    unsigned used_after_close = 0;
    std::shared_ptr<peer::SocketWatcher> reader{};
    std::shared_ptr<peer::SocketWatcher> writer{};
};

class FakeSocket final : public peer::Socket {
  public:
    explicit FakeSocket(Wire& wire) : wire_(wire) {}

    std::size_t read_some(std::span<std::uint8_t> into, Error& error) override;
    std::size_t write_some(BytesView bytes, Error& error) override;
    void wait_readable(std::shared_ptr<peer::SocketWatcher> watcher) override;
    void wait_writable(std::shared_ptr<peer::SocketWatcher> watcher) override;
    void close() override;
    void finish() override { wire_.finished = true; }
    void reset() override {
        wire_.was_reset = true;
        close();
    }

  private:
    bool fails(Error& error);
    Wire& wire_;
};

class FakeLoop final : public peer::Loop {
  public:
    FakeClock clock{};
    unsigned forgotten = 0;

    peer::Time now() const override { return clock.now; }
    std::span<std::uint8_t> read_buffer() override { return buffer_; }
    void schedule(peer::Connection& connection) override { connection.scheduled = connection.deadline(); }
    void forget(peer::Connection& connection) override;

    /// Calls those that wait for what is there, and tick() when it is due, for so long.
    void run(Wire& wire, peer::Connection& connection, std::chrono::milliseconds time);

  private:
    Bytes buffer_ = Bytes(4096);
};

} // namespace ethpoc::test
