// Checks of what the target says of itself: Hello, Status, and how it writes its messages.
#include <algorithm>
#include <optional>
#include <vector>

#include "conform/check_functions.hpp"
#include "conform/checks.hpp"
#include "conform/reading.hpp"
#include "rlp/hex.hpp"
#include "wire/hello.hpp"

namespace ethpoc::conform::check {

using wire::Member;
using wire::MemberKind;

const HeardMessage* hello_of(const HeardLine& line) noexcept {
    const auto at = std::ranges::find(line.messages, wire::MessageType::Hello, &HeardMessage::type);
    return at == line.messages.end() ? nullptr : &*at;
}

namespace {

/// The items of a Hello, and which member each of them is.
struct HelloSaid {
    Bytes scratch{};
    std::vector<rlp::Item> items{}; // without the id
    std::vector<Member> members{};
    rlp::Item id{};
    bool swapped = false;

    const rlp::Item* find(Member member) const {
        const auto at = static_cast<std::size_t>(std::ranges::find(members, member) - members.begin());
        return at < std::min(items.size(), members.size()) ? &items[at] : nullptr;
    }
};

/// False: the payload is no list. `said` owns or views what `message` says.
bool take_apart(const HeardMessage& message, const Facts& facts, HelloSaid& said) {
    const BytesView payload = todays_payload(message, facts, said.scratch);
    const bool outside = facts.profile->hello == wire::HelloForm::key_outside;
    const rlp::Items items = items_heard(payload, outside ? wire::items_to_node_id : 0);
    if (items.empty()) { return false; }
    std::vector<wire::HelloItem> seen;
    for (const rlp::Item& item : items) {
        said.items.push_back(item);
        seen.push_back(item.is_list ? wire::HelloItem{} : wire::HelloItem{item.payload()});
    }
    said.id = said.items.front();
    said.items.erase(said.items.begin());
    seen.erase(seen.begin());
    if (facts.profile->family == wire::Family::p2p) {
        said.members.assign(wire::layouts::hello_p2p.begin(), wire::layouts::hello_p2p.end());
        return true;
    }
    const wire::HelloOrder order = wire::hello_order(facts.profile, seen);
    const wire::Layout layout = order.layout();
    said.members.assign(layout.begin(), layout.end());
    said.swapped = order.swapped_port || order.swapped_head;
    return true;
}

/// The item is of the kind that its place has. Leading zeros are another check's matter.
bool is_of_kind(const rlp::Item& item, Member member) {
    const wire::MemberRow& row = wire::row_of(member);
    if (row.kind == MemberKind::list) { return item.is_list; }
    if (item.is_list) { return false; }
    if (row.kind == MemberKind::number) { return item.payload_size <= row.width; }
    return row.kind != MemberKind::hash || item.payload_size == row.width;
}

bool is_short_number(const rlp::Item& item, bool zero_byte) {
    const BytesView bytes = item.payload();
    return !item.is_list && (bytes.empty() || bytes[0] != 0 || (zero_byte && bytes.size() == 1));
}

/// The numbers among the items, by the kinds of the members.
bool numbers_are_short(std::span<const rlp::Item> items, wire::Layout members, bool zero_byte) {
    for (std::size_t i = 0; i < std::min(items.size(), members.size()); ++i) {
        const MemberKind kind = wire::row_of(members[i]).kind;
        const bool number = kind == MemberKind::number || kind == MemberKind::saturated;
        if (number && !is_short_number(items[i], zero_byte)) { return false; }
    }
    return true;
}

/// Of an entry of Peers: the port, and the four octets of an address that is a list.
bool entry_is_short(const rlp::Item& entry, bool zero_byte) {
    rlp::Items items;
    if (!rlp::list_items_fast(entry.whole(), items, rlp::Mode::lenient) || items.size() < 2) { return true; }
    if (!is_short_number(items[1], zero_byte)) { return false; }
    rlp::Items octets;
    return !items[0].is_list || !rlp::list_items_fast(items[0].whole(), octets, rlp::Mode::lenient) ||
           std::ranges::all_of(octets, [&](const rlp::Item& octet) { return is_short_number(octet, zero_byte); });
}

/// Every header is the shortest, those of what stands behind the list too.
bool headers_are_short(BytesView payload) {
    while (!payload.empty()) {
        const auto item = rlp::first_item(payload, rlp::Mode::lenient);
        rlp::Limits limits;
        limits.max_depth = 1024;
        if (!item || rlp::validate(item->whole(), rlp::Mode::strict, limits)) { return false; }
        payload = payload.subspan(item->whole().size());
    }
    return true;
}

bool hello_is_short(const HeardMessage& message, const Facts& facts, bool zero_byte) {
    HelloSaid hello;
    return take_apart(message, facts, hello) && is_short_number(hello.id, zero_byte) &&
           numbers_are_short(hello.items, hello.members, zero_byte);
}

bool is_canonical(const HeardMessage& message, const Facts& facts, bool zero_byte) {
    Bytes scratch;
    const BytesView payload = todays_payload(message, facts, scratch);
    if (!message.readable || !headers_are_short(payload)) { return false; }
    if (message.type == wire::MessageType::Hello) { return hello_is_short(message, facts, zero_byte); }
    const bool outside = facts.profile->reason_outside && message.type == wire::MessageType::Disconnect;
    const rlp::Items list = items_heard(payload, outside ? 2 : 0);
    if (list.empty() || !is_short_number(list[0], zero_byte)) { return false; }
    std::vector<rlp::Item> items;
    std::ranges::copy(std::next(list.begin()), list.end(), std::back_inserter(items));
    if (message.type == wire::MessageType::Peers) {
        return std::ranges::all_of(items, [&](const rlp::Item& entry) { return entry_is_short(entry, zero_byte); });
    }
    if (message.type == wire::MessageType::GetChain) { // its number stands behind the hashes
        return items.empty() || is_short_number(items.back(), zero_byte);
    }
    const bool limit_first = message.type == wire::MessageType::GetBlockHashes && !items.empty() &&
                             wire::limit_first(*facts.profile, items[0].payload_size);
    const wire::Layout layout =
        limit_first ? wire::Layout{wire::layouts::get_block_hashes_limit_first} : wire::layout_of(message.type);
    return numbers_are_short(items, layout, zero_byte);
}

/// "abc" < "eth" < "shh": p2p 0 lists names, later versions [name, version].
bool names_ascend(const rlp::Item& list) {
    rlp::Items entries;
    if (!rlp::list_items_fast(list.whole(), entries, rlp::Mode::lenient)) { return false; }
    std::optional<std::string> before;
    for (const rlp::Item& entry : entries) {
        rlp::Items pair;
        const bool is_pair =
            entry.is_list && rlp::list_items_fast(entry.whole(), pair, rlp::Mode::lenient) && !pair.empty();
        if (entry.is_list && !is_pair) { return false; }
        std::string name(as_text(is_pair ? pair[0].payload() : entry.payload()));
        if (before && *before >= name) { return false; }
        before = std::move(name);
    }
    return true;
}

} // namespace

bool hello_items(const Heard& heard, const Facts& facts, std::string_view text) {
    const HeardMessage* const message = hello_of(first_line(heard));
    HelloSaid hello;
    if (message == nullptr || !take_apart(*message, facts, hello)) { return false; }
    if (hello.items.size() + 1 < wire::least_items(facts.profile) || !is_short_number(hello.id, true)) { return false; }
    if (hello.swapped && text != "swapped") { return false; }
    for (std::size_t i = 0; i < std::min(hello.items.size(), hello.members.size()); ++i) {
        if (!is_of_kind(hello.items[i], hello.members[i])) { return false; }
    }
    return true;
}

bool own_node_id(const Heard& heard, const Facts& facts, std::string_view text) {
    const HeardMessage* const message = hello_of(first_line(heard));
    HelloSaid hello;
    if (message == nullptr || !take_apart(*message, facts, hello)) { return false; }
    const rlp::Item* const item = hello.find(Member::node_id);
    const BytesView id = item == nullptr || item->is_list ? BytesView{} : item->payload();
    if (text == "empty") { return id.empty(); }
    if (text == "hex") { return id.size() == 2 * NodeId::width && from_hex(as_text(id)).has_value(); }
    return id.size() == NodeId::width && std::ranges::any_of(id, [](std::uint8_t byte) { return byte != 0; });
}

bool mirrored(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const HeardLine& line = first_line(heard);
    const HeardMessage* const message = hello_of(line);
    HeardMessage ours;
    ours.payload = line.our_hello;
    HelloSaid hello;
    HelloSaid our_hello;
    if (message == nullptr || !take_apart(*message, facts, hello) || !take_apart(ours, facts, our_hello)) {
        return false;
    }
    const rlp::Item* const version = hello.find(Member::version);
    const rlp::Item* const our_version = our_hello.find(Member::version);
    return version != nullptr && our_version != nullptr && !version->is_list &&
           std::ranges::equal(version->payload(), our_version->payload());
}

bool canonical(const Heard& heard, const Facts& facts, std::string_view text) {
    const HeardLine& line = first_line(heard);
    return !line.no_frames && !line.messages.empty() && std::ranges::all_of(line.messages, [&](const HeardMessage& m) {
        return is_canonical(m, facts, text == "but zero");
    });
}

bool whole_frames(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    constexpr Since longest =
        std::chrono::milliseconds(20); // that the least patient reader waits: Go of protocol 5 to 8
    const HeardLine& line = first_line(heard);
    return !line.messages.empty() && line.longest_pause <= longest;
}

bool caps_sorted(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const HeardMessage* const message = hello_of(first_line(heard));
    HelloSaid hello;
    if (message == nullptr || !take_apart(*message, facts, hello)) { return false; }
    const rlp::Item* const list = hello.find(Member::capability_list);
    return list != nullptr && names_ascend(*list);
}

bool status_form(const Heard& heard, const Facts& facts, std::string_view text) {
    const HeardLine& line = first_line(heard);
    const auto at = std::ranges::find(line.messages, wire::MessageType::Status, &HeardMessage::type);
    if (at == line.messages.end()) { return false; }
    std::vector<rlp::Item> items;
    std::ranges::copy(items_heard(at->payload), std::back_inserter(items));
    constexpr wire::Layout layout{wire::layouts::status};
    if (items.size() != layout.size() + 1) { return false; }
    const std::span<const rlp::Item> members = std::span(items).subspan(1);
    for (std::size_t i = 0; i < layout.size(); ++i) {
        if (!is_of_kind(members[i], layout[i])) { return false; }
    }
    std::uint32_t version = 0;
    return numbers_are_short(members, layout, text == "zero-as-00") &&
           rlp::value_fast(members[0], version, rlp::Mode::lenient) && version == facts.profile->eth_version;
}

} // namespace ethpoc::conform::check
