// Blockchain: what a miner can work on above the head.
#include <algorithm>

#include "chain/blockchain.hpp"
#include "chain/genesis.hpp"

namespace ethpoc::chain {

/// Any block of the last generations: it may lose its place yet.
void Blockchain::note_sibling(const BlockRecord& record) {
    constexpr std::uint64_t generations = 8; // one more than any rule lets an uncle be old
    constexpr std::size_t most = 128;
    if (record.number + generations < head_.number) { return; }
    siblings_.push_back(record);
    while (siblings_.size() > most || siblings_.front().number + generations < head_.number) {
        siblings_.pop_front();
    }
}

Result<Work> Blockchain::work(std::span<const WaitingTransaction> transactions, const MinerChoice& choice) {
    const auto unknown = [](std::string because) {
        return std::unexpected(Error{&errors::cannot_mine, 0, 0, {}, std::move(because)});
    };
    if (check_state_ == StateCheck::off) { return unknown("the accounts are not replayed (--state off)"); }
    const auto state = state_at(head_);
    if (!state) { return unknown("the head is refused: " + state.error().message()); }
    if (const auto* const gap = std::get_if<StateGap>(&*state)) {
        return unknown("the accounts are unknown from #" + std::to_string(gap->from) + " because " + gap->because);
    }
    std::vector<Bytes> uncles;
    for (const BlockRecord& sibling : siblings_) {
        if (sibling.number > head_.number || is_canonical(sibling)) { continue; }
        const auto bytes = store_.rlp_of(sibling);
        const auto block = bytes ? decode_block(rules_, *bytes) : std::unexpected(Error{});
        if (!block) { continue; } // it was rolled back
        const BytesView header = block->header.raw.whole();
        uncles.emplace_back(header.begin(), header.end());
    }
    return make_work({rules_, head_, std::get<State>(*state), transactions, uncles, *this}, choice);
}

} // namespace ethpoc::chain
