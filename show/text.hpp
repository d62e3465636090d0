// The text form of bytes, good or bad, and the way back: from_text(to_text(b)) == b for every byte string b. Its
// grammar and what is written when are web/page/FORMAT.md 4.
//
//   c8 83 63 61 74 83 64 6f 67      ["cat" "dog"]
//   81 05                           long:0 `05`           a header byte that was not needed
//   c3 82 05                        len:3 [               claims more than is there
//                                     len:2 5
//                                   ]
//   b9 01                           raw:`b901`            no header to speak of
//   22400891 00000002 c1 02         Ping                  or Hello{version:23 client_id:"x"}: messages by name
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "rlp/tree.hpp"
#include "wire/profile.hpp"

namespace ethpoc::show {

/// Takes text piece by piece, so that the text of a large input need not be in memory at once.
using TextSink = std::function<void(std::string_view)>;

/// How a tape is written.
struct TextOptions {
    std::size_t indent = 0;   // columns before each line
    bool in_message = false;  // the tree is the payload of a frame: an empty string in its list is written as 0
    std::string_view label{}; // before the first node
};

/// Whole lines for all nodes of a tree of today's RLP. Never recurses; linear in the input.
void write_text(const rlp::Tree& tree, const TextSink& sink, const TextOptions& options = {});

/// The same of the nodes from `first` up to `last`, none of which is the half of a list.
void write_nodes(const rlp::Tree& tree, std::uint32_t first, std::uint32_t last, const TextSink& sink,
                 const TextOptions& options = {});

/// The same as one string: `bytes` as items, whatever they are.
std::string to_text(BytesView bytes);

/// `node` on one line of at most `room` columns, cut with ".." when it is longer. For people: it cannot be read back.
std::string short_text(const rlp::Tree& tree, std::size_t node, std::size_t room);

/// A hex literal of `bytes` into the sink: `` `00ff` ``.
void write_hex_literal(BytesView bytes, const TextSink& sink);

/// For which version messages by name are written.
struct TextVersion {
    const wire::Profile* profile = nullptr;   // nullptr: what the text says, see row_of_text()
    std::optional<wire::IdOffsets> offsets{}; // nothing: usual_offsets()
};

/// The bytes that a text spells. Error offsets and lengths count characters of `text`. Linear in the text. A
/// protocol="7" in the text goes before `version`. `instead`: after an error, the words that could have stood where an
/// unknown one does.
Result<Bytes> from_text(std::string_view text, const TextVersion& version = {},
                        std::vector<std::string_view>* instead = nullptr);

} // namespace ethpoc::show
