#include "record/follower.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"

using namespace ethpoc;
using record::Follower;
using record::TcpSegment;

namespace {

const std::string ping = "2240089100000002c102";
const std::string pong = "2240089100000002c103";

struct Sent {
    bool dialer;
    const char* flags; // of S, A, F, R
    std::uint32_t sequence;
    std::string data = "";
    std::uint32_t acknowledged = 0;
};

/// "connection > id" of each message, in the order in which they were heard; then what the connections add up to.
std::string follow(const std::vector<Sent>& segments, std::vector<record::ConnectionInfo>* infos = nullptr) {
    std::string out;
    Follower follower({wire::find_flat(7), 3}, [&](const record::Heard& heard) {
        out += std::to_string(heard.connection) + (heard.from == wire::Side::dialer ? '>' : '<');
        out += heard.said != nullptr      ? to_hex(heard.said->payload)
               : heard.garbage != nullptr ? "garbage"
               : heard.aside != nullptr   ? "aside" + std::to_string(heard.aside->bytes)
                                          : "gap" + std::to_string(heard.gap);
        out += ' ';
        return true;
    });
    for (const Sent& sent : segments) {
        const Bytes data = test::hex(sent.data);
        TcpSegment segment;
        segment.from.port = sent.dialer ? 40001 : 30303;
        segment.to.port = sent.dialer ? 30303 : 40001;
        segment.sequence = sent.sequence;
        segment.acknowledged = sent.acknowledged;
        const std::string_view flags = sent.flags;
        segment.syn = flags.contains('S');
        segment.ack = flags.contains('A');
        segment.fin = flags.contains('F');
        segment.rst = flags.contains('R');
        segment.data = data;
        segment.data_size = data.size();
        if (!follower.take(segment, 0)) { out += "beyond "; }
    }
    const auto found = follower.finish();
    for (const record::ConnectionInfo& info : found) {
        CHECK(info.payload == info.stream.sum());
        CHECK(info.stream.told == info.in_messages + info.no_frame + info.unfinished + info.other_protocol);
    }
    if (infos != nullptr) { *infos = found; }
    return out + std::to_string(found.size());
}

} // namespace

TEST_CASE("follower: where one connection ends and the next one begins") {
    struct Row {
        const char* what;
        std::vector<Sent> segments;
        const char* says;
    };
    constexpr std::uint32_t other = 0x7000'0000;
    for (const Row& row : {
             Row{"another syn without an end",
                 {{true, "S", 99}, {true, "A", 100, ping}, {true, "S", other}, {true, "A", other + 1, pong}},
                 "0>c102 1>c103 2"},
             Row{"the same syn again",
                 {{true, "S", 99}, {true, "A", 100, ping}, {true, "S", 99}, {true, "A", 110, pong}},
                 "0>c102 0>c103 1"},
             Row{"the same number after the end",
                 {{true, "S", 99}, {true, "A", 100, ping}, {true, "FA", 110}, {true, "S", 99}, {true, "A", 100, pong}},
                 "0>c102 1>c103 2"},
             Row{"the last of the old one comes late",
                 {{true, "S", 99},
                  {true, "A", 100, ping},
                  {true, "S", other},
                  {true, "A", 110, pong},
                  {true, "A", other + 1, ping}},
                 "0>c102 0>c103 1>c102 2"},
             Row{"simultaneous open",
                 {{true, "S", 99}, {false, "S", 499}, {true, "SA", 99, "", 500}, {false, "A", 500, pong}},
                 "0<c103 1"},
             Row{"the listener alone, twice",
                 {{false, "SA", 99}, {false, "A", 100, ping}, {false, "SA", other}, {false, "A", other + 1, pong}},
                 "0<c102 1<c103 2"},
             Row{"no syn at all", {{true, "A", 99, ping}, {false, "A", 7, pong}}, "0>c102 0<c103 1"},
             Row{"no syn after an end",
                 {{true, "A", 99, ping}, {true, "RA", 109}, {true, "A", other, pong}},
                 "0>c102 1>c103 2"},
             Row{"data in the syn", {{true, "S", 99, ping}, {true, "A", 110, pong}}, "0>c102 0>c103 1"},
             Row{"reset in the middle", {{true, "S", 99}, {false, "R", 0}, {true, "A", 100, ping}}, "0>c102 1"},
             Row{"a gap that numbers tell",
                 {{true, "S", 99}, {true, "A", 100, ping}, {true, "FA", 115}},
                 "0>c102 0>gap5 1"},
             Row{"a gap that the receiver tells",
                 {{true, "S", 99}, {false, "SA", 499, "", 100}, {true, "A", 100, ping}, {false, "A", 500, pong, 120}},
                 "0>c102 0<c103 0>gap10 1"},
             Row{"an acknowledged end is no gap",
                 {{true, "S", 99}, {true, "FA", 100, ping}, {false, "A", 500, pong, 111}},
                 "0>c102 0<c103 1"},
             Row{"more than are followed",
                 {{true, "S", 1}, {true, "S", other}, {true, "S", 99}, {true, "S", other + 9}},
                 "beyond 3"},
         }) {
        CAPTURE(row.what);
        CHECK(follow(row.segments) == row.says);
    }
}

TEST_CASE("follower: every byte has one place") {
    std::vector<record::ConnectionInfo> infos;
    const std::string half = ping.substr(0, 12);
    CHECK(follow({{true, "S", 99}, {true, "A", 100, ping + half}, {true, "A", 120, "ff" + ping + half}}, &infos) ==
          "0>c102 0>gap4 0>garbage 0>c102 1");
    CHECK(infos[0].in_messages == 20);
    CHECK(infos[0].no_frame == 1);
    CHECK(infos[0].unfinished == 12);
    CHECK(infos[0].left[0] == 6);
    CHECK(infos[0].missing == 4);
    CHECK(follow({{true, "S", 99}, {true, "A", 100, "474554202f0d0a"}}, &infos) == "1");
    CHECK(infos[0].other_protocol == 7);
    CHECK(infos[0].malformed == 0);
    CHECK(follow({{true, "S", 99}, {true, "A", 100, ping + "47455420"}}, &infos) == "0>c102 0>garbage 1");
    CHECK(infos[0].no_frame == 4);
}
