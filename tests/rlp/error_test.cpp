#include "rlp/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace ethpoc;

TEST_CASE("error: one line for people") {
    const Error error{&rlp::errors::item_overruns_parent, 8, 1, "payload",
                      "item claims 5 bytes, its parent has 2 left"};
    CHECK(error.message() ==
          "rlp.item_overruns_parent at 0x0008, path payload: item claims 5 bytes, its parent has 2 left");
    const Error bare{&rlp::errors::trailing_bytes, 0x12345, 2, {}, {}};
    CHECK(bare.message() == "rlp.trailing_bytes at 0x12345: Nothing may follow the item.");
}

TEST_CASE("error: moved into a larger input") {
    const Error error = Error{&rlp::errors::truncated, 3, 1, "[1][0]", "x"}.moved(8, "payload");
    CHECK(error.offset == 11);
    CHECK(error.path == "payload[1][0]");
    CHECK(error.detail == "x");
}

TEST_CASE("error: the catalogue has every word once, and a rule for each") {
    std::set<std::string_view> words;
    for (const ErrorCode* const code : rlp::error_catalogue()) {
        CAPTURE(code->word);
        CHECK(words.insert(code->word).second);
        CHECK(code->rule.ends_with('.'));
        CHECK((code->word.starts_with("rlp.") || code->word.starts_with("hex.") || code->word.starts_with("text.")));
        CHECK(std::ranges::all_of(code->word, [](char c) { return c == '.' || c == '_' || (c >= 'a' && c <= 'z'); }));
    }
    CHECK(words.contains("rlp.non_canonical_length"));
    CHECK(words.contains("hex.odd_digits"));
}

TEST_CASE("error: offsets have four digits or more") {
    CHECK(hex_offset(0) == "0000");
    CHECK(hex_offset(0xabc) == "0abc");
    CHECK(hex_offset(0x10000) == "10000");
}
