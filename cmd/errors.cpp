// ethpoc errors: the catalogue of everything that can be wrong with bytes, blocks and text.
#include <CLI/App.hpp>
#include <algorithm>
#include <vector>

#include "chain/genesis.hpp"
#include "cmd/context.hpp"
#include "cmd/view/byte_options.hpp"
#include "cmd/view/json_writer.hpp"
#include "conform/errors.hpp"
#include "peer/errors.hpp"
#include "record/errors.hpp"
#include "show/errors.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {
namespace {

struct Example {
    std::string_view code;
    std::string_view command;
};

constexpr Example examples[] = {
#define ETHPOC_EXAMPLE(code, command) {code, command},
#include "cmd/error_examples.def"
#undef ETHPOC_EXAMPLE
};

std::vector<const ErrorCode*> catalogue() {
    std::vector<const ErrorCode*> out;
    for (const auto& room :
         {rlp::error_catalogue(), wire::error_catalogue(), chain::error_catalogue(), show::error_catalogue(),
          peer::error_catalogue(), record::error_catalogue(), conform::error_catalogue()}) {
        out.insert(out.end(), room.begin(), room.end());
    }
    std::ranges::stable_sort(out, {}, [](const ErrorCode* code) { return code->word.substr(0, code->word.find('.')); });
    return out;
}

std::string_view example_of(const ErrorCode& code) {
    const auto found = std::ranges::find(examples, code.word, &Example::code);
    return found == std::end(examples) ? std::string_view{} : found->command;
}

void write_row(JsonWriter& json, const ErrorCode& code) {
    json.begin_object();
    json.member("code", code.word);
    json.member("rule", code.rule);
    if (!code.hint.empty()) { json.member("hint", code.hint); }
    if (const std::string_view example = example_of(code); !example.empty()) { json.member("example", example); }
    json.end_object();
}

void show_row(Output& out, const ErrorCode& code) {
    out.text(out.paint(Tone::bold, code.word) + '\n');
    out.text("  " + wrapped(std::string(code.rule), 78, 2) + '\n');
    if (!code.hint.empty()) { out.text("  " + wrapped(std::string(code.hint), 78, 2) + '\n'); }
    if (const std::string_view example = example_of(code); !example.empty()) {
        out.text(out.paint(Tone::dim, "  $ ") + wrapped(std::string(example), 76, 6) + '\n');
    }
}

/// `wanted`: a code, a room ("rlp"), or the end of a code ("truncated"); empty: all.
ExitCode run_errors(Context& context, const std::string& wanted) {
    Output& out = context.out;
    std::vector<const ErrorCode*> rows = catalogue();
    std::erase_if(rows, [&wanted](const ErrorCode* code) {
        const std::size_t dot = code->word.find('.');
        return !wanted.empty() && code->word != wanted && code->word.substr(0, dot) != wanted &&
               code->word.substr(dot + 1) != wanted;
    });
    if (rows.empty()) {
        out.complain("there is no error " + printable(wanted) + "; `ethpoc errors` lists them");
        return ExitCode::nothing;
    }
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.key("errors");
        json.begin_list();
        for (const ErrorCode* code : rows) {
            write_row(json, *code);
        }
        json.end_list();
        json.end_object();
        return ExitCode::done;
    }
    for (const ErrorCode* code : rows) {
        show_row(out, *code);
    }
    return ExitCode::done;
}

} // namespace

void add_errors(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "errors", "The catalogue of errors: code, rule, hint, example",
                                "ethpoc errors rlp.non_canonical_byte\nethpoc errors frame");
    auto wanted = std::make_shared<std::string>();
    sub->add_option("code", *wanted, "a code, or a group of codes: rlp, hex, text, frame, message, chain, peer, file");
    sub->callback([&context, wanted] { context.action = [&context, wanted] { return run_errors(context, *wanted); }; });
}

} // namespace ethpoc::cmd
