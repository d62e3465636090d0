#include "wire/layout.hpp"

namespace ethpoc::wire {

Layout layout_of(MessageType type) noexcept {
    static constexpr std::array<Layout, message_type_count + 1> rows{
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when) Layout{layouts::layout},
#include "wire/messages.def"
    };
    return rows[static_cast<std::size_t>(type)];
}

} // namespace ethpoc::wire
