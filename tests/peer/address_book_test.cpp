// Which addresses are worth keeping, and how many.
#include "peer/address_book.hpp"

#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;

namespace {

IpAddress address(std::string_view digits) {
    const Bytes bytes = test::hex(digits);
    IpAddress out;
    out.size = static_cast<std::uint8_t>(bytes.size());
    std::ranges::copy(bytes, out.bytes.begin());
    return out;
}

wire::PeerEntry entry(std::string_view digits, std::uint16_t port = 30303) {
    const IpAddress where = address(digits);
    return {where.bytes, where.size, port, {}};
}

/// 8.0.x.y
wire::PeerEntry numbered(std::size_t i) {
    wire::PeerEntry out = entry("08000000");
    out.address[2] = static_cast<std::uint8_t>(i >> 8);
    out.address[3] = static_cast<std::uint8_t>(i);
    return out;
}

} // namespace

TEST_CASE("address book: public and other addresses") {
    struct Row {
        std::string_view digits;
        std::string_view text;
        bool is_public;
    };
    constexpr std::array rows{
        Row{"36cc0a29", "54.204.10.41", true},
        Row{"00000000", "0.0.0.0", false},
        Row{"0a010203", "10.1.2.3", false},
        Row{"7f000001", "127.0.0.1", false},
        Row{"a9fe0101", "169.254.1.1", false},
        Row{"a9ff0101", "169.255.1.1", true},
        Row{"ac0f0001", "172.15.0.1", true},
        Row{"ac100001", "172.16.0.1", false},
        Row{"ac1f0001", "172.31.0.1", false},
        Row{"ac200001", "172.32.0.1", true},
        Row{"c0a80001", "192.168.0.1", false},
        Row{"c0a70001", "192.167.0.1", true},
        Row{"dfffffff", "223.255.255.255", true},
        Row{"e0000001", "224.0.0.1", false},
        Row{"ffffffff", "255.255.255.255", false},
        Row{"00000000000000000000000000000001", "::1", false},
        Row{"00000000000000000000000000000000", "::", false},
        Row{"20010db8000000000000000000000001", "2001:db8::1", true},
        Row{"fe800000000000000000000000000001", "fe80::1", false},
        Row{"fd000000000000000000000000000001", "fd00::1", false},
        Row{"ff020000000000000000000000000001", "ff02::1", false},
        Row{"00000000000000000000ffff0a000001", "::ffff:10.0.0.1", false},
        Row{"00000000000000000000ffff36cc0a29", "::ffff:54.204.10.41", true},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(is_public(address(row.digits)) == row.is_public);
        CHECK(to_text(address(row.digits)) == row.text);
    }
}

TEST_CASE("address book: what is no use is not taken") {
    AddressBook book(10);
    CHECK_FALSE(book.add(entry("0a000001")));
    CHECK_FALSE(book.add(entry("36cc0a29", 0)));
    CHECK(book.add(entry("36cc0a29", 30303)));
    CHECK_FALSE(book.add(entry("36cc0a29", 30303)));
    CHECK(book.add(entry("36cc0a29", 30304)));
    CHECK(book.size() == 2);
    AddressBook none(0);
    CHECK_FALSE(none.add(entry("36cc0a29")));
    AddressBook trusting(10, true);
    CHECK(trusting.add(entry("7f000001")));
}

TEST_CASE("address book: full, the oldest entry leaves") {
    AddressBook book(100);
    for (std::size_t i = 0; i < 10'000; ++i) {
        CHECK(book.add(numbered(i)));
    }
    CHECK(book.size() == 100);
    CHECK_FALSE(book.add(numbered(9'999)));
    CHECK_FALSE(book.add(numbered(9'900)));
    CHECK(book.add(numbered(9'899))); // it had left
}

TEST_CASE("address book: each entry is tried once") {
    AddressBook book(100);
    for (std::size_t i = 0; i < 5; ++i) {
        book.add(numbered(i));
    }
    CHECK(book.take_untried(2).size() == 2);
    const auto next = book.take_untried(10);
    REQUIRE(next.size() == 3);
    CHECK(to_text(next.front().address) == "8.0.0.2");
    CHECK(book.take_untried(10).empty());
    CHECK_FALSE(book.add(numbered(1))); // known, so it does not come again
    CHECK(book.take_untried(10).empty());
}
