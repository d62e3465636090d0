// What a FrameDecoder tells of a stream, as text, so that two fragmentations can be compared.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/support/shared.hpp"
#include "wire/frame.hpp"

namespace ethpoc::test {

inline Bytes bytes_of(std::string_view digits) {
    return hex(digits);
}

/// "frame 0 c102|skipped 10+3 frame.bad_token|"
inline std::string told(wire::FrameDecoder& decoder, wire::FrameDecoder::Step step) {
    using Step = wire::FrameDecoder::Step;
    if (step == Step::frame) {
        return "frame " + std::to_string(decoder.frame().offset) + ' ' + to_hex(decoder.frame().payload) + '|';
    }
    const Error& error = decoder.error();
    return "skipped " + std::to_string(error.offset) + '+' + std::to_string(error.length) + ' ' +
           std::string(error.code->word) + '|';
}

inline std::string events_of(const std::vector<Bytes>& chunks, const wire::FrameOptions& options = {}) {
    using Step = wire::FrameDecoder::Step;
    wire::FrameDecoder decoder{options};
    std::string out;
    for (const Bytes& chunk : chunks) {
        decoder.feed(chunk);
        for (Step step = decoder.next(); step != Step::need_more; step = decoder.next()) {
            out += told(decoder, step);
        }
    }
    return out;
}

template <class Size>
std::vector<Bytes> cut(const Bytes& whole, Size size) {
    std::vector<Bytes> out;
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t n = std::min<std::size_t>(size(), whole.size() - at);
        const auto from = whole.begin() + static_cast<std::ptrdiff_t>(at);
        out.emplace_back(from, from + static_cast<std::ptrdiff_t>(n));
        at += n;
    }
    return out;
}

inline std::vector<Bytes> in_chunks_of(const Bytes& whole, std::size_t size) {
    return cut(whole, [size] { return size; });
}

inline std::vector<Bytes> in_random_chunks(const Bytes& whole, std::size_t most, std::mt19937& random) {
    return cut(whole, [&] { return std::uniform_int_distribution<std::size_t>{1, most}(random); });
}

} // namespace ethpoc::test
