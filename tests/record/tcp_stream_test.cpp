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
        return {[this](BytesView bytes) { text += std::string(bytes.begin(), bytes.end()); },
                [this](std::uint64_t bytes) { text += '<' + std::to_string(bytes) + '>'; }};
    }
    std::string text{};
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
        stream.take(opening, out.sink());
    }
    for (const Piece& piece : pieces) {
        stream.take(segment(first, piece), out.sink());
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
             Row{"nothing", {}, ""},
             Row{"before the first byte", {{-3, "xyz"}, {-2, "xyab"}}, "ab"},
         }) {
        CAPTURE(row.what);
        CHECK(heard(1000, row.pieces) == row.out);
        CHECK(heard(0xfffffffe, row.pieces) == row.out); // sequence numbers wrap
    }
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
    stream.take(opening, out.sink());
    for (const Piece& piece : many) {
        stream.take(segment(1, piece), out.sink());
    }
    CHECK(out.text == "<10>x"); // one too many: the first hole is given up, and nothing else

    TcpStream large;
    Heard bytes;
    large.take(opening, bytes.sink());
    const std::string block(1u << 20, 'y');
    for (std::int64_t i = 0; i < 5; ++i) {
        large.take(segment(1, {100 + i * (1 << 21), block}), bytes.sink());
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
