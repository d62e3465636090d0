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

inline std::uint8_t* BackwardWriter::front(std::size_t room) {
    reserve_front(room);
    return buffer_.data() + begin_;
}

inline void BackwardWriter::moved_to(const std::uint8_t* at) noexcept {
    begin_ = detail::distance(buffer_.data(), at);
}

inline void BackwardWriter::reserve_front(std::size_t n) {
    if (begin_ < n) [[unlikely]] { grow(n); }
}

namespace detail {

// The raw writers put something in front of `at` and give the new front. There is room: a header takes at most 9 bytes,
// a scalar at most 9 or 33. They work on a pointer in a register, because the compiler must assume that a byte stored
// anywhere changes the members of the writer.

//   b9 01 2c        base + 37 + k, then the k length bytes
ETHPOC_INLINE std::uint8_t* put_header_at(std::uint8_t* at, std::uint8_t base, std::size_t payload_size) noexcept {
    if (payload_size < short_limit) [[likely]] {
        *--at = static_cast<std::uint8_t>(base + payload_size);
        return at;
    }
    const std::uint64_t word = from_be64(payload_size);
    std::memcpy(at - 8, &word, sizeof word);
    const std::size_t width = byte_width(payload_size);
    at -= width + 1;
    *at = static_cast<std::uint8_t>(base + short_limit - 1 + width);
    return at;
}

/// The header of a scalar of `size` bytes below `at`, unless its value `small` (any other number, if it is large)
/// is 1..7f.
ETHPOC_INLINE std::uint8_t* put_scalar_header_at(std::uint8_t* at, std::size_t size, std::uint64_t small) noexcept {
    at -= size;
    at[-1] = static_cast<std::uint8_t>(string_base + size);
    return at - (small - 1 < string_base - 1U ? 0 : 1); // without a branch: the byte is overwritten by what comes next
}

//   .. .. 82 04 00|      eight bytes are stored at once; those in front of the number are overwritten later
ETHPOC_INLINE std::uint8_t* put_at(std::uint8_t* at, std::uint64_t value) noexcept {
    const std::uint64_t word = from_be64(value);
    std::memcpy(at - 8, &word, sizeof word);
    return put_scalar_header_at(at, byte_width(value), value);
}

ETHPOC_INLINE std::uint8_t* put_at(std::uint8_t* at, const U256& value) noexcept {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint64_t word = from_be64(value.limbs[i]);
        std::memcpy(at - 8 * (i + 1), &word, sizeof word);
        size = value.limbs[i] == 0 ? size : 8 * i + byte_width(value.limbs[i]);
    }
    return put_scalar_header_at(at, size, size > 8 ? 0 : value.limbs[0]);
}

/// Copies of a few bytes, which most strings are, are not worth a call.
ETHPOC_INLINE void copy_short(std::uint8_t* to, const std::uint8_t* from, std::size_t n) noexcept {
    if (n > 32) {
        std::memcpy(to, from, n);
        return;
    }
    if (n >= 16) {
        std::memcpy(to, from, 16);
        std::memcpy(to + n - 16, from + n - 16, 16);
    } else if (n >= 8) {
        std::memcpy(to, from, 8);
        std::memcpy(to + n - 8, from + n - 8, 8);
    } else {
        for (std::size_t i = 0; i < n; ++i) {
            to[i] = from[i];
        }
    }
}

ETHPOC_INLINE std::uint8_t* put_at(std::uint8_t* at, BytesView bytes) noexcept {
    at -= bytes.size();
    copy_short(at, bytes.data(), bytes.size());
    if (bytes.size() == 1 && *at < string_base) { return at; }
    return put_header_at(at, string_base, bytes.size());
}

template <std::size_t N>
ETHPOC_INLINE std::uint8_t* put_at(std::uint8_t* at, const FixedBytes<N>& value) noexcept {
    at -= N;
    std::memcpy(at, value.data(), N);
    if (N == 1 && *at < string_base) { return at; }
    return put_header_at(at, string_base, N);
}

} // namespace detail

inline void BackwardWriter::put_raw(BytesView bytes) {
    if (bytes.empty()) { return; }
    reserve_front(bytes.size());
    begin_ -= bytes.size();
    std::memcpy(buffer_.data() + begin_, bytes.data(), bytes.size());
}

inline void BackwardWriter::put_header(std::uint8_t base, std::size_t payload_size) {
    std::uint8_t* const at = front(9);
    moved_to(detail::put_header_at(at, base, payload_size));
}

inline void BackwardWriter::close_list(std::size_t mark_at_end) {
    put_header(detail::list_base, mark() - mark_at_end);
}

inline void BackwardWriter::put_string(BytesView bytes) {
    moved_to(detail::put_at(front(bytes.size() + 9), bytes));
}

inline void BackwardWriter::put_uint(std::uint64_t value) {
    moved_to(detail::put_at(front(9), value));
}

inline void BackwardWriter::put_uint(const U256& value) {
    moved_to(detail::put_at(front(33), value));
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

/// Members that are scalars and strings only: their record is written in one go.
template <class M>
concept Flat = Scalar<M> || Fixed<M> || StringView<M> || OwnedString<M>;

/// The most that a flat member takes, its header included.
template <Flat M>
ETHPOC_INLINE std::size_t bound(const M& member) noexcept {
    if constexpr (Scalar<M>) {
        return scalar_width<M> + 9; // eight bytes are stored for any of them
    } else {
        return member.size() + 9;
    }
}

template <Flat M>
ETHPOC_INLINE std::uint8_t* put_flat_at(std::uint8_t* at, const M& member) noexcept {
    if constexpr (std::unsigned_integral<M>) {
        return put_at(at, std::uint64_t{member});
    } else if constexpr (std::same_as<M, U256> || Fixed<M> || BytesLike<M>) {
        return put_at(at, member);
    } else {
        return put_at(at, as_bytes(member));
    }
}

template <class List>
inline constexpr bool all_flat = false;
template <class... F>
inline constexpr bool all_flat<std::tuple<F...>> = (Flat<typename F::Member> && ...);

/// Calls `one(get<I>(all))` for every element, the last one first.
template <class Tuple, class One>
ETHPOC_INLINE void backwards(const Tuple& all, One one) {
    constexpr std::size_t size = std::tuple_size_v<Tuple>;
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        (one(std::get<size - 1 - I>(all)), ...);
    }
    (std::make_index_sequence<size>{});
}

} // namespace detail

template <class T, class List>
void put(BackwardWriter& out, const T& value, const List& list) {
    if constexpr (detail::all_flat<List>) {
        const std::size_t most =
            std::apply([&](const auto&... f) { return (detail::bound(value.*f.member) + ... + 9); }, list);
        std::uint8_t* const end = out.front(most);
        std::uint8_t* at = end;
        detail::backwards(
            list, [&](const auto& f) __attribute__((always_inline)) { at = detail::put_flat_at(at, value.*f.member); });
        out.moved_to(detail::put_header_at(at, detail::list_base, detail::distance(at, end)));
    } else {
        const std::size_t mark = out.mark();
        detail::backwards(list, [&](const auto& f) { detail::put_field(out, value, f); });
        out.close_list(mark);
    }
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
