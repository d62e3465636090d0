// Hello, flat (spec WIRE 5.1, 6):
//
//   f8 72  80  08  80  a8 <client>  07  82 765f  b840 <64 bytes>      C++ 0.3.11
//          id  ver net               caps port    node id
//   f8 5c  80  08  80  92 <client>  82 765f  07  b840 <64 bytes>      py-v8: port before caps
//   f8 88  80  1c  80  9c <client>  07  82 8201  b840 ..  80  a0 ..   Go protocol 28: then total difficulty, best hash
//
// and p2p (spec WIRE 7.1):
//
//   f8 6e  80  80  a1 <client>  c4 83 657468     82 8233  b840 ..     p2p 0: names
//   f8 71  80  02  a2 <client>  c6 c5 83 657468 31 82 9273 b840 ..    p2p 1 to 3: [name, version]
#include "wire/hello.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "rlp/hex.hpp"
#include "wire/frame.hpp"
#include "wire/member_io.hpp"

namespace ethpoc::wire {
namespace {

constexpr std::uint64_t widest_bits = 0x0f;   // capabilities have three bits, in JavaScript four
constexpr std::uint64_t second_widest = 0xff; // no port that anybody listens on is below
constexpr std::size_t longest_port = 8;       // bytes; Go protocol 2 has its 64-byte key in this place
constexpr std::size_t least_without_row = 4;

/// Python has the port first, JavaScript without a listener the capabilities, and its bits are 9.
bool port_is_first(std::uint64_t first, std::uint64_t second) noexcept {
    const auto may_be_caps = [](std::uint64_t value) { return value <= widest_bits; };
    return (may_be_caps(second) && !may_be_caps(first)) || (may_be_caps(second) && second != 0 && first == 0) ||
           (!may_be_caps(second) && first > second_widest);
}

Error too_short(BytesView payload, const rlp::Items& items) {
    const std::string_view missing =
        items.empty() ? std::string_view("id") : row_of(layouts::hello_with_genesis.at(items.size() - 1)).name;
    const auto end = static_cast<std::size_t>(items.payload().data() + items.payload().size() - payload.data());
    return {&errors::missing_item, end, 0, "payload",
            std::string(missing) + ": the list ends after " + std::to_string(items.size()) + " items"};
}

} // namespace

Result<rlp::Items> with_outside(BytesView payload, const rlp::Items& items, std::size_t wanted) {
    const std::uint8_t* const begin = items.payload().data();
    const std::uint8_t* const end = payload.data() + payload.size();
    const std::uint8_t* at = begin + items.payload().size();
    std::size_t count = items.size();
    for (; count < wanted && at != end; ++count) {
        auto item = rlp::first_item({at, end}, rlp::Mode::lenient);
        if (!item) {
            const auto offset = static_cast<std::size_t>(at - payload.data());
            return std::unexpected(std::move(item.error()).moved(offset, join_path("payload", index_path(count))));
        }
        at += item->whole().size();
    }
    return rlp::Items{{begin, at}, count};
}

void read_node_id(Reader& in, std::string_view name, std::size_t width, BytesView& out) {
    const auto next = in.peek();
    const bool digits = next && !next->is_list && next->payload_size == 2 * width &&
                        from_hex_digits(as_text(next->payload())).has_value();
    in.bytes(name, (digits ? 2 : 1) * width, errors::bad_node_id, out);
}

std::optional<std::uint64_t> HelloItem::number() const noexcept {
    if (!string) { return std::nullopt; }
    std::uint64_t number = 0;
    for (const std::uint8_t b : *string) {
        if (number >> 56 != 0) { return std::nullopt; }
        number = number << 8 | b;
    }
    return number;
}

std::size_t least_items(const Profile* row) noexcept {
    return row != nullptr ? row->hello_items : least_without_row;
}

namespace {

constexpr std::size_t place_of(Member member) {
    constexpr const auto& row = layouts::hello_with_genesis;
    return static_cast<std::size_t>(std::ranges::find(row, member) - row.begin());
}

} // namespace

HelloOrder hello_order(const Profile* row, std::span<const HelloItem> items) noexcept {
    constexpr std::size_t caps_place = place_of(Member::capabilities);
    constexpr std::size_t key_place = place_of(Member::node_id);
    constexpr std::size_t total_place = place_of(Member::total_difficulty);
    static_assert(place_of(Member::listen_port) == caps_place + 1 && key_place == caps_place + 2);
    static_assert(place_of(Member::best_hash) == total_place + 1);

    const bool with_head = least_items(row) > items_to_node_id;
    HelloOrder out;
    out.members = layouts::hello_with_genesis;
    out.count = std::min(items.size(), with_head ? out.members.size() : layouts::hello_full.size());
    const auto item = [&](std::size_t place) { return place < items.size() ? items[place] : HelloItem{}; };
    const auto member = [&](std::size_t place) { return out.members.begin() + static_cast<std::ptrdiff_t>(place); };

    std::size_t caps = caps_place;
    if (item(caps).size() > longest_port) {
        std::rotate(member(caps), member(key_place), member(key_place + 1));
        ++caps;
        out.usual = false;
    }
    const auto first = item(caps).number();
    const auto second = item(caps + 1).number();
    const bool alone = items.size() == caps + 1;
    out.swapped_port = first && second && port_is_first(*first, *second);
    if (out.swapped_port || (alone && first && *first > capability::full)) {
        std::iter_swap(member(caps), member(caps + 1));
        out.usual = false;
    }
    out.swapped_head =
        with_head && item(total_place).size() == Hash256::width && item(total_place + 1).size() < Hash256::width;
    if (out.swapped_head) {
        std::iter_swap(member(total_place), member(total_place + 1));
        out.usual = false;
    }
    return out;
}

Result<HelloSwaps> read_flat_hello(BytesView payload, const rlp::Items& in_list, Hello& out) {
    Reader read = Reader::from(payload, in_list, 1, "payload");
    read_member<Member::version>(read, out);
    if (!read.ok()) { return std::unexpected(read.take_error()); }

    const Profile* const row = find_flat(out.version);
    rlp::Items items = in_list;
    if (row != nullptr && row->hello == HelloForm::key_outside) {
        auto all = with_outside(payload, in_list, items_to_node_id);
        if (!all) { return std::unexpected(std::move(all.error())); }
        items = *all;
        read = Reader::from(payload, items, 2, "payload");
    }
    if (items.size() < least_items(row)) { return std::unexpected(too_short(payload, items)); }

    std::array<HelloItem, 1 + layouts::hello_with_genesis.size()> seen;
    std::size_t count = 0;
    for (const rlp::Item& item : items) {
        if (count == seen.size()) { break; }
        if (!item.is_list) { seen[count].string = item.payload(); }
        ++count;
    }
    const HelloOrder order = hello_order(row, std::span(seen).subspan(1, count - 1));
    if (order.usual) [[likely]] {
        std::size_t left = order.count;
        for_each_member<layouts::hello_with_genesis>([&]<Member M>() {
            if (M != Member::version && left > 1) {
                read_member<M>(read, out);
                --left;
            }
        });
    } else {
        for (const Member member : order.layout().subspan(1)) {
            for_each_member<layouts::hello_with_genesis>([&]<Member M>() {
                if (member == M) { read_member<M>(read, out); }
            });
        }
    }
    if (!read.ok()) { return std::unexpected(read.take_error()); }
    return HelloSwaps{order.swapped_port, order.swapped_head};
}

Result<HelloSwaps> read_p2p_hello(BytesView payload, const rlp::Items& items, Hello& out) {
    Reader read = Reader::from(payload, items, 1, "payload");
    read_members<layouts::hello_p2p>(read, out);
    if (!read.ok()) { return std::unexpected(read.take_error()); }
    return HelloSwaps{};
}

} // namespace ethpoc::wire
