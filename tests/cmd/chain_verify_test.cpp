// `ethpoc chain verify --resume`: what a run before has left is gone on from, and never trusted.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "chain/state_book.hpp"
#include "cmd/verify_mark.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;

namespace {

/// Forty blocks of PoC-4 in a store, and the marks that a verify might have left.
struct Resumed {
    test::TemporaryFolder folder{};
    test::MiniChain mini{
        chain::rules_for(11), 4,
        &*std::ranges::find(chain::all_premines(), std::string_view("cpp@c186d8f4d"), &chain::Premine::name)};
    std::vector<test::MinedBlock> blocks = mini.mine_many(mini.genesis_block(), 40);
    std::string data = (folder.path() / "data").string();
    std::string mark_file = data + "/verify.json";

    Resumed() {
        std::ofstream(folder.path() / "genesis.hex") << to_hex(mini.genesis().rlp) << '\n';
        std::ofstream out(folder.path() / "blocks.rlp", std::ios::binary);
        for (const test::MinedBlock& block : blocks) {
            out << as_text(block.rlp);
        }
        out.close();
        REQUIRE(test::run_program({"chain", "import", (folder.path() / "blocks.rlp").string(), "--genesis",
                                   (folder.path() / "genesis.hex").string(), "--protocol", "11", "--data-dir", data})
                    .code == 0);
    }
    cmd::VerifyMark mark() const {
        const test::MinedBlock& at = blocks[29];
        return {mini.genesis().hash, 0, 30, at.record.hash,
                chain::encode_kept({at.record.hash, at.record.number, *at.state})};
    }
    test::Ran verify(const cmd::VerifyMark& mark) const {
        REQUIRE(cmd::write_verify_mark(data, mark));
        return verify();
    }
    test::Ran verify() const { return test::run_program({"chain", "verify", "--resume", "--data-dir", data}); }
};

constexpr const char* went_on =
    "all rules hold up to block 40\nof them those up to block 30 by the run before, on which "
    "this one went on\nstate: checked to #40\n";
constexpr const char* began_anew = "all rules hold up to block 40\nstate: checked to #40\n";

} // namespace

TEST_CASE("chain verify: goes on from what was left and removes it at the end") {
    const Resumed bench;
    const test::Ran ran = bench.verify(bench.mark());
    CHECK(ran.code == 0);
    CHECK(ran.out == went_on);
    CHECK(ran.err.empty());
    CHECK_FALSE(std::filesystem::exists(bench.mark_file));
    REQUIRE(cmd::write_verify_mark(bench.data, bench.mark()));
    const json document =
        json::parse(test::run_program({"chain", "verify", "--resume", "--json", "--data-dir", bench.data}).out);
    CHECK(document["ok"] == true);
    CHECK(document["resumed_from"] == 30);
    REQUIRE(cmd::write_verify_mark(bench.data, bench.mark()));
    CHECK(test::run_program({"chain", "verify", "--data-dir", bench.data}).out == began_anew); // it was not asked to
    CHECK(test::run_program({"chain", "verify", "--resume", "--from", "3", "--data-dir", bench.data}).code == 2);
}

TEST_CASE("chain verify: accounts that are missing or were changed are replayed") {
    const Resumed bench;
    auto mark = bench.mark();
    mark.state.clear();
    CHECK(bench.verify(mark).out == went_on);
    mark = bench.mark();
    chain::State rich = *bench.blocks[29].state;
    rich.set(Bytes(20, 0x77), {0, U256(1)});
    mark.state = chain::encode_kept({mark.hash, mark.number, rich});
    const test::Ran ran = bench.verify(mark);
    CHECK(ran.code == 0);
    CHECK(ran.out == went_on);
    mark.state = chain::encode_kept({bench.blocks[28].record.hash, 29, *bench.blocks[28].state}); // of another block
    CHECK(bench.verify(mark).out == went_on);
}

TEST_CASE("chain verify: what does not fit the chain is left aside and it says why") {
    const Resumed bench;
    CHECK(bench.verify().err.contains("begins anew: nothing was left by a verify before"));
    auto mark = bench.mark();
    mark.hash = bench.blocks[28].record.hash;
    test::Ran ran = bench.verify(mark);
    CHECK(ran.code == 0);
    CHECK(ran.out == began_anew);
    CHECK(ran.err.contains("begins anew: block 30 is another one than was checked then"));
    mark = bench.mark();
    mark.genesis = mark.hash;
    CHECK(bench.verify(mark).err.contains("begins anew: verify.json is of another chain"));
    CHECK(std::filesystem::exists(bench.mark_file)); // that other chain may still want it
    mark = bench.mark();
    mark.number = 41;
    CHECK(bench.verify(mark).err.contains("begins anew: block 41"));
    for (const char* const text : {"", "{", "[]", "{\"genesis\":1}", "\xff\xfe", "{\"number\":-1}"}) {
        std::ofstream(bench.mark_file, std::ios::binary) << text;
        ran = bench.verify();
        CHECK(ran.out == began_anew);
        CHECK(ran.err.contains("begins anew: verify.json cannot be read, or is none"));
    }
}

TEST_CASE("chain verify: a mark is written and read again") {
    const test::TemporaryFolder folder;
    const std::string place = folder.path().string();
    CHECK_FALSE(cmd::read_verify_mark(place));
    const cmd::VerifyMark mark{Hash256::right_aligned(Bytes{1}), 3, 70, Hash256::right_aligned(Bytes{2}), Bytes{4, 5}};
    REQUIRE(cmd::write_verify_mark(place, mark));
    const auto read = cmd::read_verify_mark(place);
    REQUIRE(read);
    CHECK(read->genesis == mark.genesis);
    CHECK(read->from == 3);
    CHECK(read->number == 70);
    CHECK(read->hash == mark.hash);
    CHECK(read->state == mark.state);
    cmd::remove_verify_mark(place, mark.hash);
    CHECK(cmd::read_verify_mark(place));
    cmd::remove_verify_mark(place, mark.genesis);
    CHECK_FALSE(cmd::read_verify_mark(place));
    CHECK_FALSE(cmd::write_verify_mark(place + "/none", mark));
}
