#include <doctest/doctest.h>

#include "chain/block.hpp"
#include "chain/genesis.hpp"
#include "chain/keccak.hpp"
#include "rlp/encode.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::array layouts{TransactionLayout::t8,  TransactionLayout::t7,     TransactionLayout::t9_calls,
                             TransactionLayout::t9a, TransactionLayout::t9a_go, TransactionLayout::t9};

std::string sender_of(TransactionLayout layout, BytesView bytes) {
    const auto sender = recover_sender(layout, bytes);
    return sender ? to_hex(*sender) : "none";
}

} // namespace

TEST_CASE("transaction: fields and sender of every layout") {
    for (const TransactionLayout layout : layouts) {
        CAPTURE(static_cast<int>(layout));
        test::TransactionDraft draft;
        draft.key = 9;
        draft.nonce = 3;
        const Bytes bytes = test::sign_transaction(layout, draft);
        const auto transaction = decode_transaction(layout, bytes);
        REQUIRE(transaction);
        CHECK(transaction->nonce == 3);
        CHECK(to_hex(transaction->to) == to_hex(draft.to));
        CHECK(transaction->value == draft.value);
        const bool priced = layout != TransactionLayout::t7;
        CHECK(transaction->gas_price == (priced ? draft.gas_price : U256{}));
        const bool gas = priced && layout != TransactionLayout::t8;
        CHECK(transaction->gas == (gas ? draft.gas : U256{}));
        CHECK(recover_sender(layout, bytes) == test::address_of(9));
    }
}

TEST_CASE("transaction: the creation form of protocol 9") {
    test::TransactionDraft draft;
    draft.to.clear();
    const Bytes bytes = test::sign_transaction(TransactionLayout::t9_calls, draft);
    const auto transaction = decode_transaction(TransactionLayout::t9_calls, bytes);
    REQUIRE(transaction);
    CHECK(transaction->to.empty());
    CHECK(transaction->value == draft.value);
    CHECK(recover_sender(TransactionLayout::t9_calls, bytes) == test::address_of(1));
}

TEST_CASE("transaction: the tenth field of poc-4 is code to run at once") {
    Bytes bytes =
        rlp::encode_list(1U, 2U, Bytes(20), 3U, 4U, Bytes{0xaa}, Bytes{0xbb}, 27U, Bytes(32, 1), Bytes(32, 2));
    const auto cpp = decode_transaction(TransactionLayout::t9a, bytes);
    REQUIRE(cpp);
    CHECK(to_hex(cpp->init) == "bb");
    CHECK(cpp->value == U256{2});
    CHECK(cpp->gas_price == U256{3});
    bytes = rlp::encode_list(1U, 2U, 3U, 4U, Bytes(20), Bytes{0xaa}, Bytes{0xbb}, 27U, Bytes(32, 1), Bytes(32, 2));
    const auto go = decode_transaction(TransactionLayout::t9a_go, bytes);
    REQUIRE(go);
    CHECK(to_hex(go->init) == "bb");
    CHECK(go->gas_price == U256{3});
    CHECK(go->to.size() == 20);
}

TEST_CASE("transaction: senders that are known") {
    // Made by the key of the account that the genesis of PoC-3 pays; from go-ethereum's own test of 2014.
    const Bytes t7 =
        test::hex("f85d8094944400f4b88ac9589a0f17ed4671da26bddb668b8203e8c01ca0363b2a410de00bc89be40f468d16"
                  "e70e543b72191fbd8a684a7c5bef51dc451fa02d8ecf40b68f9c64ed623f6ee24c9c878943b812e1e76bd73c"
                  "cb2bfef65579e7");
    CHECK(sender_of(TransactionLayout::t7, t7) == "8a40bfaa73256b60764c1bf40675a99083efb075");
    CHECK(to_hex(*signing_hash(t7)) == "55e5cddfa6fe58c9c507a43a0f48c642720aa038df58a65adedbd1ba7fc82da3");
}

TEST_CASE("transaction: short and padded signatures name the same sender") {
    bool seen_short = false;
    for (std::uint64_t nonce = 0; nonce < 600; ++nonce) {
        test::TransactionDraft draft;
        draft.nonce = nonce;
        const Bytes plain = test::sign_transaction(TransactionLayout::t7, draft);
        draft.pad_signature = true;
        const Bytes padded = test::sign_transaction(TransactionLayout::t7, draft);
        if (plain == padded) { continue; }
        seen_short = true;
        CHECK(recover_sender(TransactionLayout::t7, padded) == test::address_of(1));
        CHECK(recover_sender(TransactionLayout::t7, plain) == test::address_of(1));
    }
    CHECK(seen_short); // about one signature in 128 has a short number
}

TEST_CASE("transaction: signatures that name nobody") {
    const std::string_view order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    struct Row {
        const char* why;
        std::uint64_t v;
        Bytes r;
        Bytes s;
    };
    const Bytes good(32, 1);
    for (const Row& row : {
             Row{"v below", 26, good, good},
             Row{"v above", 29, good, good},
             Row{"v zero", 0, good, good},
             Row{"r zero", 27, {}, good},
             Row{"s zero", 27, good, {}},
             Row{"r is the order", 27, test::hex(order), good},
             Row{"s is the order", 28, good, test::hex(order)},
             Row{"r is no point", 27, Bytes{5}, good},
             Row{"r has 33 bytes", 27, Bytes(33, 1), good},
         }) {
        CAPTURE(row.why);
        const Bytes bytes = rlp::encode_list(0U, Bytes(20, 1), 5U, std::vector<Bytes>{}, row.v, row.r, row.s);
        CHECK(sender_of(TransactionLayout::t7, bytes) == "none");
    }
}

TEST_CASE("transaction: a changed byte changes the sender or makes it unreadable") {
    const Bytes bytes = test::sign_transaction(TransactionLayout::t9, {});
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        CAPTURE(at);
        Bytes changed = bytes;
        changed[at] ^= 0x01;
        CHECK(recover_sender(TransactionLayout::t9, changed) != test::address_of(1));
        Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
        CHECK_FALSE(decode_transaction(TransactionLayout::t9, cut));
        CHECK_FALSE(recover_sender(TransactionLayout::t9, cut));
    }
}

TEST_CASE("transaction: what is none") {
    for (const std::string_view text : {"", "80", "c0", "83616263", "c3808080", "c480808080"}) {
        CAPTURE(text);
        const Bytes bytes = test::hex(text);
        for (const TransactionLayout layout : layouts) {
            CHECK_FALSE(decode_transaction(layout, bytes));
            CHECK_FALSE(recover_sender(layout, bytes));
        }
    }
    const Bytes receiver = rlp::encode_list(0U, Bytes(21, 1), 5U, std::vector<Bytes>{}, 27U, Bytes{1}, Bytes{1});
    const auto refused = decode_transaction(TransactionLayout::t7, receiver);
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().code == errors::bad_transaction);
    CHECK(refused.error().path == "to");
}

TEST_CASE("transaction: third-party captures have the senders that are published") {
    struct Row {
        const char* file;
        TransactionLayout layout;
        std::size_t skip; // items before the first transaction
        std::vector<std::string_view> senders;
    };
    for (const Row& row : {
             Row{"spec/vectors/ethereumj_406b7c1fb_test_8_transactionsPacketRaw.hex",
                 TransactionLayout::t9a,
                 1,
                 {"d4bfbf8d0f435c2ee2b4e3680018f1892fc1fba6"}},
             Row{"spec/vectors/ethereumj_406b7c1fb_test_9_transactionsPacketRaw.hex",
                 TransactionLayout::t9a,
                 1,
                 {"8a40bfaa73256b60764c1bf40675a99083efb075", "8a40bfaa73256b60764c1bf40675a99083efb075",
                  "8a40bfaa73256b60764c1bf40675a99083efb075"}},
             Row{"spec/vectors/ethereumj_c6557ebfe_MessagesTest_test_8_txsPacketRaw.hex",
                 TransactionLayout::t9,
                 1,
                 {"cd2a3d9f938e13cd947ec05abc7fe734df8dd826"}},
         }) {
        const auto file = test::shared_file(row.file);
        if (!file) {
            MESSAGE("skipped: " << row.file << " not found");
            return;
        }
        CAPTURE(row.file);
        const Bytes packet = test::read_hex_file(*file);
        const auto items = rlp::list_items(packet);
        REQUIRE(items);
        REQUIRE(items->size() == row.skip + row.senders.size());
        for (std::size_t i = 0; i < row.senders.size(); ++i) {
            CHECK(sender_of(row.layout, (*items)[row.skip + i].whole()) == row.senders[i]);
        }
    }
}

TEST_CASE("transaction: a third-party capture that cpp refuses has a price with a zero in front") {
    const char* const name = "spec/vectors/ethereumj_c6557ebfe_MessagesTest_test15_expected.hex";
    const auto file = test::shared_file(name);
    if (!file) {
        MESSAGE("skipped: " << name << " not found");
        return;
    }
    const Bytes packet = test::read_hex_file(*file);
    const auto items = rlp::list_items(packet);
    REQUIRE(items);
    std::size_t refused = 0;
    for (const rlp::Item& item : *items) {
        refused += item.is_list && !decode_transaction(TransactionLayout::t9, item.whole()) ? 1U : 0U;
    }
    CHECK(refused > 0);
}
