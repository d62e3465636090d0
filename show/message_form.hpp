// What a message by name has in the text form: the names of its fields and their order, and what stands in a field that
// is not given. Internal to show/.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rlp/bytes.hpp"
#include "wire/layout.hpp"

namespace ethpoc::show {

/// Hello, Ping, ... and Unknown, which has an id and values only.
std::optional<wire::MessageType> message_named(std::string_view name) noexcept;
/// The names that message_named() knows.
std::vector<std::string_view> message_names();

/// "client_id"; of a list that is all the rest of its message: "peers".
std::string_view field_label(wire::Member member) noexcept;
/// The field is a list in the text, whose items stand in the message itself.
constexpr bool spreads(wire::Member member) noexcept {
    return wire::is_rest(member) || wire::row_of(member).kind == wire::MemberKind::hashes;
}

/// The members of a message in this version.
wire::Layout form_of(const wire::Profile& profile, wire::MessageType type) noexcept;
/// A Hello says its version itself: the row whose form it has.
const wire::Profile* hello_row(const wire::Profile* profile, std::uint64_t version) noexcept;

/// The items of a field that is not given, each with its header; none for a list and for a reason where the version
/// has no reasons.
Bytes usual_items(const wire::Profile& profile, wire::MessageType type, wire::Member member);

/// The row for messages by name in a text that says none: that of the version in its first Hello; without one the first
/// of 23 and 30, of the flat family, and p2p2/eth49 that has all its messages.
const wire::Profile& row_of_text(std::string_view text);

} // namespace ethpoc::show
