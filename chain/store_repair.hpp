// What is whole of a damaged store goes into a new file: each block is found by itself (page_scan.hpp) and judged by
// the rules again, like one that comes from a peer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chain/named_genesis.hpp"
#include "chain/store.hpp"

namespace ethpoc::chain {

inline constexpr const char* damaged_file = "chain.sqlite.damaged"; // beside the store: what repair_store() replaced

/// Heights from `first` to `last`, both included.
struct HeightRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// What was saved of one chain.
struct RepairedChain {
    Hash256 genesis{};
    std::string name{};              // of the genesis
    BlockRecord head{};              // of the best whole chain
    std::uint64_t kept = 0;          // blocks, side chains and genesis included
    std::uint64_t waiting = 0;       // blocks that are there, but not their parent
    std::uint64_t gone = 0;          // blocks, as far as the store tells how many there were
    std::vector<HeightRange> lost{}; // heights above the head without a block; at most one range a block that waits
};

/// A chain of which nobody can tell any more by which rules it goes.
struct LostChain {
    std::optional<Hash256> genesis{};
    std::uint64_t blocks = 0; // of its blocks that are there
};

/// What repair_store() did.
struct Repair {
    std::vector<RepairedChain> chains{};
    std::vector<LostChain> lost{};
    /// Nothing was lost.
    bool complete() const;
};

/// Nothing when the store is whole: then nothing was changed. Else the old file is `damaged_file` now; one that is
/// there already is written over. `genesis`: that of a chain whose own is gone. Takes the lock of the directory; needs
/// room on the disk for the new file and, for a while, 40 bytes a block; memory does not grow with the store. Killed at
/// any moment it may be called again. Errors: chain.store_*; nothing was changed.
Result<std::optional<Repair>> repair_store(const std::string& directory, const std::optional<GenesisCandidate>& genesis,
                                           bool force, const std::function<void(std::uint64_t)>& progress = {});

/// Whether all that the store tells can be read and is true: the file, each block, and how it is found.
Result<bool> store_is_whole(const std::string& directory);

} // namespace ethpoc::chain
