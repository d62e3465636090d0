#include "cmd/view/tree_view.hpp"

#include <algorithm>

#include "show/explain.hpp"

namespace ethpoc::cmd {
namespace {

using Kind = rlp::Node::Kind;

constexpr std::size_t deepest_node = 10; // deeper lists are named by number, not by blanks
constexpr std::size_t bytes_a_row = 16;

/// Of the column of bytes: fewer where the terminal is narrow.
std::size_t shown_bytes(const ViewOptions& view) {
    return view.width >= 72 ? 8 : view.width >= 56 ? 5 : 3;
}
std::size_t bytes_width(const ViewOptions& view) {
    return 3 * shown_bytes(view) - 1;
}

/// The first bytes, in the width of the column; ".." stands for the rest.
std::string first_hex(BytesView bytes, std::size_t most) {
    const bool cut = bytes.size() > most;
    const BytesView shown = bytes.first(cut ? most - 1 : bytes.size());
    std::string out;
    for (const std::uint8_t b : shown) {
        out += (out.empty() ? "" : " ") + to_hex({&b, 1});
    }
    return cut ? out + " .." : out;
}

/// Rows of sixteen: header bytes in one colour, payload in another, text at the end.
void hex_rows(Output& out, const ViewOptions& view, std::size_t offset, BytesView bytes, std::size_t header) {
    for (std::size_t at = 0; at < bytes.size(); at += bytes_a_row) {
        const BytesView row = bytes.subspan(at, std::min(bytes_a_row, bytes.size() - at));
        std::string line = "  " + view.offset(offset + at) + ' ';
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += ' ';
            line += out.paint(at + i < header ? Tone::yellow : Tone::plain, to_hex(row.subspan(i, 1)));
            text += row[i] >= 0x20 && row[i] <= 0x7e ? static_cast<char>(row[i]) : '.';
        }
        line.append(3 * (bytes_a_row - row.size()), ' ');
        out.text(line.append("  |").append(text).append("|\n"));
    }
}

} // namespace

void TreeView::line(Output& out, const ViewOptions& view, std::size_t offset, BytesView bytes, std::size_t header,
                    const std::string& what) {
    if (view.columns == Columns::hex_rows) {
        out.text(what + '\n');
        return hex_rows(out, view, offset, bytes, header);
    }
    std::string hex = first_hex(bytes, shown_bytes(view));
    const std::size_t pad = bytes_width(view) - std::min(hex.size(), bytes_width(view));
    const std::size_t header_columns = std::min(hex.size(), header == 0 ? 0 : 3 * header - 1);
    hex = out.paint(Tone::yellow, hex.substr(0, header_columns)) + hex.substr(header_columns);
    out.text(out.paint(Tone::dim, view.offset(offset)) + "  " + hex + std::string(pad + 2, ' ') + what + '\n');
}

void TreeView::show() {
    std::vector<std::uint32_t> children(tree_.nodes.size());
    for (const rlp::Node& node : tree_.nodes) {
        if (node.parent != rlp::Node::no_parent) { ++children[node.parent]; }
    }
    for (std::size_t i = 0; i < tree_.nodes.size() && !out_.closed(); ++i) {
        node(i, children[i]);
    }
}

void TreeView::node(std::size_t index, std::uint32_t children) {
    const rlp::Node& node = tree_.nodes[index];
    if (view_.columns == Columns::asn1) { return asn1_line(index, children); }
    const bool rows = view_.columns == Columns::hex_rows;
    const std::size_t left = rows ? 0 : view_.offset(node.offset).size() + bytes_width(view_) + 4;
    const std::size_t indent = 2 * std::min<std::size_t>(node.depth, deepest_node);
    constexpr std::size_t least = 12;
    const std::size_t room = view_.width > left + indent + least ? view_.width - left - indent : least;
    const std::string what = shortened(content(index, children, room), room);
    const std::size_t own = node.kind == Kind::list ? node.header_size : node.header_size + node.payload_size;
    line(out_, view_, node.offset, tree_.bytes.subspan(node.offset, own), node.header_size,
         std::string(indent, ' ') + what);
    mark(index);
}

std::string TreeView::label(std::size_t index) const {
    const rlp::Node& node = tree_.nodes[index];
    std::string out;
    if (node.parent != rlp::Node::no_parent) { out = '[' + std::to_string(node.index) + ']'; }
    if (node.depth > deepest_node) { out += " depth " + std::to_string(node.depth); }
    if (names_ != nullptr && !(*names_)[index].empty()) { out += (out.empty() ? "" : " ") + (*names_)[index].text(); }
    return out;
}

std::string TreeView::content(std::size_t index, std::uint32_t children, std::size_t room) const {
    const rlp::Node& node = tree_.nodes[index];
    std::string out = label(index);
    if (node.kind == Kind::list) {
        out += out.empty() ? "list, " : ": list, ";
        const bool counted = tree_.dialect == rlp::Dialect::item_counted;
        if (!counted) { out += plural(node.payload_size, "byte") + ", "; }
        return out + plural(children, "item");
    }
    if (node.kind == Kind::raw) {
        return out + (out.empty() ? "" : " ") + "unparsed, " + plural(node.payload_size, "byte");
    }
    const bool named = names_ != nullptr && !(*names_)[index].empty();
    if (!out.empty()) { out += named ? " = " : " "; }
    const std::size_t left = room > out.size() + 8 ? room - out.size() : 8;
    return out + show::value_text(tree_, node, left);
}

void TreeView::asn1_line(std::size_t index, std::uint32_t children) {
    const rlp::Node& node = tree_.nodes[index];
    const auto right = [](std::size_t value, std::size_t width) {
        std::string text = std::to_string(value);
        return text.insert(0, text.size() < width ? width - text.size() : 0, ' ');
    };
    const char* const kind = node.kind == Kind::list ? "list" : node.kind == Kind::raw ? "raw " : "str ";
    const std::string front = right(node.offset, 5) + ":d=" + right(node.depth, 2) +
                              " hl=" + std::to_string(node.header_size) + " l=" + right(node.payload_size, 5) + ' ' +
                              kind + ": ";
    out_.text(front + content(index, children, view_.width - front.size()) + '\n');
    mark(index);
}

/// The error of a node, right under it.
void TreeView::mark(std::size_t index) {
    const rlp::Node& node = tree_.nodes[index];
    if (node.code == nullptr) { return; }
    const Error error = tree_.error(index);
    const std::size_t skipped = error.offset - std::min(error.offset, node.offset);
    std::size_t column = view_.offset(node.offset).size() + 2;
    std::string carets = "^^";
    if (view_.columns == Columns::bytes && skipped < shown_bytes(view_)) {
        column += 3 * skipped;
        const std::size_t length = std::clamp<std::size_t>(error.length, 1, shown_bytes(view_) - skipped);
        carets.assign(3 * length - 1, '^');
    }
    const std::string text =
        std::string(error.code->word) + ": " + (error.detail.empty() ? std::string(error.code->rule) : error.detail);
    const std::string whole = wrapped(carets + ' ' + text, view_.width - column, 0);
    std::string out;
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t end = std::min(whole.find('\n', at), whole.size());
        out += std::string(column, ' ') + whole.substr(at, end - at) + '\n';
        at = end + 1;
    }
    out_.text(out_.paint(Tone::red, out));
}

} // namespace ethpoc::cmd
