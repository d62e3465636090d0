#include "rlp/head.hpp"

#include <doctest/doctest.h>

#include "rlp/scan.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using rlp::Mode;
using test::hex;

TEST_CASE("head: reads what is there, whatever is wrong") {
    struct Row {
        const char* bytes;
        std::size_t header, payload;
        std::uint64_t claimed;
        const ErrorCode* style;
        const ErrorCode* fatal;
    };
    const Row rows[] = {
        {"05", 0, 1, 1, nullptr, nullptr},
        {"83646f67", 1, 3, 3, nullptr, nullptr},
        {"83646f", 1, 2, 3, nullptr, &rlp::errors::truncated},
        {"b801", 2, 0, 1, &rlp::errors::non_canonical_length, &rlp::errors::truncated},
        {"b90002aabb", 3, 2, 2, &rlp::errors::length_leading_zero, nullptr},
        {"b9ff", 2, 0, 3, nullptr, &rlp::errors::truncated_header},
        {"8105", 1, 1, 1, &rlp::errors::non_canonical_byte, nullptr},
        {"81", 1, 0, 1, nullptr, &rlp::errors::truncated},
        {"ffffffffffffffffff00", 9, 1, ~std::uint64_t{0}, nullptr, &rlp::errors::length_overflow},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes);
        const Bytes bytes = hex(row.bytes);
        const rlp::Head head = rlp::read_head(bytes, 0, bytes.size(), false);
        CHECK(head.header_size == row.header);
        CHECK(head.payload_size == row.payload);
        CHECK(head.claimed == row.claimed);
        CHECK(head.style.code == row.style);
        CHECK(head.fatal.code == row.fatal);
        CHECK(head.fault(Mode::lenient).code == row.fatal);
        CHECK(head.fault(Mode::strict).code == (row.style != nullptr ? row.style : row.fatal));
        CHECK(head.end() <= bytes.size());
    }
}

TEST_CASE("head: an item in a list overruns its parent") {
    const Bytes bytes = hex("c28301ff");
    const rlp::Head head = rlp::read_head(bytes, 1, 3, true);
    CHECK(head.fatal.code == &rlp::errors::item_overruns_parent);
    CHECK(head.payload_size == 1);
    CHECK(head.detail(head.fatal) == "item claims 3 bytes, its parent has 1 left");
}

TEST_CASE("head: fast and careful readers see the same header") {
    // All first bytes, with a payload of every interesting length after them.
    for (unsigned first = 0; first < 256; ++first) {
        for (const std::size_t size : {1U, 2U, 3U, 10U, 56U, 57U, 58U, 300U}) {
            for (const auto fill : std::initializer_list<std::uint8_t>{0x00, 0x01, 0x38, 0x80}) {
                Bytes bytes(size, fill);
                bytes[0] = static_cast<std::uint8_t>(first);
                const rlp::Head head = rlp::read_head(bytes, 0, size, false);
                rlp::Item strict;
                rlp::Item lenient;
                const std::uint8_t* const end = bytes.data() + size;
                const bool strict_good = rlp::detail::read_item<true>(bytes.data(), end, strict);
                const bool lenient_good = rlp::detail::read_item<false>(bytes.data(), end, lenient);
                CAPTURE(first);
                CAPTURE(size);
                REQUIRE(strict_good == (head.fault(Mode::strict).code == nullptr));
                REQUIRE(lenient_good == (head.fault(Mode::lenient).code == nullptr));
                if (!lenient_good) { continue; }
                REQUIRE(lenient.payload_size == head.payload_size);
                REQUIRE(lenient.header_size == head.header_size);
                const rlp::Item trusted = rlp::detail::item_at(bytes.data());
                REQUIRE(trusted.whole().size() == lenient.whole().size());
                REQUIRE(trusted.is_list == head.is_list);
            }
        }
    }
}
