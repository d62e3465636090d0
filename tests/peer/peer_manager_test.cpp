// The manager without sockets: sessions that the test feeds, a transport that writes down what it is asked.
#include "peer/peer_manager.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/support/manager_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::House;
using test::usual;

TEST_CASE("peer manager: a peer is told to the chain when it is ready, and when it goes") {
    House house;
    Session& session = house.greet("192.0.2.1:1", {});
    CHECK(house.manager.connections() == 1);
    CHECK(house.manager.ready_peers() == 1);
    house.close(session);
    CHECK(house.manager.connections() == 0);
    CHECK(house.manager.ready_peers() == 0);
    const auto up = house.to_chain.queue().try_pop();
    REQUIRE(up);
    CHECK(std::holds_alternative<sync::command::PeerUp>(up->body));
    CHECK(std::holds_alternative<sync::command::PeerDown>(house.to_chain.queue().try_pop()->body));
    CHECK(house.events.has("disconnected closed the connection"));
}

TEST_CASE("peer manager: traits follow from hello and quirks") {
    struct Row {
        test::TheirHello hello;
        bool has_chain;
        std::uint32_t max_blocks;
    };
    const std::array rows{
        Row{{.version = "11"}, true, 32},
        Row{{.version = "23"}, true, 64},
        Row{{.version = "11", .capabilities = wire::capability::peers}, false, 32}, // a peer server
        Row{{.version = "8", .client_id = "", .capabilities = 0}, true, 100},       // Go that listens
        Row{{.version = "8", .client_id = "Ethereum(py)/0.0.1"}, false, 32},
        Row{{.version = "12", .client_id = "Ethereum(py)/0.5"}, true, 32},
    };
    for (const Row& row : rows) {
        INFO(row.hello.version << " " << row.hello.client_id);
        House house;
        house.greet("192.0.2.1:1", row.hello);
        const auto command = house.to_chain.queue().try_pop();
        REQUIRE(command);
        const auto& traits = std::get<sync::command::PeerUp>(command->body).traits;
        CHECK(traits.has_chain == row.has_chain);
        CHECK(traits.quirks.max_blocks == row.max_blocks);
        CHECK(traits.profile == wire::find_profile(row.hello.version));
    }
}

TEST_CASE("peer manager: a Status with another genesis, network or version is one of another chain") {
    const wire::Profile& profile = *wire::find_profile("p2p2/eth49");
    struct Row {
        std::uint32_t version;
        std::uint64_t network;
        Hash256 genesis;
        bool other;
    };
    Hash256 strange;
    strange.bytes.fill(0x11);
    for (const Row& row :
         {Row{49, 0, {}, false}, Row{49, 0, strange, true}, Row{49, 1, {}, true}, Row{50, 0, {}, true}}) {
        CAPTURE(row.version);
        CAPTURE(row.network);
        House house;
        Session& session = house.greet("192.0.2.1:1", {.version = "p2p2/eth49"});
        wire::Status status{row.version, U256{row.network}, U256{1}, {}, row.genesis};
        session.receive(wire::compose_status(profile, status), house.clock.now);
        const auto command = house.to_chain.queue().try_pop();
        REQUIRE(command);
        const auto& traits = std::get<sync::command::PeerUp>(command->body).traits;
        CHECK(traits.other_chain == row.other);
        CHECK(traits.has_chain == !row.other);
    }
}

TEST_CASE("peer manager: our own id, a used id and one peer too many are refused") {
    House house;
    const auto reason = [](const Session& session) { return session.how_it_ended().reason; };
    CHECK(reason(house.greet("192.0.2.1:1", {.id_byte = 0x11})) == wire::reason::already_connected);
    Session& first = house.greet("192.0.2.1:2", {.id_byte = 1});
    CHECK(first.phase() == Phase::ready);
    CHECK(reason(house.greet("192.0.2.1:3", {.id_byte = 1})) == wire::reason::already_connected);
    CHECK(first.phase() == Phase::ready);
    CHECK(house.greet("192.0.2.1:4", {.id_byte = 2}).phase() == Phase::ready);
    CHECK(reason(house.greet("192.0.2.1:5", {.id_byte = 3})) == wire::reason::too_many_peers);
    CHECK(house.manager.ready_peers() == 2);
    // Whom we dial ourselves is wanted all the same.
    CHECK(house.greet("192.0.2.1:6", {.id_byte = 4}, Direction::outbound).phase() == Phase::ready);
    house.close(first);
    CHECK(house.greet("192.0.2.1:7", {.id_byte = 1}, Direction::outbound).phase() == Phase::ready);
}

TEST_CASE("peer manager: python of spring 2014 shares one id and is not refused for it") {
    House house;
    const test::TheirHello py{.version = "8", .client_id = "Ethereum(py)/0.0.1", .id_byte = 7};
    CHECK(house.greet("192.0.2.1:1", py).phase() == Phase::ready);
    CHECK(house.greet("192.0.2.1:2", py).phase() == Phase::ready);
}

TEST_CASE("peer manager: connections are bounded") {
    House house;
    for (int i = 0; i < 5; ++i) {
        CHECK(house.manager.has_room("192.0.2.1:9"));
        house.connect("192.0.2.1:" + std::to_string(i));
    }
    CHECK_FALSE(house.manager.has_room("192.0.2.1:9"));
}

TEST_CASE("peer manager: a peer that closes at one version is dialled with the next, until none is left") {
    House silent;
    const auto said = silent.versions_said("192.0.2.1:1", "");
    CHECK(said.size() == guesses(Direction::outbound).size());
    CHECK(said.front() == "12");
    CHECK(std::set<std::string>(said.begin(), said.end()).size() == said.size());
    CHECK(silent.transport.dialled.back().second >= 1s); // then it is left alone for a while

    House talkative; // py-v9 says GetPeers first, by its flat id
    const auto heard = talkative.versions_said("192.0.2.1:1", "c110");
    REQUIRE(heard.size() > 2);
    CHECK(heard[0] == "8");
    CHECK(heard[1] == "9");
    CHECK(std::ranges::all_of(heard, [](const std::string& name) { return !name.starts_with("p2p"); }));

    House p2p; // py-0.7.52 says it by the id of p2p
    for (const std::string& name : p2p.versions_said("192.0.2.1:1", "c104")) {
        CHECK(name.starts_with("p2p"));
    }
}

TEST_CASE("peer manager: a peer that answers with another version is dialled with that one") {
    House house;
    house.manager.want("192.0.2.1:1");
    Session& first = house.connect("192.0.2.1:1", Direction::outbound);
    house.clock.advance(1s);
    first.tick(house.clock.now);
    CHECK(first.profile() == wire::find_profile("12"));
    first.receive(test::hello_frame({.version = "9"}), house.clock.now);
    CHECK(first.phase() == Phase::closing);
    house.close(first);
    CHECK(house.transport.dialled.size() == 4); // two more guesses were on their way
    CHECK(house.events.has("retry 9"));
    Session& second = house.connect("192.0.2.1:1", Direction::outbound);
    house.clock.advance(1s);
    second.tick(house.clock.now);
    CHECK(second.profile() == wire::find_profile("9"));
    second.receive(test::hello_frame({.version = "9"}), house.clock.now);
    CHECK(second.phase() == Phase::ready);
}

TEST_CASE("peer manager: silence to the end is not an answer to a version") {
    House house;
    house.manager.want("192.0.2.1:1");
    for (int i = 0; i < 3; ++i) { // the first, and the two beside it
        Session& session = house.connect("192.0.2.1:1", Direction::outbound);
        house.clock.advance(1s);
        session.tick(house.clock.now);
        house.clock.advance(20s);
        session.tick(house.clock.now);
        CHECK(session.ended());
        CHECK(house.transport.dialled.size() == 3);
        house.close(session);
    }
    CHECK_FALSE(house.events.has("retry"));
    REQUIRE(house.transport.dialled.size() == 4);
    CHECK(house.transport.dialled.back().second >= 1s);
}

TEST_CASE("peer manager: a lost peer is dialled again, later each time, unless nobody wants it") {
    House house;
    house.manager.want("192.0.2.1:1");
    for (int i = 0; i < 8; ++i) {
        house.manager.dial_failed("192.0.2.1:1", "refused");
    }
    REQUIRE(house.transport.dialled.size() == 9);
    CHECK(house.transport.dialled[1].second >= 1500ms); // 2 s, and a random part
    CHECK(house.transport.dialled[1].second <= 2500ms);
    for (std::size_t i = 3; i < 9; ++i) {
        CHECK(house.transport.dialled[i].second >= house.transport.dialled[i - 2].second);
    }
    CHECK(house.transport.dialled.back().second <= 16min);
    house.manager.dial_failed("198.51.100.1:1", "refused"); // not asked for
    CHECK(house.transport.dialled.size() == 9);

    PeerManagerOptions once = usual();
    once.dialer.keep_dialling = false;
    House short_lived(std::move(once));
    short_lived.manager.want("192.0.2.1:1");
    short_lived.manager.dial_failed("192.0.2.1:1", "refused");
    CHECK(short_lived.transport.dialled.size() == 1);
}

TEST_CASE("peer manager: a fixed protocol is never changed") {
    PeerManagerOptions fixed = usual();
    fixed.dialer.protocol = wire::find_profile("7");
    House house(std::move(fixed));
    house.manager.want("192.0.2.1:1");
    Session& session = house.connect("192.0.2.1:1", Direction::outbound);
    CHECK(session.profile() == wire::find_profile("7"));
    house.close(session);
    CHECK_FALSE(house.events.has("retry"));
}

TEST_CASE("peer manager: where a number names several rows each of them is tried, and no other is spoken") {
    PeerManagerOptions options = usual();
    options.dialer.among = {wire::find_profile("p2p2/eth52"), wire::find_profile("p2p3/eth52")};
    options.dialer.side_by_side = 1;
    SUBCASE("one that waits for our hello hears each") {
        House house(std::move(options));
        CHECK(house.versions_said("192.0.2.1:1", "") == std::vector<std::string>{"p2p2/eth52", "p2p3/eth52"});
    }
    SUBCASE("one that speaks first is mirrored, dialled or dialling") {
        for (const std::string_view version : {"p2p2/eth52", "p2p3/eth52"}) {
            for (const Direction direction : {Direction::outbound, Direction::inbound}) {
                House house(options);
                house.manager.want("192.0.2.1:1");
                const Session& session = house.greet("192.0.2.1:1", {.version = version}, direction);
                CHECK(session.profile() == wire::find_profile(version));
                CHECK_FALSE(session.ended());
            }
        }
    }
    SUBCASE("another version is refused, and not dialled again with it") {
        for (const std::string_view version : {"p2p2/eth49", "12"}) {
            House house(options);
            house.manager.want("192.0.2.1:1");
            Session& session = house.greet("192.0.2.1:1", {.version = version}, Direction::outbound);
            CHECK_FALSE(session.was_ready());
            CHECK(session.how_it_ended().by == EndedBy::us);
            house.close(session);
            CHECK_FALSE(house.events.has("retry"));
            CHECK(house.transport.dialled.back().second >= 1s);
        }
    }
}

TEST_CASE("peer manager: known peers are public, ready and others") {
    House house;
    Session& asking = house.greet("36.1.1.1:1", {.id_byte = 1}, Direction::outbound);
    house.greet("54.204.10.41:2000", {.id_byte = 2}, Direction::outbound);
    house.greet("10.0.0.1:3", {.id_byte = 3}, Direction::outbound);
    house.greet("127.0.0.1:4", {.id_byte = 4}, Direction::outbound);
    house.connect("54.1.1.1:5", Direction::outbound); // has not said Hello
    house.greet("[2001:db8::1]:6", {.id_byte = 6}, Direction::outbound);
    const auto known = house.manager.known_peers(asking);
    REQUIRE(known.size() == 2);
    const auto v4 = std::ranges::find(known, 4, &wire::PeerEntry::address_size);
    REQUIRE(v4 != known.end());
    CHECK(v4->address[0] == 54);
    CHECK(v4->port == 30303); // the one that its Hello said, not that of the connection
    CHECK(v4->node_id[0] == 2);
}

TEST_CASE("peer manager: learned addresses are dialled only when peers are wanted") {
    for (const std::size_t target : {0u, 1u}) {
        PeerManagerOptions options = usual();
        options.target_peers = target;
        House house(std::move(options));
        Session& session = house.connect("192.0.2.1:1");
        house.manager.learn_peer(session, {{54, 204, 10, 41}, 4, 30303, {}});
        house.manager.learn_peer(session, {{10, 0, 0, 1}, 4, 30303, {}});
        CHECK(house.manager.book().size() == 1);
        house.manager.tick(1'400'000'000);
        house.manager.tick(1'400'000'001);
        CHECK(house.transport.dialled.size() == target);
        if (target > 0) { CHECK(house.transport.dialled.front().first == "54.204.10.41:30303"); }
    }
}

TEST_CASE("peer manager: a peer that sends what breaks the rules is told of each time and then ended") {
    House house;
    Session& session = house.greet("192.0.2.1:1", {});
    const Error error{&wire::errors::bad_hash, 1, 2, "block", "x"};
    for (int i = 0; i < 64; ++i) {
        house.manager.carry_out(sync::action::Rejected{session.id(), wire::MessageType::Blocks, error});
    }
    CHECK(session.phase() == Phase::ready);
    house.manager.carry_out(sync::action::Rejected{session.id(), wire::MessageType::Blocks, error});
    CHECK(session.phase() == Phase::closing);
    CHECK(session.how_it_ended().reason == wire::reason::useless_peer);
    CHECK(house.events.count("malformed") == 65);
}

TEST_CASE("peer manager: a rejected item is named by its place, and paths do not run together") {
    CHECK(join_path(join_path("payload", index_path(3)), "header.state_root") == "payload[3].header.state_root");
    CHECK(join_path("transaction", "r") == "transaction.r");
    CHECK(join_path("payload", "[1]") == "payload[1]");
    CHECK(join_path("", "header") == "header");
    CHECK(join_path("block", "") == "block");
    const Error error{&wire::errors::bad_hash, 1, 2, "header", "x"};
    CHECK(Error(error).moved(3, "blocks[2]").path == "blocks[2].header");
    CHECK(Error(error).moved(3).path == "header");
}

TEST_CASE("peer manager: what the chain wants for a connection that is gone does no harm") {
    House house;
    Session& session = house.greet("192.0.2.1:1", {});
    const auto id = session.id();
    house.close(session);
    house.manager.carry_out(
        sync::action::Send{id, wire::MessageType::Blocks, std::make_shared<const Bytes>(test::framed("c113")), false});
    house.manager.carry_out(sync::action::Drop{id, wire::reason::useless_peer, "x"});
    house.manager.carry_out(sync::action::Imported{id, 3, {}});
    CHECK(house.events.has("imported 3"));
}

TEST_CASE("peer manager: what we dial at an address takes no room from those that dial us from there") {
    PeerManagerOptions options = usual();
    options.max_peers = 20;
    House house(options);
    for (int port = 1; port <= 8; ++port) {
        house.connect("192.0.2.1:" + std::to_string(port), Direction::outbound);
    }
    for (int port = 101; port <= 108; ++port) {
        CHECK(house.manager.has_room("192.0.2.1:" + std::to_string(port)));
        house.connect("192.0.2.1:" + std::to_string(port));
    }
    CHECK_FALSE(house.manager.has_room("192.0.2.1:109"));
    CHECK(house.manager.has_room("192.0.2.2:1"));
    house.close(*house.sessions[0]); // one that we dialled
    CHECK_FALSE(house.manager.has_room("192.0.2.1:109"));
    house.close(*house.sessions[8]);
    CHECK(house.manager.has_room("192.0.2.1:109"));
}

TEST_CASE("peer manager: at the end everybody is told") {
    House house;
    Session& a = house.greet("192.0.2.1:1", {.id_byte = 1});
    Session& b = house.connect("192.0.2.1:2");
    house.manager.want("192.0.2.9:1");
    house.manager.end_all(wire::reason::client_quitting, "client quitting");
    CHECK(a.how_it_ended().reason == wire::reason::client_quitting);
    CHECK(b.phase() == Phase::closing);
    house.close(a);
    CHECK(house.transport.dialled.size() == 1); // nobody is dialled again
}
