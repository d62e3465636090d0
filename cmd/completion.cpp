// ethpoc completion: what makes the shell complete the words of this program.
#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "cmd/command_table.hpp"
#include "cmd/context.hpp"

namespace ethpoc::cmd {

namespace {

void collect(const CommandPage& page, std::vector<const CommandPage*>& out) {
    out.push_back(&page);
    for (const CommandPage& command : page.commands) {
        collect(command, out);
    }
}

/// "chain show": the path without the program; the words that the shell has to find on the line.
std::string below_program(const CommandPage& page) {
    const std::string whole = page.name();
    return page.path.size() < 2 ? "" : whole.substr(page.path.front().size() + 1);
}

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return out + "'";
}

std::string command_names(const CommandPage& page) {
    std::string out;
    for (const CommandPage& command : page.commands) {
        out += (out.empty() ? "" : " ") + command.path.back();
    }
    return out;
}

bool takes_file(const OptionPage& option) {
    return option.value == "FILE" || option.value == "PATH" || option.value == "DIR";
}

/// All names of the options of `page` and of the program, which every subcommand takes.
std::string option_names(const CommandPage& root, const CommandPage& page) {
    std::string out;
    const auto add = [&out](const CommandPage& one) {
        for (const OptionPage& option : one.options) {
            if (option.argument) { continue; }
            for (const std::string& name : option.names) {
                const bool there = (" " + out + " ").contains(" " + name + " ");
                if (!there) { out += (out.empty() ? "" : " ") + name; }
            }
        }
    };
    add(page);
    if (&page != &root) { add(root); }
    return out;
}

std::string alternatives(const OptionPage& option, const std::string& path) {
    std::string out;
    for (const std::string& name : option.names) {
        out += (out.empty() ? "" : "|") + shell_quoted(path + ":" + name);
    }
    return out;
}

/// Shell functions that bash and zsh both understand: the subcommand on the line, what it has, and the values of an
/// option. `ethpoc_kind` becomes words (of the list `ethpoc_words`), files, any (nothing is known) or none (a flag).
std::string posix_tables(const CommandPage& root, const std::vector<const CommandPage*>& pages) {
    std::string commands = "_ethpoc_commands() {\n    case \"$1\" in\n";
    std::string options = "_ethpoc_options() {\n    case \"$1\" in\n";
    std::string values = "_ethpoc_values() {\n    ethpoc_words=''\n    case \"$1\" in\n";
    for (const CommandPage* const page : pages) {
        const std::string path = below_program(*page);
        if (!page->commands.empty()) {
            commands += "    " + shell_quoted(path) + ") echo " + shell_quoted(command_names(*page)) + " ;;\n";
        }
        options += "    " + shell_quoted(path) + ") echo " + shell_quoted(option_names(root, *page)) + " ;;\n";
        for (const OptionPage& option : page->options) {
            if (option.argument || option.value.empty()) { continue; }
            values += "    " + alternatives(option, path) + ") ";
            if (!option.choices.empty()) {
                values += "ethpoc_words=" + shell_quoted(joined_by(option.choices, " ")) + "; ";
            }
            values += std::string("ethpoc_kind=") +
                      (!option.choices.empty() ? "words"
                       : takes_file(option)    ? "files"
                                               : "any") +
                      " ;;\n";
        }
    }
    commands += "    *) echo '' ;;\n    esac\n}\n";
    options += "    *) echo '' ;;\n    esac\n}\n";
    values += "    *) return 1 ;;\n    esac\n    return 0\n}\n";
    return commands + options + values +
           "# The values of option $2 of subcommand $1; those of the whole program are taken everywhere.\n"
           "_ethpoc_value_of() {\n"
           "    ethpoc_kind=none\n"
           "    _ethpoc_values \"$1:$2\" || _ethpoc_values \":$2\" || return 0\n"
           "}\n"
           "# Adds word $1 of the line to the subcommand so far, if it is one.\n"
           "_ethpoc_step() {\n"
           "    case \" $(_ethpoc_commands \"$ethpoc_path\") \" in\n"
           "    *\" $1 \"*) ethpoc_path=\"${ethpoc_path:+$ethpoc_path }$1\" ;;\n"
           "    esac\n"
           "}\n";
}

std::string bash_completion(const CommandPage& root, const std::vector<const CommandPage*>& pages) {
    return "# bash completion of ethpoc; made by `ethpoc completion bash`\n" + posix_tables(root, pages) + R"sh(
_ethpoc() {
    local ethpoc_path='' ethpoc_words='' ethpoc_kind='' word i
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    # "--color=never" comes as three words.
    if [ "$current" = '=' ]; then current=''; elif [ "$previous" = '=' ]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
    for ((i = 1; i < COMP_CWORD; i++)); do _ethpoc_step "${COMP_WORDS[i]}"; done
    COMPREPLY=()
    _ethpoc_value_of "$ethpoc_path" "$previous"
    case "$ethpoc_kind" in
    words) word="$ethpoc_words" ;;
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    any) return ;;
    *)
        case "$current" in
        -*) word="$(_ethpoc_options "$ethpoc_path")" ;;
        *) word="$(_ethpoc_commands "$ethpoc_path")" ;;
        esac
        if [ -z "$word" ]; then compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return; fi ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$word" -- "$current")
}
complete -F _ethpoc ethpoc
)sh";
}

std::string zsh_completion(const CommandPage& root, const std::vector<const CommandPage*>& pages) {
    return "#compdef ethpoc\n# zsh completion of ethpoc; made by `ethpoc completion zsh`\n" +
           posix_tables(root, pages) +
           R"sh(
_ethpoc() {
    local ethpoc_path='' ethpoc_words='' ethpoc_kind='' found='' i
    for ((i = 2; i < CURRENT; i++)); do _ethpoc_step "${words[i]}"; done
    _ethpoc_value_of "$ethpoc_path" "${words[CURRENT-1]}"
    case "$ethpoc_kind" in
    words) compadd -- ${=ethpoc_words} ;;
    files) _files ;;
    any) _message value ;;
    *)
        case "${words[CURRENT]}" in
        -*) found="$(_ethpoc_options "$ethpoc_path")" ;;
        *) found="$(_ethpoc_commands "$ethpoc_path")" ;;
        esac
        if [[ -z "$found" ]]; then _files; else compadd -- ${=found}; fi ;;
    esac
}
if [[ "$funcstack[1]" = _ethpoc ]]; then _ethpoc "$@"; else compdef _ethpoc ethpoc; fi
)sh";
}

std::string fish_option(const CommandPage& page, const OptionPage& option) {
    std::string line = "complete -c ethpoc";
    if (page.path.size() > 1) { line += " -n \"__ethpoc_at " + shell_quoted(below_program(page)) + "\""; }
    for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!option.choices.empty()) {
        line += " -x -a " + shell_quoted(joined_by(option.choices, " "));
    } else if (!option.value.empty()) {
        line += takes_file(option) ? " -r -F" : " -x";
    }
    return line + " -d " + shell_quoted(option.help) + "\n";
}

std::string fish_completion(const std::vector<const CommandPage*>& pages) {
    std::string out = "# fish completion of ethpoc; made by `ethpoc completion fish`\n";
    std::string paths;
    for (const CommandPage* const page : pages) {
        if (page->path.size() > 1) { paths += " " + shell_quoted(below_program(*page)); }
    }
    out += "set -g __ethpoc_paths" + paths + "\n";
    out += R"sh(function __ethpoc_at
    set -l path ''
    for word in (commandline -opc)[2..-1]
        set -l longer (string trim -- "$path $word")
        if contains -- "$longer" $__ethpoc_paths
            set path $longer
        end
    end
    test "$path" = "$argv[1]"
end
)sh";
    for (const CommandPage* const page : pages) {
        for (const CommandPage& command : page->commands) {
            out += "complete -c ethpoc -f -n \"__ethpoc_at " + shell_quoted(below_program(*page)) + "\" -a " +
                   command.path.back() + " -d " + shell_quoted(command.help) + "\n";
        }
        for (const OptionPage& option : page->options) {
            if (!option.argument) { out += fish_option(*page, option); }
        }
    }
    return out;
}

ExitCode completion(Context& context, const CLI::App& app, const std::string& shell) {
    const CommandPage root = command_page(app);
    std::vector<const CommandPage*> pages;
    collect(root, pages);
    const std::string script = shell == "bash"  ? bash_completion(root, pages)
                               : shell == "zsh" ? zsh_completion(root, pages)
                                                : fish_completion(pages);
    if (context.out.json()) {
        context.out.document({{"shell", shell}, {"script", script}});
    } else {
        context.out.text(script);
    }
    return ExitCode::done;
}

} // namespace

void add_completion(CLI::App& app, Context& context) {
    CLI::App* const sub = add_command(app, "completion", "What makes bash, zsh or fish complete the words of ethpoc",
                                      "source <(ethpoc completion bash)");
    const auto shell = std::make_shared<std::string>();
    sub->add_option("shell", *shell, "which one")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    sub->callback([&context, &app, shell] {
        context.action = [&context, &app, shell] { return completion(context, app, *shell); };
    });
}

} // namespace ethpoc::cmd
