#include "wire/conversation.hpp"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "rlp/hex.hpp"

using namespace ethpoc;
using wire::Side;

namespace {

/// What a conversation tells, one a line: "dialer Ping", "listener frame.incomplete 12 0".
struct Notes final : wire::ConversationListener {
    static std::string name(Side side) { return side == Side::dialer ? "dialer " : "listener "; }
    void said(const wire::Said& said) override {
        lines.push_back(name(said.from) + (said.message != nullptr
                                               ? std::string(wire::name_of(wire::type_of(*said.message)))
                                               : "something"));
    }
    void garbage(Side from, const Error& error) override {
        lines.push_back(name(from) + std::string(error.code->word) + " " + std::to_string(error.offset) + " " +
                        std::to_string(error.length));
    }
    std::vector<std::string> lines{};
};

Bytes bytes(std::string_view hex) {
    return *from_hex(hex);
}

const std::string ping = "2240089100000002c102";

} // namespace

TEST_CASE("conversation: messages before any Hello are told, and decoded when a version was given") {
    for (const bool known : {false, true}) {
        wire::Conversation conversation(known ? wire::find_flat(12) : nullptr);
        Notes notes;
        conversation.feed(Side::listener, bytes(ping), notes);
        CHECK(notes.lines == std::vector<std::string>{known ? "listener Ping" : "listener something"});
    }
}

TEST_CASE("conversation: a stream that ends whole has nothing left to tell") {
    wire::Conversation conversation(wire::find_flat(12));
    Notes notes;
    conversation.feed(Side::dialer, bytes(ping), notes);
    conversation.finish(Side::dialer, notes);
    conversation.finish(Side::listener, notes);
    CHECK(notes.lines.size() == 1);
}

TEST_CASE("conversation: the end of a stream tells of half a frame") {
    const Bytes whole = bytes(ping);
    for (std::size_t size = 1; size < whole.size(); ++size) {
        wire::Conversation conversation(wire::find_flat(12));
        Notes notes;
        conversation.feed(Side::dialer, BytesView(whole).first(size), notes);
        CHECK(notes.lines.empty());
        conversation.finish(Side::dialer, notes);
        CHECK(notes.lines == std::vector<std::string>{"dialer frame.incomplete " + std::to_string(size) + " 0"});
    }
}

TEST_CASE("conversation: the end of a stream tells of bytes that were no frame") {
    wire::Conversation conversation(wire::find_flat(12));
    Notes notes;
    conversation.feed(Side::dialer, bytes(ping + "474554202f2048545450"), notes);
    CHECK(notes.lines.size() == 1);
    conversation.finish(Side::dialer, notes);
    CHECK(notes.lines.back() == "dialer frame.bad_token 10 10");
}

TEST_CASE("conversation: places go on after bytes that were lost") {
    wire::Conversation conversation(wire::find_flat(12));
    Notes notes;
    conversation.feed(Side::dialer, bytes(ping + "2240"), notes);
    conversation.lost(Side::dialer, 100);
    conversation.feed(Side::dialer, bytes("ffffffffffffffff"), notes);
    conversation.finish(Side::dialer, notes);
    CHECK(notes.lines == std::vector<std::string>{"dialer Ping", "dialer frame.bad_token 112 8"});
}
