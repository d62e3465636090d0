#include "show/dissect.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "rlp/legacy.hpp"
#include "show/assumed.hpp"
#include "show/explain.hpp"
#include "show/field_reader.hpp"
#include "wire/capabilities.hpp"
#include "wire/frame.hpp"
#include "wire/item_counted.hpp"
#include "wire/tolerated.hpp"

namespace ethpoc::show {
namespace {

constexpr rlp::Limits no_byte_limit{.max_bytes = std::numeric_limits<std::size_t>::max()};
constexpr wire::IdOffsets first_guess_p2p{.eth = 0x10, .shh = 0x18};

std::optional<std::uint32_t> small_number(const rlp::Tree& tree, const std::vector<std::uint32_t>& items,
                                          std::size_t index) {
    if (index >= items.size()) { return std::nullopt; }
    const rlp::Node& node = tree.nodes[items[index]];
    if (node.kind != rlp::Node::Kind::string || node.payload_size > 4) { return std::nullopt; }
    return static_cast<std::uint32_t>(number_field({}, tree.payload(node)).number);
}

std::vector<wire::Capability> listed_capabilities(const rlp::Tree& tree, std::uint32_t list) {
    std::vector<wire::Capability> out;
    for (const std::uint32_t node : children_of(tree, list)) {
        if (out.size() == wire::most_capabilities) { break; }
        const bool pair = tree.nodes[node].kind == rlp::Node::Kind::list;
        const std::vector<std::uint32_t> parts = pair ? children_of(tree, node) : std::vector{node};
        wire::Capability one;
        if (!parts.empty() && tree.nodes[parts[0]].kind == rlp::Node::Kind::string) {
            one.name = as_text(tree.payload(tree.nodes[parts[0]]));
        }
        one.version = small_number(tree, parts, 1);
        out.push_back(one);
    }
    return out;
}

std::optional<Speech> greet(const rlp::Tree& tree) {
    const auto items = children_of(tree, 0);
    const auto version = small_number(tree, items, 1);
    if (!version || items.size() < 4) { return std::nullopt; }
    if (tree.nodes[items[3]].kind != rlp::Node::Kind::list) {
        return Speech{&wire::nearest_profile(wire::Family::flat, *version)};
    }
    const auto found = wire::negotiate(*version, listed_capabilities(tree, items[3]), {});
    return Speech{found.reading, found.offsets};
}

/// An id that only p2p has, or one that means something else there: GetPeers, Peers, Status.
bool looks_like_p2p(const rlp::Tree& tree) {
    constexpr std::size_t status_items = 6;
    const auto id = message_id(tree);
    return id == 4 || id == 5 || (id == 16 && children_of(tree, 0).size() == status_items);
}

Speech guess(BytesView stream) {
    bool p2p = false;
    PieceReader pieces(stream);
    while (const auto piece = pieces.next()) {
        const rlp::Tree tree = plain_tree(stream, *piece, no_byte_limit);
        if (message_id(tree) == 0) {
            if (const auto found = greet(tree)) { return *found; }
        }
        p2p = p2p || looks_like_p2p(tree);
    }
    return assumed_speech(p2p);
}

std::string hint_of(const Dissection& of) {
    if (!of.error) { return {}; }
    const bool in_tree = of.error->code->word.starts_with("rlp.") && !of.message.error;
    return in_tree ? hint_for(of.tree, *of.error) : std::string(of.error->code->hint);
}

/// The payload, once the frame itself is good.
void judge(const Speech& speech, Dissection& out) {
    const rlp::Tree& tree = out.tree;
    out.message = read_fields(tree, *speech.profile, speech.offsets, out.names);
    const std::uint32_t after = tree.nodes.front().after;
    for (std::uint32_t i = 0; i < after && !out.error; ++i) {
        if (tree.nodes[i].code == nullptr) { continue; }
        out.error = tree.error(i);
        out.error->path = payload_path(tree, i);
    }
    const BytesView payload = tree.bytes.subspan(tree.begin, tree.end - tree.begin);
    const auto type = out.message.type.value_or(wire::MessageType::Unknown);
    if (!out.error && after < tree.nodes.size() && !wire::rest_is_meant(*speech.profile, payload, type)) {
        out.error = wire::bytes_after_list(payload.size(), tree.end - tree.nodes[after].offset).moved(tree.begin);
    }
    if (out.error) {
        out.message.error.reset();
        out.message.fields.clear();
    } else {
        out.error = out.message.error;
    }
}

rlp::TreeOptions tree_options(BytesView stream, const Piece& piece, const rlp::Limits& limits) {
    return {.limits = limits,
            .begin = std::min(piece.payload_begin(), stream.size()),
            .end = piece.payload_size ? piece.end() : std::min(piece.payload_begin(), stream.size()),
            .nested = piece.whole()};
}

rlp::Tree gap_tree(BytesView stream, const Piece& piece) {
    rlp::Tree tree;
    tree.bytes = stream;
    tree.begin = piece.offset;
    tree.end = piece.end();
    rlp::Node node;
    node.offset = piece.offset;
    node.payload_size = node.claimed = piece.size;
    node.kind = rlp::Node::Kind::raw;
    node.after = 1;
    tree.nodes.push_back(node);
    return tree;
}

Dissection dissect(BytesView stream, const Piece& piece, const Speech& speech, const rlp::Limits& limits) {
    Dissection out;
    out.piece = piece;
    out.error = piece.error;
    if (piece.is_gap) {
        out.tree = gap_tree(stream, piece);
    } else {
        rlp::TreeOptions options = tree_options(stream, piece, limits);
        options.nested = options.nested || speech.counted;
        out.tree = speech.counted ? rlp::legacy::read_tree(stream, options) : rlp::read_tree(stream, options);
    }
    out.names.assign(out.tree.nodes.size(), {});
    if (!out.error && !out.tree.nodes.empty()) { judge(speech, out); }
    out.hint = hint_of(out);
    if (out.error && piece.whole()) {
        out.note = old_dialect_note(stream.subspan(piece.payload_begin(), *piece.payload_size));
    }
    return out;
}

} // namespace

wire::IdOffsets usual_offsets(const wire::Profile& profile) noexcept {
    const bool fixed = profile.family == wire::Family::flat || profile.version == 0;
    return fixed ? wire::IdOffsets{} : first_guess_p2p;
}

Speech assumed_speech(bool p2p) {
    const wire::Profile* const row = wire::find_profile(p2p ? "p2p2/eth49" : "23");
    return {row, usual_offsets(*row), true};
}

rlp::Tree plain_tree(BytesView stream, const Piece& piece, const rlp::Limits& limits) {
    return rlp::read_tree(stream, tree_options(stream, piece, limits));
}

Speech speech_of(BytesView stream, const wire::Profile* chosen) {
    if (chosen == nullptr) { return guess(stream); }
    const Speech found = guess(stream);
    return {chosen, found.profile->family == chosen->family ? found.offsets : wire::IdOffsets{}, false,
            chosen->dialect == rlp::Dialect::item_counted};
}

Speech speech_of(const wire::Said& said) {
    if (said.profile == nullptr) {
        return assumed_speech(looks_like_p2p(rlp::read_tree(said.payload, {.limits = no_byte_limit, .nested = true})));
    }
    const bool counted = said.profile->dialect == rlp::Dialect::item_counted && wire::looks_item_counted(said.payload);
    return {said.profile, said.offsets, false, counted};
}

bool is_message(BytesView payload, const Speech& speech) {
    Bytes scratch;
    if (wire::looks_like_hello(payload)) { return wire::decode_greeting(payload, scratch).has_value(); }
    return wire::decode(*speech.profile, payload, scratch, speech.offsets, wire::OddEntries::skip).has_value();
}

StreamReader::StreamReader(BytesView stream, const Speech& speech, const rlp::Limits& limits) :
    stream_(stream), speech_(speech), limits_(limits), pieces_(stream) {}

StreamReader::StreamReader(BytesView stream, const Speech& speech) : StreamReader(stream, speech, no_byte_limit) {}

std::optional<Dissection> StreamReader::next() {
    auto piece = pieces_.next();
    if (!piece) { return std::nullopt; }
    Dissection out = dissect(stream_, *piece, speech_, limits_);
    if (!out.error || !piece->whole()) { return out; }
    const BytesView payload = stream_.subspan(piece->payload_begin(), *piece->payload_size);
    out.tolerated = is_message(payload, speech_);
    if (out.tolerated || !pieces_.cut_open(*piece)) { return out; }
    return dissect(stream_, *piece, speech_, limits_);
}

Dissection dissect_frame(BytesView bytes, const Speech& speech) {
    return StreamReader(bytes, speech).next().value_or(Dissection{});
}

Dissection dissect_payload(BytesView payload, const Speech& speech) {
    Dissection out;
    out.piece = {0, payload.size(), std::nullopt, false};
    // The item-counted form of January 2014 is only looked for where the version has it or nobody knows the version.
    const bool possible = speech.assumed || speech.profile->dialect == rlp::Dialect::item_counted;
    const bool counted = speech.counted || (possible && wire::looks_item_counted(payload));
    const rlp::TreeOptions options{.limits = no_byte_limit, .nested = true};
    out.tree = counted ? rlp::legacy::read_tree(payload, options) : rlp::read_tree(payload, options);
    out.names.assign(out.tree.nodes.size(), {});
    if (out.tree.nodes.empty()) {
        out.error = Error{&wire::errors::empty_payload, 0, 0, {}, {}};
    } else {
        judge(speech, out);
        out.tolerated = out.error && is_message(payload, speech);
    }
    out.hint = hint_of(out);
    return out;
}

wire::MessageType type_of(const wire::Said& said) {
    if (said.message != nullptr) { return wire::type_of(*said.message); }
    if (said.error != nullptr) { return wire::MessageType::Unknown; }
    return dissect_payload(said.payload, speech_of(said)).message.type.value_or(wire::MessageType::Unknown);
}

} // namespace ethpoc::show
