// Every payload cut at every byte and changed at every byte, under every profile: no crash, and errors that point into
// it.
#include <algorithm>
#include <array>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "tests/wire/hostile.hpp"
#include "tests/wire/payloads.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

namespace {

using Rows = std::vector<const Profile*>;

/// One row for each way of reading: rows that differ only in what people read of them are left out.
Rows rows_that_read_differently() {
    Rows out;
    for (const Profile& row : profiles()) {
        const bool same = std::ranges::any_of(out, [&](const Profile* other) {
            return row.family == other->family && row.dialect == other->dialect && row.hello == other->hello &&
                   row.hello_items == other->hello_items && row.sync == other->sync &&
                   row.announce == other->announce && row.address == other->address;
        });
        if (!same) { out.push_back(&row); }
    }
    return out;
}

std::string fault_under(const Rows& rows, BytesView payload) {
    for (const Profile* row : rows) {
        std::string fault = test::fault_of(*row, payload);
        if (!fault.empty()) { return fault + " in " + to_hex(payload); }
    }
    return {};
}

/// Values that change what a byte means: other lengths, other kinds, the borders between the forms.
std::array<std::uint8_t, 11> others(std::uint8_t byte) {
    const auto plus = static_cast<std::uint8_t>(byte + 1);
    const auto minus = static_cast<std::uint8_t>(byte - 1);
    return {plus, minus, 0x00, 0x7f, 0x80, 0x81, 0xb7, 0xb8, 0xc0, 0xf8, 0xff};
}

} // namespace

TEST_CASE("hostile: the payloads themselves are read by their own profile") {
    for (const test::Payload& one : test::payloads) {
        INFO(one.what);
        const Bytes payload = test::hex(one.hex);
        Bytes scratch;
        const Profile& profile = *find_profile(one.profile);
        CHECK(decode(profile, payload, scratch).has_value());
        if (one.what.starts_with("Hello")) {
            const auto greeting = decode_greeting(payload, scratch);
            REQUIRE_MESSAGE(greeting.has_value(), greeting.error().message());
            CHECK(greeting->profile == &profile);
        }
    }
}

TEST_CASE("hostile: every payload cut at every byte under every profile") {
    Rows all;
    for (const Profile& row : profiles()) {
        all.push_back(&row);
    }
    for (const test::Payload& one : test::payloads) {
        const Bytes payload = test::hex(one.hex);
        for (std::size_t size = 0; size <= payload.size(); ++size) {
            CHECK(fault_under(all, BytesView{payload}.first(size)) == "");
        }
    }
}

TEST_CASE("hostile: a cut payload is never taken for a whole one") {
    for (const test::Payload& one : test::payloads) {
        if (one.what.find("outside") != std::string_view::npos) { continue; }
        const Bytes payload = test::hex(one.hex);
        for (std::size_t size = 0; size < payload.size(); ++size) {
            INFO(one.what);
            Bytes scratch;
            CHECK_FALSE(decode(*find_profile(one.profile), BytesView{payload}.first(size), scratch).has_value());
        }
    }
}

TEST_CASE("hostile: every payload with every byte changed under every way of reading") {
    const Rows rows = rows_that_read_differently();
    CHECK(rows.size() >= 10);
    for (const test::Payload& one : test::payloads) {
        Bytes payload = test::hex(one.hex);
        for (std::uint8_t& byte : payload) {
            const std::uint8_t before = byte;
            for (const std::uint8_t other : others(before)) {
                byte = other;
                REQUIRE(fault_under(rows, payload) == "");
            }
            byte = before;
        }
    }
}

TEST_CASE("hostile: third-party payloads, cut and changed") {
    const auto folder = test::shared_file("spec/vectors");
    if (!folder) {
        MESSAGE("skipped: spec/vectors not found");
        return;
    }
    const std::array rows{find_profile("0"), find_profile("3"), find_profile("20"), find_profile("28"),
                          find_profile("poc7")};
    for (const auto& file : test::files_below(*folder, ".hex")) {
        INFO(file.filename().string());
        Bytes payload = test::read_hex_file(file);
        for (std::size_t at = 0; at < payload.size(); at += 1 + payload.size() / 200) {
            const std::uint8_t before = payload[at];
            for (const Profile* row : rows) {
                CHECK(test::fault_of(*row, BytesView{payload}.first(at)) == "");
                for (const int other : {0x00, 0x80, 0xb8, 0xc0, 0xff}) {
                    payload[at] = static_cast<std::uint8_t>(other);
                    CHECK(test::fault_of(*row, payload) == "");
                }
                payload[at] = before;
            }
        }
    }
}
