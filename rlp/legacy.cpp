#include "rlp/legacy.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace ethpoc::rlp::legacy {
namespace {

/// One range of first bytes. `zero` is the byte from which the length (or the number of length bytes) counts.
struct Range {
    std::uint8_t last;
    std::uint8_t zero;
    bool long_form;
    std::uint8_t short_limit; // long forms: lengths below this belong into the short form
    Node::Kind kind;
    bool integer;
};

constexpr std::array ranges{
    Range{0x37, 0x17, false, 0, Node::Kind::string, true},  Range{0x3f, 0x37, true, 33, Node::Kind::string, true},
    Range{0x77, 0x40, false, 0, Node::Kind::string, false}, Range{0x7f, 0x77, true, 56, Node::Kind::string, false},
    Range{0xb7, 0x80, false, 0, Node::Kind::list, false},   Range{0xbf, 0xb7, true, 56, Node::Kind::list, false},
};
constexpr std::uint8_t first_unassigned = 0xc0;
constexpr std::uint8_t small_integers = 0x18; // bytes below stand for themselves

const Range& range_of(std::uint8_t first) noexcept {
    return *std::ranges::find_if(ranges, [first](const Range& range) { return first <= range.last; });
}

void read_length(BytesView bytes, std::size_t count, const Range& range, Head& head) noexcept {
    const std::size_t at = head.offset + 1;
    head.claimed = detail::load_be(bytes.data() + at, count);
    const auto digits = bytes.subspan(at, count);
    const auto zeros =
        static_cast<std::size_t>(std::ranges::find_if(digits, [](auto b) { return b != 0; }) - digits.begin());
    if (zeros != 0) {
        head.style = {&errors::length_leading_zero, at, zeros};
    } else if (head.claimed < range.short_limit) {
        head.style = {&errors::non_canonical_length, head.offset, head.header_size};
    }
}

/// A payload that must be there in bytes: strings and integers.
void read_payload(BytesView bytes, std::size_t left, bool nested, const Range& range, Head& head) noexcept {
    head.payload_size = std::min<std::uint64_t>(head.claimed, left);
    if (head.claimed > left) {
        head.fatal = {nested ? &errors::item_overruns_parent : &errors::truncated, head.offset, head.header_size};
        return;
    }
    if (!range.integer || head.style.code != nullptr || head.claimed == 0) { return; }
    const std::uint8_t top = bytes[head.payload_offset()];
    if (head.claimed == 1 && top < small_integers) {
        head.style = {&errors::non_canonical_byte, head.offset, 2};
    } else if (top == 0) {
        head.style = {&errors::integer_leading_zero, head.payload_offset(), 1};
    }
}

/// Builds the tape. A list is open until as many items as it counts were read; only then is its size known.
class CountedReader {
  public:
    CountedReader(BytesView bytes, const TreeOptions& options) : limits_(options.limits) {
        tree_.bytes = bytes;
        tree_.dialect = Dialect::item_counted;
        tree_.mode = options.mode;
        tree_.end = std::min(options.end, bytes.size());
        tree_.begin = std::min(options.begin, tree_.end);
        tree_.nested = options.nested;
    }

    Tree run() {
        at_ = tree_.begin;
        open_.push_back({Node::no_parent, ~std::uint64_t{0}, 0});
        if (tree_.end - tree_.begin > limits_.max_bytes) { add_rest(&errors::size_limit); }
        while (open_.size() > 1 || at_ < tree_.end) {
            if (open_.back().missing == 0) {
                close(nullptr);
            } else if (at_ == tree_.end) {
                close(std::exchange(broken_, true) ? nullptr : &errors::too_few_items);
            } else if (items_ == limits_.max_items) {
                add_rest(&errors::item_limit);
            } else {
                step();
            }
        }
        return std::move(tree_);
    }

  private:
    struct Open {
        std::uint32_t node;
        std::uint64_t missing; // items
        std::uint32_t children;
    };

    std::uint32_t add(Node node) {
        const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
        Open& list = open_.back();
        --list.missing;
        node.parent = list.node;
        node.index = list.children++;
        node.depth = static_cast<std::uint32_t>(open_.size() - 1);
        node.after = index + 1;
        tree_.nodes.push_back(node);
        return index;
    }

    /// Nothing after this can be read, because without sizes nobody knows where a list ends.
    void add_rest(const ErrorCode* code) {
        Node node;
        node.offset = at_;
        node.payload_size = node.claimed = tree_.end - at_;
        node.kind = Node::Kind::raw;
        node.code = code;
        add(node);
        at_ = tree_.end;
        broken_ = true;
    }

    void close(const ErrorCode* code) {
        Node& node = tree_.nodes[open_.back().node];
        node.payload_size = at_ - node.payload_offset();
        node.after = static_cast<std::uint32_t>(tree_.nodes.size());
        if (node.code == nullptr) { node.code = code; }
        open_.pop_back();
    }

    void step() {
        const Head head = legacy::read_head(tree_.bytes, at_, tree_.end, tree_.nested);
        if (head.fatal.code == &errors::truncated_header || head.fatal.code == &errors::unassigned_byte) {
            return add_rest(head.fatal.code);
        }
        if (head.is_list && open_.size() > limits_.max_depth) { return add_rest(&errors::depth_limit); }
        ++items_;
        Node node;
        node.offset = at_;
        node.header_size = static_cast<std::uint8_t>(head.header_size);
        node.payload_size = head.payload_size;
        node.claimed = head.claimed;
        node.kind = head.is_list ? Node::Kind::list : Node::Kind::string;
        node.integer = range_of(tree_.bytes[at_]).integer;
        node.code = head.fault(tree_.mode).code;
        broken_ = broken_ || head.fatal.code != nullptr;
        const std::uint32_t index = add(node);
        at_ = head.end();
        if (head.is_list) { open_.push_back({index, head.claimed, 0}); }
    }

    Tree tree_{};
    Limits limits_;
    std::vector<Open> open_{};
    std::size_t at_ = 0;
    std::size_t items_ = 0;
    bool broken_ = false; // the lists that are still open lack items because of an error that was noted already
};

} // namespace

Head read_head(BytesView bytes, std::size_t at, std::size_t end, bool nested) noexcept {
    Head head;
    head.offset = at;
    const std::uint8_t first = bytes[at];
    if (first < small_integers) {
        head.payload_size = head.claimed = 1;
        return head;
    }
    if (first >= first_unassigned) {
        head.header_size = 1;
        head.fatal = {&errors::unassigned_byte, at, 1};
        return head;
    }
    const Range& range = range_of(first);
    head.is_list = range.kind == Node::Kind::list;
    head.claimed = static_cast<std::uint64_t>(first - range.zero);
    const std::size_t count = range.long_form ? static_cast<std::size_t>(first - range.zero) : 0;
    head.header_size = 1 + count;
    if (head.header_size > end - at) {
        head.claimed = head.header_size;
        head.header_size = end - at;
        head.fatal = {&errors::truncated_header, at, end - at};
        return head;
    }
    if (range.long_form) { read_length(bytes, count, range, head); }
    if (!head.is_list) { read_payload(bytes, end - head.payload_offset(), nested, range, head); }
    return head;
}

Tree read_tree(BytesView bytes, const TreeOptions& options) {
    return CountedReader{bytes, options}.run();
}

std::optional<Error> validate(BytesView bytes, Mode mode, const Limits& limits) {
    return legacy::read_tree(bytes, {.mode = mode, .limits = limits}).first_error();
}

} // namespace ethpoc::rlp::legacy
