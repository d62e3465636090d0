// Sockets over loopback with drivers of the test's own: no word of the protocol.
#include "peer/network.hpp"

#include <functional>
#include <map>

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;

namespace {

/// Says its words when it is connected and hears until the other side has said as many; then it ends.
struct Echo final : Driver {
    Bytes words;
    Bytes& heard;
    bool said = false;
    bool over = false;
    bool waits_for_deadline;
    Time due{Time::max()};

    Echo(Bytes to_say, Bytes& into, bool waits) : words(std::move(to_say)), heard(into), waits_for_deadline(waits) {}
    void start(Time now) override { due = waits_for_deadline ? now + 20ms : Time::max(); }
    void receive(BytesView bytes, Time) override {
        heard.insert(heard.end(), bytes.begin(), bytes.end());
        look();
    }
    void receive_eof(Time) override { over = true; }
    void receive_error(std::string) override { over = true; }
    void tick(Time now) override {
        if (now >= due) { due = Time::max(); }
        look();
    }
    bool wants_bytes() const override { return true; }
    const Bytes* writable(Time) override { return said || due != Time::max() ? nullptr : &words; }
    void wrote(Time) override {
        said = true;
        look();
    }
    void moved(Time) override {}
    Time deadline() const override { return due; }
    bool ended() const override { return over; }
    void look() { over = over || (said && heard.size() >= words.size()); }
};

struct Speaker final : DriverOwner {
    std::string word;
    bool room = true;
    bool wanted = true;
    bool slow = false; // speaks at its deadline
    bool refuses = false;
    std::map<wire::ConnectionId, Bytes> heard{};
    std::vector<std::string> told{};
    std::function<void()> done{};

    explicit Speaker(std::string says) : word(std::move(says)) {}
    void tell(std::string what) {
        told.push_back(std::move(what));
        if (done) { done(); }
    }
    bool has_room(const std::string&) override { return room; }
    void turned_away(const std::string&) override { tell("turned away"); }
    std::unique_ptr<Driver> connected(wire::ConnectionId id, Direction direction, std::string) override {
        if (refuses) {
            tell("refused");
            return nullptr;
        }
        told.push_back(direction == Direction::inbound ? "accepted" : "connected");
        return std::make_unique<Echo>(Bytes(word.begin(), word.end()), heard[id], slow);
    }
    void closed(wire::ConnectionId) override { tell("closed"); }
    bool still_wanted(const std::string&) override { return wanted; }
    void dial_failed(const std::string&, std::string_view) override { tell("failed"); }
};

struct Loopback {
    boost::asio::io_context io{1};
    Network network{io, 2s};
    Speaker listener{"hello"};
    Speaker dialer{"world"};
    std::string address;

    Loopback() {
        auto taken = network.listen(listener, "127.0.0.1", 0);
        REQUIRE(taken.has_value());
        address = *taken;
    }
    /// Until both have been told so much, at most five seconds.
    void run(std::size_t listener_told, std::size_t dialer_told) {
        const auto look = [this, listener_told, dialer_told] {
            if (listener.told.size() >= listener_told && dialer.told.size() >= dialer_told) { io.stop(); }
        };
        listener.done = dialer.done = look;
        io.run_for(5s);
        io.restart();
    }
};

} // namespace

TEST_CASE("network: drivers of two owners talk, whatever they say, and each owner hears of its own") {
    Loopback street;
    street.dialer.slow = true;
    street.network.dial(street.dialer, street.address, 0ms);
    street.run(2, 2);
    CHECK(street.listener.told == std::vector<std::string>{"accepted", "closed"});
    CHECK(street.dialer.told == std::vector<std::string>{"connected", "closed"});
    CHECK(street.listener.heard.begin()->second == Bytes{'w', 'o', 'r', 'l', 'd'});
    CHECK(street.dialer.heard.begin()->second == Bytes{'h', 'e', 'l', 'l', 'o'});
    CHECK(street.network.connections() == 0);
}

TEST_CASE("network: no room is told to the peer with a disconnect, and to the owner") {
    Loopback street;
    street.listener.room = false;
    street.dialer.word = "at least as many bytes as it will hear";
    street.network.dial(street.dialer, street.address, 0ms);
    street.run(1, 2);
    CHECK(street.listener.told == std::vector<std::string>{"turned away"});
    const Bytes& heard = street.dialer.heard.begin()->second;
    CHECK(heard == Bytes{0x22, 0x40, 0x08, 0x91, 0, 0, 0, 3, 0xc2, 0x01, 0x04});
}

TEST_CASE("network: an owner may make no driver") {
    Loopback street;
    street.listener.refuses = true;
    street.network.dial(street.dialer, street.address, 0ms);
    street.run(1, 2);
    CHECK(street.listener.told == std::vector<std::string>{"refused"});
    CHECK(street.dialer.told == std::vector<std::string>{"connected", "closed"});
    CHECK(street.network.connections() == 0);
}

TEST_CASE("network: a dial that fails is told, one that is not wanted any more is not made") {
    Loopback street;
    street.network.stop_listening();
    street.network.dial(street.dialer, street.address, 0ms);
    street.run(0, 1);
    CHECK(street.dialer.told == std::vector<std::string>{"failed"});
    street.dialer.told.clear();
    street.dialer.wanted = false;
    street.network.dial(street.dialer, street.address, 0ms);
    street.io.run_for(50ms);
    CHECK(street.dialer.told.empty());
}

TEST_CASE("network: an address that is taken is an error that names it") {
    Loopback street;
    Network other(street.io, 2s);
    const auto port = static_cast<std::uint16_t>(std::stoul(street.address.substr(street.address.rfind(':') + 1)));
    const auto taken = other.listen(street.dialer, "127.0.0.1", port);
    REQUIRE_FALSE(taken.has_value());
    CHECK(taken.error().code == &errors::cannot_listen);
    CHECK_FALSE(other.listen(street.dialer, "not an address", 0).has_value());
}

TEST_CASE("network: all connections are aborted when the doors are closed") {
    Loopback street;
    street.listener.slow = true;
    street.dialer.word = std::string(1000, 'x');
    street.network.dial(street.dialer, street.address, 0ms);
    const auto until = std::chrono::steady_clock::now() + 5s;
    while (street.network.connections() < 2 && std::chrono::steady_clock::now() < until) {
        street.io.run_for(1ms);
        street.io.restart();
    }
    street.network.close_doors();
    street.network.abort_all();
    CHECK(street.network.connections() == 0);
    CHECK(street.listener.told.back() == "closed");
    CHECK(street.dialer.told.back() == "closed");
}
