#include "chain/trie_node.hpp"

namespace ethpoc::chain::trie_node {

namespace {

/// Hex prefix: the flag nibble is 2 for a leaf, plus 1 for an odd count; an even count gets a zero nibble after it.
Bytes hex_prefix(BytesView key, std::size_t from, std::size_t to, bool is_leaf) {
    const bool odd = (to - from) % 2 != 0;
    Bytes out;
    out.reserve(1 + (to - from) / 2);
    out.push_back(static_cast<std::uint8_t>((is_leaf ? 2 : 0) << 4));
    if (odd) { out[0] = static_cast<std::uint8_t>(out[0] | 1 << 4 | nibble(key, from++)); }
    for (; from < to; from += 2) {
        out.push_back(static_cast<std::uint8_t>(nibble(key, from) << 4 | nibble(key, from + 1)));
    }
    return out;
}

} // namespace

Bytes leaf(BytesView key, std::size_t from, BytesView value) {
    return rlp::encode_list(hex_prefix(key, from, 2 * key.size(), true), value);
}

Bytes extension(BytesView key, std::size_t from, std::size_t to, BytesView child) {
    return rlp::encode_list(hex_prefix(key, from, to, false), rlp::Raw{child});
}

Bytes branch(const References& children, BytesView value) {
    rlp::BackwardWriter out(16 * (1 + Hash256::width) + value.size() + 8);
    out.put_string(value);
    for (std::size_t i = children.size(); i-- > 0;) {
        children[i].empty() ? out.put_string({}) : out.put_raw(children[i].view());
    }
    out.close_list(0);
    return out.take();
}

} // namespace ethpoc::chain::trie_node
