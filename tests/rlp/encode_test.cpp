#include "rlp/encode.hpp"

#include <doctest/doctest.h>

#include <array>
#include <span>

#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace std::literals;
using rlp::encode_item;
using rlp::encode_list;

namespace {

U256 two_to(unsigned bit) {
    U256 out;
    out.limbs[bit / 64] = 1ULL << (bit % 64);
    return out;
}

enum class Id : std::uint8_t { ping = 2, big = 200 };

} // namespace

TEST_CASE("encode: scalars and strings") {
    struct Row {
        Bytes got;
        std::string hex;
    };
    const Row rows[] = {
        {encode_item(""sv), "80"},
        {encode_item("dog"sv), "83646f67"},
        {encode_item("dog"), "83646f67"},
        {encode_item("\x7f"sv), "7f"},
        {encode_item("\x80"sv), "8180"},
        {encode_item("\0"sv), "00"},
        {encode_item(0u), "80"},
        {encode_item(1u), "01"},
        {encode_item(127u), "7f"},
        {encode_item(128u), "8180"},
        {encode_item(255u), "81ff"},
        {encode_item(256u), "820100"},
        {encode_item(1000u), "8203e8"},
        {encode_item(std::uint16_t{30303}), "82765f"},
        {encode_item(~std::uint64_t{0}), "88ffffffffffffffff"},
        {encode_item(U256{}), "80"},
        {encode_item(U256{5}), "05"},
        {encode_item(two_to(64)), "89010000000000000000"},
        {encode_item(two_to(128)), "91"
                                   "0100000000000000"
                                   "0000000000000000"
                                   "00"},
        {encode_item(two_to(255)), "a080" + std::string(62, '0')},
        {encode_item(Id::ping), "02"},
        {encode_item(Id::big), "81c8"},
        {encode_item(Bytes{1, 2}), "820102"},
        {encode_item(FixedBytes<2>{}), "820000"},
        {encode_item(rlp::Raw{Bytes{0xc1, 0x02}}), "c102"},
        {encode_item(std::vector<std::uint16_t>{1, 300}), "c40182012c"},
        {encode_item(std::array<std::string_view, 2>{"a", "dog"}), "c56183646f67"},
    };
    for (const Row& row : rows) {
        CHECK(to_hex(row.got) == row.hex);
    }
}

TEST_CASE("encode: headers change at 56 and at 256 bytes") {
    CHECK(to_hex(encode_item(std::string(55, 'x')))
              .starts_with("b7"
                           "78"));
    CHECK(to_hex(encode_item(std::string(56, 'x')))
              .starts_with("b838"
                           "78"));
    CHECK(to_hex(encode_item(std::string(255, 'x')))
              .starts_with("b8ff"
                           "78"));
    CHECK(to_hex(encode_item(std::string(256, 'x')))
              .starts_with("b90100"
                           "78"));
    CHECK(to_hex(encode_item(std::string(65536, 'x')))
              .starts_with("ba010000"
                           "78"));
    CHECK(to_hex(encode_list(std::string(54, 'x')))
              .starts_with("f7"
                           "b6"));
    CHECK(to_hex(encode_list(std::string(55, 'x')))
              .starts_with("f838"
                           "b7"));
    CHECK(to_hex(encode_list(std::string(300, 'x')))
              .starts_with("f9012f"
                           "b9012c"));
}

TEST_CASE("encode: lists of anything") {
    CHECK(to_hex(encode_list()) == "c0");
    CHECK(to_hex(encode_list(2u)) == "c102");
    CHECK(to_hex(encode_list("dog"sv, "god"sv, "cat"sv)) == "cc83646f6783676f6483636174");
    CHECK(to_hex(encode_list("zw"sv, std::vector{4u}, 1u)) == "c6827a77c10401");
    const Bytes inner = encode_list(encode_list(), 7u);
    const auto items = rlp::list_items(inner);
    REQUIRE(items);
    CHECK(encode_list(*items) == encode_list(rlp::Raw{inner}));
    CHECK(encode_list((*items)[1]) == encode_list(7u));
}

TEST_CASE("encode: the writer grows and can be used again") {
    rlp::BackwardWriter out(0);
    const std::size_t end = out.mark();
    for (unsigned i = 0; i < 1000; ++i) {
        out.put_uint(999 - i);
    }
    out.close_list(end);
    const auto items = rlp::list_items(out.view());
    REQUIRE(items);
    CHECK(items->size() == 1000);
    CHECK(rlp::value<std::uint64_t>((*items)[999]) == 999);
    out.clear();
    CHECK(out.view().empty());
    out.put_string(as_bytes("dog"));
    CHECK(to_hex(out.take()) == "83646f67");
}

TEST_CASE("encode: part of something larger") {
    rlp::BackwardWriter out;
    const std::size_t end = out.mark();
    put(out, test::Inner{5, U256{6}, {}}, test::Inner::rlp_fields);
    rlp::put_list(out, 1u, 2u);
    out.put_uint(0x13);
    out.close_list(end);
    CHECK(to_hex(out.view()) == "c813c20102c3050680");
}

TEST_CASE("encode: every encoding is canonical") {
    test::property("strict validation accepts it", [] {
        const Bytes list = test::any_list();
        RC_ASSERT(!rlp::validate(list).has_value());
        const test::OwnedEverything in;
        RC_ASSERT(!rlp::validate(rlp::encode(in.value, test::everything)).has_value());
    });
    test::property("scalars come back", [] {
        const U256 wide = test::any_u256();
        const Bytes bytes = encode_item(wide);
        RC_ASSERT(rlp::value<U256>(rlp::first_item(bytes).value()).value() == wide);
    });
}
