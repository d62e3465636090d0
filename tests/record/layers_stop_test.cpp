// Why a packet gives no segment, and fragments.
#include <doctest/doctest.h>

#include "record/layers.hpp"
#include "tests/record/packet_bytes.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace test::packets;
using record::Peeler;
using test::hex;

namespace {

/// The reason, or "" for a segment and "waits" for a fragment.
std::string reason(std::uint32_t link, const std::string& packet, std::size_t wire = 0) {
    Peeler peeler;
    const Bytes bytes = hex(packet);
    const auto peeled = peeler.peel(link, bytes, std::max(wire, bytes.size()), 0);
    CHECK_FALSE((peeled.segment && peeled.stop));
    return peeled.stop ? peeled.stop->text() : peeled.segment ? "" : "waits";
}

} // namespace

TEST_CASE("layers: what carries no tcp - is not understood - or is damaged - has a name") {
    struct Reason {
        const char* text;
        std::uint32_t link;
        std::string packet;
    };
    const std::string radio = "0000" + std::string(36, '0') + "1000" + llc(whole);
    for (const Reason& row : {
             Reason{"ARP", 1, ethernet("0806", "0001")},
             Reason{"LLDP", 1, ethernet("88cc", "0001")},
             Reason{"PPPoE discovery", 1, ethernet("8863", "1109")},
             Reason{"Ethernet type 0x1234", 1,
                    ethernet("0600", "").substr(0, 24) + "1234"
                                                         "0001"},
             Reason{"MACsec", 1, ethernet("88e5", "0001")},
             Reason{"spanning tree", 1, ethernet("0003", "424203")},
             Reason{"IPX", 1, ethernet("0003", "ffff00")},
             Reason{"LLC 0x1234", 1, ethernet("0003", "123403")},
             Reason{"SNAP of organisation 0x123456", 1, ethernet("0008", "aaaa031234560000")},
             Reason{"UDP", 101, ipv4(udp("0035", "00"), "11")},
             Reason{"ICMP", 101, ipv4("0800", "01")},
             Reason{"ICMPv6", 101, ipv6("8000", "3a")},
             Reason{"ESP (encrypted)", 101, ipv4("00000001", "32")},
             Reason{"IP protocol 200", 101, ipv4("00000001", "c8")},
             Reason{"IP version 5", 101, "50" + whole.substr(2)},
             Reason{"IPv4 header of impossible size", 101, "44" + whole.substr(2)},
             Reason{"IPv4 header of impossible size", 101, "45000010" + whole.substr(8)},
             Reason{"TCP header of impossible size", 101, ipv4(tcp.substr(0, 24) + "40" + tcp.substr(26) + data)},
             Reason{"TCP header of impossible size", 101, ipv4(tcp.substr(0, 24) + "f0" + tcp.substr(26) + data)},
             Reason{"TCP header that is not whole", 101, ipv4(tcp.substr(0, 38))},
             Reason{"IPv6 extension that is not whole", 101, ipv6("06ff000000000000" + tcp, "00")},
             Reason{"IPv6 extension in IPv4", 101, ipv4("0600050200000000" + tcp, "00")},
             Reason{"link type 147", 147, whole},
             Reason{"loopback with address family 17", 0, "11000000" + whole},
             Reason{"PPP control", 9,
                    "ff03c021"
                    "0101"},
             Reason{"PPP with compressed TCP headers", 9,
                    "ff03002d"
                    "0101"},
             Reason{"PPP protocol 0x0099", 9,
                    "ff030099"
                    "0101"},
             Reason{"802.11 management and control", 105, "8000" + radio},
             Reason{"802.11 without data", 105, "4801" + radio},
             Reason{"802.11 encrypted", 105, "0841" + radio},
             Reason{"802.11 fragment", 105, "0805" + radio},
             Reason{"GTP without a packet", 101, ipv4(udp("0868", "3001000000000001"), "11")},
             Reason{"L2TP control", 101, ipv4(udp("06a5", "c80200000000"), "11")},
             Reason{"GRE version 5", 101, ipv4("00050800" + whole, "2f")},
             Reason{"waits", 101, ipv4(tcp + "00000000", "06", "2000")},
             Reason{"fragment of impossible size", 101, ipv4(tcp + "00", "06", "2000")},
             Reason{"fragment of impossible size", 101, ipv4(tcp, "06", "1fff")},
         }) {
        CAPTURE(row.text);
        CHECK(reason(row.link, row.packet) == row.text);
    }
    CHECK(reason(101, ipv4(tcp + "00000000", "06", "2000"), 100) == "waits"); // the rest is padding
    const std::string cut = ipv4(tcp + "00000000", "06", "2000");
    CHECK(reason(101, cut.substr(0, cut.size() - 2), 44) == "fragment cut by the snap length");
}

TEST_CASE("layers: there is an end to headers in headers") {
    std::string packet = tcp + data;
    for (std::size_t i = 0; i < Peeler::max_layers; ++i) {
        packet = ipv4(packet, i == 0 ? "06" : "04");
    }
    CHECK(reason(101, packet) == "more than 64 layers");
    std::string labels;
    for (std::size_t i = 0; i < 1000; ++i) {
        labels += "00010040";
    }
    CHECK(reason(219, labels) == "more than 64 layers");
}

TEST_CASE("layers: fragments in any order - also inside of fragments") {
    const std::string content = tcp + data + std::string(60, '0'); // 60 bytes
    const auto piece = [&](const std::string& all, std::size_t from, std::size_t size, bool more,
                           const char* protocol) {
        return hex(ipv4(all.substr(2 * from, 2 * size), protocol, number16(from / 8 | (more ? 0x2000u : 0u))));
    };
    const auto check = [&](const std::vector<Bytes>& pieces, std::size_t joined) {
        Peeler peeler;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const auto peeled = peeler.peel(101, pieces[i], pieces[i].size(), 0);
            CHECK_FALSE(peeled.stop);
            REQUIRE(peeled.segment.has_value() == (i + 1 == pieces.size()));
            if (peeled.segment) { CHECK(to_hex(peeled.segment->data) == content.substr(tcp.size())); }
        }
        peeler.finish();
        CHECK(peeler.fragments().joined().packets == joined);
        CHECK(peeler.fragments().unfinished().packets == 0);
    };
    check({piece(content, 0, 24, true, "06"), piece(content, 24, 16, true, "06"), piece(content, 40, 20, false, "06")},
          2);
    check({piece(content, 40, 20, false, "06"), piece(content, 24, 16, true, "06"), piece(content, 0, 24, true, "06")},
          2);
    const std::string first = ipv4(content.substr(0, 48), "06", "2000");
    const std::string second = ipv4(content.substr(48), "06", "0003");
    check({piece(first, 0, 24, true, "04"), piece(first, 24, 20, false, "04"), piece(second, 0, 24, true, "04"),
           piece(second, 24, bytes_in(second) - 24, false, "04")},
          3);
}

TEST_CASE("layers: a fragment whose time is not known belongs to those that have one") {
    const std::string content = tcp + data + std::string(60, '0');
    const Bytes first = hex(ipv4(content.substr(0, 48), "06", "2000"));
    const Bytes second = hex(ipv4(content.substr(48), "06", "0003"));
    for (const auto& [one, two, together] : {std::tuple{0L, 1'393'632'000'000'000'000L, true},
                                             {1'393'632'000'000'000'000L, 1'393'632'061'000'000'000L, false}}) {
        Peeler peeler;
        CHECK_FALSE(peeler.peel(101, first, first.size(), one).segment);
        CHECK(peeler.peel(101, second, second.size(), two).segment.has_value() == together);
        peeler.finish();
        CHECK(peeler.fragments().unfinished().packets == (together ? 0 : 2));
    }
}
