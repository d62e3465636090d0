#include "chain/trie_node.hpp"

namespace ethpoc::chain::trie_node {

/// Hex prefix: the flag nibble is 2 for a leaf, plus 1 for an odd count; an even count gets a zero nibble after it.
void Writer::put_path(BytesView key, std::size_t from, std::size_t to, bool is_leaf) {
    const bool odd = (to - from) % 2 != 0;
    const std::size_t mark = out_.mark();
    const auto put_byte = [this](std::uint8_t byte) { out_.put_raw(BytesView{&byte, 1}); };
    std::size_t at = to;
    for (; at - from >= 2; at -= 2) {
        put_byte(static_cast<std::uint8_t>(nibble(key, at - 2) << 4 | nibble(key, at - 1)));
    }
    const auto flag = static_cast<std::uint8_t>((is_leaf ? 2 : 0) << 4);
    put_byte(odd ? static_cast<std::uint8_t>(flag | 1 << 4 | nibble(key, from)) : flag);
    const std::size_t size = out_.mark() - mark;
    if (size > 1) { out_.put_header(0x80, size); } // one byte is below 0x40, and itself
}

BytesView Writer::leaf(BytesView key, std::size_t from, BytesView value) {
    out_.clear();
    out_.put_string(value);
    put_path(key, from, 2 * key.size(), true);
    out_.close_list(0);
    return out_.view();
}

BytesView Writer::extension(BytesView key, std::size_t from, std::size_t to, const Reference& child) {
    out_.clear();
    out_.put_raw(child.view());
    put_path(key, from, to, false);
    out_.close_list(0);
    return out_.view();
}

BytesView Writer::branch(const References& children, BytesView value) {
    out_.clear();
    out_.put_string(value);
    for (std::size_t i = children.size(); i-- > 0;) {
        children[i].empty() ? out_.put_string({}) : out_.put_raw(children[i].view());
    }
    out_.close_list(0);
    return out_.view();
}

} // namespace ethpoc::chain::trie_node
