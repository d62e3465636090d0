// MiniChain: valid chains for any row of rules, mined in the test itself at a tiny difficulty. Nobody knows the
// accounts of its genesis, so its state is not checked. Branches, uncles and transactions as asked; a header may be
// changed before it is mined, so that rules that come after the proof of work are reached.
//
//   test::MiniChain mini(chain::rules_for(7));
//   const auto one = mini.mine(mini.genesis_block());
//   const auto fork = mini.mine(one, {.seconds = 60});
#pragma once

#include <functional>
#include <vector>

#include "chain/genesis.hpp"
#include "chain/premine.hpp"
#include "chain/state.hpp"
#include "chain/verify.hpp"

namespace ethpoc::test {

/// A header with its own bytes. Fields that the layout lacks are not written.
struct HeaderDraft {
    Hash256 parent_hash{};
    Bytes uncles_hash{};
    Bytes coinbase{};
    Bytes state_root{};
    Bytes transactions_root{};
    Bytes receipts_root{};
    Bytes log_bloom{};
    U256 difficulty{};
    std::uint64_t number = 0;
    U256 min_gas_price{};
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    std::uint64_t timestamp = 0;
    Bytes extra_data{};
    Bytes seed_hash{};
    Bytes mix_hash{};
    Hash256 nonce{};
};

struct MinedBlock {
    Bytes rlp{};
    Bytes header{};
    chain::BlockRecord record{}; // as the store would have it, but for `row`
    std::optional<chain::State> state{};
};

struct MineOptions {
    std::uint64_t seconds = 10;                    // after the parent
    std::vector<Bytes> transactions{};             // bare; entries are made as the rules want them
    std::vector<Bytes> uncles{};                   // headers
    std::uint64_t gas_each = 500;                  // what an entry says that it used
    std::vector<Bytes> entry_roots{};              // state roots of the entries; zeros where there is none
    std::uint8_t miner = 1;                        // siblings need different ones
    Bytes coinbase{};                              // instead of that of `miner`
    std::function<void(HeaderDraft&)> change = {}; // before it is mined
};

class MiniChain {
  public:
    /// Every hash is a candidate, so a block costs about `difficulty` hashes. From 1024 on the difficulty moves.
    explicit MiniChain(const chain::Rules& rules, std::uint64_t difficulty = 4,
                       const chain::Premine* premine = nullptr);

    const chain::Rules& rules() const { return rules_; }
    const chain::Genesis& genesis() const { return genesis_; }
    const MinedBlock& genesis_block() const { return genesis_block_; }

    MinedBlock mine(const MinedBlock& parent, const MineOptions& options = {}) const;
    /// `count` blocks in a row above `parent`, oldest first.
    std::vector<MinedBlock> mine_many(const MinedBlock& parent, std::size_t count,
                                      const MineOptions& options = {}) const;

  private:
    chain::StateRoots make_state(MinedBlock& block, const MinedBlock& parent, const HeaderDraft& header,
                                 const std::vector<Bytes>& entries, const MineOptions& options) const;
    HeaderDraft draft(const MinedBlock& parent, const MineOptions& options) const;

    const chain::Rules& rules_;
    chain::Genesis genesis_{};
    MinedBlock genesis_block_{};
};

/// The whole block RLPs, as import() takes them. They live as long as `blocks`.
std::vector<BytesView> views(const std::vector<MinedBlock>& blocks);

/// A block out of its parts; `header` and the members of the lists are RLP.
Bytes join_block(BytesView header, const std::vector<Bytes>& transactions, const std::vector<Bytes>& uncles);

/// The header's RLP, not mined.
Bytes encode_header(chain::HeaderLayout layout, const HeaderDraft& draft);

} // namespace ethpoc::test
