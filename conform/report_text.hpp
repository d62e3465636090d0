// A report for people at a terminal: one line for each run, a block for each that is not as expected, a summary.
//
//   FAIL F17 frame.length-one-long  0.6 ms
//     must      1.2.6 A payload whose RLP item is longer than the payload is not handled; ..
//     expected  refused
//     seen      pong
//     sent      0.0 ms  Ping
//               0000  22 40 08 91 00 00 00 03 c1 02 00
//                     token       length      ^^ payload[rest]: ..
//     again     ethpoc conform 127.0.0.1:30303 F17 --protocol 7 --seed 1
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// What a text is, for who paints it.
enum class PaintTone : std::uint8_t { good, fair, bad, neutral, strong, soft, token, length, payload, mark };
/// Gives `text` back in a tone, without change of what it says. May be empty: then nothing is painted.
using Paint = std::function<std::string(PaintTone tone, std::string_view text)>;

/// How the text is laid out.
struct TextStyle {
    Paint paint{};
    std::size_t width = 100;        // columns of the terminal; at least 40 are used
    bool all_blocks = false;        // a block for every run, not only for those that want attention
    std::size_t bytes_shown = 128;  // of each write and answer
    std::size_t entries_shown = 12; // of a transcript
};

/// "target 127.0.0.1:30303  Ethereum(++)/v0.3.10", profile, expectations: a few lines before the first run.
std::string text_head(const Report& report, const TextStyle& style = {});
/// One line, with its end. `reason` and what was seen stand behind it where they say more than the verdict.
std::string text_line(const Outcome& outcome, const TextStyle& style = {});
/// Several lines. Empty when the run is as expected, unless all_blocks.
std::string text_block(const Report& report, const Outcome& outcome, const TextStyle& style = {});
/// Counts by verdict and level, coverage, what was unexpected.
std::string text_summary(const Report& report, const TextStyle& style = {});

/// All of it.
std::string report_text(const Report& report, const TextStyle& style = {});

} // namespace ethpoc::conform
