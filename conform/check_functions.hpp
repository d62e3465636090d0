// The functions of checks.def, in the files checks_*.cpp by what they are about. Inside of this room only.
#pragma once

#include <string>
#include <string_view>

#include "conform/heard.hpp"

/// The functions of checks.def.
namespace ethpoc::conform::check {

#define ETHPOC_CHECK(name, function, arguments, words, session, type)                                                  \
    bool function(const Heard& heard, const Facts& facts, std::string_view text);
#include "conform/checks.def"
#undef ETHPOC_CHECK

/// The first connection. One without messages when there is none.
const HeardLine& first_line(const Heard& heard) noexcept;
/// Its Hello, or nullptr.
const HeardMessage* hello_of(const HeardLine& line) noexcept;
/// The last message of the type behind the stimulus that is no answer to a question of the tester's own; or nullptr.
const HeardMessage* last_answer(const HeardLine& line, wire::MessageType type) noexcept;
/// A message of this type came behind the stimulus.
bool came(const HeardLine& line, wire::MessageType type) noexcept;

/// "every 2.0 s, 45 in all"; "Disconnect 04", "close", "refused", "silence", "none".
std::string ping_report(const Heard& heard);
/// How the connection ended, in words for the report.
std::string ending_report(const Heard& heard, const Facts& facts);

} // namespace ethpoc::conform::check
