// A classic pcap file taken apart into its records, so that a test can drop, cut and reorder them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::test {

struct CaptureRecords {
    Bytes header{};               // 24 bytes
    std::vector<Bytes> records{}; // each with its header of 16 bytes

    Bytes joined() const {
        Bytes out = header;
        for (const Bytes& record : records) {
            out.insert(out.end(), record.begin(), record.end());
        }
        return out;
    }
};

inline Bytes read_bytes(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path& file, BytesView bytes) {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline CaptureRecords read_records(const std::filesystem::path& file) {
    const Bytes bytes = read_bytes(file);
    const auto part = [&](std::size_t at, std::size_t size) {
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        return Bytes(begin, begin + static_cast<std::ptrdiff_t>(size));
    };
    CaptureRecords out{part(0, 24), {}};
    for (std::size_t at = 24; at + 16 <= bytes.size();) {
        const std::size_t size =
            16 + bytes[at + 8] + bytes[at + 9] * std::size_t{256} + bytes[at + 10] * std::size_t{65536};
        out.records.push_back(part(at, size));
        at += size;
    }
    return out;
}

} // namespace ethpoc::test
