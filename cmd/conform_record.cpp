#include "cmd/conform_record.hpp"

#include <algorithm>
#include <filesystem>

#include "chain/keccak.hpp"
#include "record/capture_writer.hpp"
#include "rlp/hex.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {

namespace {
constexpr std::size_t most_bytes = 32u << 20;        // of one run; a flood is recorded up to here
constexpr std::size_t largest_in_corpus = 64u << 10; // larger ones only slow a fuzzer down
} // namespace

bool ConformRecord::has_captures() const {
    std::error_code error; // no folder has none
    const std::filesystem::directory_iterator entries(folder_, error);
    return std::any_of(begin(entries), end(entries),
                       [](const auto& entry) { return entry.path().extension() == ".pcap"; });
}

std::optional<std::string> ConformRecord::open() {
    std::error_code error;
    for (const char* sub : {"corpus/frame", "corpus/message"}) {
        std::filesystem::create_directories(std::filesystem::path(folder_) / sub, error);
        if (error) { return "--record " + folder_ + ": " + error.message(); }
    }
    return std::nullopt;
}

void ConformRecord::said(const conform::Run& run, conform::Line line, bool ours, BytesView bytes, conform::Time at) {
    auto [entry, begins] = open_.try_emplace(run.id);
    Recording& recording = entry->second;
    if (begins) { recording.began = at; }
    if (recording.bytes + bytes.size() > most_bytes) { return; }
    recording.bytes += bytes.size();
    record::SessionLine said;
    said.seconds = std::chrono::duration<double>(at - recording.began).count();
    said.connection = line + 1U;
    said.from = ours ? wire::Side::dialer : wire::Side::listener;
    said.bytes.assign(bytes.begin(), bytes.end());
    recording.session.lines.push_back(std::move(said));
}

Result<record::FileWriter> ConformRecord::create(const std::string& name, bool replace) const {
    return record::FileWriter::create((std::filesystem::path(folder_) / name).string(),
                                      replace ? record::Existing::replace : record::Existing::keep);
}

std::optional<std::string> ConformRecord::write(const std::string& name, BytesView bytes, bool replace) {
    auto file = create(name, replace);
    if (!file) { return file.error().detail; }
    if (const auto done = file->write(bytes); !done) { return done.error().detail; }
    if (const auto done = file->finish(); !done) { return done.error().detail; }
    return std::nullopt;
}

std::optional<std::string> ConformRecord::write_capture_of(const std::string& run, const record::SessionFile& session) {
    auto file = create(run + ".pcap", force_);
    if (!file) { return file.error().detail; }
    const auto written = record::write_capture(*file, session); // and finishes it
    return written ? std::nullopt : std::optional(written.error().detail);
}

std::optional<std::string> ConformRecord::write_corpus(const std::string& run, const record::SessionFile& session) {
    for (const record::SessionStream& stream : record::streams_of(session)) {
        if (stream.from != wire::Side::dialer) { continue; }
        const Bytes whole = stream.joined();
        if (whole.size() <= largest_in_corpus) {
            const std::string name = "corpus/frame/" + run + "-" + std::to_string(stream.connection);
            if (auto trouble = write(name, whole, force_)) { return trouble; }
        }
        wire::FrameDecoder frames;
        frames.feed(whole);
        for (auto step = frames.next(); step != wire::FrameDecoder::Step::need_more; step = frames.next()) {
            if (step != wire::FrameDecoder::Step::frame) { continue; }
            const BytesView payload = frames.frame().payload;
            const Hash256 hash = chain::keccak256(payload);
            if (payload.size() > largest_in_corpus || !payloads_.insert(hash).second) { continue; }
            // Named by what is in it: one that is there already is the same.
            if (auto trouble = write("corpus/message/" + to_hex(hash).substr(0, 16), payload, true)) { return trouble; }
        }
    }
    return std::nullopt;
}

std::optional<std::string> ConformRecord::finish(const std::string& run) {
    auto recording = open_.extract(run);
    if (recording.empty()) { return std::nullopt; }
    const record::SessionFile& session = recording.mapped().session;
    if (auto trouble = write_capture_of(run, session)) { return trouble; }
    return write_corpus(run, session);
}

} // namespace ethpoc::cmd
