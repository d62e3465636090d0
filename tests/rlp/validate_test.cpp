#include <doctest/doctest.h>

#include "rlp/decode.hpp"
#include "rlp/encode.hpp"
#include "tests/rlp/agreement.hpp"
#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using rlp::Mode;
using test::hex;

namespace {

/// `depth` lists around each other.
Bytes nest(unsigned depth) {
    rlp::BackwardWriter out;
    for (unsigned i = 0; i < depth; ++i) {
        out.close_list(0);
    }
    return out.take();
}

} // namespace

TEST_CASE("validate: every way to be wrong, with its place") {
    struct Row {
        std::string bytes;
        const ErrorCode* code;
        std::size_t offset;
        std::size_t length;
        const char* path;
        bool lenient; // the clients of 2014 read it
    };
    const Row rows[] = {
        {"", &rlp::errors::empty_input, 0, 0, "", false},
        {"83646f", &rlp::errors::truncated, 0, 1, "", false},
        {"c2", &rlp::errors::truncated, 0, 1, "", false},
        {"b9", &rlp::errors::truncated_header, 0, 1, "", false},
        {"b901", &rlp::errors::truncated_header, 0, 2, "", false},
        {"c2b901", &rlp::errors::truncated_header, 1, 2, "[0]", false},
        {"c2018300", &rlp::errors::item_overruns_parent, 2, 1, "[1]", false},
        {"c4c201820505", &rlp::errors::item_overruns_parent, 3, 1, "[0][1]", false},
        {"c102c3", &rlp::errors::trailing_bytes, 2, 1, "", true},
        {"8105", &rlp::errors::non_canonical_byte, 0, 2, "", true},
        {"c3018105", &rlp::errors::non_canonical_byte, 2, 2, "[1]", true},
        {"b80101", &rlp::errors::non_canonical_length, 0, 2, "", true},
        {"f801c0", &rlp::errors::non_canonical_length, 0, 2, "", true},
        {"f9000101", &rlp::errors::length_leading_zero, 1, 1, "", true},
        {"ba000001ff", &rlp::errors::length_leading_zero, 1, 2, "", true},
        {"bfffffffffffffffff", &rlp::errors::length_overflow, 0, 9, "", false},
        {"bf7fffffffffffffff", &rlp::errors::truncated, 0, 9, "", false},
        {"ff0f00000000000000"
         "0211",
         &rlp::errors::truncated, 0, 9, "", false},
        {"c9bfffffffffffffffff", &rlp::errors::length_overflow, 1, 9, "[0]", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes);
        const auto error = rlp::validate(hex(row.bytes));
        REQUIRE(error);
        CHECK(error->code->word == row.code->word);
        CHECK(error->offset == row.offset);
        CHECK(error->length == row.length);
        CHECK(error->path == row.path);
        CHECK(rlp::validate(hex(row.bytes), Mode::lenient).has_value() != row.lenient);
    }
}

TEST_CASE("validate: what is good") {
    for (const char* digits :
         {"80", "00", "7f", "8180", "c0", "c4c2c0c0c0", "c6827a77c10401", "cc83646f6783676f6483636174"}) {
        CAPTURE(digits);
        CHECK_FALSE(rlp::validate(hex(digits)));
    }
}

TEST_CASE("validate: nests of any depth without recursion") {
    CHECK_FALSE(rlp::validate(nest(64)));
    const auto deep = rlp::validate(nest(65));
    REQUIRE(deep);
    CHECK(deep->code == &rlp::errors::depth_limit);
    CHECK(deep->path.size() == 64 * 3);
    const rlp::Limits wide{.max_depth = 1'000'000};
    CHECK_FALSE(rlp::validate(nest(4096), Mode::strict, wide));
    CHECK_FALSE(rlp::validate(nest(1'000'000), Mode::strict, wide));
    Bytes broken = nest(100'000);
    broken.back() = 0x81;
    const auto error = rlp::validate(broken, Mode::strict, wide);
    REQUIRE(error);
    CHECK(error->offset == broken.size() - 1);
    const auto flat = rlp::validate(hex("c0"), Mode::strict, {.max_depth = 0});
    REQUIRE(flat);
    CHECK(flat->code == &rlp::errors::depth_limit);
}

TEST_CASE("validate: a million single bytes, and one of them wrong") {
    const Bytes ones(1'000'000, 0x01);
    Bytes list = rlp::encode_list(rlp::Raw{ones});
    CHECK_FALSE(rlp::validate(list));
    for (const std::size_t back : {1U, 7U, 8U, 9U, 63U, 64U, 65U, 500'000U}) {
        Bytes broken = list;
        broken[broken.size() - back] = 0xbf;
        const auto error = rlp::validate(broken);
        REQUIRE(error);
        CHECK(error->offset == broken.size() - back);
        CHECK(error->path == '[' + std::to_string(1'000'000 - back) + ']');
    }
    const auto many = rlp::validate(list, Mode::strict, {.max_items = 1'000'000});
    REQUIRE(many); // the list itself is an item
    CHECK(many->code == &rlp::errors::item_limit);
    CHECK(many->path == "[999999]");
    CHECK_FALSE(rlp::validate(list, Mode::strict, {.max_items = 1'000'001}));
}

TEST_CASE("validate: size limit") {
    CHECK_FALSE(rlp::validate(hex("c3010203"), Mode::strict, {.max_bytes = 4}));
    const auto error = rlp::validate(hex("c3010203"), Mode::strict, {.max_bytes = 3});
    REQUIRE(error);
    CHECK(error->code == &rlp::errors::size_limit);
    CHECK(error->offset == 3);
}

TEST_CASE("validate: careful walk, fast walk and tape agree about any bytes") {
    test::property("random bytes", [](const Bytes& bytes) { RC_ASSERT(test::all_agree(bytes) == ""); });
    test::property("bytes that look like rlp", [] {
        Bytes bytes;
        for (int n = *rc::gen::inRange(0, 40); n > 0; --n) {
            bytes.push_back(*rc::gen::element<std::uint8_t>(0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0xb7, 0xb8, 0xb9, 0xbf,
                                                            0xc0, 0xc1, 0xc2, 0xc8, 0xf7, 0xf8, 0xf9, 0xff, 0x38, 0x18,
                                                            0x40));
        }
        RC_ASSERT(test::all_agree(bytes) == "");
    });
    test::property("damaged lists", [] {
        Bytes bytes = test::any_list();
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
        RC_ASSERT(test::all_agree(bytes) == "");
    });
}
