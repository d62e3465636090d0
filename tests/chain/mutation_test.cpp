// One field of a real block changed, and the block worked on again where a rule comes after the work: refused by
// exactly the rule that the field is about.
#include <doctest/doctest.h>

#include <deque>
#include <functional>

#include "chain/blockchain.hpp"
#include "chain/u256.hpp"
#include "chain/work.hpp"
#include "rlp/encode.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::uint64_t long_ago = 1'000'000'000;

/// A header that owns what its views see.
struct Editable {
    explicit Editable(const Header& from) : header(from) {
        for (const auto member : {&Header::uncles_hash, &Header::coinbase, &Header::state_root,
                                  &Header::transactions_root, &Header::nonce, &Header::extra_data}) {
            Bytes& own = bytes.emplace_back((from.*member).begin(), (from.*member).end());
            header.*member = own;
        }
    }
    Bytes& uncles_hash() { return bytes[0]; }
    Bytes& coinbase() { return bytes[1]; }
    Bytes& state_root() { return bytes[2]; }
    Bytes& transactions_root() { return bytes[3]; }
    Bytes& nonce() { return bytes[4]; }
    void put(BytesView Header::*member, Bytes value) {
        bytes.push_back(std::move(value));
        header.*member = bytes.back();
    }

    Header header;
    std::deque<Bytes> bytes{};
};

struct Change {
    const char* what;
    bool work_again;
    std::string_view refused;                          // with this code
    std::function<bool(Editable&, const Rules&)> make; // false: the layout has no such field
};

std::vector<Change> changes() {
    return {
        {"uncles hash", true, "chain.bad_uncles_hash",
         [](Editable& e, const Rules&) { return e.uncles_hash()[0] ^= 1, true; }},
        {"coinbase", true, "chain.bad_state_root",
         [](Editable& e, const Rules&) { return e.coinbase()[7] ^= 1, true; }},
        {"state root", true, "chain.bad_state_root",
         [](Editable& e, const Rules&) { return e.state_root()[31] ^= 1, true; }},
        {"transactions root", true, "chain.bad_transactions_root",
         [](Editable& e, const Rules&) {
             if (e.transactions_root().empty()) { e.put(&Header::transactions_root, Bytes(32, 1)); }
             return e.transactions_root().empty() || (e.transactions_root()[0] ^= 1, true);
         }},
        {"difficulty up", true, "chain.bad_difficulty",
         [](Editable& e, const Rules&) { return e.header.difficulty = sum(e.header.difficulty, 1), true; }},
        {"difficulty down", true, "chain.bad_difficulty",
         [](Editable& e, const Rules&) { return e.header.difficulty = difference(e.header.difficulty, 1), true; }},
        {"number", true, "chain.bad_number",
         [](Editable& e, const Rules& r) { return ++e.header.number, r.header != HeaderLayout::h9; }},
        {"gas limit", true, "chain.bad_gas_limit",
         [](Editable& e, const Rules& r) { return ++e.header.gas_limit, r.gas_limit != GasLimitRule::none; }},
        {"gas used", true, "chain.bad_gas_used",
         [](Editable& e, const Rules& r) { return ++e.header.gas_used, r.gas_limit != GasLimitRule::none; }},
        {"time", true, "chain.bad_timestamp",
         [](Editable& e, const Rules&) { return e.header.timestamp = long_ago, true; }},
        {"extra data", true, "chain.bad_extra_data",
         [](Editable& e, const Rules& r) {
             e.put(&Header::extra_data, Bytes(1025, 'x'));
             return r.max_extra_data != 0;
         }},
        {"nonce", false, "chain.bad_proof_of_work", [](Editable& e, const Rules&) { return e.nonce()[31] ^= 1, true; }},
        {"time without work", false, "chain.bad_proof_of_work",
         [](Editable& e, const Rules&) { return ++e.header.timestamp, true; }},
    };
}

Bytes rebuild(const Rules& rules, const Editable& edited, const Block& block, bool work_again) {
    const auto join = [&] {
        return rlp::encode_list(rlp::Raw{encode_header(rules.header, edited.header)}, block.transactions, block.uncles);
    };
    Bytes out = join();
    const auto decoded = decode_block(rules, out);
    if (!work_again || !decoded) { return out; }
    Work work;
    work.block = out;
    work.difficulty = decoded->header.difficulty;
    work.preimage = proof_of_work_preimage(rules, decoded->header);
    work.nonce_at = static_cast<std::size_t>(decoded->header.nonce.data() - out.data());
    Hash256 next = work.preimage;
    std::uint64_t left = ~std::uint64_t{0};
    return seal(work, *search(work, next, left));
}

/// The first block with an uncle or a transaction, if the chain has one, and the second one.
std::vector<std::size_t> places(const test::RecordedChain& recorded) {
    std::vector<std::size_t> out{1};
    for (std::size_t i = 2; i < recorded.blocks.size() && out.size() < 2; ++i) {
        const auto block = decode_block(recorded.rules(), recorded.blocks[i]);
        if (block && (!block->transactions.empty() || !block->uncles.empty())) { out.push_back(i); }
    }
    return out;
}

std::size_t mutate(const test::RecordedChain& recorded) {
    const Rules& rules = recorded.rules();
    std::size_t count = 0;
    const auto all = recorded.views();
    for (const std::size_t place : places(recorded)) {
        const auto block = decode_block(rules, all[place]);
        REQUIRE(block);
        const auto store = Store::open(":memory:");
        const auto chain = Blockchain::open(**store, recorded.genesis(), rules);
        REQUIRE((*chain)->import(std::span(all).first(place), 0).imported == place);
        for (const Change& change : changes()) {
            CAPTURE(change.what);
            CAPTURE(place);
            Editable edited(block->header);
            if (!change.make(edited, rules)) { continue; }
            const Bytes bytes = rebuild(rules, edited, *block, change.work_again);
            const BytesView view = bytes;
            const auto done = (*chain)->import({&view, 1}, 0);
            REQUIRE(done.blocks[0].verdict == Verdict::invalid);
            const std::string_view code = done.blocks[0].error->code->word;
            CAPTURE(code);
            CHECK(code == change.refused);
            ++count;
        }
        REQUIRE((*chain)->import(std::span(all).subspan(place, 1), 0).imported == 1); // it is good as it was
    }
    return count;
}

} // namespace

TEST_CASE("mutation: a field of a recorded block changed is refused by its rule") {
    std::size_t count = mutate(test::read_chain(test::test_file("chains/cpp-poc7.jsonl")));
    CHECK(count == 26);
    for (const char* const name : {"cpp-0.3.10-easy-tx", "cpp-poc4-easy-tx", "cpp-poc5-easy-tx", "go-p33-tx"}) {
        const auto file = test::shared_file(std::string("chains/") + name + ".jsonl");
        if (!file) { continue; }
        CAPTURE(name);
        count += mutate(test::read_chain(*file));
    }
    MESSAGE(count << " changes");
}
