// Quirks: what one genuine client needs of us, collected from the rows of quirks.def.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/client.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::peer {

struct Quirks {
    std::chrono::milliseconds frame_gap{0};   // between the starts of two frames
    std::chrono::milliseconds blocks_gap{0};  // between two Blocks, and from its last GetChain to the next
    std::chrono::milliseconds speak_every{0}; // we must not be silent for longer; 0: we may
    std::uint32_t never = 0;                  // bit (1 << MessageType): never sent
    std::uint32_t max_blocks = 32;            // in one answer to it
    std::uint32_t ask_hashes = 256;
    std::uint32_t ask_blocks = 128;
    bool has_chain = true;
    bool announce = true;
    bool shared_node_id = false; // its node id says nothing
    bool hashes_include_start = false;
    bool never_empty_hashes = false;
    bool denies_genesis = false;
    bool silent_at_head = false;
    bool serves = true; // it answers questions for blocks
    bool asks_on = false;
    bool announce_from_last = false;
    bool ask_first = false;
    bool no_not_in_chain = false;
    bool takes_transactions = true;

    bool forbids(wire::MessageType type) const noexcept { return ((never >> static_cast<unsigned>(type)) & 1u) != 0; }
};

struct QuirkRow {
    wire::Family family{};
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::optional<wire::ClientKind> client{}; // nothing: any
    std::string_view effect;                  // name of the member
    std::string_view why;
    void (*apply)(Quirks&) = nullptr;
};

std::span<const QuirkRow> quirk_rows() noexcept;

/// All rows that fit, in order.
Quirks quirks_for(const wire::Profile& profile, wire::ClientKind client) noexcept;

} // namespace ethpoc::peer
