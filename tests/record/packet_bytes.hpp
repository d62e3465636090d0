// Packets in hex, layer by layer: a segment of TCP from 127.0.0.1:40001 (or 2001:db8::1) to 127.0.0.2:30303 (fe80::2)
// with ten bytes of data, and what can stand around it.
#pragma once

#include <string>

#include "rlp/bytes.hpp"

namespace ethpoc::test::packets {

inline const std::string tcp = "9c41765f000003e8000007d05018ffff00000000"; // 40001 -> 30303, sequence 1000, PSH ACK
inline const std::string data = "2240089100000002c102";
inline const std::string addresses4 = "7f0000017f000002";
inline const std::string addresses6 = "20010db8000000000000000000000001fe800000000000000000000000000002";
inline const std::string macs(24, '0');

inline std::string number16(std::size_t value) {
    return to_hex(Bytes{static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
}
inline std::size_t bytes_in(const std::string& digits) {
    return digits.size() / 2;
}

/// IPv4 with `content` behind it; the size is its own.
inline std::string ipv4(const std::string& content, const std::string& protocol = "06",
                        const std::string& fragment = "4000") {
    return "4500" + number16(20 + bytes_in(content)) + "0001" + fragment + "40" + protocol + "0000" + addresses4 +
           content;
}
inline std::string ipv6(const std::string& content, const std::string& next = "06") {
    return "60000000" + number16(bytes_in(content)) + next + "40" + addresses6 + content;
}
inline std::string udp(const std::string& port, const std::string& content) {
    return "c000" + port + number16(8 + bytes_in(content)) + "0000" + content;
}
inline std::string ethernet(const std::string& type, const std::string& content) {
    return macs + type + content;
}
inline std::string llc(const std::string& content) {
    return "aaaa03000000"
           "0800" +
           content;
}

inline const std::string whole = ipv4(tcp + data);
inline const std::string inner = ethernet("0800", whole);

} // namespace ethpoc::test::packets
