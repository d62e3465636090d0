// Checks of how a session goes: who says what when, how connections end, what else the target does meanwhile.
#include <algorithm>
#include <cstdio>

#include "conform/check_functions.hpp"
#include "conform/checks.hpp"
#include "conform/expectation.hpp"
#include "conform/reading.hpp"
#include "rlp/hex.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::conform::check {
namespace {
using enum wire::MessageType;
} // namespace

const HeardLine& first_line(const Heard& heard) noexcept {
    static const HeardLine none{};
    return heard.lines.empty() ? none : heard.lines.front();
}

const HeardMessage* last_answer(const HeardLine& line, wire::MessageType type) noexcept {
    const HeardMessage* out = nullptr;
    for (const HeardMessage& message : line.messages) {
        if (message.type == type && message.readable && !message.before_stimulus && !message.ours) { out = &message; }
    }
    return out;
}

bool came(const HeardLine& line, wire::MessageType type) noexcept {
    return std::ranges::find(line.messages, type, &HeardMessage::type) != line.messages.end();
}

namespace {

const HeardMessage* disconnect_of(const HeardLine& line) noexcept {
    const auto at = std::ranges::find(line.messages, Disconnect, &HeardMessage::type);
    return at == line.messages.end() ? nullptr : &*at;
}

std::ptrdiff_t times_heard(const HeardLine& line, wire::MessageType type) {
    return std::ranges::count(line.messages, type, &HeardMessage::type);
}

/// Came behind the stimulus.
bool asked_since(const HeardLine& line, wire::MessageType type) {
    return std::ranges::any_of(line.messages,
                               [&](const HeardMessage& m) { return m.type == type && !m.before_stimulus; });
}

bool was_refused(const HeardLine& line) {
    return ended_by_target(line) || !line.connected || !line.greeted;
}

} // namespace

bool one_hello(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return times_heard(first_line(heard), Hello) == 1;
}

bool one_hello_first(const Heard& heard, const Facts& facts, std::string_view text) {
    const HeardLine& line = first_line(heard);
    const auto hello = std::ranges::find(line.messages, Hello, &HeardMessage::type);
    const bool p2p = facts.profile->family == wire::Family::p2p;
    return one_hello(heard, facts, text) && std::all_of(line.messages.begin(), hello, [&](const HeardMessage& m) {
               return m.type == Ping || m.type == Disconnect || (p2p && m.type == GetPeers);
           });
}

bool quiet_before_hello(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const HeardLine& line = first_line(heard);
    const bool p2p = facts.profile->family == wire::Family::p2p;
    return !line.no_frames && std::ranges::all_of(line.messages, [&](const HeardMessage& m) {
        return m.ours || m.type == Hello || m.type == Ping || (p2p && (m.type == GetPeers || m.type == Status));
    });
}

/// `[1]`, or `[1, r]`: r of the table, 0 as 80. C++ protocols 2 to 4 have the reason behind the list.
bool own_disconnect(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const HeardLine& line = first_line(heard);
    const HeardMessage* const said = disconnect_of(line);
    if (said == nullptr || !ended_by_target(line) || line.ended_at - said->at > disconnect_grace) { return false; }
    Bytes scratch;
    const BytesView payload = todays_payload(*said, facts, scratch);
    const rlp::Items items = items_heard(payload, facts.profile->reason_outside ? 2 : 0);
    std::uint32_t id = 0;
    if (items.empty() || items.size() > 2 || !rlp::value_fast(items[0], id)) { return false; }
    if (items.size() == 1) { return true; }
    std::uint32_t reason = 0;
    return rlp::value_fast(items[1], reason) &&
           !wire::reason_text(wire::reasons_of(facts.profile->family), wire::Reason{reason}).empty();
}

bool no_disconnect(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return disconnect_of(first_line(heard)) == nullptr;
}

bool grace(const Heard& heard, const Facts& /*facts*/, std::string_view text) {
    const HeardLine& line = first_line(heard);
    const HeardMessage* const said = disconnect_of(line);
    const auto range = range_named(text);
    if (said == nullptr || !range || !ended_by_target(line)) { return false; }
    const Since between = line.ended_at - said->at;
    return between >= range->least && between <= range->most;
}

bool always(const Heard& /*heard*/, const Facts& /*facts*/, std::string_view /*text*/) {
    return true;
}

bool answer_bytes(const Heard& heard, const Facts& facts, std::string_view text) {
    const auto wanted = from_hex(text);
    const HeardMessage* answer = nullptr;
    for (const HeardMessage& message : first_line(heard).messages) {
        if (message.before_stimulus || message.ours || is_own_talk(message, facts)) { continue; }
        if (message.type == Hello && &message == hello_of(first_line(heard))) { continue; }
        if (answer != nullptr) { return false; } // two answers
        answer = &message;
    }
    if (!wanted || answer == nullptr) { return false; }
    const auto header = wire::frame_header(answer->payload.size());
    Bytes frame(header.begin(), header.end());
    frame.insert(frame.end(), answer->payload.begin(), answer->payload.end());
    return frame == *wanted;
}

bool not_dialled(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return heard.dials == 0;
}

bool dialled(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return heard.dials > 0;
}

bool no_self_dial(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return !heard.self_dial;
}

bool memory_below(const Heard& heard, const Facts& /*facts*/, std::string_view text) {
    const auto most = size_named(text);
    return most && heard.memory_growth < *most;
}

bool gettx(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return came(first_line(heard), GetTransactions);
}

bool no_getblocks(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return !asked_since(first_line(heard), GetBlocks);
}

bool no_chain_questions(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    const HeardLine& line = first_line(heard);
    return !asked_since(line, GetChain) && !asked_since(line, GetBlockHashes) && !asked_since(line, GetBlocks) &&
           !asked_since(line, GetTransactions);
}

bool one_status(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    const HeardLine& line = first_line(heard);
    const auto status = std::ranges::find(line.messages, Status, &HeardMessage::type);
    return times_heard(line, Status) == 1 &&
           std::find_if(line.messages.begin(), status, [](const HeardMessage& m) { return m.type == Hello; }) != status;
}

bool eth_alive(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return std::ranges::any_of(first_line(heard).messages,
                               [](const HeardMessage& m) { return m.type == BlockHashes && m.readable && m.ours; });
}

bool eth_silent(const Heard& heard, const Facts& facts, std::string_view text) {
    return first_line(heard).eth_asked && !eth_alive(heard, facts, text);
}

bool one_refused(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return std::ranges::any_of(heard.lines, was_refused);
}

bool last_refused(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return !heard.lines.empty() && was_refused(heard.lines.back());
}

std::string ending_report(const Heard& heard, const Facts& facts) {
    if (heard.lines.empty()) { return "none"; }
    const HeardLine& line = heard.lines.back();
    if (!line.connected) { return "refused"; }
    if (const HeardMessage* const said = disconnect_of(line)) {
        Bytes scratch;
        const auto read = message_heard(*said, facts, scratch);
        const auto* const disconnect = read ? std::get_if<wire::Disconnect>(&*read) : nullptr;
        if (disconnect == nullptr || !disconnect->reason) { return "Disconnect"; }
        const auto low = static_cast<std::uint8_t>(std::min<std::uint32_t>(*disconnect->reason, 0xff));
        return "Disconnect " + to_hex(BytesView(&low, 1));
    }
    if (ended_by_target(line)) { return "close"; }
    return line.greeted ? "accepted" : "silence";
}

std::string ping_report(const Heard& heard) {
    std::vector<Since> at;
    for (const HeardMessage& message : first_line(heard).messages) {
        if (message.type == Ping) { at.push_back(message.at); }
    }
    if (at.empty()) { return "none"; }
    if (at.size() == 1) { return "one"; }
    const std::chrono::duration<double> between = at.back() - at.front();
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "every %.1f s, %zu in all",
                  between.count() / static_cast<double>(at.size() - 1), at.size());
    return out.data();
}

} // namespace ethpoc::conform::check
