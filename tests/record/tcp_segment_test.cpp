#include "record/tcp_segment.hpp"

#include <doctest/doctest.h>
#include <pcap/dlt.h>

#include "tests/support/shared.hpp"

using namespace ethpoc;
using record::read_segment;
using test::hex;

namespace {

const std::string tcp = "9c41765f000003e8000007d05018ffff00000000"; // 40001 -> 30303, sequence 1000, PSH ACK
const std::string data = "2240089100000002c102";
const std::string addresses4 = "7f0000017f000002";
const std::string addresses6 = "20010db8000000000000000000000001fe800000000000000000000000000002";

/// An IPv4 header; `size` is the total length.
std::string ipv4(const std::string& size = "0032", const std::string& fragment = "4000",
                 const std::string& protocol = "06") {
    return "4500" + size + "0001" + fragment + "40" + protocol + "0000" + addresses4;
}

std::string ipv6(const std::string& size, const std::string& next) {
    return "60000000" + size + next + "40" + addresses6;
}

const std::string macs(24, '0');

} // namespace

TEST_CASE("tcp segment: each link type that is known") {
    struct Row {
        int type;
        std::string packet;
    };
    for (const Row& row : {
             Row{DLT_EN10MB, macs + "0800" + ipv4()},
             Row{DLT_EN10MB, macs + "8100" + "0005" + "0800" + ipv4()},
             Row{DLT_EN10MB, macs + "88a8" + "0005" + "8100" + "0006" + "0800" + ipv4()},
             Row{DLT_RAW, ipv4()},
             Row{101, ipv4()},
             Row{DLT_IPV4, ipv4()},
             Row{DLT_NULL, "02000000" + ipv4()},
             Row{DLT_LOOP, "00000002" + ipv4()},
             Row{DLT_LINUX_SLL, "0000"
                                "0304"
                                "0006"
                                "0000000000000000"
                                "0800" +
                                    ipv4()},
             Row{DLT_LINUX_SLL2, "0800"
                                 "0000"
                                 "00000001"
                                 "0304"
                                 "00"
                                 "06"
                                 "0000000000000000" +
                                     ipv4()},
         }) {
        CAPTURE(row.type);
        REQUIRE(record::link_name(row.type) != nullptr);
        const Bytes packet = hex(row.packet + tcp + data);
        const auto segment = read_segment(row.type, packet);
        REQUIRE(segment);
        CHECK(segment->from.text() == "127.0.0.1:40001");
        CHECK(segment->to.text() == "127.0.0.2:30303");
        CHECK(segment->sequence == 1000);
        CHECK(segment->ack);
        CHECK_FALSE(segment->syn);
        CHECK_FALSE(segment->fin);
        CHECK_FALSE(segment->rst);
        CHECK(segment->data_size == 10);
        CHECK(to_hex(segment->data) == data);
        // Cut anywhere: nothing, or fewer bytes of the data; never more than is there.
        for (std::size_t size = 0; size < packet.size(); ++size) {
            const auto cut = read_segment(row.type, BytesView{packet}.first(size));
            REQUIRE(cut.has_value() == (size + 10 >= packet.size()));
            if (cut) { CHECK(cut->data.size() + packet.size() - size == cut->data_size); }
        }
    }
    CHECK(record::link_name(105) == nullptr); // 802.11
}

TEST_CASE("tcp segment: padding of short frames is not data") {
    const auto segment = read_segment(DLT_RAW, hex(ipv4("0028") + tcp + "000000000000"));
    REQUIRE(segment);
    CHECK(segment->data.empty());
    CHECK(segment->data_size == 0);
}

TEST_CASE("tcp segment: ipv6 with and without extensions") {
    for (const std::string& packet :
         {ipv6("001e", "06") + tcp + data, ipv6("0026", "00") + "0600050200000000" + tcp + data}) {
        const Bytes bytes = hex(packet);
        const auto segment = read_segment(DLT_RAW, bytes);
        REQUIRE(segment);
        CHECK(segment->from.text() == "[2001:db8::1]:40001");
        CHECK(segment->to.text() == "[fe80::2]:30303");
        CHECK(to_hex(segment->data) == data);
        CHECK(segment->data_size == 10);
    }
}

TEST_CASE("tcp segment: addresses as text") {
    struct Row {
        const char* ip;
        const char* text;
    };
    for (const Row& row : {
             Row{"00000000000000000000000000000000", "[::]:1"}, Row{"00000000000000000000000000000001", "[::1]:1"},
             Row{"00010000000000000000000000000000", "[1::]:1"},
             Row{"00010002000300040005000600070008", "[1:2:3:4:5:6:7:8]:1"},
             Row{"20010db8000000000001000000000001", "[2001:db8::1:0:0:1]:1"}, // the first of two equal runs
             Row{"20010000000100000000000100000001", "[2001:0:1::1:0:1]:1"},
             Row{"20010db8000000010001000100010001", "[2001:db8:0:1:1:1:1:1]:1"}, // one group is not shortened
         }) {
        record::TcpAddress address{.ip_size = 16, .port = 1};
        std::ranges::copy(hex(row.ip), address.ip.begin());
        CHECK(address.text() == row.text);
    }
}

TEST_CASE("tcp segment: what is no whole segment of tcp") {
    for (const std::string& packet : {
             ipv4("0032", "4000", "11") + tcp + data,                   // UDP
             ipv4("0032", "2000") + tcp + data,                         // more fragments
             ipv4("0032", "0001") + tcp + data,                         // a later fragment
             "44" + ipv4().substr(2) + tcp + data,                      // header of 16 bytes
             ipv4("0010") + tcp + data,                                 // shorter than its header
             "50" + ipv4().substr(2) + tcp + data,                      // IP version 5
             ipv4() + tcp.substr(0, 24) + "40" + tcp.substr(26) + data, // TCP header of 16 bytes
             ipv4() + tcp.substr(0, 24) + "f0" + tcp.substr(26) + data, // header longer than the packet
             ipv6("001e", "11") + tcp + data,                           // UDP
             ipv6("0026", "00") + "06ff000000000000" + tcp + data,      // extension longer than the packet
             ipv6("0026", "2c") + "0600000000000000" + tcp + data,      // a fragment
         }) {
        CAPTURE(packet);
        CHECK_FALSE(read_segment(DLT_RAW, hex(packet)));
    }
    CHECK_FALSE(read_segment(DLT_EN10MB, hex(macs + "0806" + ipv4() + tcp))); // ARP
    CHECK_FALSE(read_segment(DLT_LINUX_SLL, hex("000003040006000000000000000008060800")));
}
