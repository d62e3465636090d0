// The rows of layouts.def against bytes: what is decoded and what is shown are the same items, whatever the version.
#include "wire/layout.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "show/dissect.hpp"
#include "tests/support/shared.hpp"
#include "tests/wire/payloads.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using namespace ethpoc::show;
using test::hex;

namespace {

using Shown = std::map<std::string, std::string>;

Shown shown(BytesView payload, const Profile& profile, const IdOffsets& offsets = {}) {
    const Dissection one = dissect_payload(payload, {&profile, offsets});
    Shown out;
    if (one.error) { out["error"] = one.error->message(); }
    for (const ShownField& field : one.message.fields) {
        std::string text = field.kind == ShownField::Kind::number ? std::to_string(field.number) : field.text;
        for (const ShownField& item : field.items) {
            text += item.text + ' ';
        }
        out[std::string(field.name)] = text;
    }
    return out;
}

std::string text_of(const U256& value) {
    return std::to_string(value.saturated());
}

template <class T>
std::string hex_text(const T& bytes) {
    return "0x" + to_hex(bytes);
}

/// What was decoded, in the words of what is shown.
struct Words {
    Shown operator()(const Hello& hello) const {
        Shown out{{"version", std::to_string(hello.version)},
                  {"client_id", std::string(hello.client_id)},
                  {"listen_port", std::to_string(hello.listen_port)},
                  {"node_id", hex_text(hello.node_id)}};
        if (profile.family == Family::p2p) {
            out["capabilities"] = profile.version == 0 ? "eth " : "eth/" + std::to_string(profile.eth_version) + ' ';
            return out;
        }
        out["network_id"] = text_of(hello.network_id);
        out["capabilities"] = std::to_string(hello.capabilities);
        if (profile.hello_items > 7) { out["total_difficulty"] = text_of(hello.total_difficulty); }
        if (!hello.best_hash.empty()) { out["best_hash"] = hex_text(hello.best_hash); }
        if (!hello.genesis_hash.empty()) { out["genesis_hash"] = hex_text(hello.genesis_hash); }
        return out;
    }
    Shown operator()(const Status& status) const {
        return {{"version", std::to_string(status.version)},
                {"network_id", text_of(status.network_id)},
                {"total_difficulty", text_of(status.total_difficulty)},
                {"best_hash", hex_text(status.best_hash)},
                {"genesis_hash", hex_text(status.genesis_hash)}};
    }
    Shown operator()(const GetBlockHashes& message) const {
        return {{"hash", hex_text(message.hash)}, {"limit", text_of(message.limit)}};
    }
    Shown operator()(const NotInChain& message) const { return {{"hash", hex_text(message.hash)}}; }
    Shown operator()(const GetChain& message) const {
        std::string hashes;
        for (const rlp::Item& item : message.hashes) {
            hashes += hex_text(item.payload()) + ' ';
        }
        return {{"hashes", hashes}, {"count", text_of(message.count)}};
    }
    Shown operator()(const NewBlock& message) const {
        return message.total_difficulty ? Shown{{"total_difficulty", text_of(*message.total_difficulty)}} : Shown{};
    }
    template <class Other>
    Shown operator()(const Other&) const {
        return {};
    }
    const Profile& profile;
};

Hash256 filled(std::uint8_t byte) {
    Hash256 out;
    out.bytes.fill(byte);
    return out;
}

NodeId some_key() {
    NodeId out;
    out.bytes.fill(0x55);
    return out;
}

/// What is not there is shown as nothing, and decoded as nothing.
bool same(const Shown& got, Shown wanted) {
    for (const char* name : {"capabilities", "listen_port", "node_id"}) {
        if (!got.contains(name) && (wanted[name] == "0" || wanted[name] == "0x")) { wanted.erase(name); }
        if (!got.contains(name) && wanted[name].empty()) { wanted.erase(name); }
    }
    return got == wanted;
}

/// True when there was such a message in this version.
bool compare(const Bytes& frame, const Profile& profile) {
    if (frame.empty()) { return false; }
    const BytesView payload = BytesView{frame}.subspan(frame_header_size);
    Bytes scratch;
    const auto message = decode(profile, payload, scratch);
    REQUIRE_MESSAGE(message.has_value(), message.error().message());
    CHECK(same(shown(payload, profile), std::visit(Words{profile}, *message)));
    return true;
}

/// The payload of a flat Hello: the id and these items.
Bytes hello_of(const std::string& items) {
    rlp::BackwardWriter out;
    out.put_raw(hex("80" + items));
    out.close_list(0);
    return out.take();
}

} // namespace

TEST_CASE("layout: what is composed is decoded and shown as the same members, in every version") {
    const HelloOut hello{.network_id = U256{3},
                         .client_id = "Test/1",
                         .capabilities = 5,
                         .listen_port = 30303,
                         .node_id = some_key(),
                         .total_difficulty = U256{0x01020304},
                         .best_hash = filled(0xaa),
                         .genesis_hash = filled(0xbb)};
    std::map<std::string, int> seen;
    for (const Profile& profile : profiles()) {
        CAPTURE(profile.name);
        seen["Hello"] += compare(compose_hello(profile, hello), profile) ? 1 : 0;
        const Status status{.version = profile.eth_version,
                            .network_id = U256{1},
                            .total_difficulty = U256{2},
                            .best_hash = filled(0xcc),
                            .genesis_hash = filled(0xdd)};
        seen["Status"] += compare(compose_status(profile, status), profile) ? 1 : 0;
        seen["GetBlockHashes"] += compare(compose_get_block_hashes(profile, filled(0xee), 7), profile) ? 1 : 0;
        seen["NotInChain"] += compare(compose_not_in_chain(profile, filled(0xee)), profile) ? 1 : 0;
        const std::array hashes{filled(1), filled(2)};
        seen["GetChain"] += compare(compose_get_chain(profile, hashes, 9), profile) ? 1 : 0;
        seen["NewBlock"] += compare(compose_new_block(profile, hex("c0"), U256{77}), profile) ? 1 : 0;
    }
    CHECK(seen == std::map<std::string, int>{{"Hello", static_cast<int>(profiles().size())},
                                             {"Status", 29},
                                             {"GetBlockHashes", 33},
                                             {"NotInChain", 27},
                                             {"GetChain", 27},
                                             {"NewBlock", 25}});
}

TEST_CASE("layout: a flat Hello has as many items as its row names") {
    for (const Profile& profile : profiles()) {
        CAPTURE(profile.name);
        const Bytes frame =
            compose_hello(profile, {.client_id = "Test/1", .listen_port = 30303, .node_id = some_key()});
        const BytesView payload = BytesView{frame}.subspan(frame_header_size);
        if (profile.dialect == rlp::Dialect::item_counted) {
            CHECK(payload[0] == 0x80 + 1 + hello_layout(profile.hello).size());
        } else {
            CHECK(rlp::list_items(payload)->size() == 1 + hello_layout(profile.hello).size());
        }
        CHECK(profile.hello_items <= 1 + hello_layout(profile.hello).size());
    }
}

TEST_CASE("layout: a Hello in another order is decoded and shown alike") {
    const std::string node = "b840" + std::string(128, '5');
    const std::string best = "a0" + std::string(64, 'a');
    const std::string genesis = "a0" + std::string(64, 'b');
    std::vector<std::string> all;
    const std::array<std::string, 10> numbers{"80", "00", "07", "09", "0f", "1f", "50", "81ff", "820100", "82765f"};
    for (const std::string& first : numbers) {
        for (const std::string& second : numbers) {
            all.push_back("0c 80 83 616263" + first + second + node);
            all.push_back("02 80 83 616263" + node + first + second);
        }
        all.push_back("00 80 83 616263" + first);
    }
    for (const char* total : {"80", "8401020304"}) {
        all.push_back("1c 80 83 616263 07 82765f" + node + total + best);
        all.push_back("1d 80 83 616263 82765f 07" + node + total + best + genesis);
        all.push_back("1c 80 83 616263 07 82765f" + node + best + total + genesis);
    }
    for (const std::string& items : all) {
        CAPTURE(items);
        const Bytes payload = hello_of(items);
        const Profile& profile = *find_flat(hex(items)[0]);
        Bytes scratch;
        const auto message = decode(find_flat(0) == &profile ? *find_flat(1) : profile, payload, scratch);
        REQUIRE_MESSAGE(message.has_value(), message.error().message());
        CHECK(same(shown(payload, profile), Words{profile}(std::get<Hello>(*message))));
    }
    CHECK(all.size() == 216);
}

TEST_CASE("layout: the items of the common list are the fields that stand there") {
    const auto file = nlohmann::json::parse(std::ifstream(test::test_file("vectors/layouts.json")));
    std::size_t lists = 0;
    for (const auto& vector : file["vectors"]) {
        CAPTURE(vector["name"].get<std::string>());
        const Bytes stream = hex(vector["hex"].get<std::string>());
        const Speech speech = speech_of(stream);
        StreamReader frames(stream, speech);
        Dissection last;
        while (auto frame = frames.next()) {
            last = std::move(*frame);
        }
        REQUIRE_FALSE(last.error);
        if (vector.contains("hello")) {
            const Shown got = shown(BytesView{stream}.subspan(last.piece.payload_begin()), *speech.profile);
            for (const auto& [name, value] : vector["hello"].items()) {
                CAPTURE(name);
                const auto wanted = value.is_string() ? "0x" + value.get<std::string>() : value.dump();
                CHECK(got.at(name) == wanted);
            }
            continue;
        }
        CHECK(speech.profile->name == vector["protocol"].get<std::string>());
        ++lists;
        const auto& nodes = last.tree.nodes;
        std::size_t node = 0;
        while (payload_path(last.tree, node) != vector["path"].get<std::string>()) {
            ++node;
        }
        std::size_t item = node + 1;
        for (const auto& value : vector["values"]) {
            CHECK(last.names[item].text() == value[0].get<std::string>());
            if (value[1].is_string()) { CHECK(to_hex(last.tree.payload(nodes[item])) == value[1].get<std::string>()); }
            item = nodes[item].after;
        }
        CHECK(item == nodes[node].after);
    }
    CHECK(lists >= 18);
}
