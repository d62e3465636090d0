// Decoding RLP: items in place, structs by field list, and the slow walk that says what is wrong and where.
//
//   00..7f            itself                          one byte, one item
//   80..b7            80+n | n bytes                  short string, n = 0..55
//   b8..bf            b7+k | k bytes of n | n bytes   long string
//   c0..f7            c0+n | n bytes of items         short list
//   f8..ff            f7+k | k bytes of n | n bytes   long list
//
// The fast path only says yes or no. On no, the caller asks diagnose() (or the Result functions do), which walks the
// same bytes again.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::rlp {

/// strict: canonical RLP only, as many items as fields. lenient: what the clients of 2014 accept (spec WIRE 3.3, QUIRKS
/// 0.8): long forms for short lengths, 81 05, leading zeros in scalars, short fixed strings (right-aligned), surplus
/// list items.
enum class Mode : std::uint8_t { strict, lenient };

/// How much of an input is looked at before it is refused: errors size_limit, item_limit and depth_limit.
struct Limits {
    std::size_t max_bytes = 16u << 20;
    std::size_t max_items = 2'000'000; // strings and lists, the outermost included
    unsigned max_depth = 64;           // lists around the innermost item
};

/// One item where it stands. A view: it does not own its bytes.
struct Item {
    const std::uint8_t* begin = nullptr; // first header byte (or the byte itself)
    std::size_t header_size = 0;         // 0 for a byte below 0x80
    std::size_t payload_size = 0;
    bool is_list = false;

    BytesView whole() const noexcept { return {begin, header_size + payload_size}; }
    BytesView payload() const noexcept { return {begin + header_size, payload_size}; }
};

/// The items of a list, in place. Made by the decoder only, which has checked every header in it (not the depths
/// below), so walking it cannot fail. Forward range of Item.
class Items {
  public:
    /// Forward iterator that yields each Item by value; it reads the header of an item when it gets there.
    class iterator {
      public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::forward_iterator_tag;
        iterator() = default;
        /// The item that begins at `at`; `end` is the end of the list's payload, where the iterator is equal to end().
        explicit iterator(const std::uint8_t* at, const std::uint8_t* end) noexcept;
        Item operator*() const noexcept { return item_; }
        const Item* operator->() const noexcept { return &item_; }
        iterator& operator++() noexcept;
        iterator operator++(int) noexcept {
            auto old = *this;
            ++*this;
            return old;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.item_.begin == b.item_.begin; }

      private:
        Item item_{};
        const std::uint8_t* end_ = nullptr;
    };

    Items() = default;
    /// `payload` must be the payload of a list that was checked; `count` its number of items.
    Items(BytesView payload, std::size_t count) noexcept : payload_(payload), count_(count) {}

    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// The first item; end() for an empty list.
    iterator begin() const noexcept;
    /// The place behind the last byte of the payload.
    iterator end() const noexcept;
    Item operator[](std::size_t index) const noexcept; // linear
    BytesView payload() const noexcept { return payload_; }

  private:
    BytesView payload_{};
    std::size_t count_ = 0;
};

/// The first item of `bytes`, which may be followed by anything. Only its header is looked at.
Result<Item> first_item(BytesView bytes, Mode mode = Mode::strict);

/// `bytes` as one list and nothing else (lenient: trailing bytes allowed); checks the headers of its direct items.
Result<Items> list_items(BytesView bytes, Mode mode = Mode::strict, const Limits& limits = {});
/// The same without the diagnosis: false when anything is wrong; `out` is then left as it was.
bool list_items_fast(BytesView bytes, Items& out, Mode mode = Mode::strict, const Limits& limits = {}) noexcept;

/// Checks the whole structure of one item (lenient: trailing bytes allowed), every depth. nullopt: well-formed and
/// inside the limits. Never recurses; allocates only for nests deeper than 64.
std::optional<Error> validate(BytesView bytes, Mode mode = Mode::strict, const Limits& limits = {});

/// The same without the diagnosis.
bool validate_fast(BytesView bytes, Mode mode = Mode::strict, const Limits& limits = {});

// ---------------------------------------------------------------- structs by field list

/// A named member: `field("nonce", &Transaction::nonce)`. Names appear in error paths and in the tools.
template <class T, class M>
struct Field {
    using Member = M;
    std::string_view name;
    M T::*member;
};
/// A field that is read and written by the type of its member.
template <class T, class M>
constexpr Field<T, M> field(std::string_view name, M T::*member) {
    return {name, member};
}

/// A member that is a struct, or a vector of structs, with its own field list: `field("header", &Block::header,
/// header_9)`.
template <class T, class M, class List>
struct NestedField {
    using Member = M;
    std::string_view name;
    M T::*member;
    List nested;
};
/// A field whose members are those of `nested`.
template <class T, class M, class List>
constexpr NestedField<T, M, List> field(std::string_view name, M T::*member, const List& nested) {
    return {name, member, nested};
}

/// The members of a struct in wire order. One struct may have several lists, one for each layout:
///   inline constexpr auto header_9 = rlp::fields(rlp::field("parent_hash", &Header::parent_hash), ...);
/// Member types: std::uint8_t .. std::uint64_t, U256, BytesView, std::string_view, FixedBytes<N>, Item (anything, raw),
/// Items (a list, one level), std::vector<S> where S has a static `rlp_fields`, S itself.
template <class... F>
constexpr std::tuple<F...> fields(F... f) {
    return {f...};
}

/// `bytes` holds one list (lenient: and perhaps bytes after it) whose items are the members named by `list`. Views in
/// `out` point into `bytes`. Vectors in `out` keep their capacity, so decoding into the same struct again does not
/// allocate.
template <class T, class List>
Result<void> decode(BytesView bytes, T& out, const List& list, Mode mode = Mode::strict);

/// The same without the diagnosis: false when anything is wrong; `out` is then half filled.
template <class T, class List>
bool decode_fast(BytesView bytes, T& out, const List& list, Mode mode = Mode::strict) noexcept;

/// The items of a list that was taken apart already (message arguments), from `items[skip]` on. Error offsets count
/// from `items.payload()`, error paths begin with the item's index in `items`.
template <class T, class List>
Result<void> decode_items(const Items& items, std::size_t skip, T& out, const List& list, Mode mode = Mode::strict);

/// One scalar or string out of an item: any member type. Error offsets count from `item.begin`.
template <class M>
Result<M> value(const Item& item, Mode mode = Mode::strict);
/// The same without the diagnosis: false when it is none; `out` is then undefined.
template <class M>
bool value_fast(const Item& item, M& out, Mode mode = Mode::strict) noexcept;

} // namespace ethpoc::rlp

#include "rlp/decode_inl.hpp" // IWYU pragma: export
