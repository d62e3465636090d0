#include <doctest/doctest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "conform/case.hpp"
#include "conform/errors.hpp"
#include "tests/conform/known_target.hpp"
#include "tests/conform/script_support.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

TEST_CASE("script: a text that is no stimulus has an error with its place") {
    const std::vector<std::tuple<std::string_view, std::size_t, std::string_view>> wrong{
        {"", 0, "nothing"},
        {"   ", 3, "nothing"},
        {"each", 0, "sub-cases"},
        {"224", 0, "not a part"},
        {"22 zz", 3, "not a part"},
        {"{Ping", 5, "`}`"},
        {"{Pang}", 1, "no message"},
        {"{}", 1, "no message"},
        {"{Ping}}", 6, "not a part"},
        {"{Hello version}", 7, "key=value"},
        {"{Hello colour=7}", 7, "colour"},
        {"{Hello genesis=7}", 7, "genesis"},
        {"{Hello version=+x}", 15, "version"},
        {"{Hello version=-24}", 15, "version"},
        {"{Hello id=other}", 10, "id"},
        {"{Hello order=sideways}", 13, "order"},
        {"{Hello items=0}", 13, "items"},
        {"{Hello items=9}", 13, "items"},
        {"{Hello extra=100000}", 13, "extra"},
        {"{Hello port=1x}", 12, "item"},
        {"{Hello port=1[]}", 12, "port"},
        {"{Hello form=sets}", 12, "form"},
        {"{Hello client=}", 14, "item"},
        {"{Status}", 0, "has no Status"},
        {"[GetBlocks]", 1, "has no GetBlocks"},
        {"[Ping", 5, "`]`"},
        {"[Pang]", 1, "no item"},
        {"[Ping 1x]", 6, "not an item"},
        {"[Ping 18446744073709551616]", 6, "not an item"},
        {"[Ping \"x]", 9, "missing"},
        {"[Ping h'0']", 8, "hex"},
        {"[Ping h'00]", 11, "missing"},
        {"[Ping }]", 6, "not an item"},
        {"[Ping 0*1]", 6, "0 times"},
        {"[Ping 3*]", 8, "not an item"},
        {"[bytes(3)]", 1, "bytes"},
        {"[bytes(3 256)]", 1, "bytes"},
        {"[bytes(3 1]", 11, "`)`"},
        {"[nest(0)]", 1, "lists"},
        {"[head(3)]", 1, "no item"},
        {"[anc0]", 1, "no item"},
        {"[anc32]", 1, "no item"},
        {"[ip(1.2.3)]", 1, "address"},
        {"[ip(1.2.3.256)]", 1, "address"},
        {"[ip(1.2.3.4.5)]", 1, "address"},
        {"[peer(1.2.3.4)]", 1, "address"},
        {"[peer(1.2.3.4:x)]", 1, "address"},
        {"[block(tail)]", 1, "block"},
        {"[tx(data)]", 1, "transaction"},
        {"100( {Ping} )", 0, "`*`"},
        {"0*( {Ping} )", 0, "0 times"},
        {"2*( {Ping}", 10, "`)`"},
        {"{Ping} )", 7, "not a part"},
        {"frob(1)", 0, "brackets"},
        {"(00)", 0, "brackets"},
        {"frame(true 00)", 14, "`:`"},
        {"frame(many: 00)", 6, "length"},
        {"frame(-2: 00)", 6, "length"},
        {"frame(4294967296: 00)", 6, "length"},
        {"frame(true: 0)", 12, "hex"},
        {"frame(true: 00", 14, "hex"},
        {"bytewise(5 00)", 9, "time"},
        {"bytewise(5ms 00 | 00)", 17, "border"},
        {"mutate()", 7, "missing"},
        {"mutate(20ms)", 11, "border"},
        {"cut(x 00 00)", 4, "number"},
        {"cut(1 ", 6, "missing"},
        {"random(x)", 7, "number"},
        {"await(bye 1s)", 6, "hello"},
        {"observe(5)", 8, "time"},
        {"observe(5s", 10, "`)`"},
        {"61m", 0, "not a part"},
        {"3601s", 0, "not a part"},
    };
    const Facts facts = facts_of("23");
    for (const auto& [text, offset, detail] : wrong) {
        CAPTURE(text);
        const Error error = error_of(text, facts);
        CHECK(*error.code == conform::errors::script_syntax);
        CHECK(error.offset == offset);
        CHECK(error.offset + error.length <= text.size());
        CAPTURE(error.detail);
        CHECK(error.detail.find(detail) != std::string::npos);
    }
}

TEST_CASE("script: a text without an end is refused before it costs much") {
    const Facts facts = test::known_target(profile("23"));
    const auto refused = [&](const std::string& text) {
        CAPTURE(text.substr(0, 60));
        const Error error = error_of(text, facts);
        CHECK(*error.code == conform::errors::script_syntax);
        CHECK(error.offset <= text.size());
    };
    refused("1000000*( 1000000*( 1000000*( 00 ) ) )");
    refused("1000000*( 1000000*( | ) )");
    refused("1000000000000*( 1ms )");
    refused("[1000000*1000000*[]]");
    refused("[bytes(1000000000000 0x00)]");
    refused("[nest(1000000000)]");
    refused("{Hello client=x*1000000000000}");
    refused("random(1000000000000)");
    refused("1000000*( second() )");
    refused("1000000*( mutate() )");
    refused("18446744073709551615*( blocks )");
    refused("[" + std::string(100'000, '['));
    refused(std::string(100'000, '['));
    std::string nested;
    for (int i = 0; i < 50'000; ++i) {
        nested += "2*(";
    }
    refused(nested);
    nested.clear();
    for (int i = 0; i < 50'000; ++i) {
        nested += "second(";
    }
    refused(nested);
    nested = "[";
    for (int i = 0; i < 50'000; ++i) {
        nested += "2*";
    }
    refused(nested);
    for (const std::string_view each : {"cut(0 ", "mutate(", "bytewise(1ms "}) {
        nested.clear();
        for (int i = 0; i < 50'000; ++i) {
            nested += each;
        }
        refused(nested);
    }
    // The frame that the largest case fills is no such text.
    CHECK(script("[Ping bytes(16777207 0x00)]", facts).steps.at(0).bytes.size() == 8 + (16u << 20));
}

TEST_CASE("script: a text with any change is a script or an error in it") {
    std::mt19937 random(7);
    const std::string_view alphabet = "{}[]()'\"*:=+-|, .0159afhx/<";
    const std::vector<Facts> targets{test::known_target(profile("23")), test::known_target(profile("p2p2/eth49")),
                                     facts_of("0"), facts_of("p2p0/eth33")};
    std::size_t scripts = 0;
    std::size_t errors = 0;
    for (const conform::Case& row : conform::cases()) {
        if (row.has_flag("limits")) { continue; } // they are long, and made of the same parts
        for (int i = 0; i < 60; ++i) {
            std::string text(row.stimulus);
            for (int change = 0; change < 1 + i % 3; ++change) {
                const std::size_t at = random() % (text.size() + 1);
                const char letter = alphabet[random() % alphabet.size()];
                if (at < text.size() && i % 2 == 0) {
                    text[at] = letter;
                } else if (at < text.size() && i % 5 == 0) {
                    text.erase(at, 1 + random() % 4);
                } else {
                    text.insert(at, 1, letter);
                }
            }
            CAPTURE(text);
            const auto read = conform::read_stimulus(text, row.id, targets[random() % targets.size()]);
            (read ? scripts : errors) += 1;
            if (!read) {
                CHECK(read.error().code != nullptr);
                CHECK(read.error().offset + read.error().length <= text.size());
            }
        }
    }
    CHECK(scripts > 500);
    CHECK(errors > 5000);
}

TEST_CASE("script: a fact that is not known is named, with its place") {
    const Facts facts = facts_of("p2p2/eth49");
    for (const auto& [text, offset] : {std::pair<std::string_view, std::size_t>{"[Ping head]", 6},
                                       {"[Ping anc31]", 6},
                                       {"[genesis]", 1},
                                       {"[td]", 1},
                                       {"{Ping} [tx]", 8},
                                       {"[tx(bad)]", 1},
                                       {"[tx(data 5)]", 1},
                                       {"[block]", 1},
                                       {"[block(head)]", 1},
                                       {"[block(anc1)]", 1},
                                       {"[block(bad-pow)]", 1},
                                       {"[blocks]", 1},
                                       {"[peer(target)]", 1},
                                       {"[peer(127.0.0.1:own)]", 1},
                                       {"{Status}", 0},
                                       {"{GetBlockHashes limit=5}", 0},
                                       {"{GetBlockHashes hash=head limit=5}", 21},

                                       {"{Hello id=target}", 10},
                                       {"00 {NewBlock}", 3}}) {
        CAPTURE(text);
        const Error error = error_of(text, facts);
        CHECK(*error.code == conform::errors::script_unknown_fact);
        CHECK(error.offset == offset);
        CHECK(error.length > 0);
        CHECK_FALSE(error.detail.empty());
    }
    // What is changed need not be known.
    CHECK_FALSE(bytes("{Status genesis=unknown1}", facts).empty());
    CHECK_FALSE(bytes("{GetBlockHashes hash=unknown1}", facts).empty());
    Facts unshared = facts;
    unshared.offsets.eth = 0;
    CHECK(*error_of("[GetTransactions]", unshared).code == conform::errors::script_unknown_fact);
}
