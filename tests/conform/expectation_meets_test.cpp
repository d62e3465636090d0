// Each kind of term is met by what it means and by nothing else.
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

Bytes hashes(std::size_t count) {
    return test::message_of(0x18, std::vector<Bytes>(count, rlp::encode_item(test::hash_of(0x11))));
}

} // namespace

TEST_CASE("expectation: pong is counted, and the one to the barrier is not") {
    HeardBench bench;
    bench.says("c103").says("c103").answers_barrier();
    CHECK(bench.meets("pong*2"));
    CHECK(bench.meets("pong,pong"));
    CHECK_FALSE(bench.meets("pong"));
    CHECK_FALSE(bench.meets("pong*3"));
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.words() == "pong*2");
}

TEST_CASE("expectation: an answer without an end wants the barrier answered") {
    HeardBench bench;
    bench.says("c103");
    CHECK_FALSE(bench.meets("pong"));
    CHECK(bench.was_seen("pong"));
    CHECK(bench.meets("pong,hold"));
    bench.answers_barrier();
    CHECK(bench.meets("pong"));
    CHECK_FALSE(bench.meets("pong,hold"));
    bench.ends();
    CHECK_FALSE(bench.meets("pong"));
    CHECK(bench.meets("pong,close"));
    CHECK_FALSE(bench.meets("close"));
}

TEST_CASE("expectation: a barrier that was not sent is not asked for") {
    HeardBench bench;
    bench.line().asked = false;
    bench.says_frame(wire::compose_hello(*bench.facts.profile, {}));
    CHECK(bench.meets("hello"));
    CHECK_FALSE(bench.meets("silence"));
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.meets("hold"));
    CHECK(bench.words() == "hello");
    bench.line().messages.clear();
    CHECK_FALSE(bench.meets("hello"));
    CHECK(bench.meets("silence"));
    CHECK(bench.words() == "silence");
}

TEST_CASE("expectation: answers have a number of entries") {
    HeardBench bench;
    bench.says(blocks(5)).answers_barrier();
    CHECK(bench.meets("blocks(5)"));
    CHECK(bench.meets("blocks(1..5)"));
    CHECK_FALSE(bench.meets("blocks(4)"));
    CHECK_FALSE(bench.meets("blocks(6..7)"));
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.words() == "blocks(5)");

    HeardBench empty;
    empty.says(blocks(0)).answers_barrier();
    CHECK(empty.meets("blocks(0)"));
    CHECK_FALSE(empty.meets("ignore"));

    HeardBench hash("28");
    hash.says(hashes(3)).answers_barrier();
    CHECK(hash.meets("hashes(3)"));
    CHECK_FALSE(hash.meets("hashes(0..2)"));
    CHECK_FALSE(hash.meets("ignore"));
    CHECK(hash.words() == "hashes(3)");
}

TEST_CASE("expectation: blocks of one may be the answer or not") {
    HeardBench bench;
    bench.says(blocks(1)).says(blocks(2)).answers_barrier();
    CHECK(bench.meets("blocks(2)"));
    CHECK(bench.meets("blocks(1..2)"));
    CHECK(bench.meets("blocks(1),blocks(2)"));
    CHECK_FALSE(bench.meets("blocks(2),blocks(1)"));
    CHECK_FALSE(bench.meets("blocks(1)"));
}

TEST_CASE("expectation: notinchain has its hash") {
    HeardBench bench;
    bench.says_frame(wire::compose_not_in_chain(*bench.facts.profile, test::hash_of(0x11))).answers_barrier();
    CHECK(bench.meets("notinchain(unknown1)"));
    CHECK_FALSE(bench.meets("notinchain(unknown2)"));
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.words() == "notinchain(h'" + std::string(64, '1') + "')");
}

TEST_CASE("expectation: disconnect has a reason and an end") {
    HeardBench bench;
    bench.says("c20102", 10ms).ends(Ending::fin, 12ms);
    CHECK(bench.meets("disc(2)"));
    CHECK(bench.meets("disc"));
    CHECK_FALSE(bench.meets("disc(3)"));
    CHECK_FALSE(bench.meets("close"));
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.meets("disc(2)<=10ms"));
    CHECK_FALSE(bench.meets("disc(2)<=9ms"));
    CHECK(bench.words() == "disc(2)<=10ms");

    bench.ends(Ending::fin, 5010ms);
    CHECK(bench.meets("disc(2)"));
    bench.ends(Ending::fin, 5011ms);
    CHECK_FALSE(bench.meets("disc(2)"));
    CHECK(bench.words() == "disc(2)<=10ms,close<=5011ms");
    bench.ends(Ending::open);
    CHECK_FALSE(bench.meets("disc(2)"));
    CHECK(bench.meets("disc(2),hold"));
    CHECK(bench.was_seen("disc(2)"));
    CHECK_FALSE(bench.was_seen("disc(3)"));
    CHECK(bench.words() == "disc(2)<=10ms,hold");

    HeardBench without;
    without.says("c101").ends();
    CHECK(without.meets("disc"));
    CHECK_FALSE(without.meets("disc(0)"));
    CHECK(without.words() == "disc<=1ms");
}

// Only the last Pong can be the barrier's, and a target that leaves may have had no time for it.
TEST_CASE("expectation: the last pong of a connection that has ended is the answer, or that to the barrier") {
    HeardBench one;
    one.answers_barrier().says("c20102").ends();
    CHECK(one.meets("pong,disc"));
    CHECK(one.meets("disc"));
    CHECK_FALSE(one.meets("pong*2,disc"));
    HeardBench open;
    open.answers_barrier();
    CHECK_FALSE(open.meets("pong"));
}

TEST_CASE("expectation: in versions without reasons any disconnect has the reason that is due") {
    HeardBench bench("1");
    bench.says("c101").ends();
    CHECK(bench.meets("disc(7)"));
    HeardBench other("1");
    other.says("c20106").ends();
    CHECK_FALSE(other.meets("disc(7)"));
    HeardBench later("2");
    later.says("c101").ends();
    CHECK_FALSE(later.meets("disc(7)"));
}

TEST_CASE("expectation: a disconnect while hellos were exchanged is no answer") {
    HeardBench bench;
    bench.says("c20102").before_stimulus().answers_barrier();
    CHECK_FALSE(bench.meets("disc(2)"));
    CHECK(bench.meets("ignore"));
}

TEST_CASE("expectation: close is an end without a word") {
    HeardBench bench;
    bench.ends(Ending::reset, 900ms);
    CHECK(bench.meets("close"));
    CHECK(bench.meets("refused"));
    CHECK(bench.meets("close<=1s"));
    CHECK_FALSE(bench.meets("close<=899ms"));
    CHECK_FALSE(bench.meets("disc"));
    CHECK_FALSE(bench.meets("hold"));
    CHECK(bench.words() == "close<=900ms");
    bench.ends(Ending::ours);
    CHECK_FALSE(bench.meets("close"));
    CHECK(bench.words() == "closed by us");
    bench.line().connected = false;
    CHECK_FALSE(bench.meets("hold"));
    CHECK_FALSE(bench.meets("close"));
    bench.ends(Ending::reset); // the connection was refused
    CHECK(bench.meets("close"));
    CHECK(bench.words() == "not connected");
}

TEST_CASE("expectation: ignore is nothing, and the barrier answered") {
    HeardBench bench;
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.meets("hold"));
    CHECK(bench.words() == "hold");
    bench.answers_barrier(40ms);
    CHECK(bench.meets("ignore"));
    CHECK(bench.meets("refused"));
    CHECK_FALSE(bench.meets("hold"));
    CHECK(bench.meets("ignore<=40ms"));
    CHECK_FALSE(bench.meets("ignore<=39ms"));
    bench.line().asked_at = 1ms; // the pause before it does not count
    CHECK(bench.meets("ignore<=39ms"));
    CHECK(bench.words() == "ignore");
    bench.ends();
    CHECK_FALSE(bench.meets("ignore"));
}

TEST_CASE("expectation: what a target says on its own counts for nothing") {
    const std::string key = "b840" + to_hex(Bytes(64, 0x55));
    struct Row {
        std::string_view profile;
        Bytes payload;
    };
    const Bytes hash = rlp::encode_item(test::hash_of(0x11));
    const std::vector<Row> own{
        {"7", test::hex("c102")},
        {"7", test::hex("c110")},
        {"7", test::hex("c116")},
        {"7", test::message_of(0x14, {hash, test::hex("05")})},
        {"7", test::hex("c112")},
        {"7", test::hex("c111")},
        {"7", blocks(1)},
        {"7", test::hex("c14d")}, // an id of its own
        {"28", test::message_of(0x17, {hash, test::hex("05")})},
        {"28", test::message_of(0x19, {hash})},
        {"p2p2/eth49", test::message_of(0x17, {test::hex("c3c0c0c0"), test::hex("05")})},
    };
    for (const Row& row : own) {
        CAPTURE(to_hex(row.payload));
        HeardBench bench(row.profile);
        bench.says(row.payload).says(row.payload).answers_barrier();
        CHECK(bench.meets("ignore"));
        bench.line().barrier = false;
        CHECK(bench.meets("hold"));
    }
    const std::vector<Row> answers{
        {"7", test::hex("c103")},
        {"7", blocks(0)},
        {"7", blocks(2)},
        {"7", test::message_of(0x15, {hash})},
        {"28", test::message_of(0x18, {hash})},
        {"28", test::message_of(0x18, {})},
        {"7", test::hex("c20103")}, // Disconnect
        {"7", test::hex("c5")},     // unreadable
        {"7", test::hex("83646f67")},
    };
    for (const Row& row : answers) {
        CAPTURE(to_hex(row.payload));
        HeardBench bench(row.profile);
        bench.says(row.payload).answers_barrier();
        CHECK_FALSE(bench.meets("ignore"));
        CHECK_FALSE(bench.meets("hold"));
    }
}

TEST_CASE("expectation: the first hello is free, a second is not") {
    HeardBench bench;
    const Bytes hello = wire::compose_hello(*bench.facts.profile, {});
    bench.says_frame(hello).answers_barrier();
    CHECK(bench.meets("ignore"));
    CHECK(bench.meets("hello"));
    CHECK(bench.meets("active"));
    bench.says_frame(hello);
    CHECK_FALSE(bench.meets("ignore"));
    CHECK(bench.meets("hello"));
    CHECK(bench.meets("hello,hello"));
    CHECK(bench.meets("active"));

    HeardBench second;
    second.says_frame(hello).before_stimulus().says_frame(hello).answers_barrier();
    CHECK_FALSE(second.meets("ignore"));
    CHECK(second.meets("hello"));
    CHECK(second.words() == "hello");
}

TEST_CASE("expectation: a question may be what is asked for") {
    HeardBench bench;
    const Bytes question = test::message_of(0x14, {rlp::encode_item(test::hash_of(0x11)), test::hex("05")});
    bench.says(question).before_stimulus().answers_barrier();
    CHECK_FALSE(bench.meets("getchain"));
    CHECK(bench.meets("ignore"));
    bench.says(question);
    CHECK(bench.meets("getchain"));
    CHECK(bench.meets("ignore"));
    CHECK(bench.words() == "getchain");
}

TEST_CASE("expectation: active is hello and the barrier") {
    HeardBench bench;
    bench.line().greeted = false;
    bench.answers_barrier();
    CHECK_FALSE(bench.meets("active"));
    bench.line().greeted = true;
    CHECK(bench.meets("active"));
    bench.says(blocks(3)).says("c103"); // counts for nothing
    CHECK(bench.meets("active"));
    CHECK(bench.meets("active,pong"));
    CHECK_FALSE(bench.meets("active,pong*2"));
    CHECK(bench.meets("active,blocks(3)"));
    CHECK_FALSE(bench.meets("active,blocks(2)"));
    CHECK_FALSE(bench.meets("pong"));
    bench.ends();
    CHECK_FALSE(bench.meets("active"));
    HeardBench mute;
    CHECK_FALSE(mute.meets("active"));
}

TEST_CASE("expectation: bytes that are no frame are never right") {
    for (const std::string_view text : {"ignore", "hold", "close", "silence", "pong", "disc"}) {
        HeardBench bench;
        bench.line().no_frames = true;
        if (text == "ignore") { bench.answers_barrier(); }
        if (text == "close") { bench.ends(); }
        if (text == "pong") { bench.says("c103").answers_barrier(); }
        if (text == "disc") { bench.says("c101").ends(); }
        CAPTURE(text);
        CHECK_FALSE(bench.meets(text));
        CHECK(bench.meets("any"));
        bench.line().no_frames = false;
        CHECK(bench.meets(text));
    }
}

TEST_CASE("expectation: alive is the control connection, any is anything") {
    HeardBench bench;
    bench.ends();
    CHECK(bench.meets("alive"));
    CHECK(bench.meets("any"));
    CHECK(bench.meets("close,alive"));
    CHECK_FALSE(bench.meets("disc,alive"));
    bench.heard.alive = false;
    CHECK_FALSE(bench.meets("alive"));
    CHECK_FALSE(bench.meets("close,alive"));
    CHECK(bench.meets("any"));
    CHECK_FALSE(bench.meets(""));
}

TEST_CASE("expectation: an answer has its time") {
    HeardBench bench;
    bench.heard.stimulus_ended = 500ms;
    bench.says("c103", 1700ms).answers_barrier(1800ms);
    CHECK(bench.meets("pong", 2s));
    CHECK(bench.meets("pong", 1200ms)); // of the end of the stimulus
    CHECK_FALSE(bench.meets("pong", 1199ms));
    CHECK_FALSE(bench.meets("pong<=1s", 2s)); // of its beginning
    CHECK(bench.meets("pong<=5s", 100ms));
    CHECK(bench.was_seen("pong"));
    CHECK_FALSE(bench.was_seen("pong<=1s"));
}

TEST_CASE("expectation: a sequence has an order") {
    HeardBench bench("28");
    bench.says(hashes(1)).says("c102").says(hashes(2)).says("c110").answers_barrier();
    CHECK(bench.meets("hashes(1),hashes(2)"));
    CHECK_FALSE(bench.meets("hashes(2),hashes(1)"));
    CHECK_FALSE(bench.meets("hashes(1)"));
    CHECK_FALSE(bench.meets("hashes(1),hashes(2),hashes(3)"));
    CHECK(bench.meets("pong / hashes(2) / hashes(1),hashes(2)"));
    CHECK(bench.words() == "hashes(1),hashes(2)");
}

TEST_CASE("expectation: each connection is judged by its own terms") {
    HeardBench bench;
    bench.says("c103").answers_barrier();
    bench.connect().ends();
    CHECK(bench.meets("pong,2:close"));
    CHECK(bench.meets("2:close"));
    CHECK(bench.meets("2:close,alive"));
    CHECK_FALSE(bench.meets("pong,2:active"));
    CHECK_FALSE(bench.meets("ignore,2:close"));
    CHECK_FALSE(bench.meets("2:pong"));
    CHECK_FALSE(bench.meets("3:close"));
    CHECK(bench.meets("2:disc / 2:close / 2:active"));
}

TEST_CASE("expectation: a check judges the answers that it names and no others") {
    HeardBench bench;
    bench.says_frame(wire::compose_not_in_chain(*bench.facts.profile, test::hash_of(0x12))).answers_barrier();
    CHECK(bench.meets("<notinchain any>"));
    CHECK_FALSE(bench.meets("<no-getblocks>")); // an answer that nobody named
    bench.says(blocks(2));
    CHECK_FALSE(bench.meets("<notinchain any>"));
    CHECK(bench.meets("<notinchain any>,blocks(2)"));
    CHECK_FALSE(bench.meets("<notinchain any>,blocks(3)"));
    bench.line().barrier = false;
    CHECK_FALSE(bench.meets("<notinchain any>,blocks(2)"));
}

TEST_CASE("expectation: twenty thousand answers are counted in one pass") {
    HeardBench bench;
    for (int i = 0; i < 20'000; ++i) {
        bench.says("c103");
    }
    bench.answers_barrier();
    CHECK(bench.meets("pong*20000<=30s / disc / close"));
    CHECK_FALSE(bench.meets("pong*19999"));
    CHECK(bench.words() == "pong*20000");
}
