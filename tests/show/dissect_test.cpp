#include "show/dissect.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "show/frame_text.hpp"
#include "tests/show/slow_reference.hpp"
#include "tests/support/shared.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using test::hex;

namespace {

std::string first_error(BytesView stream, const wire::Profile& profile) {
    const show::Dissection one = show::dissect_frame(stream, show::speech_of(stream, &profile));
    if (!one.error) { return "good"; }
    const Error& error = *one.error;
    return test::Wrong{std::string(error.code->word), static_cast<std::size_t>(error.offset),
                       static_cast<std::size_t>(error.length), error.path}
        .text();
}

/// Empty when the reader and the slow one say the same. `seen` collects the codes.
std::string disagree(BytesView stream, const wire::Profile& profile, std::set<std::string>& seen) {
    test::SlowReader slow(stream);
    const auto wanted = slow.frame();
    if (slow.other_message_) { return {}; }
    const std::string got = first_error(stream, profile);
    const std::string want = wanted ? wanted->text() : "good";
    seen.insert(want.substr(0, want.find(' ')));
    return got == want ? std::string() : to_hex(stream) + "\n  got  " + got + "\n  want " + want;
}

Bytes framed(std::string_view payload) {
    const Bytes inside = hex(payload);
    Bytes out = hex("22400891000000");
    out.push_back(static_cast<std::uint8_t>(inside.size()));
    out.insert(out.end(), inside.begin(), inside.end());
    return out;
}

const std::string key_item =
    "b8404a0255fa4673faa30fc5abfd3c550bfdbc0d3c973d35f726463af81c54a03281cfff22c5f5965b38ac63015298775"
    "7a31782478549c36f7c84cb4436ba79d6d9";

std::string list_of(const std::string& payload) {
    const std::size_t size = payload.size() / 2;
    const auto byte = [](std::size_t value) {
        const auto one = static_cast<std::uint8_t>(value);
        return to_hex({&one, 1});
    };
    return (size < 56 ? byte(0xc0 + size) : "f8" + byte(size)) + payload;
}

/// One frame each, made so that headers of all forms stand in them.
std::vector<Bytes> vectors() {
    const std::string header = list_of("a0" + std::string(64, '1') + "8205dc" + "80" + "c0" + "830f4240");
    return {
        framed(list_of("80178092457468657265756d282b2b292f302e302e310782765f" + key_item)), // Hello
        framed(list_of("11" + list_of("847f00000182765f" + key_item) + list_of("c47f80800182766280") + "c705c0" +
                       "82000180c0")),
        framed(list_of("11" + list_of("907f0000017f0000017f0000017f000001827d0180"))),                // Peers
        framed(list_of("13" + list_of(header + "c0c0") + list_of(list_of("0102820400") + "c101c0"))), // Blocks
    };
}

} // namespace

TEST_CASE("dissect: errors stand where a slow reader finds them - for every cut and every changed byte") {
    const wire::Profile* const profile = wire::find_profile("23");
    REQUIRE(profile != nullptr);
    std::set<std::string> seen;
    for (const Bytes& good : vectors()) {
        std::string first_bad = disagree(good, *profile, seen);
        std::size_t bad = 0;
        const auto check = [&](BytesView stream) {
            std::string now = disagree(stream, *profile, seen);
            if (now.empty()) { return; }
            ++bad;
            if (first_bad.empty()) { first_bad = std::move(now); }
        };
        for (std::size_t size = 1; size < good.size(); ++size) {
            check(BytesView{good}.first(size));
        }
        for (std::size_t i = 0; i < good.size(); ++i) {
            Bytes damaged = good;
            for (unsigned value = 0; value < 256; ++value) {
                damaged[i] = static_cast<std::uint8_t>(value);
                check(damaged);
            }
        }
        CAPTURE(bad);
        CHECK(first_bad == "");
    }
    for (const char* code :
         {"frame.bad_token", "frame.incomplete", "frame.too_large", "frame.empty_payload", "frame.trailing_bytes",
          "rlp.truncated_header", "rlp.length_leading_zero", "rlp.non_canonical_length", "rlp.non_canonical_byte",
          "rlp.item_overruns_parent", "rlp.expected_string", "rlp.integer_too_large", "message.not_a_list",
          "message.missing_item", "message.bad_address", "good"}) {
        CAPTURE(code);
        CHECK(seen.contains(code));
    }
}

TEST_CASE("dissect: the payload of a frame says the same outside of its stream") {
    for (const Bytes& stream : vectors()) {
        const show::Speech speech = show::speech_of(stream, wire::find_profile("23"));
        const auto inside = show::dissect_frame(stream, speech);
        const auto outside = show::dissect_payload(BytesView{stream}.subspan(wire::frame_header_size), speech);
        CHECK(inside.message.type == outside.message.type);
        CHECK(inside.tree.nodes.size() == outside.tree.nodes.size());
        CHECK(inside.error.has_value() == outside.error.has_value());
    }
}

TEST_CASE("dissect: the item-counted form is looked for only where it can be") {
    const Bytes counted = hex("860000004341424307 19765f");
    const auto shown = [&](const char* profile, bool assumed) {
        return show::dissect_payload(counted, {wire::find_profile(profile), {}, assumed}).error.has_value();
    };
    CHECK_FALSE(shown("0", false));
    CHECK(shown("23", false));
    CHECK_FALSE(shown("23", true));
}

TEST_CASE("wire text: every vector - cut and changed anywhere - comes back") {
    const auto file = nlohmann::json::parse(std::ifstream(test::test_file("vectors/wire.json")));
    std::string first_bad;
    const auto check = [&first_bad](const Bytes& stream) {
        const auto back = show::from_text(show::frames_to_text(stream));
        if (first_bad.empty() && (!back || *back != stream)) { first_bad = to_hex(stream); }
    };
    for (const auto& vector : file["vectors"]) {
        const Bytes good = hex(vector["hex"].get<std::string>());
        for (std::size_t size = 0; size <= good.size(); ++size) {
            check(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
        }
        for (std::size_t i = 0; i < good.size(); ++i) {
            for (const int change : {0x01, 0x40, 0x80, 0xff}) {
                Bytes damaged = good;
                damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ change);
                check(damaged);
            }
        }
    }
    CHECK(first_bad == "");
}
