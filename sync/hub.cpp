#include "sync/hub.hpp"

#include <algorithm>

#include "sync/answers.hpp"
#include "sync/fetching.hpp"
#include "sync/implementation.hpp"
#include "wire/codec.hpp"

namespace ethpoc::sync {

ChainHub::ChainHub(std::unique_ptr<chain::Blockchain> chain, NetworkProxy& out, HeadBoard& board, HubOptions options) :
    chain_(std::move(chain)), out_(out), board_(board), options_(std::move(options)), chance_(options_.seed) {
    chain_->limit_store(options_.store_bytes);
    chain_->limit_sides(options_.side_bytes);
    chain_->keep_stored(out_.wants_blocks());
    post_head();
}

void ChainHub::post_head() {
    const chain::BlockRecord& head = chain_->head();
    board_.post({chain_->genesis().hash, head.hash, head.number, head.total_difficulty, chain_->genesis_difficulty(),
                 &chain_->rules(), state_});
}

void ChainHub::send(const Member& to, wire::MessageType type, Bytes frame, bool relay) {
    if (to.id == handled_ && !relay) { served_ += frame.size(); }
    out_.put(action::Send{to.id, type, std::make_shared<const Bytes>(std::move(frame)), relay});
}

// ---------------------------------------------------------------- peers come and go

void ChainHub::peer_up(ConnectionId id, PeerTraits traits, Time now) {
    now_ = now;
    Member& member = members_[id];
    member.id = id;
    member.traits = traits;
    member.layout =
        chain::rules_for(member.traits.profile->chain_version(), implementation_of(member.traits.client)).transaction;
    place(member, member.traits.best_hash);
    if (member.traits.quirks.asks_on) { member.hold_until = now + options_.hold; } // it asks after its Hello
    const bool ask = member.traits.has_chain && member.traits.quirks.serves;
    member.heard = !ask;
    if (member.traits.other_chain) { return settle(now); }
    if (ask && member.traits.quirks.ask_first) { begin(member, now); }
    send(member, wire::MessageType::GetTransactions,
         wire::compose_plain(*member.traits.profile, wire::MessageType::GetTransactions, member.traits.offsets));
    if (ask && !member.traits.quirks.ask_first) { want(member); }
    tell_own(member);
    // A peer that serves nothing has told all that it has.
    const Hash256& best = member.traits.best_hash;
    const bool nothing_to_ask = member.traits.has_chain && !ask && (best.is_zero() || chain_->contains(best));
    if (nothing_to_ask) { finish(member, SyncPhase::synced, now); }
    // The head moved after our Hello or Status, and it asks for what it heard there only.
    const Hash256& said = member.traits.said_head;
    if (!said.is_zero() && said != chain_->head().hash && interested(member)) { tell(member); }
    settle(now);
}

void ChainHub::peer_down(ConnectionId id, Time now) {
    const auto at = members_.find(id);
    if (at == members_.end()) { return; }
    now_ = now;
    std::erase(waiting_, id);
    wake(at->second, Time::max());
    if (at->second.asking()) { finish(at->second, SyncPhase::given_up, now); }
    for (auto& [layout, pool] : pools_) {
        pool.leave(id);
    }
    chain_->leave(id);
    members_.erase(at);
    settle(now);
}

// ---------------------------------------------------------------- what peers send

Progress ChainHub::handle(Command& command, Time now, std::uint64_t wall) {
    served_ = 0;
    const auto at = members_.find(command.from);
    if (at == members_.end() || at->second.traits.other_chain) { return Progress::done; }
    handled_ = command.from;
    now_ = now;
    arrived_ = command.arrived;
    Member& from = at->second;
    const Progress progress = std::visit(
        [&](const auto& message) {
            using M = std::decay_t<decltype(message)>;
            if constexpr (std::is_same_v<M, command::PeerUp> || std::is_same_v<M, command::PeerDown>) {
                return Progress::done; // ChainManager's
            } else if constexpr (std::is_same_v<M, command::Blocks> || std::is_same_v<M, command::NewBlock>) {
                return on(from, message, now, wall);
            } else if constexpr (std::is_same_v<M, command::BlockHashes> || std::is_same_v<M, command::NotInChain>) {
                return on(from, message, now), Progress::done;
            } else if constexpr (std::is_same_v<M, command::Transactions> || std::is_same_v<M, command::GetChain>) {
                return on(from, message);
            } else {
                return on(from, message), Progress::done;
            }
        },
        command.body);
    if (progress == Progress::done) {
        keep_head(command.body);
        from.work = {};
        settle(now);
    }
    arrived_head_ = {};
    handled_ = 0;
    return progress;
}

// ---------------------------------------------------------------- what peers ask and answer

void ChainHub::on(Member& from, const command::BlockHashes& message, Time now) {
    HashSync::hashes(*this, from, message.hashes, now);
}

void ChainHub::on(Member& from, const command::NotInChain& message, Time now) {
    ChainSync::not_in_chain(*this, from, message.hash, now);
}

Progress ChainHub::on(Member& from, const command::GetChain& message) {
    constexpr std::size_t slice = 512; // look-ups of some 10 us each
    if (!may_tell(from)) {
        from.held = message;
        return Progress::done;
    }
    const chain::Blockchain::Reading reading(*chain_);
    std::span<const Hash256> asked = message.hashes;
    if (asked.empty() && from.traits.quirks.denies_genesis) { asked = {&chain_->genesis().hash, 1}; }
    // A block that it has already would harm it: the newest counts, which it names last.
    std::vector<Hash256> newest_first;
    if (from.traits.quirks.ask_first) {
        newest_first.assign(asked.rbegin(),
                            asked.rbegin() + static_cast<std::ptrdiff_t>(std::min(asked.size(), slice)));
    }
    Unfinished& work = from.work;
    if (work.start(message.hashes.data())) { note_question(from, asked); }
    if (from.traits.quirks.ask_first) { asked = newest_first; }
    asked = asked.first(std::min(asked.size(), max_chain_lookups));
    const auto part = asked.subspan(work.at, std::min(slice, asked.size() - work.at));
    work.at += part.size();
    const auto common = first_on_branch(*chain_, part);
    if (!common && work.at < asked.size()) { return Progress::more; }
    if (common) {
        std::uint64_t sent = 0;
        Answer answer = answer_above(*chain_, from.traits, *common, message.count, &sent);
        send(from, answer.type, std::move(answer.frame));
        note_answer(from, *common, sent);
    } else if (auto answer = answer_not_in_chain(from.traits, message.hashes)) {
        send(from, answer->type, std::move(answer->frame));
    }
    return Progress::done;
}

void ChainHub::on(Member& from, const command::GetBlockHashes& message) {
    const chain::Blockchain::Reading reading(*chain_);
    if (auto answer = answer_get_block_hashes(*chain_, from.traits, message.hash, message.limit)) {
        send(from, answer->type, std::move(answer->frame));
    }
}

void ChainHub::on(Member& from, const command::GetBlocks& message) {
    const chain::Blockchain::Reading reading(*chain_);
    if (auto answer = answer_get_blocks(*chain_, from.traits, message.hashes)) {
        send(from, answer->type, std::move(answer->frame));
        note_fetched(from, message.hashes);
    }
}

/// The pool, without what this peer has sent us or was sent. Each transaction once: a peer that asks again gets what
/// has come since, or what did not fit.
void ChainHub::on(Member& from, const command::GetTransactions&) {
    from.lacks_transactions = false;
    send_pool(from, false);
}

/// `relay`: it has not asked, and is told only when there is something.
void ChainHub::send_pool(Member& member, bool relay) {
    std::vector<BytesView> news;
    std::size_t bytes = 0;
    member.transactions_served =
        pool_of(member.layout).since(member.transactions_served, [&](const Hash256& hash, BytesView item) {
            if (!member.traits.quirks.takes_transactions || member.known_transactions.contains(hash)) { return true; }
            bytes += item.size();
            if (bytes > most_answer_bytes && !news.empty()) { return false; }
            news.push_back(item);
            return true;
        });
    if (relay && news.empty()) { return; }
    Answer answer = answer_get_transactions(news, member.traits);
    send(member, answer.type, std::move(answer.frame), relay);
}

} // namespace ethpoc::sync
