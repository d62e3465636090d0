#include "chain/trie.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "chain/block.hpp"
#include "chain/keccak.hpp"
#include "chain/list_prefix.hpp"
#include "chain/trie_node.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

using Entries = std::span<const TrieEntry>;

/// Nodes from the leaves up; depth is bounded by the length of a key. What the functions give is of the writer.
class Builder {
  public:
    BytesView node(Entries entries, std::size_t at) {
        const BytesView key = entries.front().key;
        if (entries.size() == 1) { return writer_.leaf(key, at, entries.front().value); }
        const std::size_t end = common_end(entries, at);
        if (end == at) { return branch(entries, at); }
        return writer_.extension(key, at, end, trie_node::Reference::of(branch(entries, end)));
    }

  private:
    static std::size_t common_end(Entries entries, std::size_t at) {
        const BytesView low = entries.front().key;
        const BytesView high = entries.back().key;
        return trie_node::common_end(low, high, at, 2 * std::min(low.size(), high.size()));
    }

    BytesView branch(Entries entries, std::size_t at) {
        trie_node::References children;
        BytesView value;
        if (entries.front().key.size() * 2 == at) { // the shortest key comes first
            value = entries.front().value;
            entries = entries.subspan(1);
        }
        while (!entries.empty()) {
            const std::uint8_t which = trie_node::nibble(entries.front().key, at);
            std::size_t count = 1;
            while (count < entries.size() && trie_node::nibble(entries[count].key, at) == which) {
                ++count;
            }
            children[which] = trie_node::Reference::of(node(entries.first(count), at + 1));
            entries = entries.subspan(count);
        }
        return writer_.branch(children, value);
    }

    trie_node::Writer writer_{};
};

/// The key of entry `index`, written into `out`; how many bytes it has.
std::size_t write_key(TransactionsRoot how, std::size_t index, std::span<std::uint8_t, 20> out) {
    if (how == TransactionsRoot::trie_go_decimal) {
        auto* const text = reinterpret_cast<char*>(out.data());
        return static_cast<std::size_t>(std::to_chars(text, text + out.size(), index).ptr - text);
    }
    rlp::BackwardWriter writer(16);
    writer.put_uint(index);
    std::ranges::copy(writer.view(), out.begin());
    return writer.view().size();
}

std::optional<Hash256> transaction_trie(const Rules& rules, TransactionsRoot how, const rlp::Items& entries) {
    std::vector<std::array<std::uint8_t, 20>> keys(entries.size());
    std::vector<TrieEntry> pairs;
    pairs.reserve(entries.size());
    for (const rlp::Item& item : entries) {
        BytesView value = item.whole();
        if (how == TransactionsRoot::trie_go_decimal) {
            const auto entry = decode_entry(rules.entry, item);
            if (!entry) { return std::nullopt; }
            value = entry->transaction.whole();
        }
        auto& key = keys[pairs.size()];
        pairs.push_back({BytesView{key}.first(write_key(how, pairs.size(), key)), value});
    }
    return trie_root(pairs);
}

constexpr std::array<std::uint8_t, 32> zeros{};
constexpr std::array<std::uint8_t, 1> empty_string_rlp{0x80};

} // namespace

std::optional<Hash256> trie_root(std::span<TrieEntry> entries) {
    if (entries.empty()) { return std::nullopt; }
    std::ranges::sort(entries, std::ranges::lexicographical_compare, &TrieEntry::key);
    return keccak256(Builder().node(entries, 0));
}

BytesView empty_root(EmptyHash form) noexcept {
    static const Hash256 hash = keccak256(empty_string_rlp);
    static const Hash256 nothing = keccak256({});
    return form == EmptyHash::zeros             ? BytesView{zeros}
           : form == EmptyHash::empty_string    ? BytesView{}
           : form == EmptyHash::hash_of_nothing ? BytesView{nothing}
                                                : BytesView{hash};
}

BytesView empty_uncles(EmptyHash form) noexcept {
    static const Hash256 hash = keccak_of_list({});
    return form == EmptyHash::zeros          ? BytesView{zeros}
           : form == EmptyHash::empty_string ? BytesView{}
                                             : BytesView{hash};
}

void transactions_root(const Rules& rules, TransactionsRoot how, const rlp::Items& entries, Root& out) {
    if (how == TransactionsRoot::list_hash) {
        if (entries.empty()) {
            out.view = empty_uncles(EmptyHash::hash_of_empty); // both are the Keccak of c0
            return;
        }
        out.hash = keccak_of_list(entries.payload());
        out.view = out.hash;
        return;
    }
    const auto root = entries.empty() ? std::nullopt : transaction_trie(rules, how, entries);
    if (root) { out.hash = *root; }
    out.view = root ? BytesView{out.hash} : empty_root(rules.empty_root);
}

} // namespace ethpoc::chain
