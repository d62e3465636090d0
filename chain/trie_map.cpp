#include "chain/trie_map.hpp"

#include <vector>

#include "chain/trie_node.hpp"

namespace ethpoc::chain {

using trie_node::nibble;
using trie_node::Reference;

namespace {
thread_local std::uint64_t encoded_nodes = 0;
} // namespace

/// A leaf, or a branch with the nibbles that lead to it; those between its parent's and its own are an extension. As
/// deep as a key is long.
struct TrieMap::Node {
    Bytes key{};                   // a leaf's whole key; of a branch the key of anything below it, up to `end` at least
    std::size_t end = 0;           // nibbles of `key` that lead here
    Bytes value{};                 // empty: none
    std::vector<Link> children{};  // 16; none: a leaf
    mutable Reference reference{}; // empty: not known
};

std::uint64_t TrieMap::encoded() noexcept {
    return encoded_nodes;
}

std::optional<BytesView> TrieMap::find(BytesView key) const {
    const std::size_t nibbles = 2 * key.size();
    const Node* at = root_.get();
    std::size_t from = 0;
    while (at != nullptr) {
        if (at->end > nibbles || trie_node::common_end(at->key, key, from, at->end) < at->end) { return {}; }
        if (at->end == nibbles) { return at->value.empty() ? std::nullopt : std::optional<BytesView>(at->value); }
        if (at->children.empty()) { return {}; }
        from = at->end + 1;
        at = at->children[nibble(key, at->end)].get();
    }
    return {};
}

/// The node to be changed: a copy where another map has it as well.
TrieMap::Node& TrieMap::own(Link& at) {
    if (at.use_count() > 1) { at = std::make_shared<Node>(*at); }
    at->reference = {};
    return *at;
}

void TrieMap::put(BytesView key, BytesView value) {
    if (put_below(root_, 0, key, value)) { ++size_; }
}

/// True when the key is new.
bool TrieMap::put_below(Link& at, std::size_t from, BytesView key, BytesView value) {
    const std::size_t nibbles = 2 * key.size();
    const auto leaf = [&] { return Node{Bytes(key.begin(), key.end()), nibbles, Bytes(value.begin(), value.end())}; };
    if (!at) {
        at = std::make_shared<Node>(leaf());
        return true;
    }
    Node& node = own(at);
    const std::size_t common = trie_node::common_end(node.key, key, from, std::min(node.end, nibbles));
    if (common < node.end) { // a branch between the parent and this node
        auto parting = std::make_shared<Node>(leaf());
        parting->end = common;
        parting->children.resize(16);
        if (common < nibbles) {
            parting->value.clear();
            parting->children[nibble(key, common)] = std::make_shared<Node>(leaf());
        }
        parting->children[nibble(node.key, common)] = std::move(at);
        at = std::move(parting);
        return true;
    }
    if (common == nibbles) {
        const bool is_new = node.value.empty();
        node.value.assign(value.begin(), value.end());
        return is_new;
    }
    if (node.children.empty()) { node.children.resize(16); }
    return put_below(node.children[nibble(key, common)], common + 1, key, value);
}

/// The RLP of a node whose parent leads as far as nibble `from`.
Bytes TrieMap::encode(const Node& node, std::size_t from) {
    ++encoded_nodes;
    if (node.children.empty()) { return trie_node::leaf(node.key, from, node.value); }
    trie_node::References children;
    for (std::size_t i = 0; i < children.size(); ++i) {
        const Node* const child = node.children[i].get();
        if (child == nullptr) { continue; }
        if (child->reference.empty()) { child->reference = Reference::of(encode(*child, node.end + 1)); }
        children[i] = child->reference;
    }
    Bytes branch = trie_node::branch(children, node.value);
    if (node.end == from) { return branch; }
    return trie_node::extension(node.key, from, node.end, Reference::of(branch).view());
}

std::optional<Hash256> TrieMap::root() const {
    if (!root_) { return {}; }
    return keccak256(encode(*root_, 0));
}

void TrieMap::walk(const Node& node, const std::function<void(BytesView, BytesView)>& take) {
    if (!node.value.empty()) { take(BytesView(node.key).first(node.end / 2), node.value); }
    for (const Link& child : node.children) {
        if (child) { walk(*child, take); }
    }
}

void TrieMap::for_each(const std::function<void(BytesView key, BytesView value)>& take) const {
    if (root_) { walk(*root_, take); }
}

} // namespace ethpoc::chain
