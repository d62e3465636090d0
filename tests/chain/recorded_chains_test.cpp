// Chains that genuine clients mined, under every rule.
#include <doctest/doctest.h>

#include "chain/blockchain.hpp"
#include "chain/keccak.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::uint64_t now = 4'000'000'000;

void check_chain(const std::filesystem::path& file, std::string_view client) {
    CAPTURE(file.filename().string());
    CAPTURE(client);
    const auto recorded = test::read_chain(file);
    REQUIRE_FALSE(recorded.blocks.empty());
    const Rules& rules = rules_for(recorded.head.protocol, client);
    const auto genesis = genesis_from_rlp("recorded", recorded.head.genesis_rlp, rules);
    REQUIRE(genesis);
    const auto store = Store::open(":memory:");
    REQUIRE(store);
    auto chain = Blockchain::open(**store, *genesis, rules);
    REQUIRE(chain);
    const auto result = (*chain)->import(recorded.views(), now);
    for (const Import& block : result.blocks) {
        INFO((block.error ? block.error->message() : ""));
        CHECK(block.verdict == Verdict::imported);
    }
    CHECK((*chain)->head().number == recorded.blocks.size());
    const auto fault = (*chain)->verify(0);
    INFO((fault ? fault->second.message() : ""));
    CHECK_FALSE(fault);
}

} // namespace

TEST_CASE("recorded chains: the pieces in this checkout import with all rules") {
    for (const char* const name : {"cpp-0.3.10", "go-p08", "go-p17", "cpp-poc7", "go-p54-eqtime"}) {
        const auto file = test::test_file(std::string("chains/") + name + ".jsonl");
        check_chain(file, name);
        check_chain(file, {}); // rows of C++ take the blocks of Go as well
    }
}

TEST_CASE("recorded chains: all of them import with all rules") {
    const auto folder = test::shared_file("chains");
    if (!folder) {
        MESSAGE("skipped: chains not found");
        return;
    }
    std::size_t count = 0;
    for (const auto& file : test::files_below(*folder, ".jsonl")) {
        check_chain(file, test::read_chain(file).head.client);
        check_chain(file, {}); // rows of C++ take the blocks of Go as well
        ++count;
    }
    CHECK(count >= 17);
}

TEST_CASE("recorded chains: blocks with transactions and their senders") {
    struct Row {
        const char* name;
        std::size_t transactions;
        std::string_view sender;
    };
    for (const Row& row : {
             Row{"cpp-0.3.10-easy-tx", 4, "0b33b1b15342fbae2cc910801bdf455b43c27446"},
             Row{"cpp-poc4-easy-tx", 4, "f90eb53ef4c92b1da8399fa89cd8a3903a3e7c0a"},
             Row{"cpp-poc5-easy-tx", 1, "41a503b7086900fca30bab17d501c27de914a76c"},
             Row{"go-p23-tx", 8, "d92dfd16e38a021a9983a6f77a1dcf4cc8437bf1"},
             Row{"go-p33-tx", 8, "2f257640e1b82f499986a83ebe46cdb157a2ce7c"},
         }) {
        CAPTURE(row.name);
        const auto recorded = test::read_chain(test::test_file(std::string("chains/fragments/") + row.name + ".jsonl"));
        const Rules& rules = recorded.rules();
        std::size_t seen = 0;
        for (const Bytes& bytes : recorded.blocks) {
            const auto block = decode_block(rules, bytes);
            REQUIRE(block);
            const Candidate candidate{rules, bytes, *block};
            CHECK_FALSE(check_alone(candidate));
            CHECK_FALSE(check_transactions(candidate));
            for (const rlp::Item& item : block->transactions) {
                const auto entry = decode_entry(rules.entry, item);
                REQUIRE(entry);
                const auto sender = recover_sender(rules.transaction, entry->transaction.whole());
                REQUIRE(sender);
                CHECK(to_hex(*sender) == row.sender);
                ++seen;
            }
        }
        CHECK(seen == row.transactions);
    }
}

TEST_CASE("recorded chains: a fragment links by the rules between parent and child") {
    for (const char* const name :
         {"cpp-0.3.10-easy-tx", "cpp-poc4-easy-tx", "cpp-poc5-easy-tx", "go-p23-tx", "go-p33-tx"}) {
        CAPTURE(name);
        const auto recorded = test::read_chain(test::test_file(std::string("chains/fragments/") + name + ".jsonl"));
        const Rules& rules = recorded.rules();
        REQUIRE(recorded.blocks.size() >= 2);
        auto parent = make_genesis_record(*decode_block(rules, recorded.blocks[0]));
        for (std::size_t i = 1; i < recorded.blocks.size(); ++i) {
            const auto block = decode_block(rules, recorded.blocks[i]);
            REQUIRE(block);
            const Candidate candidate{rules, recorded.blocks[i], *block};
            CHECK(block->header.parent_hash == parent.hash);
            CHECK_FALSE(check_header_child(candidate, parent));
            parent = make_record(candidate, parent);
        }
    }
}
