#include "wire/conversation.hpp"

#include <optional>
#include <utility>

#include "wire/tolerated.hpp"

namespace ethpoc::wire {

Conversation::Conversation(const Profile* assumed, const FrameOptions& options) :
    halves_{Half{FrameDecoder(options), nullptr, {}}, Half{FrameDecoder(options), nullptr, {}}}, assumed_(assumed),
    options_(options) {}

void Conversation::lost(Side from, std::uint64_t bytes) {
    Half& own = half(from);
    own.before += own.fed + bytes;
    own.fed = 0;
    own.decoder = FrameDecoder(options_);
}

void Conversation::finish(Side from, ConversationListener& listener) {
    const FrameDecoder& decoder = half(from).decoder;
    const std::uint64_t before = half(from).before;
    if (auto run = decoder.open_run()) {
        run->offset += before;
        listener.garbage(from, *run);
    }
    if (auto rest = decoder.unfinished()) {
        rest->offset += before;
        listener.garbage(from, *rest);
    }
}

const Profile* Conversation::profile() const noexcept {
    for (const Half& one : halves_) {
        if (one.profile != nullptr) { return one.profile; }
    }
    return assumed_;
}

void Conversation::feed(Side from, BytesView bytes, ConversationListener& listener) {
    using Step = FrameDecoder::Step;
    FrameDecoder& decoder = half(from).decoder;
    half(from).fed += bytes.size();
    decoder.feed(bytes);
    for (Step step = decoder.next(); step != Step::need_more; step = decoder.next()) {
        if (step == Step::frame) {
            take(from, decoder.frame(), listener);
        } else {
            Error error = decoder.error();
            error.offset += half(from).before;
            listener.garbage(from, error);
        }
    }
}

void Conversation::take(Side from, const Frame& frame, ConversationListener& listener) {
    if (half(from).profile == nullptr && looks_like_hello(frame.payload)) { return take_hello(from, frame, listener); }
    // Its own Hello says what it speaks; before that, the other's or what we were told.
    const Half& own = half(from).profile != nullptr ? half(from) : half(other(from));
    Said said{from, half(from).before + frame.offset, frame.payload, own.profile != nullptr ? own.profile : assumed_,
              own.offsets};
    if (said.profile == nullptr) { return listener.said(said); }
    Bytes scratch;
    auto message = decode(*said.profile, frame.payload, scratch, said.offsets);
    std::optional<Error> tolerated;
    if (message) {
        tolerated = tolerated_in(*said.profile, frame.payload, type_of(*message));
    } else if (auto lenient = decode(*said.profile, frame.payload, scratch, said.offsets, OddEntries::skip)) {
        tolerated = std::move(message.error());
        message = *lenient;
    }
    if (message) {
        said.message = &*message;
        said.tolerated = tolerated ? &*tolerated : nullptr;
        if (const auto* status = std::get_if<Status>(&*message)) { learn_eth_version(*status); }
        return listener.said(said);
    }
    // A frame that another one cut open: it ends there, and the others are read.
    const auto at = cut_open_at(frame.payload);
    if (at && half(from).decoder.reopen(*at)) {
        const Error open = cut_open_error(said.offset, *at, frame.payload.size());
        said.payload = frame.payload.first(*at);
        said.error = &open;
        return listener.said(said);
    }
    said.error = &message.error();
    listener.said(said);
}

void Conversation::take_hello(Side from, const Frame& frame, ConversationListener& listener) {
    Bytes scratch;
    const auto greeting = decode_greeting(frame.payload, scratch);
    Said said{from, half(from).before + frame.offset, frame.payload};
    if (!greeting) {
        said.error = &greeting.error();
        return listener.said(said);
    }
    half(from).profile = said.profile = greeting->reading;
    half(from).offsets = said.offsets = greeting->offsets;
    const Message message = greeting->hello;
    const auto tolerated = tolerated_in(*said.profile, frame.payload, MessageType::Hello);
    said.message = &message;
    said.tolerated = tolerated ? &*tolerated : nullptr;
    listener.said(said);
}

/// p2p 0 lists names only; the first Status tells which eth version is meant.
void Conversation::learn_eth_version(const Status& status) {
    for (Half& one : halves_) {
        if (one.profile == nullptr || one.profile->capabilities != CapabilityForm::names) { continue; }
        if (const Profile* row = find_p2p(one.profile->version, status.version)) { one.profile = row; }
    }
}

} // namespace ethpoc::wire
