// What a trial hears, and what it answers meanwhile.
#include <algorithm>

#include "conform/manners.hpp"
#include "conform/reading.hpp"
#include "conform/trial.hpp"
#include "wire/client.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform {

using wire::MessageType;

void Trial::on_frame(Probe& probe, BytesView payload, Time now) {
    const Line line = probe.line();
    HeardLine& heard = heard_.lines[line];
    HeardMessage message = hear(payload, since(now), facts_, connections_[line].offsets);
    message.before_stimulus = line == 0 && (phase_ == Phase::connect || phase_ == Phase::greet);
    transcript_.came(line, payload, wire::name_of(message.type), now);
    last_word_ = now;
    if (message.type == MessageType::Hello && !heard.greeted) {
        heard.greeted = true;
        connections_[line].greeted_at = now;
    }
    if (phase_ != Phase::farewell && phase_ != Phase::heard) {
        if (heard.messages.size() < 200'000) { heard.messages.push_back(message); }
        if (message.before_stimulus) { learn(message); }
        if (message.type == MessageType::Pong && settle_asked_ && message.before_stimulus) { settle_answered_ = true; }
        if (message.type == MessageType::Pong && heard.asked) { note_pong(line); }
        if (message.type == MessageType::Disconnect && !message.before_stimulus) {
            connections_[line].disconnected_at = now;
        }
        // As of Pong: the last one is the answer to our own question.
        if (message.type == MessageType::BlockHashes && heard.eth_asked) { mark_as_ours(heard.messages); }
        if (message.type == MessageType::BlockHashes) { ask_blocks(message); }
        if (blocks_asked_ && message.type == MessageType::Blocks && line == 0) {
            heard.messages.back().ours = true;
            blocks_came_ = true;
        }
        answer(line, message);
    }
    tick();
}

void Trial::on_garbage(Probe& probe, std::uint64_t size, Time now) {
    heard_.lines[probe.line()].no_frames = true;
    last_word_ = now;
    transcript_.happened(probe.line(), std::to_string(size) + " bytes that are no frame", now);
}

void Trial::on_ended(Probe& probe, Ending how, Time now) {
    HeardLine& line = heard_.lines[probe.line()];
    if (line.ending == Ending::open && phase_ != Phase::farewell && phase_ != Phase::heard) {
        line.ending = how;
        line.ended_at = since(now);
        transcript_.happened(probe.line(), how == Ending::fin ? "closed by the target" : "broken off", now);
    }
    probe.drop();
    tick();
}

void Trial::on_bytes(Probe& probe, BytesView bytes) {
    const Time now = host_.now();
    Connection& connection = connections_[probe.line()];
    HeardLine& heard = heard_.lines[probe.line()];
    if (probe.inside_frame()) { heard.longest_pause = std::max<Since>(heard.longest_pause, now - connection.heard_at); }
    connection.heard_at = now;
    host_.said(run_, probe.line(), false, bytes);
}

void Trial::on_sent(Probe& /*probe*/, Time /*now*/) {
    tick();
}

/// Before our own Hello nothing is answered, and never inside a frame of ours.
void Trial::answer(Line line, const HeardMessage& message) {
    Connection* const connection = open_line(line);
    if (connection == nullptr || connection->silent || heard_.lines[line].our_hello.empty()) { return; }
    Bytes frame = polite_answer(message, facts_, connection->offsets);
    if (frame.empty()) { return; }
    if (connection->inside_frame) {
        if (connection->waiting.size() < 100) { connection->waiting.push_back(std::move(frame)); }
        return;
    }
    say(line, std::move(frame));
}

/// The target's own words count more than what was learned before.
void Trial::learn(const HeardMessage& message) {
    const bool tells = message.type == MessageType::Hello || message.type == MessageType::Status ||
                       message.type == MessageType::GetChain;
    if (!tells) { return; }
    Bytes scratch;
    const auto read = message_heard(message, facts_, scratch);
    if (!read) { return; }
    std::optional<Hash256> head;
    if (const auto* const status = std::get_if<wire::Status>(&*read)) { head = status->best_hash; }
    if (const auto* const hello = std::get_if<wire::Hello>(&*read)) {
        const bool has_head = facts_.profile->hello == wire::HelloForm::with_head ||
                              facts_.profile->hello == wire::HelloForm::with_genesis;
        if (has_head && hello->best_hash.size() == Hash256::width) {
            std::ranges::copy(hello->best_hash, head.emplace().bytes.begin());
        }
    }
    stale_ = stale_ || (head && facts_.head && *head != *facts_.head);
    // Newest first from C++, oldest first from Go of protocol 8: its head is at one of the ends.
    // Python asks from anywhere.
    const auto* const question = std::get_if<wire::GetChain>(&*read);
    const bool python = wire::identify(facts_.client_id, facts_.profile->family) == wire::ClientKind::py;
    if (question == nullptr || question->hashes.empty() || !facts_.head || python) { return; }
    const auto is_head = [&](const rlp::Item& item) { return wire::decode_hash(item) == *facts_.head; };
    const rlp::Item first = *question->hashes.begin();
    const bool named = is_head(first) || is_head(question->hashes[question->hashes.size() - 1]);
    stale_ = stale_ || !named;
}

} // namespace ethpoc::conform
