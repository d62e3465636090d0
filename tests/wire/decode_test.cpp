// Payload to message: what each form says, and what is told of a form that is none.
#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "tests/wire/payloads.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using test::hex;

namespace {

const std::string hash_a{ETHPOC_HASH_A};
const std::string key{ETHPOC_KEY};

/// A decoded message and what its views point into.
template <class T>
struct Decoded {
    Bytes payload;
    Bytes scratch{};
    T message{};

    Decoded(std::string_view profile, std::string_view digits, const IdOffsets& offsets = {}) : payload(hex(digits)) {
        INFO(digits);
        const auto result = decode(*find_profile(profile), payload, scratch, offsets);
        REQUIRE_MESSAGE(result.has_value(), result.error().message());
        REQUIRE(std::holds_alternative<T>(*result));
        message = std::get<T>(*result);
    }
    const T* operator->() const { return &message; }
};

Error refused(std::string_view profile, std::string_view digits) {
    const Bytes payload = hex(digits);
    Bytes scratch;
    const auto result = decode(*find_profile(profile), payload, scratch);
    REQUIRE_FALSE(result.has_value());
    return result.error();
}

std::string text_of(const PeerEntry& entry) {
    return to_hex(BytesView{entry.address}.first(entry.address_size)) + ':' + std::to_string(entry.port);
}

std::string entries_of(std::string_view profile, std::string_view digits) {
    const Decoded<Peers> peers(profile, digits);
    std::string out;
    for (const rlp::Item& item : peers->entries) {
        const auto entry = decode_peer_entry(item, find_profile(profile)->address);
        REQUIRE(entry.has_value());
        out += text_of(*entry) + ' ';
    }
    return out;
}

} // namespace

TEST_CASE("decode: messages without arguments, and with some that nobody asked for") {
    for (const char* digits : {"c102", "c202c0", "c20207", "c28102", "f80102"}) {
        Decoded<Ping>("7", digits);
    }
    Decoded<Pong>("7", "c103");
    Decoded<GetPeers>("7", "c110");
    Decoded<GetPeers>("poc7", "c104");
    Decoded<GetTransactions>("7", "c116");
    Decoded<GetTransactions>("poc7", "c111");
    Decoded<Ping>("7", "c102ffff"); // bytes behind the list
    Decoded<Ping>("0", "8102");
}

TEST_CASE("decode: disconnect with, without and outside") {
    CHECK(Decoded<Disconnect>("7", "c20107")->reason == 7u);
    CHECK(Decoded<Disconnect>("7", "c20180")->reason == 0u);
    CHECK(Decoded<Disconnect>("7", "c20100")->reason == 0u);
    CHECK_FALSE(Decoded<Disconnect>("7", "c101")->reason.has_value());
    CHECK_FALSE(Decoded<Disconnect>("7", "c10107")->reason.has_value());
    CHECK(Decoded<Disconnect>("3", "c10107")->reason == 7u);
    CHECK(Decoded<Disconnect>("3", "c20107")->reason == 7u);
    CHECK_FALSE(Decoded<Disconnect>("3", "c101")->reason.has_value());
    CHECK(refused("7", "c201c0").path == "payload[1]");
    CHECK(refused("7", "c201c0").detail.starts_with("reason"));
    CHECK(refused("3", "c10185").path == "payload[1]");
}

TEST_CASE("decode: addresses in every form and every version") {
    for (const char* profile : {"7", "12", "13", "23", "poc6", "poc7"}) {
        INFO(profile);
        const std::string id = find_profile(profile)->family == Family::flat ? "11" : "05";
        CHECK(entries_of(profile, "cb" + id + "c9c47f000001827d0180") == "7f000001:32001 "); // py-v8: octet 00
        CHECK(entries_of(profile, "cb" + id + "c9c47f808001827d0180") == "7f000001:32001 ");
        CHECK(entries_of(profile, "cb" + id + "c9c53681cc0a290780c0") == "36cc0a29:7 "); // and a fourth item
        CHECK(entries_of(profile, "cb" + id + "c984364845b4827d0180") == "364845b4:32001 ");
        CHECK(entries_of(profile, "ca" + id + "c883010203827d0180") == "00010203:32001 ");
        CHECK(entries_of(profile, "ca" + id + "c8847f00000182765f") == "7f000001:30303 "); // no node id
        CHECK(entries_of(profile, "c1" + id).empty());
        CHECK(entries_of(profile, "c2" + id + "c0").empty());
    }
    CHECK(entries_of("poc7", "d705d59000000000000000000000ffff7f00000182765f80") ==
          "00000000000000000000ffff7f000001:30303 ");
    CHECK(entries_of("12", std::string("f84e11f84bc53681cc0a2982765f") + key) == "36cc0a29:30303 ");
}

TEST_CASE("decode: a strict reading of addresses wants the version's own form") {
    const auto strict = [](const char* digits, AddressForm form) {
        const Bytes entry = hex(digits);
        const auto item = rlp::first_item(entry, rlp::Mode::lenient);
        const auto read = decode_peer_entry(*item, form, rlp::Mode::strict);
        return read ? text_of(*read) : std::string(read.error().code->word);
    };
    CHECK(strict("c9c47f010101827d0180", AddressForm::octet_list) == "7f010101:32001");
    CHECK(strict("c9c47f000001827d0180", AddressForm::octet_list) == "rlp.integer_leading_zero");
    CHECK(strict("c9c47f010101827d0180", AddressForm::string4) == "message.bad_address");
    CHECK(strict("c9847f010101827d0180", AddressForm::octet_list) == "message.bad_address");
    CHECK(strict("c9847f010101827d0180", AddressForm::string4) == "7f010101:32001");
    CHECK(strict("c883010101827d0180", AddressForm::string4) == "message.bad_address");
    CHECK(strict("c9847f01010182005080", AddressForm::string4) == "rlp.integer_leading_zero");
    CHECK(strict("c8847f010101827d01", AddressForm::string4) == "message.missing_item");
    CHECK(strict("ca847f010101827d0180c0", AddressForm::string4) == "rlp.too_many_items");
    CHECK(strict("d59000000000000000000000ffff7f00000182765f80", AddressForm::string4) == "message.bad_address");
}

TEST_CASE("decode: transactions and blocks are handed on raw") {
    CHECK(Decoded<Transactions>("23", "cb12c405040302c405040303")->items.size() == 2);
    const Decoded<Transactions> nested("8", "cc12cac404030201c404030202");
    CHECK(nested->items.size() == 2);
    CHECK(to_hex(nested->items[1].whole()) == "c404030202");
    CHECK(Decoded<Transactions>("23", "c112")->items.empty());
    CHECK(Decoded<Transactions>("8", "c212c0")->items.empty());
    CHECK(Decoded<Transactions>("23", "c51283616263")->items.size() == 1); // garbage is the chain's to judge
    CHECK(Decoded<Blocks>("5", "c213c0")->items.empty());
    CHECK(Decoded<Blocks>("7", "c413c0c0c0")->items.size() == 3);
    CHECK(to_hex(Decoded<Blocks>("7", "c313c101")->items[0].whole()) == "c101");
}

TEST_CASE("decode: getchain, from nothing at all to more than can be counted") {
    const Decoded<GetChain> usual("7", "e514" + hash_a + "820100");
    CHECK(usual->hashes.size() == 1);
    CHECK(usual->count == U256{256});
    CHECK(decode_hash(usual->hashes[0])->bytes[0] == 0xab);
    const Decoded<GetChain> java("12", "f82514" + hash_a + "820100");
    CHECK(java->hashes.size() == 1);
    CHECK(Decoded<GetChain>("7", "c414820100")->hashes.empty());
    CHECK(Decoded<GetChain>("23", "c21420")->count == U256{32});
    CHECK(Decoded<GetChain>("7", "c114")->count == U256{});
    const Decoded<GetChain> huge("7", "e814"
                                      "a6"
                                      "10" +
                                          std::string(74, '0'));
    CHECK(huge->count.saturated() == ~std::uint64_t{0});
    CHECK(huge->count.limbs[3] == ~std::uint64_t{0});
    const Decoded<GetChain> padded("7", "e814"
                                        "a6" +
                                            std::string(72, '0') + "0100");
    CHECK(padded->count == U256{256});
    const Decoded<GetChain> short_hash("7", "d614"
                                            "93" +
                                                std::string(38, '7') + "20");
    CHECK(decode_hash(short_hash->hashes[0])->bytes[12] == 0x00);
    CHECK(decode_hash(short_hash->hashes[0])->bytes[13] == 0x77);
}

TEST_CASE("decode: hashes longer than 32 bytes and lists are refused") {
    const std::string long_hash = "a1" + std::string(66, '1');
    for (const std::string& digits :
         {"f84514" + hash_a + long_hash + "07", "f84418" + hash_a + long_hash, "f84419" + hash_a + long_hash}) {
        INFO(digits);
        const Error error = refused(digits.substr(4, 2) == "14" ? "7" : "28", digits);
        CHECK(error.code->word == "message.bad_hash");
        CHECK(error.path == "payload[2]");
        CHECK(error.offset == 2 + 1 + 33);
        CHECK(error.length == 34);
    }
    CHECK(refused("7", "e215" + long_hash.substr(0, 66)).code->word == "rlp.item_overruns_parent");
    CHECK(refused("7", "c315c180").path == "payload[1]");
    CHECK(refused("28", "c318c180").code->word == "rlp.expected_string");
}

TEST_CASE("decode: getblockhashes in both orders") {
    const Decoded<GetBlockHashes> now("28", "e417" + hash_a + "81c8");
    CHECK(now->limit == U256{200});
    CHECK(now->hash.bytes[0] == 0xab);
    const Decoded<GetBlockHashes> limit_first("27", "e517820100" + hash_a);
    CHECK(limit_first->limit == U256{256});
    CHECK(limit_first->hash.bytes[0] == 0xab);
    const Decoded<GetBlockHashes> go("27", "e417" + hash_a + "81c8");
    CHECK(go->limit == U256{200});
    CHECK(Decoded<GetBlockHashes>("poc7", "e513" + hash_a + "820100")->limit == U256{256});
    CHECK(refused("28", "e217" + hash_a).code->word == "message.missing_item");
}

TEST_CASE("decode: status and new blocks") {
    const Decoded<Status> status("poc6", std::string("f84910218083020000") + ETHPOC_HASH_A ETHPOC_HASH_B);
    CHECK(status->version == 33);
    CHECK(status->total_difficulty == U256{0x20000});
    CHECK(status->best_hash.bytes[0] == 0xab);
    CHECK(status->genesis_hash.bytes[0] == 0x58);
    CHECK(refused("poc6", "c710218083020000").code->word == "message.missing_item");
    const Decoded<NewBlock> block("poc7", "cb17c6c3010203c0c0820102");
    CHECK(to_hex(block->block.whole()) == "c6c3010203c0c0");
    CHECK(block->total_difficulty == U256{258});
    CHECK_FALSE(Decoded<NewBlock>("p2p1/eth34", "c817c6c3010203c0c0")->total_difficulty.has_value());
    CHECK(refused("poc7", "c117").detail.starts_with("block"));
}

TEST_CASE("decode: whisper is read and left alone") {
    CHECK(Decoded<ShhStatus>("poc6", "c22080")->version == 0);
    CHECK(Decoded<ShhStatus>("poc7", "c21802", {.eth = 0x10, .shh = 0x18})->version == 2);
    CHECK(Decoded<ShhMessages>("poc6", "c821c60102c2030405")->items.size() == 1);
}

TEST_CASE("decode: ids that a version does not have") {
    const Decoded<Unknown> talk("7", "c481ff8101");
    CHECK(talk->id == 0xff);
    CHECK(talk->items.size() == 1);
    CHECK(Decoded<Unknown>("7", "c281bb")->id == 0xbb);
    CHECK(Decoded<Unknown>("28", "c21407")->id == 0x14);
    CHECK(Decoded<Unknown>("poc6", "c117")->id == 0x17);
    CHECK(Decoded<Unknown>("7", "c988ffffffffffffffff")->id == ~std::uint64_t{0});
}

TEST_CASE("decode: what is no message is refused with its place") {
    struct Case {
        const char* payload;
        const char* word;
        std::size_t offset;
        const char* path;
    };
    for (const Case& one :
         {Case{"", "frame.empty_payload", 0, "payload"}, Case{"02", "message.not_a_list", 0, "payload"},
          Case{"83616263", "message.not_a_list", 0, "payload"}, Case{"c0", "message.no_id", 0, "payload"},
          Case{"c1c0", "message.bad_id", 1, "payload[0]"}, Case{"c2c102", "message.bad_id", 1, "payload[0]"},
          Case{"ca89010203040506070809", "message.bad_id", 1, "payload[0]"},
          Case{"c302", "rlp.truncated", 0, "payload"}, Case{"c21185", "rlp.item_overruns_parent", 2, "payload[1]"},
          Case{"c31183c0", "rlp.item_overruns_parent", 2, "payload[1]"},
          Case{"c4118205 05", "rlp.expected_list", 2, "payload[1]"},
          Case{"ca11c8c37f8080827d0180", "message.bad_address", 3, "payload[1][0]"},
          Case{"cb11c9c67f80808201008180", "rlp.integer_too_large", 8, "payload[1][0][3]"},
          Case{"cc11ca857f0000000182765f80", "message.bad_address", 3, "payload[1][0]"},
          Case{"cc11ca847f000001830100 0080", "rlp.integer_too_large", 9, "payload[1][1]"},
          Case{"c711c5847f000001", "message.missing_item", 8, "payload[1]"}}) {
        INFO(one.payload);
        const Error error = refused("7", one.payload);
        CHECK(error.code->word == one.word);
        CHECK(error.offset == one.offset);
        CHECK(error.path == one.path);
    }
}

TEST_CASE("decode: errors of poc-1 are placed in its own bytes") {
    const Error list = refused("0", "82158100");
    CHECK(list.code->word == "rlp.expected_string");
    CHECK(list.path == "payload[1]");
    CHECK(list.offset == 2);
}
