// Reading Hello in all its forms. decode.cpp reads it as one message of many, greeting.cpp to find out who is
// there, show/field.cpp to show it.
#pragma once

#include "wire/layout.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::wire {

/// An item of a flat Hello before anybody knows which member it is: the bytes of a string, or nothing for a list.
struct HelloItem {
    std::optional<BytesView> string{};

    std::size_t size() const noexcept { return string ? string->size() : 0; }
    /// Of a string that is a number of 64 bits, leading zeros apart.
    std::optional<std::uint64_t> number() const noexcept;
};

/// The members of a Hello in the order in which they stand in it.
struct HelloOrder {
    std::array<Member, layouts::hello_with_genesis.size()> members{};
    std::size_t count = 0;
    bool swapped_port = false;
    bool swapped_head = false;
    bool usual = true; // the members are those of layouts::hello_with_genesis, in its order

    Layout layout() const noexcept { return Layout{members}.first(count); }
};

/// Items of a flat Hello of this version, the id and what stands after the list included. Without a row: four.
std::size_t least_items(const Profile* row) noexcept;
/// Items up to and including the node id.
inline constexpr std::size_t items_to_node_id = 1 + layouts::hello_full.size();

/// Which member is where in a flat Hello whose items after the id are `items`. The rows of layouts.def say what C++
/// wrote; others were not always as faithful (spec WIRE 5.1, 6):
///
///   the node id before the capabilities        Go protocol 2
///   the port before the capabilities           Python until 2014-08-12; told apart by value
///   the port alone, without capabilities       some hours of protocol 0
///   the best hash before the total difficulty  Python protocols 28 to 30
///
/// The longest layout of the family is taken, since a Hello may have more than its version's row; what is there of it,
/// is read.
HelloOrder hello_order(const Profile* row, std::span<const HelloItem> items) noexcept;

/// In which way a Hello differs from its version's row (see HelloOrder).
struct HelloSwaps {
    bool port = false;
    bool head = false;
};

/// The items are those of the list that `payload` begins with, the id included. Error offsets count from `payload`.
/// `out` is half filled when there is an error.
Result<HelloSwaps> read_flat_hello(BytesView payload, const rlp::Items& in_list, Hello& out);
/// Nothing is swapped in it.
Result<HelloSwaps> read_p2p_hello(BytesView payload, const rlp::Items& items, Hello& out);

/// `items`, and after them what stands in the frame after their list, up to `wanted` items in all. C++ protocols 2 to
/// 4 counted their lists too short: c1 01 07 is a Disconnect with reason 7.
Result<rlp::Items> with_outside(BytesView payload, const rlp::Items& items, std::size_t wanted);

} // namespace ethpoc::wire
