#include "peer/session.hpp"

#include <algorithm>
#include <unordered_map>

#include "wire/codec.hpp"
#include "wire/limits.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

/// One Pong for all peers of a version.
const SharedFrame& pong_of(const wire::Profile& profile) {
    static const auto pongs = [] {
        std::unordered_map<const wire::Profile*, SharedFrame> out;
        for (const wire::Profile& each : wire::profiles()) {
            out[&each] = std::make_shared<const Bytes>(wire::compose_plain(each, wire::MessageType::Pong));
        }
        return out;
    }();
    return pongs.at(&profile);
}

} // namespace

Session::Session(SessionHost& host, const SessionOptions& options, wire::ConnectionId id, Direction direction,
                 std::string endpoint) :
    host_(host),
    options_(options), id_(id), endpoint_(std::move(endpoint)), decoder_(options.frames), direction_(direction) {}

Session::~Session() {
    if (account_ != nullptr) { account_->release(charged_); }
}

void Session::start(Time now) {
    now_ = started_ = last_heard_ = last_ping_ = now;
    const SessionHost::Guess guess = host_.guess(*this);
    fixed_ = guess.fixed;
    if (guess.at_once && guess.profile != nullptr) { say_hello(*guess.profile, now); }
}

// ---------------------------------------------------------------- bytes in

void Session::receive(BytesView bytes, Time now) {
    now_ = now;
    // Behind our Disconnect nothing of theirs matters any more; it is read so that their FIN is seen.
    if (phase_ == Phase::ended || phase_ == Phase::closing) { return; }
    traffic_.bytes_in += bytes.size();
    decoder_.feed(bytes);
    take_all(now);
    decoder_.keep();
    settle();
}

void Session::process(Time now) {
    take_all(now);
    settle();
}

void Session::take_all(Time now) {
    using Step = wire::FrameDecoder::Step;
    const bool watched = host_.observers().want<event::Message>();
    // Looking costs more than a Ping. The chain fills by what is handed to it, the outbox by answers; a Pong changes
    // nothing.
    auto taken = wire::MessageType::Unknown;
    backlog_ = false;
    while (phase_ != Phase::ended && phase_ != Phase::closing) {
        if (taken != wire::MessageType::Pong) { backlog_ = paused(taken == wire::MessageType::Unknown); }
        if (backlog_) { return; }
        const Step step = decoder_.next();
        if (step == Step::frame) {
            frame_open_ = false;
            reserved_ = 0;
            const BytesView payload = decoder_.frame().payload;
            taken = take_keep_alive(payload, watched, now);
            if (taken == wire::MessageType::Unknown) { take_frame(payload, now); }
        } else if (step == Step::skipped) {
            taken = wire::MessageType::Unknown;
            note_malformed(frame_error(), {});
        } else {
            const bool open = decoder_.buffered() > 0;
            if (open && !frame_open_) { frame_since_ = now; }
            frame_open_ = open;
            look_at_pending();
            return note_garbage();
        }
    }
}

/// Ping and Pong without the decoder. Unknown: it is something else.
inline wire::MessageType Session::take_keep_alive(BytesView payload, bool watched, Time now) {
    if (!have_hello_) { return wire::MessageType::Unknown; }
    const wire::MessageType type = wire::keep_alive_type(*profile_, payload);
    if (type == wire::MessageType::Unknown) { return type; }
    last_heard_ = now;
    ++traffic_.messages_in;
    if (watched) { note_message(Way::in, type, payload); }
    type == wire::MessageType::Ping ? send_pong() : receive_pong();
    return type;
}

void Session::take_frame(BytesView payload, Time now) {
    last_heard_ = now;
    ++traffic_.messages_in;
    const wire::MessageType type = type_of_payload(payload).value_or(wire::MessageType::Unknown);
    if (refuse_size(payload, type)) { return; }
    pace_request(type);
    if (have_hello_) { return take_message(payload); }
    type == wire::MessageType::Hello ? take_greeting(payload, now) : defer(payload);
}

void Session::take_message(BytesView payload) {
    static thread_local Bytes scratch; // only the item-counted dialect needs it
    const auto message = wire::decode(*profile_, payload, scratch, offsets_, wire::OddEntries::skip);
    if (!message) { return take_malformed(message.error(), payload); }
    note_message(Way::in, wire::type_of(*message), payload);
    note_tolerated(*profile_, wire::type_of(*message), payload);
    if (std::holds_alternative<wire::GetChain>(*message)) { outbox_.asked(now_); }
    wire::WireProtocol::dispatch(*this, host_.chain(now_), *message);
}

/// A Disconnect ends the connection whatever is wrong with its reason. What is no RLP is no Disconnect.
void Session::take_malformed(const Error& error, BytesView payload) {
    const bool leaves = type_of_payload(payload) == wire::MessageType::Disconnect && !wire::cut_open_at(payload) &&
                        rlp::validate_fast(payload, rlp::Mode::lenient);
    if (!leaves) { return note_malformed(error, payload); }
    host_.observers().tell(event::Malformed{ref(), &error, payload});
    receive_disconnect({});
}

void Session::note_message(Way way, wire::MessageType type, BytesView payload) {
    if (way == Way::out) { ++traffic_.messages_out; }
    host_.observers().tell_made<event::Message>(
        [&] { return event::Message{ref(), way, type, payload, profile_, offsets_}; });
}

/// Frames have no path of their own; offsets in them count from the first byte of the connection.
Error Session::frame_error() const {
    Error error = decoder_.error();
    error.path = "frame";
    return error;
}

/// Bytes that are no frame and do not end. No genuine client begins with such (spec CLIENTS); later a frame that was
/// cut open may leave some, but not without end.
void Session::note_garbage() {
    constexpr std::uint64_t tolerated = 1u << 20;
    if (decoder_.skipping() > (have_hello_ ? tolerated : 0)) {
        report_garbage();
        end(reason::bad_protocol, "not frames");
    }
}

void Session::report_garbage() {
    if (const auto error = decoder_.open_run()) { host_.observers().tell(event::Malformed{ref(), &*error, {}}); }
}

// Genuine clients send GetPeers, GetChain, Blocks or Ping before their Hello (spec CLIENTS 3); they are answered once
// it has come.
void Session::defer(BytesView payload) {
    const wire::Profile* profile = early_profile(payload);
    static thread_local Bytes scratch;
    const auto message = wire::decode(*profile, payload, scratch, offsets_);
    if (!message) { return take_malformed(message.error(), payload); }
    if (const auto* disconnect = std::get_if<wire::Disconnect>(&*message)) {
        host_.observers().tell(
            event::Message{ref(), Way::in, wire::MessageType::Disconnect, payload, profile, offsets_});
        note_tolerated(*profile, wire::MessageType::Disconnect, payload);
        return receive_disconnect(*disconnect);
    }
    const bool tells = !std::holds_alternative<wire::Ping>(*message) && !std::holds_alternative<wire::Pong>(*message);
    if (tells && !heard_before_hello_) { heard_before_hello_ = wire::peek_id(*profile, payload); }
    if (said_hello_ && std::holds_alternative<wire::Ping>(*message)) { return send_pong(); }
    constexpr std::size_t max_deferred = 128; // py-v8b repeats GetPeers every 0.2 s until it has our Hello
    if (deferred_bytes_ + payload.size() > options_.deferred || deferred_.size() == max_deferred) {
        return end(reason::bad_protocol, "too much before Hello");
    }
    deferred_bytes_ += payload.size();
    deferred_.emplace_back(payload.begin(), payload.end());
}

void Session::handle_deferred() {
    const std::vector<Bytes> messages = std::exchange(deferred_, {});
    deferred_bytes_ = 0;
    for (const Bytes& payload : messages) {
        if (phase_ == Phase::closing || phase_ == Phase::ended) { return; }
        take_message(payload);
    }
}

void Session::receive_eof(Time now) {
    now_ = now;
    if (phase_ == Phase::ended) { return; }
    if (phase_ == Phase::closing) { return finish(end_.by, end_.reason, end_.why); }
    process(now); // what was left when a queue was full
    if (phase_ == Phase::ended) { return; }
    report_garbage();
    if (frame_open_ && decoder_.skipping() == 0) {
        Error cut{&wire::errors::incomplete, decoder_.stream_offset(), decoder_.buffered(), "frame", {}};
        host_.observers().tell(event::Malformed{ref(), &cut, {}});
    }
    finish(EndedBy::them, std::nullopt, have_hello_ ? "closed the connection" : "closed the connection before Hello");
}

void Session::receive_error(std::string why) {
    if (phase_ == Phase::ended) { return; }
    if (phase_ == Phase::closing) { return finish(end_.by, end_.reason, end_.why); }
    finish(EndedBy::error, std::nullopt, std::move(why));
}

// ---------------------------------------------------------------- frames out

void Session::queue(wire::MessageType type, Bytes frame) {
    send(type, std::make_shared<const Bytes>(std::move(frame)));
}

void Session::send(wire::MessageType type, SharedFrame frame, bool relay) {
    if (phase_ == Phase::closing || phase_ == Phase::ended || quirks_.never.contains(type)) { return; }
    if (frame->empty()) { return; } // the version, or what the two sides share of it, does not have the message
    const BytesView payload = BytesView(*frame).subspan(wire::frame_header_size);
    const std::size_t limit = starved() ? options_.free_memory : options_.send_queue;
    const auto shed = outbox_.push(frame, type, relay, limit);
    traffic_.shed += shed.size();
    note_slowness(!shed.empty());
    if (!relay) { pace_answer(frame->size()); }
    settle();
    note_message(Way::out, type, payload);
    for (const wire::MessageType each : shed) {
        host_.observers().tell(event::Shed{ref(), each});
    }
}

const Outbox::Entry* Session::next_frame(Time now) noexcept {
    now_ = now;
    const Outbox::Entry* entry = outbox_.front(now, quirks_);
    if (entry != nullptr) { outbox_.begin(); }
    if (entry != nullptr && !offered_since_) { offered_since_ = now; }
    return entry;
}

const Bytes* Session::writable(Time now) noexcept {
    const Outbox::Entry* entry = next_frame(now);
    return entry == nullptr ? nullptr : entry->frame.get();
}

void Session::wrote(Time now) {
    now_ = now;
    offered_since_.reset();
    traffic_.bytes_out += outbox_.pop(now);
    forgive_slowness();
    settle();
}

void Session::end(wire::Reason reason, std::string why) {
    if (phase_ == Phase::closing || phase_ == Phase::ended) { return; }
    end_ = {EndedBy::us, reason, std::move(why)};
    const wire::Profile* profile = profile_ != nullptr ? profile_ : host_.guess(*this).profile;
    if (profile == nullptr) { return finish(end_.by, end_.reason, end_.why); }
    queue(wire::MessageType::Disconnect, wire::compose_disconnect(*profile, reason));
    phase_ = Phase::closing;
    backlog_ = false;
    closing_since_.reset(); // the host may call at any time; the next tick() knows what time it is
}

void Session::finish(EndedBy by, std::optional<wire::Reason> reason, std::string why) {
    phase_ = Phase::ended;
    end_ = {by, reason, std::move(why)};
    outbox_.clear();
    offered_since_.reset();
    deferred_.clear();
    deferred_bytes_ = 0;
    settle();
}

// ---------------------------------------------------------------- wire::PeerPort

void Session::receive_disconnect(const wire::Disconnect& disconnect) {
    const wire::Profile* profile = profile_ != nullptr ? profile_ : host_.guess(*this).profile;
    const wire::ReasonSet set = profile != nullptr ? profile->reasons : wire::ReasonSet::flat;
    const auto reason = disconnect.reason.transform([](std::uint32_t number) { return wire::Reason{number}; });
    std::string why = "no reason given";
    if (reason) { why = std::string(wire::reason_text(set, *reason)); }
    finish(EndedBy::them, reason, why.empty() ? "unknown reason" : std::move(why));
}

void Session::receive_pong() {
    if (!std::exchange(ping_open_, false)) { return; }
    traffic_.latency = now_ - last_ping_;
    host_.observers().tell(event::Latency{ref(), now_ - last_ping_});
}

void Session::receive_unknown(const wire::Unknown&) {} // tolerated: Go has private ids, later versions new ones

void Session::add_peers(const wire::Peers& peers) {
    std::uint32_t looked_at = 0;
    for (const rlp::Item& item : peers.entries) {
        if (++looked_at > options_.addresses_per_message) { return; }
        if (const auto entry = wire::decode_peer_entry(item, profile_->address)) {
            host_.learn_peer(*this, *entry);
        } else { // genuine Python sends some that nobody can use; it costs that entry
            const std::string place = join_path("payload", index_path(looked_at));
            const Error error = Error(entry.error()).moved(0, place);
            host_.observers().tell(event::Tolerated{ref(), &error});
        }
    }
}

void Session::send_pong() {
    const wire::Profile* profile = profile_ != nullptr ? profile_ : host_.guess(*this).profile;
    send(wire::MessageType::Pong, pong_of(*profile));
}

void Session::send_peers() {
    queue(wire::MessageType::Peers, wire::compose_peers(*profile_, host_.known_peers(*this)));
}

} // namespace ethpoc::peer
