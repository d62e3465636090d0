#include "show/diff.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace ethpoc::show {
namespace {

/// Siblings that are still to be compared, in both tapes: [at, end) with `after` leading from one to the next.
struct Range {
    std::uint32_t first, first_end, second, second_end;
};

bool same_header(const rlp::Tree& a, const rlp::Node& x, const rlp::Tree& b, const rlp::Node& y) {
    return std::ranges::equal(a.bytes.subspan(x.offset, x.header_size), b.bytes.subspan(y.offset, y.header_size));
}

} // namespace

void diff(const rlp::Tree& first, const rlp::Tree& second, const std::function<bool(const Difference&)>& sink) {
    using Kind = Difference::Kind;
    std::vector<Range> open{
        {0, static_cast<std::uint32_t>(first.nodes.size()), 0, static_cast<std::uint32_t>(second.nodes.size())}};
    while (!open.empty()) {
        Range& range = open.back();
        const bool has_first = range.first < range.first_end;
        const bool has_second = range.second < range.second_end;
        if (!has_first && !has_second) {
            open.pop_back();
            continue;
        }
        const std::uint32_t a = has_first ? range.first : Difference::none;
        const std::uint32_t b = has_second ? range.second : Difference::none;
        if (has_first) { range.first = first.nodes[a].after; }
        if (has_second) { range.second = second.nodes[b].after; }
        if (!has_first || !has_second) {
            if (!sink({has_first ? Kind::removed : Kind::added, a, b})) { return; }
            continue;
        }
        const rlp::Node& x = first.nodes[a];
        const rlp::Node& y = second.nodes[b];
        if (x.kind != y.kind) {
            if (!sink({Kind::kind, a, b})) { return; }
            continue;
        }
        if (x.kind == rlp::Node::Kind::list) {
            // A header differs whenever something inside has another size; only another form or claim is worth a word.
            const bool form = x.payload_size == y.payload_size && !same_header(first, x, second, y);
            if (form && !sink({Kind::header, a, b})) { return; }
            open.push_back({a + 1, x.after, b + 1, y.after});
            continue;
        }
        const bool equal = std::ranges::equal(first.payload(x), second.payload(y));
        if (!equal && !sink({Kind::value, a, b})) { return; }
        if (equal && !same_header(first, x, second, y) && !sink({Kind::header, a, b})) { return; }
    }
}

std::string_view word_of(Difference::Kind kind) noexcept {
    constexpr std::array<std::string_view, 5> words{"value", "kind", "header", "removed", "added"};
    return words[static_cast<std::size_t>(kind)];
}

} // namespace ethpoc::show
