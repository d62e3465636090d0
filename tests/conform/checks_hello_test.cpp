// Checks of what the target says of itself: each holds for what it is meant for, and for nothing else.
#include "conform/check_functions.hpp"

#include <doctest/doctest.h>

#include "tests/conform/check_cases.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

namespace {

Bytes p2p_hello(const Bytes& capabilities, const Bytes& id = string_of(64)) {
    return message_of(0, {number(2), text_item("x"), capabilities, number(30303), id});
}
Bytes capability(std::string_view name, std::uint64_t version) {
    return list({text_item(name), number(version)});
}
Bytes status(std::uint64_t version, const Bytes& network, const Bytes& head) {
    return message_of(0x10, {number(version), network, number(5), head, string_of(32)});
}
Bytes with_id(const Bytes& id) {
    return flat_hello(number(7), number(30303), id);
}

} // namespace

std::vector<CheckCase> test::hello_checks() {
    constexpr std::string_view p2p = "p2p2/eth49";
    const Bytes hello = flat_hello();
    const Bytes swapped = flat_hello(number(30303), number(7));
    const Bytes caps = list({capability("eth", 49), capability("shh", 2)});
    const Bytes question = message_of(0x14, {hash_item(), number(5)});
    const Bytes five = message_of(0, {number(7), number(0), text_item("x"), number(7), number(30303)});
    const Bytes good = status(49, number(0), string_of(32));
    const auto pausing = [&](conform::Since pause) -> Make {
        return [hello, pause](HeardBench& bench) {
            bench.says(hello);
            bench.line().longest_pause = pause;
        };
    };
    const Bytes octet_00 = list({list({number(1), hex("00"), number(3), number(4)}), number(5), string_of(64)});
    return {
        {"one-hello-first", "7", true, says_two(hex("c102"), hello)},
        {"one-hello-first", "7", false, says_two(question, hello)},
        {"one-hello-first", "7", false, says_two(hex("c110"), hello)},
        {"one-hello-first", "7", false, says_two(hello, hello)},
        {"one-hello-first", "7", false, nothing()},
        {"one-hello-first", p2p, true, says_two(hex("c104"), p2p_hello(caps))},
        {"one-hello", "7", true, says_two(question, hello)},
        {"one-hello", "7", false, says_two(hello, hello)},
        {"hello-items", "7", true, says(hello)},
        {"hello-items", "7", false, says(swapped)},
        {"hello-items swapped", "7", true, says(swapped)},
        {"hello-items", "7", false, says(five)},
        {"hello-items", "7", false, says(flat_hello(list({}), number(30303)))},
        {"hello-items", p2p, true, says(p2p_hello(caps))},
        {"hello-items", p2p, false, says(message_of(0, {number(2), text_item("x"), caps, number(30303)}))},
        {"hello-items", "7", false, nothing()},
        {"node-id", "7", true, says(hello)},
        {"node-id", "7", false, says(with_id(string_of(64, 0)))},
        {"node-id", "7", false, says(with_id(string_of(0)))},
        {"node-id empty", "7", true, says(with_id(string_of(0)))},
        {"node-id empty", "7", false, says(hello)},
        {"node-id hex", "7", true, says(with_id(string_of(128, 'a')))},
        {"node-id hex", "7", false, says(hello)},
        {"canonical", "7", true, says_two(hello, hex("c102"))},
        {"canonical", "7", true, says(message_of(0x11, {list({hex("c401020304"), number(5), string_of(64)})}))},
        {"canonical", "7", false, says(flat_hello(hex("820007")))},
        {"canonical", "7", false, says(hex("f80102"))},
        {"canonical", "7", false, says(hex("c28102"))},
        {"canonical", "7", false, says(hex("c20100"))},
        {"canonical", "7", false, says(message_of(0x11, {octet_00}))},
        {"canonical", "7", false, says(message_of(0x14, {hash_item(), hex("820005")}))},
        {"canonical but zero", "7", true, says(hex("c20100"))},
        {"canonical but zero", "7", false, says(hex("c401820002"))},
        {"whole-frames", "7", true, says(hello)},
        {"whole-frames", "7", true, pausing(20ms)},
        {"whole-frames", "7", false, pausing(21ms)},
        {"caps-sorted", p2p, true, says(p2p_hello(caps))},
        {"caps-sorted", p2p, false, says(p2p_hello(list({capability("shh", 2), capability("eth", 49)})))},
        {"caps-sorted", p2p, false, says(p2p_hello(list({capability("eth", 48), capability("eth", 49)})))},
        {"caps-sorted", "p2p0/eth33", true, says(p2p_hello(list({text_item("eth"), text_item("shh")})))},
        {"one-status", p2p, true, says_two(p2p_hello(caps), good)},
        {"one-status", p2p, false, says_two(good, p2p_hello(caps))},
        {"one-status", p2p, false, says(p2p_hello(caps))},
        {"status-form", p2p, true, says(good)},
        {"status-form", p2p, false, says(status(48, number(0), string_of(32)))},
        {"status-form", p2p, false, says(status(49, number(0), string_of(31)))},
        {"status-form", p2p, false, says(status(49, hex("00"), string_of(32)))},
        {"status-form zero-as-00", p2p, true, says(status(49, hex("00"), string_of(32)))},
        {"status-form", p2p, false, nothing()},
    };
}

TEST_CASE("checks: of the target's own hello and status") {
    run_checks(hello_checks());
}
