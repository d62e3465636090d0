// What was heard is said in words that it meets.
#include "conform/expectation.hpp"

#include <doctest/doctest.h>

#include "tests/conform/heard_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using test::HeardBench;
using namespace std::chrono_literals;

namespace {

Bytes blocks(std::size_t count) {
    return test::message_of(0x13, std::vector<Bytes>(count, test::hex("c3c0c0c0")));
}

} // namespace

TEST_CASE("expectation: what was heard meets its own words") {
    const std::vector<Bytes> payloads{
        test::hex("c103"), test::hex("c103"), test::hex("c102"), test::hex("c20105"), test::hex("c101"),
        blocks(0),         blocks(1),         blocks(4),         test::hex("c112"),   test::hex("c111"),
    };
    std::size_t kinds = 0;
    for (std::size_t first = 0; first < payloads.size(); ++first) {
        for (std::size_t second = 0; second < payloads.size(); ++second) {
            for (const int end : {0, 1, 2, 3}) {
                HeardBench bench;
                bench.says(payloads[first], 1ms);
                if (second > 1) { bench.says(payloads[second], 2ms); }
                if (end == 1) { bench.answers_barrier(3ms); }
                if (end == 2) { bench.ends(Ending::fin, 4ms); }
                if (end == 3) { bench.ends(Ending::reset, 6s); }
                const std::string words = bench.words();
                CAPTURE(words);
                CHECK(bench.meets(words, 10s));
                CHECK(bench.was_seen(words));
                ++kinds;
            }
        }
    }
    CHECK(kinds == 400);
}

TEST_CASE("expectation: words of a connection that said nothing of note") {
    HeardBench bench;
    bench.says_frame(wire::compose_hello(*bench.facts.profile, {})).says("c103").answers_barrier();
    CHECK(bench.words() == "active,pong");
    bench.line().messages.front().before_stimulus = true;
    CHECK(bench.words() == "pong");
    HeardBench odd;
    odd.says("c5").says("c102").answers_barrier();
    CHECK(odd.words() == "unreadable");
    odd.line().no_frames = true;
    CHECK(odd.words() == "no frames,unreadable");
}
