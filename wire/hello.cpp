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
#include <array>
#include <string>
#include <utility>

#include "rlp/hex.hpp"
#include "wire/frame.hpp"
#include "wire/reader.hpp"

namespace ethpoc::wire {
namespace {

constexpr std::size_t flat_items = 7;         // up to the node id
constexpr std::uint64_t widest_bits = 0x0f;   // capabilities have three bits, in JavaScript four
constexpr std::uint64_t second_widest = 0xff; // no port that anybody listens on is below
constexpr std::size_t longest_port = 8;       // bytes; Go protocol 2 has its 64-byte key in this place

constexpr std::array<std::string_view, 10> flat_names{"id",           "version",     "network id", "client id",
                                                      "capabilities", "listen port", "node id",    "total difficulty",
                                                      "best hash",    "genesis hash"};

/// Bytes of the item at `index`; a list and an item that is not there have none.
std::size_t size_at(const rlp::Items& items, std::size_t index) {
    if (index >= items.size()) { return 0; }
    const rlp::Item item = items[index];
    return item.is_list ? 0 : item.payload_size;
}

std::uint32_t to_port(std::uint64_t number) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(number, 0xffffffff));
}

/// Capabilities and port, in the order in which they come.
void read_caps_and_port(Reader& read, HelloReading& out) {
    if (read.left() == 0) { return; }
    std::uint64_t first = 0;
    read.number("capabilities", first);
    if (read.left() == 0) { // protocol 0: [.., port] for some hours, then [.., caps] of who does not listen
        if (first > capability::full) {
            out.hello.listen_port = to_port(first);
        } else {
            out.hello.capabilities = first;
        }
        return;
    }
    std::uint64_t second = 0;
    read.number("listen port", second);
    // Told apart by value: Python has the port first, JavaScript without a listener the capabilities, and its bits
    // are 9.
    const auto may_be_caps = [](std::uint64_t value) { return value <= widest_bits; };
    out.swapped_port = (may_be_caps(second) && !may_be_caps(first)) ||
                       (may_be_caps(second) && second != 0 && first == 0) ||
                       (!may_be_caps(second) && first > second_widest);
    if (out.swapped_port) { std::swap(first, second); }
    out.hello.capabilities = first;
    out.hello.listen_port = to_port(second);
}

/// 64 bytes; the JavaScript of March 2014 writes them as 128 hex digits (spec CLIENTS 3a).
void read_node_id(Reader& read, Hello& out) {
    const bool digits = read.left() > 0 && !read.peek().is_list && read.peek().payload_size == 2 * NodeId::width &&
                        from_hex(as_text(read.peek().payload())).has_value();
    read.bytes("node id", (digits ? 2 : 1) * NodeId::width, errors::bad_node_id, out.node_id);
}

/// Python protocols 28 to 30 send the hash before the total difficulty. A total difficulty never had 32 bytes.
void read_head(Reader& read, const rlp::Items& items, HelloReading& out) {
    out.swapped_head = size_at(items, flat_items) == Hash256::width && size_at(items, flat_items + 1) < Hash256::width;
    if (out.swapped_head) { read.bytes("best hash", Hash256::width, errors::bad_hash, out.hello.best_hash); }
    read.number("total difficulty", out.hello.total_difficulty);
    if (!out.swapped_head) { read.bytes("best hash", Hash256::width, errors::bad_hash, out.hello.best_hash); }
}

Error too_short(BytesView payload, const rlp::Items& items, std::string_view missing) {
    const auto end = static_cast<std::size_t>(items.payload().data() + items.payload().size() - payload.data());
    return {&errors::missing_item, end, 0, "payload",
            std::string(missing) + ": the list ends after " + std::to_string(items.size()) + " items"};
}

Result<HelloReading> finish(Reader& read, HelloReading& out) {
    if (auto bad = read.take_error()) { return std::unexpected(std::move(*bad)); }
    return out;
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
            return std::unexpected(std::move(item.error()).moved(offset, "payload" + index_path(count)));
        }
        at += item->whole().size();
    }
    return rlp::Items{{begin, at}, count};
}

Result<HelloReading> read_flat_hello(BytesView payload, const rlp::Items& in_list) {
    HelloReading out;
    Reader version{payload, in_list, 1, "payload"};
    version.number("version", out.hello.version);
    if (auto bad = version.take_error()) { return std::unexpected(std::move(*bad)); }

    const Profile* const row = find_flat(out.hello.version);
    rlp::Items items = in_list;
    if (row != nullptr && row->hello == HelloForm::key_outside) {
        auto all = with_outside(payload, in_list, flat_items);
        if (!all) { return std::unexpected(std::move(all.error())); }
        items = *all;
    }
    const std::size_t least = row != nullptr ? row->hello_items : 4;
    if (items.size() < least) { return std::unexpected(too_short(payload, items, flat_names[items.size()])); }

    Reader read{payload, items, 2, "payload"};
    read.number("network id", out.hello.network_id);
    read.text("client id", out.hello.client_id);
    const bool key_first = size_at(items, read.index()) > longest_port;
    if (key_first) { read_node_id(read, out.hello); }
    read_caps_and_port(read, out);
    if (!key_first && read.left() > 0) { read_node_id(read, out.hello); }
    if (least > flat_items) { read_head(read, items, out); }
    if (least > flat_items && read.left() > 0) {
        read.bytes("genesis hash", Hash256::width, errors::bad_hash, out.hello.genesis_hash);
    }
    return finish(read, out);
}

Result<HelloReading> read_p2p_hello(BytesView payload, const rlp::Items& items) {
    HelloReading out;
    Reader read{payload, items, 1, "payload"};
    read.number("p2p version", out.hello.version);
    read.text("client id", out.hello.client_id);
    read.list("capabilities", out.hello.capability_list);
    read.number("listen port", out.hello.listen_port);
    read_node_id(read, out.hello);
    return finish(read, out);
}

} // namespace ethpoc::wire
