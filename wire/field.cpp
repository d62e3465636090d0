// One reader for each message with arguments; what is not in the table has no fields but a count.
#include "wire/field.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "wire/field_reader.hpp"

namespace ethpoc::wire {
namespace {

using Fields = std::vector<Field>;

struct At {
    const rlp::Tree& tree;
    const Profile& profile;
    NodeNames& names;
    std::vector<std::uint32_t> rest; // nodes behind the list
};

constexpr std::uint64_t widest_bits = 0xff; // capabilities have three bits
constexpr std::size_t flat_items = 7;       // of a Hello, up to the node id
constexpr std::size_t least_without_row = 4;

Field count_field(std::size_t count) {
    return {.name = "items", .kind = Field::Kind::number, .number = count};
}

Field text_field(std::string_view name, std::string text) {
    return {.name = name, .kind = Field::Kind::text, .text = std::move(text)};
}

/// "eth", or "eth/49" of a pair.
std::string capability_text(const At& at, std::uint32_t node) {
    const rlp::Tree& tree = at.tree;
    const auto text = [&](std::uint32_t part) { return std::string(as_text(tree.payload(tree.nodes[part]))); };
    const auto is_string = [&](std::uint32_t part) { return tree.nodes[part].kind == rlp::Node::Kind::string; };
    if (tree.nodes[node].kind != rlp::Node::Kind::list) { return text(node); }
    const auto parts = children_of(tree, node);
    if (parts.empty() || !is_string(parts[0])) { return "?"; }
    constexpr std::array<std::string_view, 2> names{"name", "version"};
    for (std::size_t i = 0; i < std::min(parts.size(), names.size()); ++i) {
        at.names[parts[i]] = {names[i]};
    }
    if (parts.size() < 2 || !is_string(parts[1])) { return text(parts[0]); }
    const Field version = number_field({}, tree.payload(tree.nodes[parts[1]]));
    return text(parts[0]) + '/' + (version.kind == Field::Kind::number ? std::to_string(version.number) : version.text);
}

Fields p2p_hello(FieldReader& read, const At& at) {
    Fields out{read.number("version", 4), read.text("client_id")};
    const auto list = read.take("capabilities");
    if (!list) { return out; }
    const rlp::Node& node = at.tree.nodes[*list];
    if (node.kind != rlp::Node::Kind::list) {
        read.fail(*list, rlp::errors::expected_list, "capabilities: a string stands here");
        return out;
    }
    Field caps{
        .name = "capabilities", .kind = Field::Kind::list, .offset = node.offset, .length = node.end() - node.offset};
    for (const std::uint32_t item : children_of(at.tree, *list)) {
        at.names[item] = {"capability"};
        caps.items.push_back(text_field({}, capability_text(at, item)));
    }
    out.push_back(std::move(caps));
    out.push_back(read.number("listen_port", 4));
    out.push_back(read.node_id("node_id"));
    return out;
}

/// Capabilities and port in the order in which they come: Python put the port first until August 2014.
void caps_and_port(FieldReader& read, Fields& out) {
    Field first = read.number("capabilities", 8);
    if (!read.ok()) { return; }
    const std::uint32_t first_node = read.last();
    const auto value = [](const Field& field) {
        return field.kind == Field::Kind::number ? field.number : ~std::uint64_t{0};
    };
    if (read.left() == 0) { // [.., port] for some hours of protocol 0, then [.., caps] of who does not listen
        if (value(first) > capability::full) {
            first.name = "listen_port";
            read.rename(first_node, first.name);
        }
        out.push_back(std::move(first));
        return;
    }
    Field second = read.number("listen_port", 8);
    if (!read.ok()) { return; }
    const bool second_is_caps = value(second) <= capability::full;
    const bool swapped = value(first) > widest_bits || (value(first) > capability::full && second_is_caps) ||
                         (value(first) == 0 && value(second) != 0 && second_is_caps);
    if (swapped) {
        std::swap(first.name, second.name);
        read.rename(first_node, first.name);
        read.rename(read.last(), second.name);
        std::swap(first, second);
    }
    out.push_back(std::move(first));
    out.push_back(std::move(second));
}

/// Python protocols 28 to 30 send the hash before the total difficulty.
void head_of(FieldReader& read, Fields& out) {
    const std::size_t at = flat_items;
    const bool swapped = read.size_at(at) == Hash256::width && read.size_at(at + 1) < Hash256::width;
    if (swapped) { out.push_back(read.hash("best_hash")); }
    out.push_back(read.number("total_difficulty", 32));
    if (!swapped) { out.push_back(read.hash("best_hash")); }
    if (read.ok() && read.left() > 0) { out.push_back(read.hash("genesis_hash")); }
}

Fields flat_hello(FieldReader& read, const At& at) {
    Fields out{read.number("version", 4)};
    if (!read.ok()) { return out; }
    const Profile* const row =
        out[0].number <= 0xffffffff ? find_flat(static_cast<std::uint32_t>(out[0].number)) : nullptr;
    if (row != nullptr && row->hello == HelloForm::key_outside && read.size() < flat_items) {
        read.append(at.rest, flat_items - read.size());
    }
    const std::size_t least = row != nullptr ? row->hello_items : least_without_row;
    if (read.size() < least) {
        read.fail_missing("the list ends after " + std::to_string(read.size()) +
                          " items, a Hello of this version has " + std::to_string(least));
        return out;
    }
    out.push_back(read.number("network_id", 32));
    out.push_back(read.text("client_id"));
    if (!read.ok()) { return out; }
    const bool key_first = read.size_at(read.index()) > 8; // a port has 8 bytes at most
    if (key_first) { out.push_back(read.node_id("node_id")); }
    if (read.ok() && read.left() > 0) { caps_and_port(read, out); }
    if (read.ok() && !key_first && read.left() > 0) { out.push_back(read.node_id("node_id")); }
    if (read.ok() && least > flat_items) { head_of(read, out); }
    return out;
}

Fields hello(FieldReader& read, const At& at) {
    return at.profile.family == Family::p2p ? p2p_hello(read, at) : flat_hello(read, at);
}

Fields disconnect(FieldReader& read, const At& at) {
    if (read.left() == 0 && at.profile.reason_outside) { read.append(at.rest, 1); }
    if (read.left() == 0) { return {{.name = "reason"}, {.name = "reason_text"}}; }
    Fields out{read.number("reason", 4)};
    const ReasonSet set = at.profile.family == Family::flat ? ReasonSet::flat : ReasonSet::p2p;
    const std::string_view text = reason_text(set, static_cast<std::uint32_t>(out[0].number));
    out.push_back(text.empty() ? Field{.name = "reason_text"} : text_field("reason_text", std::string(text)));
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

Field address(FieldReader& entry, const At& at) {
    const auto node = entry.take("address");
    Field out{.name = "address", .kind = Field::Kind::text};
    if (!node) { return out; }
    const rlp::Node& item = at.tree.nodes[*node];
    out.offset = item.offset;
    out.length = item.end() - item.offset;
    if (item.kind != rlp::Node::Kind::list) {
        const BytesView bytes = at.tree.payload(item);
        if (bytes.size() > 4 && bytes.size() != 16) {
            entry.fail(*node, errors::bad_address, plural(bytes.size(), "byte"));
        } else {
            out.text = address_text(bytes);
        }
        return out;
    }
    FieldReader octets = entry.inside(*node);
    if (octets.size() != 4) {
        entry.fail(*node, errors::bad_address, "a list, but not of four octets");
        return out;
    }
    while (octets.left() > 0 && octets.ok()) {
        out.text += (out.text.empty() ? "" : ".") + std::to_string(octets.number("octet", 1).number);
    }
    return out;
}

Fields peers(FieldReader& read, const At& at) {
    Field entries{.name = "entries", .kind = Field::Kind::list};
    for (const std::uint32_t node : read.rest("peer")) {
        const rlp::Node& item = at.tree.nodes[node];
        if (item.kind != rlp::Node::Kind::list) {
            read.fail(node, rlp::errors::expected_list, "a peer is a list");
            break;
        }
        FieldReader entry = read.inside(node);
        Field peer{.kind = Field::Kind::record, .offset = item.offset, .length = item.end() - item.offset};
        peer.items.push_back(address(entry, at));
        peer.items.push_back(entry.number("port", 2));
        const bool named = entry.ok() && entry.left() > 0;
        peer.items.push_back(named ? entry.node_id("node_id")
                                   : Field{.name = "node_id", .kind = Field::Kind::hex, .text = "0x"});
        if (!read.ok()) { break; }
        entries.items.push_back(std::move(peer));
    }
    return {std::move(entries)};
}

/// py-v8 puts all transactions into one list more.
Fields transactions(FieldReader& read, const At& at) {
    auto nodes = read.rest("transaction");
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
    const auto nodes = read.rest("block");
    for (const std::uint32_t node : nodes) {
        name_block(at.tree, at.profile, node, at.names);
    }
    return {count_field(nodes.size())};
}

Field hash_list(FieldReader& read, std::size_t count) {
    Field out{.name = "hashes", .kind = Field::Kind::list};
    for (std::size_t i = 0; i < count && read.ok(); ++i) {
        Field one = read.hash("hash");
        one.name = {};
        out.items.push_back(std::move(one));
    }
    return out;
}

Fields get_chain(FieldReader& read, const At& /*at*/) {
    if (read.left() == 0) {
        return {{.name = "hashes", .kind = Field::Kind::list}, {.name = "count", .kind = Field::Kind::number}};
    }
    Field list = hash_list(read, read.left() - 1);
    return {std::move(list), read.number("count")};
}

Fields not_in_chain(FieldReader& read, const At& /*at*/) {
    return {read.hash("hash")};
}

Fields get_block_hashes(FieldReader& read, const At& at) {
    const bool hash_first = at.profile.sync != SyncStyle::hashes_limit_first ||
                            (read.left() > 0 && read.peek().payload_size == Hash256::width);
    Field first = hash_first ? read.hash("hash") : read.number("limit");
    Field second = hash_first ? read.number("limit") : read.hash("hash");
    return {std::move(first), std::move(second)};
}

Fields hashes(FieldReader& read, const At& /*at*/) {
    return {hash_list(read, read.left())};
}

Fields status(FieldReader& read, const At& /*at*/) {
    Fields out;
    out.push_back(read.number("version", 4));
    out.push_back(read.number("network_id", 32));
    out.push_back(read.number("total_difficulty", 32));
    out.push_back(read.hash("best_hash"));
    out.push_back(read.hash("genesis_hash"));
    return out;
}

Fields new_block(FieldReader& read, const At& at) {
    const auto block = read.take("block");
    if (!block) { return {}; }
    name_block(at.tree, at.profile, *block, at.names);
    if (read.left() == 0) { return {}; }
    return {read.number("total_difficulty", 32)};
}

Fields shh_status(FieldReader& read, const At& /*at*/) {
    return {read.number("version", 4)};
}

Fields shh_messages(FieldReader& read, const At& /*at*/) {
    return {count_field(read.rest("envelope").size())};
}

Fields no_arguments(FieldReader& /*read*/, const At& /*at*/) {
    return {};
}

Fields unknown(FieldReader& read, const At& /*at*/) {
    return {count_field(read.left())};
}

using ReadFields = Fields (*)(FieldReader&, const At&);

ReadFields reader_of(MessageType type) noexcept {
    switch (type) {
    case MessageType::Hello:
        return hello;
    case MessageType::Disconnect:
        return disconnect;
    case MessageType::Ping:
    case MessageType::Pong:
    case MessageType::GetPeers:
    case MessageType::GetTransactions:
        return no_arguments;
    case MessageType::Peers:
        return peers;
    case MessageType::Transactions:
        return transactions;
    case MessageType::Blocks:
        return blocks;
    case MessageType::GetChain:
        return get_chain;
    case MessageType::NotInChain:
        return not_in_chain;
    case MessageType::GetBlockHashes:
        return get_block_hashes;
    case MessageType::BlockHashes:
    case MessageType::GetBlocks:
        return hashes;
    case MessageType::Status:
        return status;
    case MessageType::NewBlock:
        return new_block;
    case MessageType::ShhStatus:
        return shh_status;
    case MessageType::ShhMessages:
        return shh_messages;
    case MessageType::Unknown:
        break;
    }
    return unknown;
}

void read_message(const rlp::Tree& tree, const Profile& profile, const IdOffsets& offsets, NodeNames& names,
                  MessageFields& out) {
    FieldReader read{tree, 0, children_of(tree, 0), 0, names, out.error};
    const rlp::Node& list = tree.nodes.front();
    if (list.kind != rlp::Node::Kind::list) { return read.fail(0, errors::not_a_list, "the payload is a string"); }
    if (read.size() == 0) {
        out.error = Error{&errors::no_id, list.offset, list.end() - list.offset, "payload", "the list is empty"};
        return;
    }
    out.id = message_id(tree);
    if (!out.id) { return read.fail(1, errors::bad_id, "the id is a scalar of at most 53 bits"); }
    names[1] = {"id"};
    out.type = type_of_id(profile, *out.id, offsets);
    FieldReader arguments{tree, 0, children_of(tree, 0), 1, names, out.error};
    out.fields = reader_of(*out.type)(arguments, {tree, profile, names, rest_of(tree)});
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
    const Field field = number_field({}, tree.payload(id));
    return field.kind == Field::Kind::number ? std::optional(field.number) : std::nullopt;
}

MessageFields read_fields(const rlp::Tree& tree, const Profile& profile, const IdOffsets& offsets, NodeNames& names) {
    names.assign(tree.nodes.size(), {});
    MessageFields out;
    if (!tree.nodes.empty()) { read_message(tree, profile, offsets, names, out); }
    if (out.error) { out.fields.clear(); }
    return out;
}

} // namespace ethpoc::wire
