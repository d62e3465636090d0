// Each row of attacks.def: what it says is what is seen of it, and what the nodes do about it.
#include <doctest/doctest.h>

#include "sim/attack.hpp"
#include "tests/sim/run_scenario.hpp"

using namespace ethpoc;

namespace {

/// Four nodes and a miner for ten minutes, and one attacker.
test::Ran run_attacked(const std::string& attack, const std::string& lines = "") {
    return test::run_scenario(
        "for = \"10m\"\nprotocol = \"poc5\"\ntopology = \"ring\"\njoin_within = \"10s\"\n[lines]\n" + lines +
        "\n[[group]]\nname = \"node\"\ncount = 4\n[[group]]\nname = \"miner\"\nrole = \"miner\"\n"
        "block_time = \"30s\"\n[[group]]\nname = \"bad\"\nrole = \"attacker\"\nattack = \"" +
        attack + "\"\nperiod = \"5s\"\nunknown = true\n");
}

/// What a row's attack must leave in the journal, so many times at least; and the share of its connections among all.
struct AttackSeen {
    std::string_view attack;
    std::vector<std::pair<std::string_view, std::size_t>> in_journal;
    double least_share;
    double most_share;
    std::string_view lines = "";
};

const std::vector<AttackSeen>& attacks_seen() {
    static const std::vector<AttackSeen> all{
        {"address-flood", {{R"("own":16,"nobody":240)", 100}, {R"("event":"connect_failed")", 100}}, 0.1, 0.3},
        {"stalling", {{R"("by":"timeout","reason":"silent for too long")", 5}}, 0, 0.3},
        {"eclipse", {{R"("own":32,"nobody":0)", 100}}, 0.1, 0.3},
        {"sybil", {}, 0.5, 1},
        {"wrong-versions",
         {{"refused: incompatible network protocols", 20}, {"refused: incompatible p2p version", 20}},
         0,
         0},
        {"invalid-blocks",
         {{R"("code":"chain.bad_proof_of_work")", 20}, {"banned: sends blocks that break the rules", 20}},
         0,
         0},
        {"cheap-forks", {{R"("event":"block")", 400}}, 0.1, 0.3},
        {"slow-reader", {{R"("by":"timeout","reason":"does not read")", 5}}, 0, 0.3, "window = 2048"},
    };
    return all;
}

} // namespace

TEST_CASE("attackers: each does what its row says, and five nodes have all of each other and one chain") {
    const test::Ran quiet = run_attacked("wrong-versions"); // it is never a peer
    CHECK(attacks_seen().size() == sim::attacks().size());
    for (const AttackSeen& each : attacks_seen()) {
        CAPTURE(each.attack);
        REQUIRE(sim::attack_named(each.attack) != nullptr);
        const test::Ran ran = run_attacked(std::string(each.attack), std::string(each.lines));
        for (const auto& [what, least] : each.in_journal) {
            CAPTURE(what);
            CHECK(test::count_of(ran.journal, what) >= least);
            // Another attack does not leave it.
            const bool same = test::count_of(quiet.journal, what) >= least;
            CHECK(same == (each.attack == "wrong-versions"));
        }
        CHECK(ran.figure("hostile.share") >= each.least_share);
        CHECK(ran.figure("hostile.share") <= each.most_share);
        CHECK(ran.figure("peers.min") == 4);
        CHECK(ran.figure("heads.split") <= 1);
    }
}
