// Tables of peers: what stands in them, and that they fit where they are shown.
#include "cmd/view/peer_table.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace ethpoc;
using nlohmann::ordered_json;

namespace {

ordered_json some_peers() {
    ordered_json one{{"peer", "203.0.113.255:30303"},
                     {"direction", "inbound"},
                     {"client_id", "Ethereum(++)/v0.5.6/brr–brr/Linux/g++"},
                     {"protocol", "p2p2/eth49"},
                     {"phase", "ready"},
                     {"ready", true},
                     {"special", true},
                     {"age_seconds", 12345.6},
                     {"rate_in", 1234.5},
                     {"rate_out", 99.4},
                     {"latency_ms", 123.4},
                     {"queued_bytes", 5},
                     {"queue_limit", 10},
                     {"score", 40},
                     {"head_number", 123456},
                     {"head_hash", "0xab"}};
    ordered_json other{
        {"peer", "192.0.2.1:1"}, {"direction", "outbound"}, {"client_id", ""},  {"protocol", nullptr},
        {"phase", "waiting"},    {"ready", false},          {"age_seconds", 3}, {"rate_in", 0},
        {"rate_out", 0},         {"latency_ms", nullptr},   {"score", 0},       {"head_number", nullptr}};
    return ordered_json::array({one, other});
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        out.push_back(line);
    }
    return out;
}

std::size_t widest(const std::string& text) {
    std::size_t out = 0;
    for (const std::string& line : lines_of(text)) {
        const auto columns =
            std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
        out = std::max(out, static_cast<std::size_t>(columns));
    }
    return out;
}

} // namespace

TEST_CASE("peer table: every figure has its column") {
    const auto lines = lines_of(cmd::peer_table(some_peers()));
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] ==
          "PEER                 CLIENT                                VERSION    DIR    AGE   HEAD IN/s OUT/s "
          "LATENCY SCORE");
    CHECK(lines[1] ==
          "203.0.113.255:30303* Ethereum(++)/v0.5.6/brr–brr/Linux/g++ p2p2/eth49 in  3h 25m 123456 1.2k    99 "
          "  123ms    40");
    CHECK(lines[2].starts_with("192.0.2.1:1 "));
    CHECK(lines[2].find(" waiting ") != std::string::npos);
    CHECK(lines[2].ends_with("-     0"));
}

TEST_CASE("peer table: it fits, and only the client is cut where that is enough") {
    for (const std::size_t columns : {120U, 100U, 80U, 40U, 10U}) {
        CAPTURE(columns);
        CHECK(widest(cmd::peer_table(some_peers(), {columns, 0})) <= columns);
        CHECK(widest(cmd::watch_heading({{"listen", "127.0.0.1:30303"}}, some_peers(), columns)) <= columns);
    }
    const auto narrow = lines_of(cmd::peer_table(some_peers(), {80, 0}));
    CHECK(narrow[1].find("203.0.113.255:30303* Ether… p2p2/eth49 in") == 0);
    CHECK(narrow[0].ends_with("SCORE") == (widest(cmd::peer_table(some_peers())) - 37 + 6 <= 80));
    CHECK(lines_of(cmd::peer_table(some_peers(), {120, 0}))[1].ends_with(" 40"));
}

TEST_CASE("peer table: more peers than lines are counted") {
    ordered_json many = ordered_json::array();
    for (int i = 0; i < 50; ++i) {
        many.push_back(some_peers()[1]);
    }
    const auto lines = lines_of(cmd::peer_table(many, {80, 10}));
    CHECK(lines.size() == 10);
    CHECK(lines.back() == "and 42 more");
    CHECK(lines_of(cmd::peer_table(many, {80, 51})).size() == 51);
    CHECK(lines_of(cmd::peer_table(many, {80, 50})).back() == "and 2 more");
}

TEST_CASE("peer table: numbers of bytes are short") {
    CHECK(cmd::short_bytes(0) == "0");
    CHECK(cmd::short_bytes(999.4) == "999");
    CHECK(cmd::short_bytes(999.6) == "1.0k");
    CHECK(cmd::short_bytes(1234) == "1.2k");
    CHECK(cmd::short_bytes(99'960) == "100k");
    CHECK(cmd::short_bytes(2.5e9) == "2.5G");
    CHECK(cmd::short_bytes(5e15) == "5000T");
}

TEST_CASE("peer table: addresses and bans") {
    const ordered_json known{
        {"peer", "192.0.2.1:1"}, {"table", "tried"}, {"last_success", 940},     {"last_try", nullptr},  {"seen", 1000},
        {"failures", 2},         {"works", "30"},    {"refused", {"18", "19"}}, {"source", "192.0.0.0"}};
    const auto table = lines_of(cmd::known_table(ordered_json::array({known}), 1060));
    CHECK(table[0] == "ADDRESS     TABLE VERSION CONNECTED     TRIED HEARD OF       FAILURES");
    CHECK(table[1] == "192.0.2.1:1 tried 30      2 minutes ago never 60 seconds ago        2");
    CHECK(cmd::known_page(known, 1060).find("30; refused 18, 19") != std::string::npos);
    const ordered_json ban{{"address", "192.0.2.1"}, {"until", 8000}, {"reason", "stalls"}};
    CHECK(lines_of(cmd::ban_table(ordered_json::array({ban}), 800))[1] == "192.0.2.1 in 2 hours stalls");
    const std::string page = cmd::peer_page(some_peers()[0]);
    CHECK(page.find("head          123456 0xab\n") != std::string::npos);
    CHECK(page.find("state         ready, special\n") != std::string::npos);
}
