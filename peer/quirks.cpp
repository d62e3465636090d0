#include "peer/quirks.hpp"

#include <array>

namespace ethpoc::peer {

namespace {

using namespace std::chrono_literals;

constexpr std::optional<ClientKind> any{};
constexpr std::optional cpp{ClientKind::cpp};
constexpr std::optional go{ClientKind::go};
constexpr std::optional py{ClientKind::py};
constexpr std::optional java{ClientKind::java};
constexpr std::optional js{ClientKind::js};
constexpr std::optional own{ClientKind::own};

// The end of a row that holds for every later version too, those that the tables do not have yet included.
constexpr std::uint32_t newest = ~std::uint32_t{};

constexpr std::uint32_t bit(wire::MessageType type) {
    return 1u << static_cast<unsigned>(type);
}

struct Set {
    Quirks& quirks;
    void frame_gap(std::chrono::milliseconds v) const { quirks.frame_gap = v; }
    void blocks_gap(std::chrono::milliseconds v) const { quirks.blocks_gap = v; }
    void speak_every(std::chrono::milliseconds v) const { quirks.speak_every = v; }
    void never(wire::MessageType v) const { quirks.never |= bit(v); }
    void max_blocks(std::uint32_t v) const { quirks.max_blocks = v; }
    void ask_hashes(std::uint32_t v) const { quirks.ask_hashes = v; }
    void ask_blocks(std::uint32_t v) const { quirks.ask_blocks = v; }
    void has_chain(bool v) const { quirks.has_chain = v; }
    void announce(bool v) const { quirks.announce = v; }
    void shared_node_id(bool v) const { quirks.shared_node_id = v; }
    void hashes_include_start(bool v) const { quirks.hashes_include_start = v; }
    void never_empty_hashes(bool v) const { quirks.never_empty_hashes = v; }
    void denies_genesis(bool v) const { quirks.denies_genesis = v; }
    void silent_at_head(bool v) const { quirks.silent_at_head = v; }
    void serves(bool v) const { quirks.serves = v; }
    void asks_on(bool v) const { quirks.asks_on = v; }
    void announce_from_last(bool v) const { quirks.announce_from_last = v; }
    void ask_first(bool v) const { quirks.ask_first = v; }
    void no_not_in_chain(bool v) const { quirks.no_not_in_chain = v; }
    void takes_transactions(bool v) const { quirks.takes_transactions = v; }
};

using enum wire::MessageType;

constexpr auto quirk_table = std::to_array<QuirkRow>({
#define ETHPOC_QUIRK(family, first, last, client, effect, value, why)                                                  \
    {wire::Family::family, first, last, client, #effect, why, [](Quirks& quirks) { Set{quirks}.effect(value); }},
#include "peer/quirks.def"
#undef ETHPOC_QUIRK
});

bool fits(const QuirkRow& row, const wire::Profile& profile, ClientKind client) noexcept {
    const std::uint32_t version = profile.family == wire::Family::flat ? profile.version : profile.eth_version;
    return row.family == profile.family && version >= row.first && version <= row.last &&
           (!row.client || *row.client == client);
}

} // namespace

std::span<const QuirkRow> quirk_rows() noexcept {
    return quirk_table;
}

Quirks quirks_for(const wire::Profile& profile, ClientKind client) noexcept {
    Quirks quirks;
    for (const QuirkRow& row : quirk_table) {
        if (fits(row, profile, client)) { row.apply(quirks); }
    }
    return quirks;
}

} // namespace ethpoc::peer
