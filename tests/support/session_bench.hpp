// SessionBench: one Session on the bench, with a fake host and a clock that the test moves. What it says is read as
// names and as bytes.
#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_host.hpp"
#include "tests/support/shared.hpp"
#include "wire/frame.hpp"

namespace ethpoc::test {

/// A frame around a payload given as hex digits.
Bytes framed(std::string_view payload_hex);

/// Their Hello.
struct TheirHello {
    std::string_view version = "12";
    std::string_view client_id = "Ethereum(++)/v0.4.3";
    std::uint8_t id_byte = 0x22; // the node id is 64 of them
    std::uint64_t network_id = 0;
    std::uint64_t capabilities = wire::capability::full;
};
Bytes hello_frame(const TheirHello& hello = {});
Bytes status_frame(std::string_view version, const wire::IdOffsets& offsets = {});

class SessionBench {
  public:
    FakeHost host{};
    FakeClock clock{};
    peer::SessionOptions options{};
    peer::Session session;

    explicit SessionBench(peer::Direction direction = peer::Direction::inbound);

    /// With Hello both ways and all that follows from it already said.
    static SessionBench& make_ready(SessionBench& bench, const TheirHello& hello = {});

    void start() { session.start(clock.now); }
    void feed(const Bytes& bytes) { session.receive(bytes, clock.now); }
    void feed_hex(std::string_view payload_hex) { feed(framed(payload_hex)); }
    /// Moves the clock and calls tick(), as often as deadline() asks for it.
    void wait(std::chrono::milliseconds time);
    /// Writes all that may be written now. The names of all that was written since the last call, "Hello Ping".
    std::string said();

    std::vector<Bytes> written{};                    // every frame, whole
    std::vector<peer::Time> written_at{};            // when
    std::vector<wire::MessageType> types{};          // what
    std::optional<wire::Reason> reason_said() const; // of the last frame written, a Disconnect

  private:
    void write_all();
    std::string names_{};
};

} // namespace ethpoc::test
