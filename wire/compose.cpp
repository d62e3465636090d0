// Message to frame. What we send is canonical RLP in the field order of the profile (spec QUIRKS 0.1).
#include <algorithm>
#include <array>
#include <ranges>

#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/item_counted.hpp"

namespace ethpoc::wire {
namespace {

/// One frame in the making, from its end to its beginning.
class FrameWriter {
  public:
    FrameWriter(const Profile& profile, MessageType type, const IdOffsets& offsets = {}) :
        item_counted_(profile.dialect == Dialect::item_counted), type_(type), id_(id_of(profile, type, offsets)) {}

    /// The items of the list, given in reverse order.
    rlp::BackwardWriter& items() noexcept { return out_; }

    /// Empty when the version does not have the message.
    Bytes finish() {
        if (!id_) { return {}; }
        out_.put_uint(*id_);
        out_.close_list(0);
        if (item_counted_) {
            const Bytes translated = to_item_counted(type_, out_.view());
            out_.clear();
            out_.put_raw(translated);
        }
        out_.put_raw(frame_header(out_.mark()));
        return out_.take();
    }

  private:
    rlp::BackwardWriter out_{};
    bool item_counted_;
    MessageType type_;
    std::optional<std::uint16_t> id_;
};

void put_hashes(rlp::BackwardWriter& out, std::span<const Hash256> hashes) {
    for (const Hash256& hash : std::views::reverse(hashes)) {
        out.put_string(hash);
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

void put_p2p_hello(rlp::BackwardWriter& out, const Profile& profile, const HelloOut& hello) {
    out.put_string(hello.node_id);
    out.put_uint(hello.listen_port);
    put_capabilities(out, profile);
    out.put_string(as_bytes(hello.client_id));
    out.put_uint(profile.version);
}

/// The list that C++ protocols 2 to 4 counted too short goes out whole: it reads the same to them (spec WIRE 5.1).
void put_flat_hello(rlp::BackwardWriter& out, const Profile& profile, const HelloOut& hello) {
    const HelloForm form = profile.hello;
    if (form == HelloForm::with_genesis) { out.put_string(hello.genesis_hash); }
    if (form == HelloForm::with_genesis || form == HelloForm::with_head) {
        out.put_string(hello.best_hash);
        out.put_uint(hello.total_difficulty);
    }
    const bool key = form != HelloForm::client_only && form != HelloForm::with_port && form != HelloForm::with_caps;
    if (key && form != HelloForm::key_before_caps) { out.put_string(hello.node_id); }
    if (form != HelloForm::client_only) { out.put_uint(hello.listen_port); }
    if (form != HelloForm::client_only && form != HelloForm::with_port) { out.put_uint(hello.capabilities); }
    if (form == HelloForm::key_before_caps) { out.put_string(hello.node_id); }
    out.put_string(as_bytes(hello.client_id));
    out.put_uint(hello.network_id);
    out.put_uint(profile.version);
}

} // namespace

Bytes compose_hello(const Profile& profile, const HelloOut& hello) {
    FrameWriter frame{profile, MessageType::Hello};
    if (profile.family == Family::p2p) {
        put_p2p_hello(frame.items(), profile, hello);
    } else {
        put_flat_hello(frame.items(), profile, hello);
    }
    return frame.finish();
}

Bytes compose_disconnect(const Profile& profile, std::optional<std::uint32_t> reason) {
    FrameWriter frame{profile, MessageType::Disconnect};
    if (reason && profile.reasons != ReasonSet::none) { frame.items().put_uint(*reason); }
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
        out.put_string(entry.node_id);
        out.put_uint(entry.port);
        put_address(out, profile.address, BytesView{entry.address}.first(entry.address_size));
        out.close_list(mark);
    }
    return frame.finish();
}

Bytes compose_raw_items(const Profile& profile, MessageType type, std::span<const BytesView> items,
                        const IdOffsets& offsets) {
    FrameWriter frame{profile, type, offsets};
    for (const BytesView item : std::views::reverse(items)) {
        frame.items().put_raw(item);
    }
    return frame.finish();
}

Bytes compose_get_chain(const Profile& profile, std::span<const Hash256> newest_first, std::uint64_t count) {
    FrameWriter frame{profile, MessageType::GetChain};
    frame.items().put_uint(count);
    put_hashes(frame.items(), newest_first);
    return frame.finish();
}

Bytes compose_not_in_chain(const Profile& profile, const Hash256& hash) {
    FrameWriter frame{profile, MessageType::NotInChain};
    frame.items().put_string(hash);
    return frame.finish();
}

Bytes compose_get_block_hashes(const Profile& profile, const Hash256& hash, std::uint64_t limit,
                               const IdOffsets& offsets) {
    FrameWriter frame{profile, MessageType::GetBlockHashes, offsets};
    const bool limit_first = profile.sync == SyncStyle::hashes_limit_first;
    if (limit_first) { frame.items().put_string(hash); }
    frame.items().put_uint(limit);
    if (!limit_first) { frame.items().put_string(hash); }
    return frame.finish();
}

Bytes compose_hashes(const Profile& profile, MessageType type, std::span<const Hash256> hashes,
                     const IdOffsets& offsets) {
    FrameWriter frame{profile, type, offsets};
    put_hashes(frame.items(), hashes);
    return frame.finish();
}

Bytes compose_status(const Profile& profile, const Status& status, const IdOffsets& offsets) {
    FrameWriter frame{profile, MessageType::Status, offsets};
    rlp::BackwardWriter& out = frame.items();
    out.put_string(status.genesis_hash);
    out.put_string(status.best_hash);
    out.put_uint(status.total_difficulty);
    out.put_uint(status.network_id);
    out.put_uint(status.version);
    return frame.finish();
}

Bytes compose_new_block(const Profile& profile, BytesView block, const U256& total_difficulty,
                        const IdOffsets& offsets) {
    FrameWriter frame{profile, MessageType::NewBlock, offsets};
    if (profile.announce == AnnounceForm::new_block) { frame.items().put_uint(total_difficulty); }
    frame.items().put_raw(block);
    return frame.finish();
}

} // namespace ethpoc::wire
