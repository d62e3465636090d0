// Whether what was heard is what was expected.
#include <algorithm>
#include <vector>

#include "conform/checks.hpp"
#include "conform/expectation.hpp"
#include "conform/reading.hpp"

namespace ethpoc::conform {
namespace {

using Kind = Term::Kind;

/// What holds for all terms of a comparison.
struct Terms {
    const Facts& facts;
    std::optional<Since> limit{}; // of answers that name no time themselves
    bool ends_count = true;       // false: a connection may end or stay open where no term names its end
};

bool in_time(Since at, const Term& term, const Terms& all) {
    const std::optional<Since> limit = term.within ? term.within : all.limit;
    return !limit || at <= *limit;
}

bool has_entries(const HeardMessage& message, const Term& term, const Facts& facts) {
    if (!term.least && !term.most) { return true; }
    const auto entries = entries_heard(message, facts);
    return entries && *entries >= term.least.value_or(0) && *entries <= term.most.value_or(*entries);
}

bool says(const HeardMessage& message, const Term& term, const Facts& facts) {
    Bytes scratch;
    if (term.kind == Kind::disconnect) {
        if (message.type != wire::MessageType::Disconnect) { return false; }
        if (!term.reason) { return true; }
        const auto read = message_heard(message, facts, scratch);
        const auto* const disconnect = read ? std::get_if<wire::Disconnect>(&*read) : nullptr;
        if (disconnect == nullptr) { return false; }
        // Protocols 0 and 1 have no reasons: there a Disconnect that names none is any.
        const bool has_reasons = facts.profile->reasons != wire::ReasonSet::none;
        return disconnect->reason == term.reason || (!has_reasons && !disconnect->reason);
    }
    if (message.type != term.type || !message.readable || !has_entries(message, term, facts)) { return false; }
    if (!term.hash) { return true; }
    const auto read = message_heard(message, facts, scratch);
    const auto* const unknown = read ? std::get_if<wire::NotInChain>(&*read) : nullptr;
    return unknown != nullptr && unknown->hash == *term.hash;
}

/// The terms of one connection, and whether its messages are in their order. A message may be the answer that a term
/// names, or the same said by the target on its own: both are followed.
class LineCourse {
  public:
    LineCourse(const HeardLine& line, const std::vector<const Term*>& terms, const Terms& all) :
        line_(line), terms_(terms), all_(all) {
        for (const Term* term : terms) {
            if (term->kind == Kind::message || term->kind == Kind::disconnect) { steps_.push_back(term); }
            active_ = active_ || term->kind == Kind::active;
        }
    }

    /// Answers of this type may come, as many as there are: a check judges them.
    void let_pass(wire::MessageType type) {
        const bool named = std::ranges::any_of(steps_, [&](const Term* term) { return term->type == type; });
        if (type != wire::MessageType::Unknown && !named) { passing_.push_back(type); }
    }

    bool holds() {
        if (line_.no_frames && !active_) { return false; }
        return messages_hold() && end_holds();
    }

  private:
    /// So many terms are seen, and so many messages of the next one.
    struct Place {
        std::size_t seen = 0;
        std::size_t times = 0;
        friend bool operator==(const Place&, const Place&) = default;
    };

    bool messages_hold() {
        std::vector<Place> places{{}};
        std::vector<Place> next;
        bool greeted = false;
        for (const HeardMessage& message : line_.messages) {
            const bool first_hello = message.type == wire::MessageType::Hello && message.readable && !greeted;
            greeted = greeted || first_hello;
            if (message.type == wire::MessageType::Disconnect) { disconnected_at_ = message.at; }
            // The last Pong of a connection that has ended may be the barrier's, or that of the stimulus.
            const bool either = message.ours && message.type == wire::MessageType::Pong && ended_by_target(line_);
            if (message.before_stimulus || (message.ours && !either)) { continue; }
            const bool free = first_hello || either || counts_for_nothing(message);
            next.clear();
            for (const Place& place : places) {
                if (free) { add(next, place); }
                if (place.seen < steps_.size() && step_taken(message, *steps_[place.seen])) {
                    const bool enough = place.times + 1 == steps_[place.seen]->times;
                    add(next, enough ? Place{place.seen + 1, 0} : Place{place.seen, place.times + 1});
                }
            }
            if (next.empty()) { return false; }
            places.swap(next);
        }
        return std::ranges::find(places, Place{steps_.size(), 0}) != places.end();
    }

    static void add(std::vector<Place>& places, const Place& place) {
        if (std::ranges::find(places, place) == places.end()) { places.push_back(place); }
    }

    bool step_taken(const HeardMessage& message, const Term& term) const {
        return in_time(message.at, term, all_) && says(message, term, all_.facts);
    }

    bool counts_for_nothing(const HeardMessage& message) const {
        const auto named = [&](const Term* term) { return term->type == message.type; };
        if (active_ && std::ranges::none_of(steps_, named)) { return true; }
        return std::ranges::find(passing_, message.type) != passing_.end() || is_own_talk(message, all_.facts);
    }

    bool end_holds() const {
        const bool open = line_.connected && !ended_by_target(line_);
        const Term* const last = terms_.empty() ? nullptr : terms_.back();
        const Kind kind = last == nullptr ? Kind::message : last->kind;
        switch (kind) {
        case Kind::disconnect:
            return !all_.ends_count ||
                   (ended_by_target(line_) && line_.ended_at - disconnected_at_ <= disconnect_grace);
        case Kind::close:
            return ended_by_target(line_) && in_time(line_.ended_at, *last, all_);
        case Kind::ignore:
        case Kind::active:
            return open && barrier_in_time(*last);
        case Kind::hold:
            return open && !line_.barrier;
        case Kind::silence:
            return open && std::ranges::all_of(line_.messages, &HeardMessage::before_stimulus);
        case Kind::message:
        case Kind::alive:
        case Kind::any:
        case Kind::check:
            break;
        }
        if (active_) { return open && line_.greeted && line_.barrier; }
        return !all_.ends_count || (open && (line_.barrier || !line_.asked));
    }

    bool barrier_in_time(const Term& term) const {
        if (!line_.barrier || (term.kind == Kind::active && !line_.greeted)) { return false; }
        if (!term.within || !all_.facts.answers_ping) { return true; }
        const auto answer = std::ranges::find_if(line_.messages, [](const HeardMessage& message) {
            return message.ours && message.type == wire::MessageType::Pong;
        });
        // The pause before the barrier is the tester's.
        return answer != line_.messages.end() && answer->at - line_.asked_at <= *term.within;
    }

    const HeardLine& line_;
    const std::vector<const Term*>& terms_;
    const Terms& all_;
    std::vector<const Term*> steps_{};
    std::vector<wire::MessageType> passing_{};
    bool active_ = false;
    Since disconnected_at_{};
};

/// Whether a sequence says something of this connection.
bool speaks_of(Line line, const Term& term) noexcept {
    return term.line == line && term.kind != Kind::alive && term.kind != Kind::any && term.kind != Kind::check;
}

bool line_holds(const Heard& heard, Line line, const std::vector<Term>& sequence, const std::vector<NamedCheck>& named,
                const Terms& all) {
    std::vector<const Term*> terms;
    for (const Term& term : sequence) {
        if (speaks_of(line, term)) { terms.push_back(&term); }
    }
    // A check that is about the session is about the first connection.
    const bool session = line == 0 && std::ranges::any_of(named, [](const NamedCheck& check) {
                             return check.row->session == CheckSession::kept;
                         });
    if (terms.empty() && !session) { return true; }
    if (line >= heard.lines.size()) { return false; }
    LineCourse course(heard.lines[line], terms, all);
    if (line == 0) {
        for (const NamedCheck& check : named) {
            course.let_pass(check.row->type);
        }
    }
    return course.holds();
}

bool sequence_holds(const Heard& heard, const std::vector<Term>& sequence, const Terms& all) {
    std::vector<NamedCheck> named;
    Line last = 0;
    for (const Term& term : sequence) {
        last = std::max(last, term.line);
        if (term.kind == Kind::alive && !heard.alive) { return false; }
        if (term.kind != Kind::check) { continue; }
        const auto check = read_check(term.check, all.facts);
        if (!check || !check->row->run(heard, all.facts, check->arguments)) { return false; }
        named.push_back(*check);
    }
    for (std::size_t line = 0; line <= last; ++line) {
        if (!line_holds(heard, static_cast<Line>(line), sequence, named, all)) { return false; }
    }
    return true;
}

bool one_holds(const Heard& heard, const Expectation& expected, const Terms& all) {
    return std::ranges::any_of(expected.alternatives,
                               [&](const auto& sequence) { return sequence_holds(heard, sequence, all); });
}

} // namespace

bool meets(const Heard& heard, const Expectation& expected, const Facts& facts, std::chrono::milliseconds timeout) {
    return one_holds(heard, expected, {.facts = facts, .limit = heard.stimulus_ended + timeout});
}

bool was_seen(const Heard& heard, const Expectation& seen, const Facts& facts) {
    return one_holds(heard, seen, {.facts = facts, .ends_count = false});
}

} // namespace ethpoc::conform
