// Checks of Peers, and of what is passed on: each holds for what it is meant for, and for nothing else.
#include "conform/check_functions.hpp"

#include <doctest/doctest.h>

#include "tests/conform/check_cases.hpp"

using namespace ethpoc;
using namespace ethpoc::test;
using conform::Heard;

namespace {

Bytes entry(const Bytes& address, std::uint64_t port, const Bytes& id) {
    return list({address, number(port), id});
}
Bytes octets(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return list({number(a), number(b), number(c), number(d)});
}
Bytes peers(const std::vector<Bytes>& entries) {
    return message_of(0x11, entries);
}
Bytes good_entry() {
    return entry(octets(203, 0, 113, 7), 30303, string_of(64));
}
Make good_and(const Bytes& address) {
    return says(peers({good_entry(), entry(address, 30303, string_of(64))}));
}
Make p2p_peers(const Bytes& one) {
    return says(message_of(0x05, {one}));
}

/// Two connections; on `line` comes what the stimulus told of, or something else.
Make tells(conform::Line line, bool told, bool second_answers) {
    return [=](HeardBench& bench) {
        bench.heard.told = {hex("c3010203")};
        bench.answers_barrier().connect();
        if (second_answers) { bench.answers_barrier(); }
        bench.now = line;
        bench.says(message_of(0x12, {hex(told ? "c3010203" : "c3010204")}));
    };
}

} // namespace

std::vector<CheckCase> test::peer_checks() {
    constexpr std::string_view p2p = "p2p2/eth49";
    const auto our_id = [](Heard& heard) { heard.lines[0].our_hello = flat_hello(); };
    const auto control_lists = [=](Heard& heard) {
        our_id(heard);
        heard.control.push_back(HeardBench("7").message(peers({good_entry()}), 1ms));
    };
    const Bytes key = string_of(64);
    const Bytes ip4 = string_of(4, 7);
    const Bytes ip16 = string_of(16, 7);
    const Bytes fourth = list({ip4, number(30303), key, list({})});
    return {
        {"not-listed", "7", true, changed(nothing(), our_id)},
        {"not-listed", "7", true, changed(says(peers({entry(octets(1, 2, 3, 4), 5, string_of(64, 0x12))})), our_id)},
        {"not-listed", "7", false, changed(says(peers({good_entry()})), our_id)},
        {"not-listed", "7", false, changed(nothing(), control_lists)},
        {"not-listed", "7", false, nothing()},
        {"peers-form", "7", true, says(peers({good_entry()}))},
        {"peers-form", "7", true, says(peers({}))},
        {"peers-form", "7", false, nothing()},
        {"peers-form", "7", false, says(peers({entry(ip4, 30303, key)}))},
        {"peers-form", "23", true, says(peers({entry(ip4, 30303, key)}))},
        {"peers-form", "23", false, says(peers({good_entry()}))},
        {"peers-form", "23", false, says(peers({entry(ip16, 30303, key)}))},
        {"peers-form", p2p, true, p2p_peers(entry(ip16, 30303, key))},
        {"peers-form", p2p, false, p2p_peers(entry(ip4, 30303, string_of(63)))},
        {"peers-form", p2p, false, p2p_peers(fourth)},
        {"peers-form odd-id", p2p, true, p2p_peers(entry(ip4, 30303, string_of(128, 'a')))},
        {"peers-form odd-id", p2p, true, p2p_peers(fourth)},
        {"peers-form odd-id", p2p, false, p2p_peers(entry(ip4, 65536, key))},
        {"lists-self", "7", true, says(peers({good_entry(), entry(octets(1, 2, 3, 4), 5, string_of(64, 0x44))}))},
        {"lists-self", "7", false, says(peers({good_entry()}))},
        {"no-private", "7", true, good_and(octets(172, 32, 0, 1))},
        {"no-private", "7", false, good_and(octets(10, 0, 0, 1))},
        {"no-private", "7", false, good_and(octets(127, 0, 0, 1))},
        {"no-private", "7", false, good_and(octets(172, 16, 0, 1))},
        {"no-private", "7", false, good_and(octets(172, 31, 0, 1))},
        {"no-private", "7", false, good_and(octets(192, 168, 0, 1))},
        {"no-private", "7", false, good_and(octets(0, 0, 0, 0))},
        {"no-private", "7", false, nothing()},
        {"no-port-0", "7", true, says(peers({good_entry()}))},
        {"no-port-0", "7", false, says(peers({good_entry(), entry(octets(1, 2, 3, 4), 0, key)}))},
        {"no-port-0", "7", false, nothing()},
        {"relayed", "7", true, tells(1, true, true)},
        {"relayed", "7", false, tells(1, false, true)},
        {"relayed", "7", false, tells(0, true, true)},
        {"not-relayed", "7", true, tells(1, false, true)},
        {"not-relayed", "7", false, tells(1, true, true)},
        {"not-relayed", "7", false, tells(1, false, false)}, // it neither answers nor was ended
        {"echoed", "7", true, tells(0, true, true)},
        {"echoed", "7", false, tells(0, false, true)},
        {"not-echoed", "7", true, tells(0, false, true)},
        {"not-echoed", "7", false, tells(0, true, true)},
    };
}

TEST_CASE("checks: of peers and of what is passed on") {
    run_checks(peer_checks());
}
