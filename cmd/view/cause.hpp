// Cause: why a peer is of no use to us, in a sentence, and what can be done about it. The sentences are in causes.def.
#pragma once

#include <cstdint>
#include <string>

#include "peer/event.hpp"

namespace ethpoc::cmd {

enum class Cause : std::uint8_t {
#define ETHPOC_CAUSE(name, why, next) name,
#include "cmd/view/causes.def"
#undef ETHPOC_CAUSE
};

/// Both are printable() and without a full stop; `next` may be empty.
struct Reproach {
    std::string why{};
    std::string next{};
};

/// `peer`: HOST:PORT, where a row names it.
Reproach reproach(Cause cause, std::string_view peer);
Reproach reproach(const peer::event::Differs& event);
/// For one that is not slow itself, but is kept so by us.
Reproach reproach(const peer::event::Delayed& event);
/// `greeted`: its Hello had been read.
Reproach reproach(const peer::event::Disconnected& event, bool greeted);

} // namespace ethpoc::cmd
