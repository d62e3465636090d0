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
    const std::uint8_t* first; // memory that may be read: [first, limit)
    const std::uint8_t* limit;

    ETHPOC_INLINE std::size_t room() const noexcept { return distance(p, limit); }
    ETHPOC_INLINE Cursor at(const std::uint8_t* place) const noexcept { return {place, first, limit}; }
};

/// Counts the items of a list payload and checks their headers.
template <bool Strict>
bool count_items(BytesView payload, std::size_t& count, std::size_t most = ~std::size_t{0}) noexcept;

/// Scalars and fixed strings that the fast way does not take: near the ends of the memory, lenient forms, and wrong
/// ones. They give the place after the item, or null. (They get no cursor: a variable whose address is taken cannot
/// stay in registers.)
template <bool Strict>
const std::uint8_t* read_scalar_slow(const std::uint8_t* p, const std::uint8_t* limit, std::size_t width,
                                     U256& out) noexcept;
template <bool Strict>
const std::uint8_t* read_fixed_slow(const std::uint8_t* p, const std::uint8_t* limit, std::uint8_t* out,
                                    std::size_t width) noexcept;

ETHPOC_INLINE bool move_to(Cursor& c, const std::uint8_t* place) noexcept {
    c.p = place;
    return place != nullptr;
}

/// The smallest value that needs n bytes after a header, by n.
inline constexpr std::array<std::uint64_t, 9> smallest_of_width{
    0, 0x80, 1ULL << 8, 1ULL << 16, 1ULL << 24, 1ULL << 32, 1ULL << 40, 1ULL << 48, 1ULL << 56};

//   05            n = 0, the value is the byte itself
//   80            n = 0, the value is 0
//   82 04 00      n = 2, the value is the top n bytes of the word after the header
template <bool Strict, std::unsigned_integral U>
ETHPOC_INLINE bool read(Cursor& c, U& out) noexcept {
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
    } else if (c.room() != 0 && static_cast<std::uint8_t>(*c.p - 1) < string_base - 1) {
        out = *c.p++; // 01..7f at the very end: the id of a Ping
        return true;
    }
    U256 wide;
    if (!move_to(c, read_scalar_slow<Strict>(c.p, c.limit, sizeof(U), wide))) { return false; }
    out = static_cast<U>(wide.limbs[0]);
    return true;
}

/// 32 bytes from `mask_window.data() + n` keep the last n of 32 bytes.
inline constexpr std::array<std::uint8_t, 64> mask_window = [] {
    std::array<std::uint8_t, 64> window{};
    std::fill(window.begin() + 32, window.end(), std::uint8_t{0xff});
    return window;
}();

/// The smallest first byte that a canonical scalar of n bytes after a header has, by n.
inline constexpr std::array<std::uint8_t, 33> smallest_top = [] {
    std::array<std::uint8_t, 33> table{};
    std::fill(table.begin() + 1, table.end(), std::uint8_t{1});
    table[1] = string_base;
    return table;
}();

/// Eight bytes of a number of n bytes that ends at `end`: those that end `back` bytes before it, as far as they belong
/// to it.
ETHPOC_INLINE std::uint64_t limb_before(const std::uint8_t* end, std::size_t n, std::size_t back) noexcept {
    return from_be64(load_word(end - back - 8) & load_word(mask_window.data() + n + 24 - back));
}

//   .. .. .. a0 | n bytes|      the 32 bytes that end with the payload, without those in front of it
template <bool Strict>
ETHPOC_INLINE bool read(Cursor& c, U256& out) noexcept {
    if (c.room() > 32 && distance(c.first, c.p) >= 32) [[likely]] {
        const std::size_t first = *c.p;
        const std::size_t n = first < string_base ? 0 : first - string_base;
        if (n <= 32 && ((c.p[1] >= smallest_top[n]) & (first != 0))) [[likely]] {
            c.p += 1 + n;
            out.limbs = {limb_before(c.p, n, 0) | (first < string_base ? first : 0), limb_before(c.p, n, 8),
                         limb_before(c.p, n, 16), limb_before(c.p, n, 24)};
            return true;
        }
    } else if (c.room() > 8 && *c.p <= string_base + 8) {
        out = U256{};
        return read<Strict>(c, out.limbs[0]);
    }
    return move_to(c, read_scalar_slow<Strict>(c.p, c.limit, 32, out));
}

//   94 | 20 bytes      b8 40 | 64 bytes
template <bool Strict, std::size_t N>
ETHPOC_INLINE bool read(Cursor& c, FixedBytes<N>& out) noexcept {
    constexpr std::size_t header = N < short_limit ? 1 : 2;
    constexpr std::uint8_t first = N < short_limit ? string_base + N : string_base + short_limit;
    if constexpr (N > 1 && N < 256) {
        if (c.room() >= header + N && *c.p == first && (header == 1 || c.p[1] == N)) [[likely]] {
            std::memcpy(out.bytes.data(), c.p + header, N);
            c.p += header + N;
            return true;
        }
    }
    return move_to(c, read_fixed_slow<Strict>(c.p, c.limit, out.bytes.data(), N));
}

template <bool Strict>
ETHPOC_INLINE bool read(Cursor& c, Item& out) noexcept {
    if (!read_item<Strict>(c.p, c.limit, out)) { return false; }
    c.p += out.header_size + out.payload_size;
    return true;
}

//   05   one byte      83 | 3 bytes      without a branch between the two: which of them it is cannot be foreseen
template <bool Strict, StringView V>
ETHPOC_INLINE bool read(Cursor& c, V& out) noexcept {
    BytesView payload;
    if (c.room() != 0 && *c.p < string_base + short_limit) [[likely]] {
        const std::size_t header = *c.p < string_base ? 0 : 1;
        const std::size_t size = *c.p < string_base ? 1 : *c.p - string_base;
        if (c.room() < header + size) { return false; }
        if (Strict && *c.p == string_base + 1 && c.p[1] < string_base) { return false; }
        payload = {c.p + header, size};
        c.p += header + size;
    } else {
        Item item;
        if (!read<Strict>(c, item) || item.is_list) { return false; }
        payload = item.payload();
    }
    if constexpr (std::same_as<V, BytesView>) {
        out = payload;
    } else {
        out = as_text(payload);
    }
    return true;
}

template <bool Strict, OwnedString S>
ETHPOC_INLINE bool read(Cursor& c, S& out) {
    BytesView view;
    if (!read<Strict>(c, view)) { return false; }
    out.assign(view.begin(), view.end());
    return true;
}

template <bool Strict>
ETHPOC_INLINE bool read(Cursor& c, Items& out) noexcept {
    Item item;
    std::size_t count = 0;
    if (!read<Strict>(c, item) || !item.is_list || !count_items<Strict>(item.payload(), count)) { return false; }
    out = Items{item.payload(), count};
    return true;
}

template <bool Strict, class T, class List>
ETHPOC_INLINE bool read_record(Cursor& c, T& out, const List& list);

/// One member by its type; structs by their own list.
template <bool Strict, class M>
ETHPOC_INLINE bool read_member(Cursor& c, M& out) {
    if constexpr (Record<M>) {
        return read_record<Strict>(c, out, M::rlp_fields);
    } else {
        return read<Strict>(c, out);
    }
}

/// A list of equal elements, each read by `read_one(cursor, element)`. The elements of `out` are used again.
template <bool Strict, class E, class ReadOne>
ETHPOC_INLINE bool read_vector(Cursor& c, std::vector<E>& out, ReadOne read_one) {
    Item whole;
    if (!read_item<Strict>(c.p, c.limit, whole) || !whole.is_list) { return false; }
    const std::uint8_t* const end = whole.begin + whole.header_size + whole.payload_size;
    Cursor inner = c.at(whole.begin + whole.header_size);
    std::size_t count = 0;
    std::size_t there = out.size();
    while (inner.p < end) {
        if (count == there) [[unlikely]] {
            out.emplace_back();
            ++there;
        }
        if (!read_one(inner, out.data()[count])) { return false; }
        ++count;
    }
    if (count != there) { out.resize(count); }
    c.p = end;
    return inner.p == end;
}

template <bool Strict, Vector V>
ETHPOC_INLINE bool read(Cursor& c, V& out) {
    return read_vector<Strict>(
        c, out,
        [](Cursor & at, auto& element) __attribute__((always_inline)) { return read_member<Strict>(at, element); });
}

template <bool Strict, class T, class F>
ETHPOC_INLINE bool read_field(Cursor& c, T& out, const F& f) {
    if constexpr (!requires { f.nested; }) {
        return read_member<Strict>(c, out.*f.member);
    } else if constexpr (Vector<typename F::Member>) {
        const auto read_one = [&f](Cursor & at, auto& element) __attribute__((always_inline)) {
            return read_record<Strict>(at, element, f.nested);
        };
        return read_vector<Strict>(c, out.*f.member, read_one);
    } else {
        return read_record<Strict>(c, out.*f.member, f.nested);
    }
}

/// The fields of a list whose header was read; `c.p` is at its payload, which ends at `end`.
template <bool Strict, class T, class List>
ETHPOC_INLINE bool read_fields(Cursor& c, const std::uint8_t* end, T& out, const List& list) {
    const auto each = [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        return (read_field<Strict>(c, out, std::get<I>(list)) && ...);
    };
    return each(std::make_index_sequence<std::tuple_size_v<List>>{}) && (Strict ? c.p == end : c.p <= end);
}

template <bool Strict, class T, class List>
ETHPOC_INLINE bool read_record(Cursor& c, T& out, const List& list) {
    Item whole;
    if (!read_item<Strict>(c.p, c.limit, whole) || !whole.is_list) { return false; }
    Cursor inner = c.at(whole.begin + whole.header_size);
    const std::uint8_t* const end = inner.p + whole.payload_size;
    c.p = end;
    return read_fields<Strict>(inner, end, out, list);
}

template <bool Strict, class T, class List>
bool read_document(BytesView bytes, T& out, const List& list) {
    Cursor c{bytes.data(), bytes.data(), bytes.data() + bytes.size()};
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
    detail::Cursor c{at->begin, all.data(), end};
    const bool good = mode == Mode::strict ? detail::read_fields<true>(c, end, out, list)
                                           : detail::read_fields<false>(c, end, out, list);
    if (good) [[likely]] { return {}; }
    return std::unexpected(detail::diagnose_items(all, skip, record_shape(list), mode));
}

template <class M>
bool value_fast(const Item& item, M& out, Mode mode) noexcept {
    const BytesView whole = item.whole();
    detail::Cursor c{whole.data(), whole.data(), whole.data() + whole.size()};
    const bool read = mode == Mode::strict ? detail::read_member<true>(c, out) : detail::read_member<false>(c, out);
    return read && c.p == c.limit;
}

template <class M>
Result<M> value(const Item& item, Mode mode) {
    M out{};
    if (value_fast(item, out, mode)) [[likely]] { return out; }
    return std::unexpected(detail::diagnose(item.whole(), shape_of<M>(), mode));
}

} // namespace ethpoc::rlp
