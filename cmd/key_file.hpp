// Keys of people: files like those of nodes (peer/node_key.hpp), and the address that goes with them.
#pragma once

#include <expected>
#include <string>

#include "cmd/context.hpp"
#include "peer/node_key.hpp"

namespace ethpoc::cmd {

/// Last 20 bytes of the Keccak of the public key.
Address address_of(const peer::NodeKey& key);

/// A key that is there; complains when it is not, or cannot be read.
std::expected<peer::NodeKey, ExitCode> read_key_file(Context& context, const std::string& path);

} // namespace ethpoc::cmd
