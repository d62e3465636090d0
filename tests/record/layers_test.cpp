#include "record/layers.hpp"

#include <doctest/doctest.h>

#include "tests/record/packet_bytes.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace test::packets;
using record::Peeler;
using test::hex;

namespace {

struct Row {
    const char* what;
    std::uint32_t link;
    std::string packet;
};

/// Each carries the same segment.
std::vector<Row> rows() {

    return {
        {"Ethernet", 1, inner},
        {"VLAN", 1,
         ethernet("8100", "0005"
                          "0800" +
                              whole)},
        {"VLAN in VLAN", 1,
         ethernet("88a8", "0005"
                          "8100"
                          "0006"
                          "0800" +
                              whole)},
        {"802.3 with SNAP", 1, ethernet(number16(8 + bytes_in(whole)), llc(whole))},
        {"VLAN with 802.3", 1, ethernet("8100", "0005" + number16(8 + bytes_in(whole)) + llc(whole))},
        {"PPPoE", 1, ethernet("8864", "11000001" + number16(2 + bytes_in(whole)) + "0021" + whole)},
        {"MPLS", 1,
         ethernet("8847", "00010040"
                          "00020140" +
                              whole)},
        {"pseudo wire", 1,
         ethernet("8847", "00020140"
                          "00000000" +
                              inner)},
        {"MAC in MAC", 1, ethernet("88e7", "00000001" + inner)},
        {"802.1BR", 1,
         ethernet("893f", "000000000000"
                          "0800" +
                              whole)},
        {"NSH", 1,
         ethernet("894f", "0002"
                          "01"
                          "01"
                          "00000100" +
                              whole)},
        {"IP in IP", 1, ethernet("0800", ipv4(whole, "04"))},
        {"GRE", 1, ethernet("0800", ipv4("00000800" + whole, "2f"))},
        {"GRE with sum, key, sequence", 1, ethernet("0800", ipv4("b0000800" + std::string(24, '0') + whole, "2f"))},
        {"GRE with Ethernet", 1, ethernet("0800", ipv4("00006558" + inner, "2f"))},
        {"ERSPAN", 1,
         ethernet("0800", ipv4("100088be"
                               "00000001"
                               "1000000000000000" +
                                   inner,
                               "2f"))},
        {"ERSPAN III", 1,
         ethernet("0800", ipv4("100022eb"
                               "00000001"
                               "200000000000000000000000" +
                                   inner,
                               "2f"))},
        {"PPTP", 1,
         ethernet("0800", ipv4("3001880b" + number16(2 + bytes_in(whole)) +
                                   "0001"
                                   "00000001"
                                   "0021" +
                                   whole,
                               "2f"))},
        {"EtherIP", 1, ethernet("0800", ipv4("3000" + inner, "61"))},
        {"MPLS in IP", 1, ethernet("0800", ipv4("00020140" + whole, "89"))},
        {"authentication header", 1, ethernet("0800", ipv4("06040000" + std::string(40, '0') + tcp + data, "33"))},
        {"VXLAN", 1, ethernet("0800", ipv4(udp("12b5", "0800000000000100" + inner), "11"))},
        {"VXLAN on the port of Linux", 1, ethernet("0800", ipv4(udp("2118", "0800000000000100" + inner), "11"))},
        {"VXLAN-GPE", 1, ethernet("0800", ipv4(udp("12b6", "0c00000100000100" + whole), "11"))},
        {"GENEVE", 1,
         ethernet("0800", ipv4(udp("17c1", "0100655800000100"
                                           "01020000" +
                                               inner),
                               "11"))},
        {"GTP", 1, ethernet("0800", ipv4(udp("0868", "30ff002000000001" + whole), "11"))},
        {"GTP with an extension", 1,
         ethernet("0800", ipv4(udp("0868", "34ff002800000001"
                                           "00000085"
                                           "01000000" +
                                               whole),
                               "11"))},
        {"L2TP", 1,
         ethernet("0800", ipv4(udp("06a5", "000200010001"
                                           "ff030021" +
                                               whole),
                               "11"))},
        {"LISP", 1, ethernet("0800", ipv4(udp("10f5", std::string(16, '0') + whole), "11"))},
        {"GRE in UDP", 1, ethernet("0800", ipv4(udp("1292", "00000800" + whole), "11"))},
        {"TZSP", 1,
         ethernet("0800", ipv4(udp("9090", "01000001"
                                           "0a0105"
                                           "01" +
                                               inner),
                               "11"))},
        {"IP in IPv6", 1, ethernet("86dd", ipv6(whole, "04"))},
        {"hop by hop, destination options", 1,
         ethernet("86dd", ipv6("3c00050200000000"
                               "0400050200000000" +
                                   whole,
                               "00"))},
        {"a fragment that is all", 1, ethernet("86dd", ipv6("0400000000000007" + whole, "2c"))},
        {"raw", 101, whole},
        {"raw, as Linux numbers it", 12, whole},
        {"raw IPv4", 228, whole},
        {"loopback", 0, "02000000" + whole},
        {"loopback of the other byte order", 0, "00000002" + whole},
        {"OpenBSD loopback", 108, "00000002" + whole},
        {"cooked", 113,
         "0000"
         "0304"
         "0006"
         "0000000000000000"
         "0800" +
             whole},
        {"cooked with VLAN", 113,
         "0000"
         "0001"
         "0006"
         "0000000000000000"
         "8100"
         "0005"
         "0800" +
             whole},
        {"cooked 2", 276,
         "0800"
         "0000"
         "00000001"
         "0304"
         "00"
         "06"
         "0000000000000000" +
             whole},
        {"PPP", 9, "ff030021" + whole},
        {"PPP with short protocol", 9, "21" + whole},
        {"PPP with bridged Ethernet", 9,
         "ff030031"
         "0001" +
             inner},
        {"PPP of pppd", 166, "01030021" + whole},
        {"HDLC", 104, "0f000800" + whole},
        {"PPPoE without Ethernet", 51, "11000001" + number16(2 + bytes_in(whole)) + "0021" + whole},
        {"frame relay", 107,
         "1841"
         "03"
         "cc" +
             whole},
        {"frame relay of Cisco", 107,
         "1841"
         "0800" +
             whole},
        {"token ring", 6, "1040" + macs + llc(whole)},
        {"FDDI", 10, "50" + macs + llc(whole)},
        {"ATM", 100, llc(whole)},
        {"pflog", 117, "3d020000" + std::string(120, '0') + whole},
        {"netfilter log", 239,
         "02000001"
         "05000a0001000000" +
             to_hex(Bytes{static_cast<std::uint8_t>(4 + bytes_in(whole)), 0}) + "0900" + whole},
        {"802.11", 105,
         "0801"
         "0000" +
             std::string(36, '0') + "1000" + llc(whole)},
        {"802.11 with QoS, four addresses", 105,
         "8803"
         "0000" +
             std::string(36, '0') + "1000" + std::string(12, '0') + "0000" + llc(whole)},
        {"radiotap", 127,
         "0000"
         "0800"
         "00000000"
         "0801"
         "0000" +
             std::string(36, '0') + "1000" + llc(whole)},
        {"radiotap, padded", 127,
         "0000"
         "0900"
         "02000000"
         "20"
         "8801"
         "0000" +
             std::string(36, '0') +
             "1000"
             "0000"
             "0000" +
             llc(whole)},
        {"Prism", 119,
         "44000000"
         "90000000" +
             std::string(272, '0') +
             "0801"
             "0000" +
             std::string(36, '0') + "1000" + llc(whole)},
        {"PPI", 192,
         "00000800"
         "69000000"
         "0801"
         "0000" +
             std::string(36, '0') + "1000" + llc(whole)},
    };
}

} // namespace

TEST_CASE("layers: everything that may stand before tcp") {
    for (const Row& row : rows()) {
        CAPTURE(row.what);
        REQUIRE_FALSE(record::link_name(row.link).empty());
        const Bytes packet = hex(row.packet);
        Peeler peeler;
        const auto peeled = peeler.peel(row.link, packet, packet.size(), 0);
        CHECK((peeled.stop ? peeled.stop->text() : "") == "");
        REQUIRE(peeled.segment);
        CHECK(peeled.segment->from.text() == "127.0.0.1:40001");
        CHECK(peeled.segment->to.text() == "127.0.0.2:30303");
        CHECK(peeled.segment->sequence == 1000);
        CHECK(peeled.segment->acknowledged == 2000);
        CHECK(peeled.segment->ack);
        CHECK_FALSE(peeled.segment->syn);
        CHECK(to_hex(peeled.segment->data) == data);
        CHECK(peeled.segment->data_size == 10);
    }
}

TEST_CASE("layers: cut anywhere a packet is a shorter segment or damaged - never something else") {
    for (const Row& row : rows()) {
        CAPTURE(row.what);
        const Bytes packet = hex(row.packet);
        for (std::size_t size = 0; size < packet.size(); ++size) {
            CAPTURE(size);
            Peeler peeler;
            const auto peeled = peeler.peel(row.link, BytesView{packet}.first(size), packet.size(), 0);
            const std::size_t missing = packet.size() - size;
            REQUIRE(peeled.segment.has_value() == (missing <= 10 + 6)); // up to the flags of TCP
            if (peeled.segment) {
                CHECK(peeled.segment->data_size == 10);
                CHECK(peeled.segment->data.size() == 10 - std::min<std::size_t>(missing, 10));
            } else {
                CHECK(peeled.stop->text() == "cut by the snap length inside of headers");
            }
            // The same bytes as a packet that was no longer on the wire.
            const auto runt = peeler.peel(row.link, BytesView{packet}.first(size), size, 0);
            CHECK((runt.segment.has_value() || runt.stop.has_value()));
        }
    }
}

TEST_CASE("layers: padding is not data - segmentation offload has no size") {
    const auto size_of = [](const std::string& packet) {
        Peeler peeler;
        const Bytes bytes = hex(packet);
        return peeler.peel(101, bytes, bytes.size() + 5, 0).segment.value().data_size;
    };
    CHECK(size_of(ipv4(tcp) + "000000000000") == 0);
    std::string offload = whole;
    offload.replace(4, 4, "0000");
    CHECK(size_of(offload) == 15); // as the wire had it
    std::string offload6 = ipv6(tcp + data);
    offload6.replace(8, 4, "0000");
    CHECK(size_of(offload6) == 15);
}

TEST_CASE("layers: ipv6 - the last stop of a route is where it goes") {
    Peeler peeler;
    const Bytes plain = hex(ipv6(tcp + data));
    const auto segment = peeler.peel(101, plain, plain.size(), 0).segment;
    REQUIRE(segment);
    CHECK(segment->from.text() == "[2001:db8::1]:40001");
    CHECK(segment->to.text() == "[fe80::2]:30303");
    const std::string last = "20010db8000000000000000000000009";
    for (const std::string& route : {"0602000100000000" + last, "06020401"
                                                                "00000000" +
                                                                    last}) {
        const Bytes routed = hex(ipv6(route + tcp + data, "2b"));
        CHECK(peeler.peel(101, routed, routed.size(), 0).segment.value().to.text() == "[2001:db8::9]:30303");
    }
}
