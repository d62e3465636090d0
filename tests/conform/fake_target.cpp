// The connection of a FakeTarget: bytes, time, Ping, Disconnect, and which message is whose.
#include "tests/conform/fake_target.hpp"
#include "tests/conform/fake_items.hpp"

#include <algorithm>
#include <utility>

#include "rlp/legacy.hpp"
#include "wire/frame.hpp"
#include "wire/layout.hpp"
#include "wire/limits.hpp"
#include "wire/tolerated.hpp"

namespace ethpoc::test {
namespace {

using namespace std::chrono_literals;
using enum wire::MessageType;

constexpr std::size_t most_unsent = 256u << 10;
constexpr auto hello_patience = 30s;
constexpr auto frame_patience = 60s;
constexpr auto ping_interval = 20s;
constexpr auto pong_patience = 60s;
constexpr auto lingering = 10s;

/// c1 02 as f8 01 02.
void lengthen(Bytes& frame) {
    constexpr std::size_t list = wire::frame_header_size;
    if (frame.size() <= list || frame[list] < 0xc0 || frame[list] > 0xf7) { return; }
    frame.insert(frame.begin() + list + 1, static_cast<std::uint8_t>(frame[list] - 0xc0));
    frame[list] = 0xf8;
    std::ranges::copy(wire::frame_header(frame.size() - list), frame.begin());
}

} // namespace

FakeTarget::FakeTarget(FakeHouse& house, wire::ConnectionId id, peer::Direction direction, std::string endpoint) :
    house_(house), bug_(house.bug()), id_(id), dialer_(direction == peer::Direction::outbound),
    endpoint_(std::move(endpoint)) {}

void FakeTarget::say(Bytes frame, std::chrono::milliseconds delay) {
    if (frame.empty() || leaves_ || dropped_) { return; }
    if (is(Bug::long_headers)) { lengthen(frame); }
    unsent_ += frame.size();
    if (is(Bug::writes_in_pieces)) {
        constexpr std::ptrdiff_t header = 8;
        out_.push_back({now_ + delay, Bytes(frame.begin(), frame.begin() + header)});
        frame.erase(frame.begin(), frame.begin() + header);
        delay += 50ms;
    }
    out_.push_back({now_ + delay, std::move(frame)});
    house_.flush(*this);
}

void FakeTarget::say_good_bye(std::optional<wire::Reason> reason) {
    if (is(Bug::disconnect_odd_reason)) { reason = wire::Reason{0x7f}; }
    if (!leaves_) { say(wire::compose_disconnect(profile(), reason)); }
    leaves_ = true;
    gone_at_ = now_;
}

bool FakeTarget::listens() const noexcept {
    if (deaf_ || house_.hung() || dropped_) { return false; }
    if (house_.bug() == Bug::waits_for_slow_reader && house_.waits_for_another(*this)) { return false; }
    return !(is(Bug::one_at_a_time) && !house_.is_newest(*this));
}

// ---------------------------------------------------------------- peer::Driver

void FakeTarget::start(Time now) {
    now_ = now;
    since_ = now;
    if (is(Bug::hangs_up)) { dropped_ = true; }
    if (is(Bug::asks_before_hello)) { say(wire::compose_plain(profile(), GetTransactions)); }
    if (is(Bug::blocks_before_hello)) { say(wire::compose_raw_items(profile(), Blocks, {})); }
    if (!is(Bug::waits_for_hello) && !(is(Bug::silent_as_dialer) && dialer_)) { say_hello(); }
}

void FakeTarget::receive(BytesView bytes, Time now) {
    now_ = now;
    pings_in_read_ = 0;
    asked_blocks_in_read_ = false;
    if (!listens() || (leaves_ && !is(Bug::goes_on_after_disconnect))) { return; }
    in_.insert(in_.end(), bytes.begin(), bytes.end());
    std::vector<BytesView> payloads;
    std::size_t used = 0;
    bool bad = false;
    while (!bad) {
        const Cut cut = cut_frame(BytesView(in_).subspan(used));
        if (cut.what == Found::nothing) { break; }
        bad = cut.what == Found::garbage;
        used += cut.size;
        if (!bad) { payloads.push_back(cut.payload); }
        if (is(Bug::one_frame_a_read)) {
            used = in_.size();
            break;
        }
    }
    if (bad && is(Bug::loses_what_stands_before_garbage)) { payloads.clear(); }
    for (const BytesView payload : payloads) {
        if (listens() && (!leaves_ || is(Bug::goes_on_after_disconnect))) { take(payload); }
    }
    if (held_) { say(std::move(*std::exchange(held_, std::nullopt))); }
    if (bad) {
        in_.clear();
        garbage();
    } else {
        in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(used));
        if (is(Bug::loses_split_frames)) { in_.clear(); }
    }
    if (is(Bug::holds_half_frames)) { house_.look_at_half_frames(); }
    if (in_.empty()) {
        frame_since_ = Time::max();
    } else if (frame_since_ == Time::max() || used > 0) {
        frame_since_ = now;
    }
}

void FakeTarget::receive_eof(Time now) {
    now_ = now;
    if (!is(Bug::fin_unnoticed)) { leaves_ = true; }
}

void FakeTarget::receive_error(std::string /*why*/) {
    if (is(Bug::dies_of_reset)) { house_.die(); }
    dropped_ = true;
}

bool FakeTarget::wants_bytes() const {
    return unsent_ < most_unsent;
}

const Bytes* FakeTarget::writable(Time now) {
    now_ = now;
    if (out_.empty() || out_.front().at > now || house_.hung() || dropped_) { return nullptr; }
    return is(Bug::never_speaks) ? nullptr : &out_.front().frame;
}

void FakeTarget::wrote(Time now) {
    now_ = now;
    unsent_ -= out_.front().frame.size();
    out_.pop_front();
}

bool FakeTarget::ended() const {
    if (dropped_) { return true; }
    if (!leaves_ || (!out_.empty() && !is(Bug::never_speaks))) { return false; }
    return !is(Bug::disconnect_lingers) || gone_at_ == Time::max() || now_ >= gone_at_ + lingering;
}

Time FakeTarget::deadline() const {
    if (house_.hung()) { return Time::max(); }
    Time out = Time::max();
    const auto at = [&](Time from, std::chrono::milliseconds after) {
        if (from != Time::max()) { out = std::min(out, from + after); }
    };
    if (!out_.empty() && out_.front().at > now_) { at(out_.front().at, 0ms); }
    if (leaves_) {
        if (is(Bug::disconnect_lingers)) { at(gone_at_, lingering); }
        return out;
    }
    if (!greeted_ && !is(Bug::patient_for_hello)) { at(since_, is(Bug::impatient_for_hello) ? 3s : hello_patience); }
    if (!is(Bug::keeps_half_frames)) { at(frame_since_, frame_patience); }
    if (!is(Bug::never_pings)) { at(pinged_, ping_interval); }
    if (!is(Bug::unanswered_ping_unnoticed) && !is(Bug::keeps_half_frames)) { at(ping_unanswered_, pong_patience); }
    if (is(Bug::leaves_idle_peer)) { at(heard_, 30s); }
    if (is(Bug::wants_status) && !heard_status_) { at(greeted_at_, 3s); }
    return out;
}

void FakeTarget::tick(Time now) {
    now_ = now;
    if (leaves_ || house_.hung()) { return; }
    const auto due = [&](Time from, std::chrono::milliseconds after) {
        return from != Time::max() && now >= from + after;
    };
    const auto hello_time = is(Bug::impatient_for_hello) ? std::chrono::seconds(3) : hello_patience;
    const bool no_hello = !greeted_ && !is(Bug::patient_for_hello) && due(since_, hello_time);
    const bool no_frame = !is(Bug::keeps_half_frames) && due(frame_since_, frame_patience);
    const bool minds_pong = !is(Bug::unanswered_ping_unnoticed) && !is(Bug::keeps_half_frames);
    const bool no_pong = minds_pong && due(ping_unanswered_, pong_patience);
    const bool no_status = is(Bug::wants_status) && !heard_status_ && due(greeted_at_, 3s);
    if (no_hello || no_frame || no_pong || no_status || (is(Bug::leaves_idle_peer) && due(heard_, 30s))) {
        return say_good_bye(wire::reason::useless_peer);
    }
    if (!is(Bug::never_pings) && due(pinged_, ping_interval)) {
        say(wire::compose_plain(profile(), Ping));
        pinged_ = now;
        if (ping_unanswered_ == Time::max()) { ping_unanswered_ = now; }
    }
}

// ---------------------------------------------------------------- messages

/// One payload.
void FakeTarget::take(BytesView payload) {
    if (payload.empty()) { // no message, and no reason to leave
        if (is(Bug::deaf_after_empty_frame)) { deafen(); }
        return;
    }
    if (dies_of_form(payload)) { return; }
    if (is(Bug::reads_poc1_alone) && profile().dialect != rlp::Dialect::modern) { return malformed(false); }
    Bytes as_list;
    if (is(Bug::string_is_message) && payload[0] < 0xc0) {
        as_list = rlp::encode_list(rlp::Raw{payload});
        payload = as_list;
    }
    Bytes scratch;
    const auto message = wire::decode(profile(), payload, scratch, offsets_, wire::OddEntries::skip);
    if (!message) {
        const bool hello = wire::looks_like_hello(payload);
        const auto type = wire::peek_type(profile(), payload, offsets_).value_or(Unknown);
        if (type == Hello && !greeted_ && (refuses_form(payload) || takes_anyway(payload))) { return; }
        return on_unreadable(type, payload, hello);
    }
    const auto items = items_of(payload);
    const bool zero_before = !items.empty() && items[0].size() > 2 && items[0][1] == 0; // the id with a zero before it
    const bool odd = zero_before || wire::tolerated_in(profile(), payload, wire::type_of(*message));
    if (odd && is(Bug::deaf_after_odd_form)) { return deafen(); }
    if (odd && is(Bug::dies_of_odd_form)) { return house_.die(); }
    const auto first = rlp::first_item(payload, rlp::Mode::lenient);
    const bool more = first && first->whole().size() < payload.size();
    if (more && is(Bug::dies_of_bytes_behind_list)) { return house_.die(); }
    handle(*message, payload);
    if (more && is(Bug::second_item_is_message)) { take(payload.subspan(first->whole().size())); }
}

/// A message of this type that cannot be read.
void FakeTarget::on_unreadable(wire::MessageType type, BytesView payload, bool hello) {
    const bool dies = (is(Bug::dies_of_missing_count) && type == GetChain) ||
                      (is(Bug::dies_of_bad_new_block) && type == NewBlock) ||
                      (is(Bug::dies_of_odd_hash) && (type == GetChain || type == NotInChain || type == GetBlockHashes ||
                                                     type == BlockHashes || type == GetBlocks || type == Status));
    if (dies) { return house_.die(); }
    if (type == Disconnect && !is(Bug::disconnect_canonical)) { return on_disconnect(payload, {}); }
    if (type == Disconnect) { return; }
    if (is(Bug::missing_is_zero) && type == GetBlockHashes) {
        return say(wire::compose_hashes(profile(), BlockHashes, {}, offsets_));
    }
    if (is(Bug::any_status) && type == Status) { return; }
    if (is(Bug::deaf_after_status) && type == Status) { return deafen(); }
    malformed(hello);
}

bool FakeTarget::has_more_items(wire::MessageType type, BytesView payload) const {
    const std::size_t items = items_in(payload);
    switch (type) {
    case Ping:
    case Pong:
    case GetPeers:
    case GetTransactions:
        return items > 1;
    case Hello:
        return items > 1 + wire::hello_layout(profile().hello).size();
    case GetBlockHashes:
    case NewBlock:
        return items > 3;
    case Status:
        return items > 6;
    default:
        return false;
    }
}

void FakeTarget::handle(const wire::Message& message, BytesView payload) {
    const wire::MessageType type = wire::type_of(message);
    if (is(Bug::wants_no_items) && has_more_items(type, payload)) { return; }
    if (is(Bug::closes_on_more_items) && has_more_items(type, payload)) { return close_now(); }
    if (type != Ping && type != Pong) { heard_ = now_; }
    if (const auto* hello = std::get_if<wire::Disconnect>(&message)) { return on_disconnect(payload, *hello); }
    if (type == Hello) { return on_hello(payload); }
    if (!greeted_) { return on_early(message); }
    if (is(Bug::deaf_after_hello)) { return; }
    const bool question = type == GetPeers || type == GetBlockHashes;
    if (is(Bug::hangs_after_many_questions) && question && ++questions_ > 500) { return house_.hang(); }
    if (is(Bug::dies_of_early_question) && type == GetBlockHashes && !heard_status_ &&
        house_.profile().family == wire::Family::p2p) {
        return house_.die();
    }
    std::visit(
        [&]<class T>(const T& said) {
            if constexpr (requires { on(said, payload); }) { on(said, payload); }
        },
        message);
}

/// Before Hello: Ping is answered, nothing else is.
void FakeTarget::on_early(const wire::Message& message) {
    if (is(Bug::hello_before_all)) { return close_now(); }
    const wire::MessageType type = wire::type_of(message);
    if (type == Status && is(Bug::dies_of_early_status)) { return house_.die(); }
    if (type == Ping) { say_pong(); }
}

void FakeTarget::on_disconnect(BytesView payload, const wire::Disconnect& message) {
    const bool modern = profile().dialect == rlp::Dialect::modern;
    const std::size_t items = modern ? items_in(payload) : 1;
    if (is(Bug::disconnect_ignored) || (is(Bug::disconnect_after_hello) && !greeted_)) { return; }
    if (is(Bug::disconnect_wants_reason) && !message.reason) { return; }
    if (is(Bug::disconnect_known_reasons) && message.reason &&
        wire::reason_text(wire::reasons_of(profile().family), wire::Reason{*message.reason}).empty()) {
        return;
    }
    if (is(Bug::disconnect_canonical) && wire::tolerated_in(profile(), payload, Disconnect)) { return; }
    if (is(Bug::reason_inside) && items == 1 && message.reason) { return; }
    if (is(Bug::disconnect_is_answered)) { say(wire::compose_plain(profile(), Pong)); }
    leaves_ = true;
}

void FakeTarget::say_pong() {
    ++pings_in_read_;
    if (is(Bug::few_pongs) && pings_in_read_ > 50) { return; }
    if (is(Bug::no_pong_with_blocks) && asked_blocks_in_read_) { return; }
    Bytes pong = wire::compose_plain(profile(), Pong);
    if (is(Bug::pong_with_item)) {
        pong = profile().dialect == rlp::Dialect::modern ? Bytes{0x22, 0x40, 0x08, 0x91, 0, 0, 0, 3, 0xc2, 0x03, 0x05}
                                                         : Bytes{0x22, 0x40, 0x08, 0x91, 0, 0, 0, 3, 0x82, 0x03, 0x05};
    }
    if (is(Bug::pong_twice)) { say(pong); }
    if (leaves_ && is(Bug::goes_on_after_disconnect)) {
        unsent_ += pong.size();
        out_.push_back({now_, std::move(pong)});
        return;
    }
    say(std::move(pong), is(Bug::pong_late) ? 3s : 0s);
}

void FakeTarget::on(const wire::Ping& /*message*/, BytesView /*payload*/) {
    say_pong();
}

void FakeTarget::on(const wire::Pong& /*message*/, BytesView /*payload*/) {
    ping_unanswered_ = Time::max();
    if (is(Bug::pong_to_pong)) { say(wire::compose_plain(profile(), Pong)); }
}

void FakeTarget::on(const wire::Unknown& message, BytesView /*payload*/) {
    const std::uint64_t id = message.id;
    if (is(Bug::id_is_one_byte) && id > 0xff) {
        if ((id & 0xff) == 2) { say_pong(); }
        if ((id & 0xff) == 0) { close_now(); }
    }
    const bool sub_protocol = profile().family == wire::Family::p2p && id >= wire::first_sub_protocol_id;
    if (is(Bug::ids_have_no_end) && sub_protocol) { say_pong(); }
    if (is(Bug::eth_unshared_is_read) && sub_protocol && !has_eth()) { return house_.die(); }
    if (is(Bug::pong_to_unknown)) { say(wire::compose_plain(profile(), Pong)); }
    if (is(Bug::closes_on_unknown)) { close_now(); }
}

} // namespace ethpoc::test
