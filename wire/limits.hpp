// Limits: what one peer may send of each message. Rows of messages.def; the decoder, the session and the queue of the
// chain read the same row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::wire {

/// The row of ETHPOC_LIMIT for one type of message.
struct MessageLimits {
    std::uint32_t before_hello = 0; // bytes of payload
    std::uint32_t bytes = 0;        // bytes of payload, once Hello was accepted
    std::uint32_t items = 0;        // entries of the message's list, the id included
    std::uint32_t burst = 0;        // messages at once; 0: any number
    std::uint32_t per_second = 0;   // messages a second after a burst
    std::uint32_t cost = 0;         // bytes, of the answer that it may bring
    bool skips = false;             // entries that cannot be read are passed over
};

inline constexpr std::array<MessageLimits, message_type_count + 1> limit_rows = [] {
    std::array<MessageLimits, message_type_count + 1> out{};
#define ETHPOC_LIMIT(Type, before_hello, bytes, items, burst, per_second, cost, skips)                                 \
    out[static_cast<std::size_t>(MessageType::Type)] = {before_hello, bytes, items, burst, per_second, cost, skips};
#include "wire/messages.def"
    return out;
}();

static_assert(
    [] {
        for (const MessageLimits& row : limit_rows) {
            if (row.bytes == 0) { return false; }
        }
        return true;
    }(),
    "a message has no ETHPOC_LIMIT in messages.def");

/// Unknown has a row too.
constexpr const MessageLimits& limits_of(MessageType type) noexcept {
    return limit_rows[static_cast<std::size_t>(type)];
}

/// What the beginning of a payload says of its type, as far as that is there: for a frame that has not come whole.
/// `head` are the first bytes of the payload; 18 of them always suffice. Nothing: more bytes are needed, or it is no
/// message. A payload that is no RLP list, or whose id is none, is Unknown.
std::optional<MessageType> peek_type(const Profile& profile, BytesView head, const IdOffsets& offsets = {}) noexcept;

/// The id in the same bytes. Nothing: more bytes are needed, or there is none.
std::optional<std::uint64_t> peek_id(const Profile& profile, BytesView head) noexcept;

} // namespace ethpoc::wire
