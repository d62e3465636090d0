#include "conform/report_bytes.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "conform/script_text.hpp"
#include "rlp/error.hpp"
#include "show/describe.hpp"
#include "show/dissect.hpp"
#include "wire/message.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t frame_word = 4; // token and length have as many bytes each

/// Entries whose bytes follow each other on one connection, in one direction.
struct SpokenStream {
    Bytes bytes{};
    struct Part {
        std::size_t entry = 0;
        std::size_t begin = 0; // in `bytes`
    };
    std::vector<Part> parts{};
    bool cut = false; // more bytes followed that were not kept

    /// The part in which the byte at `offset` lies; behind the last byte: the last part.
    std::size_t part_at(std::size_t offset) const {
        const auto behind = std::ranges::upper_bound(parts, offset, {}, &Part::begin);
        return static_cast<std::size_t>(behind - parts.begin()) - 1;
    }
    std::size_t end_of(std::size_t part) const {
        return part + 1 < parts.size() ? parts[part + 1].begin : bytes.size();
    }
};

std::vector<SpokenStream> streams_of(const std::vector<Spoken>& transcript) {
    std::vector<SpokenStream> out;
    std::map<std::pair<Line, Spoken::What>, std::size_t> open;
    for (std::size_t i = 0; i < transcript.size(); ++i) {
        const Spoken& said = transcript[i];
        if (said.bytes.empty()) { continue; }
        const auto [at, is_new] = open.try_emplace({said.line, said.what}, out.size());
        if (is_new) { out.emplace_back(); }
        SpokenStream& stream = out[at->second];
        stream.parts.push_back({i, stream.bytes.size()});
        append(stream.bytes, said.bytes);
        if (said.size > said.bytes.size()) {
            stream.cut = true;
            open.erase(at);
        }
    }
    return out;
}

class StreamAnnotator {
  public:
    StreamAnnotator(const SpokenStream& stream, std::vector<AnnotatedBytes>& out) : stream_(stream), out_(out) {}

    void read(const wire::Profile* profile) {
        const show::Speech speech = show::speech_of(stream_.bytes, profile);
        show::StreamReader reader(stream_.bytes, speech);
        while (const auto piece = reader.next()) {
            add(*piece, speech);
        }
    }

  private:
    void add(const show::Dissection& found, const show::Speech& speech) {
        const show::Piece& piece = found.piece;
        if (piece.is_gap || piece.size < frame_word) {
            add_run(piece.offset, piece.size, BytePart::other, true);
        } else {
            const std::size_t length = std::min(frame_word, piece.size - frame_word);
            add_run(piece.offset, frame_word, BytePart::token, true);
            add_run(piece.offset + frame_word, length, BytePart::length, false);
            add_run(piece.offset + frame_word + length, piece.size - frame_word - length, BytePart::payload, false);
        }
        if (piece.whole() && found.message.type) { say(found, speech); }
        // Where bytes were not kept, the last frame only seems to end.
        const bool seems = stream_.cut && piece.end() == stream_.bytes.size();
        if (found.error && !seems) { blame(*found.error, found.tolerated); }
    }

    void add_run(std::size_t offset, std::size_t size, BytePart part, bool begins) {
        while (size > 0) {
            const std::size_t at = stream_.part_at(offset);
            const std::size_t here = std::min(size, stream_.end_of(at) - offset);
            entry(at).runs.push_back({part, here, begins});
            offset += here;
            size -= here;
            begins = false;
        }
    }

    void say(const show::Dissection& found, const show::Speech& speech) {
        const show::Piece& piece = found.piece;
        const BytesView payload =
            BytesView(stream_.bytes).subspan(piece.payload_begin(), piece.end() - piece.payload_begin());
        std::string text(wire::name_of(*found.message.type));
        const std::string more = show::describe(speech.profile, payload, speech.offsets);
        if (!more.empty()) { text += "  " + more; }
        entry(stream_.part_at(piece.offset)).says.push_back(std::move(text));
    }

    void blame(const Error& error, bool tolerated) {
        const std::size_t at = stream_.part_at(std::min(error.offset, stream_.bytes.size()));
        AnnotatedBytes& bytes = entry(at);
        if (bytes.fault) { return; }
        const std::size_t begin = stream_.parts[at].begin;
        const std::size_t end = stream_.end_of(at);
        ByteFault fault;
        fault.offset = std::min(error.offset, end) - begin;
        fault.size = std::min(error.length, end - begin - fault.offset);
        fault.text = tolerated ? "tolerated: " : "";
        fault.text +=
            printable(error.code->word) + ": " + printable(error.detail.empty() ? error.code->rule : error.detail, 300);
        bytes.fault = std::move(fault);
    }

    AnnotatedBytes& entry(std::size_t part) { return out_[stream_.parts[part].entry]; }

    const SpokenStream& stream_;
    std::vector<AnnotatedBytes>& out_;
};

} // namespace

char letter_of(BytePart part) noexcept {
    return "tlpo"[static_cast<std::size_t>(part)];
}

std::vector<AnnotatedBytes> annotate(const std::vector<Spoken>& transcript, std::string_view profile) {
    std::vector<AnnotatedBytes> out(transcript.size());
    const wire::Profile* const row = wire::find_profile(profile);
    for (const SpokenStream& stream : streams_of(transcript)) {
        StreamAnnotator(stream, out).read(row);
    }
    return out;
}

} // namespace ethpoc::conform
