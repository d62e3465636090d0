#include "wire/message.hpp"

#include <array>

namespace ethpoc::wire {

std::string_view name_of(MessageType type) noexcept {
    static constexpr std::array<std::string_view, message_type_count + 1> names{
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when) name,
#include "wire/messages.def"
        "Unknown",
    };
    const auto index = static_cast<std::size_t>(type);
    return names[index < names.size() ? index : message_type_count];
}

} // namespace ethpoc::wire
