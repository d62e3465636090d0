// Message to frame: the bytes are canonical, and reading them gives what was written, in every version.
#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "tests/wire/payloads.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using test::hex;

namespace {

const IdOffsets usual{.eth = 0x10, .shh = 0};

const Profile& profile_row(std::string_view name) {
    return *find_profile(name);
}

HelloOut our_hello() {
    HelloOut out;
    out.client_id = "ethpoc";
    out.listen_port = 30303;
    std::ranges::fill(out.node_id.bytes, std::uint8_t{0x55});
    out.total_difficulty = 0x20000;
    std::ranges::fill(out.best_hash.bytes, std::uint8_t{0xaa});
    std::ranges::fill(out.genesis_hash.bytes, std::uint8_t{0xbb});
    return out;
}

/// The payload of one whole frame; fails the test when it is something else.
BytesView payload_of(const Bytes& frame) {
    REQUIRE(frame.size() >= frame_header_size);
    const BytesView payload = BytesView{frame}.subspan(frame_header_size);
    const auto header = frame_header(payload.size());
    REQUIRE(std::ranges::equal(header, BytesView{frame}.first(frame_header_size)));
    return payload;
}

bool canonical(const Profile& profile, BytesView payload) {
    return profile.dialect == rlp::Dialect::item_counted || !rlp::validate(payload, rlp::Mode::strict).has_value();
}

/// What `frame` says to a reader of the same version.
template <class T>
T said(const Profile& profile, const Bytes& frame, Bytes& scratch) {
    INFO(profile.name);
    const BytesView payload = payload_of(frame);
    CHECK(canonical(profile, payload));
    const auto message = decode(profile, payload, scratch, usual);
    REQUIRE_MESSAGE(message.has_value(), message.error().message());
    REQUIRE(std::holds_alternative<T>(*message));
    return std::get<T>(*message);
}

} // namespace

TEST_CASE("compose: bytes of the flat family") {
    const Profile& seven = profile_row("7");
    CHECK(to_hex(compose_plain(seven, MessageType::Ping)) == "2240089100000002c102");
    CHECK(to_hex(compose_plain(seven, MessageType::GetTransactions)) == "2240089100000002c116");
    CHECK(to_hex(compose_disconnect(seven, reason::requested)) == "2240089100000003c20180");
    CHECK(to_hex(compose_disconnect(seven, reason::flat::incompatible_protocols)) == "2240089100000003c20107");
    CHECK(to_hex(compose_disconnect(seven, std::nullopt)) == "2240089100000002c101");
    CHECK(to_hex(compose_disconnect(profile_row("4"), reason::flat::incompatible_protocols)) ==
          "2240089100000003c20107");
    CHECK(to_hex(compose_disconnect(profile_row("1"), reason::flat::incompatible_protocols)) == "2240089100000002c101");
    const Hash256 genesis = Hash256::right_aligned(hex(ETHPOC_HASH_A));
    CHECK(to_hex(compose_get_chain(seven, {&genesis, 1}, 256)) == "2240089100000026e514" ETHPOC_HASH_A "820100");
    CHECK(to_hex(compose_not_in_chain(seven, genesis)) == "2240089100000023e215" ETHPOC_HASH_A);
    CHECK(to_hex(compose_raw_items(seven, MessageType::Blocks, {})) == "2240089100000002c113");
    CHECK(to_hex(compose_get_block_hashes(profile_row("27"), genesis, 256)) ==
          "2240089100000026e517820100" ETHPOC_HASH_A);
    CHECK(to_hex(compose_get_block_hashes(profile_row("28"), genesis, 200)) == "2240089100000025e417" ETHPOC_HASH_A
                                                                               "81c8");
}

TEST_CASE("compose: hello of each family") {
    const std::string key = "b840" + std::string(128, '5');
    const std::string name = "86657468706f63";
    CHECK(to_hex(payload_of(compose_hello(profile_row("7"), our_hello()))) == "f850800780" + name + "0782765f" + key);
    CHECK(to_hex(payload_of(compose_hello(profile_row("2"), our_hello()))) == "f850800280" + name + "0782765f" + key);
    CHECK(to_hex(payload_of(compose_hello(profile_row("1"), our_hello()))) == "ce800180" + name + "0782765f");
    CHECK(to_hex(payload_of(compose_hello(profile_row("0"), our_hello()))) == "86000000"
                                                                              "46657468706f63"
                                                                              "0719765f");
    CHECK(to_hex(payload_of(compose_hello(profile_row("poc6"), our_hello()))) == "f853"
                                                                                 "8080" +
                                                                                     name +
                                                                                     "c483657468"
                                                                                     "82765f" +
                                                                                     key);
    CHECK(to_hex(payload_of(compose_hello(profile_row("poc7"), our_hello()))) == "f855"
                                                                                 "8002" +
                                                                                     name +
                                                                                     "c6c58365746831"
                                                                                     "82765f" +
                                                                                     key);
}

TEST_CASE("compose: hello of every version greets") {
    for (const Profile& profile : profiles()) {
        INFO(profile.name);
        const Bytes frame = compose_hello(profile, our_hello());
        const BytesView payload = payload_of(frame);
        CHECK(canonical(profile, payload));
        CHECK(looks_like_hello(payload));
        Bytes scratch;
        const auto greeting = decode_greeting(payload, scratch);
        REQUIRE_MESSAGE(greeting.has_value(), greeting.error().message());
        CHECK(greeting->family == profile.family);
        CHECK(greeting->profile->version == profile.version);
        CHECK_FALSE(greeting->swapped_port);
        CHECK_FALSE(greeting->swapped_head);
        const Hello& hello = greeting->hello;
        CHECK(hello.client_id == "ethpoc");
        CHECK(hello.listen_port == 30303);
        const bool has_key = profile.hello != HelloForm::with_caps;
        CHECK(hello.node_id.size() == (has_key ? 64 : 0));
        const bool has_head = profile.hello == HelloForm::with_head || profile.hello == HelloForm::with_genesis;
        CHECK(hello.total_difficulty == U256{has_head ? 0x20000u : 0u});
        CHECK(hello.genesis_hash.size() == (profile.hello == HelloForm::with_genesis ? 32 : 0));
        if (profile.capabilities == CapabilityForm::pairs) {
            CHECK(greeting->profile == &profile);
            CHECK(greeting->offsets == usual);
        }
    }
}

TEST_CASE("compose: peers keep their addresses in every version") {
    const Bytes key(64, 0x55);
    PeerEntry four;
    four.address = {127, 0, 0, 1};
    four.address_size = 4;
    four.port = 30303;
    four.node_id = key;
    PeerEntry sixteen = four;
    sixteen.address_size = 16;
    for (const Profile& profile : profiles()) {
        Bytes scratch;
        const std::array entries{four, sixteen, four};
        const Bytes frame = compose_peers(profile, entries);
        const Peers peers = said<Peers>(profile, frame, scratch);
        CHECK(peers.entries.size() == (profile.address == AddressForm::string4_or_16 ? 3 : 2));
        const auto entry = decode_peer_entry(*peers.entries.begin(), profile.address, rlp::Mode::lenient);
        REQUIRE(entry.has_value());
        CHECK(entry->address == four.address);
        CHECK(entry->port == 30303);
        CHECK(entry->node_id.size() == 64);
        if (profile.dialect == rlp::Dialect::modern) {
            CHECK(decode_peer_entry(*peers.entries.begin(), profile.address, rlp::Mode::strict).has_value());
        }
    }
    CHECK(to_hex(payload_of(compose_peers(profile_row("12"), {&four, 1})))
              .starts_with("f84d11f84ac47f808001"
                           "82765fb840"));
    CHECK(to_hex(payload_of(compose_peers(profile_row("13"), {&four, 1})))
              .starts_with("f84d11f84a847f000001"
                           "82765fb840"));
}

TEST_CASE("compose: chain messages say what was meant in every version that has them") {
    std::array<Hash256, 3> hashes{};
    hashes[0].bytes[0] = 1;
    hashes[2].bytes[31] = 9;
    for (const Profile& profile : profiles()) {
        Bytes scratch;
        const bool chain = profile.sync == SyncStyle::chain;
        if (!chain) {
            CHECK(compose_get_chain(profile, hashes, 256).empty());
            CHECK(compose_not_in_chain(profile, hashes[0]).empty());
            const auto ask =
                said<GetBlockHashes>(profile, compose_get_block_hashes(profile, hashes[0], 256, usual), scratch);
            CHECK(ask.hash == hashes[0]);
            CHECK(ask.limit == U256{256});
            const Bytes frame = compose_hashes(profile, MessageType::GetBlocks, hashes, usual);
            const auto blocks = said<GetBlocks>(profile, frame, scratch);
            CHECK(blocks.hashes.size() == 3);
            CHECK(*decode_hash(blocks.hashes[2]) == hashes[2]);
            continue;
        }
        CHECK(compose_get_block_hashes(profile, hashes[0], 256).empty());
        CHECK(compose_hashes(profile, MessageType::BlockHashes, hashes).empty());
        const Bytes frame = compose_get_chain(profile, hashes, 256);
        const auto ask = said<GetChain>(profile, frame, scratch);
        REQUIRE(ask.hashes.size() == 3);
        CHECK(*decode_hash(ask.hashes[0]) == hashes[0]);
        CHECK(*decode_hash(ask.hashes[2]) == hashes[2]);
        CHECK(ask.count == U256{256});
        CHECK(said<NotInChain>(profile, compose_not_in_chain(profile, hashes[2]), scratch).hash == hashes[2]);
    }
}

TEST_CASE("compose: raw items go out as they are") {
    const Bytes two = hex("83616263");
    for (const Profile& profile : profiles()) {
        Bytes scratch;
        const Bytes frame =
            compose_raw_items(profile, MessageType::Transactions, std::array<BytesView, 1>{{two}}, usual);
        const auto read = said<Transactions>(profile, frame, scratch);
        REQUIRE(read.items.size() == 1);
        CHECK(to_hex(read.items[0].whole()) == "83616263");
    }
    const std::array<BytesView, 2> good{{two, two}};
    CHECK(to_hex(compose_raw_items(profile_row("7"), MessageType::Blocks, good)) ==
          "224008910000000ac9138361626383616263");
}

TEST_CASE("compose: status and new blocks of the p2p family") {
    Status status;
    status.version = 49;
    status.total_difficulty = 0x20000;
    status.best_hash.bytes[0] = 1;
    status.genesis_hash.bytes[0] = 2;
    const Bytes block = hex("c3010203");
    for (const Profile& profile : profiles()) {
        Bytes scratch;
        const Bytes frame = compose_status(profile, status, usual);
        CHECK(frame.empty() == (profile.family == Family::flat));
        const Bytes announced = compose_new_block(profile, block, 77, usual);
        CHECK(announced.empty() == (profile.announce == AnnounceForm::blocks));
        if (!announced.empty()) {
            const auto read = said<NewBlock>(profile, announced, scratch);
            CHECK(to_hex(read.block.whole()) == "c3010203");
            CHECK(read.total_difficulty.has_value() == (profile.announce == AnnounceForm::new_block));
        }
        if (frame.empty()) { continue; }
        const auto read = said<Status>(profile, frame, scratch);
        CHECK(read.version == 49);
        CHECK(read.best_hash == status.best_hash);
        CHECK(read.genesis_hash == status.genesis_hash);
    }
    CHECK(compose_status(profile_row("poc7"), status, {.eth = 0, .shh = 0}).empty());
    CHECK(to_hex(compose_status(profile_row("poc7"), status, {.eth = 0x14, .shh = 0x10})).substr(20, 2) == "14");
}

TEST_CASE("compose: a frame of known size is one buffer of that size, at every width of its header") {
    const Profile& twelve = profile_row("12");
    const Profile& newest = profile_row("p2p2/eth49");
    // With id and header these are lists of 3, 55, 56, 255, 256, 65,535, 65,536 and some 16,000,000 bytes.
    for (const std::size_t size : {1U, 53U, 54U, 252U, 253U, 65'531U, 65'532U, 16'000'000U}) {
        CAPTURE(size);
        const Bytes item = rlp::encode_item(Bytes(size, 0xaa));
        const BytesView whole = item;
        const Bytes blocks = compose_raw_items(twelve, MessageType::Blocks, {&whole, 1});
        const Bytes block = compose_new_block(newest, whole, U256{0x20000}, usual);
        for (const Bytes& frame : {std::cref(blocks), std::cref(block)}) {
            CHECK(frame.capacity() == frame.size());
            const BytesView payload = payload_of(frame);
            CHECK_FALSE(rlp::validate(payload, rlp::Mode::strict).has_value());
        }
        const auto items = rlp::list_items(payload_of(blocks));
        REQUIRE(items);
        CHECK(items->size() == 2);
        CHECK(std::ranges::equal((*items)[1].whole(), item));
    }
    for (const std::size_t count : {1U, 2U, 7U, 8U, 2048U}) {
        CAPTURE(count);
        const std::vector<Hash256> hashes(count, Hash256::right_aligned(hex(ETHPOC_HASH_A)));
        for (const Bytes& frame : {compose_hashes(profile_row("27"), MessageType::BlockHashes, hashes),
                                   compose_get_chain(profile_row("12"), hashes, 256)}) {
            CHECK(frame.capacity() == frame.size());
            CHECK_FALSE(rlp::validate(payload_of(frame), rlp::Mode::strict).has_value());
        }
    }
}
