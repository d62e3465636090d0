#include "rlp/tree.hpp"

#include <algorithm>
#include <ranges>
#include <span>
#include <utility>

#include "rlp/legacy.hpp"

namespace ethpoc::rlp {
namespace {

Node raw_node(std::size_t at, std::size_t end, const ErrorCode* code) {
    Node node;
    node.offset = at;
    node.payload_size = node.claimed = end - at;
    node.kind = Node::Kind::raw;
    node.code = code;
    return node;
}

class TreeReader {
  public:
    TreeReader(BytesView bytes, const TreeOptions& options) : limits_(options.limits) {
        tree_.bytes = bytes;
        tree_.mode = options.mode;
        tree_.end = std::min(options.end, bytes.size());
        tree_.begin = std::min(options.begin, tree_.end);
        tree_.nested = options.nested;
    }

    Tree run() {
        at_ = tree_.begin;
        open_.push_back({Node::no_parent, tree_.end, 0});
        if (tree_.end - tree_.begin > limits_.max_bytes) {
            add(raw_node(at_, tree_.end, &errors::size_limit));
            at_ = tree_.end;
        }
        while (!open_.empty()) {
            if (at_ == open_.back().end) {
                close();
            } else if (items_ == limits_.max_items) {
                give_up();
            } else {
                step();
            }
        }
        return std::move(tree_);
    }

  private:
    struct Open {
        std::uint32_t node;
        std::size_t end;
        std::uint32_t children;
    };

    std::uint32_t add(Node node) {
        const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
        node.parent = open_.back().node;
        node.index = open_.back().children++;
        node.depth = static_cast<std::uint32_t>(open_.size() - 1);
        node.after = index + 1;
        tree_.nodes.push_back(node);
        return index;
    }

    void close() {
        if (const std::uint32_t node = open_.back().node; node != Node::no_parent) {
            tree_.nodes[node].after = static_cast<std::uint32_t>(tree_.nodes.size());
        }
        open_.pop_back();
    }

    /// Too many items: the rest of every open list is one raw node, the first of which says why.
    void give_up() {
        const ErrorCode* code = &errors::item_limit;
        for (; !open_.empty(); close()) {
            if (at_ == open_.back().end) { continue; }
            add(raw_node(at_, open_.back().end, std::exchange(code, nullptr)));
            at_ = open_.back().end;
        }
    }

    void step() {
        const Head head = read_head(tree_.bytes, at_, open_.back().end, open_.size() > 1 || tree_.nested);
        if (head.fatal.code == &errors::truncated_header) {
            add(raw_node(at_, open_.back().end, head.fatal.code));
            at_ = open_.back().end;
            return;
        }
        ++items_;
        Node node;
        node.offset = at_;
        node.header_size = static_cast<std::uint8_t>(head.header_size);
        node.payload_size = head.payload_size;
        node.claimed = head.claimed;
        node.kind = head.is_list ? Node::Kind::list : Node::Kind::string;
        node.code = head.fault(tree_.mode).code;
        const bool too_deep = head.is_list && open_.size() > limits_.max_depth;
        if (too_deep && node.code == nullptr) { node.code = &errors::depth_limit; }
        const std::uint32_t index = add(node);
        at_ = head.is_list ? head.payload_offset() : head.end();
        if (!head.is_list) { return; }
        open_.push_back({index, head.end(), 0});
        if (too_deep && head.payload_size != 0) {
            add(raw_node(at_, head.end(), nullptr));
            at_ = head.end();
        }
    }

    Tree tree_{};
    Limits limits_;
    std::vector<Open> open_{};
    std::size_t at_ = 0;
    std::size_t items_ = 0;
};

} // namespace

Tree read_tree(BytesView bytes, const TreeOptions& options) {
    return TreeReader{bytes, options}.run();
}

std::string Tree::path(std::size_t node) const {
    std::vector<std::uint32_t> steps;
    for (; nodes[node].parent != Node::no_parent; node = nodes[node].parent) {
        steps.push_back(nodes[node].index);
    }
    std::string out;
    if (nodes[node].index != 0) { out = join_path("items", index_path(nodes[node].index)); }
    for (const std::uint32_t step : std::views::reverse(steps)) {
        out += index_path(step);
    }
    return out;
}

/// A node does not keep the numbers of its fault: its header is read once more.
Error Tree::error(std::size_t index) const {
    const Node& node = nodes[index];
    const bool inside = node.parent != Node::no_parent;
    const std::size_t limit = inside && dialect == Dialect::modern ? nodes[node.parent].end() : end;
    const bool in_list = nested || (inside && dialect == Dialect::modern);
    const Head head = dialect == Dialect::modern ? read_head(bytes, node.offset, limit, in_list)
                                                 : legacy::read_head(bytes, node.offset, limit, in_list);
    const HeadFault& fault = head.fault(mode);
    if (fault.code == node.code) { return {fault.code, fault.offset, fault.length, path(index), head.detail(fault)}; }
    if (node.code == &errors::too_few_items) {
        const std::uint32_t children =
            static_cast<std::uint32_t>(std::ranges::count(std::span(nodes).subspan(index), index, &Node::parent));
        return {node.code, node.end(), 0, path(index),
                "list of " + std::to_string(node.claimed) + " items, " + std::to_string(children) + " are there"};
    }
    const std::size_t length =
        node.code == &errors::size_limit ? node.payload_size : std::max<std::size_t>(head.header_size, 1);
    return {node.code, node.offset, length, path(index), {}};
}

std::optional<Error> Tree::first_error() const {
    if (nodes.empty()) { return Error{&errors::empty_input, begin, 0, {}, {}}; }
    const std::size_t after = nodes.front().after;
    for (std::size_t i = 0; i < after; ++i) {
        if (nodes[i].code != nullptr) { return error(i); }
    }
    if (after == nodes.size() || mode == Mode::lenient) { return std::nullopt; }
    const std::size_t at = nodes[after].offset;
    return Error{&errors::trailing_bytes, at, end - at, {}, std::to_string(end - at) + " bytes follow the item"};
}

} // namespace ethpoc::rlp
