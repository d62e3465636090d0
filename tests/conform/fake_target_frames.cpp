// The stream of a FakeTarget: bytes to frames, and what is no message.
#include <algorithm>

#include "tests/conform/fake_items.hpp"
#include "tests/conform/fake_target.hpp"
#include "wire/frame.hpp"

namespace ethpoc::test {
namespace {

using enum wire::MessageType;

constexpr std::uint32_t most_payload = 16u << 20;

std::uint32_t big_endian(BytesView four) noexcept {
    return std::uint32_t{four[0]} << 24 | std::uint32_t{four[1]} << 16 | std::uint32_t{four[2]} << 8 | four[3];
}

/// Lists in lists, along the first list of each.
std::size_t depth_of(BytesView list) {
    std::size_t depth = 0;
    rlp::Items items;
    while (
        rlp::list_items_fast(list, items, rlp::Mode::lenient, {.max_bytes = ~std::size_t{0}, .max_items = 1u << 20})) {
        ++depth;
        const auto inner = std::ranges::find_if(items, [](const rlp::Item& item) { return item.is_list; });
        if (inner == items.end()) { break; }
        list = (*inner).whole();
    }
    return depth;
}

} // namespace

/// The length of the list in the payload, where the frame's own is not believed. Nothing: it is.
std::optional<std::size_t> FakeTarget::odd_length(BytesView rest, std::uint32_t length, Cut& out) const {
    const BytesView little = rest.subspan(4, 4);
    const std::uint32_t other =
        std::uint32_t{little[3]} << 24 | std::uint32_t{little[2]} << 16 | std::uint32_t{little[1]} << 8 | little[0];
    if (is(Bug::either_byte_order) && length > most_payload && other <= most_payload) { return other; }
    if (is(Bug::negative_length) && length >= 0x8000'0000) { return std::min<std::size_t>(2, rest.size() - 8); }
    const bool dies = (is(Bug::length_overflows) && length >= 0xffff'fff8) ||
                      (is(Bug::allocates_length) && length > (1u << 30)) ||
                      (is(Bug::dies_of_large_frames) && length > (8u << 20));
    if (dies) {
        house_.die();
        out.what = Found::nothing;
    }
    const bool short_list = rest.size() > 8 && rest[8] >= 0xc0 && rest[8] <= 0xf7;
    if (is(Bug::trusts_inner_length) && short_list) { return rest[8] - 0xc0u + 1; }
    return std::nullopt;
}

bool FakeTarget::has_large_half_frame() const {
    return in_.size() >= wire::frame_header_size && big_endian(BytesView(in_).subspan(4)) >= (1u << 20);
}

FakeTarget::Cut FakeTarget::cut_frame(BytesView rest) const {
    const std::size_t there = std::min(rest.size(), wire::sync_token.size());
    const bool token =
        std::equal(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(there), wire::sync_token.begin());
    if (!token && !is(Bug::takes_any_token)) { return {Found::garbage}; }
    if (rest.size() < wire::frame_header_size) { return {}; }
    std::size_t length = big_endian(rest.subspan(4));
    Cut out;
    if (const auto odd = odd_length(rest, static_cast<std::uint32_t>(length), out)) { length = *odd; }
    if (house_.crashed()) { return {}; }
    if (length > most_payload && !is(Bug::waits_for_any_length)) { return {Found::garbage}; }
    if (rest.size() - wire::frame_header_size < length) { return {}; }
    if (is(Bug::waits_for_next_byte) && rest.size() - wire::frame_header_size == length) { return {}; }
    out = {Found::frame, wire::frame_header_size + length, rest.subspan(wire::frame_header_size, length)};
    return out;
}

void FakeTarget::garbage() {
    if (is(Bug::deaf_after_garbage) || (is(Bug::deaf_before_token) && !greeted_)) { return deafen(); }
    if (is(Bug::dies_of_another_protocol) && !greeted_) { return house_.die(); }
    if (is(Bug::keeps_garbage)) { return; }
    say_good_bye(wire::reason::bad_protocol);
}

void FakeTarget::malformed(bool hello) {
    if (is(Bug::malformed_is_ping)) { return say(wire::compose_plain(profile(), Pong)); }
    if (is(Bug::deaf_after_malformed) || (hello && is(Bug::deaf_after_bad_hello))) { return deafen(); }
    if (is(Bug::dies_of_malformed) || (hello && is(Bug::dies_of_bad_hello))) { return house_.die(); }
    say_good_bye(wire::reason::bad_protocol);
}

bool FakeTarget::dies_of_form(BytesView payload) {
    const bool dies = (is(Bug::dies_of_deep_lists) && depth_of(payload) > 500) ||
                      (is(Bug::dies_of_wide_lists) && items_in(payload) > 50'000) ||
                      (is(Bug::dies_of_many_entries) && items_in(payload) > 5000);
    if (dies) { house_.die(); }
    if (is(Bug::hangs_of_long_lists) && (items_in(payload) > 900 || payload.size() > 500'000)) { house_.hang(); }
    return dies || house_.hung();
}

} // namespace ethpoc::test
