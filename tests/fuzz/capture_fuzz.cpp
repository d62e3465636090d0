// Captures, any bytes: reading ends, and every packet and byte of TCP has exactly one place in the summary.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "record/capture.hpp"

namespace {

using namespace ethpoc;

bool counts_agree(const record::CaptureSummary& summary) {
    std::size_t unread = 0;
    for (const record::Unread& row : summary.unread) {
        unread += row.packets;
    }
    bool good = summary.packets == summary.segments + summary.joined + unread;
    for (const record::ConnectionInfo& info : summary.connections) {
        good = good && info.payload == info.stream.sum();
        good = good && info.stream.told == info.in_messages + info.no_frame + info.unfinished + info.other_protocol;
        good = good && info.bytes[0] + info.bytes[1] == info.stream.told + info.missing;
    }
    return good;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("ethpoc-capture-fuzz-" + std::to_string(getpid()));
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    const auto summary =
        record::read_capture(file.string(), {.max_connections = 64}, [](const record::Heard&) { return true; });
    std::filesystem::remove(file);
    if (summary && !counts_agree(*summary)) {
        std::fprintf(stderr, "the counts of the summary do not agree\n");
        std::abort();
    }
    return 0;
}
