#include "chain/block.hpp"

#include <doctest/doctest.h>

#include "chain/genesis.hpp"
#include "chain/keccak.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

TEST_CASE("block: fields of each layout against a header that was built by hand") {
    for (const std::uint32_t version : {7U, 23U, 40U, 49U, 56U}) {
        CAPTURE(version);
        const Rules& rules = rules_for(version);
        test::HeaderDraft draft;
        draft.parent_hash.bytes.fill(0x11);
        draft.uncles_hash.assign(32, 0x22);
        draft.coinbase.assign(20, 0x33);
        draft.state_root.assign(32, 0x44);
        draft.transactions_root.assign(32, 0x55);
        draft.receipts_root.assign(32, 0x66);
        draft.log_bloom.assign(64, 0x77);
        draft.difficulty = U256{131072};
        draft.number = 300;
        draft.min_gas_price = U256{10};
        draft.gas_limit = 1'000'000;
        draft.gas_used = 21'000;
        draft.timestamp = 1'400'000'000;
        draft.extra_data = {1, 2, 3};
        draft.seed_hash.assign(32, 0x88);
        draft.mix_hash.assign(32, 0x99);
        draft.nonce.bytes.fill(0xaa);
        const Bytes header = test::encode_header(rules.header, draft);
        const Bytes bytes = test::join_block(header, {}, {});
        const auto block = decode_block(rules, bytes);
        REQUIRE(block);
        const Header& h = block->header;
        CHECK(h.parent_hash == draft.parent_hash);
        CHECK(to_hex(h.uncles_hash) == to_hex(draft.uncles_hash));
        CHECK(to_hex(h.coinbase) == to_hex(draft.coinbase));
        CHECK(to_hex(h.state_root) == to_hex(draft.state_root));
        CHECK(to_hex(h.transactions_root) == to_hex(draft.transactions_root));
        CHECK(h.difficulty == draft.difficulty);
        CHECK(h.timestamp == draft.timestamp);
        CHECK(to_hex(h.extra_data) == "010203");
        CHECK(to_hex(h.nonce) == to_hex(draft.nonce));
        CHECK(to_hex(h.raw.whole()) == to_hex(header));
        const bool gas = rules.header != HeaderLayout::h9;
        CHECK(h.number == (gas ? 300 : 0));
        CHECK(h.gas_limit == (gas ? 1'000'000 : 0));
        CHECK(h.gas_used == (gas ? 21'000 : 0));
        const bool price = rules.header == HeaderLayout::h13 || rules.header == HeaderLayout::h15 ||
                           rules.header == HeaderLayout::h15_py;
        CHECK(h.min_gas_price == U256{price ? 10U : 0U});
        const bool receipts = gas && rules.header != HeaderLayout::h13;
        CHECK(h.receipts_root.size() == (receipts ? 32 : 0));
        CHECK(h.log_bloom.size() == (receipts ? 64 : 0));
        CHECK(h.mix_hash.size() == (rules.header == HeaderLayout::h16 ? 32 : 0));
        CHECK(block->hash == keccak256(rules.hash_of == HashOf::header ? header : bytes));
        CHECK(block_hash(rules, bytes) == block->hash);
    }
}

TEST_CASE("block: the item of a field") {
    const Rules& rules = rules_for(23);
    test::HeaderDraft draft;
    draft.gas_limit = 0x1234;
    const Bytes bytes = test::encode_header(rules.header, draft);
    const auto header = decode_header(rules, *rlp::first_item(bytes));
    REQUIRE(header);
    CHECK(to_hex(header_field(rules.header, *header, "gas_limit").whole()) == "821234");
    CHECK(to_hex(header_field(rules.header, *header, "log_bloom").whole()) == to_hex(bytes)); // this layout has none
}

TEST_CASE("block: a recorded block that is cut at any byte is an error") {
    const auto chain = test::read_chain(test::test_file("chains/go-p08.jsonl"));
    REQUIRE_FALSE(chain.blocks.empty());
    const BytesView whole = chain.blocks.front();
    REQUIRE(decode_block(chain.rules(), whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto block = decode_block(chain.rules(), cut);
        REQUIRE_FALSE(block);
        CHECK(block.error().code != nullptr);
        CHECK(block.error().offset <= size);
    }
}

TEST_CASE("block: a recorded block with any byte changed is read or refused never more") {
    const auto chain = test::read_chain(test::test_file("chains/cpp-poc7.jsonl"));
    REQUIRE(chain.blocks.size() > 41);
    const Bytes& whole = chain.blocks[41]; // has an uncle
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes changed = whole;
        changed[at] ^= 0xff;
        const auto block = decode_block(chain.rules(), changed);
        if (!block) {
            ++refused;
            CHECK(block.error().offset <= changed.size());
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("block: what is no block and where") {
    const auto chain = test::read_chain(test::test_file("chains/cpp-0.3.10.jsonl"));
    REQUIRE_FALSE(chain.blocks.empty());
    const Rules& rules = chain.rules();
    const auto parts = rlp::list_items(chain.blocks.front());
    REQUIRE(parts);
    const BytesView header = (*parts)[0].whole();

    CHECK_FALSE(decode_block(rules, test::hex("c0")));
    CHECK_FALSE(decode_block(rules, test::hex("80")));
    CHECK_FALSE(decode_block(rules, {}));
    Bytes two = test::join_block(header, {}, {});
    two.push_back(0x80);
    CHECK_FALSE(decode_block(rules, two));
    // the header of another version
    const auto other = decode_block(rules_for(23), chain.blocks.front());
    REQUIRE_FALSE(other);
    CHECK(other.error().path.starts_with("header"));
}

TEST_CASE("block: strings that are longer than their field") {
    struct Row {
        const char* path;
        std::function<void(test::HeaderDraft&)> change;
    };
    const Rules& rules = rules_for(49);
    for (const Row& row : {
             Row{"header.uncles_hash", [](auto& d) { d.uncles_hash.resize(33); }},
             Row{"header.coinbase", [](auto& d) { d.coinbase.resize(21); }},
             Row{"header.state_root", [](auto& d) { d.state_root.resize(40); }},
             Row{"header.transactions_root", [](auto& d) { d.transactions_root.resize(33); }},
             Row{"header.receipts_root", [](auto& d) { d.receipts_root.resize(33); }},
             Row{"header.log_bloom", [](auto& d) { d.log_bloom.resize(257); }},
         }) {
        CAPTURE(row.path);
        test::HeaderDraft draft;
        row.change(draft);
        const Bytes bytes = test::join_block(test::encode_header(rules.header, draft), {}, {});
        const auto block = decode_block(rules, bytes);
        REQUIRE_FALSE(block);
        CHECK(*block.error().code == errors::bad_header);
        CHECK(block.error().path == row.path);
        CHECK(block.error().offset > 0);
        CHECK(block.error().offset + block.error().length <= bytes.size());
    }
}

TEST_CASE("block: the public key that go put where the coinbase is") {
    test::HeaderDraft draft;
    draft.coinbase.resize(65);
    const Bytes early = test::join_block(test::encode_header(HeaderLayout::h9, draft), {}, {});
    CHECK(decode_block(rules_for(8, Implementation::go), early));
    const Bytes late = test::join_block(test::encode_header(HeaderLayout::h13, draft), {}, {});
    CHECK_FALSE(decode_block(rules_for(17, Implementation::go), late));
}

TEST_CASE("block: entries") {
    const Bytes plain = test::hex("c3010203");
    const auto bare = decode_entry(EntryForm::bare, *rlp::first_item(plain));
    REQUIRE(bare);
    CHECK(to_hex(bare->transaction.whole()) == "c3010203");
    const Bytes full = test::hex("c8c3010203808201f4");
    const auto entry = decode_entry(EntryForm::with_state, *rlp::first_item(full));
    REQUIRE(entry);
    CHECK(to_hex(entry->transaction.whole()) == "c3010203");
    CHECK(entry->gas_used == 500);
    CHECK(entry->state_root.empty());
    const Bytes short_entry = test::hex("c20102");
    const Bytes string_entry = test::hex("83616263");
    CHECK_FALSE(decode_entry(EntryForm::with_state, *rlp::first_item(short_entry)));
    CHECK_FALSE(decode_entry(EntryForm::with_state, *rlp::first_item(string_entry)));
}
