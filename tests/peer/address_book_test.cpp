// Which addresses are worth keeping, and how many.
#include "peer/address_book.hpp"

#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "peer/peer_file.hpp"
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

constexpr WallTime day_zero = 1'400'000'000;

NodeAddress at(std::string_view text) {
    return *parse_address(text);
}

/// A peer of the n-th subnet.
IpAddress told_by(std::size_t n) {
    return *parse_ip("9." + std::to_string(n % 250) + "." + std::to_string(n / 250) + ".1");
}

const wire::Profile& version() {
    return *wire::find_profile("23");
}

/// Each in a subnet of its own, as long as there are some.
wire::PeerEntry far_apart(std::size_t i) {
    wire::PeerEntry out = entry("0b000000");
    out.address[0] = static_cast<std::uint8_t>(11 + (i >> 8) % 80);
    out.address[1] = static_cast<std::uint8_t>(i);
    out.address[2] = static_cast<std::uint8_t>(i >> 16);
    out.address[3] = static_cast<std::uint8_t>(i % 200);
    return out;
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

TEST_CASE("address book: texts of addresses") {
    CHECK(to_text(*parse_address("192.0.2.1:30303")) == "192.0.2.1:30303");
    CHECK(to_text(*parse_address("[2001:db8::1]:1")) == "[2001:db8::1]:1");
    CHECK(to_text(*parse_address("[::ffff:192.0.2.1]:1")) == "192.0.2.1:1");
    for (const std::string_view text :
         {"", "192.0.2.1", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:1x", "peer.example:30303"}) {
        INFO(text);
        CHECK_FALSE(parse_address(text));
    }
    CHECK(to_text(subnet_of(*parse_ip("192.0.2.1"))) == "192.0.0.0");
    CHECK(to_text(subnet_of(*parse_ip("2001:db8:1::1"))) == "2001:db8::");
}

TEST_CASE("address book: what is no use is not taken") {
    AddressBook book(64);
    CHECK_FALSE(book.add(entry("0a000001"), told_by(1), day_zero));
    CHECK_FALSE(book.add(entry("36cc0a29", 0), told_by(1), day_zero));
    CHECK(book.add(entry("36cc0a29", 30303), told_by(1), day_zero));
    CHECK_FALSE(book.add(entry("36cc0a29", 30303), told_by(2), day_zero + 5)); // known; it was seen again
    CHECK(book.find(at("54.204.10.41:30303"))->seen == day_zero + 5);
    CHECK(book.size() == 1);
    AddressBook none(0);
    CHECK_FALSE(none.add(entry("36cc0a29"), told_by(1), day_zero));
    AddressBook trusting(64, true);
    CHECK(trusting.add(entry("7f000001"), told_by(1), day_zero));
}

TEST_CASE("address book: one that tells of many addresses fills an eighth of what is for the untried") {
    AddressBook book(4096);
    for (std::size_t i = 0; i < 20'000; ++i) {
        book.add(far_apart(i), told_by(1), day_zero);
    }
    CHECK(book.size() <= 3072 / 8);
    CHECK(book.size() > 3072 / 16);
    const std::size_t before = book.size();
    for (std::size_t i = 0; i < 20'000; ++i) {
        book.add(far_apart(20'000 + i), told_by(2), day_zero);
    }
    CHECK(book.size() > before + 3072 / 32); // what another one tells has places of its own
}

TEST_CASE("address book: no flood of gossip pushes out what has worked") {
    AddressBook book(4096);
    std::vector<NodeAddress> worked;
    for (std::size_t i = 0; i < 50; ++i) {
        const wire::PeerEntry each = far_apart(i);
        worked.push_back({{each.address, each.address_size}, each.port});
        book.succeeded(worked.back(), version(), {}, day_zero);
    }
    const std::size_t tried = book.tried(); // two of them may share a place
    CHECK(tried >= 45);
    std::erase_if(worked, [&](const NodeAddress& each) { return !book.find(each)->tried; });
    for (std::size_t i = 0; i < 100'000; ++i) {
        book.add(far_apart(1000 + i), told_by(i % 500), day_zero);
    }
    CHECK(book.size() <= 4096);
    CHECK(std::ranges::all_of(worked, [&](const NodeAddress& each) {
        const AddressRow* const row = book.find(each);
        return row != nullptr && row->tried && row->works == &version();
    }));
    CHECK(book.tried() == tried);
}

TEST_CASE("address book: who owns one subnet has an eighth of what is for the tried") {
    AddressBook book(4096);
    for (std::size_t i = 0; i < 5'000; ++i) {
        const wire::PeerEntry each = numbered(i);
        book.succeeded({{each.address, each.address_size}, each.port}, version(), {}, day_zero);
    }
    CHECK(book.tried() <= 1024 / 8);
    CHECK(book.tried() > 1024 / 16);
}

TEST_CASE("address book: an address that never answers is tried ever more rarely and then makes room") {
    AddressBook book(64);
    const NodeAddress where = at("54.204.10.41:30303");
    book.add(entry("36cc0a29"), told_by(1), day_zero);
    std::mt19937_64 random(1);
    const auto anybody = [](const AddressRow&) { return true; };
    WallTime now = day_zero;
    std::vector<WallTime> pauses;
    for (int i = 0; i < 16; ++i) {
        REQUIRE(book.pick(now, random, anybody) != nullptr);
        book.attempted(where, now);
        book.failed(where, {});
        const WallTime next = next_try(*book.find(where));
        CHECK(book.pick(next - 1, random, anybody) == nullptr);
        pauses.push_back(next - now);
        now = next;
    }
    CHECK(pauses[0] == 60);
    CHECK(pauses[1] == 120);
    CHECK(pauses[5] == 60 * 32);
    CHECK(pauses.back() == 24 * 3600);
    CHECK(stale(*book.find(where), now));
    book.succeeded(where, version(), {}, now);
    CHECK_FALSE(stale(*book.find(where), now));
    CHECK(book.find(where)->failures == 0);
    CHECK(stale(*book.find(where), now + 31 * 24 * 3600)); // not heard of
}

TEST_CASE("address book: a fresh address takes the place of a stale one only") {
    AddressBook book(4); // three places for the untried, in one bucket
    std::size_t i = 0;
    for (; book.size() < 3; ++i) {
        book.add(far_apart(i), told_by(1), day_zero);
        REQUIRE(i < 1000);
    }
    const std::size_t full = i;
    for (; i < full + 100; ++i) {
        CHECK_FALSE(book.add(far_apart(i), told_by(1), day_zero));
    }
    for (const AddressRow& row : book.rows()) {
        for (int n = 0; n < 3; ++n) {
            book.failed(row.where, {});
        }
    }
    CHECK(book.add(far_apart(i), told_by(1), day_zero));
    CHECK(book.size() == 3);
}

TEST_CASE("address book: a place among the tried goes to the next when its owner fails, and not before") {
    AddressBook book(8); // two places for the tried
    for (std::size_t i = 0; i < 100; ++i) {
        const wire::PeerEntry each = far_apart(i);
        book.succeeded({{each.address, each.address_size}, each.port}, version(), {}, day_zero);
    }
    CHECK(book.tried() == 2);
    std::vector<AddressRow> first;
    for (const AddressRow& row : book.rows()) {
        if (row.tried) { first.push_back(row); }
    }
    REQUIRE(first.size() == 2);
    book.failed(first[0].where, {});
    book.failed(first[1].where, {});
    for (std::size_t i = 100; i < 200; ++i) {
        const wire::PeerEntry each = far_apart(i);
        book.succeeded({{each.address, each.address_size}, each.port}, version(), {}, day_zero);
    }
    CHECK(book.tried() == 2);
    for (const AddressRow& row : first) {
        const AddressRow* const now = book.find(row.where);
        CHECK((now == nullptr || !now->tried));
    }
}

TEST_CASE("address book: what is remembered of versions") {
    AddressBook book(64);
    const NodeAddress where = at("54.204.10.41:30303");
    book.add(entry("36cc0a29"), told_by(1), day_zero);
    book.failed(where, {wire::find_profile("18"), wire::find_profile("23")});
    book.failed(where, {wire::find_profile("23"), wire::find_profile("28")});
    CHECK(book.find(where)->refused == std::vector<const wire::Profile*>{wire::find_profile("18"),
                                                                         wire::find_profile("23"),
                                                                         wire::find_profile("28")});
    book.succeeded(where, *wire::find_profile("30"), {}, day_zero);
    CHECK(book.find(where)->refused.empty());
    CHECK(book.find(where)->works == wire::find_profile("30"));
    book.failed(where, {wire::find_profile("30")}); // it was changed
    CHECK(book.find(where)->works == nullptr);
}

TEST_CASE("address book: rows go through a file and back") {
    AddressBook book(256);
    for (std::size_t i = 0; i < 60; ++i) {
        book.add(far_apart(i), told_by(i % 7), day_zero);
    }
    for (const AddressRow& row : book.rows()) {
        if (row.where.ip.bytes[3] % 3 == 0) { book.succeeded(row.where, version(), {}, day_zero + 7); }
    }
    PeerFile file;
    file.key.fill(7);
    file.addresses = book.rows();
    file.bans = {{at("192.0.2.7:30303"), day_zero + 100, "bad protocol"}, {{*parse_ip("2001:db8::1"), 0}, 5, "x"}};
    file.special = {"peer.example:30303"};
    const std::string text = to_text(file);
    const PeerFile read = parse_peer_file(text);
    CHECK(read.damaged == 0);
    CHECK(to_text(read) == text);
    AddressBook again(256, false, file.key);
    for (const AddressRow& row : read.addresses) {
        again.load(row, day_zero);
    }
    CHECK(again.tried() > 0);
    CHECK(again.size() > book.size() * 3 / 4); // another key: some share a place now
}

TEST_CASE("address book: a damaged file costs the lines that are damaged, whatever they hold") {
    PeerFile file;
    file.addresses.resize(3);
    for (std::size_t i = 0; i < 3; ++i) {
        file.addresses[i].where = at("54.204.10.4" + std::to_string(i) + ":30303");
    }
    file.bans = {{at("192.0.2.7:30303"), day_zero, "bad protocol"}};
    const std::string text = to_text(file);
    for (std::size_t cut = 0; cut + 1 < text.size(); ++cut) { // without its last newline it is whole
        const PeerFile read = parse_peer_file(text.substr(0, cut));
        CHECK(read.damaged > 0);
        CHECK(read.addresses.size() <= 3);
    }
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 0x55);
        const PeerFile read = parse_peer_file(changed);
        CHECK(read.addresses.size() + read.bans.size() + read.damaged >= 3);
    }
    CHECK(parse_peer_file("").damaged == 1);
    CHECK(parse_peer_file(std::string(100, '\0')).damaged == 2);
}
