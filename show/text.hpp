// The text form of bytes, good or bad, and the way back: from_text(to_text(b)) == b for every byte string b. Its
// grammar and what is written when are web/page/FORMAT.md 4.
//
//   c8 83 63 61 74 83 64 6f 67      ["cat" "dog"]
//   81 05                           long:0 `05`           a header byte that was not needed
//   c3 82 05                        len:3 [               claims more than is there
//                                     len:2 5
//                                   ]
//   b9 01                           raw:`b901`            no header to speak of
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "rlp/tree.hpp"

namespace ethpoc::show {

/// Takes text piece by piece, so that the text of a large input need not be in memory at once.
using TextSink = std::function<void(std::string_view)>;

struct TextOptions {
    std::size_t indent = 0;  // columns before each line
    bool in_message = false; // the tree is the payload of a frame: an empty string in its list is written as 0
};

/// Whole lines for all nodes of a tree of today's RLP. Never recurses; linear in the input.
void write_text(const rlp::Tree& tree, const TextSink& sink, const TextOptions& options = {});

/// The same as one string: `bytes` as items, whatever they are.
std::string to_text(BytesView bytes);

/// `node` on one line of at most `room` columns, cut with ".." when it is longer. For people: it cannot be read back.
std::string short_text(const rlp::Tree& tree, std::size_t node, std::size_t room);

/// A hex literal of `bytes` into the sink: `` `00ff` ``.
void write_hex_literal(BytesView bytes, const TextSink& sink);

/// The bytes that a text spells. Error offsets and lengths count characters of `text`. Linear in the text.
Result<Bytes> from_text(std::string_view text);

} // namespace ethpoc::show
