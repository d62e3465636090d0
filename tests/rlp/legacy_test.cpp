#include "rlp/legacy.hpp"

#include <doctest/doctest.h>

#include "tests/rlp/agreement.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using rlp::Mode;
using test::hex;

TEST_CASE("legacy: what each first byte means") {
    struct Row {
        std::string bytes;
        std::size_t header;
        std::uint64_t claimed;
        bool list;
    };
    const Row rows[] = {
        {"00", 0, 1, false},
        {"17", 0, 1, false},
        {"1864", 1, 1, false},
        {"37" + std::string(64, 'f'), 1, 32, false},
        {"3821" + std::string(66, 'f'), 2, 33, false},
        {"40", 1, 0, false},
        {"4161", 1, 1, false},
        {"7838" + std::string(112, '6'), 2, 56, false},
        {"80", 1, 0, true},
        {"b7", 1, 55, true},
        {"b838", 2, 56, true},
        {"bf0100000000000000", 9, 1ULL << 56, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes);
        const Bytes bytes = hex(row.bytes);
        const rlp::Head head = rlp::legacy::read_head(bytes, 0, bytes.size(), false);
        CHECK(head.header_size == row.header);
        CHECK(head.claimed == row.claimed);
        CHECK(head.is_list == row.list);
        CHECK(head.fault(Mode::strict).code == nullptr);
    }
}

TEST_CASE("legacy: every way to be wrong, with its place") {
    struct Row {
        std::string bytes;
        const ErrorCode* code;
        std::size_t offset;
        std::size_t length;
        const char* path;
        bool lenient;
    };
    const Row rows[] = {
        {"", &rlp::errors::empty_input, 0, 0, "", false},
        {"4361", &rlp::errors::truncated, 0, 1, "", false},
        {"81436161", &rlp::errors::truncated, 1, 1, "[0]", false},
        {"78", &rlp::errors::truncated_header, 0, 1, "", false},
        {"82", &rlp::errors::too_few_items, 1, 0, "", false},
        {"820182", &rlp::errors::too_few_items, 3, 0, "[1]", false},
        {"bfffffffffffffffff01", &rlp::errors::too_few_items, 10, 0, "", false},
        {"c102", &rlp::errors::unassigned_byte, 0, 1, "", false},
        {"8201ff05", &rlp::errors::unassigned_byte, 2, 1, "[1]", false},
        {"0102", &rlp::errors::trailing_bytes, 1, 1, "", true},
        {"1805", &rlp::errors::non_canonical_byte, 0, 2, "", true},
        {"190005", &rlp::errors::integer_leading_zero, 1, 1, "", true},
        {"380105", &rlp::errors::non_canonical_length, 0, 2, "", true},
        {"780161", &rlp::errors::non_canonical_length, 0, 2, "", true},
        {"b80105", &rlp::errors::non_canonical_length, 0, 2, "", true},
        {"7900016161", &rlp::errors::length_leading_zero, 1, 1, "", true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes);
        const Bytes bytes = hex(row.bytes);
        const auto error = rlp::legacy::validate(bytes);
        REQUIRE(error);
        CHECK(error->code->word == row.code->word);
        CHECK(error->offset == row.offset);
        CHECK(error->length == row.length);
        CHECK(error->path == row.path);
    }
    CHECK_FALSE(rlp::legacy::validate(hex("1805"), Mode::lenient));
    CHECK_FALSE(rlp::legacy::validate(hex("b80105"), Mode::lenient));
    CHECK_FALSE(rlp::legacy::validate(hex("0102"), Mode::lenient));
    CHECK(rlp::legacy::validate(hex("4361"), Mode::lenient));
}

TEST_CASE("legacy: the tape knows integers and sizes") {
    const Bytes bytes = hex("83427a77810442777a");
    const rlp::Tree tree = rlp::legacy::read_tree(bytes);
    REQUIRE(tree.nodes.size() == 5);
    CHECK(tree.nodes[0].payload_size == 8);
    CHECK(tree.nodes[2].payload_size == 1);
    CHECK(tree.nodes[3].integer);
    CHECK_FALSE(tree.nodes[1].integer);
    CHECK(tree.path(3) == "[1][0]");
}

TEST_CASE("legacy: limits hold before anything is believed") {
    const auto deep = rlp::legacy::validate(Bytes(100'000, 0x81));
    REQUIRE(deep);
    CHECK(deep->code == &rlp::errors::depth_limit);
    CHECK(deep->offset == 64);
    const auto many = rlp::legacy::validate(hex("8401020304"), Mode::strict, {.max_items = 3});
    REQUIRE(many);
    CHECK(many->code == &rlp::errors::item_limit);
    CHECK(many->offset == 3);
    const auto large = rlp::legacy::validate(hex("8401020304"), Mode::strict, {.max_bytes = 3});
    REQUIRE(large);
    CHECK(large->code == &rlp::errors::size_limit);
    // A count of 2^56 items costs nothing.
    CHECK(rlp::legacy::read_tree(hex("bf010000000000000001")).nodes.size() == 2);
}

TEST_CASE("legacy: any bytes get an answer") {
    test::property("random bytes", [](const Bytes& bytes) {
        RC_ASSERT(test::legacy_agrees(bytes, Mode::strict) == "");
        RC_ASSERT(test::legacy_agrees(bytes, Mode::lenient) == "");
    });
    test::property("bytes that look like it", [] {
        Bytes bytes;
        for (int n = *rc::gen::inRange(0, 40); n > 0; --n) {
            bytes.push_back(*rc::gen::element<std::uint8_t>(0x00, 0x01, 0x17, 0x18, 0x19, 0x37, 0x38, 0x3f, 0x40, 0x41,
                                                            0x42, 0x78, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0xb8, 0xbf,
                                                            0xc0));
        }
        RC_ASSERT(test::all_agree(bytes) == "");
    });
}
