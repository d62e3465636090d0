// The inline half of the encoder. Every put works from the back: the payload first, then the header in front of it.
#pragma once

#include <bit>
#include <concepts>
#include <cstring>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>

#include "rlp/scan.hpp"
#include "rlp/shape.hpp"

namespace ethpoc::rlp {

inline std::size_t BackwardWriter::mark() const noexcept {
    return buffer_.size() - begin_;
}

inline BytesView BackwardWriter::view() const noexcept {
    return BytesView{buffer_}.subspan(begin_);
}

inline void BackwardWriter::clear() noexcept {
    begin_ = buffer_.size();
}

inline void BackwardWriter::reserve_front(std::size_t n) {
    if (begin_ < n) [[unlikely]] { grow(n); }
}

inline void BackwardWriter::put_raw(BytesView bytes) {
    if (bytes.empty()) { return; }
    reserve_front(bytes.size());
    begin_ -= bytes.size();
    std::memcpy(buffer_.data() + begin_, bytes.data(), bytes.size());
}

inline void BackwardWriter::put_header(std::uint8_t base, std::size_t payload_size) {
    reserve_front(9);
    if (payload_size < detail::short_limit) [[likely]] {
        buffer_[--begin_] = static_cast<std::uint8_t>(base + payload_size);
        return;
    }
    std::size_t length_bytes = 0;
    for (std::size_t rest = payload_size; rest != 0; rest >>= 8) {
        buffer_[--begin_] = static_cast<std::uint8_t>(rest);
        ++length_bytes;
    }
    buffer_[--begin_] = static_cast<std::uint8_t>(base + detail::short_limit - 1 + length_bytes);
}

inline void BackwardWriter::close_list(std::size_t mark_at_end) {
    put_header(detail::list_base, mark() - mark_at_end);
}

inline void BackwardWriter::put_string(BytesView bytes) {
    put_raw(bytes);
    if (bytes.size() == 1 && bytes[0] < detail::string_base) { return; }
    put_header(detail::string_base, bytes.size());
}

//   .. .. 82 04 00|      eight bytes are stored at once; those in front of the number are overwritten later
inline void BackwardWriter::put_uint(std::uint64_t value) {
    reserve_front(9);
    const std::uint64_t word = std::endian::native == std::endian::little ? std::byteswap(value) : value;
    std::memcpy(buffer_.data() + begin_ - 8, &word, sizeof word);
    const std::size_t size = detail::byte_width(value);
    begin_ -= size;
    if (value - 1 < detail::string_base - 1) { return; } // 1..7f stand for themselves, zero does not
    buffer_[--begin_] = static_cast<std::uint8_t>(detail::string_base + size);
}

namespace detail {

template <class A>
concept BytesLike = std::convertible_to<const A&, BytesView> && !std::same_as<A, Items>;
template <class A>
concept TextLike = std::convertible_to<const A&, std::string_view> && !BytesLike<A>;
template <class A>
concept ListLike = std::ranges::bidirectional_range<const A> && !BytesLike<A> && !TextLike<A>;

template <class A>
void put_any(BackwardWriter& out, const A& value) {
    if constexpr (std::same_as<A, Raw>) {
        out.put_raw(value.bytes);
    } else if constexpr (std::same_as<A, Item>) {
        out.put_raw(value.whole());
    } else if constexpr (std::same_as<A, Items>) {
        const std::size_t mark = out.mark();
        out.put_raw(value.payload());
        out.close_list(mark);
    } else if constexpr (Scalar<A>) {
        out.put_uint(value);
    } else if constexpr (std::is_enum_v<A>) {
        put_any(out, static_cast<std::underlying_type_t<A>>(value));
    } else if constexpr (BytesLike<A>) {
        out.put_string(value);
    } else if constexpr (TextLike<A>) {
        out.put_string(as_bytes(value));
    } else if constexpr (Record<A>) {
        put(out, value, A::rlp_fields);
    } else {
        static_assert(ListLike<A>, "not a type that RLP can hold (signed integers and bool have no encoding)");
        const std::size_t mark = out.mark();
        for (const auto& element : std::views::reverse(value)) {
            put_any(out, element);
        }
        out.close_list(mark);
    }
}

template <class T, class F>
void put_field(BackwardWriter& out, const T& value, const F& f) {
    const auto& member = value.*f.member;
    if constexpr (!requires { f.nested; }) {
        put_any(out, member);
    } else if constexpr (Vector<typename F::Member>) {
        const std::size_t mark = out.mark();
        for (const auto& element : std::views::reverse(member)) {
            put(out, element, f.nested);
        }
        out.close_list(mark);
    } else {
        put(out, member, f.nested);
    }
}

/// Calls `one(get<I>(all))` for every element, the last one first.
template <class Tuple, class One>
void backwards(const Tuple& all, One one) {
    constexpr std::size_t size = std::tuple_size_v<Tuple>;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (one(std::get<size - 1 - I>(all)), ...);
    }
    (std::make_index_sequence<size>{});
}

} // namespace detail

template <class T, class List>
void put(BackwardWriter& out, const T& value, const List& list) {
    const std::size_t mark = out.mark();
    detail::backwards(list, [&](const auto& f) { detail::put_field(out, value, f); });
    out.close_list(mark);
}

template <class T, class List>
Bytes encode(const T& value, const List& list) {
    BackwardWriter out;
    put(out, value, list);
    return out.take();
}

template <class... A>
Bytes encode_list(const A&... items) {
    BackwardWriter out;
    put_list(out, items...);
    return out.take();
}

template <class... A>
void put_list(BackwardWriter& out, const A&... items) {
    const std::size_t mark = out.mark();
    detail::backwards(std::forward_as_tuple(items...), [&](const auto& item) { detail::put_any(out, item); });
    out.close_list(mark);
}

template <class A>
Bytes encode_item(const A& item) {
    BackwardWriter out;
    detail::put_any(out, item);
    return out.take();
}

} // namespace ethpoc::rlp
