// Reasons of a Disconnect by their names: the rows of reasons.def as constants, and as texts.
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/profile.hpp"

namespace ethpoc::wire {

/// A number of its own type, so that none is written where a name belongs. The other side may say any.
enum class Reason : std::uint32_t {};

/// The numbers that a Disconnect may carry, by name: rows of reasons.def. flat and p2p have those of one family alone.
namespace reason {
#define ETHPOC_REASON(number, name, text) inline constexpr Reason name{number};
#define ETHPOC_FLAT_REASON(number, name, text)                                                                         \
    namespace flat {                                                                                                   \
    inline constexpr Reason name{number};                                                                              \
    }
#define ETHPOC_P2P_REASON(number, name, text)                                                                          \
    namespace p2p {                                                                                                    \
    inline constexpr Reason name{number};                                                                              \
    }
#include "wire/reasons.def"
#undef ETHPOC_P2P_REASON
#undef ETHPOC_FLAT_REASON
#undef ETHPOC_REASON

/// "We speak no version that you speak", as the family says it.
constexpr Reason incompatible(Family family) noexcept {
    return family == Family::flat ? flat::incompatible_protocols : p2p::incompatible_version;
}
/// The peer is ourselves. The flat family has no word for it.
constexpr Reason ourselves(Family family) noexcept {
    return family == Family::flat ? already_connected : p2p::connected_to_itself;
}
/// Its node id is all zeros. The flat family has no word for it.
constexpr Reason no_identity(Family family) noexcept {
    return family == Family::flat ? flat::incompatible_protocols : p2p::null_node_id;
}
} // namespace reason

/// How the reasons of a family are read, those of its versions included that write none themselves.
constexpr ReasonSet reasons_of(Family family) noexcept {
    return family == Family::flat ? ReasonSet::flat : ReasonSet::p2p;
}

/// "incompatible network protocols" for 7, and so on; empty when the set does not have the number.
std::string_view reason_text(ReasonSet set, Reason reason) noexcept;

} // namespace ethpoc::wire
