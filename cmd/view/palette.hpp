// The colours of this program, in one place.
//
// They must be read on black and on white. The sixteen colours of a terminal cannot promise that: with xterm's own
// values green, yellow and cyan on white have a contrast below 2.2, blue on black has 2.2, and themes change them all.
// So the colours here are of the cube of 6 x 6 x 6 and the greys (SGR 38;5;16 to 255), which are the same everywhere.
// tests/cmd/talk_line_test.cpp computes the contrasts (WCAG 2.1) that stand beside them; none may be below 4.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ethpoc::cmd {

enum class Tone : std::uint8_t { plain, bold, dim, red, green, yellow, blue, magenta, cyan };

struct Colour {
    Tone tone;
    std::string_view sgr; // between ESC [ and m
};

/// By Tone.                                                      on white  on black
inline constexpr std::array<Colour, 9> palette{{
    {Tone::plain, ""},
    {Tone::bold, "1"},           // the colour of the terminal's text
    {Tone::dim, "38;5;243"},     // #767676                          4.5       4.6
    {Tone::red, "38;5;161"},     // #d7005f                          5.2       4.1
    {Tone::green, "38;5;28"},    // #008700                          4.7       4.5
    {Tone::yellow, "38;5;130"},  // #af5f00, what is tolerated       4.7       4.5
    {Tone::blue, "38;5;27"},     // #005fff, what we say             5.1       4.1
    {Tone::magenta, "38;5;129"}, // #af00ff                         4.9       4.3
    {Tone::cyan, "38;5;30"},     // #008787, what we hear            4.4       4.8
}};

} // namespace ethpoc::cmd
