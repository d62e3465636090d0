// Hello of the p2p family: which eth version is spoken, and where the blocks of ids begin.
#include "wire/capabilities.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "show/dissect.hpp"
#include "tests/support/shared.hpp"
#include "tests/wire/payloads.hpp"
#include "wire/codec.hpp"
#include "wire/conversation.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using namespace ethpoc::show;
using test::hex;

namespace {

using Offered = std::vector<const Profile*>;

/// [version, "abc", capabilities, 30303, key]
Bytes hello_of(const std::string& version, const std::string& capabilities) {
    const Bytes items = hex("80" + version + "83616263" + capabilities + "82765f" + ETHPOC_KEY);
    rlp::BackwardWriter out;
    out.put_raw(items);
    out.close_list(0);
    return out.take();
}

Greeting greet(const Bytes& payload, const Offered& offered = {}) {
    Bytes scratch;
    const auto out = decode_greeting(payload, scratch, offered);
    REQUIRE_MESSAGE(out.has_value(), out.error().message());
    CHECK(out->family == Family::p2p);
    return *out;
}

const Profile* row(std::string_view name) {
    return find_profile(name);
}

/// The types of all messages but the Hello, as a listener of the conversation reads them (`pcap`, `replay`, `tap`).
struct Listener final : ConversationListener {
    void said(const Said& said) override {
        if (said.message != nullptr && std::holds_alternative<Hello>(*said.message)) {
            protocol = said.profile->name;
            return;
        }
        const auto type = dissect_payload(said.payload, speech_of(said)).message.type;
        types.emplace_back(type ? name_of(*type) : "none");
    }
    void garbage(Side, const Error&) override { types.emplace_back("garbage"); }
    std::string protocol{};
    std::vector<std::string> types{};
};

} // namespace

TEST_CASE("capabilities: p2p 0 has names and fixed ids") {
    for (const char* list : {"c483657468", "c88365746883736868", "c0", "ccc58365746823c58373686801"}) {
        INFO(list);
        const Bytes hello = hello_of("80", list);
        const Greeting greeting = greet(hello);
        CHECK(greeting.profile == row("poc6"));
        CHECK(greeting.offsets == IdOffsets{.eth = 0x10, .shh = 0x20});
    }
    const Bytes hello = hello_of("80", "c483657468");
    CHECK(greet(hello, {row("p2p0/eth32")}).profile == row("p2p0/eth32"));
    CHECK(greet(hello, {row("poc7")}).profile == row("poc6"));
    CHECK_FALSE(greet(hello, {row("poc7")}).shared);
}

TEST_CASE("capabilities: blocks of ids follow the list of the other side") {
    struct Case {
        const char* list;
        IdOffsets offsets;
        const char* profile;
    };
    for (const Case& one :
         {Case{"c6c58365746831", {0x10, 0}, "poc7"}, Case{"ccc58365746831c58373686802", {0x10, 0x18}, "poc7"},
          Case{"ccc58373686802c58365746831", {0x14, 0x10}, "poc7"},
          Case{"ccc58365746830c58365746831", {0x10, 0}, "poc7"}, Case{"ccc58365746831c58365746830", {0x10, 0}, "poc7"},
          Case{"ccc583666f6f31c58365746831", {0x10, 0}, "poc7"}, Case{"c0", {0, 0}, "p2p2/eth52"},
          Case{"c6c58365746863", {0x10, 0}, "p2p2/eth52"}}) {
        INFO(one.list);
        const Bytes hello = hello_of("02", one.list);
        const Greeting greeting = greet(hello);
        CHECK(greeting.profile == row(one.profile));
        CHECK(greeting.offsets.eth == one.offsets.eth);
        CHECK(greeting.offsets.shh == one.offsets.shh);
    }
}

TEST_CASE("capabilities: a side that offers eth alone gives no ids to shh") {
    const Bytes shh_first = hello_of("02", "ccc58373686802c58365746831");
    CHECK(greet(shh_first, {row("poc7")}).offsets == IdOffsets{.eth = 0x10, .shh = 0});
}

TEST_CASE("capabilities: the newest version that both sides list is spoken") {
    const Bytes hello = hello_of("02", "d2c58365746824c58365746831c58373686802"); // 36, 49, shh 2
    CHECK(greet(hello, {row("p2p2/eth36"), row("poc7")}).profile == row("poc7"));
    CHECK(greet(hello, {row("p2p2/eth36"), row("poc7")}).offsets.eth == 0x18);
    CHECK(greet(hello, {row("poc7")}).offsets.eth == 0x10);
    CHECK(greet(hello, {row("p2p2/eth36")}).profile == row("p2p2/eth36"));
    CHECK(greet(hello, {row("p2p2/eth36")}).shared);
}

TEST_CASE("capabilities: without a shared version the other side can be mirrored") {
    const Bytes hello = hello_of("02", "c6c58365746824");
    const Greeting greeting = greet(hello, {row("poc7")});
    CHECK(greeting.profile == row("p2p2/eth36"));
    CHECK_FALSE(greeting.shared);
    CHECK(greeting.offsets.eth == 0);
    CHECK(greet(hello_of("63", "c6c58365746824")).profile == nullptr);
}

TEST_CASE("capabilities: every reader gives the streams of the common list the same versions and messages") {
    const auto file = nlohmann::json::parse(std::ifstream(test::test_file("vectors/capabilities.json")));
    REQUIRE(file["vectors"].size() > 20);
    for (const auto& vector : file["vectors"]) {
        CAPTURE(vector["name"].get<std::string>());
        const auto wanted = vector["types"].get<std::vector<std::string>>();
        const Bytes stream = hex(vector["hex"].get<std::string>());

        const Speech speech = speech_of(stream);
        CHECK_FALSE(speech.assumed);
        CHECK(speech.profile->name == vector["protocol"].get<std::string>());
        std::vector<std::string> shown;
        StreamReader frames(stream, speech);
        REQUIRE(frames.next()); // the Hello
        while (const auto frame = frames.next()) {
            const auto type = frame->message.type;
            shown.emplace_back(type ? name_of(*type) : "none");
        }
        CHECK(shown == wanted);

        Conversation conversation;
        Listener heard;
        conversation.feed(Side::dialer, stream, heard);
        CHECK(heard.types == wanted);
        CHECK(heard.protocol == vector["protocol"].get<std::string>());
    }
}

TEST_CASE("capabilities: entries that are none") {
    for (const char* list : {"c2c183", "c1c0", "c5c483657468", "c8c7c38365746831"}) {
        INFO(list);
        const Bytes payload = hello_of("02", list);
        Bytes scratch;
        const auto out = decode_greeting(payload, scratch);
        REQUIRE_FALSE(out.has_value());
        CHECK(out.error().path.starts_with("payload[3]"));
        CHECK(out.error().offset < payload.size());
    }
}

TEST_CASE("capabilities: a long list is read as far as anybody needs") {
    std::string names;
    for (int i = 0; i < 20'000; ++i) {
        names += "c58365746831";
    }
    rlp::BackwardWriter list;
    list.put_raw(hex(names));
    list.close_list(0);
    const Bytes hello = hello_of("02", to_hex(list.view()));
    CHECK(greet(hello).profile == row("poc7"));
}
