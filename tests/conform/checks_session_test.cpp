// Checks of how a session goes: each holds for what it is meant for, and for nothing else.
#include "conform/check_functions.hpp"

#include <doctest/doctest.h>

#include "tests/conform/check_cases.hpp"

using namespace ethpoc;
using namespace ethpoc::test;
using conform::Heard;

namespace {

Make disconnects(std::string_view payload_hex, conform::Since end) {
    return [=](HeardBench& bench) { bench.says(payload_hex, 1ms).ends(conform::Ending::fin, end); };
}

auto our_hello(std::uint8_t version) {
    return [version](Heard& heard) {
        heard.lines[0].our_hello =
            message_of(0, {number(version), number(0), text_item("y"), number(7), number(5), string_of(64, 0x66)});
    };
}

} // namespace

std::vector<CheckCase> test::session_checks() {
    constexpr std::string_view p2p = "p2p2/eth49";
    const auto ended = [](Heard& heard) { heard.lines.back().ending = conform::Ending::fin; };
    const auto not_greeted = [](Heard& heard) { heard.lines.back().greeted = false; };
    const auto eth_asked = [](Heard& heard) { heard.lines[0].eth_asked = true; };
    const auto one_dial = [](Heard& heard) { heard.dials = 1; };
    const Make hashes_to_us = [](HeardBench& bench) { bench.says(message_of(0x14, {})).to_us().answers_barrier(); };
    const Make asked_before = [](HeardBench& bench) {
        bench.says(message_of(0x19, {hash_item()})).before_stimulus().answers_barrier();
    };
    const Make last_ended = [](HeardBench& bench) { bench.answers_barrier().connect().ends(conform::Ending::reset); };
    const Make first_ended = [](HeardBench& bench) { bench.ends().connect().answers_barrier(); };
    const Bytes pong = hex("c103");
    return {
        {"mirrored", "7", true, changed(says(flat_hello()), our_hello(7))},
        {"mirrored", "7", false, changed(says(flat_hello()), our_hello(8))},
        {"mirrored", "7", false, changed(nothing(), our_hello(7))},
        {"mirrored", "7", false, says(flat_hello())},
        {"own-disconnect", "7", true, disconnects("c20102", 2ms)},
        {"own-disconnect", "7", true, disconnects("c101", 2ms)},
        {"own-disconnect", "7", true, disconnects("c20180", 2ms)},
        {"own-disconnect", "7", false, disconnects("c20100", 2ms)},
        {"own-disconnect", "7", false, disconnects("c20110", 2ms)},
        {"own-disconnect", p2p, true, disconnects("c20110", 2ms)},
        {"own-disconnect", "7", false, disconnects("c3010203", 2ms)},
        {"own-disconnect", "7", false, disconnects("c20102", 6s)},
        {"own-disconnect", "4", true, disconnects("c10107", 2ms)},
        {"own-disconnect", "7", false, says(hex("c20102"))},
        {"own-disconnect", "7", false, nothing()},
        {"no-disconnect", "7", true, nothing()},
        {"no-disconnect", "7", false, disconnects("c20102", 2ms)},
        {"grace 0..5s", "7", true, disconnects("c20102", 2ms)},
        {"grace 2..5s", "7", false, disconnects("c20102", 2ms)},
        {"grace 500ms..5s", "7", true, disconnects("c20102", 501ms)},
        {"grace 0..5s", "7", false, disconnects("c20102", 5002ms)},
        {"grace 0..5s", "7", false, nothing()},
        {"ping-interval", "7", true, nothing()},
        {"bytes 2240089100000002c103", "7", true, says(pong)},
        {"bytes 2240089100000002c103", "7", false, says(hex("c20301"))},
        {"bytes 2240089100000002c103", "7", false, says_two(pong, pong)},
        {"bytes 2240089100000002c103", "7", false, nothing()},
        {"not-dialled", "7", true, nothing()},
        {"not-dialled", "7", false, changed(nothing(), one_dial)},
        {"dialled", "7", true, changed(nothing(), one_dial)},
        {"dialled", "7", false, nothing()},
        {"no-self-dial", "7", true, nothing()},
        {"no-self-dial", "7", false, changed(nothing(), [](Heard& heard) { heard.self_dial = true; })},
        {"memory 64MiB", "7", true, changed(nothing(), [](Heard& heard) { heard.memory_growth = (64u << 20) - 1; })},
        {"memory 64MiB", "7", false, changed(nothing(), [](Heard& heard) { heard.memory_growth = 64u << 20; })},
        {"gettx", "7", true, says(hex("c116"))},
        {"gettx", "7", false, says(hex("c112"))},
        {"no-getblocks", "28", true, asked_before},
        {"no-getblocks", "28", false, says(message_of(0x19, {hash_item()}))},
        {"no-getblocks", "28", false, changed(nothing(), [](Heard& heard) { heard.lines[0].barrier = false; })},
        {"no-chain-questions", "7", true, says(hex("c110"))},
        {"no-chain-questions", "7", false, says(hex("c116"))},
        {"no-chain-questions", "7", false, says(message_of(0x14, {hash_item(), number(5)}))},
        {"no-chain-questions", "28", false, says(message_of(0x17, {hash_item(), number(5)}))},
        {"no-chain-questions", "28", false, says(message_of(0x19, {hash_item()}))},
        {"quiet-before-hello", "7", true, says_two(flat_hello(), hex("c102"))},
        {"quiet-before-hello", "7", false, says_two(flat_hello(), hex("c110"))},
        {"quiet-before-hello", p2p, true, says(hex("c104"))},
        {"one-refused", "7", true, changed(nothing(), ended)},
        {"one-refused", "7", true, changed(nothing(), not_greeted)},
        {"one-refused", "7", false, nothing()},
        {"last-refused", "7", true, last_ended},
        {"last-refused", "7", false, first_ended},
        {"eth-alive", p2p, true, changed(hashes_to_us, eth_asked)},
        {"eth-alive", p2p, false, changed(nothing(), eth_asked)},
        {"eth-alive", p2p, false, changed(says(message_of(0x14, {})), eth_asked)},
        {"eth-silent", p2p, true, changed(nothing(), eth_asked)},
        {"eth-silent", p2p, false, nothing()}, // it was not asked
        {"eth-silent", p2p, false, changed(hashes_to_us, eth_asked)},
    };
}

TEST_CASE("checks: of the session") {
    run_checks(session_checks());
}

TEST_CASE("checks: reports for people") {
    HeardBench bench;
    const conform::CheckRow& interval = *conform::find_check("ping-interval");
    CHECK(report_of(interval, bench.heard, bench.facts) == "none");
    bench.says("c102", 2s);
    CHECK(report_of(interval, bench.heard, bench.facts) == "one");
    bench.says("c102", 4s).says("c102", 7s);
    CHECK(report_of(interval, bench.heard, bench.facts) == "every 2.5 s, 3 in all");

    const conform::CheckRow& last = *conform::find_check("last-refused");
    CHECK(report_of(last, bench.heard, bench.facts) == "accepted");
    bench.connect().line().greeted = false;
    CHECK(report_of(last, bench.heard, bench.facts) == "silence");
    bench.ends();
    CHECK(report_of(last, bench.heard, bench.facts) == "close");
    bench.says("c20104");
    CHECK(report_of(last, bench.heard, bench.facts) == "Disconnect 04");
    bench.connect().line().connected = false;
    CHECK(report_of(last, bench.heard, bench.facts) == "refused");
    CHECK(report_of(last, Heard{}, bench.facts) == "none");
    CHECK(report_of(*conform::find_check("gettx"), bench.heard, bench.facts).empty());
}
