#include <doctest/doctest.h>

#include "rlp/encode.hpp"
#include "rlp/legacy.hpp"
#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using rlp::Mode;
using rlp::Shape;
using test::hex;

namespace {

struct Hello {
    std::uint8_t id = 0;
    std::uint8_t version = 0;
    std::uint8_t network = 0;
    std::string_view client{};

    static constexpr auto rlp_fields =
        rlp::fields(rlp::field("id", &Hello::id), rlp::field("version", &Hello::version),
                    rlp::field("network", &Hello::network), rlp::field("client", &Hello::client));
};

struct Transfer {
    U256 value{};
    Address to{};
    std::vector<std::uint32_t> amounts{};

    static constexpr auto rlp_fields =
        rlp::fields(rlp::field("value", &Transfer::value), rlp::field("to", &Transfer::to),
                    rlp::field("amounts", &Transfer::amounts));
};

} // namespace

TEST_CASE("legacy translate: the hello of the 2014 wiki, both ways") {
    const Bytes wiki = hex("8400000043414243");
    const auto modern = rlp::legacy::to_modern(wiki);
    REQUIRE(modern);
    Hello hello;
    REQUIRE(rlp::decode(*modern, hello, Hello::rlp_fields));
    CHECK(hello.client == "ABC");
    const auto back = rlp::legacy::from_modern(*modern, rlp::record_shape(Hello::rlp_fields));
    REQUIRE(back);
    CHECK(*back == wiki);
}

TEST_CASE("legacy translate: the shape says what is an integer") {
    struct Row {
        Shape shape;
        const char* modern;
        std::string counted;
    };
    const Shape scalar = rlp::shape_of<U256>();
    const Shape text = rlp::shape_of<BytesView>();
    const Row rows[] = {
        {scalar, "80", "00"},
        {scalar, "17", "17"},
        {scalar, "18", "1818"},
        {scalar, "8203e8", "1903e8"},
        {text, "80", "40"},
        {text, "17", "4117"},
        {text, "8203e8", "4203e8"},
        {rlp::shape_of<FixedBytes<3>>(), "83000005", "4105"}, // hashes lose their zeros
        {rlp::shape_of<FixedBytes<3>>(), "83000000", "40"},
        {rlp::shape_of<rlp::Item>(), "05", "4105"},
        {rlp::shape_of<std::vector<std::uint8_t>>(), "820102", "420102"},
        {rlp::shape_of<std::vector<std::uint16_t>>(), "c4018203e8", "82011903e8"},
        {rlp::record_shape(Hello::rlp_fields), "c60102036162c0",
         "8601020341614162"
         "80"},                     // the last part stands for the rest
        {scalar, "c101", "814101"}, // what does not fit the shape is a string
    };
    for (const Row& row : rows) {
        CAPTURE(row.counted);
        const Bytes bytes = hex(row.modern);
        const auto counted = rlp::legacy::from_modern(bytes, row.shape);
        REQUIRE(counted);
        CHECK(to_hex(*counted) == row.counted);
    }
}

TEST_CASE("legacy translate: errors") {
    const auto zero = rlp::legacy::from_modern(hex("c30100c0"), rlp::record_shape(Hello::rlp_fields));
    REQUIRE_FALSE(zero);
    CHECK(zero.error().code == &rlp::errors::integer_leading_zero);
    CHECK(zero.error().offset == 2);
    CHECK(zero.error().path == "[1]");
    CHECK(zero.error().detail.starts_with("version"));
    CHECK_FALSE(rlp::legacy::from_modern(hex("8105"), Shape{}));
    CHECK_FALSE(rlp::legacy::to_modern(hex("1805")));
    CHECK(to_hex(rlp::legacy::to_modern(hex("1805"), Mode::lenient).value()) == "05");
    CHECK(to_hex(rlp::legacy::to_modern(hex("1900050000"), Mode::lenient).value()) == "05");
}

TEST_CASE("legacy translate: places in the translation are found in the counted bytes") {
    // [1, "abc", [100, ""], 1000]
    const Bytes counted = hex("8401"
                              "43616263"
                              "82"
                              "1864"
                              "40"
                              "1903e8");
    const Bytes modern = rlp::legacy::to_modern(counted).value();
    REQUIRE(to_hex(modern) == "cb01"
                              "83616263"
                              "c2"
                              "6480"
                              "8203e8");
    struct Row {
        std::size_t offset, length, counted_offset, counted_length;
    };
    const Row rows[] = {
        {0, 1, 0, 1},   // the list: its header
        {1, 1, 1, 1},   // 1
        {2, 4, 2, 4},   // "abc"
        {3, 3, 2, 4},   // its payload
        {6, 1, 6, 1},   // the inner list
        {7, 1, 7, 2},   // 100 is longer there
        {8, 1, 9, 1},   // ""
        {9, 3, 10, 3},  // 1000
        {9, 0, 10, 0},  // something is missing at the end of the inner list
        {12, 0, 13, 0}, // and at the end
    };
    for (const Row& row : rows) {
        CAPTURE(row.offset);
        const Error moved =
            rlp::legacy::relocate(Error{&rlp::errors::wrong_size, row.offset, row.length, "[1]", {}}, counted);
        CHECK(moved.offset == row.counted_offset);
        CHECK(moved.length == row.counted_length);
        CHECK(moved.path == "[1]");
    }
}

TEST_CASE("legacy translate: structs come back") {
    test::property("from_modern and to_modern", [] {
        Transfer in{test::any_u256(), test::any_fixed<20>(), {}};
        for (int n = *rc::gen::inRange(0, 80); n > 0; --n) {
            in.amounts.push_back(test::any_uint<std::uint32_t>());
        }
        if (*rc::gen::inRange(0, 2) == 0) { in.to.bytes[0] = 0; }
        const Bytes modern = rlp::encode(in, Transfer::rlp_fields);
        const Bytes counted = rlp::legacy::from_modern(modern, rlp::record_shape(Transfer::rlp_fields)).value();
        RC_ASSERT(!rlp::legacy::validate(counted).has_value());
        Transfer out;
        const Bytes again = rlp::legacy::to_modern(counted).value();
        RC_ASSERT(
            rlp::decode(again, out, Transfer::rlp_fields, Mode::lenient).has_value()); // lenient: hashes are short
        RC_ASSERT(out.value == in.value);
        RC_ASSERT(out.to == in.to);
        RC_ASSERT(out.amounts == in.amounts);
    });
}
