// Checks of Peers, and of what is passed on to others.
#include <algorithm>

#include "conform/check_functions.hpp"
#include "conform/reading.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform::check {
namespace {

using enum wire::MessageType;

constexpr std::size_t node_id_size = NodeId::width;

/// Peers behind the stimulus, our own questions included or not.
std::vector<const HeardMessage*> peers_heard(const std::vector<HeardMessage>& messages) {
    std::vector<const HeardMessage*> out;
    for (const HeardMessage& message : messages) {
        if (message.type == Peers && message.readable && !message.before_stimulus) { out.push_back(&message); }
    }
    return out;
}

/// Whether `good` holds for each entry of all of them.
template <class Good>
bool every_entry(const std::vector<const HeardMessage*>& peers, const Facts& facts, Good good) {
    return std::ranges::all_of(peers, [&](const HeardMessage* message) {
        Bytes scratch;
        const auto read = message_heard(*message, facts, scratch);
        const auto* const list = read ? std::get_if<wire::Peers>(&*read) : nullptr;
        return list != nullptr && std::ranges::all_of(list->entries, good);
    });
}

bool address_in_form(const rlp::Item& address, wire::AddressForm form) {
    if (form == wire::AddressForm::octet_list) {
        rlp::Items octets;
        return address.is_list && rlp::list_items_fast(address.whole(), octets, rlp::Mode::lenient) &&
               octets.size() == 4 && std::ranges::all_of(octets, [](const rlp::Item& octet) {
                   return !octet.is_list && octet.payload_size <= 1;
               });
    }
    return !address.is_list &&
           (address.payload_size == 4 || (form == wire::AddressForm::string4_or_16 && address.payload_size == 16));
}

bool entry_in_form(const rlp::Item& entry, wire::AddressForm form, bool odd_id) {
    rlp::Items items;
    if (!rlp::list_items_fast(entry.whole(), items, rlp::Mode::lenient) || items.size() < 3) { return false; }
    std::uint16_t port = 0;
    return (items.size() == 3 || (odd_id && items.size() == 4)) && address_in_form(items[0], form) &&
           rlp::value_fast(items[1], port, rlp::Mode::lenient) && !items[2].is_list &&
           (odd_id || items[2].payload_size == node_id_size);
}

std::optional<wire::PeerEntry> entry_of(const rlp::Item& item, const Facts& facts) {
    auto entry = wire::decode_peer_entry(item, facts.profile->address);
    if (!entry) { return std::nullopt; }
    return *entry;
}

bool is_private(const wire::PeerEntry& entry) {
    const auto& a = entry.address;
    if (entry.address_size != 4) { return false; }
    const bool none = std::all_of(a.begin(), a.begin() + 4, [](std::uint8_t octet) { return octet == 0; });
    return none || a[0] == 10 || a[0] == 127 || (a[0] == 172 && (a[1] & 0xf0) == 16) || (a[0] == 192 && a[1] == 168);
}

bool lists(const std::vector<HeardMessage>& messages, BytesView node_id, const Facts& facts) {
    return std::ranges::any_of(peers_heard(messages), [&](const HeardMessage* message) {
        Bytes scratch;
        const auto read = message_heard(*message, facts, scratch);
        const auto* const list = read ? std::get_if<wire::Peers>(&*read) : nullptr;
        return list != nullptr && std::ranges::any_of(list->entries, [&](const rlp::Item& item) {
                   rlp::Items items;
                   return rlp::list_items_fast(item.whole(), items, rlp::Mode::lenient) && items.size() >= 3 &&
                          std::ranges::equal(items[2].payload(), node_id);
               });
    });
}

/// The node id in our own Hello: the string of 64 bytes in it.
BytesView id_we_said(const HeardLine& line, Bytes& scratch, const Facts& facts) {
    HeardMessage hello;
    hello.payload = line.our_hello;
    const BytesView payload = todays_payload(hello, facts, scratch);
    const bool own = payload.data() == hello.payload.data();
    if (own) { scratch = line.our_hello; } // so that the answer outlives `hello`
    for (const rlp::Item& item : items_heard(scratch, 7)) {
        if (!item.is_list && item.payload_size == node_id_size) { return item.payload(); }
    }
    return {};
}

/// Whether what the stimulus told of came on this connection.
bool passed_on(const Heard& heard, const HeardLine& line, const Facts& facts) {
    return std::ranges::any_of(line.messages, [&](const HeardMessage& message) {
        if (message.before_stimulus || message.ours) { return false; }
        if (message.type != Transactions && message.type != Blocks && message.type != NewBlock) { return false; }
        return std::ranges::any_of(things_heard(message, facts), [&](const Bytes& thing) {
            return std::ranges::find(heard.told, thing) != heard.told.end();
        });
    });
}

bool answers_or_ended(const HeardLine& line) {
    return line.barrier || ended_by_target(line);
}

} // namespace

bool peers_form(const Heard& heard, const Facts& facts, std::string_view text) {
    const auto peers = peers_heard(first_line(heard).messages);
    return !peers.empty() && every_entry(peers, facts, [&](const rlp::Item& entry) {
        return entry_in_form(entry, facts.profile->address, text == "odd-id");
    });
}

bool lists_self(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    return lists(first_line(heard).messages, facts.node_id, facts);
}

bool no_private(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const auto peers = peers_heard(first_line(heard).messages);
    return !peers.empty() && every_entry(peers, facts, [&](const rlp::Item& item) {
        const auto entry = entry_of(item, facts);
        return !entry || !is_private(*entry);
    });
}

bool no_port_0(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const auto peers = peers_heard(first_line(heard).messages);
    return !peers.empty() && every_entry(peers, facts, [&](const rlp::Item& item) {
        const auto entry = entry_of(item, facts);
        return !entry || entry->port != 0;
    });
}

bool not_listed(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    Bytes scratch;
    const HeardLine& line = first_line(heard);
    const BytesView id = id_we_said(line, scratch, facts);
    return line.greeted && !id.empty() && !lists(line.messages, id, facts) && !lists(heard.control, id, facts);
}

bool relayed(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    return heard.lines.size() > 1 && passed_on(heard, heard.lines[1], facts);
}

bool not_relayed(const Heard& heard, const Facts& facts, std::string_view text) {
    return heard.lines.size() > 1 && !relayed(heard, facts, text) && answers_or_ended(heard.lines[0]) &&
           answers_or_ended(heard.lines[1]);
}

bool echoed(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    return passed_on(heard, first_line(heard), facts);
}

bool not_echoed(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    return !passed_on(heard, first_line(heard), facts);
}

} // namespace ethpoc::conform::check
