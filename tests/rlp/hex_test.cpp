#include "rlp/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "rlp/paste_shapes.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace std::literals;

TEST_CASE("hex: the shapes in which people have it") {
    struct Row {
        const char* shape;
        std::string_view text;
    };
    const Row rows[] = {
        {"plain", "2240089100000002c102"},
        {"upper case", "2240089100000002C102"},
        {"prefix", "0x2240089100000002c102"},
        {"blanks and lines", " 22 40 08 91\n 00 00 00 02\r\n\tc1 02 \n"},
        {"colons", "22:40:08:91:00:00:00:02:c1:02"},
        {"commas", "0x22,0x40,0x8,0x91,0x0,0x0,0x0,0x2,0xc1,0x2"},
        {"dashes", "22-40-08-91-00-00-00-02-C1-02"},
        {"escapes", R"("\x22\x40\x08\x91" "\x00\x00\x00\x02\xc1\x02")"},
        {"C array", "unsigned char ping[] = {\n  0x22, 0x40, 0x08, 0x91, 0x00, 0x00, 0x00, 0x02,\n  0xc1, 0x02\n};\n"
                    "unsigned int ping_len = 10;\n"},
        {"braces", "{ 0x22, 0x40, 0x08, 0x91, 0x00, 0x00, 0x00, 0x02, 0xc1, 0x02 }"},
        {"comments", "# a ping: 99\n22400891 # token\n00000002 // size\nc102#end"},
        {"xxd", "00000000: 2240 0891 0000 0002 c102                 \"@........\n"},
        {"xxd lines", "00000000: 2240 0891 0000  beef\n00000006: 0002 c102  dead\n"},
        {"hexdump -C", "00000000  22 40 08 91 00 00 00 02  c1 02                    |\"@........|\n0000000a\n"},
        {"wireshark", "0000  22 40 08 91 00 00 00 02   \"@......\n0008  c1 02   ..\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.shape);
        const auto bytes = from_hex(row.text);
        REQUIRE(bytes);
        CHECK(to_hex(*bytes) == "2240089100000002c102");
    }
    CHECK(from_hex("")->empty());
    CHECK(from_hex("# nothing but a comment")->empty());
}

TEST_CASE("hex: what looks like an offset but does not count is data") {
    CHECK(to_hex(*from_hex("c102c103  c104")) == "c102c103c104");
    CHECK(to_hex(*from_hex("22400891 00000002")) == "2240089100000002");
}

TEST_CASE("hex: errors say where") {
    struct Row {
        std::string_view text;
        const ErrorCode* code;
        std::size_t offset;
        std::size_t length;
    };
    const Row rows[] = {
        {"c1 0g", &hex_errors::bad_character, 4, 1},   {"hello", &hex_errors::bad_character, 0, 1},
        {"c1 2", &hex_errors::odd_digits, 3, 1},       {"c10", &hex_errors::odd_digits, 0, 3},
        {"0xc10", &hex_errors::odd_digits, 2, 3},      {"c1\n0x", &hex_errors::bad_character, 3, 1},
        {"a[] = { 0xc1", &hex_errors::unclosed, 6, 1}, {"c1\xc3\xbc", &hex_errors::bad_character, 2, 1},
        {"\\", &hex_errors::bad_character, 0, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto result = from_hex(row.text);
        REQUIRE_FALSE(result);
        CHECK(result.error().code->word == row.code->word);
        CHECK(result.error().offset == row.offset);
        CHECK(result.error().length == row.length);
    }
}

TEST_CASE("hex: offsets are never data - read where they count, refused where that is not sure") {
    struct Row {
        std::string_view text;
        std::string_view read; // bytes, or the code that refuses them
    };
    const Row rows[] = {
        {"000000 22 40 08 91\n000004 c1 02\n000006\n", "22400891c102"},               // od -A x
        {"0000000 22 40 08 91 00 00 00 02 c1 02\n0000012\n", "2240089100000002c102"}, // od
        {"\t0x0000:  2240 0891\n\t0x0004:  c102", "22400891c102"},                    // tcpdump
        {"0x2240 0X08", "224008"},
        {"0x7ffe10 <a>:\t0x22\t0x40\n0x7ffe12 <a+2>:\t0x08\n", "224008"},                         // gdb
        {"00000000: 91084022 02000000     02c1           \"@........\n", "2240089100000002c102"}, // xxd -e
        {"00000000  00 00 00 00  |....|\n*\n0000000c\n", "000000000000000000000000"},
        {"0000000 4022 9108\n0000004\n", "hex.word_order"},
        {"0000 22 40\n0002 08 91 00", "2240089100"},
        {"00: 22 40\n02: 08 91", "22400891"},
        {"00 22 40\n02 08 91", "hex.ambiguous_offset"},
        {"00: 22 40", "hex.ambiguous_offset"},
        {"00000000: 2240\n00000004: 0891\n", "hex.offset_gap"},
        {"00000000: 2240\n00000000: 0891\n", "hex.offset_gap"},
        {"00000000: 00100010 01000000  \"@\n", "hex.ambiguous"},
        {"[200, 131, 99]", "c88363"},
        {"[22, 40, 10]", "224010"},
        {"[2, 40, 10]", "hex.ambiguous"},
        {"bytes([22, 40, 10])", "16280a"},
        {"[-56, -12]", "hex.other_base"},
        {"<Buffer c8 83 63>", "c88363"},
        {R"(b'"@\x08\x91\n\\')", "224008910a5c"},
        {R"("\x22\x40ab")", "hex.ambiguous"},
        {"\xef\xbb\xbf"
         "c8\xc2\xa0"
         "83",
         "c883"},
        {"\x1b[32mc8\x1b[0m 83", "c883"},
        {"  1\tc8\n  2\t83\n", "c883"},
        {"b'2240'", "hex.ambiguous"},
        {"2240:", "2240"},
        {" 2240\n", "2240"},
        {" 2240 0891\n", "hex.word_order"},
        {"IkAIkQAAAALBAg==", "hex.other_base"},
        {"\t0x0000:  2240 0891\n\n\t0x0000:  c102\n", "hex.offset_gap"},
        {"0000   22 40 08 91   \"@..\n\n0000   c1 02   ..\n", "hex.offset_gap"},
        {"12:00:00.5 IP a.1 > b.2: Flags [P.]\n\t0x0000:  2240 0891\n", "22400891"},
        {"$ xxd ping\n00000000: 2240 0891  \"@..\n", "22400891"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto bytes = from_hex(row.text);
        CHECK((bytes ? to_hex(*bytes) : std::string(bytes.error().code->word)) == row.read);
    }
    CHECK(to_hex(*from_hex_digits("0000 22 40")) == "00002240"); // programs are taken at their word
}

TEST_CASE("hex: one run of digits is hex whatever its case and value") {
    for (const std::string_view text :
         {"00",       "0000",     "000000", "00000000",  "0000000000000000", "AAAA",     "AAAAAAAA",
          "aaaaaaaa", "10",       "1010",   "00100010",  "11111111",         "31323334", "12345678",
          "DEADBEEF", "0x000000", "0xAAAA", " 000000\n", "\t00100010\r\n",   "\"0000\""}) {
        CAPTURE(text);
        const auto bytes = from_hex(text);
        REQUIRE(bytes);
        const std::size_t digits =
            static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return paste::hex_digit(c) >= 0; }));
        const bool prefixed = text.starts_with("0x");
        CHECK(bytes->size() == (digits - (prefixed ? 1 : 0)) / 2);
        CHECK(*bytes == *from_hex_digits(text));
    }
}

TEST_CASE("hex: what has a second reading is told") {
    CHECK(paste::remark("[22, 40]").find("bytes([..])") != std::string::npos);
    for (const char* text : {"[0x22, 0x40]", "[c8, 83]", "[1, 2]", "22 40", "bytes([22, 40])", "[]", "[200, 1]"}) {
        CAPTURE(text);
        CHECK(paste::remark(text).empty());
    }
}

TEST_CASE("hex: every shape of the table is read, or refused, as the page does") {
    const auto rows = nlohmann::json::parse(std::ifstream(test::test_file("vectors/paste.json")))["vectors"];
    REQUIRE(rows.size() > 900);
    for (const auto& row : rows) {
        const std::string text = row["text"];
        CAPTURE(row["shape"]);
        CAPTURE(text);
        const auto bytes = from_hex(text);
        if (row.contains("read")) {
            REQUIRE(bytes);
            CHECK(to_hex(*bytes) == row["read"]);
        } else {
            REQUIRE_FALSE(bytes);
            CHECK(bytes.error().code->word == row["code"]);
            CHECK_FALSE(row["must"]);
        }
    }
}

TEST_CASE("hex: reading inverts writing, and any text is answered") {
    test::property("round trip", [](const Bytes& bytes) {
        const std::string text = to_hex(bytes);
        RC_ASSERT(from_hex_digits(text).value() == bytes);
        RC_ASSERT(from_hex(text).value() == bytes);
    });
    test::property("no crash", [] {
        constexpr std::string_view alphabet = "0123456789abcdefxX\\ :\n#/{}=|,\"";
        std::string text;
        for (int n = *rc::gen::inRange(0, 80); n > 0; --n) {
            text += alphabet[*rc::gen::inRange<std::size_t>(0, alphabet.size())];
        }
        const auto result = from_hex(text);
        if (!result) { RC_ASSERT(result.error().offset + result.error().length <= text.size()); }
    });
}
