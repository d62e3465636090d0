// The table of quirks, row by row: what a peer of each version and client gets. A row that is removed or changed breaks
// a line here.
#include "peer/quirks.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using enum ethpoc::wire::MessageType;
using namespace std::chrono_literals;

namespace {

using wire::ClientKind;

constexpr std::array every_client{ClientKind::unknown, ClientKind::cpp, ClientKind::go, ClientKind::py,
                                  ClientKind::java,    ClientKind::js,  ClientKind::own};

/// Checks `wanted` for every version and client: `of(quirks) == wanted(version, client)`.
template <class Read, class Wanted>
void check_everywhere(Read read, Wanted wanted) {
    for (const wire::Profile& row : wire::profiles()) {
        const bool flat = row.family == wire::Family::flat;
        const std::uint32_t version = flat ? row.version : row.eth_version;
        for (const ClientKind client : every_client) {
            INFO(row.name << " " << name_of(client));
            CHECK(read(quirks_for(row, client)) == wanted(flat, version, client));
        }
    }
}

bool in(std::uint32_t version, std::uint32_t first, std::uint32_t last) {
    return first <= version && version <= last;
}

} // namespace

TEST_CASE("quirks: pace") {
    check_everywhere([](const Quirks& q) { return q.frame_gap; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         const bool one_a_read =
                             (in(v, 8, 9) && c == ClientKind::py) || (in(v, 8, 14) && c == ClientKind::js);
                         return flat && one_a_read ? 300ms : 0ms;
                     });
    check_everywhere([](const Quirks& q) { return q.blocks_gap; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         if (!flat || v > 26 || c != ClientKind::cpp) { return 0ms; }
                         return v <= 4 ? 1100ms : 250ms;
                     });
    check_everywhere([](const Quirks& q) { return q.asks_on; },
                     [](bool flat, std::uint32_t v, ClientKind c) { return flat && v <= 26 && c == ClientKind::cpp; });
    check_everywhere([](const Quirks& q) { return q.speak_every; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return flat && in(v, 8, 9) && c == ClientKind::py ? 4000ms : 0ms;
                     });
}

TEST_CASE("quirks: what is never sent") {
    struct Row {
        wire::MessageType type;
        bool flat;
        std::uint32_t first, last;
        ClientKind client = ClientKind::py;
    };
    // See spec CLIENTS 3, 3a, QUIRKS 3.5.
    constexpr auto js = ClientKind::js;
    constexpr std::array rows{Row{GetTransactions, true, 8, 11}, Row{GetTransactions, false, 34, 999},
                              Row{Transactions, true, 8, 9},     Row{GetChain, true, 8, 9},
                              Row{Blocks, true, 9, 9},           Row{Peers, true, 9, 9},
                              Row{GetPeers, true, 9, 9},         Row{GetPeers, true, 15, 15},
                              Row{GetPeers, true, 0, 99, js},    Row{GetBlocks, false, 0, 999, js},
                              Row{NewBlock, false, 0, 999, js},  Row{GetBlockHashes, false, 0, 999, js}};
    for (std::size_t i = 0; i < wire::message_type_count; ++i) {
        const auto type = static_cast<wire::MessageType>(i);
        check_everywhere([&](const Quirks& q) { return q.forbids(type); },
                         [&](bool flat, std::uint32_t v, ClientKind c) {
                             for (const Row& row : rows) {
                                 const bool fits = row.type == type && row.flat == flat && row.client == c;
                                 if (fits && in(v, row.first, row.last)) { return true; }
                             }
                             return false;
                         });
    }
    check_everywhere([](const Quirks& q) { return q.announce; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return !(flat && v == 28 && c == ClientKind::go) && !(!flat && c == ClientKind::js);
                     });
    check_everywhere([](const Quirks& q) { return q.no_not_in_chain; },
                     [](bool flat, std::uint32_t, ClientKind c) { return flat && c == ClientKind::java; });
    check_everywhere(
        [](const Quirks& q) { return q.takes_transactions; },
        [](bool flat, std::uint32_t v, ClientKind c) { return !(flat && v == 23 && c == ClientKind::java); });
}

TEST_CASE("quirks: what they have") {
    check_everywhere(
        [](const Quirks& q) { return q.has_chain; },
        [](bool flat, std::uint32_t v, ClientKind c) { return !(c == ClientKind::py && flat && v <= 11); });
    check_everywhere(
        [](const Quirks& q) { return q.shared_node_id; },
        [](bool flat, std::uint32_t v, ClientKind c) { return flat && in(v, 8, 11) && c == ClientKind::py; });
}

TEST_CASE("quirks: who is asked, and in which order") {
    check_everywhere(
        [](const Quirks& q) { return q.serves; },
        [](bool flat, std::uint32_t, ClientKind c) { return c != ClientKind::js && !(flat && c == ClientKind::java); });
    check_everywhere([](const Quirks& q) { return q.ask_first; },
                     [](bool flat, std::uint32_t v, ClientKind c) { return flat && v <= 8 && c == ClientKind::go; });
    check_everywhere([](const Quirks& q) { return q.announce_from_last; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return !flat && c == (v <= 33 ? ClientKind::cpp : ClientKind::java);
                     });
}

TEST_CASE("quirks: how much, and in what form") {
    check_everywhere([](const Quirks& q) { return q.max_blocks; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         if (!flat || v >= 27) { return 128u; }
                         if (c == ClientKind::go) { return 100u; }
                         if (c == ClientKind::own) { return 256u; }
                         if (c == ClientKind::cpp && v <= 4) { return 128u; }
                         return c == ClientKind::cpp && v >= 13 ? 64u : 32u;
                     });
    check_everywhere(
        [](const Quirks& q) { return q.ask_blocks; },
        [](bool flat, std::uint32_t v, ClientKind c) { return flat && v == 28 && c == ClientKind::go ? 100u : 128u; });
    check_everywhere([](const Quirks& q) { return q.hashes_include_start; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return (c == ClientKind::go && v >= 27 && v <= 52) || (c == ClientKind::py && !flat);
                     });
    check_everywhere([](const Quirks& q) { return q.denies_genesis; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return flat && (in(v, 12, 17) || v == 23) && c == ClientKind::py;
                     });
    check_everywhere(
        [](const Quirks& q) { return q.silent_at_head; },
        [](bool flat, std::uint32_t v, ClientKind c) { return flat && in(v, 18, 22) && c == ClientKind::py; });
    check_everywhere([](const Quirks& q) { return q.never_empty_hashes; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return (c == ClientKind::go && v == (flat ? 28u : 33u)) ||
                                (c == ClientKind::py && !flat && v == 32);
                     });
}

TEST_CASE("quirks: every row says why, and changes something for somebody") {
    for (const QuirkRow& row : quirk_rows()) {
        INFO(row.effect);
        CHECK(row.why.size() > 10);
        CHECK(row.first <= row.last);
        bool fits = false;
        for (const wire::Profile& profile : wire::profiles()) {
            const auto version = profile.family == wire::Family::flat ? profile.version : profile.eth_version;
            fits = fits || (profile.family == row.family && in(version, row.first, row.last));
        }
        CHECK(fits);
    }
}

// ---------------------------------------------------------------- what they do to a session

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
