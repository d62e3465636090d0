// Reading Hello in all its forms. decode.cpp reads it as one message of many, greeting.cpp to find out who is
// there, show/field.cpp to show it.
#pragma once

#include "wire/layout.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::wire {

/// What is known of an item of a flat Hello before anybody knows which member it is.
struct HelloItem {
    std::size_t size = 0;                  // bytes of a string; 0 for a list
    std::optional<std::uint64_t> number{}; // of a string that is one of 64 bits, leading zeros apart
};
/// Of the string in this place; a list is HelloItem{}.
HelloItem hello_item(BytesView string) noexcept;

struct HelloOrder {
    std::array<Member, layouts::hello_with_genesis.size()> members{};
    std::size_t count = 0;
    bool swapped_port = false;
    bool swapped_head = false;

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
