// One line for people about a message: "GetChain  3 hashes from a0b1c2d3, at most 256 blocks".
#pragma once

#include <string>

#include "wire/codec.hpp"
#include "wire/profile.hpp"

namespace ethpoc::show {

/// What `payload` says, without its name. Safe for terminals; at most a screen line long. Says so when it cannot be
/// decoded. `profile` may be nullptr while the version is not known: then only a Hello is read.
std::string describe(const wire::Profile* profile, BytesView payload, const wire::IdOffsets& offsets = {});

/// The first four bytes in hex, as people quote hashes.
std::string short_hash(BytesView hash);

} // namespace ethpoc::show
