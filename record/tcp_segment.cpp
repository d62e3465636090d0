#include "record/tcp_segment.hpp"

#include <algorithm>
#include <cstdio>

namespace ethpoc::record {
namespace {

/// The longest run of two or more zero groups, which "::" stands for (RFC 5952).
struct ZeroRun {
    std::size_t begin = 8;
    std::size_t size = 0;
};

ZeroRun longest_zeros(const std::array<std::uint16_t, 8>& groups) {
    ZeroRun best;
    for (std::size_t begin = 0; begin < groups.size(); ++begin) {
        std::size_t end = begin;
        while (end < groups.size() && groups[end] == 0) {
            ++end;
        }
        if (end - begin > std::max<std::size_t>(best.size, 1)) { best = {begin, end - begin}; }
    }
    return best;
}

std::string ipv6_text(BytesView ip) {
    std::array<std::uint16_t, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i] = static_cast<std::uint16_t>(ip[2 * i] << 8 | ip[2 * i + 1]);
    }
    const ZeroRun zeros = longest_zeros(groups);
    std::string out;
    for (std::size_t i = 0; i < groups.size();) {
        if (i == zeros.begin) {
            out += "::";
            i += zeros.size;
            continue;
        }
        if (!out.empty() && out.back() != ':') { out += ':'; }
        std::array<char, 8> group{};
        std::snprintf(group.data(), group.size(), "%x", unsigned{groups[i++]});
        out += group.data();
    }
    return out;
}

} // namespace

std::string TcpAddress::text() const {
    if (ip_size == 16) { return '[' + ipv6_text(ip) + "]:" + std::to_string(port); }
    std::string out;
    for (std::size_t i = 0; i < 4; ++i) {
        out += (i == 0 ? "" : ".") + std::to_string(ip[i]);
    }
    return out + ':' + std::to_string(port);
}

} // namespace ethpoc::record
