// The two halves of the table of attacks, and what both need to make their bytes.
#pragma once

#include "tests/hostile/load.hpp"
#include "wire/frame.hpp"

namespace ethpoc::hostile {

std::vector<Attack> message_attacks(); // every message of every family
std::vector<Attack> chain_attacks();   // blocks and transactions
std::vector<Attack> byte_attacks();    // what is no message, or not yet

inline constexpr std::size_t loop_size = 256u << 10; // said again and again

inline Bytes framed(BytesView payload) {
    const auto header = wire::frame_header(payload.size());
    Bytes out(header.size() + payload.size());
    std::ranges::copy(payload, std::ranges::copy(header, out.begin()).out);
    return out;
}

inline void add(Pattern& pattern, BytesView frame) {
    if (frame.empty()) { return; }
    pattern.begins.push_back(pattern.bytes.size());
    pattern.bytes.insert(pattern.bytes.end(), frame.begin(), frame.end());
}

/// The frame again and again; nothing when there is none.
inline Pattern loop(BytesView frame, std::size_t size = loop_size) {
    Pattern out;
    do {
        add(out, frame);
    } while (!frame.empty() && out.bytes.size() < size);
    return out;
}

/// As many different frames; `make` gets their number.
inline Pattern many(std::size_t count, const std::function<Bytes(std::size_t)>& make) {
    Pattern out;
    for (std::size_t i = 0; i < count; ++i) {
        add(out, make(i));
    }
    return out;
}

inline Hash256 made_up(std::uint64_t number) {
    Hash256 out;
    for (std::size_t i = 0; i < 8; ++i) {
        out.bytes[i] = std::uint8_t(number * 0x9e3779b97f4a7c15 >> (8 * i));
        out.bytes[24 + i] = std::uint8_t(number >> (8 * i));
    }
    return out;
}

inline std::vector<Hash256> made_up_hashes(std::size_t count, std::uint64_t salt = 0) {
    std::vector<Hash256> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(made_up(salt * count + i + 1));
    }
    return out;
}

} // namespace ethpoc::hostile
