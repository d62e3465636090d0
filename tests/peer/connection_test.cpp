// A connection over a socket in memory that gives and takes a few bytes at a time, blocks, or fails at its N-th
// operation.
#include "peer/connection.hpp"

#include <doctest/doctest.h>

#include "tests/support/fake_socket.hpp"
#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;

namespace {

/// Makes one session and writes down what it is told.
struct SessionOwner final : DriverOwner {
    test::FakeHost host{};
    SessionOptions options{};
    Session* session = nullptr;
    unsigned closed_calls = 0;
    End end{};

    bool has_room(const std::string&) override { return true; }
    void turned_away(const std::string&) override {}
    std::unique_ptr<Driver> connected(wire::ConnectionId id, Direction direction, std::string endpoint) override {
        auto made = std::make_unique<Session>(host, options, id, direction, std::move(endpoint));
        session = made.get();
        return made;
    }
    void closed(wire::ConnectionId) override {
        ++closed_calls;
        end = session->how_it_ended();
    }
    bool still_wanted(const std::string&) override { return false; }
    void dial_failed(const std::string&, std::string_view) override {}
};

struct Line {
    SessionOwner owner{};
    test::Wire wire{};
    test::FakeLoop loop{};
    std::shared_ptr<Connection> connection;

    Line() :
        connection(std::make_shared<Connection>(loop, std::make_unique<test::FakeSocket>(wire), 7, owner,
                                                owner.connected(7, Direction::inbound, "192.0.2.1:30303"))) {}
    ~Line() {
        wire.reader.reset();
        wire.writer.reset();
    }
    void hear(const Bytes& bytes) { wire.to_read.insert(wire.to_read.end(), bytes.begin(), bytes.end()); }
    /// A peer that greets, asks, pings and leaves.
    void talk() {
        connection->start();
        hear(test::hello_frame());
        loop.run(wire, *connection, 500ms);
        hear(test::framed("c110")); // GetPeers
        hear(test::framed("c102")); // Ping
        loop.run(wire, *connection, 3s);
        wire.ended = true;
        loop.run(wire, *connection, 500ms);
    }
};

} // namespace

TEST_CASE("connection: what is said does not depend on how many bytes the socket gives and takes at once") {
    Bytes whole;
    for (const std::size_t chunk : {1u << 20, 1u, 2u, 7u, 64u}) {
        CAPTURE(chunk);
        Line street;
        street.wire.chunk = chunk;
        street.talk();
        CHECK(street.owner.end.by == EndedBy::them);
        CHECK(street.owner.closed_calls == 1);
        if (whole.empty()) { whole = street.wire.written; }
        CHECK(street.wire.written == whole);
    }
    CHECK(whole.size() > 100);
}

TEST_CASE("connection: whichever operation fails, it is closed once, told once and used no more") {
    Line calm;
    calm.wire.chunk = 40;
    calm.talk();
    const std::size_t operations = calm.wire.operations;
    REQUIRE(operations > 10);
    for (std::size_t n = 0; n < operations; ++n) {
        CAPTURE(n);
        Line street;
        street.wire.chunk = 40;
        street.wire.fail_at = n;
        street.talk();
        CHECK(street.owner.closed_calls == 1);
        CHECK(street.loop.forgotten == 1);
        CHECK(street.owner.end.by == EndedBy::error);
        CHECK(street.owner.end.why == "Connection reset by peer");
        CHECK(street.wire.closed);
        CHECK(street.wire.used_after_close == 0);
        CHECK(street.connection->closed());
        const std::weak_ptr<Connection> rest = street.connection;
        street.connection.reset();
        CHECK(rest.expired()); // nobody waits for it any more
    }
}

TEST_CASE("connection: a socket that takes nothing is waited for, not asked again, until the stall limit") {
    Line street;
    street.connection->start();
    street.wire.takes = false;
    street.hear(test::hello_frame());
    street.loop.run(street.wire, *street.connection, 10s);
    CHECK(street.wire.operations < 12);
    CHECK_FALSE(street.wire.closed);
    street.loop.run(street.wire, *street.connection, 25s);
    CHECK(street.wire.closed);
    CHECK(street.owner.end.why == "does not read");
}

TEST_CASE("connection: frames leave when the socket takes bytes again, whole and in order") {
    Line street;
    street.connection->start();
    street.wire.takes = false;
    street.hear(test::hello_frame());
    street.loop.run(street.wire, *street.connection, 200ms);
    CHECK(street.wire.written.empty());
    street.wire.takes = true;
    street.wire.chunk = 3;
    street.loop.run(street.wire, *street.connection, 1s);
    const BytesView token = BytesView(street.wire.written).first(4);
    CHECK(Bytes(token.begin(), token.end()) == Bytes{0x22, 0x40, 0x08, 0x91});
}

TEST_CASE("connection: aborted without a word, once") {
    Line street;
    street.connection->start();
    street.connection->abort();
    street.connection->abort();
    street.connection->tick();
    CHECK(street.owner.closed_calls == 1);
    CHECK(street.owner.end.why == "the node stops");
    CHECK(street.wire.written.empty());
    CHECK(street.wire.used_after_close == 0);
}
