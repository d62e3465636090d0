#include "show/field_reader.hpp"

#include <algorithm>

namespace ethpoc::show {
namespace {

BytesView without_zeros(BytesView digits) noexcept {
    const auto first = std::ranges::find_if(digits, [](std::uint8_t b) { return b != 0; });
    return digits.subspan(static_cast<std::size_t>(first - digits.begin()));
}

} // namespace

std::string NodeName::text() const {
    std::string out(word);
    if (number != no_number) { out += ' ' + std::to_string(number); }
    return out;
}

bool is_clean_text(BytesView bytes) {
    const std::string_view text = as_text(bytes);
    return printable(text, text.size(), "\\") == text;
}

std::string text_or_hex(BytesView bytes) {
    return is_clean_text(bytes) ? std::string(as_text(bytes)) : "0x" + to_hex(bytes);
}

std::vector<std::uint32_t> children_of(const rlp::Tree& tree, std::uint32_t list) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = list + 1; i < tree.nodes[list].after; i = tree.nodes[i].after) {
        out.push_back(i);
    }
    return out;
}

std::vector<std::uint32_t> rest_of(const rlp::Tree& tree) {
    std::vector<std::uint32_t> out;
    if (tree.nodes.empty()) { return out; }
    for (std::uint32_t i = tree.nodes.front().after; i < tree.nodes.size(); i = tree.nodes[i].after) {
        out.push_back(i);
    }
    return out;
}

std::string payload_path(const rlp::Tree& tree, std::size_t node) {
    constexpr std::string_view after = "items[";
    std::string path = tree.path(node);
    if (!path.starts_with(after)) { return join_path("payload", path); }
    const std::size_t end = path.find(']');
    const unsigned long number = std::stoul(path.substr(after.size(), end - after.size()));
    return join_path("rest", index_path(number - 1) + path.substr(end + 1));
}

ShownField number_field(std::string_view name, BytesView digits) {
    ShownField out{.name = name};
    digits = without_zeros(digits);
    std::uint64_t value = 0;
    for (const std::uint8_t b : digits.first(std::min<std::size_t>(digits.size(), 8))) {
        value = value << 8 | b;
    }
    const bool exact = digits.size() <= 8 && value <= largest_json_number;
    out.kind = exact ? ShownField::Kind::number : ShownField::Kind::hex;
    out.number = exact ? value : 0;
    if (!exact) { out.text = "0x" + to_hex(digits); }
    return out;
}

std::optional<BytesView> FieldReader::string_at(std::size_t index) const {
    if (index >= items_.size() || tree_.nodes[items_[index]].kind != rlp::Node::Kind::string) { return std::nullopt; }
    return tree_.payload(tree_.nodes[items_[index]]);
}

void FieldReader::append(const std::vector<std::uint32_t>& more, std::size_t count) {
    items_.insert(items_.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(std::min(count, more.size())));
}

void FieldReader::fail(std::uint32_t node, const ErrorCode& code, std::string detail) {
    if (!ok()) { return; }
    const rlp::Node& bad = tree_.nodes[node];
    error_ = Error{&code, bad.offset, bad.end() - bad.offset, payload_path(tree_, node), std::move(detail)};
}

void FieldReader::fail_missing(std::string detail) {
    if (!ok()) { return; }
    error_ =
        Error{&wire::errors::missing_item, tree_.nodes[list_].end(), 0, payload_path(tree_, list_), std::move(detail)};
}

std::optional<std::uint32_t> FieldReader::take(std::string_view name) {
    if (!ok()) { return std::nullopt; }
    if (left() == 0) {
        fail_missing(std::string(name) + ": the list ends after " + plural(items_.size(), "item"));
        return std::nullopt;
    }
    const std::uint32_t node = items_[at_++];
    rename(node, name);
    return node;
}

BytesView FieldReader::payload(std::string_view name) {
    const auto node = take(name);
    if (!node) { return {}; }
    if (tree_.nodes[*node].kind != rlp::Node::Kind::string) {
        fail(*node, rlp::errors::expected_string, std::string(name) + ": a list stands here");
        return {};
    }
    return tree_.payload(tree_.nodes[*node]);
}

ShownField FieldReader::place(ShownField field) const {
    if (!ok()) { return field; }
    const rlp::Node& node = tree_.nodes[last()];
    field.offset = node.offset;
    field.length = node.end() - node.offset;
    return field;
}

ShownField FieldReader::number(std::string_view name, std::size_t width) {
    const BytesView digits = without_zeros(payload(name));
    if (ok() && digits.size() > width) {
        const rlp::Node& node = tree_.nodes[last()];
        error_ = Error{
            &rlp::errors::integer_too_large, node.payload_offset(), node.payload_size, payload_path(tree_, last()),
            std::string(name) + ": " + plural(digits.size(), "byte") + ", its type has " + std::to_string(width)};
    }
    return place(number_field(name, digits));
}

ShownField FieldReader::hex(std::string_view name, std::size_t limit, const ErrorCode& too_long) {
    const BytesView bytes = payload(name);
    if (ok() && bytes.size() > limit) {
        fail(last(), too_long, std::string(name) + ": " + plural(bytes.size(), "byte"));
        return {};
    }
    return place({.name = name, .kind = ShownField::Kind::hex, .text = "0x" + to_hex(bytes)});
}

ShownField FieldReader::hash(std::string_view name) {
    ShownField out = hex(name, Hash256::width, wire::errors::bad_hash);
    const std::size_t digits = 2 + 2 * Hash256::width;
    if (out.text.size() >= 2 && out.text.size() < digits) { out.text.insert(2, digits - out.text.size(), '0'); }
    return out;
}

ShownField FieldReader::text(std::string_view name) {
    const BytesView bytes = payload(name);
    return place({.name = name,
                  .kind = is_clean_text(bytes) ? ShownField::Kind::text : ShownField::Kind::hex,
                  .text = text_or_hex(bytes)});
}

ShownField FieldReader::member(wire::Member which) {
    const wire::MemberRow& row = wire::row_of(which);
    switch (row.kind) {
    case wire::MemberKind::number:
        return number(row.name, row.width);
    case wire::MemberKind::saturated:
        return number(row.name);
    case wire::MemberKind::text:
        return text(row.name);
    case wire::MemberKind::hash:
        return hash(row.name);
    case wire::MemberKind::node_id:
        return hex(row.name, row.width, wire::errors::bad_node_id);
    case wire::MemberKind::address:
    case wire::MemberKind::item:
    case wire::MemberKind::list:
    case wire::MemberKind::hashes:
    case wire::MemberKind::rest:
        break;
    }
    take(row.name);
    return place({.name = row.name});
}

std::vector<std::uint32_t> FieldReader::rest(std::string_view name) {
    if (!ok()) { return {}; }
    const bool nil = left() == 1 && peek().kind == rlp::Node::Kind::list && peek().after == items_[at_] + 1;
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; left() > 0; ++i) {
        const std::uint32_t node = items_[at_++];
        names_[node] = nil ? NodeName{"nil"} : NodeName{name, i};
        if (!nil) { out.push_back(node); }
    }
    return out;
}

} // namespace ethpoc::show
