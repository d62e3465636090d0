// The fields of a message, by its layout; what has no row has no fields but a count.
#include "show/field.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "show/field_reader.hpp"
#include "wire/hello.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::show {
namespace {

using Fields = std::vector<ShownField>;

struct At {
    const rlp::Tree& tree;
    const wire::Profile& profile;
    NodeNames& names;
    std::vector<std::uint32_t> rest; // nodes after the list
};

ShownField count_field(std::size_t count) {
    return {.name = "items", .kind = ShownField::Kind::number, .number = count};
}

ShownField text_field(std::string_view name, std::string text) {
    return {.name = name, .kind = ShownField::Kind::text, .text = std::move(text)};
}

/// "eth", or "eth/49" of a pair.
std::string capability_text(const At& at, std::uint32_t node) {
    const rlp::Tree& tree = at.tree;
    const auto text = [&](std::uint32_t part) { return text_or_hex(tree.payload(tree.nodes[part])); };
    const auto is_string = [&](std::uint32_t part) { return tree.nodes[part].kind == rlp::Node::Kind::string; };
    if (tree.nodes[node].kind != rlp::Node::Kind::list) { return text(node); }
    const auto parts = children_of(tree, node);
    if (parts.empty() || !is_string(parts[0])) { return "?"; }
    constexpr std::array<std::string_view, 2> names{"name", "version"};
    for (std::size_t i = 0; i < std::min(parts.size(), names.size()); ++i) {
        at.names[parts[i]] = {names[i]};
    }
    if (parts.size() < 2 || !is_string(parts[1])) { return text(parts[0]); }
    const ShownField version = number_field({}, tree.payload(tree.nodes[parts[1]]));
    return text(parts[0]) + '/' +
           (version.kind == ShownField::Kind::number ? std::to_string(version.number) : version.text);
}

Fields members(FieldReader& read, wire::Layout layout) {
    Fields out;
    for (const wire::Member member : layout) {
        if (!read.ok()) { break; }
        out.push_back(read.member(member));
    }
    return out;
}

ShownField capabilities(FieldReader& read, const At& at) {
    const std::string_view name = wire::row_of(wire::Member::capability_list).name;
    ShownField out{.name = name, .kind = ShownField::Kind::list};
    const auto list = read.take(name);
    if (!list) { return out; }
    const rlp::Node& node = at.tree.nodes[*list];
    if (node.kind != rlp::Node::Kind::list) {
        read.fail(*list, rlp::errors::expected_list, std::string(name) + ": a string stands here");
        return out;
    }
    out.offset = node.offset;
    out.length = node.end() - node.offset;
    for (const std::uint32_t item : children_of(at.tree, *list)) {
        at.names[item] = {"capability"};
        out.items.push_back(text_field({}, capability_text(at, item)));
    }
    return out;
}

Fields p2p_hello(FieldReader& read, const At& at) {
    Fields out;
    for (const wire::Member member : wire::layouts::hello_p2p) {
        if (!read.ok()) { break; }
        out.push_back(member == wire::Member::capability_list ? capabilities(read, at) : read.member(member));
    }
    return out;
}

/// What hello_order() looks at.
std::vector<wire::HelloItem> hello_items(const FieldReader& read) {
    std::vector<wire::HelloItem> out;
    for (std::size_t i = 1; i < read.size() && out.size() < wire::layouts::hello_with_genesis.size(); ++i) {
        const auto string = read.string_at(i);
        out.push_back({string});
    }
    return out;
}

/// Fields are told in the order of the row, whatever the order on the wire.
void sort_by_layout(Fields& fields, wire::Layout layout) {
    const auto place = [&](const ShownField& field) {
        return std::ranges::find(layout, field.name, [](wire::Member member) { return wire::row_of(member).name; });
    };
    std::ranges::sort(fields, {}, place);
}

Fields flat_hello(FieldReader& read, const At& at) {
    Fields out{read.member(wire::Member::version)};
    if (!read.ok()) { return out; }
    const wire::Profile* const row =
        out[0].number <= 0xffffffff ? wire::find_flat(static_cast<std::uint32_t>(out[0].number)) : nullptr;
    if (row != nullptr && row->hello == wire::HelloForm::key_outside && read.size() < wire::items_to_node_id) {
        read.append(at.rest, wire::items_to_node_id - read.size());
    }
    if (read.size() < wire::least_items(row)) {
        read.fail_missing("the list ends after " + plural(read.size(), "item") + ", a Hello of this version has " +
                          std::to_string(wire::least_items(row)));
        return out;
    }
    const wire::HelloOrder order = wire::hello_order(row, hello_items(read));
    for (ShownField& field : members(read, order.layout().subspan(1))) {
        out.push_back(std::move(field));
    }
    sort_by_layout(out, wire::layouts::hello_with_genesis);
    return out;
}

Fields hello(FieldReader& read, const At& at) {
    return at.profile.family == wire::Family::p2p ? p2p_hello(read, at) : flat_hello(read, at);
}

Fields disconnect(FieldReader& read, const At& at) {
    if (read.left() == 0 && at.profile.reason_outside) { read.append(at.rest, 1); }
    if (read.left() == 0) { return {{.name = "reason"}, {.name = "reason_text"}}; }
    Fields out = members(read, wire::layouts::disconnect);
    const std::string_view text =
        wire::reason_text(wire::reasons_of(at.profile.family), wire::Reason{static_cast<std::uint32_t>(out[0].number)});
    out.push_back(text.empty() ? ShownField{.name = "reason_text"} : text_field("reason_text", std::string(text)));
    return out;
}

std::string address_text(BytesView bytes) {
    std::string out;
    if (bytes.size() == 16) {
        for (std::size_t i = 0; i < bytes.size(); i += 2) {
            out += (i == 0 ? "" : ":") + to_hex(bytes.subspan(i, 2));
        }
        return out;
    }
    for (std::size_t i = 0; i < 4; ++i) { // C++ aligned a shorter one to the right
        const bool there = i + bytes.size() >= 4;
        out += (i == 0 ? "" : ".") + std::to_string(there ? bytes[i + bytes.size() - 4] : 0);
    }
    return out;
}

ShownField address(FieldReader& entry, const At& at) {
    const auto node = entry.take(wire::row_of(wire::Member::address).name);
    ShownField out{.name = wire::row_of(wire::Member::address).name, .kind = ShownField::Kind::text};
    if (!node) { return out; }
    const rlp::Node& item = at.tree.nodes[*node];
    out.offset = item.offset;
    out.length = item.end() - item.offset;
    if (item.kind != rlp::Node::Kind::list) {
        const BytesView bytes = at.tree.payload(item);
        if (bytes.size() > 4 && bytes.size() != 16) {
            entry.fail(*node, wire::errors::bad_address, plural(bytes.size(), "byte"));
        } else {
            out.text = address_text(bytes);
        }
        return out;
    }
    FieldReader octets = entry.inside(*node);
    if (octets.size() != 4) {
        entry.fail(*node, wire::errors::bad_address, "a list, but not of four octets");
        return out;
    }
    while (octets.left() > 0 && octets.ok()) {
        out.text += (out.text.empty() ? "" : ".") + std::to_string(octets.number("octet", 1).number);
    }
    return out;
}

Fields peers(FieldReader& read, const At& at) {
    ShownField entries{.name = "entries", .kind = ShownField::Kind::list};
    for (const std::uint32_t node : read.rest(wire::row_of(wire::Member::peers).name)) {
        const rlp::Node& item = at.tree.nodes[node];
        if (item.kind != rlp::Node::Kind::list) {
            read.fail(node, rlp::errors::expected_list, "a peer is a list");
            break;
        }
        FieldReader entry = read.inside(node);
        ShownField peer{.kind = ShownField::Kind::record, .offset = item.offset, .length = item.end() - item.offset};
        for (const wire::Member member : wire::layouts::peer) {
            const bool there = member != wire::Member::node_id || !entry.ok() || entry.left() > 0;
            peer.items.push_back(
                member == wire::Member::address ? address(entry, at)
                : there                         ? entry.member(member)
                        : ShownField{.name = wire::row_of(member).name, .kind = ShownField::Kind::hex, .text = "0x"});
        }
        if (!read.ok()) { break; }
        entries.items.push_back(std::move(peer));
    }
    return {std::move(entries)};
}

/// py-v8 puts all transactions into one list more.
Fields all_transactions(FieldReader& read, const At& at) {
    auto nodes = read.rest(wire::row_of(wire::Member::transactions).name);
    const auto is_list = [&](std::uint32_t node) { return at.tree.nodes[node].kind == rlp::Node::Kind::list; };
    if (nodes.size() == 1 && is_list(nodes[0])) {
        auto inner = children_of(at.tree, nodes[0]);
        if (!inner.empty() && is_list(inner[0])) {
            read.rename(nodes[0], "transactions");
            nodes = std::move(inner);
        }
    }
    for (const std::uint32_t node : nodes) {
        name_transaction(at.tree, at.profile, node, at.names);
    }
    return {count_field(nodes.size())};
}

Fields blocks(FieldReader& read, const At& at) {
    const auto nodes = read.rest(wire::row_of(wire::Member::blocks).name);
    for (const std::uint32_t node : nodes) {
        name_block(at.tree, at.profile, node, at.names);
    }
    return {count_field(nodes.size())};
}

/// Hashes, as many as the `after` members that follow them leave.
ShownField hash_list(FieldReader& read, std::size_t after) {
    ShownField out{.name = wire::row_of(wire::Member::hashes).name, .kind = ShownField::Kind::list};
    while (read.ok() && read.left() > after) {
        ShownField one = read.hash("hash");
        one.name = {};
        out.items.push_back(std::move(one));
    }
    return out;
}

/// [20] alone is a GetChain without hashes and count.
Fields get_chain(FieldReader& read, const At& /*at*/) {
    const std::string_view count = wire::row_of(wire::Member::count).name;
    if (read.left() == 0) {
        return {{.name = wire::row_of(wire::Member::hashes).name, .kind = ShownField::Kind::list},
                {.name = count, .kind = ShownField::Kind::number}};
    }
    ShownField list = hash_list(read, wire::layouts::get_chain.size() - 1);
    return {std::move(list), read.member(wire::Member::count)};
}

Fields get_block_hashes(FieldReader& read, const At& at) {
    const bool first = wire::limit_first(at.profile, read.left() > 0 ? read.peek().payload_size : 0);
    Fields out = members(read, first ? wire::Layout{wire::layouts::get_block_hashes_limit_first}
                                     : wire::Layout{wire::layouts::get_block_hashes});
    sort_by_layout(out, wire::layouts::get_block_hashes);
    return out;
}

Fields new_block(FieldReader& read, const At& at) {
    const auto block = read.take(wire::row_of(wire::Member::block).name);
    if (!block) { return {}; }
    name_block(at.tree, at.profile, *block, at.names);
    if (read.left() == 0) { return {}; }
    return {read.member(wire::Member::total_difficulty)};
}

Fields unknown(FieldReader& read, const At& /*at*/) {
    return {count_field(read.left())};
}

/// The members of its layout, one after the other.
Fields plain(FieldReader& read, wire::Layout layout) {
    Fields out;
    for (std::size_t i = 0; i < layout.size() && read.ok(); ++i) {
        const wire::MemberRow& row = wire::row_of(layout[i]);
        if (row.kind == wire::MemberKind::hashes) {
            out.push_back(hash_list(read, layout.size() - 1 - i));
        } else if (row.kind == wire::MemberKind::rest) {
            out.push_back(count_field(read.rest(row.name).size()));
        } else {
            out.push_back(read.member(layout[i]));
        }
    }
    return out;
}

/// A reader of its own for each message in which clients differ, or whose parts have names.
Fields fields_of(wire::MessageType type, FieldReader& read, const At& at) {
    switch (type) {
    case wire::MessageType::Hello:
        return hello(read, at);
    case wire::MessageType::Disconnect:
        return disconnect(read, at);
    case wire::MessageType::Peers:
        return peers(read, at);
    case wire::MessageType::Transactions:
        return all_transactions(read, at);
    case wire::MessageType::Blocks:
        return blocks(read, at);
    case wire::MessageType::GetChain:
        return get_chain(read, at);
    case wire::MessageType::GetBlockHashes:
        return get_block_hashes(read, at);
    case wire::MessageType::NewBlock:
        return new_block(read, at);
    case wire::MessageType::Unknown:
        return unknown(read, at);
    default:
        return plain(read, wire::layout_of(type));
    }
}

void read_message(const rlp::Tree& tree, const wire::Profile& profile, const wire::IdOffsets& offsets, NodeNames& names,
                  MessageFields& out) {
    FieldReader read{tree, 0, children_of(tree, 0), 0, names, out.error};
    const rlp::Node& list = tree.nodes.front();
    if (list.kind != rlp::Node::Kind::list) {
        return read.fail(0, wire::errors::not_a_list, "the payload is a string");
    }
    if (read.size() == 0) {
        out.error = Error{&wire::errors::no_id, list.offset, list.end() - list.offset, "payload", "the list is empty"};
        return;
    }
    out.id = message_id(tree);
    if (!out.id) { return read.fail(1, wire::errors::bad_id, "the id is a scalar of at most 53 bits"); }
    names[1] = {"id"};
    out.type = wire::type_of_id(profile, *out.id, offsets);
    FieldReader arguments{tree, 0, children_of(tree, 0), 1, names, out.error};
    out.fields = fields_of(*out.type, arguments, {tree, profile, names, rest_of(tree)});
}

} // namespace

std::optional<std::uint64_t> message_id(const rlp::Tree& tree) {
    if (tree.nodes.size() < 2 || tree.nodes[0].kind != rlp::Node::Kind::list || tree.nodes[1].parent != 0) {
        return std::nullopt;
    }
    const rlp::Node& id = tree.nodes[1];
    const bool cut =
        id.code != nullptr && (*id.code == rlp::errors::truncated || *id.code == rlp::errors::truncated_header);
    if (id.kind != rlp::Node::Kind::string || cut) { return std::nullopt; }
    const ShownField field = number_field({}, tree.payload(id));
    return field.kind == ShownField::Kind::number ? std::optional(field.number) : std::nullopt;
}

MessageFields read_fields(const rlp::Tree& tree, const wire::Profile& profile, const wire::IdOffsets& offsets,
                          NodeNames& names) {
    names.assign(tree.nodes.size(), {});
    MessageFields out;
    if (!tree.nodes.empty()) { read_message(tree, profile, offsets, names, out); }
    if (out.error) { out.fields.clear(); }
    return out;
}

} // namespace ethpoc::show
