#include "chain/u256.hpp"

#include <doctest/doctest.h>

#include "tests/support/property.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

U256 wide(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
    U256 out;
    out.limbs = {a, b, c, d};
    return out;
}

constexpr std::uint64_t all = ~std::uint64_t{0};

} // namespace

TEST_CASE("u256: decimal digits") {
    CHECK(to_decimal(Number{0}) == "0");
    CHECK(to_decimal(to_number(U256{4194304})) == "4194304");
    CHECK(to_decimal(to_number(wide(0, 1, 0, 0))) == "18446744073709551616");
    CHECK(to_decimal(to_number(wide(all, all, all, all))) ==
          "115792089237316195423570985008687907853269984665640564039457584007913129639935");
}

TEST_CASE("u256: wraps at 2-to-the-256") {
    Number n = to_number(wide(all, all, all, all));
    n += 2;
    CHECK(n == 1);
}

TEST_CASE("u256: big-endian bytes") {
    Hash256 bytes;
    bytes.bytes[0] = 0x80;
    bytes.bytes[31] = 0x01;
    CHECK(from_bytes32(bytes) == wide(1, 0, 0, std::uint64_t{1} << 63));
    CHECK(to_bytes32(from_bytes32(bytes)) == bytes);
    CHECK(to_wire(to_number(bytes)) == from_bytes32(bytes));
}

TEST_CASE("u256: wire form and number are inverse") {
    test::property("round trip", [](std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
        const U256 value = wide(a, b, c, d);
        RC_ASSERT(to_wire(to_number(value)) == value);
        RC_ASSERT(from_bytes32(to_bytes32(value)) == value);
    });
}

TEST_CASE("u256: product within 2-to-the-256 at its border") {
    struct Row {
        U256 a;
        U256 b;
        bool within;
    };
    for (const Row& row : {
             Row{wide(0, 0, 0, 0), wide(all, all, all, all), true},
             Row{wide(all, all, all, all), wide(1, 0, 0, 0), true},
             Row{wide(0, 0, 0, std::uint64_t{1} << 63), wide(2, 0, 0, 0), true}, // 2^256 itself
             Row{wide(1, 0, 0, std::uint64_t{1} << 63), wide(2, 0, 0, 0), false},
             Row{wide(0, 0, 1, 0), wide(0, 0, 1, 0), true},
             Row{wide(0, 0, 1, 0), wide(1, 0, 1, 0), false},
             Row{wide(all, all, all, all), wide(all, all, all, all), false},
             Row{wide(0, 0, 0, 1), wide(0, 0, 0, 1), false},
         }) {
        CHECK(product_within_2_256(row.a, row.b) == row.within);
        CHECK(product_within_2_256(row.b, row.a) == row.within);
    }
}

TEST_CASE("u256: product within 2-to-the-256 agrees with a division") {
    test::property("a * b <= 2^256 is a <= (2^256 - 1) / b unless b divides 2^256",
                   [](std::uint64_t a3, std::uint64_t a0, std::uint64_t b) {
                       RC_PRE(b != 0 && (b & (b - 1)) != 0);
                       const U256 a = wide(a0, 0, 0, a3);
                       const Number limit = to_number(wide(all, all, all, all)) / b;
                       RC_ASSERT(product_within_2_256(a, U256{b}) == (to_number(a) <= limit));
                   });
}
