// tests/vectors/streams.json: all that read streams cut them in the same way. The page, the dissector and the
// definition for Kaitai are held to the same file by tests of their own.
#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "show/dissect.hpp"
#include "tests/support/shared.hpp"
#include "tests/wire/frame_support.hpp"
#include "wire/conversation.hpp"

using namespace ethpoc;

namespace {

struct Cut {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::string error{};
    friend bool operator==(const Cut&, const Cut&) = default;
};

std::string text(const std::vector<Cut>& cuts) {
    std::string out;
    for (const Cut& cut : cuts) {
        out += std::to_string(cut.offset) + '+' + std::to_string(cut.size) + ' ' + cut.error + '|';
    }
    return out;
}

struct StreamVector {
    std::string name{};
    Bytes stream{};
    std::vector<Cut> cuts{};
};

std::vector<StreamVector> stream_vectors() {
    std::vector<StreamVector> out;
    const auto file = nlohmann::json::parse(std::ifstream(test::test_file("vectors/streams.json")));
    for (const auto& one : file["vectors"]) {
        StreamVector& vector =
            out.emplace_back(StreamVector{one["name"], test::hex(one["hex"].get<std::string>()), {}});
        for (const auto& piece : one["pieces"]) {
            vector.cuts.push_back({piece["offset"], piece["size"],
                                   piece["error"].is_null() ? std::string() : piece["error"].get<std::string>()});
        }
    }
    return out;
}

/// What somebody who only listens is told. What it takes although it is not strictly right is a message to it.
class Ear final : public wire::ConversationListener {
  public:
    void said(const wire::Said& said) override {
        cuts.push_back({said.offset, wire::frame_header_size + said.payload.size(),
                        said.error != nullptr ? std::string(said.error->code->word) : std::string()});
    }
    void garbage(wire::Side, const Error& error) override {
        const bool at_end = error.code == &wire::errors::incomplete; // its place is the end of the stream
        const std::size_t from = at_end ? 0 : error.offset;
        cuts.push_back({from, error.length, std::string(error.code->word)});
    }
    std::vector<Cut> cuts{};
};

std::vector<Cut> overheard(const std::vector<Bytes>& chunks) {
    wire::Conversation conversation(wire::find_profile("23"));
    Ear ear;
    for (const Bytes& chunk : chunks) {
        conversation.feed(wire::Side::dialer, chunk, ear);
    }
    conversation.finish(wire::Side::dialer, ear);
    return ear.cuts;
}

} // namespace

TEST_CASE("streams: what is shown is what the decoder of a peer reads") {
    for (const StreamVector& vector : stream_vectors()) {
        CAPTURE(vector.name);
        std::vector<Cut> shown;
        show::StreamReader frames(vector.stream, show::speech_of(vector.stream, wire::find_profile("23")));
        while (const auto frame = frames.next()) {
            shown.push_back({frame->piece.offset, frame->piece.size,
                             frame->error ? std::string(frame->error->code->word) : std::string()});
        }
        CHECK(text(shown) == text(vector.cuts));
    }
}

TEST_CASE("streams: who listens is told of the same pieces, in every fragmentation") {
    for (const StreamVector& vector : stream_vectors()) {
        CAPTURE(vector.name);
        std::vector<Cut> wanted = vector.cuts;
        for (Cut& cut : wanted) {
            if (cut.error == wire::errors::incomplete.word) { cut.offset = cut.size = 0; }
            if (cut.error == wire::errors::frame_trailing_bytes.word) { cut.error.clear(); } // is taken
            if (cut.error == rlp::errors::item_overruns_parent.word) { cut.error = rlp::errors::truncated.word; }
        }
        const std::string whole = text(overheard({vector.stream}));
        CHECK(whole == text(wanted));
        for (std::size_t size = 1; size < vector.stream.size(); ++size) {
            CAPTURE(size);
            CHECK(text(overheard(test::in_chunks_of(vector.stream, size))) == whole);
        }
    }
}
