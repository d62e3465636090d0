#include "show/text.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

namespace ethpoc::show {
namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t flush_at = 1u << 16;
constexpr std::size_t quoted_from = 3; // shorter strings are more often numbers
constexpr std::size_t longest_number = 3;

bool is_printable(BytesView bytes) noexcept {
    return std::ranges::all_of(bytes, [](std::uint8_t b) { return b >= 0x20 && b <= 0x7e; });
}

void append_quoted(BytesView bytes, std::string& out) {
    out += '"';
    for (const std::uint8_t b : bytes) {
        if (b == '"' || b == '\\') { out += '\\'; }
        out += static_cast<char>(b);
    }
    out += '"';
}

/// What encode needs to be told to write this very header; nothing for the header that it would write anyway.
std::string modifiers(const rlp::Tree& tree, const rlp::Node& node) {
    if (node.kind == rlp::Node::Kind::raw || node.header_size == 0) { return {}; }
    const std::size_t length_bytes = node.header_size - 1u;
    const bool one_small =
        node.kind == rlp::Node::Kind::string && node.payload_size == 1 && tree.payload(node)[0] < 0x80;
    const std::size_t width = (std::bit_width(node.claimed) + 7u) / 8;
    const std::size_t shortest = node.claimed < 56 ? 0 : width;
    const bool cut = node.claimed != node.payload_size;
    std::string out;
    if (length_bytes != shortest || (one_small && !cut)) { out += "long:" + std::to_string(length_bytes) + ' '; }
    if (cut) { out += "len:" + std::to_string(node.claimed) + ' '; }
    return out;
}

class TextWriter {
  public:
    TextWriter(const rlp::Tree& tree, const TextSink& sink, const TextOptions& options) :
        tree_(tree), sink_(sink), options_(options) {}

    void run(std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t i = first; i < last;) {
            close_before(i);
            i = node(i);
        }
        close_before(last);
        sink_(buffer_);
    }

    /// The text of one leaf, without its line.
    void leaf(const rlp::Node& node, std::string& out) const;
    bool one_line(std::uint32_t index, std::size_t room, std::string& out) const;

  private:
    std::size_t indent() const noexcept { return options_.indent + 2 * open_.size(); }
    /// Writes one node, or the beginning of a list, and returns the node to go on with.
    std::uint32_t node(std::uint32_t index);
    void long_leaf(const rlp::Node& node);
    void close_before(std::uint32_t index);
    void end_line(const rlp::Node& node);
    void flush_if_full() {
        if (buffer_.size() >= flush_at) {
            sink_(buffer_);
            buffer_.clear();
        }
    }

    const rlp::Tree& tree_;
    const TextSink& sink_;
    TextOptions options_;
    std::vector<std::uint32_t> open_{}; // the node after each list that spreads over lines
    std::string buffer_{};
};

void TextWriter::leaf(const rlp::Node& node, std::string& out) const {
    const BytesView payload = tree_.payload(node);
    if (node.kind == rlp::Node::Kind::raw) {
        if (!payload.empty()) { out += "raw:`" + to_hex(payload) + '`'; }
        return;
    }
    const std::string prefix = modifiers(tree_, node);
    out += prefix;
    if (payload.empty()) {
        out += options_.in_message && node.depth <= 1 && prefix.empty() ? "0" : "\"\"";
    } else if (payload.size() >= quoted_from && is_printable(payload)) {
        append_quoted(payload, out);
    } else if (prefix.empty() && payload.size() <= longest_number && payload[0] != 0) {
        std::uint32_t value = 0;
        for (const std::uint8_t b : payload) {
            value = value << 8 | b;
        }
        out += std::to_string(value);
    } else {
        out += '`' + to_hex(payload) + '`';
    }
}

/// A payload that is longer than a line is not copied as a whole.
void TextWriter::long_leaf(const rlp::Node& node) {
    const BytesView payload = tree_.payload(node);
    if (node.kind == rlp::Node::Kind::raw) {
        buffer_ += "raw:";
        write_hex_literal(payload, [this](std::string_view piece) {
            buffer_ += piece;
            flush_if_full();
        });
        return;
    }
    if (is_printable(payload)) { return leaf(node, buffer_); }
    buffer_ += modifiers(tree_, node);
    write_hex_literal(payload, [this](std::string_view piece) {
        buffer_ += piece;
        flush_if_full();
    });
}

/// False when it does not fit, or something in it has an error; `out` is then half filled.
bool TextWriter::one_line(std::uint32_t index, std::size_t room, std::string& out) const {
    const rlp::Node& top = tree_.nodes[index];
    if (room < 2 || top.payload_size > room) { return false; }
    std::vector<std::uint32_t> ends;
    const auto close = [&](std::uint32_t before) {
        for (; !ends.empty() && ends.back() == before; ends.pop_back()) {
            out += ']';
        }
    };
    for (std::uint32_t i = index; i < top.after; ++i) {
        const rlp::Node& node = tree_.nodes[i];
        close(i);
        if (node.code != nullptr || out.size() > room) { return false; }
        if (!out.empty() && out.back() != '[') { out += ' '; }
        if (node.kind == rlp::Node::Kind::list) {
            out += modifiers(tree_, node) + '[';
            ends.push_back(node.after);
        } else {
            leaf(node, out);
        }
    }
    close(top.after);
    return out.size() <= room;
}

std::uint32_t TextWriter::node(std::uint32_t index) {
    const rlp::Node& node = tree_.nodes[index];
    const std::size_t used = indent() + options_.label.size();
    buffer_.append(indent(), ' ');
    buffer_.append(std::exchange(options_.label, {}));
    std::string line;
    if (used < columns && one_line(index, columns - used, line)) {
        buffer_ += line + '\n';
        flush_if_full();
        return node.after;
    }
    if (node.kind == rlp::Node::Kind::list) {
        buffer_ += modifiers(tree_, node) + '[';
        open_.push_back(node.after);
    } else if (node.payload_size > columns) {
        long_leaf(node);
    } else {
        leaf(node, buffer_);
    }
    end_line(node);
    return index + 1;
}

void TextWriter::end_line(const rlp::Node& node) {
    if (node.code != nullptr) { buffer_.append("  # ").append(node.code->word); }
    buffer_ += '\n';
    flush_if_full();
}

void TextWriter::close_before(std::uint32_t index) {
    while (!open_.empty() && open_.back() == index) {
        open_.pop_back();
        buffer_.append(indent(), ' ');
        buffer_ += "]\n";
    }
}

/// The node with as much of what is inside as could be seen in so many columns.
std::string beginning(const rlp::Tree& tree, std::size_t index, std::size_t room) {
    const rlp::Node& top = tree.nodes[index];
    const TextWriter writer(tree, [](std::string_view) {}, {});
    std::string out;
    std::vector<std::uint32_t> ends;
    for (std::size_t i = index; i < top.after && out.size() <= room; ++i) {
        for (; !ends.empty() && ends.back() == i; ends.pop_back()) {
            out += ']';
        }
        if (!out.empty() && out.back() != '[') { out += ' '; }
        rlp::Node node = tree.nodes[i];
        if (node.kind == rlp::Node::Kind::list) {
            out += '[';
            ends.push_back(node.after);
            continue;
        }
        node.payload_size = std::min(node.payload_size, room + 1);
        node.claimed = node.payload_size; // shown as it is, without modifiers
        writer.leaf(node, out);
    }
    if (out.size() <= room) { out.append(ends.size(), ']'); }
    return out;
}

} // namespace

void write_hex_literal(BytesView bytes, const TextSink& sink) {
    sink("`");
    for (std::size_t at = 0; at < bytes.size(); at += flush_at) {
        sink(to_hex(bytes.subspan(at, std::min(flush_at, bytes.size() - at))));
    }
    sink("`");
}

void write_text(const rlp::Tree& tree, const TextSink& sink, const TextOptions& options) {
    TextWriter{tree, sink, options}.run(0, static_cast<std::uint32_t>(tree.nodes.size()));
}

void write_nodes(const rlp::Tree& tree, std::uint32_t first, std::uint32_t last, const TextSink& sink,
                 const TextOptions& options) {
    TextWriter{tree, sink, options}.run(first, last);
}

std::string to_text(BytesView bytes) {
    const rlp::Limits limits{.max_bytes = std::numeric_limits<std::size_t>::max()};
    std::string out;
    write_text(rlp::read_tree(bytes, {.limits = limits}), [&out](std::string_view piece) { out += piece; });
    return out;
}

std::string short_text(const rlp::Tree& tree, std::size_t node, std::size_t room) {
    std::string out = beginning(tree, node, room);
    if (out.size() > room) {
        out.resize(room > 2 ? room - 2 : 0);
        out += "..";
    }
    return out;
}

} // namespace ethpoc::show
