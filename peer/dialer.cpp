#include "peer/dialer.hpp"

#include <algorithm>
#include <utility>

#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

constexpr std::size_t hosts_kept = 1024; // of those that dial us and refused a version
constexpr unsigned most_doublings = 8;

} // namespace

Dialer::Dialer(DialerOptions options, Dial dial, const Observers& observers, HasChain has_chain) :
    options_(options), dial_(std::move(dial)), observers_(observers), has_chain_(std::move(has_chain)),
    random_(options.seed) {}

// ---------------------------------------------------------------- whom

void Dialer::want(const std::string& endpoint, bool persistent) {
    Target& target = targets_[endpoint];
    target.persistent = target.persistent || persistent;
    observers_.tell(event::Connecting{endpoint});
    dial(endpoint, target, {});
}

void Dialer::release(const std::string& endpoint) {
    const auto at = targets_.find(endpoint);
    if (at == targets_.end()) { return; }
    at->second.persistent = false;
    if (at->second.open == 0) { end(endpoint); }
}

void Dialer::recall(const std::string& endpoint, const wire::Profile* works,
                    const std::vector<const wire::Profile*>& refused) {
    if (works != nullptr) { versions_.remember(endpoint, *works); }
    targets_[endpoint].tried.insert(refused.begin(), refused.end());
}

/// The order of the refused ones is that of the table, whatever their addresses are.
void Dialer::end(const std::string& endpoint) {
    const auto at = targets_.find(endpoint);
    if (at == targets_.end()) { return; }
    std::vector<const wire::Profile*> refused;
    for (const wire::Profile& row : wire::profiles()) {
        if (at->second.tried.contains(&row)) { refused.push_back(&row); }
    }
    targets_.erase(at);
    if (ended) { ended(endpoint, refused); }
}

void Dialer::stop() noexcept {
    targets_.clear();
}

void Dialer::dial(const std::string& endpoint, Target& target, std::chrono::milliseconds delay) {
    ++target.open;
    ++target.pending;
    dial_(endpoint, delay);
}

bool Dialer::still_wanted(const std::string& endpoint) {
    const auto at = targets_.find(endpoint);
    if (at == targets_.end()) { return false; }
    Target& target = at->second;
    const bool elsewhere = !target.node_id.empty() && is_connected && is_connected(target.node_id);
    if (target.chosen == 0 && !elsewhere) { return true; }
    --target.open;
    --target.pending;
    if (target.chosen != 0 || target.open != 0) { return false; }
    // It dialled us meanwhile: look again whether that has lasted.
    if (target.persistent) {
        dial(endpoint, target, pause(most_doublings / 2));
    } else {
        end(endpoint);
    }
    return false;
}

void Dialer::failed(const std::string& endpoint) {
    const auto at = targets_.find(endpoint);
    if (at == targets_.end()) { return; }
    --at->second.open;
    --at->second.pending;
    dial_again(endpoint, at->second, nullptr);
}

/// Grows from failure to failure, with a random part, so that two nodes that dial each other do not do it in step.
std::chrono::milliseconds Dialer::pause(unsigned failures) {
    const auto grown = options_.redial * (1u << std::min(failures, most_doublings));
    std::uniform_real_distribution<double> part(0.75, 1.25);
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(std::min(grown, options_.longest).count()) * part(random_)));
}

/// After a connection or an attempt has ended and nothing else of this target is under way.
void Dialer::dial_again(const std::string& endpoint, Target& target, const Session* lost) {
    if (target.open > 0 || target.chosen != 0) { return; }
    if (!target.persistent || !options_.keep_dialling) { return end(endpoint); }
    const bool all_tried = std::exchange(target.all_tried, false);
    if (all_tried) { target.tried.clear(); }
    if (lost != nullptr && lost->was_ready() && lost->lived() >= options_.settled) { target.failures = 0; }
    const bool full = lost != nullptr && lost->how_it_ended().reason == reason::too_many_peers;
    // A round of guesses is many connections; a peer that took none of them will hardly take one a moment later.
    const unsigned failures = target.failures + (full ? 2 : 0) + (all_tried ? 5 : 0);
    ++target.failures;
    dial(endpoint, target, pause(failures));
}

// ---------------------------------------------------------------- which version

std::span<const wire::Profile* const> Dialer::order(Direction direction, std::optional<std::uint64_t> heard) const {
    return options_.among.empty() ? guesses(direction, heard) : options_.among;
}

bool Dialer::allows(const wire::Profile& profile) const {
    return options_.among.empty() || std::ranges::find(options_.among, &profile) != options_.among.end();
}

const wire::Profile* Dialer::next_untried(const std::set<const wire::Profile*>& tried, Direction direction,
                                          std::optional<std::uint64_t> heard, std::size_t skip) const {
    const auto order = this->order(direction, heard);
    const auto fresh = [&](const wire::Profile* row) { return !tried.contains(row); };
    // The chain that we have is the best first guess, and no more than that. It is none where all clients of its
    // version speak first: this one has not; and none in the p2p family, whose Hello harms py-poc5 (versions.cpp). Who
    // dials us and is silent is JavaScript of the p2p family, whatever we have.
    const auto ours = std::ranges::find_if(order, [&](const wire::Profile* row) {
        const bool p2p = row->family == wire::Family::p2p;
        const bool likely = direction == Direction::outbound ? !p2p && may_wait_for_hello(*row) : p2p;
        return likely && has_chain_ && has_chain_(*row);
    });
    if (ours != order.end() && tried.empty() && skip == 0) { return *ours; }
    for (const wire::Profile* const row : order) {
        if (fresh(row) && skip-- == 0) { return row; }
    }
    return nullptr;
}

std::set<const wire::Profile*>& Dialer::refused_by(const std::string& host) {
    if (refused_.size() >= hosts_kept && !refused_.contains(host)) { refused_.erase(refused_.begin()); }
    return refused_[host];
}

SessionHost::Guess Dialer::guess(const Session& session) {
    if (session.direction() == Direction::outbound && met_.insert(session.id()).second) {
        if (const auto at = targets_.find(session.endpoint()); at != targets_.end()) { --at->second.pending; }
    }
    if (options_.protocol != nullptr) { return {.profile = options_.protocol, .at_once = true, .fixed = true}; }
    const auto at = targets_.find(session.endpoint());
    const bool ours = session.direction() == Direction::outbound && at != targets_.end();
    // It has told us its version: there is nothing to wait for.
    if (ours && at->second.version != nullptr) { return {.profile = at->second.version, .at_once = true}; }
    const auto said = said_.find(session.id());
    const bool settled = said != said_.end() && (session.said_hello() || !session.heard_before_hello());
    if (settled) { return {.profile = said->second, .at_once = ours && !at->second.tried.empty()}; }

    const auto heard = ours && !session.heard_before_hello() ? at->second.heard : session.heard_before_hello();
    const std::string host = host_of(session.endpoint());
    const wire::Profile* const known = versions_.find(ours ? session.endpoint() : host);
    std::set<const wire::Profile*>& tried = ours ? at->second.tried : refused_by(host);
    if (said != said_.end() && ours) { tried.erase(said->second); } // it was never said
    const bool first = tried.empty();
    const wire::Profile* row = known != nullptr && first ? known : next_untried(tried, session.direction(), heard);
    if (row == nullptr) { // all were tried; a target goes on after a pause, a peer that dials us hears them again
        if (!ours) { tried.clear(); }
        row = next_untried({}, session.direction(), heard);
    }
    said_[session.id()] = row;
    if (ours && (!first || session.said_hello())) { tried.insert(row); }
    return {.profile = row, .at_once = ours && !first};
}

/// How many versions are left to try.
std::size_t Dialer::untried(const Target& target) const {
    const auto order = this->order(Direction::outbound, target.heard);
    return static_cast<std::size_t>(
        std::ranges::count_if(order, [&](const wire::Profile* row) { return !target.tried.contains(row); }));
}

/// It waits for us, so it is one of those of which several versions must be tried: side by side, since each takes its
/// time to refuse one (spec CLIENTS 3).
void Dialer::spoke_first(const Session& session) {
    const auto at = targets_.find(session.endpoint());
    if (at == targets_.end() || session.direction() != Direction::outbound || options_.protocol != nullptr) { return; }
    Target& target = at->second;
    target.tried.insert(session.profile());
    if (target.version != nullptr || session.heard_before_hello()) { return; }
    if (versions_.find(session.endpoint()) == session.profile()) { return; } // it has worked before: no guess
    const std::size_t all = order(session.direction(), {}).size();
    std::size_t left = all - std::min(target.tried.size(), all);
    for (; target.open < options_.side_by_side && left > 0; --left) {
        dial(session.endpoint(), target, {});
    }
}

void Dialer::ready(const Session& session) {
    if (session.direction() != Direction::outbound) {
        refused_.erase(host_of(session.endpoint()));
        return;
    }
    versions_.remember(session.endpoint(), *session.profile());
    const auto at = targets_.find(session.endpoint());
    if (at == targets_.end()) { return; }
    at->second.chosen = session.id();
    at->second.version = nullptr;
    at->second.tried.clear();
    at->second.node_id.assign(session.node_id().begin(), session.node_id().end());
    if (at->second.open > 1 && end_others) { end_others(session.endpoint(), session.id()); }
}

// ---------------------------------------------------------------- what came of it

bool Dialer::means_another_version(const Session& session) const {
    if (options_.protocol != nullptr || session.was_ready()) { return false; }
    const End& end = session.how_it_ended();
    if (end.by != EndedBy::them) { return false; } // silence to the end: it is full (Go), or no peer at all
    return !end.reason || *end.reason == reason::bad_protocol || *end.reason == reason::p2p::incompatible_version ||
           *end.reason == reason::flat::incompatible_protocols;
}

/// True: the target is dialled again at once, with another version.
bool Dialer::try_next(const Session& session, Target& target) {
    const wire::Profile* next = nullptr;
    if (session.have_hello() && options_.protocol == nullptr && !session.was_ready()) {
        // It told us its version, but we had said another one before.
        const wire::Profile* theirs = session.their_profile();
        if (theirs == nullptr || theirs == session.profile() || target.version == theirs) { return false; }
        if (!allows(*theirs)) { return false; }
        if (versions_.find(session.endpoint()) == theirs) { return false; } // said beside this one, and it did not last
        next = target.version = theirs;
    } else if (means_another_version(session) && session.said_hello()) {
        versions_.forget(session.endpoint());
        target.version = nullptr;
        target.tried.insert(session.profile());
        target.all_tried = untried(target) == 0;
        // Those that are being dialled take the rows before it.
        next = next_untried(target.tried, session.direction(), target.heard, target.pending);
    } else if (means_another_version(session) && session.heard_before_hello() && target.tried.empty()) {
        next =
            next_untried({}, session.direction(), target.heard, target.pending); // it closed before we had said a word
    }
    if (next == nullptr || target.chosen != 0) { return false; }
    observers_.tell(event::Retry{session.ref(), next->name, session.how_it_ended().why});
    dial(session.endpoint(), target, options_.next_guess);
    return true;
}

void Dialer::gone(const Session& session, bool was_ourselves) {
    said_.erase(session.id());
    met_.erase(session.id());
    if (session.direction() == Direction::inbound) {
        const std::string host = host_of(session.endpoint());
        if (means_another_version(session) && session.said_hello() && !session.have_hello()) {
            refused_by(host).insert(session.profile());
            versions_.forget(host);
        }
        // It will say nothing the next time either.
        const wire::Profile* const theirs = session.their_profile();
        if (session.guessed() && theirs != nullptr && allows(*theirs)) { versions_.remember(host, *theirs); }
        return;
    }
    const auto at = targets_.find(session.endpoint());
    if (at == targets_.end()) { return; }
    Target& target = at->second;
    --target.open;
    if (was_ourselves) {
        observers_.tell(event::ConnectFailed{session.endpoint(), "this is ourselves; it is not dialled again", true});
        return end(session.endpoint());
    }
    if (session.heard_before_hello()) { target.heard = session.heard_before_hello(); }
    if (!session.node_id().empty()) { target.node_id.assign(session.node_id().begin(), session.node_id().end()); }
    if (target.chosen == session.id()) { target.chosen = 0; }
    if (try_next(session, target)) { return; }
    dial_again(session.endpoint(), target, &session);
}

} // namespace ethpoc::peer
