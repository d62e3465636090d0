// Shape: a field list as data. The careful walks (diagnosis, the legacy dialect, the tools) read it at run time, where
// the fast decoder has the same knowledge at compile time.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::rlp {

struct Item;
class Items;

/// What one item should be.
struct Shape {
    /// What the item is; it says which of the members below mean something.
    enum class Kind : std::uint8_t {
        scalar,  // unsigned integer of at most `width` bytes
        text,    // string of any length
        fixed,   // string of `width` bytes
        any,     // string or list, looked at from outside only
        items,   // list of anything, one level checked
        list_of, // list of parts[0]
        record,  // list of `parts`
    };
    Kind kind = Kind::any;
    std::size_t width = 0;
    std::string_view name{};
    std::vector<Shape> parts{};
};

namespace detail {

template <class M>
struct is_fixed : std::false_type {};
template <std::size_t N>
struct is_fixed<FixedBytes<N>> : std::true_type {};

template <class M>
struct is_vector : std::false_type {};
template <class E>
struct is_vector<std::vector<E>> : std::bool_constant<!std::same_as<E, std::uint8_t>> {};

template <class M>
concept Scalar = (std::unsigned_integral<M> && !std::same_as<M, bool>) || std::same_as<M, U256>;
template <class M>
concept StringView = std::same_as<M, BytesView> || std::same_as<M, std::string_view>;
template <class M>
concept OwnedString = std::same_as<M, Bytes> || std::same_as<M, std::string>;
template <class M>
concept Fixed = is_fixed<M>::value;
template <class M>
concept Vector = is_vector<M>::value;
template <class M>
concept Record = requires {
    M::rlp_fields;
};

template <class M>
inline constexpr std::size_t scalar_width = std::same_as<M, U256> ? 32 : sizeof(M);

} // namespace detail

/// The shape of the list that a field list describes. Names are those of the fields and must outlive the shape.
template <class List>
Shape record_shape(const List& list, std::string_view name = {});

/// The shape of one member type.
template <class M>
Shape shape_of(std::string_view name = {}) {
    using Kind = Shape::Kind;
    if constexpr (detail::Scalar<M>) {
        return {Kind::scalar, detail::scalar_width<M>, name, {}};
    } else if constexpr (detail::Fixed<M>) {
        return {Kind::fixed, M::width, name, {}};
    } else if constexpr (detail::StringView<M> || detail::OwnedString<M>) {
        return {Kind::text, 0, name, {}};
    } else if constexpr (std::same_as<M, Item>) {
        return {Kind::any, 0, name, {}};
    } else if constexpr (std::same_as<M, Items>) {
        return {Kind::items, 0, name, {}};
    } else if constexpr (detail::Vector<M>) {
        return {Kind::list_of, 0, name, {shape_of<typename M::value_type>()}};
    } else {
        static_assert(detail::Record<M>, "not a type that RLP can hold; see fields() in rlp/decode.hpp");
        return record_shape(M::rlp_fields, name);
    }
}

namespace detail {

template <class F>
Shape field_shape(const F& f) {
    if constexpr (requires { f.nested; }) {
        if constexpr (Vector<typename F::Member>) {
            return {Shape::Kind::list_of, 0, f.name, {record_shape(f.nested)}};
        } else {
            return record_shape(f.nested, f.name);
        }
    } else {
        return shape_of<typename F::Member>(f.name);
    }
}

} // namespace detail

/// The shape of a struct with this field list; the parts have the names of the fields.
template <class List>
Shape record_shape(const List& list, std::string_view name) {
    Shape out{Shape::Kind::record, 0, name, {}};
    std::apply([&out](const auto&... f) { (out.parts.push_back(detail::field_shape(f)), ...); }, list);
    return out;
}

} // namespace ethpoc::rlp
