// ethpoc man: the pages of the manual, from what --help is made from.
#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "cmd/command_table.hpp"
#include "cmd/context.hpp"
#include "cmd/usage_error.hpp"
#include "config/build_info.hpp"

namespace ethpoc::cmd {

namespace {

/// Text as roff shows it letter by letter: no request, no escape, and dashes that can be pasted.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '\\':
            out += "\\e";
            break;
        case '-':
            out += "\\-";
            break;
        case '\'':
            out += "\\(aq";
            break;
        case '`':
            out += "\\(ga";
            break;
        case '^':
            out += "\\(ha";
            break;
        case '~':
            out += "\\(ti";
            break;
        case '.':
            out += out.empty() || out.back() == '\n' ? "\\&." : ".";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string option_part(const OptionPage& option) {
    return ".TP\n\\fB" + roff(option_words(option)) + "\\fR\n" + roff(option_sentence(option)) + "\n";
}

std::string options_part(const CommandPage& page) {
    std::string out;
    std::string group;
    for (const bool arguments : {true, false}) {
        for (const OptionPage& option : page.options) {
            if (option.argument != arguments) { continue; }
            const std::string now = option.argument ? "Arguments" : option.group;
            if (now != group) { out += ".SS \"" + roff(group = now) + "\"\n"; }
            out += option_part(option);
        }
    }
    return out;
}

/// A subcommand of a subcommand is a section of its page.
std::string section(const CommandPage& page) {
    return ".SH \"" + roff(page.name()) + "\"\n" + roff(page.help) + ".\n.PP\n\\fB" + roff(usage_line(page)) +
           "\\fR\n" + options_part(page) + ".PP\n.nf\n" + roff(page.footer) + "\n.fi\n";
}

std::string title(const CommandPage& page) {
    return joined_by(page.path, "-");
}

std::string man_page(const CommandPage& page) {
    std::string out = ".TH \"" + roff(title(page)) + R"(" 1 "" "ethpoc )" + roff(config::build_info().version) +
                      "\" \"User Commands\"\n.SH NAME\n" + roff(title(page)) + " \\- " + roff(page.help) +
                      "\n.SH SYNOPSIS\n\\fB" + roff(usage_line(page)) + "\\fR\n.SH OPTIONS\n" + options_part(page);
    const bool top = page.path.size() == 1;
    if (top) { out += ".SH SUBCOMMANDS\n"; }
    for (const CommandPage& command : page.commands) {
        out += top ? ".TP\n\\fB" + roff(title(command)) + "\\fR(1)\n" + roff(command.help) + "\n" : section(command);
    }
    out += ".SH EXAMPLES\n.nf\n" + roff(page.footer) + "\n.fi\n";
    out += ".SH \"EXIT STATUS\"\n0: done, well\\-formed, passed. 1: a negative result. 2: usage or configuration. "
           "3: unreachable, or reading or writing failed.\n4: internal error. 5: nothing was selected. 130 and 143: "
           "ended by SIGINT and SIGTERM.\n";
    return out + (top ? "" : ".SH \"SEE ALSO\"\n\\fBethpoc\\fR(1)\n");
}

ExitCode man(Context& context, const CLI::App& app, const std::string& word) {
    const CommandPage root = command_page(app);
    const CommandPage* const page = word.empty() ? &root : root.find(word);
    if (page == nullptr) {
        context.out.refuse("input.usage", no_such_command(root, word));
        return ExitCode::usage;
    }
    if (context.out.json()) {
        context.out.document({{"title", title(*page)}, {"section", 1}, {"page", man_page(*page)}});
    } else {
        context.out.text(man_page(*page));
    }
    return ExitCode::done;
}

} // namespace

void add_man(CLI::App& app, Context& context) {
    CLI::App* const sub = add_command(app, "man", "The page of the manual for a subcommand, as man(1) reads it",
                                      "ethpoc man dial | man -l -");
    const auto word = std::make_shared<std::string>();
    sub->add_option("subcommand", *word, "which one; none: the page of the whole program")->type_name("WORD");
    sub->callback(
        [&context, &app, word] { context.action = [&context, &app, word] { return man(context, app, *word); }; });
}

} // namespace ethpoc::cmd
