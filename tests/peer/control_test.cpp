// The paths of the control socket, for a running node and for the file of a stopped one.
#include "peer/control_file.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "chain/u256.hpp"
#include "http/query.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using nlohmann::json;

namespace {

/// Notes what it is asked to do.
class FakePort final : public ControlPort {
  public:
    NodeInfo node() const override {
        NodeInfo out;
        out.client_id = "ethpoc/v1";
        out.uptime = std::chrono::milliseconds(1500);
        out.connections = 2;
        out.ready = 1;
        out.inbound = 1;
        out.outbound = 1;
        out.total_difficulty = *chain::from_decimal("340282366920938463463374607431768211456");
        out.rules = "poc7";
        out.known_tried = 3;
        out.known_new = 4;
        out.bans = 5;
        out.sync.best_peer = "192.0.2.1:30303";
        out.sync.target_difficulty = U256{7};
        out.sync.progress = 0.25;
        out.state = {true, 9, 10, "it is large"};
        return out;
    }
    std::vector<PeerInfo> peers() const override {
        PeerInfo one;
        one.id = 7;
        one.endpoint = "192.0.2.1:30303";
        one.client_id = "evil\x1b[2J\xff\"";
        one.protocol = "30";
        one.ready = true;
        one.rate_in = 1.23456;
        one.latency = std::chrono::microseconds(1500);
        one.head_number = 77;
        PeerInfo other;
        other.endpoint = "[2001:db8::1]:1";
        other.direction = Direction::outbound;
        return {one, other};
    }
    std::vector<std::string> special() const override { return {"boot.example:30303"}; }
    std::vector<KnownAddress> known() const override {
        KnownAddress row;
        row.endpoint = "192.0.2.9:1";
        row.table = "tried";
        row.seen = 5;
        return {row};
    }
    std::vector<BanInfo> bans() const override { return {{"192.0.2.7", 99, "why"}}; }
    Done add(const std::string& endpoint, bool special) override {
        return note("add " + endpoint + (special ? " special" : ""));
    }
    Done remove(const std::string& endpoint) override { return note("remove " + endpoint); }
    Done ban(const NodeAddress& scope, std::chrono::seconds length, const std::string& reason) override {
        return note("ban " + scope_text(scope) + " " + std::to_string(length.count()) + " " + reason);
    }
    Done unban(const NodeAddress&) override { return std::unexpected("it is not banned"); }

    std::vector<std::string> done{};

  private:
    Done note(const std::string& what) {
        done.push_back(what);
        return {};
    }
};

struct Told {
    unsigned status = 0;
    json body{};
};

Told ask(ControlPort& port, std::string_view method, std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    const auto said = answer(port, {method, path, target.substr(std::min(path.size() + 1, target.size())), {}});
    if (!said) { return {404, {}}; }
    CHECK(said->type == "application/json");
    return {said->status, json::parse(said->body)};
}

} // namespace

TEST_CASE("control: what a running node shows") {
    FakePort port;
    const Told peers = ask(port, "GET", "/peers");
    CHECK(peers.status == 200);
    REQUIRE(peers.body["peers"].size() == 2);
    const json& one = peers.body["peers"][0];
    CHECK(one["peer"] == "192.0.2.1:30303");
    CHECK(one["client_id"] == "evil\\x1b[2J\\xff\"");
    CHECK(one["latency_ms"] == 1.5);
    CHECK(one["rate_in"] == 1.235);
    CHECK(one["head_number"] == 77);
    CHECK(one["head_hash"].is_null());
    CHECK(one["direction"] == "inbound");
    CHECK(peers.body["peers"][1]["direction"] == "outbound");
    CHECK(peers.body["peers"][1]["protocol"].is_null());
    CHECK(peers.body["peers"][1]["latency_ms"].is_null());
    CHECK(peers.body["special"] == json::array({"boot.example:30303"}));
    CHECK(ask(port, "GET", "/status").body["uptime_seconds"] == 1.5);
    const json status = ask(port, "GET", "/status").body;
    CHECK(status["peers"] == json{{"connections", 2}, {"ready", 1}, {"inbound", 1}, {"outbound", 1}});
    CHECK(status["head"]["total_difficulty"] == "340282366920938463463374607431768211456");
    CHECK(status["head"]["rules"] == "poc7");
    CHECK(status["sync"] == json{{"from", nullptr},
                                 {"last_block_seconds", nullptr},
                                 {"best_peer", "192.0.2.1:30303"},
                                 {"target_difficulty", "7"},
                                 {"progress", 0.25}});
    CHECK(status["state"] ==
          json{{"check", "on"}, {"checked_to", 9}, {"unknown_from", 10}, {"because", "it is large"}});
    CHECK(status["known"] == json{{"tried", 3}, {"new", 4}});
    CHECK(status["bans"] == 5);
    CHECK(ask(port, "GET", "/known").body["known"][0]["last_success"].is_null());
    CHECK(ask(port, "GET", "/known").body["known"][0]["seen"] == 5);
    CHECK(ask(port, "GET", "/bans").body["bans"][0] ==
          json{{"address", "192.0.2.7"}, {"until", 99}, {"reason", "why"}});
    const Told connected = ask(port, "GET", "/peers/%5B2001%3Adb8%3A%3A1%5D%3A1");
    CHECK(connected.body["peers"].size() == 1);
    CHECK(connected.body["known"].is_null());
    CHECK(ask(port, "GET", "/peers/192.0.2.9:1").body["known"]["table"] == "tried");
    const Told nobody = ask(port, "GET", "/peers/192.0.2.8:1");
    CHECK(nobody.status == 404);
    CHECK(nobody.body["error"] == "192.0.2.8:1 is neither connected nor known");
}

TEST_CASE("control: what a running node is told to do") {
    FakePort port;
    struct Row {
        const char* target;
        unsigned status;
        const char* done; // "": nothing
    };
    for (const Row& row : {
             Row{"/peers/add?peer=boot.example:30303", 200, "add boot.example:30303"},
             Row{"/peers/add?peer=%5B::1%5D:1&special=1", 200, "add [::1]:1 special"},
             Row{"/peers/add?peer=192.0.2.1", 400, ""},
             Row{"/peers/add?peer=192.0.2.1:0", 400, ""},
             Row{"/peers/add?peer=192.0.2.1:70000", 400, ""},
             Row{"/peers/add?peer=:1", 400, ""},
             Row{"/peers/add?peer=a%0ab:1", 400, ""},
             Row{"/peers/add", 400, ""},
             Row{"/peers/remove?peer=192.0.2.1:1", 200, "remove 192.0.2.1:1"},
             Row{"/peers/ban?peer=192.0.2.1", 200, "ban 192.0.2.1 86400 banned by hand"},
             Row{"/peers/ban?peer=192.0.2.1:9&for=60&reason=a%20b%0a", 200, "ban 192.0.2.1:9 60 a b\\x0a"},
             Row{"/peers/ban?peer=example.org", 400, ""},
             Row{"/peers/ban?peer=192.0.2.1&for=0", 400, ""},
             Row{"/peers/ban?peer=192.0.2.1&for=-5", 400, ""},
             Row{"/peers/ban?peer=192.0.2.1&for=9999999999999", 400, ""},
             Row{"/peers/ban?peer=192.0.2.1&for=6x", 400, ""},
             Row{"/peers/unban?peer=192.0.2.1", 404, ""},
         }) {
        CAPTURE(row.target);
        port.done.clear();
        const Told told = ask(port, "POST", row.target);
        CHECK(told.status == row.status);
        CHECK(told.body.contains(row.status == 200 ? "done" : "error"));
        CHECK(port.done == (*row.done == '\0' ? std::vector<std::string>{} : std::vector<std::string>{row.done}));
    }
    CHECK(ask(port, "GET", "/peers/add?peer=192.0.2.1:1").status == 405);
    CHECK(ask(port, "POST", "/peers").status == 405);
    CHECK(ask(port, "POST", "/peers/192.0.2.1:1").status == 404);
    CHECK(ask(port, "GET", "/").status == 404);
    CHECK(port.done.empty());
}

TEST_CASE("control: a stopped node is seen and changed in the same way") {
    PeerFile file;
    file.addresses.push_back({.where = *parse_address("192.0.2.1:30303"), .tried = true});
    file.bans.push_back({*parse_scope("192.0.2.7"), 1000, "over"});
    file.bans.push_back({*parse_scope("192.0.2.8"), 3000, "not over"});
    FilePort port(file, 2000);
    CHECK(ask(port, "GET", "/peers").body == json{{"peers", json::array()}, {"special", json::array()}});
    CHECK(ask(port, "GET", "/known").body["known"][0]["table"] == "tried");
    CHECK(ask(port, "GET", "/bans").body["bans"].size() == 1);
    CHECK(ask(port, "GET", "/peers/192.0.2.1:30303").body["known"]["peer"] == "192.0.2.1:30303");
    CHECK(port.changed() == nullptr);
    CHECK(ask(port, "POST", "/peers/unban?peer=192.0.2.9").status == 404);
    CHECK(ask(port, "POST", "/peers/remove?peer=192.0.2.9:1").status == 404);
    CHECK(ask(port, "POST", "/peers/add?peer=boot.example:1").status == 404); // no name among the addresses
    CHECK(port.changed() == nullptr);

    CHECK(ask(port, "POST", "/peers/add?peer=boot.example:1&special=1").status == 200);
    CHECK(ask(port, "POST", "/peers/add?peer=boot.example:1&special=1").status == 200);
    CHECK(ask(port, "POST", "/peers/add?peer=192.0.2.2:1").status == 200);
    CHECK(ask(port, "POST", "/peers/remove?peer=192.0.2.1:30303").status == 200);
    CHECK(ask(port, "POST", "/peers/ban?peer=192.0.2.7&for=500&reason=again").status == 200);
    CHECK(ask(port, "POST", "/peers/unban?peer=192.0.2.8").status == 200);
    REQUIRE(port.changed() != nullptr);
    const PeerFile again = parse_peer_file(to_text(*port.changed()));
    CHECK(again.damaged == 0);
    CHECK(again.special == std::vector<std::string>{"boot.example:1"});
    REQUIRE(again.addresses.size() == 1);
    CHECK(to_text(again.addresses[0].where) == "192.0.2.2:1");
    CHECK_FALSE(again.addresses[0].tried);
    REQUIRE(again.bans.size() == 1);
    CHECK(scope_text(again.bans[0].scope) == "192.0.2.7");
    CHECK(again.bans[0].until == 2500);
    CHECK(again.bans[0].reason == "again");
}
