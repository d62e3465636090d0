#include "rlp/bytes.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace std::literals;

TEST_CASE("bytes: hex text") {
    CHECK(to_hex({}).empty());
    CHECK(to_hex(Bytes{0x00, 0x0f, 0xa0, 0xff}) == "000fa0ff");
}

TEST_CASE("bytes: fixed widths are filled from the right") {
    CHECK(to_hex(FixedBytes<4>::right_aligned(Bytes{1, 2})) == "00000102");
    CHECK(to_hex(FixedBytes<4>::right_aligned({})) == "00000000");
    CHECK(to_hex(FixedBytes<2>::right_aligned(Bytes{1, 2, 3})) == "0203");
    CHECK(Hash256{}.is_zero());
    CHECK_FALSE(Hash256::right_aligned(Bytes{1}).is_zero());
    CHECK(FixedBytes<2>::right_aligned(Bytes{1, 0}) > FixedBytes<2>::right_aligned(Bytes{0, 255}));
}

TEST_CASE("bytes: 256-bit integers compare as numbers") {
    U256 high;
    high.limbs = {0, 0, 0, 1};
    CHECK(high > U256{~std::uint64_t{0}});
    CHECK(high.saturated() == ~std::uint64_t{0});
    CHECK_FALSE(high.fits_u64());
    CHECK(U256{7}.saturated() == 7);
    CHECK(U256{3} < U256{4});
}

TEST_CASE("bytes: strings of peers are made printable") {
    struct Row {
        std::string_view text;
        std::string_view shown;
    };
    const Row rows[] = {
        {"Ethereum(++)/v0.5.1", "Ethereum(++)/v0.5.1"},
        {"a\nb\tc", "a\\x0ab\\x09c"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {"back\\slash", "back\\x5cslash"}, // so that shown escapes are always ours
        {"\x7f", "\\x7f"},
        {"Z\xc3\xbcrich", "Z\xc3\xbcrich"},
        {"\xe2\x82\xac \xf0\x9f\x98\x80", "\xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc3", "\\xc3"},                            // cut character
        {"\xc0\xaf", "\\xc0\\xaf"},                   // overlong
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},          // overlong
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          // surrogate
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, // beyond the last character
        {"\xc2\x85", "\\xc2\\x85"},                   // C1 control
        {"\xe2\x80\xae"
         "abc",
         "\\xe2\\x80\\xae"
         "abc"}, // text from right to left
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
        {"\xc2\xad", "\\xc2\\xad"},                       // soft hyphen
        {"\xd8\x9c", "\\xd8\\x9c"},                       // Arabic letter mark
        {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},              // byte order mark
        {"\xe2\x80\x8b", "\\xe2\\x80\\x8b"},              // no width
        {"\xef\xb8\x8f", "\\xef\\xb8\\x8f"},              // variation selector
        {"\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"},     // tag
        {"\xee\x80\x80", "\\xee\\x80\\x80"},              // private use
        {"\xcd\xb8", "\\xcd\\xb8"},                       // not assigned
        {"\xe3\x85\xa4", "\\xe3\\x85\\xa4"},              // a letter without shape
        {"\xe6\x97\xa5\xd7\x90", "\xe6\x97\xa5\xd7\x90"}, // letters are shown
        {"a\0b"sv, "a\\x00b"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.shown);
        CHECK(printable(row.text) == row.shown);
    }
}

TEST_CASE("bytes: printable text is bounded") {
    CHECK(printable("abcdef", 6) == "abcdef");
    CHECK(printable("abcdef", 5) == "abcde...");
    CHECK(printable("ab\xc3\xbc", 3) == "ab..."); // no half characters
    CHECK(printable(std::string(1000, 'x')).size() == 128 + 3);
}

TEST_CASE("bytes: characters that are kept stay, and no others") {
    CHECK(printable("a\\b\nc\x1b"
                    "d",
                    100) == "a\\x5cb\\x0ac\\x1bd");
    CHECK(printable("a\\b\nc\x1b"
                    "d",
                    100, "\\\n") == "a\\b\nc\\x1bd");
    CHECK(printable("\xc2\x85\\", 100, "\\") == "\\xc2\\x85\\"); // a control of two bytes
}
