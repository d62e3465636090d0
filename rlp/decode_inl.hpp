// The fast typed reader behind decode(). One function per kind of member; all say yes or no and move the cursor.
//
// Three ideas make it fast:
//  - integers are read eight (or 32) bytes at a time and shifted, with one branch that is never taken for good input;
//  - the end of a list is compared once, after its last field. In between only `limit`, the end of the memory that may
//  be read, guards
//    the reads, and a cursor that has passed the end of its list can never come back to it;
//  - the next element of a vector begins where the header says that this one ends, so the processor starts on it before
//  this is read.
#pragma once

#include <array>
#include <limits>
#include <utility>

#include "rlp/diagnose.hpp"
#include "rlp/scan.hpp"
#include "rlp/shape.hpp"

namespace ethpoc::rlp {

// ---------------------------------------------------------------- Items

inline Items::iterator::iterator(const std::uint8_t* at, const std::uint8_t* end) noexcept : end_(end) {
    item_ = at == end ? Item{at, 0, 0, false} : detail::item_at(at);
}
inline Items::iterator& Items::iterator::operator++() noexcept {
    return *this = iterator{item_.begin + item_.header_size + item_.payload_size, end_};
}
inline Items::iterator Items::begin() const noexcept {
    return iterator{payload_.data(), payload_.data() + payload_.size()};
}
inline Items::iterator Items::end() const noexcept {
    const std::uint8_t* const last = payload_.data() + payload_.size();
    return iterator{last, last};
}
inline Item Items::operator[](std::size_t index) const noexcept {
    auto at = begin();
    for (; index > 0; --index) {
        ++at;
    }
    return *at;
}

namespace detail {

struct Cursor {
    const std::uint8_t* p;
    const std::uint8_t* limit; // nothing at or behind this may be read

    std::size_t room() const noexcept { return distance(p, limit); }
};

/// Counts the items of a list payload and checks their headers.
template <bool Strict>
bool count_items(BytesView payload, std::size_t& count) noexcept;

/// Scalars and fixed strings that the fast way does not take: near the end of the memory, lenient forms, and wrong
/// ones.
template <bool Strict>
bool read_scalar_slow(Cursor& c, std::size_t width, U256& out) noexcept;
template <bool Strict>
bool read_fixed_slow(Cursor& c, std::uint8_t* out, std::size_t width) noexcept;

/// The smallest value that needs n bytes behind a header, by n.
inline constexpr std::array<std::uint64_t, 9> smallest_of_width{
    0, 0x80, 1ULL << 8, 1ULL << 16, 1ULL << 24, 1ULL << 32, 1ULL << 40, 1ULL << 48, 1ULL << 56};

//   05            n = 0, the value is the byte itself
//   80            n = 0, the value is 0
//   82 04 00      n = 2, the value is the top n bytes of the word behind the header
template <bool Strict, std::unsigned_integral U>
inline bool read(Cursor& c, U& out) noexcept {
    if (c.room() > 8) [[likely]] {
        const std::uint64_t first = *c.p;
        const std::uint64_t n = first < string_base ? 0 : first - string_base;
        if (n <= sizeof(U)) [[likely]] {
            const std::uint64_t half = 32 - 4 * n; // two shifts, because one by 64 is undefined
            const std::uint64_t tail = load_be64(c.p + 1) >> half >> half;
            const std::uint64_t value = first < string_base ? first : tail;
            if ((value >= smallest_of_width[n]) & (first != 0)) [[likely]] {
                out = static_cast<U>(value);
                c.p += 1 + n;
                return true;
            }
        }
    }
    U256 wide;
    if (!read_scalar_slow<Strict>(c, sizeof(U), wide)) { return false; }
    out = static_cast<U>(wide.limbs[0]);
    return true;
}

//   a0 | 32 bytes   copied behind 32 zero bytes; the 32 bytes that end with the payload are the number
template <bool Strict>
inline bool read(Cursor& c, U256& out) noexcept {
    if (c.room() > 32) [[likely]] {
        const std::size_t first = *c.p;
        const std::size_t n = first < string_base ? 0 : first - string_base;
        const std::size_t top = c.p[1];
        const bool bad = (n > 32) | (first == 0) | ((n != 0) & (top == 0)) | ((n == 1) & (top < string_base));
        if (!bad) [[likely]] {
            std::array<std::uint8_t, 64> window{};
            std::memcpy(window.data() + 32, c.p + 1, 32);
            const std::uint8_t* const number = window.data() + n;
            out.limbs = {load_be64(number + 24) | (first < string_base ? first : 0), load_be64(number + 16),
                         load_be64(number + 8), load_be64(number)};
            c.p += 1 + n;
            return true;
        }
    }
    return read_scalar_slow<Strict>(c, 32, out);
}

//   94 | 20 bytes      b8 40 | 64 bytes
template <bool Strict, std::size_t N>
inline bool read(Cursor& c, FixedBytes<N>& out) noexcept {
    constexpr std::size_t header = N < short_limit ? 1 : 2;
    constexpr std::uint8_t first = N < short_limit ? string_base + N : string_base + short_limit;
    if constexpr (N > 1 && N < 256) {
        if (c.room() >= header + N && *c.p == first && (header == 1 || c.p[1] == N)) [[likely]] {
            std::memcpy(out.bytes.data(), c.p + header, N);
            c.p += header + N;
            return true;
        }
    }
    return read_fixed_slow<Strict>(c, out.bytes.data(), N);
}

template <bool Strict>
inline bool read(Cursor& c, Item& out) noexcept {
    if (!read_item<Strict>(c.p, c.limit, out)) { return false; }
    c.p += out.header_size + out.payload_size;
    return true;
}

template <bool Strict, StringView V>
inline bool read(Cursor& c, V& out) noexcept {
    Item item;
    if (!read<Strict>(c, item) || item.is_list) { return false; }
    if constexpr (std::same_as<V, BytesView>) {
        out = item.payload();
    } else {
        out = as_text(item.payload());
    }
    return true;
}

template <bool Strict, OwnedString S>
inline bool read(Cursor& c, S& out) {
    BytesView view;
    if (!read<Strict>(c, view)) { return false; }
    out.assign(view.begin(), view.end());
    return true;
}

template <bool Strict>
inline bool read(Cursor& c, Items& out) noexcept {
    Item item;
    std::size_t count = 0;
    if (!read<Strict>(c, item) || !item.is_list || !count_items<Strict>(item.payload(), count)) { return false; }
    out = Items{item.payload(), count};
    return true;
}

template <bool Strict, class T, class List>
inline bool read_record(Cursor& c, T& out, const List& list);

/// One member by its type; structs by their own list.
template <bool Strict, class M>
inline bool read_member(Cursor& c, M& out) {
    if constexpr (Record<M>) {
        return read_record<Strict>(c, out, M::rlp_fields);
    } else {
        return read<Strict>(c, out);
    }
}

/// A list of equal elements, each read by `read_one(cursor, element)`. The elements of `out` are used again.
template <bool Strict, class E, class ReadOne>
inline bool read_vector(Cursor& c, std::vector<E>& out, ReadOne read_one) {
    Item whole;
    if (!read_item<Strict>(c.p, c.limit, whole) || !whole.is_list) { return false; }
    const std::uint8_t* const end = whole.begin + whole.header_size + whole.payload_size;
    Cursor inner{whole.begin + whole.header_size, c.limit};
    std::size_t count = 0;
    while (inner.p < end) {
        if (count == out.size()) { out.emplace_back(); }
        if (!read_one(inner, out[count])) { return false; }
        ++count;
    }
    out.resize(count);
    c.p = end;
    return inner.p == end;
}

template <bool Strict, Vector V>
inline bool read(Cursor& c, V& out) {
    return read_vector<Strict>(c, out, [](Cursor& at, auto& element) { return read_member<Strict>(at, element); });
}

template <bool Strict, class T, class F>
inline bool read_field(Cursor& c, T& out, const F& f) {
    if constexpr (requires { f.nested; }) {
        if constexpr (Vector<typename F::Member>) {
            return read_vector<Strict>(c, out.*f.member, [&f](Cursor& at, auto& element) {
                return read_record<Strict>(at, element, f.nested);
            });
        } else {
            return read_record<Strict>(c, out.*f.member, f.nested);
        }
    } else {
        return read_member<Strict>(c, out.*f.member);
    }
}

/// The fields of a list whose header was read; `c.p` is at its payload, which ends at `end`.
template <bool Strict, class T, class List>
inline bool read_fields(Cursor& c, const std::uint8_t* end, T& out, const List& list) {
    const bool all = std::apply([&](const auto&... f) { return (read_field<Strict>(c, out, f) && ...); }, list);
    return all && (Strict ? c.p == end : c.p <= end);
}

template <bool Strict, class T, class List>
inline bool read_record(Cursor& c, T& out, const List& list) {
    Item whole;
    if (!read_item<Strict>(c.p, c.limit, whole) || !whole.is_list) { return false; }
    Cursor inner{whole.begin + whole.header_size, c.limit};
    const std::uint8_t* const end = inner.p + whole.payload_size;
    c.p = end;
    return read_fields<Strict>(inner, end, out, list);
}

template <bool Strict, class T, class List>
bool read_document(BytesView bytes, T& out, const List& list) {
    Cursor c{bytes.data(), bytes.data() + bytes.size()};
    return read_record<Strict>(c, out, list) && (!Strict || c.p == c.limit);
}

} // namespace detail

template <class T, class List>
bool decode_fast(BytesView bytes, T& out, const List& list, Mode mode) noexcept {
    return mode == Mode::strict ? detail::read_document<true>(bytes, out, list)
                                : detail::read_document<false>(bytes, out, list);
}

template <class T, class List>
Result<void> decode(BytesView bytes, T& out, const List& list, Mode mode) {
    if (decode_fast(bytes, out, list, mode)) [[likely]] { return {}; }
    return std::unexpected(detail::diagnose(bytes, record_shape(list), mode));
}

template <class T, class List>
Result<void> decode_items(const Items& items, std::size_t skip, T& out, const List& list, Mode mode) {
    const BytesView all = items.payload();
    const std::uint8_t* const end = all.data() + all.size();
    auto at = items.begin();
    for (std::size_t i = 0; i < skip && at != items.end(); ++i) {
        ++at;
    }
    detail::Cursor c{at->begin, end};
    const bool good = mode == Mode::strict ? detail::read_fields<true>(c, end, out, list)
                                           : detail::read_fields<false>(c, end, out, list);
    if (good) [[likely]] { return {}; }
    return std::unexpected(detail::diagnose_items(all, skip, record_shape(list), mode));
}

template <class M>
Result<M> value(const Item& item, Mode mode) {
    const BytesView whole = item.whole();
    detail::Cursor c{whole.data(), whole.data() + whole.size()};
    M out{};
    const bool read = mode == Mode::strict ? detail::read_member<true>(c, out) : detail::read_member<false>(c, out);
    if (read && c.p == c.limit) [[likely]] { return out; }
    return std::unexpected(detail::diagnose(whole, shape_of<M>(), mode));
}

} // namespace ethpoc::rlp
