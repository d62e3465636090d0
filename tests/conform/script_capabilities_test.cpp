#include <doctest/doctest.h>

#include <string>

#include "conform/errors.hpp"
#include "tests/conform/script_support.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

TEST_CASE("script: capabilities are names or pairs, and decide about the ids behind them") {
    const auto list = [](std::string_view changes, std::string_view name = "p2p2/eth49") {
        const std::string out = payload("{Hello " + std::string(changes) + "}", name);
        const std::string before = "8e657468706f632d636f6e666f726d";
        const std::size_t at = out.find(before) + before.size();
        return out.substr(at, out.find("82765f", at) - at);
    };
    CHECK(list("") == "c6c58365746831");
    CHECK(list("capabilities=eth") == "c6c58365746831");
    CHECK(list("capabilities=none") == "c0");
    CHECK(list("capabilities=eth,shh/2") == "ccc58365746831c58373686802");
    CHECK(list("capabilities=abc/256") == "c8c783616263820100");
    CHECK(list("capabilities=raw:\"eth\"") == "83657468");
    CHECK(list("capabilities=raw:[[\"abc\" 1 2]]") == "c7c683616263"
                                                      "0102");
    CHECK(list("form=names") == "c483657468");
    CHECK(list("form=names capabilities=shh,eth") == "c88373686883657468");
    CHECK(list("", "p2p0/eth33") == "c483657468");
    CHECK(list("form=pairs", "p2p0/eth33") == "c6c58365746821");

    Facts facts = facts_of("p2p2/eth49");
    facts.genesis = Hash256{};
    const auto id_of_status = [&](std::string_view capabilities) {
        const Script read = script("{Hello capabilities=" + std::string(capabilities) + "} 1s {Status}", facts);
        REQUIRE(read.steps.size() == 3);
        CHECK(read.offsets[0].eth == read.steps[2].bytes[10]);
        return read.steps[2].bytes[10];
    };
    CHECK(id_of_status("eth") == 0x10);
    CHECK(id_of_status("abc/1,eth") == 0x10);
    CHECK(id_of_status("eth/1,eth") == 0x10);
    CHECK(id_of_status("eth,eth") == 0x10);
    CHECK(id_of_status("shh/2,eth") == 0x10); // nobody has said that it has shh
    facts.capabilities = {"eth/49", "shh/2"};
    CHECK(id_of_status("shh/2,eth") == 0x14);
    CHECK(id_of_status("shh/2,shh/2,eth") == 0x14);
    CHECK(id_of_status("shh/99,eth") == 0x10);
    CHECK(id_of_status("eth,shh/2") == 0x10);
    CHECK(*error_of("{Hello capabilities=abc/1} {Status}", facts).code == conform::errors::script_unknown_fact);
    // Each connection has its own.
    const Script two = script("second({Hello capabilities=shh/2,eth}) {Status}", facts);
    CHECK(two.offsets[0] == wire::IdOffsets{});
    CHECK(two.offsets[1] == wire::IdOffsets{0x14, 0x10});
    facts.profile = &profile("p2p0/eth33");
    facts.capabilities.clear();
    CHECK(script("{Hello capabilities=shh,eth} {Status}", facts).offsets[0] == wire::IdOffsets{});
}
