// Blocks and transactions of a stimulus: the recorded ones, and what is made of them.
#include <algorithm>
#include <array>

#include "chain/block.hpp"
#include "conform/reading.hpp"
#include "conform/script_items.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::conform {
namespace {

void put_known(const Bytes& rlp, std::string_view what, const Thing& thing, Scene& scene, Bytes& out) {
    if (rlp.empty()) { return scene.unknown(thing.offset, thing.length, std::string(what)); }
    append(out, rlp);
}

/// The header of a child of `parent`: its fields, but for the hash of its parent, number, time and nonce.
Bytes child_header(const chain::Rules& rules, const chain::Header& parent, const Hash256& hash, std::uint8_t salt) {
    const auto field = [&](std::string_view name) { return chain::header_field(rules.header, parent, name).begin; };
    Bytes items;
    const auto fields = rlp::list_items(parent.raw.whole());
    for (const rlp::Item& item : *fields) {
        if (item.begin == field("parent_hash")) {
            append(items, rlp::encode_item(hash));
        } else if (item.begin == field("number")) {
            append(items, rlp::encode_item(parent.number + 1));
        } else if (item.begin == field("timestamp")) {
            append(items, rlp::encode_item(parent.timestamp + 60));
        } else if (item.begin == field("nonce")) {
            Bytes nonce(item.payload().begin(), item.payload().end());
            std::ranges::for_each(nonce, [&](std::uint8_t& byte) { byte ^= salt; });
            append(items, rlp::encode_item(nonce));
        } else {
            append(items, item.whole());
        }
    }
    return list_of(items);
}

/// A child of head whose proof of work does not hold. Where next to no work is asked for, any nonce may happen to do,
/// so several are tried. Empty: the block is none of this version.
Bytes child_without_work(const chain::Rules& rules, BytesView parent) {
    const auto block = chain::decode_block(rules, parent);
    if (!block) { return {}; }
    for (std::uint8_t salt = 0xff; salt > 0; --salt) {
        Bytes parts = child_header(rules, block->header, block->hash, salt);
        append(parts, list_of(block->transactions.payload()));
        append(parts, list_of(block->uncles.payload()));
        Bytes child = list_of(parts);
        const auto read = chain::decode_block(rules, child);
        if (read && !chain::proof_of_work_holds(rules, read->header)) { return child; }
    }
    return {};
}

/// `transaction` with `size` bytes for its data. Empty: it is none of this version, or its data are words.
Bytes with_data(const chain::Rules& rules, BytesView transaction, std::size_t size) {
    for (const chain::TransactionLayout layout : chain::transaction_layouts(rules)) {
        const auto fields = chain::decode_transaction(layout, transaction);
        if (!fields) { continue; }
        Bytes items;
        bool found = false;
        const auto in_order = rlp::list_items(transaction);
        for (const rlp::Item& item : *in_order) {
            // An empty string ends where the next item begins, so the place alone does not tell.
            const bool data = !item.is_list && item.payload().data() == fields->data.data() &&
                              item.payload_size == fields->data.size();
            append(items,
                   data ? rlp::encode_item(Bytes(size, 0x61)) : Bytes(item.begin, item.begin + item.whole().size()));
            found = found || data;
        }
        if (found) { return list_of(items); }
    }
    return {};
}

} // namespace

void put_block(const Thing& thing, Scene& scene, Bytes& out) {
    const Facts& facts = scene.facts();
    if (!thing.arguments) {
        put_known(facts.foreign_block, "a recorded block of this version", thing, scene, out);
    } else if (thing.arguments == "head") {
        put_known(facts.head_block, "the block of head", thing, scene, out);
    } else if (thing.arguments == "anc1") {
        put_known(facts.parent_block, "the block of anc1", thing, scene, out);
    } else if (thing.arguments == "bad-pow") {
        put_known(child_without_work(rules_of(facts), facts.head_block), "the block of head, to make a child of it",
                  thing, scene, out);
    } else {
        scene.wrong(thing.offset, thing.length, "a block is `block`, `block(head)`, `block(anc1)` or `block(bad-pow)`");
    }
}

void put_transaction(const Thing& thing, Scene& scene, Bytes& out) {
    const Facts& facts = scene.facts();
    constexpr std::string_view recorded = "a recorded transaction of this version";
    if (!thing.arguments) { return put_known(facts.transaction, recorded, thing, scene, out); }
    if (thing.arguments == "bad") {
        return put_known(facts.bad_transaction, "a transaction that nobody has signed", thing, scene, out);
    }
    constexpr std::string_view data = "data ";
    const auto size =
        thing.arguments->starts_with(data) ? number_of(thing.arguments->substr(data.size())) : std::nullopt;
    if (!size) { return scene.wrong(thing.offset, thing.length, "a transaction is `tx`, `tx(bad)` or `tx(data N)`"); }
    if (!scene.spend(thing.offset, *size)) { return; }
    put_known(with_data(rules_of(facts), facts.transaction, *size), recorded, thing, scene, out);
}

} // namespace ethpoc::conform
