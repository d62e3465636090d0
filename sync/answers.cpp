#include "sync/answers.hpp"

#include <algorithm>

#include "wire/codec.hpp"

namespace ethpoc::sync {

namespace {

constexpr std::uint64_t max_hashes_per_answer = 2'048;

/// Blocks as the store gave them, until the frame is composed.
class Batch {
  public:
    explicit Batch(std::size_t limit) : limit_(limit) {}

    /// False when the block does not fit any more; the first one always does.
    bool add(Bytes block) {
        if (!fits(block.size())) { return false; }
        bytes_ += block.size();
        blocks_.push_back(std::move(block));
        return true;
    }
    bool fits(std::size_t size) const noexcept { return blocks_.empty() || bytes_ + size <= limit_; }

    std::size_t size() const noexcept { return blocks_.size(); }

    Answer compose(const PeerTraits& peer, bool reversed) const {
        std::vector<BytesView> views(blocks_.begin(), blocks_.end());
        if (reversed) { std::ranges::reverse(views); }
        const auto type = wire::MessageType::Blocks;
        return {type, wire::compose_raw_items(*peer.profile, type, views, peer.offsets)};
    }

  private:
    std::size_t limit_;
    std::size_t bytes_ = 0;
    std::vector<Bytes> blocks_{};
};

} // namespace

std::optional<chain::BlockRecord> first_on_branch(chain::Blockchain& chain, std::span<const Hash256> hashes) {
    for (const Hash256& hash : hashes) {
        // A hash on a side chain counts as unknown: its successors are not ours.
        if (auto record = chain.find(hash); record && chain.is_canonical(*record)) { return record; }
    }
    return std::nullopt;
}

Answer answer_above(chain::Blockchain& chain, const PeerTraits& peer, const chain::BlockRecord& common,
                    std::uint64_t count, std::uint64_t* sent) {
    const std::uint64_t above = chain.head().number - common.number;
    const std::uint64_t n = std::min({above, count, std::uint64_t{peer.quirks.max_blocks}});
    Batch batch(most_answer_bytes);
    chain.canonical_rlp(common.number + 1, n, [&](BytesView block) {
        return batch.fits(block.size()) && batch.add(Bytes(block.begin(), block.end()));
    });
    if (sent != nullptr) { *sent = batch.size(); }
    return batch.compose(peer, true);
}

std::optional<Answer> answer_not_in_chain(const PeerTraits& peer, std::span<const Hash256> hashes) {
    if (hashes.empty()) { return std::nullopt; }
    if (peer.quirks.no_not_in_chain) { return Batch(0).compose(peer, true); }
    return Answer{wire::MessageType::NotInChain, wire::compose_not_in_chain(*peer.profile, hashes.back())};
}

std::optional<Answer> answer_get_chain(chain::Blockchain& chain, const PeerTraits& peer,
                                       std::span<const Hash256> hashes, std::uint64_t count) {
    const auto common = first_on_branch(chain, hashes.first(std::min(hashes.size(), max_chain_lookups)));
    return common ? answer_above(chain, peer, *common, count) : answer_not_in_chain(peer, hashes);
}

std::optional<Answer> answer_get_block_hashes(chain::Blockchain& chain, const PeerTraits& peer, const Hash256& hash,
                                              std::uint64_t limit) {
    std::vector<Hash256> out;
    if (const auto record = chain.find(hash)) {
        const std::uint64_t n = std::min({limit, max_hashes_per_answer, record->number + 1});
        const bool start = peer.quirks.hashes_include_start;
        out = chain.ancestors(hash, n + (start ? 0 : 1));
        if (!start) { out.erase(out.begin()); }
    }
    if (out.empty() && peer.quirks.never_empty_hashes) { out.push_back(chain.genesis().hash); }
    const auto type = wire::MessageType::BlockHashes;
    return Answer{type, wire::compose_hashes(*peer.profile, type, out, peer.offsets)};
}

std::optional<Answer> answer_get_blocks(chain::Blockchain& chain, const PeerTraits& peer,
                                        std::span<const Hash256> hashes) {
    Batch batch(most_answer_bytes);
    std::uint32_t left = peer.quirks.max_blocks;
    // As many look-ups as a genuine request can need: a hostile one lists a million unknown hashes.
    constexpr std::size_t max_lookups = 512;
    for (const Hash256& hash : hashes.first(std::min(hashes.size(), max_lookups))) {
        if (left == 0) { break; }
        auto rlp = chain.rlp(hash);
        if (!rlp) { continue; }
        if (!batch.add(*std::move(rlp))) { break; }
        --left;
    }
    return batch.compose(peer, false);
}

Answer answer_get_transactions(std::span<const BytesView> transactions, const PeerTraits& peer) {
    const auto type = wire::MessageType::Transactions;
    return {type, wire::compose_raw_items(*peer.profile, type, transactions, peer.offsets)};
}

} // namespace ethpoc::sync
