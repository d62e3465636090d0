// sim::Network: what a TCP connection promises, without one.
#include <doctest/doctest.h>

#include "sim/network.hpp"

using namespace ethpoc;
using namespace std::chrono_literals;

namespace {

/// Says frames, and reads when it likes.
class TestDriver final : public peer::Driver {
  public:
    std::vector<Bytes> to_say{};
    Bytes heard{};
    bool reads = true;
    bool over = false;
    bool eof = false;
    std::string error{};

    void start(sim::Time) override {}
    void receive(BytesView bytes, sim::Time) override { heard.insert(heard.end(), bytes.begin(), bytes.end()); }
    void receive_eof(sim::Time) override { eof = over = true; }
    void receive_error(std::string why) override {
        error = std::move(why);
        over = true;
    }
    void tick(sim::Time) override {}
    bool wants_bytes() const override { return reads; }
    const Bytes* writable(sim::Time) override { return to_say.empty() ? nullptr : &to_say.front(); }
    void wrote(sim::Time) override { to_say.erase(to_say.begin()); }
    void moved(sim::Time) override {}
    sim::Time deadline() const override { return sim::Time::max(); }
    bool ended() const override { return over; }
};

class TestProgram final : public sim::Program, public peer::DriverOwner {
  public:
    bool room = true;
    TestDriver* driver = nullptr; // the last one
    wire::ConnectionId id = 0;
    std::string failed{};
    int closed_ones = 0;
    std::vector<Bytes> to_say{}; // by the next driver

    peer::DriverOwner& owner() override { return *this; }
    void stirred() override {}
    bool has_room(const std::string&) override { return room; }
    void turned_away(const std::string&) override {}
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId with, peer::Direction, std::string) override {
        auto made = std::make_unique<TestDriver>();
        made->to_say = std::exchange(to_say, {});
        driver = made.get();
        id = with;
        return made;
    }
    void closed(wire::ConnectionId) override {
        ++closed_ones;
        driver = nullptr;
    }
    bool still_wanted(const std::string&) override { return true; }
    void dial_failed(const std::string&, std::string_view why) override { failed = why; }
};

struct TwoMachines {
    explicit TwoMachines(sim::Lines lines) : network(agenda, lines, sim::Random(7)) {
        a = network.add_host({{1, 2, 3, 4}, 4}, 30303, 0, true);
        b = network.add_host({{5, 6, 7, 8}, 4}, 30303, 0, true);
        network.start(a, one);
        network.start(b, other);
    }
    ~TwoMachines() {
        network.vanish(a);
        network.vanish(b);
    }
    void dial() { network.door(a).dial(one, network.address(b), 0ms); }
    void run(std::chrono::milliseconds time) {
        const sim::Time until = agenda.now() + time;
        while (agenda.step(until)) {}
    }
    sim::Agenda agenda{};
    TestProgram one{};
    TestProgram other{};
    sim::Network network;
    sim::HostId a = 0;
    sim::HostId b = 0;
};

Bytes counted(std::size_t size, std::size_t from = 0) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::uint8_t>((from + i) * 31 >> 3);
    }
    return out;
}

} // namespace

TEST_CASE("sim network: bytes come whole and in order, whatever the line does to them") {
    TwoMachines two({.latency = 50ms, .jitter = 200ms, .bandwidth = 100'000, .loss = 0.2, .window = 5'000});
    Bytes all;
    for (std::size_t i = 0; i < 40; ++i) {
        two.one.to_say.push_back(counted(1 + i * 97, all.size()));
        all.insert(all.end(), two.one.to_say.back().begin(), two.one.to_say.back().end());
    }
    two.dial();
    two.run(1h);
    REQUIRE(two.other.driver != nullptr);
    CHECK(two.other.driver->heard == all);
    CHECK(two.one.driver->to_say.empty());
}

TEST_CASE("sim network: a line takes its time") {
    TwoMachines two({.latency = 100ms, .jitter = 0ms, .bandwidth = 1'000});
    two.one.to_say = {counted(2'000)};
    two.dial();
    two.run(1900ms); // two seconds of bytes cannot have come
    REQUIRE(two.other.driver != nullptr);
    CHECK(two.other.driver->heard.empty());
    two.run(900ms);
    CHECK(two.other.driver->heard.size() == 2'000);
}

TEST_CASE("sim network: who does not read makes the other side wait, and nothing is lost") {
    TwoMachines two({.latency = 10ms, .jitter = 0ms, .bandwidth = 0, .window = 10'000});
    two.dial();
    two.run(1s);
    REQUIRE(two.other.driver != nullptr);
    two.other.driver->reads = false;
    two.one.driver->to_say.assign(10, counted(3'000));
    two.network.resume(two.one.id);
    two.run(1min);
    CHECK(two.other.driver->heard.empty());
    CHECK(two.one.driver->to_say.size() == 7); // three frames fill the window, but for 1,000 bytes of the next
    two.other.driver->reads = true;
    two.network.resume(two.other.id);
    two.run(1s);
    CHECK(two.other.driver->heard.size() == 30'000);
    CHECK(two.one.driver->to_say.empty());
}

TEST_CASE("sim network: ends of connections: closed, crashed, vanished, turned away, nobody there") {
    TwoMachines two({.latency = 10ms, .jitter = 0ms});
    two.dial();
    two.run(1s);
    SUBCASE("a close is an end of the stream to the other side, after all bytes") {
        two.other.driver->to_say = {counted(500)};
        two.network.resume(two.other.id);
        two.other.driver->over = false;
        two.run(5ms);
        two.one.driver->over = true;
        two.network.resume(two.one.id);
        two.run(1s);
        CHECK(two.one.closed_ones == 1);
        CHECK(two.other.closed_ones == 1);
    }
    SUBCASE("a crash is a reset") {
        two.network.crash(two.b);
        two.run(1s);
        CHECK(two.one.closed_ones == 1);
        CHECK(two.other.closed_ones == 0); // it is not there any more
    }
    SUBCASE("a machine that has gone says nothing") {
        two.network.vanish(two.b);
        two.run(1h);
        CHECK(two.one.closed_ones == 0);
        two.dial();
        two.run(6s);
        CHECK(two.one.failed == "no answer in time");
    }
    SUBCASE("a machine without a program refuses") {
        two.network.crash(two.b);
        two.dial();
        two.run(1s);
        CHECK(two.one.failed == "Connection refused");
    }
    SUBCASE("who has no room says Disconnect") {
        two.other.room = false;
        two.dial();
        two.run(15ms);
        CHECK(two.network.totals().turned_away == 1);
        two.run(1s);
        CHECK(two.one.closed_ones == 1);
    }
}

TEST_CASE("sim network: what is sent in a partition comes after it") {
    TwoMachines two({.latency = 10ms, .jitter = 0ms});
    two.dial();
    two.run(1s);
    two.network.split({0, 1}, two.agenda.now() + 1min);
    two.one.driver->to_say = {counted(100)};
    two.network.resume(two.one.id);
    two.run(59s);
    CHECK(two.other.driver->heard.empty());
    two.run(2s);
    CHECK(two.other.driver->heard.size() == 100);
}
