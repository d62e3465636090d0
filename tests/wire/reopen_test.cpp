// Frames that were cut open by other frames, and streams that try to make taking them back expensive.
#include <doctest/doctest.h>

#include "tests/wire/frame_support.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using test::bytes_of;

namespace {

/// Takes back every frame whose payload is no message and has a token in it, as a session does.
std::string read_cut_open(const std::vector<Bytes>& chunks) {
    using Step = FrameDecoder::Step;
    FrameDecoder decoder;
    std::string out;
    for (const Bytes& chunk : chunks) {
        decoder.feed(chunk);
        for (Step step = decoder.next(); step != Step::need_more; step = decoder.next()) {
            const BytesView payload = decoder.frame().payload;
            const auto token = std::search(payload.begin(), payload.end(), sync_token.begin(), sync_token.end());
            const auto good = step == Step::frame ? decode(*find_flat(20), payload) : Result<Message>{Ping{}};
            const bool open =
                !good && token != payload.end() && decoder.reopen(static_cast<std::size_t>(token - payload.begin()));
            out += open ? "reopened " + std::to_string(decoder.stream_offset()) + '|' : test::told(decoder, step);
        }
    }
    return out;
}

} // namespace

TEST_CASE("reopen: nothing to take back") {
    FrameDecoder decoder;
    CHECK_FALSE(decoder.reopen(0));
    const Bytes ping = bytes_of("2240089100000002c102");
    decoder.feed(ping);
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(decoder.reopen(2)); // all of the payload stays taken
    CHECK_FALSE(decoder.reopen(0));
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    CHECK_FALSE(decoder.reopen(0));
}

TEST_CASE("reopen: a frame inside of a frame is found in every fragmentation") {
    // A Blocks frame of 16 bytes that stops after 4; a Pong; then Ping begins, the end of which lies after the first
    // frame.
    const Bytes stream =
        bytes_of("2240089100000014 cf13aabb 2240089100000002c103 22400891 0000 0002c102 2240089100000002c110");
    const std::string told = "reopened 12|frame 12 c103|frame 22 c102|frame 32 c110|";
    CHECK(read_cut_open({stream}) == told);
    for (std::size_t size = 1; size < stream.size(); ++size) {
        CAPTURE(size);
        CHECK(read_cut_open(test::in_chunks_of(stream, size)) == told);
    }
}

TEST_CASE("reopen: the blocks packet that a genuine client cut open") {
    const char* const name = "spec/vectors/ethereumj_c6557ebfe_MessagesTest_test16_blocksRaw.hex";
    const auto file = test::shared_file(name);
    if (!file) {
        MESSAGE("skipped: ", name, " not found");
        return;
    }
    // The file lacks the frame's own header; the header of the next Blocks frame at its end announces what never comes.
    const Bytes payload = test::read_hex_file(*file);
    REQUIRE(payload.size() == 1826);
    constexpr std::size_t announced = 1919;
    constexpr std::size_t cut_at = 1804;
    Bytes stream;
    const auto header = frame_header(announced);
    stream.insert(stream.end(), header.begin(), header.end());
    stream.insert(stream.end(), payload.begin(), payload.end());
    stream.resize(frame_header_size + announced); // whatever came next filled the rest
    const std::string told = read_cut_open({stream});
    CHECK(told == "reopened " + std::to_string(frame_header_size + cut_at) + "|frame " +
                      std::to_string(frame_header_size + cut_at) + " c103|");
    CHECK(read_cut_open(test::in_chunks_of(stream, 1)) == told);
    CHECK(read_cut_open(test::in_chunks_of(stream, 700)) == told);
}

TEST_CASE("reopen: nested frames end after twice the bytes fed") {
    // Every eight bytes a header whose frame ends where the stream does: each frame holds all later ones.
    constexpr std::size_t frames = 20'000;
    Bytes stream;
    for (std::size_t i = 0; i < frames; ++i) {
        const auto header = frame_header(8 * (frames - 1 - i));
        stream.insert(stream.end(), header.begin(), header.end());
    }
    FrameDecoder decoder;
    decoder.feed(stream);
    std::size_t bytes_handed_out = 0;
    std::size_t refused = 0;
    while (decoder.next() == FrameDecoder::Step::frame) {
        bytes_handed_out += decoder.frame().payload.size();
        refused += decoder.reopen(0) ? 0 : 1;
    }
    CHECK(refused == 1);
    CHECK(bytes_handed_out <= 4 * stream.size());
}

TEST_CASE("reopen: kept frames are not copied again for each byte") {
    // Each frame ends one byte after the one that holds it, so each byte fed completes a frame of half a megabyte.
    constexpr std::size_t frames = 100;
    constexpr std::size_t size = 1 << 19;
    Bytes stream;
    for (std::size_t i = 0; i < frames; ++i) {
        const auto header = frame_header(size - 7 * i);
        stream.insert(stream.end(), header.begin(), header.end());
    }
    stream.resize(size + 8 + frames);
    FrameDecoder decoder;
    std::size_t handed_out = 0;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t n = at == 0 ? size : 1;
        decoder.feed(BytesView{stream}.subspan(at, std::min(n, stream.size() - at)));
        at += n;
        for (auto step = decoder.next(); step != FrameDecoder::Step::need_more; step = decoder.next()) {
            if (step == FrameDecoder::Step::frame) {
                ++handed_out;
                decoder.reopen(0);
            }
        }
    }
    CHECK(handed_out >= 2);
    CHECK(handed_out <= 4); // twice the bytes fed, in frames of half the stream
}
