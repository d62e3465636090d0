#include "conform/manners.hpp"

#include <array>

#include "conform/reading.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform {

using wire::MessageType;

HeardMessage hear(BytesView payload, Since at, const Facts& facts, const wire::IdOffsets& offsets) {
    HeardMessage out;
    out.at = at;
    out.payload.assign(payload.begin(), payload.end());
    Bytes scratch;
    const auto read = wire::decode(*facts.profile, out.payload, scratch, offsets, wire::OddEntries::skip);
    out.readable = read.has_value();
    out.type = read ? wire::type_of(*read) : MessageType::Unknown;
    if (!read && wire::looks_like_hello(out.payload)) {
        Bytes again;
        out.type = MessageType::Hello;
        out.readable = wire::decode_greeting(out.payload, again).has_value();
    }
    return out;
}

Bytes polite_answer(const HeardMessage& message, const Facts& facts, const wire::IdOffsets& offsets) {
    const wire::Profile& profile = *facts.profile;
    if (!message.readable) { return {}; }
    switch (message.type) {
    case MessageType::Ping:
        return wire::compose_plain(profile, MessageType::Pong, offsets);
    case MessageType::GetChain:
    case MessageType::GetBlocks:
        return wire::compose_raw_items(profile, MessageType::Blocks, {}, offsets);
    case MessageType::GetBlockHashes: {
        Bytes scratch;
        const auto read = message_heard(message, facts, scratch);
        const auto* const question = read ? std::get_if<wire::GetBlockHashes>(&*read) : nullptr;
        if (question == nullptr) { return {}; }
        const std::array hashes{question->hash};
        return wire::compose_hashes(profile, MessageType::BlockHashes, hashes, offsets);
    }
    default:
        return {};
    }
}

} // namespace ethpoc::conform
