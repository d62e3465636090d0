// The fake target itself, and the net between it and whoever talks to it.
#include "tests/conform/fake_target.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "conform/probe.hpp"
#include "tests/conform/fake_net.hpp"
#include "tests/support/shared.hpp"

namespace ethpoc::test {
namespace {

using namespace std::chrono_literals;

/// One who talks to a fake target, and remembers what it says.
class Caller final : public peer::DriverOwner, public conform::ProbeWatcher {
  public:
    explicit Caller(std::string_view profile, Bug bug = Bug::none) : house(*wire::find_profile(profile), net) {
        house.arm(bug);
        net.listen(house.endpoint(), house);
        net.dial(*this, house.endpoint(), 0ms);
        wait(1ms);
    }
    ~Caller() override { net.clear(); }

    void wait(std::chrono::milliseconds time) {
        for (const Time until = net.now() + time; net.step(until);) {}
    }
    /// One write, and a while to answer.
    void say(const Bytes& bytes, std::chrono::milliseconds time = 5ms) {
        said.clear();
        probe->send(bytes);
        net.flush(probe->id());
        wait(time);
    }
    void say(std::string_view digits) { say(hex(digits)); }
    void say_hello() {
        wire::HelloOut hello;
        hello.client_id = "caller";
        hello.listen_port = 30303;
        hello.node_id.bytes.fill(0x11);
        hello.genesis_hash = house.chain().hashes.front();
        say(wire::compose_hello(house.profile(), hello));
    }

    bool has_room(const std::string& /*endpoint*/) override { return true; }
    void turned_away(const std::string& /*endpoint*/) override {}
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId id, peer::Direction /*direction*/,
                                            std::string /*endpoint*/) override {
        auto out = std::make_unique<conform::Probe>(*this, id, conform::Line{0});
        probe = out.get();
        return out;
    }
    void closed(wire::ConnectionId /*id*/) override { probe = nullptr; }
    bool still_wanted(const std::string& /*endpoint*/) override { return true; }
    void dial_failed(const std::string& /*endpoint*/, std::string_view why) override { refused = why; }
    void on_frame(conform::Probe& /*probe*/, BytesView payload, Time /*now*/) override {
        said.push_back(to_hex(payload));
    }
    void on_garbage(conform::Probe& /*probe*/, std::uint64_t /*size*/, Time /*now*/) override {}
    void on_ended(conform::Probe& /*probe*/, conform::Ending how, Time now) override {
        ending = how;
        ended_at = now;
    }
    void on_sent(conform::Probe& /*probe*/, Time /*now*/) override {}

    FakeNet net;
    FakeHouse house;
    conform::Probe* probe = nullptr;
    std::vector<std::string> said{};
    conform::Ending ending = conform::Ending::open;
    Time ended_at{};
    std::string refused{};
};

TEST_CASE("fake target: says Hello and Ping unasked, and answers Ping once greeted") {
    Caller caller("23");
    REQUIRE(caller.said.size() == 2);
    CHECK(caller.said[0].starts_with("f8598017808f46616b65")); // Hello of protocol 23, "Fake.."
    CHECK(caller.said[1] == "c102");
    caller.say_hello();
    REQUIRE(caller.said.size() == 2);
    CHECK(caller.said[0].starts_with("f9054d14a0")); // GetChain with 41 hashes
    CHECK(caller.said[1] == "c116");                 // GetTransactions
    caller.say("2240089100000002c102");
    CHECK(caller.said == std::vector<std::string>{"c103"});
}

TEST_CASE("fake target: takes frames in any pieces") {
    Caller caller("23");
    caller.say_hello();
    caller.say("2240");
    CHECK(caller.said.empty());
    caller.say("089100000002c1");
    CHECK(caller.said.empty());
    caller.say("022240089100000002c102");
    CHECK(caller.said == std::vector<std::string>{"c103", "c103"});
}

TEST_CASE("fake target: leaves with bad protocol after garbage, and closes") {
    Caller caller("23");
    caller.say("47455420");
    CHECK(caller.said == std::vector<std::string>{"c20102"});
    CHECK(caller.ending == conform::Ending::fin);
}

TEST_CASE("fake target: closes a connection on which no Hello comes after half a minute") {
    Caller caller("23");
    const Time begin = caller.net.now();
    caller.wait(25s);
    CHECK(caller.ending == conform::Ending::open);
    caller.wait(10s);
    CHECK(caller.ending == conform::Ending::fin);
    CHECK(caller.ended_at - begin < 31s);
}

TEST_CASE("fake target: answers GetChain newest first, and NotInChain with the last hash") {
    Caller caller("23");
    caller.say_hello();
    const FakeChain& chain = caller.house.chain();
    const std::array hashes{chain.hashes[chain.height() - 2]};
    caller.say(wire::compose_get_chain(caller.house.profile(), hashes, 5));
    REQUIRE(caller.said.size() == 1);
    const std::string newest = to_hex(chain.blocks[chain.height()]);
    const std::string below = to_hex(chain.blocks[chain.height() - 1]);
    CHECK(caller.said[0].find(newest + below) == caller.said[0].size() - newest.size() - below.size());
    std::array<Hash256, 2> unknown{};
    unknown[0].bytes.fill(1);
    unknown[1].bytes.fill(2);
    caller.say(wire::compose_get_chain(caller.house.profile(), unknown, 5));
    CHECK(caller.said == std::vector<std::string>{"e215a0" + to_hex(unknown[1])});
}

TEST_CASE("fake target: a switch changes what is said from the next connection on") {
    Caller caller("23", Bug::pong_late);
    caller.say_hello();
    caller.say("2240089100000002c102");
    CHECK(caller.said.empty());
    caller.wait(3s);
    CHECK(std::ranges::find(caller.said, "c103") != caller.said.end());
}

TEST_CASE("fake target: a process that died refuses connections until it is started again") {
    Caller caller("23", Bug::dies_of_malformed);
    caller.say_hello();
    caller.say("2240089100000001c0");
    CHECK(caller.ending == conform::Ending::reset);
    CHECK(caller.house.crashed());
    caller.net.dial(caller, caller.house.endpoint(), 0ms);
    caller.wait(1ms);
    CHECK(caller.refused == "refused");
    caller.house.restart();
    caller.net.dial(caller, caller.house.endpoint(), 0ms);
    caller.wait(1ms);
    CHECK(caller.probe != nullptr);
}

TEST_CASE("fake net: a side that does not read stops the writer, and gets all of it later") {
    Caller caller("23");
    caller.say_hello();
    caller.probe->stop_reading();
    Bytes pings;
    for (int i = 0; i < 30'000; ++i) {
        const Bytes ping = hex("2240089100000002c102");
        pings.insert(pings.end(), ping.begin(), ping.end());
    }
    caller.say(pings);
    CHECK(caller.said.empty());
    CHECK(caller.net.steps() < 10'000);
}

TEST_CASE("fake switches: each has a name and says what it does, and none comes twice") {
    std::set<std::string_view> names;
    for (const BugRow& row : fake_bugs()) {
        CHECK(names.insert(row.name).second);
        CHECK(!row.what.empty());
        CHECK(name_of(row.bug) == row.name);
    }
    CHECK(names.size() > 100);
}

} // namespace
} // namespace ethpoc::test
