// Quirks: what one genuine client needs of us, collected from the rows of quirks.def.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "wire/client.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::wire {

/// Types of messages, a bit each.
class MessageSet {
  public:
    /// Puts the type in; it may be there already.
    constexpr void add(MessageType type) noexcept { bits_ |= 1u << static_cast<unsigned>(type); }
    /// The type was added.
    constexpr bool contains(MessageType type) const noexcept {
        return ((bits_ >> static_cast<unsigned>(type)) & 1u) != 0;
    }
    friend constexpr bool operator==(const MessageSet&, const MessageSet&) = default;

  private:
    std::uint32_t bits_ = 0;
};

/// A member for each effect of quirks.def, which says what it means.
struct Quirks {
#define ETHPOC_QUIRK_EFFECT(type, name, usual, what) type name{usual};
#define ETHPOC_QUIRK(family, first, last, client, effect, value, why)
#include "wire/quirks.def"
#undef ETHPOC_QUIRK
#undef ETHPOC_QUIRK_EFFECT
};

/// A column of quirks.def: a member of Quirks, for tables that people read.
struct QuirkEffect {
    std::string_view name; // of the member
    std::string_view what;
};
/// All of quirks.def, in the order of the file.
std::span<const QuirkEffect> quirk_effects() noexcept;

/// A row of quirks.def: which client, in which versions, needs what of us, and why.
struct QuirkRow {
    Family family{};
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::optional<ClientKind> client{}; // nothing: any
    std::string_view effect;            // its name
    std::string_view why;
    void (*apply)(Quirks&) = nullptr;
};
/// All of quirks.def, in the order of the file.
std::span<const QuirkRow> quirk_rows() noexcept;

/// All rows that fit, in order.
Quirks quirks_for(const Profile& profile, ClientKind client) noexcept;

} // namespace ethpoc::wire
