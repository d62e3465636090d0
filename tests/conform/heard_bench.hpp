// HeardBench: what a target might have said, message by message, and what is known of it.
//
//   HeardBench bench("7");
//   bench.says("c103", 5ms).answers_barrier(7ms);
//   CHECK(bench.meets("pong"));
#pragma once

#include <doctest/doctest.h>

#include "conform/expectation.hpp"
#include "conform/reading.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/shared.hpp"
#include "wire/codec.hpp"

namespace ethpoc::test {

using namespace std::chrono_literals;

inline Hash256 hash_of(std::uint8_t byte) {
    Hash256 out;
    out.bytes.fill(byte);
    return out;
}

/// All that a text may name: head is 33..33, its ancestors a0..a0 downwards, the genesis 99..99.
inline conform::Facts full_facts(std::string_view profile) {
    conform::Facts facts;
    facts.profile = wire::find_profile(profile);
    REQUIRE(facts.profile != nullptr);
    facts.head = hash_of(0x33);
    facts.genesis = hash_of(0x99);
    for (std::uint8_t i = 0; i < 31; ++i) {
        facts.ancestors.push_back(hash_of(static_cast<std::uint8_t>(0xa0 + i)));
    }
    facts.node_id.bytes.fill(0x44);
    return facts;
}

class HeardBench {
  public:
    conform::Facts facts;
    conform::Heard heard{};
    conform::Line now = 0; // the connection that the next calls are about

    /// One connection, greeted and open, whose barrier was sent.
    explicit HeardBench(std::string_view profile = "7") : facts(full_facts(profile)) {
        connect();
        heard.alive = true;
    }

    conform::HeardLine& line() { return heard.lines.at(now); }

    HeardBench& connect() {
        conform::HeardLine made;
        made.connected = true;
        made.greeted = true;
        made.asked = true;
        heard.lines.push_back(made);
        now = static_cast<conform::Line>(heard.lines.size() - 1);
        return *this;
    }

    conform::HeardMessage message(Bytes payload, conform::Since at) const {
        conform::HeardMessage out;
        out.at = at;
        out.payload = std::move(payload);
        Bytes scratch;
        const auto read = wire::decode(*facts.profile, out.payload, scratch, facts.offsets, wire::OddEntries::skip);
        out.readable = read.has_value();
        out.type = read ? wire::type_of(*read) : wire::MessageType::Unknown;
        return out;
    }

    HeardBench& says(Bytes payload, conform::Since at = 1ms) {
        line().messages.push_back(message(std::move(payload), at));
        return *this;
    }
    HeardBench& says(std::string_view payload_hex, conform::Since at = 1ms) { return says(hex(payload_hex), at); }

    /// A frame of wire/codec.hpp, without its header.
    HeardBench& says_frame(const Bytes& frame, conform::Since at = 1ms) {
        return says(Bytes(frame.begin() + 8, frame.end()), at);
    }

    /// The last message was said while Hellos were exchanged.
    HeardBench& before_stimulus() {
        line().messages.back().before_stimulus = true;
        return *this;
    }
    /// It answers a question of the tester's own.
    HeardBench& to_us() {
        line().messages.back().ours = true;
        return *this;
    }

    HeardBench& answers_barrier(conform::Since at = 2ms) {
        says(facts.profile->dialect == rlp::Dialect::modern ? "c103" : "8103", at).to_us();
        line().barrier = true;
        return *this;
    }

    HeardBench& ends(conform::Ending how = conform::Ending::fin, conform::Since at = 3ms) {
        line().ending = how;
        line().ended_at = at;
        return *this;
    }

    conform::Expectation expectation(std::string_view text) const {
        auto read = conform::read_expectation(text, facts);
        REQUIRE_MESSAGE(read.has_value(), text << (read ? "" : ": " + read.error().message()));
        return *read;
    }

    bool meets(std::string_view text, std::chrono::milliseconds timeout = 2s) const {
        return conform::meets(heard, expectation(text), facts, timeout);
    }
    bool was_seen(std::string_view text) const { return conform::was_seen(heard, expectation(text), facts); }
    std::string words() const { return conform::in_words(heard.lines.at(now), facts); }
};

/// A list of `parts`, each RLP, and behind them nothing.
inline Bytes list_of(std::initializer_list<Bytes> parts) {
    rlp::BackwardWriter out;
    for (auto at = std::rbegin(parts); at != std::rend(parts); ++at) {
        out.put_raw(*at);
    }
    out.close_list(0);
    return out.take();
}

/// A message with this id.
inline Bytes message_of(std::uint8_t id, const std::vector<Bytes>& items) {
    rlp::BackwardWriter out;
    for (auto at = items.rbegin(); at != items.rend(); ++at) {
        out.put_raw(*at);
    }
    out.put_uint(id);
    out.close_list(0);
    return out.take();
}

} // namespace ethpoc::test
