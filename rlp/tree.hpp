// Tree: everything that is in some bytes, good or bad, as a flat tape of nodes. For the tools, which show what a
// decoder would refuse.
//
//   input   c8 83 63 61 74 83 64 6f 67 b9 01
//   node 0  ^^                                list, header 1, payload 8
//   node 1     ^^ ~~ ~~ ~~                    string, header 1, payload 3
//   node 2                 ^^ ~~ ~~ ~~        string
//   node 3                             ~~ ~~  raw: the header of an item whose length bytes are missing
//
// Every input byte belongs to exactly one header, or one payload of a string or raw node.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"
#include "rlp/decode.hpp"
#include "rlp/error.hpp"
#include "rlp/head.hpp"

namespace ethpoc::rlp {

/// Which RLP: today's, or the item-counted one of January 2014 (rlp/legacy.hpp).
enum class Dialect : std::uint8_t { modern, item_counted };

/// An item, or a run of bytes that are none, on the tape. Offsets count in Tree::bytes.
struct Node {
    /// raw: bytes that are no item, such as a header that is cut off.
    enum class Kind : std::uint8_t { string, list, raw };
    static constexpr std::uint32_t no_parent = std::numeric_limits<std::uint32_t>::max();

    std::size_t offset = 0;       // of the first byte of the node
    std::size_t payload_size = 0; // what is there, cut at the end of the container
    std::uint64_t claimed = 0;    // what the header says: bytes; in a counted list: items
    std::uint32_t parent = no_parent;
    std::uint32_t index = 0; // among its siblings
    std::uint32_t depth = 0; // lists around it
    std::uint32_t after = 0; // the tape index after its last descendant: the next sibling
    std::uint8_t header_size = 0;
    Kind kind = Kind::string;
    bool integer = false;            // counted dialect only: integers are a type of their own
    const ErrorCode* code = nullptr; // what is wrong with this node's own header; null: nothing

    std::size_t payload_offset() const noexcept { return offset + header_size; }
    std::size_t end() const noexcept { return offset + header_size + payload_size; }
};

/// The tape: nodes in the order of their first bytes, each list before its items. Views of `bytes`, which it does not
/// own.
struct Tree {
    BytesView bytes{}; // not owned
    std::vector<Node> nodes{};
    Dialect dialect = Dialect::modern;
    Mode mode = Mode::strict;
    std::size_t begin = 0; // the part of `bytes` that was read
    std::size_t end = 0;
    bool nested = false;

    /// "" for the first item, "[1][0]" inside it, "items[2]" for the third item of the input.
    std::string path(std::size_t node) const;
    /// The error of a node that has a `code`.
    Error error(std::size_t index) const;
    /// The one that validate() gives for the same bytes: of the first item, or the bytes after it (strict only).
    /// nullopt: none.
    std::optional<Error> first_error() const;
    /// The bytes behind the header; of a list all its items. As far as they are there.
    BytesView payload(const Node& node) const noexcept {
        return bytes.subspan(node.payload_offset(), node.payload_size);
    }
};

/// How bytes are read into a tape, and which of them.
struct TreeOptions {
    Mode mode = Mode::strict; // lenient: forms that 2014's clients accept are no errors
    Limits limits{};          // what is beyond them becomes raw nodes
    std::size_t begin = 0;    // the container: bytes[begin, end)
    std::size_t end = std::numeric_limits<std::size_t>::max();
    bool nested = false; // the container is part of something (a frame): an item that does not fit overruns its parent
};

/// Reads `bytes` as a container of items, one after the other. Never fails, never recurses; time and memory are linear
/// in the input.
Tree read_tree(BytesView bytes, const TreeOptions& options = {});

} // namespace ethpoc::rlp
