// What comes behind the stimulus: the Ping that proves that what was not answered was ignored, and the wait for the
// last answer.
#include <algorithm>
#include <ranges>

#include "conform/reading.hpp"
#include "conform/trial.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform {

using wire::MessageType;

void Trial::ask_barrier() {
    for (std::size_t i = 0; i < connections_.size() && i < script_.offsets.size(); ++i) {
        connections_[i].offsets = script_.offsets[i];
    }
    if (!accept_.wants_barrier() && !tolerate_.wants_barrier()) { return; }
    ask_eth();
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        const auto line = static_cast<Line>(i);
        HeardLine& heard = heard_.lines[i];
        if (open_line(line) == nullptr || connections_[i].finished || heard.our_hello.empty()) { continue; }
        heard.asked = true;
        heard.asked_at = since(host_.now());
        if (facts_.answers_ping) {
            say(line, wire::compose_plain(*facts_.profile, MessageType::Ping, connections_[i].offsets));
        }
    }
}

/// For <eth-alive> and <eth-silent>.
void Trial::ask_eth() {
    const auto asks = [](const Expectation& text) {
        return text.has_check("eth-alive") || text.has_check("eth-silent");
    };
    if (!asks(accept_) && !asks(tolerate_)) { return; }
    const bool has_blocks = facts_.head && facts_.head != facts_.genesis;
    const auto hash = has_blocks ? Result<Hash256>(*facts_.head) : hash_named("unknown1", facts_);
    if (!hash || open_line(0) == nullptr || heard_.lines[0].our_hello.empty()) { return; }
    heard_.lines[0].eth_asked = true;
    say(0, wire::compose_get_block_hashes(*facts_.profile, *hash, 1, connections_[0].offsets));
}

/// For <hash-chain>: the blocks say whose parent each hash is.
void Trial::ask_blocks(const HeardMessage& message) {
    const bool wanted = accept_.has_check("hash-chain") || tolerate_.has_check("hash-chain");
    if (!wanted || blocks_asked_ || message.before_stimulus || phase_ < Phase::stimulus) { return; }
    const auto hashes = hashes_heard(message, facts_);
    if (hashes.empty()) { return; }
    blocks_asked_ = true;
    say(0, wire::compose_hashes(*facts_.profile, MessageType::GetBlocks, hashes, connections_[0].offsets));
}

/// A Pong does not say to which Ping it belongs: of those that came, the last one is taken for the barrier's.
void Trial::note_pong(Line line) {
    HeardLine& heard = heard_.lines[line];
    mark_as_ours(heard.messages);
    heard.barrier = true;
}

/// The last message, and of those of its type no other.
void Trial::mark_as_ours(std::vector<HeardMessage>& messages) {
    const MessageType type = messages.back().type;
    for (HeardMessage& message : messages | std::views::reverse) { // a flood has many, and the last one is near
        if (message.type != type || !message.ours) { continue; }
        message.ours = false;
        break;
    }
    messages.back().ours = true;
}

/// How long the target must have been quiet behind the barrier: an answer may come after its Pong (C++ answers on a
/// tick of 100 ms). Once what is accepted has been heard, nothing more is waited for than what it must not say.
Since Trial::quiet_wanted() const {
    const Since patience = std::max(accept_.patience(), tolerate_.patience());
    const Since settle = patience_.settle;
    const auto is_answer = [&](const HeardMessage& m) {
        return !m.before_stimulus && !m.ours && m.type != MessageType::Hello && !is_own_talk(m, facts_);
    };
    const bool answered = std::ranges::any_of(
        heard_.lines, [&](const HeardLine& line) { return std::ranges::any_of(line.messages, is_answer); });
    const bool good = accepted();
    if (patience == Since{} || (answered && good)) { return settle; }
    // What is accepted has been seen already: only what must not come is waited for.
    constexpr Since late = std::chrono::milliseconds(500);
    return std::max(settle, good ? std::min(patience, late) : patience);
}

/// Who hears a Disconnect closes; peers wait up to two seconds for that. Not where the target's own end is looked at.
void Trial::leave_with(Line line, Time at) {
    const auto watched = [](const Expectation& text) {
        return text.has_check("grace") || text.has_check("own-disconnect");
    };
    if (connections_[line].finished || watched(accept_) || watched(tolerate_)) { return; }
    if (host_.now() < at) { return wait_until(at); }
    finish(line);
}

bool Trial::settled(Line line, Time now) {
    HeardLine& heard = heard_.lines[line];
    if (heard.ending != Ending::open || !heard.connected) { return true; }
    const auto farewell = connections_[line].disconnected_at;
    if (farewell && !heard.barrier) { // its end must follow
        leave_with(line, *farewell + patience_.settle);
        const Time limit = *farewell + disconnect_grace;
        if (now < limit) { wait_until(limit); }
        return now >= limit;
    }
    if (!heard.asked) { return false; }
    if (!facts_.answers_ping && !heard.barrier) {
        const Time limit = std::max(last_word_, phase_began_) + facts_.barrier_silence;
        heard.barrier = now >= limit;
        if (!heard.barrier) { wait_until(limit); }
    }
    return heard.barrier;
}

bool Trial::all_settled(Time now) {
    bool out = true;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        out = settled(static_cast<Line>(i), now) && out;
    }
    return out;
}

void Trial::advance_barrier() {
    const Time now = host_.now();
    if (!barrier_asked_) {
        const bool wanted = accept_.wants_barrier() || tolerate_.wants_barrier();
        if (wanted && now < phase_began_ + patience_.breath) { return wait_until(phase_began_ + patience_.breath); }
        barrier_asked_ = true;
        ask_barrier();
    }
    const Time limit = phase_began_ + patience_.breath + patience_.answer;
    const bool asked = std::ranges::any_of(heard_.lines, &HeardLine::asked);
    const bool silence = std::ranges::any_of(accept_.alternatives, [](const auto& sequence) {
        return std::ranges::any_of(sequence, [](const Term& term) { return term.kind == Term::Kind::silence; });
    });
    const bool settled = all_settled(now);
    const bool open = std::ranges::any_of(
        heard_.lines, [](const HeardLine& line) { return line.connected && line.ending == Ending::open; });
    if (!open) { return enter(Phase::heard); } // nobody can say anything more
    // Before that nothing can be over, so what was heard need not be looked through for each word of the target.
    const Time earliest = std::min(std::max(last_word_, phase_began_) + patience_.settle, limit);
    if ((settled || (!asked && !silence)) && now < earliest) { return wait_until(earliest); }
    const bool fetching = blocks_asked_ && !blocks_came_ && open_line(0) != nullptr;
    if (!fetching && (settled || (!asked && !silence && accepted()))) {
        // A target that never falls silent (its own Ping, questions without end) is not waited for.
        if (!settled_at_) { settled_at_ = now; }
        const Time enough = *settled_at_ + quiet_wanted();
        const Time quiet = std::min(std::max(last_word_ + patience_.settle, enough), enough + patience_.answer);
        if (now >= quiet) { return enter(Phase::heard); }
        return wait_until(quiet);
    }
    const bool leaving = deadline_ > limit && deadline_ != Time::max(); // a Disconnect was said, its end may follow
    if (now >= limit && !leaving) { return enter(Phase::heard); }
    if (!leaving) { wait_until(limit); }
}

} // namespace ethpoc::conform
