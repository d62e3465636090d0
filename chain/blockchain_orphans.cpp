// Blockchain: blocks that wait for their parent, in the pool and, for the next start, in the store.
#include "chain/blockchain.hpp"

namespace ethpoc::chain {

/// At most a slice at a time: thousands may wait for one block.
void Blockchain::adopt_orphans(Batch& batch) {
    while (!adoptable_.empty() && !batch.result.store_error && batch.adopted < import_slice) {
        const Hash256 at = adoptable_.back();
        const auto bytes = orphans_.take_child(at);
        if (!bytes) {
            adoptable_.pop_back();
            continue;
        }
        batch.adopted += import_cost(bytes->size());
        const auto block = decode_block(rules_, *bytes);
        const auto record = find(at);
        if (!block || !record || contains(block->hash)) { continue; } // it may have come again meanwhile
        const Import done = accept({rules_, *bytes, *block}, *record, Shares::gone, batch);
        if (done.verdict == Verdict::imported && orphans_.has_child(done.hash)) { adoptable_.push_back(done.hash); }
    }
}

void Blockchain::find_adoptable() {
    adoptable_.clear();
    for (const Hash256& parent : orphans_.parents()) {
        if (contains(parent)) { adoptable_.push_back(parent); }
    }
}

/// Costs nothing while nobody waits.
Result<void> Blockchain::keep_orphans() {
    const OrphanPool::Changes& changes = orphans_.changes();
    Result<void> done;
    for (auto at = changes.gone.begin(); done && at != changes.gone.end(); ++at) {
        done = store_.drop_orphan(chain_, *at);
    }
    for (auto at = changes.come.begin(); done && at != changes.come.end(); ++at) {
        const auto [hash, parent, rlp] = orphans_.waiting(*at);
        done = store_.put_orphan(chain_, {*at, hash, parent, rlp});
    }
    return done;
}

/// Whoever can write the file can write anything into it: what waits has passed the rules that import_one() applies to
/// a block without its parent, or is forgotten.
void Blockchain::load_orphans() {
    store_.orphans(chain_, [this](const WaitingBlock& kept) {
        const auto block = decode_block(rules_, kept.rlp);
        const bool whole = block && block->hash == kept.hash && block->header.parent_hash == kept.parent;
        if (!whole || check_size(kept.rlp) || check_standalone({rules_, kept.rlp, *block}) ||
            is_cheap(block->header.difficulty)) {
            orphans_.forget(kept.arrival);
        } else {
            orphans_.restore(kept.arrival, kept.hash, kept.parent, kept.rlp);
        }
    });
    find_adoptable();
}

} // namespace ethpoc::chain
