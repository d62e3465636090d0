// The Hello part of Session: which version is spoken, which peers are refused, when a session is ready.
#include "peer/session.hpp"

#include <algorithm>
#include <array>

#include "chain/u256.hpp"
#include "peer/versions.hpp"
#include "rlp/hex.hpp"
#include "wire/codec.hpp"
#include "wire/limits.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

bool is_zero(BytesView id) {
    return std::ranges::all_of(id, [](std::uint8_t b) { return b == 0; });
}

/// The id that a Hello names, at most 64 bytes: JavaScript writes it as hex digits.
Bytes node_id_of(BytesView said) {
    if (said.size() == 2 * NodeId::width) { return from_hex_digits(as_text(said)).value_or(Bytes{}); }
    return {said.begin(), said.end()};
}

} // namespace

void Session::say_hello(const wire::Profile& profile, Time now) {
    now_ = now;
    profile_ = &profile;
    said_hello_ = true;
    if (phase_ == Phase::waiting) { phase_ = Phase::greeted; }
    const wire::HelloOut hello = host_.our_hello(*this, profile);
    if (profile.family == wire::Family::flat && profile.sync != wire::SyncStyle::chain) {
        said_head_ = hello.best_hash;
    }
    queue(wire::MessageType::Hello, wire::compose_hello(profile, hello));
}

/// How a payload before their Hello is read. Its id tells the family, whatever we have guessed or said: in p2p nothing
/// but the base ids comes before Hello (Status follows it), and GetPeers of the flat family has the id of that Status
/// (spec WIRE 4.1, CLIENTS 3).
const wire::Profile* Session::early_profile(BytesView head) const {
    constexpr std::uint64_t common = 0x03; // Hello, Disconnect, Ping, Pong
    const wire::Profile* profile = profile_ != nullptr ? profile_ : host_.guess(*this).profile;
    const auto id = wire::peek_id(*profile, head);
    if (!id || *id <= common) { return profile; }
    const wire::Profile* const likely = guesses(direction_, id).front();
    return likely->family == profile->family ? profile : likely;
}

/// What we have said is what we offer; when we have said nothing, or may follow, we offer just what they speak.
Result<wire::Greeting> Session::read_greeting(BytesView payload, Bytes& scratch) const {
    std::array<const wire::Profile*, 1> offered{profile_};
    auto greeting = wire::decode_greeting(payload, scratch);
    if (greeting && greeting->profile != nullptr && (!said_hello_ || may_follow(*greeting->profile))) {
        offered[0] = greeting->profile;
    } else if (!said_hello_) {
        return greeting;
    }
    return wire::decode_greeting(payload, scratch, offered);
}

/// One that dialled us, waited, and answers our guess with a Hello of another version of p2p instead of leaving: that
/// is JavaScript, which looks at the version in Status only (spec CLIENTS 3a). Who was dialled is dialled again.
bool Session::may_follow(const wire::Profile& theirs) const noexcept {
    return said_hello_ && !fixed_ && direction_ == Direction::inbound && theirs.family == wire::Family::p2p &&
           profile_->family == wire::Family::p2p;
}

void Session::take_greeting(BytesView payload, Time now) {
    Bytes scratch;
    const auto greeting = read_greeting(payload, scratch);
    if (!greeting) {
        host_.observers().tell(event::Malformed{ref(), &greeting.error(), payload});
        return end(reason::bad_protocol, "a Hello that cannot be read");
    }
    const wire::Profile* spoken = greeting->profile != nullptr ? greeting->profile : profile_;
    host_.observers().tell(
        event::Message{ref(), Way::in, wire::MessageType::Hello, payload, spoken, greeting->offsets});
    note_tolerated(*greeting->reading, wire::MessageType::Hello, payload);
    have_hello_ = true;
    guessed_ = said_hello_;
    adopt(*greeting);
    if (const auto why_not = judge(*greeting)) {
        if (why_not->difference) { tell_difference(*greeting, *why_not->difference); }
        if (profile_ == nullptr) { profile_ = spoken; }
        return turn_down(why_not->reason, greeting->family);
    }
    if (const auto why_not = host_.refuse(*this, *greeting)) {
        // A peer that is refused for what it is must hear who we are: else it would dial us again and again.
        if (!said_hello_) { say_hello(*greeting->profile, now); }
        return turn_down(*why_not, greeting->family);
    }
    profile_ = greeting->profile;
    offsets_ = greeting->offsets;
    quirks_ = wire::quirks_for(*profile_, client_);
    host_.observers().tell(event::Hello{ref(), &*greeting, profile_, guessed_ && !fixed_});
    if (!said_hello_) { say_hello(*profile_, now); }
    if (profile_->family == wire::Family::flat) { return become_ready(now); }
    greeted_since_ = now;
    if (!greeting->shared) { return become_ready_without_eth(now); }
    if (status_patience().count() == 0) { say_status(); }
}

/// Where else it may try, before the last word: genuine clients read it, whether they ask or not. Those that it would
/// hurt get the last word alone.
void Session::offer_alternatives() {
    if (profile_ == nullptr || wire::quirks_for(*profile_, client_).never.contains(wire::MessageType::Peers)) {
        return;
    }
    const std::vector<wire::PeerEntry> others = host_.alternatives(*this);
    if (!others.empty()) { queue(wire::MessageType::Peers, wire::compose_peers(*profile_, others)); }
}

void Session::turn_down(wire::Reason reason, wire::Family family) {
    if (reason == reason::too_many_peers) { offer_alternatives(); }
    end(reason, "refused: " + std::string(wire::reason_text(wire::reasons_of(family), reason)));
}

/// What we keep of a Hello, whether it will be accepted or not.
void Session::adopt(const wire::Greeting& greeting) {
    const wire::Hello& hello = greeting.hello;
    their_profile_ = greeting.profile;
    constexpr std::size_t kept = 256; // of a client id; 100 kB have been sent
    client_id_ = hello.client_id.substr(0, kept);
    client_ = wire::identify(client_id_, greeting.family);
    node_id_ = node_id_of(hello.node_id);
    remote_.capabilities = hello.capabilities;
    remote_.listen_port = hello.listen_port;
    remote_.total_difficulty = hello.total_difficulty;
    remote_.best_hash = Hash256::right_aligned(hello.best_hash);
    remote_.genesis_hash = Hash256::right_aligned(hello.genesis_hash);
}

std::optional<Session::Objection> Session::judge(const wire::Greeting& greeting) const {
    const bool flat = greeting.family == wire::Family::flat;
    const wire::Reason incompatible = reason::incompatible(greeting.family);
    const wire::Profile* theirs = greeting.profile;
    if (theirs == nullptr) { return Objection{incompatible, Difference::version}; }
    if (profile_ != nullptr && profile_ != theirs && !may_follow(*theirs)) {
        // What we have said cannot be taken back. After a mere guess the caller dials again and says theirs.
        const bool last_word = fixed_ || direction_ == Direction::inbound;
        return Objection{incompatible, last_word ? std::optional(Difference::version) : std::nullopt};
    }
    if (flat && options_.network_id && greeting.hello.network_id != *options_.network_id) {
        return Objection{incompatible, Difference::network};
    }
    if (!node_id_.empty() && is_zero(node_id_)) { return Objection{reason::no_identity(greeting.family)}; }
    return std::nullopt;
}

void Session::tell_difference(const wire::Greeting& greeting, Difference what) const {
    std::string ours;
    std::string theirs;
    if (what == Difference::network) {
        ours = chain::to_decimal(*options_.network_id);
        theirs = chain::to_decimal(greeting.hello.network_id);
    } else {
        ours = profile_ != nullptr ? profile_->name : std::string_view();
        theirs = greeting.profile != nullptr ? std::string(greeting.profile->name)
                                             : "version " + std::to_string(greeting.hello.version);
    }
    tell_differs(what, ours, theirs);
}

void Session::tell_differs(Difference what, std::string_view ours, std::string_view theirs) const {
    host_.observers().tell(event::Differs{ref(), what, ours, theirs});
}

void Session::say_status() {
    if (said_status_) { return; }
    said_status_ = true;
    const wire::Status status = host_.our_status(*this);
    said_head_ = status.best_hash;
    queue(wire::MessageType::Status, wire::compose_status(*profile_, status, offsets_));
}

bool Session::waits_for_status() const noexcept {
    return !said_status_ && profile_->family == wire::Family::p2p && phase_ != Phase::ready;
}

/// How long theirs is waited for. p2p 0 lists names only, so a Hello does not say which eth version is meant: then it
/// is mirrored. Elsewhere theirs says which of several genesis blocks is meant, and nobody minds the pause (spec
/// WIRE 4.4).
std::chrono::milliseconds Session::status_patience() const noexcept {
    const bool only_status_tells = !fixed_ && profile_->capabilities == wire::CapabilityForm::names;
    return only_status_tells ? options_.status_wait : options_.status_pause;
}

void Session::receive_status(const wire::Status& status) {
    remote_.genesis_hash = status.genesis_hash; // which chain ours is about
    if (waits_for_status() && !fixed_ && profile_->capabilities == wire::CapabilityForm::names) {
        if (const wire::Profile* row = wire::find_p2p(profile_->version, status.version)) {
            profile_ = their_profile_ = row;
            quirks_ = wire::quirks_for(*profile_, client_);
        }
    }
    say_status();
    remote_.said_status = true;
    remote_.total_difficulty = status.total_difficulty;
    remote_.best_hash = status.best_hash;
    const bool same_version = status.version == profile_->eth_version;
    const bool same_network = !options_.network_id || status.network_id == *options_.network_id;
    remote_.same_network = same_version && same_network;
    if (!same_version) {
        tell_differs(Difference::version, "eth version " + std::to_string(profile_->eth_version),
                     "eth version " + std::to_string(status.version));
    } else if (!same_network) {
        tell_differs(Difference::network, chain::to_decimal(*options_.network_id),
                     chain::to_decimal(status.network_id));
    }
    if (phase_ != Phase::ready) { become_ready(now_); }
}

/// A peer server, or one that never says Status: the session stays and answers Ping, the chain has no part in it (spec
/// WIRE 8).
void Session::become_ready_without_eth(Time now) {
    remote_.same_network = false;
    tell_differs(Difference::capability, profile_->name, {});
    become_ready(now);
}

void Session::become_ready(Time now) {
    phase_ = Phase::ready;
    was_ready_ = true;
    last_ping_ = now;
    if ((remote_.capabilities & wire::capability::peers) != 0 && profile_->family == wire::Family::flat) {
        queue(wire::MessageType::GetPeers, wire::compose_plain(*profile_, wire::MessageType::GetPeers));
    }
    host_.ready(*this);
    handle_deferred();
}

/// A second Hello: C++ and Go tolerate it, py-0.7.52 sends it. It changes nothing, unless it is somebody else's.
void Session::receive_hello(const wire::Hello& hello) {
    const bool same_id = node_id_ == node_id_of(hello.node_id);
    if (!same_id || hello.version != profile_->version) { end(reason::bad_protocol, "a second, different Hello"); }
}

} // namespace ethpoc::peer
