// What quirks do to a session: what it sends, when, and what it leaves out.
#include "peer/session.hpp"

#include <array>

#include <doctest/doctest.h>

#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using enum ethpoc::wire::MessageType;
using namespace std::chrono_literals;

namespace {

constexpr test::TheirHello py8{.version = "8", .client_id = "Ethereum(py)/0.0.1"};
constexpr test::TheirHello cpp11{.version = "11"};

} // namespace

TEST_CASE("quirks: frames to py-v8 leave 300 ms apart") {
    test::SessionBench bench;
    bench.host.version = wire::find_profile("8");
    bench.start();
    bench.feed(test::hello_frame(py8));
    for (int i = 0; i < 3; ++i) {
        bench.feed_hex("c102");
    }
    bench.wait(2s);
    REQUIRE(bench.written.size() == 5); // Hello, GetPeers, three Pongs
    for (std::size_t i = 1; i < bench.written_at.size(); ++i) {
        CHECK(bench.written_at[i] - bench.written_at[i - 1] >= 300ms);
    }
}

TEST_CASE("quirks: two blocks to early c++ leave 250 ms apart and a pong goes between") {
    test::SessionBench bench;
    test::SessionBench::make_ready(bench, cpp11);
    const auto blocks = std::make_shared<const Bytes>(test::framed("c113"));
    bench.session.send(Blocks, blocks);
    bench.feed_hex("c102");
    bench.session.send(Blocks, blocks);
    CHECK(bench.said() == "Blocks Pong");
    bench.wait(249ms);
    CHECK(bench.said().empty());
    bench.wait(1ms);
    CHECK(bench.types.back() == Blocks);
    CHECK(bench.written_at.back() - bench.written_at[bench.written_at.size() - 3] >= 250ms);
}

TEST_CASE("quirks: early c++ gets the answer 250 ms after its question, however long ago the last one was") {
    test::SessionBench bench;
    test::SessionBench::make_ready(bench, cpp11);
    const auto blocks = std::make_shared<const Bytes>(test::framed("c113"));
    bench.session.send(Blocks, blocks);
    bench.wait(5s);
    bench.feed_hex("c414820100");
    bench.session.send(Blocks, blocks);
    bench.said();
    bench.wait(249ms);
    CHECK(bench.said().empty());
    bench.wait(1ms);
    CHECK(bench.said() == "Blocks");
}

TEST_CASE("quirks: what kills a client is left out without a word") {
    struct Row {
        std::string_view version;
        std::string_view client_id;
        wire::MessageType type;
        bool sent;
    };
    constexpr std::array rows{
        Row{"8", "Ethereum(py)/0.0.1", GetTransactions, false}, Row{"11", "Ethereum(py)/0.0.1", GetTransactions, false},
        Row{"12", "Ethereum(py)/0.0.1", GetTransactions, true}, Row{"8", "Ethereum(py)/0.0.1", Transactions, false},
        Row{"8", "Ethereum(py)/0.0.1", GetChain, false},        Row{"8", "Ethereum(py)/0.0.1", Blocks, true},
        Row{"9", "Ethereum(py)/0.0.1", Blocks, false},          Row{"9", "Ethereum(py)/0.0.1", Peers, false},
        Row{"9", "Ethereum(++)/v0.4.0", Blocks, true},          Row{"8", "Ethereum(++)/v0.3.11", GetTransactions, true},
    };
    for (const Row& row : rows) {
        INFO(row.version << " " << row.client_id << " " << wire::name_of(row.type));
        test::SessionBench bench;
        test::SessionBench::make_ready(bench, {.version = row.version, .client_id = row.client_id});
        bench.wait(2s);
        bench.session.send(row.type, std::make_shared<const Bytes>(test::framed("c110")));
        bench.wait(1s);
        CHECK((bench.types.back() == row.type) == row.sent);
        CHECK_FALSE(bench.host.events.has("shed"));
    }
}

TEST_CASE("quirks: py-v9 is not asked for peers, and is pinged every four seconds") {
    test::SessionBench bench;
    test::SessionBench::make_ready(bench, {.version = "9", .client_id = "Ethereum(py)/0.0.1"});
    bench.wait(3900ms);
    CHECK(bench.host.events.count("out GetPeers") == 0);
    CHECK(bench.host.events.count("out Ping") == 0);
    bench.wait(800ms);
    CHECK(bench.host.events.count("out Ping") == 1);
}
