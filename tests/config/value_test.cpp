#include "config/value.hpp"

#include <doctest/doctest.h>

using namespace ethpoc::config;
using std::chrono::milliseconds;

namespace {

/// Reads `text` as a T; nothing when it is refused.
template <typename T>
std::optional<T> read(std::string_view text) {
    T value{};
    return read_value(text, value) ? std::optional(value) : std::nullopt;
}

} // namespace

TEST_CASE("value: sizes") {
    struct Row {
        std::string_view text;
        std::uint64_t bytes;
        std::string_view written;
    };
    for (const Row& row : {Row{"0", 0, "0"}, Row{"1", 1, "1"}, Row{"1024", 1024, "1KiB"}, Row{"1025", 1025, "1025"},
                           Row{"64KiB", 65536, "64KiB"}, Row{"16MiB", 16u << 20, "16MiB"},
                           Row{"1024MiB", 1u << 30, "1GiB"}, Row{"3GiB", 3ull << 30, "3GiB"}}) {
        CAPTURE(row.text);
        const auto size = read<ByteSize>(row.text);
        REQUIRE(size.has_value());
        CHECK(size->bytes == row.bytes);
        CHECK(write_value(*size) == row.written);
        CHECK(read<ByteSize>(write_value(*size)) == size);
    }
    for (const std::string_view text : {"", "MiB", "-1", "1MB", "1mib", "1 MiB", "1.5MiB", "99999999999999999999",
                                        "9223372036854775808", "9007199254740992GiB"}) {
        CAPTURE(text);
        CHECK_FALSE(read<ByteSize>(text).has_value());
    }
}

TEST_CASE("value: switches") {
    CHECK(read<Switch>("on") == Switch{true});
    CHECK(read<Switch>("off") == Switch{false});
    CHECK(write_value(Switch{true}) == "on");
    CHECK(write_value(Switch{false}) == "off");
    for (const std::string_view text : {"", "On", "true", "1", "offf"}) {
        CAPTURE(text);
        CHECK_FALSE(read<Switch>(text).has_value());
    }
}

TEST_CASE("value: times") {
    struct Row {
        std::string_view text;
        std::int64_t ms;
        std::string_view written;
    };
    for (const Row& row : {Row{"0", 0, "0"}, Row{"1", 1000, "1s"}, Row{"250ms", 250, "250ms"}, Row{"1s", 1000, "1s"},
                           Row{"1.5s", 1500, "1500ms"}, Row{"0.25", 250, "250ms"}, Row{"2.125s", 2125, "2125ms"},
                           Row{"90s", 90'000, "90s"}, Row{"120s", 120'000, "2m"}, Row{"2m", 120'000, "2m"},
                           Row{"1.5h", 5'400'000, "90m"}}) {
        CAPTURE(row.text);
        const auto time = read<milliseconds>(row.text);
        REQUIRE(time.has_value());
        CHECK(time->count() == row.ms);
        CHECK(write_value(*time) == row.written);
        CHECK(read<milliseconds>(write_value(*time)) == time);
    }
    for (const std::string_view text : {"", "s", "-1s", "1 s", "1.s", ".5s", "1.2345s", "1.5ms", "1.5.5s", "1d",
                                        "9223372036854775808", "9223372036854776", "9223372036854775.9s", "1e3"}) {
        CAPTURE(text);
        CHECK_FALSE(read<milliseconds>(text).has_value());
    }
    // The last second whose milliseconds fit into 63 bits.
    CHECK(read<milliseconds>("9223372036854775").has_value());
}

TEST_CASE("value: numbers and flags") {
    CHECK(read<std::uint32_t>("4294967295") == 4294967295u);
    for (const std::string_view text : {"", "-1", "+1", "4294967296", "1x", " 1", "0x10", "99999999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(read<std::uint32_t>(text).has_value());
    }
    for (const std::string_view text : {"true", "yes", "on", "1"}) {
        CHECK(read<bool>(text) == true);
    }
    for (const std::string_view text : {"false", "no", "off", "0"}) {
        CHECK(read<bool>(text) == false);
    }
    for (const std::string_view text : {"", "True", "2", "maybe"}) {
        CHECK_FALSE(read<bool>(text).has_value());
    }
}

TEST_CASE("value: an optional endpoint knows none") {
    std::optional<Endpoint> endpoint = Endpoint{"a", 1};
    REQUIRE(read_value("none", endpoint).has_value());
    CHECK_FALSE(endpoint.has_value());
    CHECK(write_value(endpoint) == "none");
    REQUIRE(read_value("[::1]:2", endpoint).has_value());
    CHECK(write_value(endpoint) == "[::1]:2");
    const auto refused = read_value("nonsense", endpoint);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().contains("none"));
    CHECK(endpoint == Endpoint{"::1", 2}); // a refused text leaves the value alone
}
