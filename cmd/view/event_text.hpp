// How events name things. Internal to the printers of events.
#pragma once

#include <string>

#include "peer/event.hpp"
#include "rlp/hex.hpp"
#include "show/describe.hpp"

namespace ethpoc::cmd {

inline std::string hex0x(BytesView bytes) {
    return "0x" + to_hex(bytes);
}

inline std::string text_of(const peer::HeadRef& head) {
    return "#" + std::to_string(head.number) + " " + show::short_hash(head.hash);
}

} // namespace ethpoc::cmd
