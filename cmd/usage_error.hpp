// What is said of a command line that cannot be understood: the thing, what would be right, and the next step.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace CLI { // NOLINT(readability-identifier-naming): theirs
class App;
class ParseError;
} // namespace CLI

namespace ethpoc::cmd {

struct CommandPage;

/// One sentence for people. `app` has just refused `words` (in the order of the line, without the program) with
/// `error`.
std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error, std::span<const char* const> words);

/// `ethpoc chain has no "shwo"; did you mean "show"?`
std::string no_such_command(const CommandPage& page, std::string_view word);

} // namespace ethpoc::cmd
