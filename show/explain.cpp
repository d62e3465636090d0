#include "show/explain.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

#include "rlp/head.hpp"
#include "rlp/legacy.hpp"
#include "rlp/scan.hpp"

namespace ethpoc::show {
namespace {

/// "1 byte of length follows", "2 bytes of length follow"
std::string length_bytes(std::size_t size) {
    return plural(size, "byte") + " of length follow" + (size == 1 ? "s" : "");
}

using rlp::detail::short_limit;

std::string hex_byte(std::size_t value) {
    const auto byte = static_cast<std::uint8_t>(value);
    return to_hex({&byte, 1});
}

/// "0001..0008", or "0001" for one byte.
std::string range(std::size_t from, std::size_t size) {
    const std::string first = hex_offset(from);
    return size < 2 ? first : first + ".." + hex_offset(from + size - 1);
}

/// Where the claimed payload stands in its container.
std::string fit_text(const rlp::Tree& tree, const rlp::Node& node, std::size_t container_end) {
    const std::size_t left = container_end - node.payload_offset();
    const std::string are = left == 1 ? " is" : " are";
    if (node.claimed > node.payload_size) {
        return "it claims " + plural(node.claimed, "byte") + ", but only " + std::to_string(left) + are + " left here";
    }
    if (node.claimed == 0) { return "nothing follows"; }
    const std::string place = "payload is " + range(node.payload_offset(), node.payload_size) + "; ";
    const bool whole = left == node.claimed;
    return place + plural(left, "byte") + are + " left" + (whole ? ": fits exactly" : ", so it fits") +
           (!whole && node.parent == rlp::Node::no_parent && !tree.nested ? "; more follows" : "");
}

/// First byte to kind and length, in today's RLP.
std::string modern_header(const rlp::Tree& tree, const rlp::Node& node) {
    const std::uint8_t first = tree.bytes[node.offset];
    const bool list = node.kind == rlp::Node::Kind::list;
    const std::size_t base = list ? 0xc0 : 0x80;
    const std::string kind = list ? "list" : "string";
    const std::string byte = "0x" + hex_byte(first);
    if (node.header_size == 1) {
        return byte + " is in " + hex_byte(base) + ".." + hex_byte(base + short_limit - 1) + ": short " + kind +
               ", length " + byte + " - 0x" + hex_byte(base) + " = " + std::to_string(node.claimed);
    }
    const std::size_t long_base = base + short_limit - 1;
    const std::string digits = to_hex(tree.bytes.subspan(node.offset + 1, node.header_size - 1u));
    return byte + " is in " + hex_byte(base + short_limit) + ".." + hex_byte(base + 0x3f) + ": long " + kind + ", " +
           byte + " - 0x" + hex_byte(long_base) + " = " + length_bytes(node.header_size - 1u) + ": " + digits + " = " +
           std::to_string(node.claimed);
}

/// The same in the dialect of January 2014.
std::string counted_header(const rlp::Tree& tree, const rlp::Node& node) {
    const std::string byte = "0x" + hex_byte(tree.bytes[node.offset]);
    std::string how;
    if (node.header_size > 1) {
        const std::string digits = to_hex(tree.bytes.subspan(node.offset + 1, node.header_size - 1u));
        how = length_bytes(node.header_size - 1u) + ": " + digits + ": ";
    }
    if (node.kind == rlp::Node::Kind::list) {
        return byte + " is in 80..bf: " + how + "a list of " + plural(node.claimed, "item") +
               " (in January 2014 a list counted its items, not its bytes)";
    }
    if (node.integer) { return byte + " is in 18..3f: " + how + "a number of " + plural(node.claimed, "byte"); }
    return byte + " is in 40..7f: " + how + "a string of " + plural(node.claimed, "byte");
}

std::string lone_byte(const rlp::Tree& tree, const rlp::Node& node) {
    const std::string byte = "0x" + hex_byte(tree.bytes[node.offset]);
    const std::string below = tree.dialect == rlp::Dialect::item_counted
                                  ? " is below 18: a number that stands for itself: "
                                  : " is below 80: it stands for itself: ";
    return byte + below + value_text(tree, node, 24);
}

class Reading {
  public:
    Reading(const rlp::Tree& tree, const StepSink& sink) : tree_(tree), sink_(sink) {}

    void run() {
        for (std::size_t i = 0; i < tree_.nodes.size() && going_; ++i) {
            close_before(i);
            if (going_) { node(i); }
        }
        close_before(tree_.nodes.size());
    }

  private:
    struct Open {
        std::size_t node;
        std::size_t items;
    };

    void put(Step step) { going_ = going_ && sink_(std::move(step)); }

    void close_before(std::size_t index) {
        for (; going_ && !open_.empty() && tree_.nodes[open_.back().node].after == index; open_.pop_back()) {
            const rlp::Node& list = tree_.nodes[open_.back().node];
            const bool bad = list.code != nullptr || list.end() > tree_.end;
            put({list.end(), 0, list.depth, open_.back().node,
                 "end of list after " + plural(open_.back().items, "item"),
                 bad ? "" : "every byte of it was used once"});
        }
    }

    void node(std::size_t index) {
        const rlp::Node& node = tree_.nodes[index];
        if (!open_.empty()) { ++open_.back().items; }
        if (node.kind == rlp::Node::Kind::raw) {
            put({node.offset,
                 node.payload_size,
                 node.depth,
                 index,
                 node.code != nullptr ? "these bytes cannot be read as an item: " + tree_.error(index).message()
                                      : plural(node.payload_size, "byte") + " that nobody looks into",
                 {}});
        } else if (node.header_size == 0) {
            put({node.offset, 1, node.depth, index, lone_byte(tree_, node), fault(index)});
        } else {
            header(index);
        }
        if (node.kind == rlp::Node::Kind::list) { open_.push_back({index, 0}); }
    }

    void header(std::size_t index) {
        const rlp::Node& node = tree_.nodes[index];
        const bool counted = tree_.dialect == rlp::Dialect::item_counted;
        const std::size_t end = open_.empty() || counted ? tree_.end : tree_.nodes[open_.back().node].end();
        const bool bytes_counted = !counted || node.kind != rlp::Node::Kind::list;
        Step step{node.offset, node.header_size, node.depth, index, {}, {}};
        step.text = counted ? counted_header(tree_, node) : modern_header(tree_, node);
        if (bytes_counted) { step.fit = fit_text(tree_, node, end); }
        if (const std::string bad = fault(index); !bad.empty()) { step.fit += (step.fit.empty() ? "" : "; ") + bad; }
        put(std::move(step));
        if (node.kind == rlp::Node::Kind::string && node.payload_size > 0) {
            put({node.payload_offset(), node.payload_size, node.depth, index, value_text(tree_, node, 120), {}});
        }
    }

    std::string fault(std::size_t index) const {
        const ErrorCode* code = tree_.nodes[index].code;
        return code == nullptr ? std::string() : "wrong: " + std::string(code->word) + ": " + std::string(code->rule);
    }

    const rlp::Tree& tree_;
    const StepSink& sink_;
    std::vector<Open> open_{};
    bool going_ = true;
};

/// The header that is right for so many bytes.
std::string right_header(bool list, std::size_t size) {
    const std::size_t base = list ? 0xc0 : 0x80;
    if (size < short_limit) { return hex_byte(base + size); }
    const std::size_t width = (std::bit_width(size) + 7u) / 8;
    std::string out = hex_byte(base + short_limit - 1 + width);
    for (std::size_t i = width; i-- > 0;) {
        out += ' ' + hex_byte(size >> (8 * i) & 0xff);
    }
    return out;
}

/// How the header of so many bytes comes about.
std::string writing_text(bool list, std::size_t size) {
    const std::size_t base = list ? 0xc0 : 0x80;
    const std::string kind = list ? "list" : "string";
    const std::string header = right_header(list, size);
    if (size < short_limit) {
        return kind + " of " + plural(size, "byte") + ", fewer than 56: one header byte, 0x" + hex_byte(base) + " + " +
               std::to_string(size) + " = " + header;
    }
    const std::size_t width = (std::bit_width(size) + 7u) / 8;
    const std::string length = header.substr(3);
    return kind + " of " + plural(size, "byte") + ": " + hex_byte(base + short_limit - 1) +
           " is the last short form, for 55. So 0x" + hex_byte(base + short_limit - 1) + " + " + std::to_string(width) +
           " = " + header.substr(0, 2) + " says that " + length_bytes(width) + ": " + length;
}

} // namespace

void explain_reading(const rlp::Tree& tree, const StepSink& sink) {
    Reading{tree, sink}.run();
}

void explain_writing(const rlp::Tree& tree, const StepSink& sink) {
    std::vector<std::size_t> size(tree.nodes.size()); // of the whole item, written canonically
    std::vector<std::size_t> inside(tree.nodes.size());
    const auto header_size = [](std::size_t n) { return n < short_limit ? 1u : 1u + (std::bit_width(n) + 7u) / 8; };
    const auto finish = [&](std::size_t i) {
        const rlp::Node& node = tree.nodes[i];
        if (node.parent != rlp::Node::no_parent) { inside[node.parent] += size[i]; }
    };
    std::vector<std::size_t> open;
    const auto close_before = [&](std::size_t index) {
        for (; !open.empty() && tree.nodes[open.back()].after == index; open.pop_back()) {
            const std::size_t i = open.back();
            const rlp::Node& node = tree.nodes[i];
            size[i] = header_size(inside[i]) + inside[i];
            finish(i);
            const std::string own = to_hex(tree.bytes.subspan(node.offset, node.header_size));
            std::string right = right_header(true, inside[i]);
            std::erase(right, ' ');
            if (!sink({node.offset, node.header_size, node.depth, i, writing_text(true, inside[i]),
                       own == right ? "" : "the input has " + own + " here"})) {
                return false;
            }
        }
        return true;
    };
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        if (!close_before(i)) { return; }
        const rlp::Node& node = tree.nodes[i];
        if (node.kind == rlp::Node::Kind::list) {
            open.push_back(i);
            continue;
        }
        const BytesView payload = tree.payload(node);
        const bool itself = node.kind == rlp::Node::Kind::string && payload.size() == 1 && payload[0] < 0x80;
        const bool raw = node.kind == rlp::Node::Kind::raw;
        size[i] = payload.size() + (itself || raw ? 0 : header_size(payload.size()));
        finish(i);
        const std::string own = to_hex(tree.bytes.subspan(node.offset, node.header_size));
        std::string right = itself || raw ? std::string() : right_header(false, payload.size());
        std::erase(right, ' ');
        const std::string what = raw      ? "bytes that are no item; they are copied"
                                 : itself ? "one byte below 80 is written as itself, without a header"
                                          : writing_text(false, payload.size());
        const std::string text = raw ? what : value_text(tree, node, 40) + ": " + what;
        if (!sink({node.offset, node.header_size + node.payload_size, node.depth, i, text,
                   own == right ? "" : "the input has the header " + own})) {
            return;
        }
    }
    close_before(tree.nodes.size());
}

std::string hint_for(const rlp::Tree& tree, std::size_t index) {
    const rlp::Node& node = tree.nodes[index];
    if (node.code == nullptr) { return {}; }
    const bool list = node.kind == rlp::Node::Kind::list;
    const bool modern = tree.dialect == rlp::Dialect::modern;
    const bool too_long = *node.code == rlp::errors::truncated || *node.code == rlp::errors::item_overruns_parent;
    if (modern && too_long && node.payload_size > 0) {
        return right_header(list, node.payload_size) + " would be right for the " +
               (node.payload_size == 1 ? "byte that follows" : plural(node.payload_size, "byte") + " that follow");
    }
    if (modern && (*node.code == rlp::errors::non_canonical_length || *node.code == rlp::errors::length_leading_zero)) {
        return "write " + right_header(list, node.payload_size) + " instead of the " +
               plural(node.header_size, "header byte");
    }
    if (modern && *node.code == rlp::errors::non_canonical_byte) {
        return "write " + to_hex(tree.payload(node)) + " alone, without the 81";
    }
    return std::string(node.code->hint);
}

std::string hint_for(const rlp::Tree& tree, const Error& error) {
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const bool same = tree.nodes[i].code != nullptr && *tree.nodes[i].code == *error.code;
        if (same && tree.error(i).offset == error.offset) { return hint_for(tree, i); }
    }
    return std::string(error.code->hint);
}

std::string value_text(const rlp::Tree& tree, const rlp::Node& node, std::size_t room) {
    const BytesView payload = tree.payload(node);
    const bool text =
        payload.size() >= 3 && std::ranges::all_of(payload, [](std::uint8_t b) { return b >= 0x20 && b <= 0x7e; });
    std::string out;
    if (node.kind == rlp::Node::Kind::raw) {
        out = plural(payload.size(), "raw byte");
    } else if (payload.empty()) {
        out = node.integer ? "0" : "\"\" (empty; as a number 0)";
    } else if (text && !node.integer) {
        out = '"' + std::string(as_text(payload.first(std::min(payload.size(), room)))) + '"';
    } else if (payload[0] == 0) {
        out = "0x" + to_hex(payload.first(std::min(payload.size(), room))) +
              (payload.size() == 1 ? " (one byte; zero as a number is 80)" : "");
    } else if (payload.size() <= 8) {
        std::uint64_t value = 0;
        for (const std::uint8_t b : payload) {
            value = value << 8 | b;
        }
        out = std::to_string(value);
    } else {
        out = "0x" + to_hex(payload.first(std::min(payload.size(), room)));
    }
    if (out.size() <= room) { return out; }
    const std::string size = " (" + plural(payload.size(), "byte") + ")";
    out.resize(room > size.size() + 2 ? room - size.size() - 2 : 0);
    return out + ".." + size;
}

std::string old_dialect_note(BytesView bytes) {
    const bool list = bytes.size() > 1 && bytes[0] > 0x80 && bytes[0] < 0xb8;
    if (!list ||
        rlp::legacy::validate(bytes, rlp::Mode::strict, {.max_bytes = std::numeric_limits<std::size_t>::max()})) {
        return {};
    }
    return "These bytes are good RLP of January 2014 (PoC-1), where the header of a list counts items, not bytes. "
           "The wiki kept examples in it for a year.";
}

} // namespace ethpoc::show
