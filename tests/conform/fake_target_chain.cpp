// Questions about the chain, as a FakeTarget answers them.
#include <algorithm>

#include "rlp/encode.hpp"
#include "tests/conform/fake_target.hpp"

namespace ethpoc::test {
namespace {

using namespace std::chrono_literals;
using enum wire::MessageType;

constexpr std::size_t most_blocks = 32;        // of an answer to GetChain
constexpr std::size_t most_hashes = 2048;      // of one to GetBlockHashes
constexpr std::size_t most_blocks_asked = 128; // of one to GetBlocks
constexpr std::size_t most_to_ask = 128;       // in a GetBlocks of our own

/// `number`, or `most` if it is more than that.
std::size_t at_most(const U256& number, std::size_t most) {
    return number > U256{most} ? most : static_cast<std::size_t>(number.limbs[0]);
}

std::vector<Hash256> hashes_of(const rlp::Items& items) {
    std::vector<Hash256> out;
    for (const rlp::Item& item : items) {
        out.push_back(wire::decode_hash(item).value_or(Hash256{}));
    }
    return out;
}

bool all_32_bytes(const rlp::Items& items) {
    return std::ranges::all_of(items, [](const rlp::Item& item) { return item.payload_size == Hash256::width; });
}

Hash256 aligned_left(const Hash256& hash) {
    Hash256 out = hash;
    if (out.bytes[0] == 0) { std::ranges::rotate(out.bytes, out.bytes.begin() + 1); }
    return out;
}

} // namespace

void FakeTarget::say_blocks(const std::vector<std::size_t>& heights) {
    std::vector<BytesView> blocks;
    for (const std::size_t height : heights) {
        blocks.emplace_back(chain().blocks[height]);
    }
    Bytes frame = wire::compose_raw_items(profile(), Blocks, blocks, offsets_);
    if (is(Bug::cuts_frames) && heights.size() > 2) {
        const Bytes pong = wire::compose_plain(profile(), Pong);
        frame.insert(frame.begin() + 40, pong.begin(), pong.end());
    }
    if (is(Bug::answers_out_of_order) && !held_) {
        held_ = std::move(frame);
    } else {
        say(std::move(frame));
    }
}

/// The blocks above the first hash that is known, at most `count` of them, newest first.
void FakeTarget::on(const wire::GetChain& message, BytesView payload) {
    asked_blocks_in_read_ = true;
    if (is(Bug::chain_silent)) { return; }
    std::vector<Hash256> hashes = hashes_of(message.hashes);
    if (is(Bug::dies_of_odd_hash) && !all_32_bytes(message.hashes)) { return house_.die(); }
    if (is(Bug::count_is_64_bits) && message.count > U256{~std::uint64_t{0}}) { return close_now(); }
    rlp::Items items;
    const rlp::Limits any{.max_bytes = ~std::size_t{0}, .max_items = 1u << 20};
    if (!rlp::list_items_fast(payload, items, rlp::Mode::lenient, any)) { return; }
    const rlp::Item last = items[items.size() - 1];
    const bool count_is_hash = items.size() > 2 && last.payload_size == Hash256::width && last.payload()[0] != 0xff;
    if (is(Bug::dies_of_missing_count) && count_is_hash) { return house_.die(); }
    if (hashes.empty() && is(Bug::dies_of_no_hash)) { return house_.die(); }
    if (items.size() == 1) { return is(Bug::missing_is_zero) ? void() : malformed(false); }
    if (hashes.empty()) { return; }
    if (is(Bug::first_hash_alone)) { hashes.resize(1); }
    if (is(Bug::last_known_counts)) { std::ranges::reverse(hashes); }
    const auto known =
        std::ranges::find_if(hashes, [&](const Hash256& hash) { return chain().height_of(hash).has_value(); });
    if (known == hashes.end()) { return say_not_in_chain(hashes, message.hashes); }
    std::size_t count = at_most(message.count, most_blocks);
    std::size_t from = *chain().height_of(*known);
    if (is(Bug::count_ignored)) { count = 2 * most_blocks; }
    if (is(Bug::gives_block_itself) && from > 0) {
        --from;
        ++count;
    }
    if (is(Bug::newest_of_count)) { from = std::max(from, chain().height() - std::min(chain().height(), count)); }
    std::vector<std::size_t> heights;
    for (std::size_t height = from + 1; height <= chain().height() && heights.size() < count; ++height) {
        heights.push_back(height);
    }
    if (is(Bug::one_block_less) && !heights.empty()) { heights.pop_back(); }
    if (!is(Bug::oldest_first)) { std::ranges::reverse(heights); }
    say_blocks(heights);
}

void FakeTarget::say_not_in_chain(const std::vector<Hash256>& hashes, const rlp::Items& items) {
    Hash256 last = is(Bug::first_unknown_told) ? hashes.front() : hashes.back();
    if (is(Bug::hash_aligned_left) && !all_32_bytes(items)) { last = aligned_left(last); }
    if (is(Bug::not_in_chain_for_each)) {
        for (std::size_t i = 0; i + 1 < hashes.size(); ++i) {
            say(wire::compose_not_in_chain(profile(), hashes[i]));
        }
    }
    const bool late = is(Bug::long_questions_late) && hashes.size() > 1000;
    say(wire::compose_not_in_chain(profile(), last), late ? 10s : 0s);
}

void FakeTarget::on(const wire::NotInChain& message, BytesView payload) {
    rlp::Items items;
    if (!rlp::list_items_fast(payload, items, rlp::Mode::lenient) || items.size() < 2) { return; }
    if (is(Bug::dies_of_odd_hash) && items[1].payload_size != Hash256::width) { return house_.die(); }
    if (is(Bug::closes_on_not_in_chain)) { return close_now(); }
    if (is(Bug::pong_to_not_in_chain)) { return say(wire::compose_plain(profile(), Pong)); }
    if (message.hash == chain().hashes.front() && !is(Bug::genesis_denied_unnoticed)) {
        say_good_bye(wire::reason::flat::wrong_genesis);
    }
}

/// The hashes below the one that is named, newest first.
void FakeTarget::on(const wire::GetBlockHashes& message, BytesView payload) {
    asked_blocks_in_read_ = true;
    if (is(Bug::hashes_silent)) { return; }
    if (is(Bug::dies_of_large_limit) && message.limit > U256{4096}) { return house_.die(); }
    if (is(Bug::dies_of_odd_hash) && has_odd_hash(payload)) { return house_.die(); }
    std::size_t limit = at_most(message.limit, most_hashes);
    if (is(Bug::limit_plus_one)) { ++limit; }
    if (is(Bug::limit_ignored)) { limit = most_hashes; }
    std::optional<std::size_t> height = chain().height_of(message.hash);
    if (height == std::size_t{0} && is(Bug::closes_on_genesis)) { return house_.die(); }
    if (!height && is(Bug::unknown_hash_from_head)) { height = chain().height(); }
    std::vector<Hash256> hashes;
    std::size_t at = height.value_or(0);
    if (is(Bug::hashes_skip_one) && at > 0) { --at; }
    while (at > 0 && hashes.size() < limit) {
        hashes.push_back(chain().hashes[--at]);
    }
    if (is(Bug::hashes_without_end)) {
        std::erase_if(hashes, [&](const Hash256& hash) { return *chain().height_of(hash) < 2; });
    }
    if (is(Bug::hashes_oldest_first)) { std::ranges::reverse(hashes); }
    Bytes frame = wire::compose_hashes(profile(), BlockHashes, hashes, offsets_);
    if (is(Bug::answers_out_of_order) && !held_) {
        held_ = std::move(frame);
    } else {
        say(std::move(frame));
    }
}

bool FakeTarget::has_odd_hash(BytesView payload) const {
    rlp::Items items;
    if (!rlp::list_items_fast(payload, items, rlp::Mode::lenient) || items.size() < 3) { return false; }
    return std::max(items[1].payload_size, items[2].payload_size) != Hash256::width || items[1].is_list;
}

void FakeTarget::on(const wire::BlockHashes& message, BytesView /*payload*/) {
    if (is(Bug::dies_of_block_hashes) && !message.hashes.empty()) { return house_.die(); }
    if (is(Bug::closes_on_no_hashes) && message.hashes.empty()) { return close_now(); }
    if (is(Bug::dies_of_odd_hash) && !all_32_bytes(message.hashes)) { return house_.die(); }
    std::vector<Hash256> unknown;
    for (const Hash256& hash : hashes_of(message.hashes)) {
        const bool asks = !chain().height_of(hash) || is(Bug::asks_known_blocks);
        if (asks && unknown.size() < most_to_ask) { unknown.push_back(hash); }
    }
    if (!unknown.empty() && !is(Bug::never_asks)) {
        say(wire::compose_hashes(profile(), GetBlocks, unknown, offsets_));
    }
}

/// Those that it has, in the order in which they were asked for. The genesis is not given.
void FakeTarget::on(const wire::GetBlocks& message, BytesView /*payload*/) {
    asked_blocks_in_read_ = true;
    if (is(Bug::dies_of_no_request) && message.hashes.empty()) { return house_.die(); }
    if (is(Bug::dies_of_odd_hash) && !all_32_bytes(message.hashes)) { return house_.die(); }
    std::vector<std::size_t> heights;
    std::size_t unknown = 0;
    for (const Hash256& hash : hashes_of(message.hashes)) {
        auto height = chain().height_of(hash);
        if (height == std::size_t{0} && is(Bug::closes_on_genesis)) { return house_.die(); }
        if (!height || *height == 0) {
            ++unknown;
            continue;
        }
        if (is(Bug::same_block_none) && std::ranges::find(heights, *height) != heights.end()) { return say_blocks({}); }
        if (is(Bug::wrong_block)) { height = std::max<std::size_t>(*height - 1, 1); }
        if (heights.size() < most_blocks_asked) { heights.push_back(*height); }
    }
    if (is(Bug::silent_when_unknown) && unknown > 0) { return; }
    if (is(Bug::gives_none_of_many) && message.hashes.size() > most_blocks_asked) { heights.clear(); }
    if (is(Bug::oldest_first)) { std::ranges::sort(heights); }
    if (is(Bug::unknown_as_empty) && unknown > 0) {
        static const Bytes empty{0xc0};
        std::vector<BytesView> blocks(unknown, empty);
        for (const std::size_t height : heights) {
            blocks.emplace_back(chain().blocks[height]);
        }
        return say(wire::compose_raw_items(profile(), Blocks, blocks, offsets_));
    }
    say_blocks(heights);
}

} // namespace ethpoc::test
