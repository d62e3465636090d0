#include "record/tcp_stream.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support/property.hpp"

using namespace ethpoc;
using record::TcpSegment;
using record::TcpStream;

namespace {

/// What came out: letters, and <N> for a gap.
class Heard {
  public:
    TcpStream::Sink sink() {
        return {[this](BytesView bytes, double) { text += std::string(bytes.begin(), bytes.end()); },
                [this](std::uint64_t bytes, double) { text += '<' + std::to_string(bytes) + '>'; },
                [this](const record::Aside& aside) {
                    const char* const kind = aside.kind == record::Aside::Kind::conflicting ? "!"
                                             : aside.kind == record::Aside::Kind::late      ? "~"
                                                                                            : "^";
                    asides += kind + std::to_string(aside.bytes) + '@' + std::to_string(aside.place);
                }};
    }
    std::string text{};
    std::string asides{}; // kind, bytes, place
};

/// Pieces of the alphabet by place; a place of 0 is sequence number `first`. `size` more than the text: cut by the
/// capture.
struct Piece {
    std::int64_t place;
    std::string text;
    std::size_t size = 0;
};

TcpSegment segment(std::uint32_t first, const Piece& piece) {
    TcpSegment out;
    out.sequence = first + static_cast<std::uint32_t>(piece.place);
    out.data = {reinterpret_cast<const std::uint8_t*>(piece.text.data()), piece.text.size()};
    out.data_size = std::max(piece.size, piece.text.size());
    return out;
}

std::string heard(std::uint32_t first, const std::vector<Piece>& pieces, bool with_syn = true) {
    TcpStream stream;
    Heard out;
    if (with_syn) {
        TcpSegment opening;
        opening.sequence = first - 1;
        opening.syn = true;
        stream.take(opening, 0, out.sink());
    }
    for (const Piece& piece : pieces) {
        stream.take(segment(first, piece), 0, out.sink());
    }
    stream.finish(out.sink());
    return out.text;
}

} // namespace

TEST_CASE("tcp stream: order - repetition and holes") {
    struct Row {
        const char* what;
        std::vector<Piece> pieces;
        const char* out;
    };
    for (const Row& row : {
             Row{"in order", {{0, "abc"}, {3, "de"}, {5, "f"}}, "abcdef"},
             Row{"out of order", {{3, "de"}, {5, "f"}, {0, "abc"}}, "abcdef"},
             Row{"sent again", {{0, "abc"}, {0, "abc"}, {3, "de"}, {0, "abc"}}, "abcde"},
             Row{"sent again with more", {{0, "abc"}, {1, "bcde"}}, "abcde"},
             Row{"early ones overlap", {{4, "ef"}, {2, "cdefg"}, {0, "ab"}}, "abcdefg"},
             Row{"early one is inside another", {{2, "cdefg"}, {3, "de"}, {0, "ab"}}, "abcdefg"},
             Row{"an early one comes longer", {{2, "cd"}, {2, "cdef"}, {0, "ab"}}, "abcdef"},
             Row{"hole", {{0, "ab"}, {4, "ef"}}, "ab<2>ef"},
             Row{"two holes", {{0, "ab"}, {8, "ij"}, {4, "ef"}}, "ab<2>ef<2>ij"},
             Row{"cut by the capture", {{0, "ab", 4}, {4, "ef"}}, "ab<2>ef"},
             Row{"cut when early", {{4, "ef", 3}, {0, "abcd"}, {7, "h"}}, "abcdef<1>h"},
             Row{"a later number tells of a hole at the end", {{0, "ab"}, {5, ""}}, "ab<3>"},
             Row{"nothing", {}, ""},
             Row{"before the first byte", {{-3, "xyz"}, {-2, "xyab"}}, "ab"},
             Row{"cut, and whole on another interface", {{4, "ef", 4}, {4, "efgh"}, {0, "abcd"}}, "abcdefgh"},
             Row{"cut to nothing when early", {{2, "", 2}, {2, "cd"}, {0, "ab"}}, "abcd"},
             Row{"cut to nothing", {{0, "ab"}, {2, "", 2}, {4, "ef"}}, "ab<2>ef"},
             Row{"the first one heard is told", {{0, "ab"}, {3, "DE"}, {1, "xcdef"}}, "abcDEf"},
         }) {
        CAPTURE(row.what);
        CHECK(heard(1000, row.pieces) == row.out);
        CHECK(heard(0xfffffffe, row.pieces) == row.out); // sequence numbers wrap
    }
}

TEST_CASE("tcp stream: what comes again is compared - other bytes are told of") {
    struct Row {
        const char* what;
        std::vector<Piece> pieces;
        const char* asides;
        record::StreamTally tally;
    };
    for (const Row& row : {
             Row{"the same", {{0, "abc"}, {0, "abc"}}, "", {.told = 3, .repeated = 3}},
             Row{"other bytes", {{0, "abc"}, {0, "aXY"}}, "!2@1", {.told = 3, .repeated = 1, .conflicting = 2}},
             Row{"other bytes and new ones", {{0, "abc"}, {2, "Xd"}}, "!1@2", {.told = 4, .conflicting = 1}},
             Row{"early ones",
                 {{2, "cd"}, {1, "bXdY"}, {0, "a"}},
                 "!1@2",
                 {.told = 5, .repeated = 1, .conflicting = 1}},
             Row{"keep-alive", {{0, "abc"}, {2, "X"}}, "", {.told = 3, .repeated = 1}},
             Row{"keep-alive before its data", {{0, "a"}, {3, "X"}, {1, "bcd"}}, "", {.told = 4, .repeated = 1}},
             Row{"before the first", {{0, "abc"}, {-2, "xyab"}}, "^2@-2", {.told = 3, .repeated = 2, .outside = 2}},
             Row{"far ahead", {{0, "abc"}, {1 << 30, "xy"}}, "^2@1073741824", {.told = 3, .outside = 2}},
             Row{"behind a gap that was told", {{0, "ab", 4}, {2, "cdef"}}, "~2@2", {.told = 4, .late = 2}},
         }) {
        CAPTURE(row.what);
        TcpStream stream;
        Heard out;
        TcpSegment opening;
        opening.syn = true;
        stream.take(opening, 0, out.sink());
        std::uint64_t taken = 0;
        for (const Piece& piece : row.pieces) {
            stream.take(segment(1, piece), 0, out.sink());
            taken += piece.text.size();
            CHECK(stream.tally().sum() == taken);
        }
        stream.finish(out.sink());
        CHECK(out.asides == row.asides);
        CHECK(stream.tally() == row.tally);
    }
}

TEST_CASE("tcp stream: data in a syn is the first") {
    TcpStream stream;
    Heard out;
    const Piece piece{0, "abc"};
    TcpSegment opening = segment(7, piece);
    opening.syn = true;
    stream.take(opening, 0, out.sink());
    stream.take(opening, 0, out.sink());
    stream.take(segment(8, {3, "d"}), 0, out.sink());
    CHECK(out.text == "abcd");
    CHECK(stream.tally().repeated == 3);
}

TEST_CASE("tcp stream: streams share what they keep") {
    record::StreamMemory memory{.max_waiting = 10, .max_recent = 4};
    TcpStream one(&memory);
    TcpStream other(&memory);
    Heard out;
    TcpSegment opening;
    opening.syn = true;
    one.take(opening, 0, out.sink());
    other.take(opening, 0, out.sink());
    one.take(segment(1, {5, "xxxxxxxx"}), 0, out.sink());
    CHECK(memory.waiting == 8);
    other.take(segment(1, {2, "yyy"}), 0, out.sink());
    CHECK(out.text == "<2>yyy"); // the one that wants more gives up
    CHECK(memory.waiting == 8);
    CHECK(memory.recent == 3);
    other.take(segment(1, {5, "zz"}), 0, out.sink());
    other.take(segment(1, {2, "yyy"}), 0, out.sink());
    CHECK(other.tally().unchecked == 3); // what it told is forgotten, so nothing was compared
    one.finish(out.sink());
    other.finish(out.sink());
    CHECK(memory.waiting == 0);
    CHECK(memory.recent == 0);
}

TEST_CASE("tcp stream: what waited has the time of the packet that let it go") {
    TcpStream stream;
    std::string times;
    const TcpStream::Sink sink{
        [&](BytesView, double seconds) { times += std::to_string(static_cast<int>(seconds)); },
        [&](std::uint64_t, double seconds) { times += '<' + std::to_string(static_cast<int>(seconds)) + '>'; }};
    TcpSegment opening;
    opening.syn = true;
    stream.take(opening, 0, sink);
    stream.take(segment(1, {2, "cd"}), 1, sink);
    stream.take(segment(1, {0, "ab"}), 2, sink);
    stream.take(segment(1, {6, "gh"}), 3, sink);
    stream.take(segment(1, {8, "ij"}), 4, sink);
    stream.finish(sink);
    CHECK(times == "22<3>34");
}

TEST_CASE("tcp stream: a capture that began later starts with what it has") {
    CHECK(heard(77, {{10, "abc"}, {13, "d"}}, false) == "abcd");
    CHECK(heard(77, {{10, "abc"}, {5, "vwxyz"}}, false) == "abc");
}

TEST_CASE("tcp stream: early segments are bounded - in number and in bytes") {
    std::vector<Piece> many;
    for (std::size_t i = 0; i <= TcpStream::max_segments; ++i) {
        many.push_back({static_cast<std::int64_t>(10 + 2 * i), "x"});
    }
    TcpStream stream;
    Heard out;
    TcpSegment opening;
    opening.syn = true;
    stream.take(opening, 0, out.sink());
    for (const Piece& piece : many) {
        stream.take(segment(1, piece), 0, out.sink());
    }
    CHECK(out.text == "<10>x"); // one too many: the first hole is given up, and nothing else

    TcpStream large;
    Heard bytes;
    large.take(opening, 0, bytes.sink());
    const std::string block(1u << 20, 'y');
    for (std::int64_t i = 0; i < 5; ++i) {
        large.take(segment(1, {100 + i * (1 << 21), block}), 0, bytes.sink());
    }
    CHECK(bytes.text.starts_with("<100>yy"));
    CHECK(bytes.text.size() == block.size() + 5);
}

TEST_CASE("tcp stream: any order and repetition of the pieces gives the stream") {
    test::property("reassembly", [] {
        const std::string text = "abcdefghijklmnopqrstuvwxyz";
        std::vector<Piece> pieces;
        for (std::size_t at = 0; at < text.size();) {
            const auto size = *rc::gen::inRange<std::size_t>(1, 6);
            pieces.push_back({static_cast<std::int64_t>(at), text.substr(at, size)});
            at += size;
        }
        for (auto extra = *rc::gen::inRange(0, 4); extra > 0; --extra) {
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
            pieces.push_back({static_cast<std::int64_t>(at), text.substr(at, *rc::gen::inRange<std::size_t>(1, 9))});
        }
        for (std::size_t i = pieces.size(); i-- > 1;) {
            std::swap(pieces[i], pieces[*rc::gen::inRange<std::size_t>(0, i + 1)]);
        }
        RC_ASSERT(heard(*rc::gen::arbitrary<std::uint32_t>(), pieces) == text);
    });
}
