// How many files the process may have open: every connection is one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace ethpoc::cmd {

/// Raises the soft limit to what so many connections need, as far as the hard one goes. A sentence when that is not far
/// enough: the node runs, and waits with the next connection until one has ended.
std::optional<std::string> make_room_for(std::size_t connections);

} // namespace ethpoc::cmd
