#include "wire/quirks.hpp"

#include <array>
#include <type_traits>

namespace ethpoc::wire {

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

template <class Effect>
constexpr void take(Effect& effect, std::type_identity_t<Effect> value) {
    effect = value;
}
constexpr void take(MessageSet& effect, MessageType type) {
    effect.add(type);
}

constexpr auto effects = std::to_array<QuirkEffect>({
#define ETHPOC_QUIRK_EFFECT(type, name, usual, what) {#name, what},
#define ETHPOC_QUIRK(family, first, last, client, effect, value, why)
#include "wire/quirks.def"
#undef ETHPOC_QUIRK
#undef ETHPOC_QUIRK_EFFECT
});

using enum MessageType;

constexpr auto quirk_table = std::to_array<QuirkRow>({
#define ETHPOC_QUIRK_EFFECT(type, name, usual, what)
#define ETHPOC_QUIRK(family, first, last, client, effect, value, why)                                                  \
    {Family::family, first, last, client, #effect, why, [](Quirks& quirks) { take(quirks.effect, value); }},
#include "wire/quirks.def"
#undef ETHPOC_QUIRK
#undef ETHPOC_QUIRK_EFFECT
});

bool fits(const QuirkRow& row, const Profile& profile, ClientKind client) noexcept {
    const std::uint32_t version = profile.family == Family::flat ? profile.version : profile.eth_version;
    return row.family == profile.family && version >= row.first && version <= row.last &&
           (!row.client || *row.client == client);
}

} // namespace

std::span<const QuirkEffect> quirk_effects() noexcept {
    return effects;
}

std::span<const QuirkRow> quirk_rows() noexcept {
    return quirk_table;
}

Quirks quirks_for(const Profile& profile, ClientKind client) noexcept {
    Quirks quirks;
    for (const QuirkRow& row : quirk_table) {
        if (fits(row, profile, client)) { row.apply(quirks); }
    }
    return quirks;
}

} // namespace ethpoc::wire
