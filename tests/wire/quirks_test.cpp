// The table of quirks, row by row: what a peer of each version and client gets. A row that is removed or changed breaks
// a line here.
#include "wire/quirks.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::wire;
using namespace std::chrono_literals;

namespace {

constexpr std::array every_client{ClientKind::unknown, ClientKind::cpp, ClientKind::go, ClientKind::py,
                                  ClientKind::java,    ClientKind::js,  ClientKind::own};

/// Checks `wanted` for every version and client: `of(quirks) == wanted(version, client)`.
template <class Read, class Wanted>
void check_everywhere(Read read, Wanted wanted) {
    for (const Profile& row : profiles()) {
        const bool flat = row.family == Family::flat;
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
    using enum MessageType;
    struct Row {
        MessageType type;
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
    for (std::size_t i = 0; i < message_type_count; ++i) {
        const auto type = static_cast<MessageType>(i);
        check_everywhere([&](const Quirks& q) { return q.never.contains(type); },
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

TEST_CASE("quirks: who may be told late") {
    check_everywhere([](const Quirks& q) { return q.asks_for_gaps; },
                     [](bool flat, std::uint32_t v, ClientKind c) {
                         return c == ClientKind::own || (!flat && v >= 34 && c == ClientKind::cpp);
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

TEST_CASE("quirks: every effect has a row that uses it, a meaning, and a name of its own") {
    std::set<std::string_view> names;
    for (const QuirkEffect& effect : quirk_effects()) {
        INFO(effect.name);
        CHECK(names.insert(effect.name).second);
        CHECK(effect.what.size() > 10);
        CHECK(std::ranges::count(quirk_rows(), effect.name, &QuirkRow::effect) > 0);
    }
    CHECK(names.size() == 20);
    for (const QuirkRow& row : quirk_rows()) {
        INFO(row.effect);
        CHECK(names.contains(row.effect));
    }
}

TEST_CASE("quirks: every row says why, and changes something for somebody") {
    for (const QuirkRow& row : quirk_rows()) {
        INFO(row.effect);
        CHECK(row.why.size() > 10);
        CHECK(row.first <= row.last);
        bool fits = false;
        for (const Profile& profile : profiles()) {
            const auto version = profile.family == Family::flat ? profile.version : profile.eth_version;
            fits = fits || (profile.family == row.family && in(version, row.first, row.last));
        }
        CHECK(fits);
    }
}
