// What must hold for any bytes at all. Used with vectors, mutations, random bytes and by the fuzz target.
//
// Each function returns an empty string, or what does not hold.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rlp/decode.hpp"
#include "rlp/diagnose.hpp"
#include "rlp/encode.hpp"
#include "rlp/legacy.hpp"
#include "rlp/tree.hpp"
#include "show/text.hpp"
#include "tests/rlp/everything.hpp"

namespace ethpoc::test {

inline std::string inside(const Error& error, std::size_t size) {
    if (error.code == nullptr) { return "error without code"; }
    if (error.code == &rlp::errors::unexplained) { return "fast and careful reader disagree"; }
    const bool in = error.offset <= size && error.length <= size - error.offset;
    return in ? std::string{} : "place outside of the input: " + error.message();
}

inline bool same_place(const Error& a, const Error& b) {
    return a.code == b.code && a.offset == b.offset && a.length == b.length && a.path == b.path;
}

/// Headers and payloads of the tape tile the input; children lie in their parents.
inline std::string tiles(const rlp::Tree& tree, std::size_t size) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const rlp::Node& node = tree.nodes[i];
        if (node.offset != at) { return "gap or overlap before node " + std::to_string(i); }
        at = node.kind == rlp::Node::Kind::list ? node.payload_offset() : node.end();
        if (node.end() > size) { return "node ends outside of the input"; }
        if (node.parent != rlp::Node::no_parent && node.end() > tree.nodes[node.parent].end()) {
            return "child outside of parent";
        }
        if (node.after <= i || node.after > tree.nodes.size()) { return "wrong next sibling"; }
        if (node.code == nullptr) { continue; }
        if (auto bad = inside(tree.error(i), size); !bad.empty()) { return bad; }
    }
    return at == size ? std::string{} : "bytes at the end belong to no node";
}

/// Today's RLP, structure only: validate, its fast half, and the tape.
inline std::string structure_agrees(BytesView bytes, rlp::Mode mode, const rlp::Limits& limits = {}) {
    const auto error = rlp::validate(bytes, mode, limits);
    if (rlp::validate_fast(bytes, mode, limits) == error.has_value()) { return "validate_fast and validate disagree"; }
    if (error) {
        if (auto bad = inside(*error, bytes.size()); !bad.empty()) { return bad; }
    } else if (rlp::detail::diagnose_structure(bytes, mode, limits).code != &rlp::errors::unexplained) {
        return "validate accepts what the careful walk refuses";
    }
    const rlp::Tree tree = rlp::read_tree(bytes, {.mode = mode, .limits = limits});
    if (auto bad = tiles(tree, bytes.size()); !bad.empty()) { return bad; }
    const auto first = tree.first_error();
    if (first.has_value() != error.has_value()) { return "the tape and validate disagree"; }
    if (first && !same_place(*first, *error)) {
        return "tape: " + first->message() + "; validate: " + error->message();
    }
    return {};
}

/// A struct: the fast reader and the diagnosis; strict bytes are the only bytes that give these values.
template <class T, class List>
std::string typed_agrees(BytesView bytes, T& out, const List& list, rlp::Mode mode) {
    const auto result = rlp::decode(bytes, out, list, mode);
    if (!result) { return inside(result.error(), bytes.size()); }
    const Error found = rlp::detail::diagnose(bytes, rlp::record_shape(list), mode);
    if (found.code != &rlp::errors::unexplained) { return "decode accepts, diagnosis refuses: " + found.message(); }
    if (mode != rlp::Mode::strict) { return {}; }
    return rlp::encode(out, list) == Bytes(bytes.begin(), bytes.end()) ? std::string{}
                                                                       : "strict bytes are not what encode gives";
}

/// The item-counted dialect: tape, translation, and the way back when every leaf is a string.
inline std::string legacy_agrees(BytesView bytes, rlp::Mode mode, const rlp::Limits& limits = {}) {
    const rlp::Tree tree = rlp::legacy::read_tree(bytes, {.mode = mode, .limits = limits});
    if (auto bad = tiles(tree, bytes.size()); !bad.empty()) { return "counted: " + bad; }
    const auto modern = rlp::legacy::to_modern(bytes, mode, limits);
    if (tree.first_error().has_value() == modern.has_value()) { return "counted: tape and translation disagree"; }
    if (!modern) { return inside(modern.error(), bytes.size()); }
    if (rlp::validate(*modern, rlp::Mode::strict, limits)) { return "translation is not canonical"; }
    const auto back = rlp::legacy::from_modern(*modern, rlp::Shape{}, limits);
    if (!back) { return "translation has no way back"; }
    const auto again = rlp::legacy::to_modern(*back, rlp::Mode::strict, limits);
    return again && *again == *modern ? std::string{} : "translation is not stable";
}

/// What is written as text reads back as the same bytes.
inline std::string text_agrees(BytesView bytes) {
    const auto back = show::from_text(show::to_text(bytes));
    if (!back) { return "text cannot be read back: " + back.error().message(); }
    return std::ranges::equal(*back, bytes) ? std::string{} : "text gives other bytes";
}

inline std::string all_agree(BytesView bytes) {
    if (auto bad = text_agrees(bytes); !bad.empty()) { return bad; }
    const rlp::Limits tight{.max_bytes = 4096, .max_items = 9, .max_depth = 3};
    for (const rlp::Mode mode : {rlp::Mode::strict, rlp::Mode::lenient}) {
        Everything everything_out;
        Inner inner_out;
        for (const std::string& bad :
             {structure_agrees(bytes, mode), structure_agrees(bytes, mode, tight), legacy_agrees(bytes, mode),
              legacy_agrees(bytes, mode, tight), typed_agrees(bytes, everything_out, everything, mode),
              typed_agrees(bytes, inner_out, Inner::rlp_fields, mode)}) {
            if (!bad.empty()) { return bad; }
        }
        if (const auto items = rlp::list_items(bytes, mode); !items) {
            if (auto bad = inside(items.error(), bytes.size()); !bad.empty()) { return "list_items: " + bad; }
        }
        if (const auto item = rlp::first_item(bytes, mode); !item) {
            if (auto bad = inside(item.error(), bytes.size()); !bad.empty()) { return "first_item: " + bad; }
        }
    }
    return {};
}

/// Calls `check` with every shorter beginning of `bytes`, and with every byte changed in several ways.
template <class Check>
void with_damage(const Bytes& bytes, Check check) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        check(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const int change : {0x01, 0x02, 0x08, 0x40, 0x80, 0x81, 0xc0, 0xff}) {
            Bytes damaged = bytes;
            damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ change);
            check(damaged);
        }
    }
}

} // namespace ethpoc::test
