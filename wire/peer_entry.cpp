// Entries of Peers, and hashes: what stands inside of the lists that messages carry.
//
//   f8 4b  c5 36 81cc 0a 29   82 765f   b840 <64 bytes>      up to protocol 12: four scalars
//          84 36  cc  0a 29   82 765f   b840 <64 bytes>      from 13 on: a string
//          c4 7f  00  00 01   ...                            py-v8, v9: an octet 0 is the byte 00, not 80
#include <algorithm>

#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/member_io.hpp"
#include "wire/reader.hpp"

namespace ethpoc::wire {
namespace {

constexpr std::size_t ipv4_size = 4;
constexpr std::size_t ipv6_size = 16;

Error bad_address(const rlp::Item& item, std::string detail) {
    return {&errors::bad_address, 0, item.whole().size(), {}, std::move(detail)};
}

std::optional<Error> read_octets(const rlp::Item& item, AddressForm form, rlp::Mode mode, PeerEntry& out) {
    if (mode == rlp::Mode::strict && form != AddressForm::octet_list) {
        return bad_address(item, "a list, where this version has a string");
    }
    const auto octets = rlp::list_items(item.whole(), mode);
    if (!octets || octets->size() != ipv4_size) { return bad_address(item, "a list, but not of four octets"); }
    std::size_t i = 0;
    for (const rlp::Item& octet : *octets) {
        auto value = rlp::value<std::uint8_t>(octet, mode);
        if (!value) {
            const auto offset = static_cast<std::size_t>(octet.begin - item.begin);
            return std::move(value.error()).moved(offset, index_path(i));
        }
        out.address[i++] = *value;
    }
    out.address_size = ipv4_size;
    return std::nullopt;
}

std::optional<Error> read_string(const rlp::Item& item, AddressForm form, rlp::Mode mode, PeerEntry& out) {
    const BytesView bytes = item.payload();
    if (mode == rlp::Mode::strict) {
        if (form == AddressForm::octet_list) { return bad_address(item, "a string, where this version has a list"); }
        const bool good =
            bytes.size() == ipv4_size || (form == AddressForm::string4_or_16 && bytes.size() == ipv6_size);
        if (!good) { return bad_address(item, plural(bytes.size(), "byte")); }
    }
    if (bytes.size() > ipv4_size && bytes.size() != ipv6_size) {
        return bad_address(item, plural(bytes.size(), "byte"));
    }
    // C++ aligned a shorter one to the right.
    out.address_size = bytes.size() == ipv6_size ? ipv6_size : ipv4_size;
    std::ranges::copy(bytes, out.address.begin() + static_cast<std::ptrdiff_t>(out.address_size - bytes.size()));
    return std::nullopt;
}

} // namespace

Result<PeerEntry> decode_peer_entry(const rlp::Item& entry, AddressForm form, rlp::Mode mode) {
    auto items = rlp::list_items(entry.whole(), mode);
    if (!items) { return std::unexpected(std::move(items.error())); }
    Reader read{entry.whole(), items->payload(), 0, {}, mode};
    PeerEntry out;
    for_each_member<layouts::peer>([&]<Member M>() {
        constexpr MemberRow row = row_of(M);
        if constexpr (M == Member::address) {
            rlp::Item address;
            read.any(row.name, address);
            if (!read.ok()) { return; }
            auto bad = address.is_list ? read_octets(address, form, mode, out) : read_string(address, form, mode, out);
            if (bad) { read.fail(row.name, address, std::move(*bad)); }
        } else if constexpr (M == Member::node_id) {
            // C++ before 2014-02-10 had no third item; Java writes an empty fourth.
            if (!read.more() && mode != rlp::Mode::strict) { return; }
            read.bytes(row.name, row.width, errors::bad_node_id, out.node_id);
        } else {
            read_member<M>(read, out);
        }
    });
    if (!read.ok()) { return std::unexpected(read.take_error()); }
    if (mode == rlp::Mode::strict && read.more()) {
        return std::unexpected(Error{&rlp::errors::too_many_items, 0, entry.whole().size(), {}, "three items"});
    }
    return out;
}

Result<Hash256> decode_hash(const rlp::Item& item) {
    if (item.is_list) { return std::unexpected(Error{&rlp::errors::expected_string, 0, item.whole().size(), {}, {}}); }
    if (item.payload_size > Hash256::width) {
        return std::unexpected(Error{&errors::bad_hash, 0, item.whole().size(), {}, plural(item.payload_size, "byte")});
    }
    return Hash256::right_aligned(item.payload());
}

} // namespace ethpoc::wire
