#include "cmd/usage_error.hpp"

#include <CLI/App.hpp>
#include <algorithm>

#include "cmd/command_table.hpp"
#include "config/merge.hpp"
#include "config/suggest.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

namespace {

const CLI::App& chosen(const CLI::App& app) {
    const CLI::App* sub = &app;
    while (!sub->get_subcommands().empty()) {
        sub = sub->get_subcommands().front();
    }
    return *sub;
}

/// What is said of the first option that the subcommand does not take.
std::string unknown_option(const CLI::App& app, const CommandPage& page, std::string_view word) {
    const std::string_view key = word.substr(2, word.find('=') - 2);
    const auto is_named = [&](const config::SettingRow& row) {
        return row.key == key || (row.alias.size() > 2 && row.alias.substr(2) == key);
    };
    const std::string sentence = page.name() + " takes no --" + printable(std::string(key));
    if (std::ranges::any_of(config::setting_rows(), is_named)) {
        return sentence + ": it has no use for this setting; --help lists those it uses";
    }
    std::vector<std::string> names;
    for (const CommandPage& one : {page, command_page(app)}) {
        for (const OptionPage& option : one.options) {
            names.insert(names.end(), option.names.begin(), option.names.end());
        }
    }
    std::vector<std::string_view> known;
    for (const std::string_view name : names) {
        if (name.starts_with("--")) { known.push_back(name.substr(2)); }
    }
    const std::string_view near = config::nearest_word(key, known);
    return near.empty() ? sentence : sentence + "; did you mean --" + std::string(near) + "?";
}

/// The first word of the line that nobody took; with an option one that looks like an option.
std::string_view first_left(const CLI::App& app, std::span<const char* const> words, bool option) {
    const auto left = app.remaining(true);
    for (const std::string_view word : words) {
        if (word.starts_with("--") == option && std::ranges::find(left, word) != left.end()) { return word; }
    }
    return {};
}

std::vector<std::string> subcommands_of(const CommandPage& page) {
    std::vector<std::string> names;
    names.reserve(page.commands.size());
    for (const CommandPage& command : page.commands) {
        names.push_back(command.path.back());
    }
    return names;
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) { out += i + 1 == words.size() ? " or " : ", "; }
        out += words[i];
    }
    return out;
}

/// "0.050000" and "5e-02" are what CLI11 makes of 0.05.
std::string short_number(std::string text) {
    if (!text.contains('.')) { return text; }
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) { text.pop_back(); }
    return text;
}

/// What CLI11's checks say, with numbers that can be read and what is near: "--level: mut not in {must,should,all}",
/// "--for: Value -3 not in range 0 to 1797...". Anything else stays as it is.
std::string of_value(const CommandPage& page, const std::string& said) {
    constexpr std::string_view not_in = " not in {";
    constexpr std::string_view value = ": Value ";
    constexpr std::string_view range = " not in range ";
    const std::size_t colon = said.find(": ");
    if (colon == std::string::npos) { return said; }
    const std::string name = said.substr(0, colon);
    if (const std::size_t at = said.rfind(not_in); at != std::string::npos && at > colon) {
        const std::string given = said.substr(colon + 2, at - colon - 2);
        const std::vector<std::string> words = listed_words(said, at + not_in.size() - 1);
        const std::vector<std::string_view> views(words.begin(), words.end());
        return name + " " + printable(given) + ": give " + listed(words) + config::did_you_mean(given, views);
    }
    const std::size_t at = said.rfind(range);
    if (at == std::string::npos || said.compare(colon, value.size(), value) != 0) { return said; }
    const std::string given = said.substr(colon + value.size(), at - colon - value.size());
    const std::size_t to = said.find(" to ", at);
    const std::string least = short_number(said.substr(at + range.size(), to - at - range.size()));
    const std::string most = short_number(said.substr(to + 4));
    if (most.size() < 24) { return name + " " + printable(given) + ": give a number from " + least + " to " + most; }
    const bool positive = std::ranges::any_of(page.options, [&name](const OptionPage& option) {
        return std::ranges::find(option.names, name) != option.names.end() && !option.range.empty();
    });
    return name + " " + printable(given) + ": give a number " + (positive ? "above 0" : "of 0 or more");
}

/// What is missing, and where it is told how it is written.
std::string missing(const CommandPage& page, const std::string& said) {
    const std::size_t end = said.find(" is required");
    if (end == std::string::npos) { return said; }
    const std::string name = said.substr(0, end);
    for (const OptionPage& option : page.options) {
        if (std::ranges::find(option.names, name) == option.names.end()) { continue; }
        return page.name() + " needs " + option_words(option) + ": " + option.help;
    }
    return page.name() + " needs " + name;
}

} // namespace

std::string no_such_command(const CommandPage& page, std::string_view word) {
    const std::vector<std::string> names = subcommands_of(page);
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string out =
        page.name() + " has no subcommand " + printable(std::string(word)) + config::did_you_mean(word, views);
    if (config::nearest_word(word, views).empty()) { out += names.empty() ? "" : "; it has " + listed(names); }
    return out;
}

std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error, std::span<const char* const> words) {
    const CommandPage page = command_page(chosen(app));
    const std::string help = "; see " + page.name() + " --help";
    const bool extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    if (extras || required) {
        if (const auto word = first_left(app, words, true); !word.empty()) { return unknown_option(app, page, word); }
        const auto word = first_left(app, words, false);
        if (!word.empty() && !page.commands.empty()) { return no_such_command(page, word); }
        if (extras && !word.empty()) { return page.name() + " has no use for " + printable(std::string(word)) + help; }
    }
    const std::string said = error.what();
    if (required && !page.commands.empty() && said.contains("ubcommand")) {
        return page.name() + " needs a subcommand: " + listed(subcommands_of(page));
    }
    const std::string sentence = required ? missing(page, said) : of_value(page, said);
    return sentence.ends_with('?') ? sentence : sentence + help;
}

} // namespace ethpoc::cmd
