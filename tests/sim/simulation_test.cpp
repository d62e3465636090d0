// Whole runs in virtual time: the same seed, partitions, crashes; and what is said of a scenario that is wrong.
#include <doctest/doctest.h>

#include "tests/sim/run_scenario.hpp"

using namespace ethpoc;
using test::count_of;
using test::Ran;
using test::run_scenario;
using namespace std::chrono_literals;

namespace {

std::string scenario_of(std::string_view more, int nodes = 6) {
    return "for = \"20m\"\nprotocol = \"poc5\"\ntopology = \"ring\"\nspecial = true\njoin_within = "
           "\"10s\"\n[lines]\nbandwidth = 0\n"
           "[[group]]\nname = \"node\"\ncount = " +
           std::to_string(nodes) +
           "\nkeeps_store = true\n[[group]]\nname = \"miner\"\nrole = \"miner\"\nblock_time = \"30s\"\n" +
           std::string(more);
}

} // namespace

TEST_CASE("simulation: one network, one head, and the same seed writes the same journal, another one does not") {
    const std::string text = scenario_of("");
    const Ran first = run_scenario(text);
    CHECK(first.figure("components") == 1);
    CHECK(first.figure("heads.split") <= 1);
    CHECK(first.figure("chain.height") >= 15);
    CHECK(first.outcome.virtual_time == 20min);
    const Ran again = run_scenario(text);
    CHECK(again.journal == first.journal);
    CHECK(again.outcome.journal_hash == first.outcome.journal_hash);
    CHECK(count_of(first.journal, "\n") == first.outcome.journal_lines);
    CHECK(run_scenario(text, 2).outcome.journal_hash != first.outcome.journal_hash);
}

TEST_CASE("simulation: a partition splits the network and the chain, and both heal") {
    const Ran ran = run_scenario(scenario_of(R"(
[[group]]
name = "far"
role = "miner"
block_time = "30s"
[[fault]]
kind = "partition"
from = "4m"
to = "10m"
groups = ["far"]
[[expect]]
metric = "components"
equals = 2
at = "9.5m"
[[expect]]
metric = "heads.split"
at_least = 2
at = "9.5m"
[[expect]]
metric = "components"
equals = 1
[[expect]]
metric = "heads.split"
at_most = 1
)"));
    for (const sim::Judged& each : ran.outcome.judged) {
        CAPTURE(each.expected.metric);
        CAPTURE(each.seen);
        CHECK(each.met);
    }
    CHECK(ran.journal.contains("\"event\":\"reorg\""));
}

TEST_CASE("simulation: nodes that crash come back with the chain that they had") {
    const Ran ran = run_scenario(scenario_of(R"(
[[fault]]
kind = "crash"
at = "10m"
groups = ["node"]
down = "20s"
)"));
    CHECK(count_of(ran.journal, "\"event\":\"crashes\"") == 6);
    CHECK(count_of(ran.journal, "\"event\":\"started\"") == 13);
    CHECK(count_of(ran.journal, "\"head\":0") == 7); // the first start of each, and no other
    CHECK(ran.figure("components") == 1);
    CHECK(ran.figure("heads.split") <= 1);
}

TEST_CASE("simulation: those who vanish are missed, and an expectation that is not met is the first one named") {
    const Ran ran = run_scenario(scenario_of(R"(
[[fault]]
kind = "vanish"
at = "10m"
fraction = 1
groups = ["node"]
[[expect]]
metric = "nodes"
at_least = 1
[[expect]]
metric = "nodes"
equals = 7
[[expect]]
metric = "components"
equals = 7
)"));
    REQUIRE(ran.outcome.unmet() != nullptr);
    CHECK(ran.outcome.unmet()->expected.value == 7);
    CHECK(ran.outcome.unmet()->expected.metric == "nodes");
    CHECK(ran.outcome.unmet()->seen == 1);
}

TEST_CASE("simulation: a bad scenario is refused with every line that is wrong and why") {
    const auto read = sim::read_scenario("nam = \"x\"\nfor = \"1 fortnight\"\n[[group]]\nname = \"a\"\n"
                                         "role = \"attacker\"\nattack = \"shouting\"\n[group.settings]\n"
                                         "peers.max_peer = 3\n[[fault]]\nkind = \"vanish\"\n"
                                         "groups = [\"b\"]\n[[expect]]\nmetric = \"component\"\nequals = 1\n");
    REQUIRE(!read);
    const std::vector<std::pair<std::uint32_t, std::string_view>> wanted{
        {1, "did you mean \"name\"?"},   {2, "is not a time"},
        {3, "attack: one of"},           {8, "peers.max_peers"},
        {11, "there is no group \"b\""}, {12, "did you mean \"components\"?"}};
    REQUIRE(read.error().size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CHECK(read.error()[i].line == wanted[i].first);
        CHECK(read.error()[i].sentence.contains(wanted[i].second));
    }
    CHECK(!sim::read_scenario("name = \"nobody\"\n"));
}
