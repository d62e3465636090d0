// Layouts: which members a message has, in which order, of which kind. Rows of layouts.def; for decoding and composing
// as types, for showing as data.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "wire/profile.hpp"

namespace ethpoc::wire {

/// Everything that stands in a message, a value for each ETHPOC_MEMBER of layouts.def.
enum class Member : std::uint8_t {
#define ETHPOC_MEMBER(member, name, kind, width) member,
#define ETHPOC_LAYOUT(layout, ...)
#include "wire/layouts.def"
#undef ETHPOC_LAYOUT
#undef ETHPOC_MEMBER
};

/// What layouts.def says of each.
enum class MemberKind : std::uint8_t { number, saturated, text, hash, node_id, address, item, list, hashes, rest };

/// What layouts.def says of one member.
struct MemberRow {
    std::string_view name;
    MemberKind kind;
    std::uint8_t width; // bytes; 0: any
};

inline constexpr std::array member_rows{
#define ETHPOC_MEMBER(member, name, kind, width) MemberRow{#name, MemberKind::kind, width},
#define ETHPOC_LAYOUT(layout, ...)
#include "wire/layouts.def"
#undef ETHPOC_LAYOUT
#undef ETHPOC_MEMBER
};

/// Its row of layouts.def.
constexpr const MemberRow& row_of(Member member) noexcept {
    return member_rows[static_cast<std::size_t>(member)];
}

/// It stands for all items that are left of the message.
constexpr bool is_rest(Member member) noexcept {
    return row_of(member).kind == MemberKind::rest;
}

/// Members in the order of the wire, without the id.
using Layout = std::span<const Member>;

/// One array for each row: layouts::status.
namespace layouts {
/// Of messages without members.
inline constexpr std::array<Member, 0> none{};
#define ETHPOC_MEMBER(member, name, kind, width)
#define ETHPOC_LAYOUT(layout, ...)                                                                                     \
    inline constexpr auto layout = [] {                                                                                \
        using enum Member;                                                                                             \
        return std::array{__VA_ARGS__};                                                                                \
    }();
#include "wire/layouts.def"
#undef ETHPOC_LAYOUT
#undef ETHPOC_MEMBER
} // namespace layouts

/// The row of layouts.def that messages.def names.
Layout layout_of(MessageType type) noexcept;

/// What a Hello of this form has when it is composed.
constexpr Layout hello_layout(HelloForm form) noexcept {
    switch (form) {
    case HelloForm::with_caps:
        return layouts::hello_with_caps;
    case HelloForm::key_outside:
        return layouts::hello_key_outside;
    case HelloForm::full:
        return layouts::hello_full;
    case HelloForm::with_head:
        return layouts::hello_with_head;
    case HelloForm::with_genesis:
        return layouts::hello_with_genesis;
    case HelloForm::p2p:
        break;
    }
    return layouts::hello_p2p;
}

/// Protocol 27 of C++ has the limit first, that of Go has not; a limit never has as many bytes as a hash.
/// `first_size`: bytes of the string in the first place, when there is one.
constexpr bool limit_first(const Profile& profile, std::size_t first_size) noexcept {
    return profile.sync == SyncStyle::hashes_limit_first && first_size != row_of(Member::hash).width;
}

/// Calls f.operator()<M>() for each member M of a row, in its order.
template <const auto& Row, class F>
constexpr void for_each_member(F f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (f.template operator()<Row[I]>(), ...);
    }
    (std::make_index_sequence<Row.size()>{});
}

/// The same from the last to the first, as composing goes.
template <const auto& Row, class F>
constexpr void for_each_member_backward(F f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (f.template operator()<Row[Row.size() - 1 - I]>(), ...);
    }
    (std::make_index_sequence<Row.size()>{});
}

/// The member of a message's struct.
template <Member M, class T>
constexpr auto& member_of(T& message) noexcept {
#define ETHPOC_MEMBER(member, name, kind, width)                                                                       \
    if constexpr (M == Member::member) {                                                                               \
        if constexpr (M == Member::capability_list) {                                                                  \
            return message.capability_list; /* `capabilities` are the bits of a flat Hello */                          \
        } else if constexpr (is_rest(M)) {                                                                             \
            return message.items;                                                                                      \
        } else {                                                                                                       \
            return message.name;                                                                                       \
        }                                                                                                              \
    } else
#define ETHPOC_LAYOUT(layout, ...)
#include "wire/layouts.def"
#undef ETHPOC_LAYOUT
#undef ETHPOC_MEMBER
    { static_assert(sizeof(T) == 0, "no member of this name"); }
}

} // namespace ethpoc::wire
