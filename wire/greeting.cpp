// The first look at a peer: which family, which version, which sub-protocols.
#include <algorithm>
#include <vector>

#include "wire/capabilities.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/hello.hpp"
#include "wire/item_counted.hpp"
#include "wire/reader.hpp"

namespace ethpoc::wire {
namespace {

/// `"eth"`, or `["eth", 49]`; p2p 0 of the Java client lists pairs too.
Result<Capability> read_capability(BytesView payload, const rlp::Item& item, std::size_t index) {
    const auto offset = static_cast<std::size_t>(item.begin - payload.data());
    const std::string path = join_path("payload[3]", index_path(index));
    if (!item.is_list) { return Capability{as_text(item.payload()), std::nullopt}; }
    auto parts = rlp::list_items(item.whole(), rlp::Mode::lenient);
    if (!parts) { return std::unexpected(std::move(parts.error()).moved(offset, path)); }
    Capability out;
    std::uint32_t version = 0;
    Reader read{item.whole(), parts->payload(), 0, {}};
    read.text("capability name", out.name);
    read.number("capability version", version);
    out.version = version;
    if (!read.ok()) { return std::unexpected(read.take_error().moved(offset, path)); }
    return out;
}

/// What the other side lists, in its order.
Result<std::vector<Capability>> read_capabilities(BytesView payload, const rlp::Items& list) {
    std::vector<Capability> out;
    for (const rlp::Item& item : list) {
        if (out.size() == most_capabilities) { break; }
        auto one = read_capability(payload, item, out.size());
        if (!one) { return std::unexpected(std::move(one.error())); }
        out.push_back(*one);
    }
    return out;
}

std::optional<Error> match(BytesView payload, std::span<const Profile* const> offered, Greeting& out) {
    const auto theirs = read_capabilities(payload, out.hello.capability_list);
    if (!theirs) { return theirs.error(); }
    const Negotiation found = negotiate(out.hello.version, *theirs, offered);
    out.profile = found.profile;
    out.reading = found.reading;
    out.shared = found.shared;
    out.offsets = found.offsets;
    return std::nullopt;
}

Error no_hello(BytesView payload) {
    return {&errors::bad_id, 0, payload.size(), "payload[0]", "the id of Hello is 0"};
}

Result<Greeting> greeting_of(BytesView payload, std::span<const Profile* const> offered) {
    auto list = rlp::list_items(payload, rlp::Mode::lenient);
    if (!list) { return std::unexpected(std::move(list.error()).moved(0, "payload")); }
    if (!looks_like_hello(payload)) { return std::unexpected(no_hello(payload)); }
    Greeting out;
    // Only p2p has a list in the place of the capabilities.
    out.family = list->size() > 3 && (*list)[3].is_list ? Family::p2p : Family::flat;
    auto swaps = out.family == Family::p2p ? read_p2p_hello(payload, *list, out.hello)
                                           : read_flat_hello(payload, *list, out.hello);
    if (!swaps) { return std::unexpected(std::move(swaps.error())); }
    out.swapped_port = swaps->port;
    out.swapped_head = swaps->head;
    if (out.family == Family::p2p) {
        if (auto bad = match(payload, offered, out)) { return std::unexpected(std::move(*bad)); }
        return out;
    }
    out.profile = find_flat(out.hello.version);
    out.reading = &nearest_profile(Family::flat, out.hello.version);
    out.shared =
        out.profile != nullptr && (offered.empty() || std::ranges::find(offered, out.profile) != offered.end());
    return out;
}

} // namespace

bool looks_like_hello(BytesView payload) noexcept {
    if (payload.empty()) { return false; }
    if (looks_item_counted(payload)) { return payload.size() > 1 && payload[1] == 0x00; }
    const std::uint8_t first = payload.front();
    if (first <= 0xc0) { return false; } // a string, or the empty list
    const std::size_t header = first < 0xf8 ? 1 : first - 0xf7u + 1;
    return header < payload.size() && (payload[header] == 0x80 || payload[header] == 0x00);
}

Result<Greeting> decode_greeting(BytesView payload, Bytes& scratch, std::span<const Profile* const> offered) {
    if (!looks_item_counted(payload)) { return greeting_of(payload, offered); }
    if (!looks_like_hello(payload)) { return std::unexpected(no_hello(payload)); }
    const auto translated = from_item_counted(payload, scratch);
    if (!translated) { return std::unexpected(translated.error()); }
    auto greeting = greeting_of(*translated, offered);
    if (!greeting) { return std::unexpected(place_in_item_counted(std::move(greeting.error()), payload)); }
    return greeting;
}

} // namespace ethpoc::wire
