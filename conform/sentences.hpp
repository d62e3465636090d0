// Sentences: the numbered sentences of wire/PROTOCOL.md, which the cases cite and people read as the requirement. The
// text is part of the library; it is read once, at the first call.
//
//   ## 1.2 Packet
//   **1.2.1** MUST. A frame is the token, the length and ... behind it. (W, C, G, P, J)
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "conform/case.hpp"

namespace ethpoc::conform {

/// One numbered sentence. Owned by the library, for ever.
struct Sentence {
    std::string number{};  // "1.2.1", "V.2"
    std::string section{}; // "1.2", "V"
    Level level{};
    std::string text{};    // on one line, without its level and sources; code stands between backticks
    std::string sources{}; // what the last brackets say: "W, C, G, P, J"; may be empty
};

/// One heading with sentences below it.
struct Section {
    std::string number{}; // "1.2"; "2.0" for what "## 2" says before its parts
    std::string title{};  // "Packet", "Hello (00)"
};

/// All of them, in the order of the page. They live as long as the program.
std::span<const Sentence> sentences();
/// Those that have sentences, in the order of the page.
std::span<const Section> sections();
/// nullptr: there is none.
const Sentence* find_sentence(std::string_view number);
/// nullptr: there is none, or it has no sentences.
const Section* find_section(std::string_view number);

/// "MUST", "SHOULD", "INFO".
std::string_view name_of(Level level) noexcept;
/// In capitals.
std::optional<Level> level_named(std::string_view name) noexcept;

} // namespace ethpoc::conform
