// ChainHub: who is told of a new head or a new transaction at once, when RelayMode says that not everybody is.
//
// Only a peer that asks for what lies between a new head and its own is ever left out (Quirks::asks_for_gaps): the
// others would stay behind for good. Nor are special peers. Who was left out is told
//   - of one of the next heads: those that were left out most often come first, so that of n peers each is told at
//     least every n / HubOptions::relay_fanout heads, and asks for the blocks between;
//   - after HubOptions::relay_later without another head, of this one, if it has not shown meanwhile that it has it.
// Nobody lags behind for longer than that, however few connections it has.
#include <algorithm>
#include <vector>

#include "sync/answers.hpp"
#include "sync/hub.hpp"
#include "sync/relay.hpp"

namespace ethpoc::sync {

bool ChainHub::may_wait(const Member& member) const {
    return options_.relay == RelayMode::fanout && member.traits.quirks.asks_for_gaps && !member.traits.special;
}

/// It is not known to have our head, and was not told of it.
bool ChainHub::lacks_head(const Member& member) const {
    const Hash256& head = chain_->head().hash;
    return member.told_head != head && member.position != head && !member.known.contains(head);
}

/// Everybody but one, or a part of them; each once for each head, however often a sync ends.
void ChainHub::announce_head(ConnectionId except) {
    const Hash256& head = chain_->head().hash;
    Relay news;
    std::vector<Member*> some;
    for (auto& [id, member] : members_) {
        if (id == except || !interested(member)) { continue; }
        if (!may_wait(member)) {
            announce_to(member, news);
        } else if (lacks_head(member) && member.left_out_of != head) {
            some.push_back(&member);
        }
    }
    put_chosen_first(std::span(some), chance_, [](const Member* member) { return member->times_left_out; });
    for (std::size_t i = 0; i < some.size(); ++i) {
        Member& member = *some[i];
        if (i < options_.relay_fanout) {
            member.times_left_out = 0;
            announce_to(member, news);
        } else {
            ++member.times_left_out;
            member.left_out_of = head;
            head_later_ = now_ + options_.relay_later;
        }
    }
    news.send(out_);
}

/// To every peer that has not got it, or a part of them, one in a message as Go does.
void ChainHub::relay_transaction(chain::TransactionLayout layout, const Hash256& hash, BytesView item) {
    constexpr auto type = wire::MessageType::Transactions;
    std::vector<Member*> some;
    std::vector<Member*> told;
    for (auto& [id, member] : members_) {
        // A layout that is not its own would be garbage to it, and garbage kills Go.
        const bool takes = member.traits.quirks.takes_transactions && !member.traits.other_chain;
        if (member.layout != layout || !takes || member.known_transactions.contains(hash)) { continue; }
        (may_wait(member) ? some : told).push_back(&member);
    }
    put_chosen_first(std::span(some), chance_, [](const Member* member) { return member->lacks_transactions; });
    const std::size_t chosen = std::min(some.size(), options_.relay_fanout);
    for (std::size_t i = chosen; i < some.size(); ++i) {
        some[i]->lacks_transactions = true;
        transactions_later_ = std::min(transactions_later_, now_ + options_.relay_later);
    }
    told.insert(told.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(chosen));
    Relay news;
    for (Member* const member : told) {
        member->known_transactions.add(hash);
        news.add(*member, type, [&] {
            return wire::compose_raw_items(*member->traits.profile, type, {&item, 1}, member->traits.offsets);
        });
    }
    news.send(out_);
}

/// Those that were left out and still lack something.
void ChainHub::tell_left_out() {
    const bool of_head = now_ >= head_later_;
    const bool of_transactions = now_ >= transactions_later_;
    if (!of_head && !of_transactions) { return; }
    if (of_head) { head_later_ = Time::max(); }
    if (of_transactions) { transactions_later_ = Time::max(); }
    const Hash256& head = chain_->head().hash;
    Relay news;
    for (auto& [id, member] : members_) {
        if (of_head && member.left_out_of == head && interested(member) && lacks_head(member)) {
            member.times_left_out = 0;
            announce_to(member, news);
        }
        if (of_transactions && std::exchange(member.lacks_transactions, false)) { send_pool(member, true); }
    }
    news.send(out_);
}

} // namespace ethpoc::sync
