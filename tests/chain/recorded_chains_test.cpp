// Chains that genuine clients mined, under every rule.
#include <doctest/doctest.h>

#include <cctype>

#include "chain/blockchain.hpp"
#include "chain/keccak.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::uint64_t long_after = 4'000'000'000;

void check_chain(const std::filesystem::path& file, std::string_view client) {
    CAPTURE(file.filename().string());
    CAPTURE(client);
    const auto recorded = test::read_chain(file);
    REQUIRE_FALSE(recorded.blocks.empty());
    const Rules& rules = rules_for(recorded.head.protocol, implementation_of(client));
    const auto genesis = genesis_from_rlp("recorded", recorded.head.genesis_rlp, rules);
    REQUIRE(genesis);
    const auto store = Store::open(":memory:");
    REQUIRE(store);
    auto chain = Blockchain::open(**store, *genesis, rules);
    REQUIRE(chain);
    const auto result = (*chain)->import(recorded.views(), long_after);
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
            CHECK_FALSE(check_standalone(candidate));
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

namespace {

/// The hex digits of a Python literal that is split into lines: what follows `key` up to the comma.
std::string digits_behind(const std::string& text, const std::string& key) {
    std::size_t at = text.find(key);
    if (at == std::string::npos) { return {}; }
    at = text.find(':', at);
    std::string out;
    for (; at < text.size() && text[at] != ','; ++at) {
        if (std::isxdigit(static_cast<unsigned char>(text[at])) != 0) { out.push_back(text[at]); }
    }
    return out;
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("recorded chains: python 0.7.38 has a genesis and an order of header fields of its own") {
    const auto genesis_file = test::shared_file("museum/museumlib/genesis.py");
    const auto session = test::shared_file("sessions/py-0.7.38/pair.jsonl");
    if (!genesis_file || !session) {
        MESSAGE("skipped: museum/museumlib/genesis.py or sessions/py-0.7.38/pair.jsonl not found");
        return;
    }
    const GenesisCandidate candidate = std::move(genesis_candidates(38, Implementation::py).front());
    CHECK(to_hex(candidate.genesis.rlp) == digits_behind(read_text(*genesis_file), to_hex(candidate.genesis.hash)));
    const auto genesis = decode_block(*candidate.rules, candidate.genesis.rlp);
    REQUIRE(genesis);
    CHECK(genesis->hash == candidate.genesis.hash);
    CHECK(genesis->header.difficulty == U256{131072});
    CHECK(genesis->header.gas_limit == 1'000'000);
    CHECK(genesis->header.log_bloom.size() == 64);
    CHECK_FALSE(decode_block(rules_for(38), candidate.genesis.rlp)); // in the order of C++ it is none

    // Blocks with block 1: the frame of 322 bytes, [16, [header, [], []]].
    const std::string talk = read_text(*session);
    const std::size_t at = talk.find("224008910000013af9013716");
    REQUIRE(at != std::string::npos);
    const Bytes frame = test::hex(std::string_view(talk).substr(at, 2 * 322));
    const auto items = rlp::list_items(BytesView(frame).subspan(8));
    REQUIRE(items);
    const BytesView view = (*items)[1].whole();
    const auto store = Store::open(":memory:");
    REQUIRE(store);
    const auto chain = Blockchain::open(**store, candidate.genesis, *candidate.rules);
    REQUIRE(chain);
    const auto result = (*chain)->import({&view, 1}, long_after);
    INFO((result.blocks[0].error ? result.blocks[0].error->message() : ""));
    CHECK(result.blocks[0].verdict == Verdict::imported);
    CHECK((*chain)->head().number == 1);
    CHECK((*chain)->head().difficulty == U256{131072 - 128});
    CHECK(to_hex((*chain)->head().hash).starts_with("c173e6ea")); // as its BlockHashes names it
    CHECK_FALSE((*chain)->verify(0));
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
