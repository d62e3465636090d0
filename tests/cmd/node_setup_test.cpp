#include "cmd/node_setup.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sync/manager.hpp"
#include "sync/proxy.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"
#include "wire/profile.hpp"

using namespace ethpoc;

namespace {

/// The head hash that a node of this genesis reports at its end.
std::string head_of_run(const std::string& genesis, const std::string& protocol) {
    const test::Ran ran = test::run_program({"run", "--genesis", genesis, "--protocol", protocol, "--listen", "none",
                                             "--data-dir", ":memory:", "--for", "0.001", "--json"});
    INFO(ran.err);
    CHECK(ran.code == 0);
    const std::size_t at = ran.out.find("{\"event\":\"stopped\"");
    if (at == std::string::npos) { return ran.err; }
    return nlohmann::json::parse(ran.out.substr(at))["head_hash"].get<std::string>();
}

} // namespace

TEST_CASE("node setup: run takes a genesis file of every layout with a protocol and without") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "genesis").string();
    std::set<const chain::Rules*> seen;
    for (const wire::Profile& profile : wire::profiles()) {
        const chain::Rules& rules = chain::rules_for(profile.chain_version());
        if (!seen.insert(&rules).second) { continue; }
        CAPTURE(rules.name);
        const test::MiniChain mini(rules);
        std::ofstream(file) << to_hex(mini.genesis().rlp);
        CHECK(head_of_run(file, std::string(profile.name)) == "0x" + to_hex(mini.genesis().hash));
        const auto found = cmd::named_genesis(file);
        REQUIRE(found);
        CHECK(found->rules->header == rules.header);
        CHECK(head_of_run(file, "auto") == "0x" + to_hex(found->genesis.hash));
    }
    CHECK(seen.size() >= 15);
}

TEST_CASE("node setup: a number that names several rows means any of them") {
    const auto names = [](const char* protocol) {
        std::string out;
        const auto rows = cmd::protocol_rows(protocol);
        REQUIRE(rows);
        for (const wire::Profile* row : *rows) {
            out += std::string(out.empty() ? "" : " ") + std::string(row->name);
        }
        return out;
    };
    CHECK(names("auto").empty());
    CHECK(names("52") == "p2p2/eth52 p2p3/eth52");
    CHECK(names("34") == "p2p1/eth34 p2p2/eth34");
    CHECK(names("30") == "30"); // a flat one, as the contract says
    CHECK(names("33") == "p2p0/eth33");
    CHECK(names("p2p2/eth52") == "p2p2/eth52");
    CHECK(names("poc8") == "p2p3/eth54");
    CHECK_FALSE(cmd::protocol_rows("57"));
    for (const wire::Profile& profile : wire::profiles()) { // no number leaves out a row
        const auto rows = cmd::protocol_rows(std::to_string(profile.chain_version()));
        REQUIRE(rows);
        const bool flat_too = profile.family == wire::Family::p2p && profile.eth_version <= 30;
        CHECK((std::ranges::find(*rows, &profile) != rows->end()) != flat_too);
        for (const wire::Profile* row : *rows) {
            CHECK(row->chain_version() == profile.chain_version());
        }
    }
    config::Settings settings;
    settings.data_dir = ":memory:";
    settings.protocol = "52";
    const auto several = cmd::node_options(settings);
    REQUIRE(several);
    CHECK(several->peers.dialer.protocol == nullptr);
    CHECK(several->peers.dialer.among.size() == 2);
    CHECK(several->chain.default_version == 52);
    CHECK_FALSE(several->chain.any_chain);
    settings.protocol = "p2p3/eth52";
    CHECK(cmd::node_options(settings)->peers.dialer.protocol == wire::find_profile("p2p3/eth52"));
}

TEST_CASE("node setup: with a genesis and no protocol each peer's version says by which rules and hash") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "genesis").string();
    for (const std::uint32_t version : {7U, 11U, 17U, 23U, 29U, 33U, 38U, 49U, 52U, 54U, 56U}) {
        CAPTURE(version);
        const test::MiniChain mini(chain::rules_for(version));
        std::ofstream(file) << to_hex(mini.genesis().rlp);
        config::Settings settings;
        settings.genesis = file;
        settings.data_dir = ":memory:";
        const auto options = cmd::node_options(settings);
        REQUIRE(options);
        sync::ChainProxy in(1u << 20);
        sync::NetworkProxy out(1u << 20, [] {});
        sync::ChainManager manager(options->chain, in, out);
        REQUIRE(manager.open());
        CHECK(manager.genesis_of({version}) == mini.genesis().hash);
    }
}

TEST_CASE("node setup: whom news are told is one of two words, and each node chooses by a seed of its own") {
    config::Settings settings;
    settings.data_dir = ":memory:";
    const auto usual = cmd::node_options(settings);
    REQUIRE(usual);
    CHECK(usual->chain.hub.relay == sync::RelayMode::all);
    settings.relay = "fanout";
    settings.relay_fanout = 3;
    settings.limits.side_chains = config::mebibytes(5);
    settings.timeouts.slow_peer = std::chrono::seconds(9);
    const auto options = cmd::node_options(settings);
    REQUIRE(options);
    CHECK(options->chain.hub.relay == sync::RelayMode::fanout);
    CHECK(options->chain.hub.relay_fanout == 3);
    CHECK(options->chain.hub.side_bytes == 5u << 20);
    CHECK(options->session.slow_peer == std::chrono::seconds(9));
    CHECK(options->chain.hub.seed != usual->chain.hub.seed);
    settings.relay = "some";
    CHECK_FALSE(cmd::node_options(settings));
    const test::Ran ran = test::run_program({"run", "--relay", "some", "--listen", "none", "--data-dir", ":memory:"});
    CHECK(ran.code == 2);
    CHECK(ran.err.contains("--relay some: give all or fanout; see ethpoc run --help"));
}
