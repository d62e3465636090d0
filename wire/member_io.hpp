// Reading and writing one member of a message by its row of layouts.def. Internal to wire/.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <optional>

#include "rlp/encode.hpp"
#include "wire/frame.hpp"
#include "wire/layout.hpp"
#include "wire/reader.hpp"

namespace ethpoc::wire {

/// 64 bytes; the JavaScript of March 2014 writes them as 128 hex digits (spec CLIENTS 3a).
void read_node_id(Reader& in, std::string_view name, std::size_t width, BytesView& out);

namespace detail {

template <std::size_t Width, class T>
void read_number(Reader& in, std::string_view name, T& out) {
    if constexpr (std::same_as<T, U256>) {
        static_assert(Width == 32);
        in.number(name, out);
    } else if constexpr (Width > sizeof(T)) { // a flat port: what is above its type is as good as its largest
        std::uint64_t wide = 0;
        in.number(name, wide);
        out = static_cast<T>(std::min<std::uint64_t>(wide, std::numeric_limits<T>::max()));
    } else {
        static_assert(Width == sizeof(T), "layouts.def and wire/message.hpp disagree on the width of a number");
        in.number(name, out);
    }
}

} // namespace detail

/// The next item into the member M of `message`, as the member's kind says; a failure stays in `in`.
template <Member M, class T>
void read_member(Reader& in, T& message) {
    constexpr MemberRow row = row_of(M);
    auto& out = member_of<M>(message);
    using Out = std::remove_reference_t<decltype(out)>;
    if constexpr (row.kind == MemberKind::number && requires { out.has_value(); }) {
        typename Out::value_type value{};
        detail::read_number<row.width>(in, row.name, value);
        out = value;
    } else if constexpr (row.kind == MemberKind::number) {
        detail::read_number<row.width>(in, row.name, out);
    } else if constexpr (row.kind == MemberKind::saturated) {
        in.saturated(row.name, out);
    } else if constexpr (row.kind == MemberKind::text) {
        in.text(row.name, out);
    } else if constexpr (row.kind == MemberKind::hash && std::same_as<Out, Hash256>) {
        static_assert(row.width == Hash256::width);
        in.hash(row.name, out);
    } else if constexpr (row.kind == MemberKind::hash) {
        in.bytes(row.name, row.width, errors::bad_hash, out);
    } else if constexpr (row.kind == MemberKind::node_id) {
        read_node_id(in, row.name, row.width, out);
    } else if constexpr (row.kind == MemberKind::list) {
        in.list(row.name, out);
    } else {
        static_assert(row.kind == MemberKind::item, "a member that has its own reader");
        in.any(row.name, out);
    }
}

/// All members of a row, one after the other.
template <const auto& Row, class T>
void read_members(Reader& in, T& message) {
    for_each_member<Row>([&]<Member M>() { read_member<M>(in, message); });
}

/// The member M of `message` as an item, in front of what was put so far.
template <Member M, class T>
void put_member(rlp::BackwardWriter& out, const T& message) {
    constexpr MemberKind kind = row_of(M).kind;
    const auto& value = member_of<M>(message);
    if constexpr (kind == MemberKind::number || kind == MemberKind::saturated) {
        out.put_uint(value);
    } else if constexpr (kind == MemberKind::text) {
        out.put_string(as_bytes(value));
    } else {
        static_assert(kind == MemberKind::hash || kind == MemberKind::node_id, "a member that has its own writer");
        out.put_string(value);
    }
}

/// All members of a row, from the last to the first.
template <const auto& Row, class T>
void put_members(rlp::BackwardWriter& out, const T& message) {
    for_each_member_backward<Row>([&]<Member M>() { put_member<M>(out, message); });
}

} // namespace ethpoc::wire
