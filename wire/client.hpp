// Which program of 2014 is on the other side, as far as its Hello tells.
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/profile.hpp"

namespace ethpoc::wire {

/// unknown: a client id that no row of ours knows; own: this program.
enum class ClientKind : std::uint8_t { unknown, cpp, go, py, java, js, own };

/// By the client id; an empty one in the flat family is Go, which says nothing of itself on accepted connections (spec
/// QUIRKS 2.4).
ClientKind identify(std::string_view client_id, Family family) noexcept;

/// "C++", "Go", ... `own` is ethpoc.
std::string_view name_of(ClientKind kind) noexcept;

} // namespace ethpoc::wire
