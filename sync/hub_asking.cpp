// ChainHub: who is asked for blocks, and when. One peer at a time, so that the same blocks are not fetched twice, but
// only as long as it brings some: progress is a block that was imported, and nothing else. A peer that brings none for
// a moment keeps its question, and the next peer is asked too.
#include <algorithm>

#include "sync/fetching.hpp"
#include "sync/hub.hpp"

namespace ethpoc::sync {

void ChainHub::want(Member& member) {
    if (!member.traits.quirks.serves) { return; }
    if (!member.asking() && member.phase != SyncPhase::queued) { queue(member); }
}

void ChainHub::queue(Member& member) {
    asking_.erase(member.id);
    member.phase = SyncPhase::queued;
    waiting_.push_back(member.id);
}

void ChainHub::begin(Member& member, Time now) {
    asking_.insert(member.id);
    member.begun_at = member.progress_at = now;
    member.progress = false;
    member.by_hashes() ? HashSync::begin(*this, member, now) : ChainSync::begin(*this, member, now);
}

/// It makes progress, and has not had its turn for long: nobody else need be asked.
bool ChainHub::leads(const Member& member, Time now) const {
    return member.asking() && member.progress && now < member.progress_at + options_.patience &&
           now < member.begun_at + options_.turn;
}

/// For a peer whose answer brought nothing new: if another leads, it waits for its next turn, with what it told us.
bool ChainHub::give_way(Member& member, Time now) {
    const bool other =
        std::ranges::any_of(asking_, [&](ConnectionId id) { return id != member.id && leads(members_.at(id), now); });
    if (other) {
        queue(member);
        release(member);
    }
    return other;
}

void ChainHub::finish(Member& member, SyncPhase how, Time now) {
    asking_.erase(member.id);
    member.phase = how;
    member.fruitless = 0;
    member.asked.clear();
    member.wanted = {}; // may be large
    member.wanted_linked = false;
    if (how != SyncPhase::synced) { member.not_before = now + options_.rest; }
    if (how == SyncPhase::synced && member.announced_synced != chain_->head().hash) {
        member.announced_synced = chain_->head().hash;
        out_.put(action::Synced{member.id, chain_->head()});
    }
    announce_head(member.id);
    if (member.traits.quirks.ask_first) {
        release(member);
        if (interested(member)) { tell(member); }
    }
}

void ChainHub::tell_no_common(const Member& member, std::optional<Hash256> end) {
    out_.put(action::NoCommonBlock{member.id, chain_->genesis().hash, end});
}

/// Asks those that wait, if it is time; each public call ends with it.
void ChainHub::settle(Time now) {
    next_turn_ = Time::max();
    while (!waiting_.empty()) {
        std::size_t hopeful = 0; // were asked a moment ago
        Time wake = Time::max();
        bool led = false;
        for (const ConnectionId id : asking_) {
            const Member& member = members_.at(id);
            const bool leader = leads(member, now);
            const bool fresh = !member.progress && now < member.begun_at + options_.patience;
            led = led || leader;
            hopeful += fresh ? 1 : 0;
            if (leader) {
                wake = std::min({wake, member.progress_at + options_.patience, member.begun_at + options_.turn});
            } else if (fresh) {
                wake = std::min(wake, member.begun_at + options_.patience);
            }
        }
        if (led || hopeful >= (verified_ ? 1 : options_.first_asked)) {
            next_turn_ = wake;
            return;
        }
        const auto next =
            std::ranges::find_if(waiting_, [&](ConnectionId id) { return members_.at(id).not_before <= now; });
        if (next == waiting_.end()) {
            for (const ConnectionId id : waiting_) {
                next_turn_ = std::min(next_turn_, members_.at(id).not_before);
            }
            return;
        }
        Member& member = members_.at(*next);
        waiting_.erase(next);
        begin(member, now); // may be over at once, if we have all that it offers
    }
}

Time ChainHub::deadline() const {
    Time out = std::min({next_turn_, head_later_, transactions_later_});
    if (!wakes_.empty()) { out = std::min(out, wakes_.begin()->first); }
    for (const ConnectionId id : asking_) {
        out = std::min(out, answer_due(members_.at(id)));
    }
    return out;
}

void ChainHub::tick(Time now) {
    now_ = now;
    if (now < deadline()) { return; }
    wake_due();
    tell_left_out();
    for (const ConnectionId id : std::vector<ConnectionId>(asking_.begin(), asking_.end())) {
        Member& member = members_.at(id);
        if (member.asking() && now >= answer_due(member)) { timed_out(member, now); }
    }
    settle(now);
}

/// Python answers one question a second, in turn, and asks us in between: what has not come after several is none.
Time ChainHub::answer_due(const Member& member) const {
    return member.asked_at + (member.traits.quirks.silent_at_head ? options_.silence : options_.answer_timeout);
}

void ChainHub::timed_out(Member& member, Time now) {
    if (member.traits.quirks.silent_at_head) { return finish(member, SyncPhase::synced, now); }
    if (++member.fruitless > options_.max_fruitless) { return finish(member, SyncPhase::given_up, now); }
    if (waiting_.empty()) { return begin(member, now); }
    queue(member); // others wait: its turn comes again after them
}

namespace {

/// All but the `most` that are fetched first.
void drop_newest(std::vector<Hash256>& wanted, std::size_t most) {
    if (wanted.size() > most) { wanted.erase(wanted.begin(), wanted.end() - static_cast<std::ptrdiff_t>(most)); }
}

} // namespace

/// After hashes came: the newest leave. The oldest are fetched first, and the rest is asked for again then.
void ChainHub::limit_wanted(Member& member) {
    drop_newest(member.wanted, options_.max_wanted);
    Member* largest = &member;
    for (auto& [id, other] : members_) {
        if (other.wanted.size() > largest->wanted.size()) { largest = &other; }
    }
    const std::size_t all = wanted();
    if (all <= options_.max_wanted_of_all || largest->wanted.empty()) { return; }
    const std::size_t others = all - largest->wanted.size();
    drop_newest(largest->wanted, std::max<std::size_t>(options_.max_wanted_of_all, others + 1) - others);
}

std::size_t ChainHub::wanted() const {
    std::size_t all = 0;
    for (const auto& [id, member] : members_) {
        all += member.wanted.size();
    }
    return all;
}

const std::vector<Hash256>& ChainHub::locator() {
    if (locator_of_ != chain_->head().hash) {
        locator_ = chain_->locator();
        locator_of_ = chain_->head().hash;
    }
    return locator_;
}

} // namespace ethpoc::sync
