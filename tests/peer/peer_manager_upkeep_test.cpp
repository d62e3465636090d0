// What the peer manager does as time goes by: whom it dials, whom it bans and drops, what it keeps.
#include <doctest/doctest.h>

#include "tests/support/manager_bench.hpp"
#include "wire/reasons.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::House;

namespace {

constexpr WallTime long_ago = 1'400'000'000;

PeerManagerOptions wanting(std::size_t target) {
    PeerManagerOptions options = test::usual();
    options.max_peers = 25;
    options.target_peers = target;
    return options;
}

/// A second passes, so and so often.
void pass(House& house, int seconds) {
    for (int i = 0; i < seconds; ++i) {
        house.transport.time += 1s;
        house.clock.advance(1s);
        const auto since = std::chrono::duration_cast<std::chrono::seconds>(house.transport.time - Time{});
        if (house.manager.deadline() <= house.transport.time) { house.manager.tick(long_ago + since.count()); }
    }
}

wire::PeerEntry told(std::uint8_t subnet, std::uint8_t host, std::uint16_t port = 30303) {
    return {{54, subnet, 1, host}, 4, port, {}};
}

std::vector<std::string> dialled(const House& house) {
    std::vector<std::string> out;
    for (const auto& [endpoint, delay] : house.transport.dialled) {
        out.push_back(endpoint);
    }
    return out;
}

/// What is still dialled connects and says Hello with this id.
Session& answers(House& house, const std::string& endpoint, std::uint8_t id_byte) {
    CHECK(house.manager.still_wanted(endpoint));
    return house.greet(endpoint, {.id_byte = id_byte}, Direction::outbound);
}

void offend(House& house, Session& session, Offence offence, int times) {
    for (int i = 0; i < times; ++i) {
        house.manager.offended(session, offence);
    }
}

} // namespace

TEST_CASE("upkeep: addresses are dialled until there are enough peers, each once, not all of one subnet") {
    House house(wanting(3));
    Session& teller = house.greet("36.1.1.1:1", {.id_byte = 1});
    for (std::uint8_t host = 1; host <= 9; ++host) {
        house.manager.learn_peer(teller, told(1, host));
    }
    house.manager.learn_peer(teller, told(2, 1));
    house.manager.learn_peer(teller, told(3, 1));
    pass(house, 20);
    auto all = dialled(house);
    std::ranges::sort(all);
    CHECK(std::ranges::adjacent_find(all) == all.end());
    CHECK(std::ranges::count_if(all, [](const auto& each) { return each.starts_with("54.1."); }) == 1);
    CHECK(all.size() == 3);
    std::uint8_t id = 10;
    for (const std::string& endpoint : all) {
        answers(house, endpoint, id++);
    }
    CHECK(house.manager.ready_peers() == 4);
    house.manager.learn_peer(teller, told(4, 1));
    pass(house, 60);
    CHECK(house.transport.dialled.size() == 3); // there are enough
}

TEST_CASE("upkeep: however many dial us, some peers are of our own choice") {
    House house(wanting(3));
    for (std::uint8_t i = 0; i < 6; ++i) {
        house.greet(std::to_string(30 + i) + ".1.1.1:1", {.id_byte = static_cast<std::uint8_t>(i + 1)});
    }
    house.manager.learn_peer(*house.sessions[0], told(1, 1));
    pass(house, 3);
    CHECK(house.transport.dialled.size() == 1);
}

TEST_CASE("upkeep: an address that does not answer is left alone ever longer, also after a restart") {
    House house(wanting(3));
    Session& teller = house.greet("36.1.1.1:1", {.id_byte = 1});
    house.manager.learn_peer(teller, told(1, 1));
    const std::string endpoint = "54.1.1.1:30303";
    int tries = 0;
    const auto fail_all = [&] {
        for (; tries < static_cast<int>(house.transport.dialled.size()); ++tries) {
            CHECK(house.manager.still_wanted(endpoint));
            house.manager.dial_failed(endpoint, "refused");
        }
    };
    for (int minute = 0; minute < 16; ++minute) {
        pass(house, 60);
        fail_all();
    }
    CHECK(tries >= 4); // after 0, 1, 3, 7, 15 minutes
    CHECK(tries <= 5);
    const auto file = house.manager.to_save(true);
    REQUIRE(file);
    House again(wanting(3));
    again.transport.time = house.transport.time;
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(again.transport.time - Time{});
    again.manager.load(*file, long_ago + since.count());
    pass(again, 100);
    CHECK(again.transport.dialled.empty());
    CHECK(again.manager.known().front().failures == static_cast<unsigned>(tries));
}

TEST_CASE("upkeep: what a full peer gives before its Disconnect is dialled") {
    House house(wanting(2));
    pass(house, 1);
    house.manager.add_peer("36.1.1.1:30303", false);
    REQUIRE(dialled(house) == std::vector<std::string>{"36.1.1.1:30303"});
    Session& full = answers(house, "36.1.1.1:30303", 2);
    for (std::uint8_t i = 1; i <= 3; ++i) {
        house.manager.learn_peer(full, told(i, 1));
    }
    full.receive(test::framed("c20104"), house.clock.now); // Disconnect, too many peers
    CHECK(full.how_it_ended().reason == wire::reason::too_many_peers);
    house.close(full);
    pass(house, 10);
    const auto all = dialled(house);
    CHECK(all.size() == 4);
    CHECK(std::ranges::count(all, "36.1.1.1:30303") == 1); // not again at once
}

TEST_CASE("upkeep: a full node tells where else one may try, and those that it would hurt nothing") {
    PeerManagerOptions options = test::usual();
    House house(options);
    house.greet("54.1.1.1:1", {.id_byte = 1});
    house.greet("54.2.1.1:1", {.id_byte = 2});
    const auto last_words = [&](const test::TheirHello& hello) {
        Session& late = house.greet("54.3.1.1:1", hello);
        CHECK(late.how_it_ended().reason == wire::reason::too_many_peers);
        return house.events.has("out Peers");
    };
    CHECK(last_words({.id_byte = 3}));
    house.events.events.clear();
    CHECK_FALSE(last_words({.version = "9", .client_id = "Ethereum(py)/0.0.1", .id_byte = 4}));
}

TEST_CASE("upkeep: what misbehaves is banned with its address, all its connections end, and it stays so") {
    PeerManagerOptions options = wanting(2);
    House house(options);
    pass(house, 1);
    Session& bad = house.greet("36.1.1.1:1", {.id_byte = 1});
    Session& brother = house.greet("36.1.1.1:2", {.id_byte = 2});
    Session& other = house.greet("36.1.1.2:2", {.id_byte = 3});
    offend(house, bad, Offence::malformed, 24);
    pass(house, 20);
    CHECK(other.phase() == Phase::ready);
    CHECK(bad.phase() == Phase::ready);
    offend(house, bad, Offence::malformed, 3);
    CHECK_FALSE(house.manager.has_room("36.1.1.1:3"));
    house.transport.time += 1s;
    house.manager.tick(long_ago + 22);
    CHECK(bad.phase() == Phase::closing);
    CHECK(brother.phase() == Phase::closing);
    CHECK(other.phase() == Phase::ready);
    house.manager.learn_peer(other, {{36, 1, 1, 1}, 4, 30303, {}});
    pass(house, 60);
    CHECK(dialled(house).empty());
    const auto file = house.manager.to_save(true);
    REQUIRE(file);
    REQUIRE(file->bans.size() == 1);
    CHECK(file->bans[0].reason == "sends messages that cannot be read");
    House again(options);
    again.transport.time = house.transport.time;
    again.manager.load(*file, long_ago + 100);
    CHECK_FALSE(again.manager.has_room("36.1.1.1:3"));
    CHECK(again.manager.has_room("36.1.1.2:3"));
    CHECK(again.manager.unban("36.1.1.1"));
    CHECK(again.manager.has_room("36.1.1.1:3"));
}

TEST_CASE("upkeep: loopback and special peers are not banned by points") {
    PeerManagerOptions options = wanting(0);
    House house(options);
    house.manager.want("36.1.1.1:30303");
    Session& special = answers(house, "36.1.1.1:30303", 1);
    Session& local = house.greet("127.0.0.1:2", {.id_byte = 2});
    offend(house, special, Offence::bad_protocol, 20);
    offend(house, local, Offence::bad_protocol, 20);
    pass(house, 20);
    CHECK(special.phase() == Phase::ready);
    CHECK(local.phase() == Phase::ready);
    CHECK(house.manager.ban("127.0.0.1", 60s, "by hand")); // an order is an order
    CHECK(local.phase() == Phase::closing);
    CHECK_FALSE(house.manager.has_room("127.0.0.1:3"));
    CHECK_FALSE(house.manager.ban("nobody", 60s, "no address"));
}

TEST_CASE("upkeep: a round drops some peers, but no special ones, and none of a small network") {
    for (const std::size_t count : {6u, 18u}) {
        PeerManagerOptions options = wanting(0);
        options.round_time = 60s;
        options.drop_to = 4;
        options.round_minimum = 10;
        House house(options);
        house.manager.want("36.1.1.1:30303");
        Session& special = answers(house, "36.1.1.1:30303", 1);
        for (std::uint8_t i = 1; i < count; ++i) {
            house.greet(std::to_string(40 + i) + ".1.1.1:1", {.id_byte = static_cast<std::uint8_t>(i + 100)});
        }
        pass(house, 59);
        const auto left = [&] {
            return std::ranges::count_if(house.sessions,
                                         [](const auto& each) { return each->phase() == Phase::ready; });
        };
        CHECK(left() == static_cast<std::ptrdiff_t>(count));
        pass(house, 12);
        CHECK(left() == (count < 10 ? 6 : 4));
        CHECK(special.phase() == Phase::ready);
    }
}

TEST_CASE("upkeep: when all places are taken, a flood of one subnet makes room for others") {
    PeerManagerOptions options = test::usual();
    options.max_peers = 10;
    House house(options);
    for (std::uint8_t i = 1; i <= 10; ++i) {
        house.greet("66.6.1." + std::to_string(i) + ":1", {.id_byte = i});
    }
    Session& welcome = house.greet("36.1.1.1:1", {.id_byte = 20});
    CHECK(welcome.phase() == Phase::ready);
    CHECK(house.greet("66.6.2.1:1", {.id_byte = 21}).phase() == Phase::closing);
    CHECK(std::ranges::count_if(house.sessions, [](const auto& each) { return each->phase() == Phase::ready; }) == 10);
}

TEST_CASE("upkeep: who was connected at the end is dialled first after a restart, in the version that worked") {
    House house(wanting(1));
    Session& teller = house.greet("36.1.1.1:1", {.id_byte = 1});
    house.manager.learn_peer(teller, told(7, 1));
    pass(house, 2);
    REQUIRE(dialled(house) == std::vector<std::string>{"54.7.1.1:30303"});
    answers(house, "54.7.1.1:30303", 9);
    for (std::uint8_t i = 1; i < 200; ++i) {
        house.manager.learn_peer(teller, told(i, 9));
    }
    const auto file = parse_peer_file(to_text(*house.manager.to_save(true)));
    House again(wanting(1));
    again.transport.time = house.transport.time;
    again.manager.load(file, long_ago + 100);
    pass(again, 1);
    REQUIRE_FALSE(dialled(again).empty());
    CHECK(dialled(again).front() == "54.7.1.1:30303");
    Session& dial = again.connect("54.7.1.1:30303", Direction::outbound);
    again.clock.advance(2s);
    dial.tick(again.clock.now);
    REQUIRE(dial.profile() != nullptr);
    CHECK(dial.profile()->name == "12");
}

TEST_CASE("upkeep: nothing is written down again until something has changed") {
    House house(wanting(1));
    pass(house, 100);
    CHECK_FALSE(house.manager.to_save());
    Session& teller = house.greet("36.1.1.1:1", {.id_byte = 1});
    house.manager.learn_peer(teller, told(7, 1));
    CHECK(house.manager.to_save());
    house.manager.learn_peer(teller, told(8, 1));
    CHECK_FALSE(house.manager.to_save()); // a minute between two, but for bans
    house.manager.ban("36.9.9.9", 60s, "x");
    CHECK(house.manager.to_save());
    house.manager.learn_peer(teller, told(9, 1));
    pass(house, 61);
    CHECK(house.manager.to_save());
}

TEST_CASE("upkeep: peers are added, removed and listed") {
    House house(wanting(0));
    CHECK_FALSE(house.manager.add_peer("nowhere", true));
    CHECK(house.manager.add_peer("36.1.1.1:30303", true));
    Session& peer = answers(house, "36.1.1.1:30303", 5);
    const auto all = house.manager.peers();
    REQUIRE(all.size() == 1);
    CHECK(all[0].endpoint == "36.1.1.1:30303");
    CHECK(all[0].special);
    CHECK(all[0].ready);
    CHECK(all[0].messages_in == 1);
    CHECK(all[0].bytes_in > 60);
    REQUIRE(house.manager.to_save());
    CHECK(house.manager.remove_peer("36.1.1.1:30303"));
    CHECK(peer.phase() == Phase::closing);
    house.close(peer);
    CHECK_FALSE(house.manager.remove_peer("36.1.1.1:30303"));
    pass(house, 600);
    CHECK(house.transport.dialled.size() == 1);
}

TEST_CASE("upkeep: a connection to ourselves ends on both sides before it counts as a peer, and is not made again") {
    House house(wanting(1));
    pass(house, 1);
    house.manager.add_peer("36.1.1.1:30303", false);
    Session& out = answers(house, "36.1.1.1:30303", 0x11);
    Session& in = house.greet("36.1.1.1:4000", {.id_byte = 0x11});
    for (Session* const each : {&out, &in}) {
        CHECK(each->phase() == Phase::closing);
        CHECK_FALSE(each->was_ready());
    }
    CHECK(house.manager.ready_peers() == 0);
    house.close(out);
    Session& teller = house.greet("36.2.1.1:1", {.id_byte = 1});
    house.manager.learn_peer(teller, {{36, 1, 1, 1}, 4, 30303, {}});
    pass(house, 3600);
    CHECK(house.transport.dialled.size() == 1);
}

TEST_CASE("upkeep: a special peer that says that it is us is believed until the next start only") {
    House house(wanting(0));
    pass(house, 1);
    house.manager.want("36.1.1.1:30303");
    Session& liar = answers(house, "36.1.1.1:30303", 0x11);
    CHECK(liar.phase() == Phase::closing);
    house.close(liar);
    pass(house, 600);
    CHECK(house.transport.dialled.size() == 1);
    CHECK(house.manager.to_save(true)->bans.empty());
}
