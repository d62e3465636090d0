// Header layouts as field lists; a block is [header, transactions, uncles] in every version (spec CHAIN 1, 2).
#include "chain/block.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "chain/counted.hpp"
#include "chain/genesis.hpp"
#include "chain/keccak.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

using rlp::field;

/// The field, when the layout has it.
template <bool There, class F>
constexpr auto when(F f) {
    if constexpr (There) {
        return std::tuple{f};
    } else {
        return std::tuple<>{};
    }
}

/// The list of fields of one column of chain/block_layouts.def.
template <std::size_t Column>
constexpr auto header_fields() {
#define ETHPOC_HEADER_FIELD(member, kind, ...)                                                                         \
    when<std::array<int, 6>{__VA_ARGS__}[Column] != 0>(field(#member, &Header::member)),
#define ETHPOC_TRANSACTION_FIELD(field, name, kind)
#define ETHPOC_TRANSACTION(layout, first, last, ...)
    return std::tuple_cat(
#include "chain/block_layouts.def"
        std::tuple<>{});
#undef ETHPOC_TRANSACTION
#undef ETHPOC_TRANSACTION_FIELD
#undef ETHPOC_HEADER_FIELD
}

constexpr auto header_9 = header_fields<0>();
constexpr auto header_13 = header_fields<1>();
constexpr auto header_14 = header_fields<2>();
constexpr auto header_15 = header_fields<3>();
constexpr auto header_16 = header_fields<4>();
constexpr auto header_15_py = header_fields<5>();

/// Calls `use` with the list of fields of the layout.
template <class Use>
auto with_fields(HeaderLayout layout, Use use) {
    switch (layout) {
    case HeaderLayout::h9:
        return use(header_9);
    case HeaderLayout::h13:
        return use(header_13);
    case HeaderLayout::h14:
        return use(header_14);
    case HeaderLayout::h15:
        return use(header_15);
    case HeaderLayout::h15_py:
        return use(header_15_py);
    case HeaderLayout::h16:
        break;
    }
    return use(header_16);
}

template <class List>
std::size_t index_of(const List& list, std::string_view name) {
    std::size_t index = 0;
    std::apply([&](const auto&... f) { static_cast<void>(((f.name == name || (++index, false)) || ...)); }, list);
    return index;
}

struct Width {
    std::string_view name;
    BytesView Header::*member;
    std::size_t most;
};

constexpr std::size_t largest_bloom = 256;
constexpr std::array widths{
    Width{"uncles_hash", &Header::uncles_hash, 32},
    Width{"state_root", &Header::state_root, 32},
    Width{"transactions_root", &Header::transactions_root, 32},
    Width{"receipts_root", &Header::receipts_root, 32},
    Width{"log_bloom", &Header::log_bloom, largest_bloom},
    Width{"seed_hash", &Header::seed_hash, 32},
    Width{"mix_hash", &Header::mix_hash, 32},
    Width{"nonce", &Header::nonce, 32},
};

/// Hashes may be shorter than their width, never longer (spec CHAIN 1).
Result<void> check_widths(const Rules& rules, const Header& header) {
    const auto too_long = [&](std::string_view name, BytesView value, std::size_t most) -> Result<void> {
        const auto at = static_cast<std::size_t>(value.data() - header.raw.begin);
        return std::unexpected(Error{&errors::bad_header, at, value.size(), std::string(name),
                                     std::to_string(value.size()) + " bytes, at most " + std::to_string(most)});
    };
    for (const Width& width : widths) {
        const BytesView value = header.*width.member;
        if (value.size() > width.most) [[unlikely]] { return too_long(width.name, value, width.most); }
    }
    if (header.coinbase.size() > rules.max_coinbase) [[unlikely]] {
        return too_long("coinbase", header.coinbase, rules.max_coinbase);
    }
    return {};
}

struct Parts {
    rlp::Item header{};
    rlp::Items transactions{};
    rlp::Items uncles{};
};
constexpr auto parts_fields = rlp::fields(field("header", &Parts::header), field("transactions", &Parts::transactions),
                                          field("uncles", &Parts::uncles));

} // namespace

Result<Header> decode_header(const Rules& rules, const rlp::Item& header) {
    Result<Header> out{std::in_place};
    out->raw = header;
    auto read = with_fields(rules.header, [&](const auto& list) { return rlp::decode(header.whole(), *out, list); });
    if (!read) [[unlikely]] { return std::unexpected(std::move(read.error())); }
    if (auto good = check_widths(rules, *out); !good) [[unlikely]] { return std::unexpected(std::move(good.error())); }
    return out;
}

Bytes encode_header(HeaderLayout layout, const Header& header) {
    return with_fields(layout, [&](const auto& list) { return rlp::encode(header, list); });
}

namespace {

/// All but the hash.
Result<Block> take_apart(const Rules& rules, BytesView block) {
    Parts parts;
    if (auto read = rlp::decode(block, parts, parts_fields); !read) [[unlikely]] {
        return std::unexpected(std::move(read.error()));
    }
    auto header = decode_header(rules, parts.header);
    if (!header) [[unlikely]] {
        const auto at = static_cast<std::size_t>(parts.header.begin - block.data());
        return std::unexpected(std::move(header.error()).moved(at, "header"));
    }
    return Block{*header, parts.transactions, parts.uncles, {}};
}

/// What is hashed for the hash of a block, unless its rules count items.
BytesView hashed_part(const Rules& rules, const Block& block, BytesView bytes) noexcept {
    return rules.hash_of == HashOf::header ? block.header.raw.whole() : bytes;
}

} // namespace

Result<Block> decode_block(const Rules& rules, BytesView block) {
    auto out = take_apart(rules, block);
    if (out) [[likely]] {
        out->hash = rules.hash_of == HashOf::counted_block ? counted_hash(CountedPart::block, block)
                                                           : keccak256(hashed_part(rules, *out, block));
    }
    return out;
}

std::vector<Result<Block>> decode_blocks(const Rules& rules, std::span<const BytesView> blocks) {
    std::vector<Result<Block>> out;
    out.reserve(blocks.size());
    if (rules.hash_of == HashOf::counted_block) {
        std::ranges::transform(blocks, std::back_inserter(out),
                               [&](BytesView each) { return decode_block(rules, each); });
        return out;
    }
    std::vector<BytesView> hashed;
    std::vector<Header*> headers;
    for (const BytesView bytes : blocks) {
        auto& block = out.emplace_back(take_apart(rules, bytes));
        if (!block) { continue; }
        hashed.push_back(hashed_part(rules, *block, bytes));
        headers.push_back(&block->header);
    }
    std::vector<Hash256> hashes(hashed.size());
    keccak256_each(hashed, hashes);
    auto next = hashes.begin();
    for (auto& block : out) {
        if (block) { block->hash = *next++; }
    }
    if (rules.proof_of_work == ProofOfWork::keccak) { compute_work(headers); }
    return out;
}

rlp::Item header_field(HeaderLayout layout, const Header& header, std::string_view name) {
    const auto items = rlp::list_items(header.raw.whole());
    const std::size_t index = with_fields(layout, [&](const auto& list) { return index_of(list, name); });
    return items && index < items->size() ? (*items)[index] : header.raw;
}

Result<Hash256> block_hash(const Rules& rules, BytesView block) {
    if (rules.hash_of == HashOf::whole_block) { return keccak256(block); }
    if (rules.hash_of == HashOf::counted_block) { return counted_hash(CountedPart::block, block); }
    const auto whole = rlp::first_item(block);
    if (!whole) { return std::unexpected(whole.error()); }
    const auto header = rlp::first_item(whole->payload());
    if (!header) { return std::unexpected(header.error()); }
    return keccak256(header->whole());
}

Result<Entry> decode_entry(EntryForm form, const rlp::Item& entry) {
    static constexpr auto entry_fields =
        rlp::fields(field("transaction", &Entry::transaction), field("state_root", &Entry::state_root),
                    field("gas_used", &Entry::gas_used));
    Entry out;
    if (form == EntryForm::bare) {
        out.transaction = entry;
        return out;
    }
    if (auto read = rlp::decode(entry.whole(), out, entry_fields); !read) {
        return std::unexpected(std::move(read.error()));
    }
    return out;
}

} // namespace ethpoc::chain
