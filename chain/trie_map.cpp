#include "chain/trie_map.hpp"

#include <array>
#include <memory>

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
    using Children = std::array<Link, 16>;

    std::uint32_t links = 1; // that point here
    std::uint32_t end = 0;   // nibbles of the key that lead here
    std::uint32_t key_size = 0;
    mutable Reference reference{};        // empty: not known
    Bytes pair{};                         // key and value of the entry that ends here; empty: none, a branch alone
    std::unique_ptr<Children> children{}; // none: a leaf

    Node() = default;
    Node(const Node& other) :
        end(other.end), key_size(other.key_size), pair(other.pair),
        children(other.children ? std::make_unique<Children>(*other.children) : nullptr) {}
    Node& operator=(const Node&) = delete;

    BytesView key() const noexcept { return BytesView(pair).first(key_size); }
    BytesView value() const noexcept { return BytesView(pair).subspan(key_size); }
    void set(BytesView key, BytesView value) {
        pair.resize(key.size() + value.size());
        std::ranges::copy(value, std::ranges::copy(key, pair.begin()).out);
        key_size = static_cast<std::uint32_t>(key.size());
    }
    /// The key of anything here or below: all of them begin with the same nibbles up to `end`.
    BytesView any_key() const noexcept {
        const Node* at = this;
        while (at->pair.empty()) {
            at = std::ranges::find_if(*at->children, [](const Link& link) { return link.get() != nullptr; })->get();
        }
        return at->key();
    }

    static Link leaf(BytesView key, BytesView value) {
        auto out = std::make_unique<Node>();
        out->end = static_cast<std::uint32_t>(2 * key.size());
        out->set(key, value);
        return Link(out.release());
    }
};

TrieMap::Link::Link(Node* made) noexcept : node_(made) {}

TrieMap::Link::Link(const Link& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) { ++node_->links; }
}

TrieMap::Link::~Link() {
    if (node_ != nullptr && --node_->links == 0) { delete node_; }
}

bool TrieMap::Link::is_shared() const noexcept {
    return node_ != nullptr && node_->links > 1;
}

std::uint64_t TrieMap::encoded() noexcept {
    return encoded_nodes;
}

std::optional<BytesView> TrieMap::find(BytesView key) const {
    const std::size_t nibbles = 2 * key.size();
    const Node* at = root_.get();
    while (at != nullptr && at->end < nibbles) {
        at = at->children ? (*at->children)[nibble(key, at->end)].get() : nullptr;
    }
    // Nibbles that no branch has asked for are compared here.
    if (at == nullptr || at->end != nibbles || at->pair.empty() || !std::ranges::equal(at->key(), key)) { return {}; }
    return at->value();
}

void TrieMap::put(BytesView key, BytesView value) {
    if (put_below(root_, 0, key, value)) { ++size_; }
}

/// True when the key is new. Nodes that another map has as well are copied before they are changed.
bool TrieMap::put_below(Link& at, std::size_t from, BytesView key, BytesView value) {
    const std::size_t nibbles = 2 * key.size();
    if (!at) {
        at = Node::leaf(key, value);
        return true;
    }
    if (at.is_shared()) { at = Link(std::make_unique<Node>(*at).release()); }
    at->reference = {};
    Node& node = *at;
    const std::size_t most = std::min<std::size_t>(node.end, nibbles);
    const std::size_t common = from == most ? from : trie_node::common_end(node.any_key(), key, from, most);
    if (common < node.end) { // a branch between the parent and this node
        auto parting = std::make_unique<Node>();
        parting->end = static_cast<std::uint32_t>(common);
        parting->children = std::make_unique<Node::Children>();
        const std::uint8_t old = nibble(node.any_key(), common);
        if (common < nibbles) {
            (*parting->children)[nibble(key, common)] = Node::leaf(key, value);
        } else {
            parting->set(key, value);
        }
        (*parting->children)[old] = std::move(at);
        at = Link(parting.release());
        return true;
    }
    if (common == nibbles) {
        const bool is_new = node.pair.empty();
        node.set(key, value);
        return is_new;
    }
    if (!node.children) { node.children = std::make_unique<Node::Children>(); }
    return put_below((*node.children)[nibble(key, common)], common + 1, key, value);
}

struct TrieMap::Encoder {
    trie_node::Writer writer{};

    /// The RLP of a node whose parent leads as far as nibble `from`; of the writer.
    BytesView encode(const Node& node, std::size_t from) {
        ++encoded_nodes;
        if (!node.children) { return writer.leaf(node.key(), from, node.value()); }
        trie_node::References children;
        for (std::size_t i = 0; i < children.size(); ++i) {
            const Node* const child = (*node.children)[i].get();
            if (child == nullptr) { continue; }
            if (child->reference.empty()) { child->reference = Reference::of(encode(*child, node.end + 1)); }
            children[i] = child->reference;
        }
        const BytesView branch = writer.branch(children, node.value());
        if (node.end == from) { return branch; }
        return writer.extension(node.any_key(), from, node.end, Reference::of(branch));
    }
};

std::optional<Hash256> TrieMap::root() const {
    if (!root_) { return {}; }
    return keccak256(Encoder().encode(*root_, 0));
}

void TrieMap::walk(const Node& node, const std::function<void(BytesView, BytesView)>& take) {
    if (!node.pair.empty()) { take(node.key(), node.value()); }
    if (!node.children) { return; }
    for (const Link& child : *node.children) {
        if (child) { walk(*child, take); }
    }
}

void TrieMap::for_each(const std::function<void(BytesView key, BytesView value)>& take) const {
    if (root_) { walk(*root_, take); }
}

} // namespace ethpoc::chain
