#include "chain/state_book.hpp"

#include "chain/genesis.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

const StateAfter* StateBook::find(const Hash256& block) const {
    const auto at = states_.find(block);
    return at == states_.end() ? nullptr : &at->second.state;
}

void StateBook::put(const Hash256& block, StateAfter state, std::size_t weight) {
    const auto [at, is_new] = states_.try_emplace(block, Entry{std::move(state), weight});
    if (!is_new) { return; } // a block leaves one state
    order_.push_back(block);
    weight_ += weight;
    while (order_.size() > most_blocks || (weight_ > most_weight && order_.size() > 1)) {
        const auto oldest = states_.find(order_.front());
        weight_ -= oldest->second.weight;
        states_.erase(oldest);
        order_.pop_front();
    }
}

const Refusal* StateBook::refusal(const Hash256& block) const {
    const auto at = refused_.find(block);
    return at == refused_.end() ? nullptr : &at->second;
}

void StateBook::refuse(const Hash256& block, Refusal refusal) {
    if (!refused_.try_emplace(block, std::move(refusal)).second) { return; }
    refused_order_.push_back(block);
    if (refused_order_.size() <= most_refused) { return; }
    refused_.erase(refused_order_.front());
    refused_order_.pop_front();
}

/// All that follow tell of the one that broke a rule.
Refusal Refusal::of_child(const Hash256& hash) const {
    if (*why.code == errors::refused_ancestor) { return {number + 1, why}; }
    const std::string which = "block " + std::to_string(number) + ' ' + to_hex(hash);
    return {number + 1, Error{&errors::refused_ancestor, 0, 0, {}, which + " was refused: " + why.message()}};
}

Bytes encode_kept(const KeptState& kept) {
    std::vector<std::pair<BytesView, BytesView>> pairs; // of a trie that does not change meanwhile
    pairs.reserve(kept.state.trie().size());
    std::size_t bytes = 64;
    kept.state.trie().for_each([&](BytesView key, BytesView value) {
        pairs.emplace_back(key, value);
        bytes += key.size() + value.size() + 8;
    });
    rlp::BackwardWriter out(bytes);
    for (std::size_t i = pairs.size(); i-- > 0;) {
        out.put_string(pairs[i].second);
        out.put_string(pairs[i].first);
    }
    out.close_list(0);
    out.put_uint(static_cast<std::uint64_t>(kept.state.form()));
    out.put_uint(kept.number);
    out.put_string(kept.block);
    out.close_list(0);
    return out.take();
}

namespace {

struct KeptFields {
    Hash256 block{};
    std::uint64_t number = 0;
    std::uint64_t form = 0;
    rlp::Item pairs{};
};
constexpr auto kept_fields =
    rlp::fields(rlp::field("block", &KeptFields::block), rlp::field("number", &KeptFields::number),
                rlp::field("form", &KeptFields::form), rlp::field("pairs", &KeptFields::pairs));

} // namespace

std::optional<KeptState> decode_kept(const Rules& rules, BytesView bytes) {
    constexpr std::size_t any = ~std::size_t{0} / 2;
    KeptFields fields;
    if (!rlp::decode(bytes, fields, kept_fields)) { return {}; }
    const auto pairs = rlp::list_items(fields.pairs.whole(), rlp::Mode::strict, {.max_bytes = any, .max_items = any});
    const auto form = static_cast<AccountForm>(fields.form);
    if (!pairs || pairs->size() % 2 != 0 || (form != rules.accounts && form != rules.accounts_also)) { return {}; }
    KeptState out{fields.block, fields.number, State(rules, form)};
    for (auto at = pairs->begin(); at != pairs->end(); ++at) {
        const BytesView key = at->payload();
        const BytesView value = (++at)->payload();
        constexpr std::size_t longest_key = 65;
        if (key.empty() || key.size() > longest_key || value.empty()) { return {}; }
        out.state.restore(key, value);
    }
    return out;
}

} // namespace ethpoc::chain
