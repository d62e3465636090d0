#include "show/text.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using test::hex;

namespace {

bool comes_back(const Bytes& bytes) {
    const auto back = show::from_text(show::to_text(bytes));
    return back.has_value() && *back == bytes;
}

} // namespace

TEST_CASE("text: what is written - by the vectors") {
    const auto file = nlohmann::json::parse(std::ifstream(test::test_file("vectors/rlp.json")));
    std::size_t with_text = 0;
    for (const auto& vector : file["vectors"]) {
        CAPTURE(vector["name"].get<std::string>());
        const Bytes bytes = hex(vector["hex"].get<std::string>());
        const std::string text = show::to_text(bytes);
        if (vector.contains("text")) {
            ++with_text;
            CHECK(text == vector["text"].get<std::string>() + (bytes.empty() ? "" : "\n"));
        }
        CHECK(show::from_text(text) == bytes);
    }
    CHECK(with_text >= 15);
}

TEST_CASE("text: every form that can be read") {
    struct Row {
        const char* text;
        const char* hex;
    };
    for (const Row& row : {
             Row{"", ""},
             Row{"# only a remark", ""},
             Row{"0", "80"},
             Row{"\"\"", "80"},
             Row{"18446744073709551615", "88ffffffffffffffff"},
             Row{"\"a\\\"\\\\\\x00\"", "8461225c00"},
             Row{"[1 [] [[2]] ] # after", "c501c0c2c102"},
             Row{"[\n1\t2]", "c20102"},
             Row{"`de ad be ef`", "84deadbeef"},
             Row{"`00`", "00"},
             Row{"long:0 `05`", "8105"},
             Row{"long:1 \"a\"", "b80161"},
             Row{"long:2 len:3 [1]", "f9000301"},
             Row{"len:5 \"abc\"", "85616263"},
             Row{"raw:`b901`", "b901"},
             Row{"byte:`00`", "00"},
             Row{"frame { [2] }", "2240089100000002c102"},
             Row{"frame sync=`22400890` size=3 { [2] }", "2240089000000003c102"},
             Row{"frame { [2] } trailing `dead`", "2240089100000002c102dead"},
         }) {
        CAPTURE(row.text);
        const auto bytes = show::from_text(row.text);
        REQUIRE(bytes);
        CHECK(to_hex(*bytes) == row.hex);
    }
}

TEST_CASE("text: what makes no sense is named and placed") {
    struct Row {
        const char* text;
        const char* code;
        std::size_t offset;
    };
    for (const Row& row : {
             Row{"[1 2", "text.unclosed", 4},
             Row{"1 ]", "text.syntax", 2},
             Row{"\"abc", "text.unclosed", 0},
             Row{"`0", "text.unclosed", 0},
             Row{"`0g`", "text.unclosed", 0},
             Row{"18446744073709551616", "text.bad_number", 0},
             Row{"long:9 1", "text.bad_number", 5},
             Row{"cat", "text.syntax", 0},
             Row{"frame 3", "text.syntax", 6},
             Row{"\"\\q\"", "text.syntax", 0},
         }) {
        CAPTURE(row.text);
        const auto bytes = show::from_text(row.text);
        REQUIRE_FALSE(bytes);
        CHECK(bytes.error().code->word == row.code);
        CHECK(bytes.error().offset == row.offset);
        CHECK(bytes.error().offset + bytes.error().length <= std::string_view(row.text).size());
    }
}

TEST_CASE("text: any text is read or refused at a place inside it") {
    test::property("text of words", [] {
        const auto words = *rc::gen::container<std::vector<std::string>>(
            rc::gen::element<std::string>("[", "]", "1", "0", "\"a", "\"", "\\", "`", "00", "len:", "long:", "7", " ",
                                          "#", "\n", "raw:", "frame", "{", "}", "size=", "sync=", "trailing"));
        std::string text;
        for (const std::string& word : words) {
            text += word;
        }
        const auto bytes = show::from_text(text);
        if (!bytes) { RC_ASSERT(bytes.error().offset + bytes.error().length <= text.size()); }
        if (bytes) { RC_ASSERT(comes_back(*bytes)); }
    });
}

TEST_CASE("text: random bytes - and good items with one byte changed - come back") {
    test::property("random bytes", [](const Bytes& bytes) { RC_ASSERT(comes_back(bytes)); });
    test::property("headers", [] {
        const auto bytes = *rc::gen::container<Bytes>(rc::gen::element<std::uint8_t>(
            0x00, 0x05, 0x22, 0x7f, 0x80, 0x81, 0x83, 0xb7, 0xb8, 0xb9, 0xbf, 0xc0, 0xc1, 0xc3, 0xf7, 0xf8, 0xff));
        RC_ASSERT(comes_back(bytes));
    });
    test::property("changed items", [] {
        Bytes bytes = test::any_item();
        RC_ASSERT(comes_back(bytes));
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
        RC_ASSERT(comes_back(bytes));
    });
}

TEST_CASE("text: good bytes have no marks - and their text is a fixed point") {
    test::property("canonical", [] {
        const std::string text = show::to_text(test::any_item());
        const auto bytes = show::from_text(text);
        RC_ASSERT(bytes.has_value());
        RC_ASSERT(show::to_text(*bytes) == text);
        RC_ASSERT(text.find("long:") == std::string::npos || text.find('"') != std::string::npos);
    });
}

TEST_CASE("text: deep lists neither recurse nor grow beyond their bytes") {
    const Bytes deep(10'000, 0xc1); // each claims one byte more
    const std::string text = show::to_text(deep);
    CHECK(show::from_text(text) == deep);
    CHECK(show::from_text(std::string(10'000, '[') + std::string(10'000, ']')).has_value());
    CHECK_FALSE(show::from_text(std::string(1'000'000, '[')).has_value());
}
