#include "cmd/command_table.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace ethpoc::cmd {

namespace {

/// CLI11 joins the name of a value and what its checks say of themselves: "TEXT:{auto,always,never}", "UINT:UINT in
/// [1 - 256]", "FLOAT:POSITIVE". A name of ours may hold a colon as well.
struct ValueName {
    std::string name;
    std::string check;
};

ValueName value_name(const std::string& joined) {
    for (std::size_t at = joined.find(':'); at != std::string::npos; at = joined.find(':', at + 1)) {
        const std::string_view rest = std::string_view(joined).substr(at + 1);
        const bool check =
            rest.starts_with('{') || rest.contains(" in [") || rest == "POSITIVE" || rest == "NONNEGATIVE";
        if (check) { return {joined.substr(0, at), std::string(rest)}; }
    }
    return {joined, {}};
}

std::string range_of(std::string_view check) {
    if (check == "POSITIVE") { return "above 0"; }
    const std::size_t open = check.find(" in [");
    const std::size_t middle = check.find(" - ", open);
    if (open == std::string_view::npos || middle == std::string_view::npos) { return {}; }
    const std::size_t begin = open + 5;
    return std::string(check.substr(begin, middle - begin)) + " to " +
           std::string(check.substr(middle + 3, check.find(']', middle) - middle - 3));
}

OptionPage option_page(const CLI::Option& option) {
    OptionPage out;
    out.help = option.get_description();
    out.group = option.get_group();
    out.argument = option.get_positional();
    out.required = option.get_required();
    if (out.argument) {
        out.names.push_back(option.get_name(true, false));
    } else {
        for (const std::string& name : option.get_snames()) {
            out.names.push_back("-" + name);
        }
        for (const std::string& name : option.get_lnames()) {
            out.names.push_back("--" + name);
        }
    }
    for (const CLI::Option* const other : option.get_needs()) {
        out.needs.push_back(other->get_name());
    }
    if (option.get_type_size() == 0) { return out; }
    const ValueName value = value_name(option.get_type_name());
    const bool number = value.name == "UINT" || value.name == "INT" || value.name == "FLOAT";
    out.value = number ? "N" : value.name;
    out.choices = listed_words(value.check, 0);
    out.range = range_of(value.check);
    out.standard = option.get_default_str();
    out.many = option.get_expected_max() == CLI::detail::expected_max_vector_size;
    return out;
}

/// `text` in lines from column `left` on; the first one goes on after what stands there.
std::string wrapped(std::string_view text, std::size_t left, std::size_t columns) {
    const std::size_t room = columns > left + 16 ? columns - left : 16;
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (used > 0 && used + 1 + end > room) {
            out += "\n" + std::string(left, ' ');
            used = 0;
        }
        if (used > 0) {
            out += ' ';
            ++used;
        }
        out += text.substr(0, end);
        used += end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

class Sheet {
  public:
    explicit Sheet(std::size_t columns) : columns_(columns), left_(columns < 70 ? 6 : 30) {}

    void line(std::string_view text) { out_ += wrapped(text, 0, columns_) + "\n"; }
    void heading(std::string_view text) { ((out_ += "\n") += text) += ":\n"; }
    void row(std::string_view name, std::string_view sentence) {
        std::string begin = "  " + std::string(name);
        if (begin.size() + 1 > left_) {
            out_ += begin + "\n";
            begin.clear();
        }
        begin.resize(left_, ' ');
        out_ += begin + wrapped(sentence, left_, columns_) + "\n";
    }
    std::string text() && { return std::move(out_); }

  private:
    std::size_t columns_;
    std::size_t left_;
    std::string out_{};
};

} // namespace

std::vector<std::string> listed_words(std::string_view text, std::size_t at) {
    std::vector<std::string> out;
    if (at >= text.size() || text[at] != '{') { return out; }
    std::string_view rest = text.substr(at + 1);
    rest = rest.substr(0, rest.find('}'));
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        out.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

std::string joined_by(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) { out += between; }
        out += word;
    }
    return out;
}

std::string CommandPage::name() const {
    return joined_by(path, " ");
}

const CommandPage* CommandPage::find(std::string_view command) const {
    const auto found =
        std::ranges::find_if(commands, [&](const CommandPage& page) { return page.path.back() == command; });
    return found == commands.end() ? nullptr : &*found;
}

CommandPage command_page(const CLI::App& app) {
    CommandPage out;
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
        out.path.insert(out.path.begin(), at->get_name());
    }
    out.help = app.get_description();
    out.footer = app.get_footer();
    out.needs_command = app.get_require_subcommand_min() > 0;
    for (const CLI::Option* const option : app.get_options({})) {
        if (!option->get_group().empty()) { out.options.push_back(option_page(*option)); }
    }
    for (const CLI::App* const sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        out.commands.push_back(command_page(*sub));
    }
    return out;
}

std::string option_words(const OptionPage& option) {
    std::string out = joined_by(option.names, ",");
    const std::string value = option.choices.empty() ? option.value : joined_by(option.choices, "|");
    if (!value.empty() && value != out) { out += " " + value; }
    if (option.many) { out += " ..."; }
    return out;
}

std::string option_sentence(const OptionPage& option) {
    std::string out = option.help;
    if (!option.range.empty()) { out += "; " + option.range; }
    if (!option.standard.empty()) { out += " (default: " + option.standard + ")"; }
    if (!option.needs.empty()) { out += " (with " + joined_by(option.needs, ", ") + ")"; }
    return out;
}

std::string usage_line(const CommandPage& page) {
    std::string out = page.name() + " [OPTIONS]";
    for (const OptionPage& option : page.options) {
        if (!option.argument) { continue; }
        const std::string name = option.names.front() + (option.many ? "..." : "");
        out += option.required ? " " + name : " [" + name + "]";
    }
    if (!page.commands.empty()) { out += page.needs_command ? " SUBCOMMAND" : " [SUBCOMMAND]"; }
    return out;
}

std::string help_text(const CommandPage& page, std::size_t columns) {
    Sheet sheet(columns);
    sheet.line(page.help);
    sheet.line("Usage: " + usage_line(page));
    std::vector<std::string> groups;
    for (const OptionPage& option : page.options) {
        const std::string group = option.argument ? "Arguments" : option.group;
        if (std::ranges::find(groups, group) == groups.end()) {
            groups.insert(option.argument ? groups.begin() : groups.end(), group);
        }
    }
    for (const std::string& group : groups) {
        sheet.heading(group);
        for (const OptionPage& option : page.options) {
            if ((option.argument ? "Arguments" : option.group) != group) { continue; }
            sheet.row(option_words(option), option_sentence(option));
        }
    }
    if (!page.commands.empty()) { sheet.heading("Subcommands"); }
    for (const CommandPage& command : page.commands) {
        sheet.row(command.path.back(), command.help);
    }
    if (page.path.size() > 1) {
        sheet.heading("Everywhere");
        sheet.row("--json, --color WHEN", "as `ethpoc --help` tells");
    }
    return std::move(sheet).text() + "\n" + page.footer + "\n";
}

nlohmann::ordered_json to_json(const CommandPage& page) {
    using nlohmann::ordered_json;
    ordered_json out{{"command", page.name()}, {"help", page.help}, {"usage", usage_line(page)}};
    out["options"] = ordered_json::array();
    for (const OptionPage& option : page.options) {
        ordered_json one{{"names", option.names}, {"value", option.value},       {"choices", option.choices},
                         {"help", option.help},   {"default", option.standard},  {"range", option.range},
                         {"group", option.group}, {"argument", option.argument}, {"required", option.required}};
        out["options"].push_back(std::move(one));
    }
    out["commands"] = ordered_json::array();
    for (const CommandPage& command : page.commands) {
        out["commands"].push_back(to_json(command));
    }
    return out;
}

} // namespace ethpoc::cmd
