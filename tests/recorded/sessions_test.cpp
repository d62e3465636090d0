// Every recorded session of genuine clients is read to its last byte, in any fragmentation.
#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "record/session_file.hpp"
#include "tests/support/shared.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

namespace {

/// What a stream says, as text: equal for every fragmentation.
struct Told {
    std::vector<std::string> messages{};
    std::size_t unknown = 0;
    std::size_t left_over = 0; // bytes after the last whole frame
};

/// Feeds `chunks` and calls `frame` for each frame; anything else than a frame fails the test.
template <class OnFrame>
std::size_t walk(const std::vector<Bytes>& chunks, OnFrame on_frame) {
    FrameDecoder decoder;
    std::size_t fed = 0;
    for (const Bytes& chunk : chunks) {
        decoder.feed(chunk);
        fed += chunk.size();
        for (auto step = decoder.next(); step != FrameDecoder::Step::need_more; step = decoder.next()) {
            REQUIRE_MESSAGE(step == FrameDecoder::Step::frame, decoder.error().message());
            on_frame(decoder.frame());
        }
    }
    return fed - decoder.stream_offset();
}

std::optional<Greeting> greeting_in(const record::SessionStream& stream) {
    std::optional<Greeting> out;
    Bytes scratch;
    walk({stream.joined()}, [&](const Frame& frame) {
        if (out || !looks_like_hello(frame.payload)) { return; }
        auto greeting = decode_greeting(frame.payload, scratch);
        REQUIRE_MESSAGE(greeting.has_value(), greeting.error().message());
        CHECK(greeting->profile != nullptr);
        greeting->hello = {}; // views into the joined stream, which ends here
        out = *greeting;
    });
    return out;
}

std::string describe(const Message& message, BytesView payload) {
    std::string out{name_of(type_of(message))};
    return out + ' ' + std::to_string(payload.size()) + ' ' +
           to_hex(payload.first(std::min<std::size_t>(4, payload.size())));
}

/// The frame that we would write to say the same. No bytes for Hello: its forms have tests of their own.
Bytes say_again(const Profile& profile, const Message& message, const IdOffsets& offsets) {
    const MessageType type = type_of(message);
    const auto items_of = [](const rlp::Items& items) {
        std::vector<BytesView> out;
        for (const rlp::Item& item : items) {
            out.push_back(item.whole());
        }
        return out;
    };
    const auto hashes_of = [](const rlp::Items& items) {
        std::vector<Hash256> out;
        for (const rlp::Item& item : items) {
            out.push_back(*decode_hash(item));
        }
        return out;
    };
    if (const auto* m = std::get_if<Disconnect>(&message)) {
        return compose_disconnect(profile, m->reason.transform([](std::uint32_t number) { return Reason{number}; }));
    }
    if (const auto* m = std::get_if<Transactions>(&message)) {
        return compose_raw_items(profile, type, items_of(m->items), offsets);
    }
    if (const auto* m = std::get_if<Blocks>(&message)) {
        return compose_raw_items(profile, type, items_of(m->items), offsets);
    }
    if (const auto* m = std::get_if<GetChain>(&message)) {
        return compose_get_chain(profile, hashes_of(m->hashes), m->count.saturated());
    }
    if (const auto* m = std::get_if<NotInChain>(&message)) { return compose_not_in_chain(profile, m->hash); }
    if (const auto* m = std::get_if<GetBlockHashes>(&message)) {
        return compose_get_block_hashes(profile, m->hash, m->limit.saturated(), offsets);
    }
    if (const auto* m = std::get_if<BlockHashes>(&message)) {
        return compose_hashes(profile, type, hashes_of(m->hashes), offsets);
    }
    if (const auto* m = std::get_if<GetBlocks>(&message)) {
        return compose_hashes(profile, type, hashes_of(m->hashes), offsets);
    }
    if (const auto* m = std::get_if<Status>(&message)) { return compose_status(profile, *m, offsets); }
    if (const auto* m = std::get_if<NewBlock>(&message)) {
        return compose_new_block(profile, m->block.whole(), m->total_difficulty.value_or(U256{}), offsets);
    }
    if (const auto* m = std::get_if<Peers>(&message)) {
        std::vector<PeerEntry> out;
        for (const rlp::Item& item : m->entries) {
            out.push_back(*decode_peer_entry(item, profile.address));
        }
        return compose_peers(profile, out);
    }
    const bool ours = type != MessageType::Hello && type != MessageType::ShhStatus && type != MessageType::ShhMessages;
    return ours ? compose_plain(profile, type, offsets) : Bytes{};
}

/// The payload of a flat list with each item 00 written 80.
Bytes with_canonical_zeros(BytesView payload) {
    Bytes out(payload.begin(), payload.end());
    const auto items = rlp::list_items(payload, rlp::Mode::lenient);
    REQUIRE(items);
    for (const rlp::Item& item : *items) {
        const auto at = static_cast<std::size_t>(item.begin - payload.data());
        if (item.header_size == 0 && payload[at] == 0) { out[at] = 0x80; }
    }
    return out;
}

/// Nothing in a genuine frame is left unexplained: what was read, written again, is the same frame.
void check_said_again(const Greeting& greeting, const Message& message, BytesView payload) {
    const Bytes again = say_again(*greeting.profile, message, greeting.offsets);
    if (again.empty()) { return; }
    const bool same = std::ranges::equal(BytesView{again}.subspan(frame_header_size), payload);
    // py-v8 and v9 write an octet 0 as the byte 00, which we never do.
    const bool python_octets = greeting.profile->address == AddressForm::octet_list &&
                               type_of(message) == MessageType::Peers &&
                               again.size() == frame_header_size + payload.size();
    // Java writes a total difficulty of 0 as the byte 00, which we never do either.
    const bool java_zero = type_of(message) == MessageType::Status &&
                           with_canonical_zeros(payload) == Bytes(again.begin() + frame_header_size, again.end());
    CHECK_MESSAGE((same || python_octets || java_zero), to_hex(payload), " became ", to_hex(again));
}

Told read_stream(const std::vector<Bytes>& chunks, const Greeting& greeting) {
    Told out;
    Bytes scratch;
    out.left_over = walk(chunks, [&](const Frame& frame) {
        const auto message = decode(*greeting.profile, frame.payload, scratch, greeting.offsets);
        REQUIRE_MESSAGE(message.has_value(), message.error().message(), " in ", to_hex(frame.payload));
        out.unknown += type_of(*message) == MessageType::Unknown ? 1 : 0;
        check_said_again(greeting, *message, frame.payload);
        out.messages.push_back(describe(*message, frame.payload));
    });
    return out;
}

std::vector<Bytes> split(const Bytes& whole, std::size_t least, std::size_t most) {
    std::mt19937 random{1};
    std::uniform_int_distribution<std::size_t> size{least, most};
    std::vector<Bytes> out;
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t n = std::min(size(random), whole.size() - at);
        const auto from = whole.begin() + static_cast<std::ptrdiff_t>(at);
        out.emplace_back(from, from + static_cast<std::ptrdiff_t>(n));
        at += n;
    }
    return out;
}

struct Totals {
    std::size_t sessions = 0;
    std::size_t messages = 0;
    std::size_t unknown = 0;
};

void read_session_file(const std::filesystem::path& file, Totals& totals) {
    INFO(file.string());
    const auto session = record::read_session(file);
    REQUIRE_MESSAGE(session.has_value(), session.error());
    const bool cut = !session->lines.empty() && session->lines.back().event == "recording cut here";
    std::optional<Greeting> any;
    const auto streams = record::streams_of(*session);
    for (const auto& stream : streams) {
        any = any ? any : greeting_in(stream);
    }
    REQUIRE(any.has_value());
    for (const auto& stream : streams) {
        const Greeting greeting = greeting_in(stream).value_or(*any);
        const Told told = read_stream(stream.chunks, greeting);
        CHECK((told.left_over == 0 || cut));
        const Bytes whole = stream.joined();
        CHECK(read_stream(split(whole, 1, 1), greeting).messages == told.messages);
        CHECK(read_stream(split(whole, 1, 3000), greeting).messages == told.messages);
        totals.messages += told.messages.size();
        totals.unknown += told.unknown;
    }
    ++totals.sessions;
}

} // namespace

TEST_CASE("sessions: copies in tests/sessions are read to their last byte") {
    Totals totals;
    for (const auto& file : test::files_below(test::test_file("sessions"), ".jsonl")) {
        read_session_file(file, totals);
    }
    MESSAGE(totals.sessions, " sessions, ", totals.messages, " messages, ", totals.unknown, " of unknown types");
    CHECK(totals.sessions >= 9);
    CHECK(totals.messages > 250);
    CHECK(totals.unknown == 0);
}

TEST_CASE("sessions: every recorded session is read to its last byte") {
    const auto folder = test::shared_file("sessions");
    if (!folder) {
        MESSAGE("skipped: sessions not found");
        return;
    }
    Totals totals;
    for (const auto& file : test::files_below(*folder, ".jsonl")) {
        read_session_file(file, totals);
    }
    MESSAGE(totals.sessions, " sessions, ", totals.messages, " messages, ", totals.unknown, " of unknown types");
    CHECK(totals.sessions > 0);
    CHECK(totals.unknown == 0);
}
