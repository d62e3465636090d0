// Facts: what the texts of a case mean for one target: its version, what it said of itself, blocks and transactions in
// its form. Filled before the first case runs, and read only from then on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"
#include "wire/profile.hpp"

namespace ethpoc::conform {

/// Everything that is known of a target; owns its bytes.
struct Facts {
    const wire::Profile* profile = nullptr; // never nullptr once a case runs
    wire::IdOffsets offsets{};              // of the two sides' capabilities

    // ---- of the target's Hello and Status
    std::string client_id{};
    std::vector<std::string> capabilities{}; // "eth/49", "shh/2"; empty: not known, or names alone
    U256 network_id{};
    NodeId node_id{};
    std::uint16_t listen_port = 0;
    std::string endpoint{};           // HOST:PORT that we dial; empty: it dials us
    std::optional<Hash256> genesis{}; // learned, or the known one of the profile
    std::optional<Hash256> head{};
    std::vector<Hash256> ancestors{}; // of the head: [0] is its parent
    std::optional<U256> total_difficulty{};
    bool answers_ping = true; // false: silence for so long shows that it ignores
    std::chrono::milliseconds barrier_silence{1000};

    // ---- things to send, RLP in the form of the profile
    Bytes transaction{};               // recorded, its signature holds
    Bytes bad_transaction{};           // no sender can be recovered
    Bytes foreign_block{};             // of no chain that the target has
    Bytes head_block{};                // the target's own, once it was fetched; empty: not known
    Bytes parent_block{};              // the same of anc1
    std::vector<Bytes> blocks{};       // recorded, in a row, newest first
    std::string own_endpoint{};        // where we listen for `dialled( .. )` and `own`; empty: nowhere
    std::size_t max_frame = 16u << 20; // bytes of payload
    std::uint64_t seed = 1;
};

} // namespace ethpoc::conform
