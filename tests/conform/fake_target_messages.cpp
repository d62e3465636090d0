// Peers, transactions and new blocks, as a FakeTarget takes them and passes them on.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "chain/block.hpp"
#include "rlp/encode.hpp"
#include "tests/conform/fake_target.hpp"

namespace ethpoc::test {
namespace {

using enum wire::MessageType;

constexpr std::array<std::uint8_t, 4> own_address{203, 0, 113, 99};

bool is_private(const wire::PeerEntry& entry) noexcept {
    const auto& a = entry.address;
    return entry.address_size == 4 && (a[0] == 0 || a[0] == 10 || a[0] == 127 || (a[0] == 172 && (a[1] & 0xf0) == 16) ||
                                       (a[0] == 192 && a[1] == 168));
}

std::string endpoint_of(const wire::PeerEntry& entry) {
    std::string out;
    for (std::size_t i = 0; i < 4; ++i) {
        out += (i > 0 ? "." : "") + std::to_string(entry.address[i]);
    }
    return out + ":" + std::to_string(entry.port);
}

/// "203.0.113.7:30303"; the port is said in Hello. Nothing: no such address.
std::optional<wire::PeerEntry> entry_for(std::string_view endpoint, std::uint32_t port, BytesView node_id) {
    wire::PeerEntry out;
    out.address_size = 4;
    const char* at = endpoint.data();
    const char* const end = endpoint.data() + endpoint.size();
    for (std::size_t i = 0; i < 4; ++i) {
        const auto [next, error] = std::from_chars(at, end, out.address[i]);
        if (error != std::errc{} || next == end) { return std::nullopt; }
        at = next + 1;
    }
    out.port = static_cast<std::uint16_t>(port);
    out.node_id = node_id;
    return port <= 0xffff ? std::optional(out) : std::nullopt;
}

std::size_t items_in(const rlp::Item& list) {
    rlp::Items items;
    return rlp::list_items_fast(list.whole(), items, rlp::Mode::lenient) ? items.size() : 0;
}

} // namespace

void FakeTarget::on(const wire::GetPeers& /*message*/, BytesView /*payload*/) {
    if (is(Bug::no_peers) || (is(Bug::peers_once) && gave_peers_)) { return; }
    gave_peers_ = true;
    static const Bytes nobody(NodeId::width, 0x42);
    const BytesView short_id = BytesView(nobody).first(NodeId::width - 1);
    std::vector<wire::PeerEntry> entries;
    wire::PeerEntry self;
    std::ranges::copy(own_address, self.address.begin());
    self.address_size = 4;
    self.port = FakeHouse::port;
    self.node_id = house_.node_id();
    if (!is(Bug::not_itself)) { entries.push_back(self); }
    if (is(Bug::peers_short_id)) { entries.push_back(*entry_for("203.0.113.1:0", FakeHouse::port, short_id)); }
    if (is(Bug::peers_private)) { entries.push_back(*entry_for("10.0.0.1:0", FakeHouse::port, nobody)); }
    if (is(Bug::peers_port_0)) { entries.push_back(*entry_for("203.0.113.1:0", 0, node_id_)); }
    for (const FakeTarget* other : house_.others(*this)) {
        const auto entry = entry_for(other->endpoint(), other->listen_port(), other->node_id());
        const bool tells = entry && !is_private(*entry) && (entry->port != 0 || is(Bug::peers_port_0));
        if (tells && entry->node_id.size() == NodeId::width) { entries.push_back(*entry); }
    }
    say(wire::compose_peers(profile(), entries));
}

void FakeTarget::on(const wire::Peers& message, BytesView /*payload*/) {
    if (is(Bug::closes_on_no_peers) && message.entries.empty()) { return close_now(); }
    if (is(Bug::dies_of_peers) && !message.entries.empty()) { return house_.die(); }
    std::set<Bytes> seen;
    for (const rlp::Item& item : message.entries) {
        const BytesView whole = item.whole();
        if (!seen.insert(Bytes(whole.begin(), whole.end())).second && is(Bug::closes_on_same_peers)) {
            return close_now();
        }
        on_peer_entry(item);
    }
}

void FakeTarget::on_peer_entry(const rlp::Item& item) {
    const auto entry = wire::decode_peer_entry(item, profile().address);
    const bool odd_id = entry && entry->node_id.size() != NodeId::width;
    rlp::Items parts;
    const bool read = rlp::list_items_fast(item.whole(), parts, rlp::Mode::lenient) && !parts.empty();
    const bool listed = read && parts[0].is_list;
    const bool native = listed == (profile().address == wire::AddressForm::octet_list);
    const bool dies = (is(Bug::dies_of_odd_peers) && (!entry || odd_id || !native || entry->address_size == 16)) ||
                      (is(Bug::dies_of_odd_form) && listed && entry_has_zero_byte(parts[0]));
    if (dies) { return house_.die(); }
    const bool closes = (is(Bug::closes_on_odd_peers) && (!entry || odd_id || items_in(item) > 3)) ||
                        (is(Bug::closes_on_port_0) && entry && entry->port == 0) ||
                        (is(Bug::port_is_signed) && entry && entry->port >= 0x8000) ||
                        (is(Bug::closes_on_ipv6) && entry && entry->address_size == 16) ||
                        (is(Bug::address_other_form) && native);
    if (closes) { return close_now(); }
    if (!entry || entry->address_size != 4 || entry->port == 0 || odd_id) { return; }
    const bool self = std::ranges::equal(entry->node_id, house_.node_id().bytes);
    if ((self || is_private(*entry)) && !is(Bug::dials_anything)) { return; }
    house_.heard_of(endpoint_of(*entry));
}

/// Python's octet 0.
bool FakeTarget::entry_has_zero_byte(const rlp::Item& address) {
    rlp::Items octets;
    return rlp::list_items_fast(address.whole(), octets, rlp::Mode::lenient) &&
           std::ranges::any_of(octets,
                               [](const rlp::Item& octet) { return octet.whole().size() == 1 && *octet.begin == 0; });
}

// ---------------------------------------------------------------- transactions

void FakeTarget::on(const wire::GetTransactions& /*message*/, BytesView /*payload*/) {
    if (is(Bug::dies_of_gettx)) { return house_.die(); }
    std::vector<BytesView> known(house_.transactions().begin(), house_.transactions().end());
    say(wire::compose_raw_items(profile(), Transactions, known, offsets_));
}

void FakeTarget::on(const wire::Transactions& message, BytesView payload) {
    const bool empty = message.items.empty();
    if (is(Bug::dies_of_no_transactions) && empty) { return house_.die(); }
    rlp::Items items;
    const bool wrapped = rlp::list_items_fast(payload, items, rlp::Mode::lenient) && items.size() == 2 && !empty &&
                         (*message.items.begin()).begin != items[1].begin;
    if (is(Bug::dies_of_wrapped_transactions) && wrapped) { return house_.die(); }
    // c0 alone is an empty transaction, and the nil of Go.
    if (is(Bug::dies_of_bad_transaction) && empty && items.size() == 2) { return house_.die(); }
    if (is(Bug::closes_on_transaction)) { return close_now(); }
    for (const rlp::Item& item : message.items) {
        on_transaction(item);
    }
}

void FakeTarget::on_transaction(const rlp::Item& item) {
    const BytesView bytes = item.whole();
    if (house_.has_transaction(bytes)) {
        if (is(Bug::closes_on_known_transaction)) { close_now(); }
        return;
    }
    const auto layouts = chain::transaction_layouts(*chain().rules);
    const bool readable = std::ranges::any_of(
        layouts, [&](chain::TransactionLayout layout) { return chain::decode_transaction(layout, bytes).has_value(); });
    if (!readable && is(Bug::dies_of_bad_transaction)) { return house_.die(); }
    const bool is_signed = std::ranges::any_of(
        layouts, [&](chain::TransactionLayout layout) { return chain::recover_sender(layout, bytes).has_value(); });
    if (!readable || (!is_signed && !is(Bug::relays_bad_transaction))) { return; }
    house_.add_transaction(bytes);
    if (is(Bug::never_relays)) { return; }
    pass_on(Transactions, bytes, is(Bug::echoes));
}

void FakeTarget::pass_on(wire::MessageType type, BytesView item, bool to_sender) {
    const std::array<BytesView, 1> items{item};
    for (FakeTarget* other : house_.others(*this)) {
        if (other->has_eth()) { other->say(wire::compose_raw_items(profile(), type, items, other->offsets())); }
    }
    if (to_sender) { say(wire::compose_raw_items(profile(), type, items, offsets_)); }
}

// ---------------------------------------------------------------- blocks that come

void FakeTarget::on(const wire::Blocks& message, BytesView payload) {
    rlp::Items items;
    const bool nil = rlp::list_items_fast(payload, items, rlp::Mode::lenient) && items.size() == 2;
    if (is(Bug::dies_of_no_blocks) && message.items.empty()) { return house_.die(); }
    const bool asked = std::exchange(awaits_blocks_, false);
    if (is(Bug::dies_of_unasked_blocks) && message.items.empty() && !asked) { return house_.die(); }
    if (is(Bug::dies_of_bad_block) && message.items.empty() && nil) { return house_.die(); }
    std::optional<Hash256> unknown;
    for (const rlp::Item& item : message.items) {
        const auto hash = on_block(item);
        if (hash && !unknown) { unknown = hash; }
    }
    if (unknown) { ask_about(*unknown); }
}

/// The hash of one whose parent is unknown.
std::optional<Hash256> FakeTarget::on_block(const rlp::Item& item) {
    const auto block = chain::decode_block(*chain().rules, item.whole());
    if (!block) {
        if (is(Bug::dies_of_bad_block)) { house_.die(); }
        return std::nullopt;
    }
    if (chain().height_of(block->hash)) {
        if (is(Bug::closes_on_known_block)) { close_now(); }
        return std::nullopt;
    }
    if (!chain().height_of(block->header.parent_hash)) {
        if (is(Bug::closes_on_unknown_parent)) { close_now(); }
        return block->hash;
    }
    const bool works = chain::proof_of_work_holds(*chain().rules, block->header);
    if (works || is(Bug::relays_any_block)) { pass_on(Blocks, item.whole(), false); }
    return std::nullopt;
}

void FakeTarget::ask_about(const Hash256& hash) {
    if (is(Bug::never_asks)) { return; }
    if (profile().sync != wire::SyncStyle::chain) {
        return say(wire::compose_get_block_hashes(profile(), hash, 256, offsets_));
    }
    const std::vector<Hash256> newest_first(chain().hashes.rbegin(), chain().hashes.rend());
    awaits_blocks_ = true;
    say(wire::compose_get_chain(profile(), newest_first, 256));
}

void FakeTarget::on(const wire::NewBlock& message, BytesView payload) {
    const bool wants_difficulty = profile().announce == wire::AnnounceForm::new_block;
    const auto block = chain::decode_block(*chain().rules, message.block.whole());
    const bool bad = !block || (wants_difficulty && !message.total_difficulty);
    const bool odd = bad || has_more_items(NewBlock, payload);
    if (is(Bug::dies_of_bad_new_block) && odd) { return house_.die(); }
    if (is(Bug::closes_on_new_block)) { return close_now(); }
    if (wants_difficulty && !message.total_difficulty) { return malformed(false); }
    if (const auto unknown = on_block(message.block)) { ask_about(*unknown); }
}

} // namespace ethpoc::test
