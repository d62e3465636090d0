#include "chain/u256.hpp"

#include <boost/multiprecision/cpp_int.hpp>
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
    CHECK(to_decimal(0) == "0");
    CHECK(to_decimal(4194304) == "4194304");
    CHECK(to_decimal(wide(0, 1, 0, 0)) == "18446744073709551616");
    CHECK(to_decimal(wide(all, all, all, all)) ==
          "115792089237316195423570985008687907853269984665640564039457584007913129639935");
}

TEST_CASE("u256: carries, and wraps at 2-to-the-256") {
    CHECK(sum(wide(all, all, 0, 0), 1) == wide(0, 0, 1, 0));
    CHECK(sum(wide(all, all, all, all), 2) == U256{1});
    CHECK(difference(wide(0, 0, 1, 0), 1) == wide(all, all, 0, 0));
    CHECK(difference(0, 1) == wide(all, all, all, all));
    CHECK(quotient(wide(0, 0, 0, 1), 2) == wide(0, 0, std::uint64_t{1} << 63, 0));
    CHECK(quotient(wide(7, 0, 0, 0), 1024) == U256{});
}

TEST_CASE("u256: agrees with another library") {
    namespace mp = boost::multiprecision;
    const auto number = [](const U256& value) { return mp::uint256_t(to_decimal(value)); };
    test::property("sum, difference, quotient",
                   [&](std::uint64_t a0, std::uint64_t a1, std::uint64_t a3, std::uint64_t b0, std::uint64_t b2) {
                       const U256 a = wide(a0, a1, 0, a3);
                       const U256 b = wide(b0, 0, b2, a0);
                       RC_ASSERT(number(sum(a, b)) == number(a) + number(b));
                       RC_ASSERT(number(difference(a, b)) == number(a) - number(b));
                       RC_ASSERT(number(quotient(a, b0 | 1)) == number(a) / (b0 | 1));
                   });
}

TEST_CASE("u256: big-endian bytes") {
    Hash256 bytes;
    bytes.bytes[0] = 0x80;
    bytes.bytes[31] = 0x01;
    CHECK(from_bytes32(bytes) == wide(1, 0, 0, std::uint64_t{1} << 63));
    test::property("there and back", [](std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
        const U256 value = wide(a, b, c, d);
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
                       const U256 limit = quotient(wide(all, all, all, all), b);
                       RC_ASSERT(product_within_2_256(a, U256{b}) == (a <= limit));
                   });
}
