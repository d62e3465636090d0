// What a peer forgives, and that everybody who shows a message says the same of it.
#include "wire/tolerated.hpp"

#include <doctest/doctest.h>
#include <random>

#include "rlp/hex.hpp"
#include "show/dissect.hpp"
#include "tests/wire/payloads.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;

namespace {

std::string text(const std::optional<Error>& error) {
    if (!error) { return "right"; }
    return std::string(error->code->word) + " " + std::to_string(error->offset) + "+" + std::to_string(error->length) +
           " " + error->path;
}

std::string verdict(std::string_view protocol, std::string_view hex) {
    const Bytes payload = *from_hex(hex);
    const wire::Profile& profile = *wire::find_profile(protocol);
    Bytes scratch;
    const auto message = wire::decode(profile, payload, scratch);
    REQUIRE_MESSAGE(message.has_value(), std::string(hex));
    return text(wire::tolerated_in(profile, payload, wire::type_of(*message)));
}

/// One thing after the other is done to a payload that may still be read afterwards.
Bytes altered(Bytes payload, std::mt19937& random) {
    if (payload.empty()) { return payload; }
    const std::size_t at = random() % payload.size();
    switch (random() % 4) {
    case 0:
        payload.push_back(static_cast<std::uint8_t>(random()));
        break;
    case 1:
        payload[at] = static_cast<std::uint8_t>(random());
        break;
    case 2: // a header that is not needed
        if (payload[0] < 0xf7 && payload[at] < 0x80) {
            payload.insert(payload.begin() + static_cast<std::ptrdiff_t>(at), 0x81);
            ++payload[0];
        }
        break;
    default: // the long form of a short list
        if (payload[0] >= 0xc0 && payload[0] < 0xf8) {
            payload.insert(payload.begin() + 1, static_cast<std::uint8_t>(payload[0] - 0xc0));
            payload[0] = 0xf8;
        }
        break;
    }
    return payload;
}

} // namespace

TEST_CASE("tolerated: what is forgiven is named with its place") {
    CHECK(verdict("12", "c102") == "right");
    CHECK(verdict("12", "c28102") == "rlp.non_canonical_byte 1+2 payload[0]");
    CHECK(verdict("12", "c102ff") == "frame.trailing_bytes 2+1 ");
    CHECK(verdict("12", "f80102") == "rlp.non_canonical_length 0+2 payload");
    CHECK(verdict("12", "c3018107") == "rlp.non_canonical_byte 2+2 payload[1]");
    CHECK(verdict("p2p2/eth49", "c28102") == "rlp.non_canonical_byte 1+2 payload[0]");
    CHECK(verdict("0", "86000000434142430719765f") == "right");
}

TEST_CASE("tolerated: a reason after the list of C++ protocols 2 to 4 is meant") {
    CHECK(verdict("3", "c10107") == "right");
    CHECK(verdict("5", "c10107") == "frame.trailing_bytes 2+1 ");
    CHECK(verdict("3", "c10107ff") == "frame.trailing_bytes 2+2 ");
    CHECK(verdict("3", "c10207") == "frame.trailing_bytes 2+1 "); // of a Ping it is not
}

TEST_CASE("tolerated: wire, and what is shown of the same bytes, never differ") {
    std::mt19937 random(20140722);
    std::size_t forgiven = 0;
    for (const test::Payload& sample : test::payloads) {
        const wire::Profile& profile = *wire::find_profile(sample.profile);
        for (int round = 0; round < 400; ++round) {
            const Bytes payload = altered(*from_hex(sample.hex), random);
            Bytes scratch;
            const auto message = wire::decode(profile, payload, scratch);
            if (!message) { continue; }
            const auto ours = wire::tolerated_in(profile, payload, wire::type_of(*message));
            const auto shown = show::dissect_payload(payload, {&profile, {}});
            CAPTURE(profile.name);
            CAPTURE(to_hex(payload));
            CHECK(shown.tolerated == shown.error.has_value());
            // A message may be shown as odd in its fields where its RLP is right.
            if (ours) { CHECK(text(ours) == text(shown.error)); }
            if (!ours && shown.error) { CHECK(shown.error->code->word.starts_with("message.")); }
            forgiven += ours ? 1 : 0;
        }
    }
    CHECK(forgiven > 1000);
}
