#include "show/message_text.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "show/assumed.hpp"
#include "show/field_reader.hpp"
#include "show/message_form.hpp"
#include "show/text.hpp"
#include "wire/frame.hpp"
#include "wire/hello.hpp"
#include "wire/item_counted.hpp"

namespace ethpoc::show {
namespace {

constexpr std::size_t widest = 100;
constexpr std::size_t field_indent = 2;

using Items = std::vector<std::uint32_t>; // tape indices, without the id

/// The payload in today's RLP. Nothing: it is not in the dialect of its version.
std::optional<BytesView> modern_payload(BytesView payload, const wire::Profile& profile, Bytes& scratch) {
    if (profile.dialect == rlp::Dialect::modern) { return payload; }
    if (!wire::looks_item_counted(payload)) { return std::nullopt; }
    const auto translated = wire::from_item_counted(payload, scratch);
    return translated ? std::optional(*translated) : std::nullopt;
}

BytesView string_of(const rlp::Tree& tree, std::uint32_t node) {
    const rlp::Node& item = tree.nodes[node];
    return item.kind == rlp::Node::Kind::string ? tree.payload(item) : BytesView{};
}

/// The row whose form the message has.
const wire::Profile* row_of_message(const rlp::Tree& tree, const Items& items, const wire::Profile* profile,
                                    wire::MessageType type) {
    if (type != wire::MessageType::Hello || items.empty()) { return profile; }
    const ShownField version = number_field({}, string_of(tree, items[0]));
    return version.kind == ShownField::Kind::number ? hello_row(profile, version.number) : profile;
}

/// False where clients are known to differ from the order of the form, and this message does.
bool in_order(const rlp::Tree& tree, const Items& items, const wire::Profile& row, wire::MessageType type) {
    const wire::Layout layout = form_of(row, type);
    if (type == wire::MessageType::GetBlockHashes && !items.empty()) {
        const bool first = wire::limit_first(row, string_of(tree, items[0]).size());
        return first == (layout.front() == wire::Member::limit);
    }
    if (type != wire::MessageType::Hello || row.family == wire::Family::p2p) { return true; }
    std::vector<wire::HelloItem> known;
    for (const std::uint32_t item : items) {
        if (known.size() == wire::layouts::hello_with_genesis.size()) { break; }
        const bool is_string = tree.nodes[item].kind == rlp::Node::Kind::string;
        known.push_back(is_string ? wire::HelloItem{string_of(tree, item)} : wire::HelloItem{});
    }
    const wire::HelloOrder order = wire::hello_order(&row, known);
    const std::size_t common = std::min({order.count, layout.size(), items.size()});
    return std::ranges::equal(order.layout().first(common), layout.first(common));
}

bool one_line(std::string_view text) {
    return text.find('\n') == text.size() - 1 && text.find('#') == std::string_view::npos;
}

/// Short names are strings all the same, and hashes that happen to be small no numbers. Empty: as any other item.
std::string text_by_kind(const rlp::Tree& tree, std::uint32_t node, wire::MemberKind kind) {
    const BytesView bytes = string_of(tree, node);
    if (bytes.empty() || tree.nodes[node].code != nullptr) { return {}; }
    const bool plain =
        std::ranges::all_of(bytes, [](std::uint8_t b) { return b >= ' ' && b <= '~' && b != '"' && b != '\\'; });
    if (kind == wire::MemberKind::text && plain) { return '"' + std::string(as_text(bytes)) + '"'; }
    const bool fixed = kind == wire::MemberKind::hash || kind == wire::MemberKind::node_id;
    return fixed ? '`' + to_hex(bytes) + '`' : std::string();
}

class MessageWriter {
  public:
    MessageWriter(const rlp::Tree& tree, const Items& items) : tree_(tree), items_(items) {}

    void say_id(std::uint64_t id) { parts_.push_back("  id:" + std::to_string(id) + '\n'); }

    void fields(wire::Layout layout) {
        const auto spread = static_cast<std::size_t>(std::ranges::count_if(layout, spreads));
        const std::size_t alone = layout.size() - spread;
        const std::size_t in_list = spread != 0 && items_.size() > alone ? items_.size() - alone : 0;
        for (const wire::Member member : layout) {
            spreads(member) ? list(field_label(member), in_list) : field(member);
        }
        for (; at_ < items_.size(); ++at_) {
            parts_.push_back(nodes(items_[at_], items_[at_] + 1, field_indent, {}));
        }
    }

    std::string finish(std::string_view name) const {
        std::string flat(name);
        for (const std::string& part : parts_) {
            flat += (&part == &parts_.front() ? '{' : ' ') + part.substr(field_indent, part.size() - field_indent - 1);
        }
        if (!parts_.empty()) { flat += '}'; }
        if (flat.size() <= widest && std::ranges::all_of(parts_, one_line)) { return flat + '\n'; }
        std::string out(name);
        out += " {\n";
        for (const std::string& part : parts_) {
            out += part;
        }
        return out + "}\n";
    }

  private:
    /// Whole lines for the items of the tape in [first, last).
    std::string nodes(std::uint32_t first, std::uint32_t last, std::size_t indent, std::string_view label) const {
        std::string out;
        const TextOptions options{.indent = indent, .in_message = true, .label = label};
        last = tree_.nodes[last - 1].after; // `last - 1` is an item of the message
        write_nodes(
            tree_, first, last, [&out](std::string_view piece) { out += piece; }, options);
        return out;
    }

    void field(wire::Member member) {
        const std::string label = std::string(field_label(member)) + ':';
        if (at_ == items_.size()) { return parts_.push_back("  " + label + "none\n"); }
        const std::uint32_t item = items_[at_++];
        if (const std::string text = text_by_kind(tree_, item, wire::row_of(member).kind); !text.empty()) {
            return parts_.push_back("  " + label + text + '\n');
        }
        parts_.push_back(nodes(item, item + 1, field_indent, label));
    }

    void list(std::string_view name, std::size_t count) {
        const std::string label = "  " + std::string(name) + ":[";
        if (count == 0) { return parts_.push_back(label + "]\n"); }
        std::string lines = nodes(items_[at_], items_[at_ + count - 1] + 1, 2 * field_indent, {});
        at_ += count;
        std::string flat = label;
        for (std::size_t from = 0; from < lines.size() && flat.size() < widest;) {
            const std::size_t end = lines.find('\n', from);
            flat += (from == 0 ? "" : " ") + lines.substr(from + 2 * field_indent, end - from - 2 * field_indent);
            from = end + 1;
        }
        const bool single = flat.size() < widest && flat.find('#') == std::string::npos &&
                            std::ranges::count(lines, '\n') == static_cast<std::ptrdiff_t>(count);
        parts_.push_back(single ? flat + "]\n" : label + '\n' + lines + "  ]\n");
    }

    const rlp::Tree& tree_;
    const Items& items_;
    std::size_t at_ = 0;
    std::vector<std::string> parts_{}; // whole lines, indented
};

std::optional<std::string> spelled(const rlp::Tree& tree, const Speech& speech) {
    const auto id = message_id(tree);
    if (!id || tree.nodes.front().after != tree.nodes.size()) { return std::nullopt; }
    const wire::MessageType type = wire::type_of_id(*speech.profile, *id, speech.offsets);
    if (type == wire::MessageType::Unknown) { return std::nullopt; }
    Items items = children_of(tree, 0);
    items.erase(items.begin());
    const wire::Profile& row = *row_of_message(tree, items, speech.profile, type);
    if (!in_order(tree, items, row, type)) { return std::nullopt; }
    MessageWriter out(tree, items);
    if (wire::id_of(*speech.profile, type, usual_offsets(*speech.profile)) != *id) { out.say_id(*id); }
    out.fields(form_of(row, type));
    return out.finish(wire::name_of(type));
}

} // namespace

std::optional<std::string> message_text(BytesView frame, const Speech& speech) {
    Bytes scratch;
    const auto payload = modern_payload(frame.subspan(wire::frame_header_size), *speech.profile, scratch);
    if (!payload) { return std::nullopt; }
    const rlp::Limits limits{.max_bytes = std::numeric_limits<std::size_t>::max()};
    auto text = spelled(rlp::read_tree(*payload, {.limits = limits, .nested = true}), speech);
    if (!text) { return std::nullopt; }
    const auto back = from_text(*text, {.profile = speech.profile});
    if (!back || !std::ranges::equal(*back, frame)) { return std::nullopt; }
    return text;
}

} // namespace ethpoc::show
