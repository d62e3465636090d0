// Message to frame. What we send is canonical RLP in the field order of the profile (spec QUIRKS 0.1).
#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/item_counted.hpp"
#include "wire/member_io.hpp"

namespace ethpoc::wire {
namespace {

void append_bytes(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

Bytes framed(BytesView payload) {
    Bytes out;
    out.reserve(frame_header_size + payload.size());
    append_bytes(out, frame_header(payload.size()));
    append_bytes(out, payload);
    return out;
}

/// One frame in the making, from its end to its beginning: for those of a few hundred bytes, which are copied into a
/// buffer of their size at the end.
class FrameWriter {
  public:
    FrameWriter(const Profile& profile, MessageType type, const IdOffsets& offsets = {}) :
        item_counted_(profile.dialect == rlp::Dialect::item_counted), type_(type), id_(id_of(profile, type, offsets)) {}

    /// The items of the list, given in reverse order.
    rlp::BackwardWriter& items() noexcept { return out_; }

    /// Empty when the version does not have the message.
    Bytes finish() {
        if (!id_) { return {}; }
        out_.put_uint(*id_);
        out_.close_list(0);
        if (item_counted_) { return framed(to_item_counted(type_, out_.view())); }
        out_.put_raw(frame_header(out_.mark()));
        return out_.take();
    }

  private:
    rlp::BackwardWriter out_{};
    bool item_counted_;
    MessageType type_;
    std::optional<std::uint16_t> id_;
};

/// One frame whose items are `size` bytes together, which `append` writes in their order: into one buffer of the size
/// of the frame, which nobody copies again. Empty when the version does not have the message.
template <class Append>
Bytes sized_frame(const Profile& profile, MessageType type, const IdOffsets& offsets, std::size_t size,
                  Append&& append) {
    const auto id = id_of(profile, type, offsets);
    if (!id) { return {}; }
    rlp::BackwardWriter head(48);
    head.put_uint(*id);
    head.put_header(0xc0, head.mark() + size);
    head.put_raw(frame_header(head.mark() + size));
    Bytes out;
    out.reserve(head.mark() + size);
    append_bytes(out, head.view());
    append(out);
    if (profile.dialect == rlp::Dialect::item_counted) {
        return framed(to_item_counted(type, BytesView(out).subspan(frame_header_size)));
    }
    return out;
}

constexpr std::size_t hash_item_size = 1 + Hash256::width;

void append_hashes(Bytes& out, std::span<const Hash256> hashes) {
    constexpr std::uint8_t header = 0x80 + Hash256::width;
    for (const Hash256& hash : hashes) {
        out.push_back(header);
        append_bytes(out, hash);
    }
}

///   c5 36 81cc 0a 29      84 36cc0a29
void put_address(rlp::BackwardWriter& out, AddressForm form, BytesView address) {
    if (form != AddressForm::octet_list) { return out.put_string(address); }
    const std::size_t mark = out.mark();
    for (const std::uint8_t octet : std::views::reverse(address)) {
        out.put_uint(octet);
    }
    out.close_list(mark);
}

///   c4 83 657468      c6 c5 83 657468 31      eth alone: what we do not list has no ids
void put_capabilities(rlp::BackwardWriter& out, const Profile& profile) {
    const std::size_t list = out.mark();
    const std::size_t pair = out.mark();
    if (profile.capabilities == CapabilityForm::pairs) { out.put_uint(profile.eth_version); }
    out.put_string(as_bytes("eth"));
    if (profile.capabilities == CapabilityForm::pairs) { out.close_list(pair); }
    out.close_list(list);
}

/// What layouts.def names, in one struct.
struct Outgoing : HelloOut {
    std::uint32_t version = 0;
};

} // namespace

/// The list that C++ protocols 2 to 4 counted too short goes out whole: it reads the same to them (spec WIRE 5.1).
Bytes compose_hello(const Profile& profile, const HelloOut& hello) {
    FrameWriter frame{profile, MessageType::Hello};
    const Outgoing out{hello, profile.version};
    for (const Member member : std::views::reverse(hello_layout(profile.hello))) {
        if (member == Member::capability_list) {
            put_capabilities(frame.items(), profile);
        } else if (member == Member::p2p_port) {
            put_member<Member::p2p_port>(frame.items(), out);
        } else {
            for_each_member<layouts::hello_with_genesis>([&]<Member M>() {
                if (member == M) { put_member<M>(frame.items(), out); }
            });
        }
    }
    return frame.finish();
}

Bytes compose_disconnect(const Profile& profile, std::optional<Reason> reason) {
    FrameWriter frame{profile, MessageType::Disconnect};
    if (reason && profile.reasons != ReasonSet::none) { frame.items().put_uint(std::to_underlying(*reason)); }
    return frame.finish();
}

Bytes compose_plain(const Profile& profile, MessageType type, const IdOffsets& offsets) {
    return FrameWriter{profile, type, offsets}.finish();
}

Bytes compose_peers(const Profile& profile, std::span<const PeerEntry> entries) {
    FrameWriter frame{profile, MessageType::Peers};
    rlp::BackwardWriter& out = frame.items();
    for (const PeerEntry& entry : std::views::reverse(entries)) {
        const bool fits =
            entry.address_size == 4 || (entry.address_size == 16 && profile.address == AddressForm::string4_or_16);
        if (!fits) { continue; }
        const std::size_t mark = out.mark();
        for_each_member_backward<layouts::peer>([&]<Member M>() {
            if constexpr (M == Member::address) {
                put_address(out, profile.address, BytesView{entry.address}.first(entry.address_size));
            } else {
                put_member<M>(out, entry);
            }
        });
        out.close_list(mark);
    }
    return frame.finish();
}

Bytes compose_raw_items(const Profile& profile, MessageType type, std::span<const BytesView> items,
                        const IdOffsets& offsets) {
    std::size_t size = 0;
    for (const BytesView item : items) {
        size += item.size();
    }
    return sized_frame(profile, type, offsets, size, [&](Bytes& out) {
        for (const BytesView item : items) {
            append_bytes(out, item);
        }
    });
}

Bytes compose_get_chain(const Profile& profile, std::span<const Hash256> newest_first, std::uint64_t count) {
    const Bytes last = rlp::encode_item(count);
    const std::size_t size = newest_first.size() * hash_item_size + last.size();
    return sized_frame(profile, MessageType::GetChain, {}, size, [&](Bytes& out) {
        append_hashes(out, newest_first);
        append_bytes(out, last);
    });
}

Bytes compose_not_in_chain(const Profile& profile, const Hash256& hash) {
    FrameWriter frame{profile, MessageType::NotInChain};
    put_members<layouts::not_in_chain>(frame.items(), NotInChain{hash});
    return frame.finish();
}

Bytes compose_get_block_hashes(const Profile& profile, const Hash256& hash, std::uint64_t limit,
                               const IdOffsets& offsets) {
    FrameWriter frame{profile, MessageType::GetBlockHashes, offsets};
    const GetBlockHashes out{hash, U256{limit}};
    if (limit_first(profile, 0)) {
        put_members<layouts::get_block_hashes_limit_first>(frame.items(), out);
    } else {
        put_members<layouts::get_block_hashes>(frame.items(), out);
    }
    return frame.finish();
}

Bytes compose_hashes(const Profile& profile, MessageType type, std::span<const Hash256> hashes,
                     const IdOffsets& offsets) {
    return sized_frame(profile, type, offsets, hashes.size() * hash_item_size,
                       [&](Bytes& out) { append_hashes(out, hashes); });
}

Bytes compose_status(const Profile& profile, const Status& status, const IdOffsets& offsets) {
    FrameWriter frame{profile, MessageType::Status, offsets};
    put_members<layouts::status>(frame.items(), status);
    return frame.finish();
}

Bytes compose_new_block(const Profile& profile, BytesView block, const U256& total_difficulty,
                        const IdOffsets& offsets) {
    const Bytes last = profile.announce == AnnounceForm::new_block ? rlp::encode_item(total_difficulty) : Bytes{};
    return sized_frame(profile, MessageType::NewBlock, offsets, block.size() + last.size(), [&](Bytes& out) {
        append_bytes(out, block);
        append_bytes(out, last);
    });
}

} // namespace ethpoc::wire
