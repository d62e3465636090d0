// RLP step by step: what a reader does with each header and why, and what a writer does. For people who learn, so the
// sentences do the arithmetic.
//
//   c8 83 63 61 74 83 64 6f 67
//   step 1  0000  c8         0xc8 is in c0..f7: short list, 0xc8 - 0xc0 = 8 bytes ...
//   step 2  0001  83         0x83 is in 80..b7: short string, 0x83 - 0x80 = 3 bytes ...
//   step 3  0002  63 61 74   "cat"
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/tree.hpp"

namespace ethpoc::show {

/// One step. Its bytes are bytes[offset, offset + size) of the tree; size 0: nothing is read (the end of a list).
struct Step {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::uint32_t depth = 0; // lists around it
    std::size_t node = 0;    // of the tape
    std::string text{};      // what happens and why
    std::string fit{};       // where the payload stands and whether it fits; may be empty
};

/// False stops.
using StepSink = std::function<bool(Step)>;

/// How `tree` is read, header by header, in both dialects. Every byte is part of exactly one step.
void explain_reading(const rlp::Tree& tree, const StepSink& sink);

/// How the same items are written, innermost first, because a header needs the size of what follows it. Today's RLP.
/// A step stands for the header that is written; where the tree's own header differs, the step says so.
void explain_writing(const rlp::Tree& tree, const StepSink& sink);

/// What would be right instead of a node's header: "c2 would be right for the 2 bytes that follow"; else the hint of
/// the code's row. Empty: nothing to say.
std::string hint_for(const rlp::Tree& tree, std::size_t index);
/// The same for the first error of a tree that has one.
std::string hint_for(const rlp::Tree& tree, const Error& error);

/// A value as a person would write it: "cat", 1024, 0x00ff, "" (empty). At most `room` columns.
std::string value_text(const rlp::Tree& tree, const rlp::Node& node, std::size_t room);

/// A sentence when `bytes`, which are not good RLP of today, are good RLP of January 2014, as the examples in the wiki
/// of that year are; else empty.
std::string old_dialect_note(BytesView bytes);

} // namespace ethpoc::show
