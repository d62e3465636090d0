// Translation between the two dialects. Both have the same items in the same order, so it is one walk over a tape.
#include <algorithm>
#include <utility>
#include <vector>

#include "rlp/legacy.hpp"

namespace ethpoc::rlp::legacy {
namespace {

BytesView without_zeros(BytesView digits) noexcept {
    const auto first = std::ranges::find_if(digits, [](std::uint8_t b) { return b != 0; });
    return digits.subspan(static_cast<std::size_t>(first - digits.begin()));
}

/// `base` + n, or `base` + limit - 1 + (number of length bytes) and the length bytes.
void append_header(Bytes& out, std::uint8_t base, std::uint64_t n, std::uint64_t limit = detail::short_limit) {
    if (n < limit) {
        out.push_back(static_cast<std::uint8_t>(base + n));
        return;
    }
    const std::size_t width = detail::byte_width(n);
    out.push_back(static_cast<std::uint8_t>(base + limit - 1 + width));
    for (std::size_t i = width; i-- > 0;) {
        out.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
    }
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

bool stands_for_itself(BytesView payload) noexcept {
    return payload.size() == 1 && payload[0] < detail::string_base;
}

std::size_t header_size(std::size_t payload_size) noexcept {
    return payload_size < detail::short_limit ? 1 : 1 + detail::byte_width(payload_size);
}

/// What a string or integer node holds in today's RLP.
BytesView modern_payload(const Tree& tree, const Node& node) noexcept {
    const BytesView payload = tree.payload(node);
    return node.integer ? without_zeros(payload) : payload;
}

/// The payload size of each node of the first item in today's RLP. Children stand after their parent, so one walk from
/// the back adds up.
std::vector<std::size_t> modern_sizes(const Tree& tree) {
    std::vector<std::size_t> sizes(tree.nodes.front().after);
    for (std::size_t i = sizes.size(); i-- > 0;) {
        const Node& node = tree.nodes[i];
        bool bare = false;
        if (node.kind != Node::Kind::list) {
            const BytesView payload = modern_payload(tree, node);
            sizes[i] = payload.size();
            bare = stands_for_itself(payload);
        }
        if (node.parent != Node::no_parent) { sizes[node.parent] += sizes[i] + (bare ? 0 : header_size(sizes[i])); }
    }
    return sizes;
}

void append_modern(Bytes& out, const Tree& tree, const Node& node, std::size_t size) {
    if (node.kind == Node::Kind::list) { return append_header(out, detail::list_base, size); }
    const BytesView payload = modern_payload(tree, node);
    if (!stands_for_itself(payload)) { append_header(out, detail::string_base, size); }
    append(out, payload);
}

const Shape& part_of(const Shape& list, std::uint32_t index) noexcept {
    static const Shape anything{};
    if (list.parts.empty()) { return anything; }
    return list.parts[std::min<std::size_t>(index, list.parts.size() - 1)];
}

/// A string of today's RLP as the shape wants it; false when it should be an integer and is none.
bool append_counted(Bytes& out, BytesView payload, const Shape& shape) {
    if (shape.kind == Shape::Kind::scalar) {
        if (!payload.empty() && payload[0] == 0) { return false; }
        if (payload.empty()) {
            out.push_back(0);
        } else if (payload.size() == 1 && payload[0] < 0x18) {
            out.push_back(payload[0]);
        } else {
            append_header(out, 0x17, payload.size(), 33);
            append(out, payload);
        }
        return true;
    }
    if (shape.kind == Shape::Kind::fixed) { payload = without_zeros(payload); }
    append_header(out, 0x40, payload.size());
    append(out, payload);
    return true;
}

std::vector<std::uint32_t> child_counts(const Tree& tree) {
    std::vector<std::uint32_t> counts(tree.nodes.size());
    for (const Node& node : tree.nodes) {
        if (node.parent != Node::no_parent) { ++counts[node.parent]; }
    }
    return counts;
}

} // namespace

Result<Bytes> to_modern(BytesView counted, Mode mode, const Limits& limits) {
    const Tree tree = legacy::read_tree(counted, {.mode = mode, .limits = limits});
    if (auto bad = tree.first_error()) { return std::unexpected(*std::move(bad)); }
    const std::vector<std::size_t> sizes = modern_sizes(tree);
    Bytes out;
    out.reserve(sizes.front() + 9);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        append_modern(out, tree, tree.nodes[i], sizes[i]);
    }
    return out;
}

Result<Bytes> from_modern(BytesView modern, const Shape& shape, const Limits& limits) {
    const Tree tree = rlp::read_tree(modern, {.limits = limits});
    if (auto bad = tree.first_error()) { return std::unexpected(*std::move(bad)); }
    const std::vector<std::uint32_t> counts = child_counts(tree);
    std::vector<const Shape*> shapes(tree.nodes.size(), &shape);
    Bytes out;
    out.reserve(modern.size());
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const Node& node = tree.nodes[i];
        if (node.parent != Node::no_parent) { shapes[i] = &part_of(*shapes[node.parent], node.index); }
        if (node.kind == Node::Kind::list) {
            append_header(out, 0x80, counts[i]);
        } else if (!append_counted(out, tree.payload(node), *shapes[i])) {
            return std::unexpected(Error{&errors::integer_leading_zero, node.payload_offset(), 1, tree.path(i),
                                         std::string(shapes[i]->name) + ": zero byte in front"});
        }
    }
    return out;
}

Error relocate(Error error, BytesView counted) {
    const Tree tree = legacy::read_tree(counted, {.mode = Mode::lenient});
    if (tree.nodes.empty() || tree.first_error()) { return error; }
    const std::vector<std::size_t> sizes = modern_sizes(tree);
    // The last node that begins at or before the place; for a place where something is missing: strictly before it.
    std::size_t at = 0;
    std::size_t found = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const Node& node = tree.nodes[i];
        if (at > error.offset || (error.length == 0 && at == error.offset && i != 0)) { break; }
        found = i;
        const bool bare = node.kind != Node::Kind::list && stands_for_itself(modern_payload(tree, node));
        at += (bare ? 0 : header_size(sizes[i])) + (node.kind == Node::Kind::list ? 0 : sizes[i]);
    }
    const Node& node = tree.nodes[found];
    const bool missing = error.length == 0;
    const bool list = node.kind == Node::Kind::list;
    const std::size_t own = list ? node.header_size : node.end() - node.offset; // header of a list, all of a string
    error.offset = missing ? node.offset + own : node.offset;
    error.length = missing ? 0 : std::max<std::size_t>(own, 1);
    return error;
}

} // namespace ethpoc::rlp::legacy
