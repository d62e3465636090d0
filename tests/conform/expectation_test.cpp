// What a case accepts: the texts of the table are read, and each kind of term is met by what it means and by nothing
// else.
#include "conform/expectation.hpp"

#include <array>

#include <doctest/doctest.h>

#include "conform/errors.hpp"
#include "tests/conform/heard_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using test::HeardBench;
using namespace std::chrono_literals;

namespace {

struct ExpectationRow {
    std::string_view id;
    std::string_view accept;
    std::string_view tolerate;
};

constexpr std::array expectation_rows{
#define ETHPOC_CASE(id, slug, sentence, level, source, state, profiles, stimulus, accept, tolerate, flags)             \
    ExpectationRow{#id, accept, tolerate},
#include "conform/cases.def"
};

using Kind = Term::Kind;

} // namespace

TEST_CASE("expectation: every text of the table is read") {
    const Facts facts = test::full_facts("30");
    std::size_t alternatives = 0;
    for (const ExpectationRow& row : expectation_rows) {
        CAPTURE(row.id);
        const auto accept = read_expectation(row.accept, facts);
        const auto tolerate = read_expectation(row.tolerate, facts);
        CHECK_MESSAGE(accept.has_value(), (accept ? "" : accept.error().message()));
        CHECK_MESSAGE(tolerate.has_value(), (tolerate ? "" : tolerate.error().message()));
        if (!accept || !tolerate) { continue; }
        CHECK_FALSE(accept->empty());
        CHECK(tolerate->empty() == row.tolerate.empty());
        CHECK(accept->text == row.accept);
        alternatives += accept->alternatives.size() + tolerate->alternatives.size();
    }
    CHECK(alternatives > 2 * expectation_rows.size());
}

TEST_CASE("expectation: a text is taken apart") {
    const HeardBench bench;
    const Expectation read = bench.expectation("pong*3<=1s,2:disc(5) / refused<=2s / blocks(1..5),<first-is anc2> / "
                                               "notinchain(unknown2)<=20ms / hashes(0)");
    REQUIRE(read.alternatives.size() == 7);
    const Term& pong = read.alternatives[0][0];
    CHECK((pong.kind == Kind::message && pong.type == wire::MessageType::Pong && pong.times == 3));
    CHECK(pong.within == Since(1s));
    const Term& disc = read.alternatives[0][1];
    CHECK((disc.kind == Kind::disconnect && disc.line == 1 && disc.reason == 5u));
    const std::array refused{Kind::disconnect, Kind::close, Kind::ignore};
    for (std::size_t i = 0; i < refused.size(); ++i) {
        REQUIRE(read.alternatives[i + 1].size() == 1);
        CHECK(read.alternatives[i + 1][0].kind == refused.at(i));
        CHECK(read.alternatives[i + 1][0].within == Since(2s));
        CHECK_FALSE(read.alternatives[i + 1][0].reason);
    }
    CHECK((read.alternatives[4][0].least == 1u && read.alternatives[4][0].most == 5u));
    CHECK(read.alternatives[4][1].check == "first-is anc2");
    CHECK(read.alternatives[5][0].hash == test::hash_of(0x22));
    CHECK((read.alternatives[6][0].least == 0u && read.alternatives[6][0].most == 0u));
    CHECK(bench.expectation("").empty());
    CHECK(bench.expectation("pong,refused / pong").alternatives.size() == 4);
}

TEST_CASE("expectation: a text that is none has an error with its place") {
    const Facts facts = test::full_facts("7");
    struct Row {
        std::string_view text;
        std::size_t offset;
    };
    for (const Row& row : {
             Row{"pongs", 0},
             Row{"pong,", 5},
             Row{"pong / ", 7},
             Row{"pong disc", 5},
             Row{"pong*0", 4},
             Row{"pong*", 4},
             Row{"peers*2", 5},
             Row{"disc(", 4},
             Row{"disc(x)", 5},
             Row{"blocks", 6},
             Row{"blocks(5..1)", 7},
             Row{"blocks(1..)", 7},
             Row{"hashes(a)", 7},
             Row{"notinchain", 10},
             Row{"notinchain(x)", 11},
             Row{"notinchain(anc32)", 11},
             Row{"notinchain(h'11')", 11},
             Row{"pong<=", 6},
             Row{"pong<=5", 6},
             Row{"pong<=2h", 6},
             Row{"hold<=1s", 4},
             Row{"alive<=1s", 5},
             Row{"0:pong", 0},
             Row{"65536:pong", 0},
             Row{"<first-is>", 9},
             Row{"<nothing>", 1},
             Row{"<one-hello", 0},
             Row{"<one-hello 5>", 11},
             Row{"<grace 5..2s>", 7},
             Row{"<memory 64>", 8},
             Row{"<bytes 2240f>", 7},
             Row{"<blocks-are anc1 ancx>", 17},
             Row{"<node-id dec>", 9},
             Row{"<notinchain>", 11},
             Row{"<canonical><=1s", 11},
             Row{"pong//", 5},
             Row{"disc(4294967296)", 5},
         }) {
        CAPTURE(row.text);
        const auto read = read_expectation(row.text, facts);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code->word == "script.syntax");
        CHECK(read.error().offset == row.offset);
    }
}

TEST_CASE("expectation: a fact that is not known is told of") {
    Facts facts = test::full_facts("7");
    facts.head.reset();
    facts.genesis.reset();
    facts.ancestors.resize(2);
    for (const std::string_view text :
         {"notinchain(head)", "pong / notinchain(genesis)", "<first-is anc3>", "<blocks-are anc1 anc3>"}) {
        CAPTURE(text);
        const auto read = read_expectation(text, facts);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code->word == "script.unknown_fact");
        CHECK(text.substr(read.error().offset).starts_with(read.error().detail));
    }
    CHECK(read_expectation("<first-is anc2>", facts).has_value());
}

TEST_CASE("expectation: hostile texts are errors") {
    const Facts facts = test::full_facts("7");
    const std::string_view good = "2:disc(5),alive / blocks(1..5)<=1s,<first-is anc2> / notinchain(unknown1)";
    for (std::size_t i = 0; i <= good.size(); ++i) {
        (void)read_expectation(good.substr(0, i), facts);
        for (const char c : {'\0', '(', ')', '<', '>', ',', '/', ':', '\xff', '9'}) {
            std::string text(good);
            text.insert(i, 1, c);
            const auto read = read_expectation(text, facts);
            if (!read) { CHECK(read.error().offset <= text.size()); }
        }
    }
    CHECK_FALSE(read_expectation(std::string(100'000, '<'), facts).has_value());
    CHECK_FALSE(read_expectation(std::string(100'000, '9') + ":pong", facts).has_value());
}

TEST_CASE("expectation: whether a barrier is wanted, and how long an answer is waited for") {
    const HeardBench bench;
    for (const std::string_view text : {"pong", "refused", "disc / ignore", "hold", "active,pong", "<notinchain any>",
                                        "<not-relayed>", "2:active", "close / pong"}) {
        CAPTURE(text);
        CHECK(bench.expectation(text).wants_barrier());
    }
    for (const std::string_view text : {"", "disc", "close<=1s / disc<=1s", "pong,close", "silence", "any", "alive",
                                        "alive,<memory 64MiB>", "<one-hello>"}) {
        CAPTURE(text);
        CHECK_FALSE(bench.expectation(text).wants_barrier());
    }
    CHECK(bench.expectation("refused").patience() == Since{});
    CHECK(bench.expectation("refused / pong").patience() == Since(500ms));
    CHECK(bench.expectation("txs<=10s / ignore").patience() == Since(10s));
    CHECK(bench.expectation("<eth-alive>").patience() == Since(500ms));
    CHECK(bench.expectation("disc / <eth-silent>").has_check("eth-silent"));
    CHECK(bench.expectation("<first-is head>").has_check("first-is"));
    CHECK_FALSE(bench.expectation("disc / <eth-silent>").has_check("eth-alive"));
}
