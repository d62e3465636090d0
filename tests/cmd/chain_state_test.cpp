// What the commands say of the state of a chain.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cmd/program.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;

namespace {

/// A chain of PoC-4 that anybody can mine on: three good blocks, and one of the test.
struct Blocks {
    test::TemporaryFolder folder{};
    test::MiniChain mini{
        chain::rules_for(11), 4,
        &*std::ranges::find(chain::all_premines(), std::string_view("cpp@c186d8f4d"), &chain::Premine::name)};
    std::vector<test::MinedBlock> blocks = [this] {
        const Address miner = test::address_of(1);
        return mini.mine_many(mini.genesis_block(), 3, {.coinbase = Bytes(miner.bytes.begin(), miner.bytes.end())});
    }();
    std::string genesis = (folder.path() / "genesis.hex").string();
    std::string file = (folder.path() / "blocks.rlp").string();
    std::string data = (folder.path() / "data").string();

    void add(const test::MineOptions& options) { blocks.push_back(mini.mine(blocks.back(), options)); }
    void write() const {
        std::ofstream(genesis) << to_hex(mini.genesis().rlp) << '\n';
        std::ofstream out(file, std::ios::binary);
        for (const test::MinedBlock& block : blocks) {
            out << as_text(block.rlp);
        }
    }
    test::Ran chain(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "chain");
        arguments.insert(arguments.end(), {"--data-dir", data});
        return test::run_program(arguments);
    }
    nlohmann::json document(std::vector<std::string> arguments) const {
        arguments.emplace_back("--json");
        return nlohmann::json::parse(chain(std::move(arguments)).out, nullptr, false);
    }
    test::Ran import(std::vector<std::string> more = {}) const {
        write();
        std::vector<std::string> arguments{"import", file, "--genesis", genesis, "--protocol", "11"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return chain(std::move(arguments));
    }
};

test::MineOptions with_wrong_root() {
    return {.change = [](test::HeaderDraft& header) { header.state_root[0] ^= 1; }};
}

} // namespace

TEST_CASE("chain state: status and verify say that all was checked") {
    const Blocks bench;
    const test::Ran imported = bench.import();
    REQUIRE(imported.code == 0);
    CHECK(imported.out.ends_with("\nstate: checked to #3\n"));
    CHECK(bench.document({"import", bench.file, "--genesis", bench.genesis, "--protocol", "11"})["state"] ==
          nlohmann::json{{"check", "on"}, {"checked_to", 3}});
    CHECK(bench.chain({"status"}).out.contains("\nstate: checked to #3\n"));
    CHECK(bench.document({"status"})["state"] == nlohmann::json{{"check", "on"}, {"checked_to", 3}});
    CHECK(bench.chain({"verify"}).out == "all rules hold up to block 3\nstate: checked to #3\n");
    CHECK(bench.document({"verify"})["state"]["checked_to"] == 3);
}

TEST_CASE("chain state: a wrong root is refused and so is what follows it") {
    Blocks bench;
    bench.add(with_wrong_root());
    bench.add({});
    const test::Ran ran = bench.import();
    CHECK(ran.code == 1);
    CHECK(ran.out.contains("imported 3 blocks, 0 known, 2 refused, 0 without their parent"));
    CHECK(ran.err.contains("block 4 of the file: chain.bad_state_root at "));
    CHECK(ran.err.contains("path header.state_root: "));
    CHECK(ran.err.contains(", expected " + to_hex(bench.mini.mine(bench.blocks[2]).state->root())));
    CHECK(bench.document({"status"})["head_number"] == 3);
}

TEST_CASE("chain state: off takes it and says so and verify finds it later") {
    Blocks bench;
    bench.add(with_wrong_root());
    CHECK(bench.import({"--state", "off"}).out.ends_with("\nstate: not checked, --state is off\n"));
    CHECK(bench.chain({"verify", "--state", "off"}).out ==
          "all rules hold up to block 4\nstate: not checked, --state is off\n");
    CHECK(bench.chain({"status", "--state", "off"}).out.contains("state: not checked, --state is off\n"));
    CHECK(bench.document({"status", "--state", "off"})["state"] == nlohmann::json{{"check", "off"}});
    CHECK(bench.chain({"status"})
              .out.contains("state: checked to #3, unknown from #4 because block 4 breaks a rule: "
                            "chain.bad_state_root at "));
    const test::Ran found = bench.chain({"verify"});
    CHECK(found.code == 1);
    CHECK(found.out.contains("block 4 " + to_hex(bench.blocks[3].record.hash) + ": chain.bad_state_root at "));
    CHECK(bench.chain({"verify", "--state", "maybe"}).err.contains("--state maybe: give on or off"));
}

TEST_CASE("chain state: from a creation on it is unknown") {
    Blocks bench;
    bench.add({.transactions = {
                   test::sign_transaction(chain::TransactionLayout::t9a, {.to = Bytes(20), .value = 0, .gas = 100})}});
    bench.add(with_wrong_root());
    const char* const because = "transaction 0 of block 4 creates a contract";
    CHECK(bench.import().out.ends_with(std::string(because) + '\n'));
    const std::string line = std::string("state: checked to #3, unknown from #4 because ") + because + '\n';
    CHECK(bench.chain({"status"}).out.contains(line));
    CHECK(bench.chain({"verify"}).out == "all rules hold up to block 5\n" + line);
    CHECK(bench.document({"status"})["state"] ==
          nlohmann::json{{"check", "on"}, {"checked_to", 3}, {"unknown_from", 4}, {"because", because}});
}

TEST_CASE("chain state: a nonce and a balance that are wrong name what was expected") {
    for (const auto& [draft, said] :
         {std::pair{test::TransactionDraft{.nonce = 5}, std::string("chain.bad_nonce at ")},
          std::pair{test::TransactionDraft{.key = 2}, std::string("chain.bad_balance at ")}}) {
        Blocks bench;
        bench.add({.transactions = {test::sign_transaction(chain::TransactionLayout::t9a, draft)}});
        const test::Ran ran = bench.import();
        CHECK(ran.code == 1);
        CHECK(ran.err.contains(said));
        CHECK(ran.err.contains(draft.nonce == 5 ? "transactions[0].nonce: 5, expected 0: as many has "
                                                : "transactions[0].value: it may cost 5000000000001000 wei, "));
    }
}

TEST_CASE("chain state: recorded chains are checked to their heads") {
    const auto folder = test::shared_file("chains");
    if (!folder) {
        MESSAGE("skipped: chains not found");
        return;
    }
    for (const auto& file : test::files_below(*folder, ".jsonl")) {
        CAPTURE(file.filename().string());
        const test::TemporaryFolder place;
        const std::string data = (place.path() / "data").string();
        CHECK(test::run_program({"chain", "import", file.string(), "--data-dir", data}).code == 0);
        const nlohmann::json status =
            nlohmann::json::parse(test::run_program({"chain", "status", "--data-dir", data, "--json"}).out);
        CHECK(status["state"] == nlohmann::json{{"check", "on"}, {"checked_to", status["head_number"]}});
    }
}
