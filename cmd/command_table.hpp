// The commands of the program as data: what --help, `ethpoc help`, the man pages and the completions of the shells are
// all made from. It is read from the options that each add_<name> declares, so nothing is said twice.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace ethpoc::cmd {

struct OptionPage {
    std::vector<std::string> names{};   // with their dashes, short ones first; of an argument one, without dashes
    std::string value{};                // "HOST:PORT"; empty: takes no value
    std::vector<std::string> choices{}; // all values that it takes; empty: any that `value` describes
    std::string range{};                // "1 to 256"
    std::string standard{};             // the default, as it would be written
    std::string help{};
    std::string group{};
    std::vector<std::string> needs{}; // options that must be given with it
    bool argument = false;            // has no dashes, and its place on the line tells what it is
    bool required = false;
    bool many = false; // may be given, or hold, any number of times
};

struct CommandPage {
    std::vector<std::string> path{}; // {"ethpoc", "chain", "show"}
    std::string help{};
    std::string footer{}; // examples, ready to be printed
    std::vector<OptionPage> options{};
    std::vector<CommandPage> commands{};
    bool needs_command = false;

    /// "ethpoc chain show".
    std::string name() const;
    const CommandPage* find(std::string_view command) const;
};

/// `app` and all below it.
CommandPage command_page(const CLI::App& app);

/// The words of "{a,b,c}" at `at` of `text`; empty when there is no such list.
std::vector<std::string> listed_words(std::string_view text, std::size_t at);

/// "a, b, c" with ", " between.
std::string joined_by(const std::vector<std::string>& words, std::string_view between);

/// "--data-dir,--datadir PATH".
std::string option_words(const OptionPage& option);
/// What is said of it: help, default, range, what it needs.
std::string option_sentence(const OptionPage& option);
/// "ethpoc chain show [OPTIONS] block".
std::string usage_line(const CommandPage& page);

/// The page of --help in lines of at most `columns` (but an example, a name and a path stay whole).
std::string help_text(const CommandPage& page, std::size_t columns);
nlohmann::ordered_json to_json(const CommandPage& page);

} // namespace ethpoc::cmd
