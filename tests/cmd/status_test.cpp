// What `ethpoc status` shows of a node, and that it fits.
#include "cmd/view/status_page.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cmd/view/columns.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::ordered_json;

namespace {

ordered_json a_running_node() {
    return {
        {"running", true},
        {"client_id", "ethpoc/v0.1.0"},
        {"uptime_seconds", 3725.5},
        {"listen", "127.0.0.1:30303"},
        {"peers", {{"connections", 3}, {"ready", 2}, {"inbound", 1}, {"outbound", 2}}},
        {"head",
         {{"number", 12}, {"hash", "0x" + std::string(64, 'a')}, {"total_difficulty", "123456"}, {"protocol", "poc7"}}},
        {"sync",
         {{"from", "192.0.2.1:30303"},
          {"last_block_seconds", 3.9},
          {"best_peer", "192.0.2.9:30303"},
          {"target_difficulty", "200000"},
          {"progress", 0.99999}}},
        {"state",
         {{"check", "on"}, {"checked_to", 9}, {"unknown_from", 10}, {"because", "block 10 creates a contract"}}},
        {"known", {{"tried", 3}, {"new", 9}}},
        {"bans", 2},
        {"queues",
         {{"to_chain", 1500},
          {"to_chain_limit", 32'000'000},
          {"to_peers", 7},
          {"memory", 0},
          {"memory_limit", 64'000'000}}}};
}

} // namespace

TEST_CASE("status: a running node, a line for each fact") {
    CHECK(cmd::status_page(a_running_node(), {80, 0}) ==
          "node        running for 1h 02m, as ethpoc/v0.1.0\n"
          "listening   127.0.0.1:30303\n"
          "peers       3 connections (1 in, 2 out), 2 ready\n"
          "head        #12, protocol poc7\n"
          "hash        0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
          "difficulty  123456\n"
          "sync        99.9 % of the total difficulty that 192.0.2.9:30303 has named\n"
          "blocks      from 192.0.2.1:30303, 3s ago\n"
          "state       checked to #9, unknown from #10 because block 10 creates a contract\n"
          "addresses   12 known, 3 of them connected once\n"
          "bans        2\n"
          "queues      1.5kB to the chain (at most 32MB), 7B to peers\n"
          "memory      0B held for peers (at most 64MB)\n");
}

TEST_CASE("status: what a node does not know yet is said, or left out") {
    ordered_json node = a_running_node();
    node["listen"] = nullptr;
    node["sync"] = {{"from", nullptr}, {"best_peer", nullptr}, {"progress", nullptr}};
    node["state"] = {{"check", "on"}, {"checked_to", nullptr}};
    const std::string page = cmd::status_page(node, {80, 0});
    CHECK(page.contains("listening   nowhere\n"));
    CHECK(page.contains("sync        no peer has said how far it is\n"));
    CHECK(page.contains("state       will be checked when the next block comes\n"));
    CHECK_FALSE(page.contains("blocks "));
    node["sync"] = {{"best_peer", "192.0.2.9:1"}, {"progress", 1.0}};
    node["state"] = {{"check", "off"}};
    CHECK(cmd::status_page(node, {80, 0}).contains("sync        up to what 192.0.2.9:1 and all others have named\n"));
    CHECK(cmd::status_page(node, {80, 0}).contains("state       not checked, --state is off\n"));
    CHECK(cmd::status_page({{"running", false}, {"head", nullptr}, {"state", nullptr}, {"bans", 0}}, {80, 0}) ==
          "node        not running; this is what its files say\nhead        there is no chain yet\nbans        0\n");
}

TEST_CASE("status: it fits") {
    for (const std::size_t columns : {40U, 60U, 80U, 200U}) {
        CAPTURE(columns);
        std::istringstream lines(cmd::status_page(a_running_node(), {columns, 0}));
        for (std::string line; std::getline(lines, line);) {
            CHECK(cmd::display_width(line) <= columns);
        }
    }
    CHECK(cmd::status_page(a_running_node(), {80, 2}).ends_with("\nlistening   127.0.0.1:30303\n"));
}

TEST_CASE("status: where no node has run there is a next step, and what is only for --watch asks for it") {
    const test::TemporaryFolder folder;
    const std::string data = folder.path().string();
    const auto nothing = test::run_program({"status", "--data-dir", data});
    CHECK(nothing.code == 1);
    CHECK(nothing.out.empty());
    CHECK(nothing.err.contains("`ethpoc run --data-dir " + data + "` starts one"));
    CHECK(test::run_program({"status", "--data-dir", data, "--watch"}).code == 3);
    CHECK(test::run_program({"status", "--data-dir", data, "--every", "1"}).code == 2);
    const std::string chain = ETHPOC_SOURCE_DIR "/tests/chains/go-p08.jsonl";
    REQUIRE(test::run_program({"chain", "import", chain, "--data-dir", data}).code == 0);
    const auto stopped = test::run_program({"status", "--data-dir", data});
    CHECK(stopped.code == 0);
    CHECK(stopped.out.starts_with("node        not running; this is what its files say\nhead        #20, protocol "));
    CHECK(stopped.out.ends_with("next: `ethpoc run --data-dir " + data + "`\n"));
}
