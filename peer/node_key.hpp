// NodeKey: the secp256k1 key whose public half is the node id.
#pragma once

#include <string>

#include "peer/errors.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::peer {

/// A key pair; the secret is 32 bytes, big-endian, and goes nowhere but into its file.
struct NodeKey {
    Hash256 secret{};
    NodeId id{}; // uncompressed public key without its 04 prefix
};

/// From the system's randomness.
NodeKey make_node_key();

/// Reads `path`; makes it (mode 0600) with a new key when it is missing. A file that group or others have any access to
/// is refused (key_file_unusable): the sentence names file, mode and what mends it.
Result<NodeKey> load_node_key(const std::string& path);

/// The key with this secret; nothing when it is zero or not below the order of the curve.
Result<NodeKey> node_key_from(const Hash256& secret);

} // namespace ethpoc::peer
