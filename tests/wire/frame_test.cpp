// Frames: any fragmentation, hostile lengths, resynchronising, taking frames back.
#include <random>

#include <doctest/doctest.h>

#include "tests/wire/frame_support.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;
using test::bytes_of;
using test::events_of;
using test::in_chunks_of;

TEST_CASE("frame: header of a payload") {
    CHECK(to_hex(frame_header(2)) == "2240089100000002");
    CHECK(to_hex(frame_header(0x01020304)) == "2240089101020304");
}

TEST_CASE("frame: an idle decoder is small and owns nothing") {
    CHECK(sizeof(FrameDecoder) <= 120);
    FrameDecoder decoder;
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    CHECK(decoder.buffered() == 0);
    CHECK(decoder.missing() == 8);
}

TEST_CASE("frame: whole frames are views into what was fed") {
    const Bytes fed = bytes_of("2240089100000002c102 2240089100000000 2240089100000002c103");
    FrameDecoder decoder;
    decoder.feed(fed);
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(decoder.frame().payload.data() == fed.data() + 8);
    CHECK(decoder.frame().payload.size() == 2);
    CHECK(decoder.frame().offset == 0);
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(decoder.frame().payload.empty());
    CHECK(decoder.frame().offset == 10);
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(decoder.frame().payload.data() == fed.data() + 26);
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    CHECK(decoder.stream_offset() == fed.size());
}

TEST_CASE("frame: what is missing is known at every byte") {
    const Bytes fed = bytes_of("2240089100000002c102");
    FrameDecoder decoder;
    for (std::size_t n = 0; n < fed.size(); ++n) {
        CHECK(decoder.missing() == (n < 8 ? 8 - n : fed.size() - n));
        CHECK(decoder.buffered() == n);
        decoder.feed(BytesView{fed}.subspan(n, 1));
        CHECK(decoder.next() == (n + 1 < fed.size() ? FrameDecoder::Step::need_more : FrameDecoder::Step::frame));
    }
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    CHECK(decoder.buffered() == 0);
}

TEST_CASE("frame: only a cut header is copied, not the payload after it") {
    const Bytes fed = bytes_of("2240089100000003c20107");
    FrameDecoder decoder;
    decoder.feed(BytesView{fed}.first(5));
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    decoder.feed(BytesView{fed}.subspan(5));
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(decoder.frame().payload.data() == fed.data() + 8);
}

TEST_CASE("frame: an announced length costs what has come") {
    FrameDecoder decoder;
    const Bytes start = bytes_of("2240089100ffffff c1");
    decoder.feed(start);
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    CHECK(decoder.buffered() == start.size());
    CHECK(decoder.missing() == 0xffffff - 1);
    const Bytes more(100'000);
    decoder.feed(more);
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    CHECK(decoder.buffered() == start.size() + more.size());
}

TEST_CASE("frame: hostile lengths are judged from the header") {
    for (const char* length : {"7fffffff", "fffffff8", "ffffffff", "01000001"}) {
        INFO(length);
        const Bytes fed = bytes_of(std::string("22400891") + length + "2240089100000002c102");
        CHECK(events_of({fed}) == "skipped 0+8 frame.too_large|frame 8 c102|");
    }
    const Bytes limit = bytes_of("2240089100000003c20107 2240089100000002c102");
    CHECK(events_of({limit}, {.max_payload = 2}) ==
          "skipped 0+8 frame.too_large|skipped 8+3 frame.bad_token|frame 11 c102|");
    CHECK(events_of({limit}, {.max_payload = 3}) == "frame 0 c20107|frame 11 c102|");
}

TEST_CASE("frame: a token in the place of a length is not lost") {
    CHECK(events_of({bytes_of("22400891 2240089100000002c102")}) == "skipped 0+4 frame.too_large|frame 4 c102|");
    CHECK(events_of({bytes_of("22400891ffff 2240089100000002c102")}) == "skipped 0+6 frame.too_large|frame 6 c102|");
    CHECK(events_of({bytes_of("22400891ffffff22 40089100000002c102")}) == "skipped 0+7 frame.too_large|frame 7 c102|");
}

TEST_CASE("frame: garbage is skipped to the next token and reported once") {
    const std::string ping = "2240089100000002c102";
    struct Case {
        const char* garbage;
        std::size_t size;
    };
    for (const Case& one : {Case{"00", 1}, Case{"22", 1}, Case{"2240", 2}, Case{"224008", 3}, Case{"22400890", 4},
                            Case{"222222", 3}, Case{"22402240", 4}, Case{"224008224008", 6},
                            Case{"91084022910840229108402291", 13}, Case{"474554202f20485454502f312e310d0a0d0a", 18}}) {
        INFO(one.garbage);
        const std::string told =
            "skipped 0+" + std::to_string(one.size) + " frame.bad_token|frame " + std::to_string(one.size) + " c102|";
        CHECK(events_of({bytes_of(one.garbage + ping)}) == told);
        CHECK(events_of(in_chunks_of(bytes_of(one.garbage + ping), 1)) == told);
        CHECK(events_of({bytes_of(ping + one.garbage + ping)}).starts_with("frame 0 c102|skipped 10+"));
    }
}

TEST_CASE("frame: a run of garbage is known before it ends") {
    FrameDecoder decoder;
    const Bytes garbage(1000, 0x22);
    for (int i = 0; i < 3; ++i) {
        decoder.feed(garbage);
        CHECK(decoder.next() == FrameDecoder::Step::need_more);
    }
    CHECK(decoder.skipping() >= 2997);
    CHECK(decoder.buffered() <= 8);
}

TEST_CASE("frame: what is kept early goes on where it was") {
    Bytes fed = bytes_of("2240089100000002c102 2240089100000002c103 22400891");
    FrameDecoder decoder;
    decoder.feed(fed);
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    decoder.keep();
    std::ranges::fill(fed, std::uint8_t{0xee}); // the buffer serves somebody else now
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(to_hex(decoder.frame().payload) == "c103");
    CHECK(decoder.next() == FrameDecoder::Step::need_more);
    const Bytes rest = bytes_of("00000002c111");
    decoder.feed(rest);
    REQUIRE(decoder.next() == FrameDecoder::Step::frame);
    CHECK(to_hex(decoder.frame().payload) == "c111");
    CHECK(decoder.frame().offset == 20);
}

TEST_CASE("frame: every fragmentation of any stream tells the same") {
    // Streams of tokens, halves of tokens, small and large lengths, and noise, from a fixed seed.
    const std::vector<std::string> pieces{"2240089100000002c102",
                                          "2240089100000003c20107",
                                          "22400891",
                                          "224008",
                                          "22",
                                          "9108",
                                          "2240089100000000",
                                          "22400891ffffffff",
                                          "22400891000000402240",
                                          "00",
                                          "deadbeef",
                                          "2240089100000040",
                                          "2222224008912222"};
    std::mt19937 random{2014};
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random); };
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (std::size_t i = 0; i < 3 + below(30); ++i) {
            text += pieces[below(pieces.size())];
        }
        const Bytes whole = bytes_of(text);
        CAPTURE(text);
        const std::string told = events_of({whole});
        CHECK(events_of(in_chunks_of(whole, 1)) == told);
        CHECK(events_of(in_chunks_of(whole, 1 + below(11))) == told);
        CHECK(events_of(test::in_random_chunks(whole, 20, random)) == told);
        for (std::size_t cut = 0; cut <= std::min<std::size_t>(whole.size(), 40); ++cut) {
            CHECK(events_of({{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)},
                             {whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end()}}) == told);
        }
    }
}

TEST_CASE("frame: what is kept does not need the bytes that were fed") {
    const Bytes whole = test::hex("2240089100000003c20102");
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        INFO(cut);
        FrameDecoder decoder;
        Bytes buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
        decoder.feed(buffer);
        CHECK(decoder.next() == FrameDecoder::Step::need_more);
        decoder.keep();
        std::ranges::fill(buffer, std::uint8_t{0x5a}); // it serves another connection now
        CHECK(decoder.next() == FrameDecoder::Step::need_more);
        decoder.feed(BytesView(whole).subspan(cut));
        REQUIRE(decoder.next() == FrameDecoder::Step::frame);
        CHECK(to_hex(decoder.frame().payload) == "c20102");
    }
}
