#include "wire/limits.hpp"

#include "wire/item_counted.hpp"

namespace ethpoc::wire {
namespace {

constexpr std::size_t longest_length = 8; // bytes of a length in RLP
constexpr std::size_t longest_id = 8;     // bytes; longer ones are no id

/// Where the first item of the list begins; nothing: `first` is no list. Both dialects write a short header in one
/// byte.
std::optional<std::size_t> after_header(std::uint8_t first, rlp::Dialect dialect) noexcept {
    const bool old = dialect == rlp::Dialect::item_counted;
    const std::uint8_t shortest = old ? 0x80 : 0xc0;
    const std::uint8_t longest = old ? 0xb7 : 0xf7;
    if (first < shortest || (old && first >= 0xc0)) { return std::nullopt; }
    return first <= longest ? 1 : 1 + static_cast<std::size_t>(first - longest);
}

/// Bytes of a scalar after its header byte; 0: the byte is the scalar.
std::optional<std::size_t> scalar_size(std::uint8_t first, rlp::Dialect dialect) noexcept {
    const std::uint8_t last_single = dialect == rlp::Dialect::item_counted ? 0x17 : 0x7f;
    if (first <= last_single) { return 0; }
    const auto size = static_cast<std::size_t>(first - last_single - (dialect == rlp::Dialect::item_counted ? 0 : 1));
    return size <= longest_id ? std::optional(size) : std::nullopt;
}

struct Peeked {
    std::optional<std::uint64_t> id{};
    bool cut = false; // more bytes are needed
};

Peeked peek(rlp::Dialect dialect, BytesView head) noexcept {
    static_assert(1 + longest_length + 1 + longest_id == 18);
    if (head.empty()) { return {.cut = true}; }
    const auto at = after_header(head.front(), dialect);
    if (!at) { return {}; }
    if (*at >= head.size()) { return {.cut = true}; }
    const auto size = scalar_size(head[*at], dialect);
    if (!size) { return {}; }
    const bool itself = *size == 0 && (dialect == rlp::Dialect::item_counted || head[*at] != 0x80);
    if (itself) { return {.id = head[*at]}; }
    if (*at + 1 + *size > head.size()) { return {.cut = true}; }
    std::uint64_t id = 0;
    for (const std::uint8_t byte : head.subspan(*at + 1, *size)) {
        id = id << 8 | byte;
    }
    return {.id = id};
}

} // namespace

std::optional<MessageType> peek_type(const Profile& profile, BytesView head, const IdOffsets& offsets) noexcept {
    const Peeked peeked = peek(profile.dialect, head);
    if (peeked.id) { return type_of_id(profile, *peeked.id, offsets); }
    return peeked.cut ? std::nullopt : std::optional(MessageType::Unknown);
}

std::optional<std::uint64_t> peek_id(const Profile& profile, BytesView head) noexcept {
    return peek(profile.dialect, head).id;
}

} // namespace ethpoc::wire
