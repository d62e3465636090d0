// Messages by their names: read, written, and read again.
#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "rlp/split_mix.hpp"
#include "show/frame_text.hpp"
#include "show/message_form.hpp"
#include "tests/support/shared.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using test::hex;

namespace {

std::string named_text(BytesView stream, const wire::Profile* row) {
    std::string out;
    show::write_named_frames(stream, show::speech_of(stream, row), [&out](std::string_view piece) { out += piece; });
    return out;
}

/// Whatever version it is read as, and with no other word than its own.
bool named_comes_back(BytesView stream, const wire::Profile* row) {
    const auto back = show::from_text(named_text(stream, row));
    return back && std::ranges::equal(*back, stream);
}

const wire::Profile& protocol_of(const char* name) {
    return *wire::find_profile(name);
}

Bytes encoded(std::string_view text, const char* protocol) {
    const auto bytes = show::from_text(text, {.profile = wire::find_profile(protocol)});
    return bytes ? *bytes : Bytes{};
}

} // namespace

TEST_CASE("names: a message by its name is the frame that we compose ourselves") {
    wire::HelloOut hello{.client_id = "ethpoc", .listen_port = 30303};
    hello.node_id.bytes.fill(0x11);
    for (const wire::Profile& row : wire::profiles()) {
        CAPTURE(row.name);
        const show::TextVersion version{.profile = &row};
        CHECK(show::from_text("Hello", version) == wire::compose_hello(row, hello));
        CHECK(show::from_text("Ping, Pong{}", version)->size() >= 2 * wire::frame_header_size + 4);
        CHECK(show::from_text("GetPeers", version) == wire::compose_plain(row, wire::MessageType::GetPeers));
        CHECK(named_comes_back(wire::compose_hello(row, hello), &row));
    }
    CHECK(encoded("GetChain{count:5, hashes:[]}", "12") == wire::compose_get_chain(protocol_of("12"), {}, 5));
    CHECK(encoded("GetBlockHashes{limit:7}", "27") == wire::compose_get_block_hashes(protocol_of("27"), Hash256{}, 7));
    CHECK(encoded("Status", "p2p2/eth49") == wire::compose_status(protocol_of("p2p2/eth49"), {49, {}, {}, {}, {}}));
}

TEST_CASE("names: fields in any order - left out - and values without a name") {
    struct Row {
        const char* text;
        const char* protocol;
        const char* hex;
    };
    for (const Row& row : {
             Row{"Ping", "12", "2240089100000002c102"},
             Row{"Ping{}Pong", "12", "2240089100000002c1022240089100000002c103"},
             Row{"Ping{1, [2]}", "12", "2240089100000005c40201c102"},
             Row{"Ping{id:99}", "12", "2240089100000002c163"},
             Row{"Unknown{id:99 1}", "12", "2240089100000003c26301"},
             Row{"Disconnect", "12", "2240089100000003c20180"},
             Row{"Disconnect{reason:none}", "12", "2240089100000002c101"},
             Row{"Disconnect{reason:long:0 `08`}", "12", "2240089100000004c3018108"},
             Row{"GetChain{count:5 hashes:[1 `0203`]}", "12", "2240089100000007c6140182020305"},
             Row{"GetChain{count:none}", "12", "2240089100000002c114"},
             Row{"NotInChain{hash:`ff`}", "12", "2240089100000004c31581ff"},
             Row{"Peers{peers:[[1] [2]]}", "12", "2240089100000006c511c101c102"},
             Row{"protocol=\"30\" GetBlockHashes{hash:1 limit:2}", "12", "2240089100000004c3170102"},
             Row{"GetBlockHashes{hash:1 limit:2}", "27", "2240089100000004c3170201"},
             Row{"NewBlock{block:[1] total_difficulty:9}", "p2p2/eth49", "2240089100000005c417c10109"},
         }) {
        CAPTURE(row.text);
        CHECK(to_hex(encoded(row.text, row.protocol)) == row.hex);
    }
}

TEST_CASE("names: without a protocol the text says which - and a Hello its own") {
    const auto says = [](std::string_view text) { return std::string(show::row_of_text(text).name); };
    CHECK(says("Ping") == "23");
    CHECK(says("GetChain Ping") == "23");
    CHECK(says("GetBlockHashes{}") == "30");
    CHECK(says("Status") == "p2p2/eth49");
    CHECK(says("Ping Hello{client_id:\"x\" version:7}") == "7");
    const auto hello = show::from_text("Hello{version:28 best_hash:1}", {.profile = wire::find_profile("12")});
    REQUIRE(hello);
    CHECK(wire::decode(protocol_of("28"), BytesView(*hello).subspan(wire::frame_header_size)));
}

TEST_CASE("names: what is unknown is named and placed - with the words that could stand there") {
    struct Row {
        const char* text;
        std::size_t offset;
        std::size_t length;
        const char* detail;
    };
    for (const Row& row : {
             Row{"Png", 0, 3, "no message is called \"Png\""},
             Row{"Ping Hello{netwrk_id:1}", 11, 10, "Hello of protocol 12 has no field \"netwrk_id\""},
             Row{"Status", 0, 6, "protocol 12 has no Status; protocol p2p3/eth56 has it"},
             Row{"Hello{version:1 version:2}", 16, 8, "this field a second time"},
             Row{"Ping{", 5, 0, "the message is still open"},
             Row{"Hello{version:}", 14, 1, "a value is missing before it"},
             Row{"Peers{peers:1}", 12, 1, "the value of this field is a list: [..]"},
             Row{"Ping{Pong}", 5, 4, "a message cannot stand in another"},
             Row{"protocol=\"99\"", 9, 4, "there is no protocol 99"},
             Row{"Unknown", 0, 7, "say which: Unknown{id:99}"},
         }) {
        CAPTURE(row.text);
        std::vector<std::string_view> instead;
        const auto bytes = show::from_text(row.text, {.profile = wire::find_profile("12")}, &instead);
        REQUIRE_FALSE(bytes);
        CHECK(bytes.error().offset == row.offset);
        CHECK(bytes.error().length == row.length);
        CHECK(bytes.error().detail == row.detail);
    }
    std::vector<std::string_view> instead;
    CHECK_FALSE(show::from_text("Hello{nod_id:1}", {.profile = wire::find_profile("12")}, &instead));
    CHECK(std::ranges::find(instead, "node_id") != instead.end());
}

TEST_CASE("names: text with names - whole or changed - comes back in every version") {
    const auto file = nlohmann::json::parse(std::ifstream(test::test_file("vectors/streams.json")));
    std::vector<Bytes> streams;
    for (const auto& one : file["vectors"]) {
        streams.push_back(hex(one["hex"].get<std::string>()));
    }
    SplitMix64 random(15);
    std::size_t good = 0;
    std::size_t all = 0;
    for (const wire::Profile& row : wire::profiles()) {
        CAPTURE(row.name);
        Bytes own = encoded("Hello Ping{1 `00` long:1 \"abc\"} Peers{peers:[[`7f000001` 30303 `00`] []]} Disconnect "
                            "GetTransactions Transactions{transactions:[[1 `` \"\"] [2]]}",
                            std::string(row.name).c_str());
        for (std::size_t i = 0; i < 40 && !own.empty(); ++i) { // cut and change it in so many ways
            ++all;
            good += named_comes_back(own, &row) ? 1 : 0;
            own[random.next() % own.size()] ^= static_cast<std::uint8_t>(1u << random.next() % 8);
            if (i % 10 == 9) { own.erase(own.end() - static_cast<std::ptrdiff_t>(own.size() / 8), own.end()); }
        }
        for (const Bytes& stream : streams) {
            ++all;
            good += named_comes_back(stream, &row) ? 1 : 0;
        }
    }
    CHECK(good == all);
    CHECK(all > wire::profiles().size() * streams.size());
    for (const Bytes& stream : streams) {
        CHECK(named_comes_back(stream, nullptr));
    }
}

TEST_CASE("names: what is written") {
    CHECK(named_text(hex("2240089100000002c102"), wire::find_profile("12")) == "protocol=\"12\"\nPing\n");
    CHECK(named_text(hex("2240089100000005c414820100"
                         "00ff"),
                     wire::find_profile("12")) ==
          "protocol=\"12\"\nGetChain{hashes:[] count:256}\nraw:`00ff`  # frame.bad_token\n");
    CHECK(named_text(hex("2240089100000003c28102"), wire::find_profile("12")).starts_with("frame {\n"));
    const Bytes hello = encoded("Hello{client_id:\"x\" node_id:`ab`}", "12");
    CHECK(named_text(hello, nullptr) ==
          "protocol=\"12\"\nHello{version:12 network_id:0 client_id:\"x\" capabilities:7 listen_port:30303 "
          "node_id:`ab`}\n");
}
