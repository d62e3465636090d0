#include "cmd/encode.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <unistd.h>

#include "cmd/output_file.hpp"
#include "cmd/view/input.hpp"
#include "cmd/view/json_writer.hpp"
#include "cmd/view/node_json.hpp"
#include "config/suggest.hpp"

namespace ethpoc::cmd {
namespace {

constexpr std::string_view as_hex = "hex";
constexpr std::string_view as_binary = "bin";

ExitCode refuse_text(Output& out, const Error& error, const std::string& source) {
    if (!out.json()) {
        out.complain(text_error_sentence(error, source));
        return ExitCode::negative;
    }
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", false);
    json.key("error");
    write_error(json, error, std::string(error.code->hint));
    json.end_object();
    return ExitCode::negative;
}

/// Raw bytes, for a pipe.
ExitCode put_binary(Output& out, BytesView bytes) {
    if (out.json()) {
        out.refuse("input.usage", "--out bin writes the bytes alone, --json a document: leave out one of them, or give "
                                  "--out the name of a file");
        return ExitCode::usage;
    }
    if (::isatty(STDOUT_FILENO) == 1) {
        out.complain("--out bin writes raw bytes, which a terminal cannot show: send them to a file (> FILE) or to a "
                     "program (| xxd), or give --out the name of a file");
        return ExitCode::usage;
    }
    out.text(as_text(bytes));
    return ExitCode::done;
}

ExitCode put_file(Context& context, const EncodeOptions& options, BytesView bytes) {
    auto file = create_file(context, "--out", options.out, options.force);
    if (!file) { return file.error(); }
    auto done = file->write(bytes);
    if (done) { done = file->finish(); }
    if (!done) { return refuse_file(context, options.out, done.error()); }
    if (context.out.json()) {
        JsonWriter json(context.out);
        json.begin_object();
        json.flag("ok", true);
        json.member("file", options.out);
        json.member("bytes", bytes.size());
        json.end_object();
    } else {
        context.out.text("wrote " + plural(bytes.size(), "byte") + " to " + printable(options.out, 4096) + '\n');
    }
    return ExitCode::done;
}

void put_hex(Output& out, BytesView bytes) {
    if (!out.json()) { return out.text(to_hex(bytes) + '\n'); }
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", true);
    json.key("hex");
    json.hex(bytes);
    json.end_object();
}

} // namespace

void add_encode_options(CLI::App& app, EncodeOptions& options) {
    app.add_option("text", options.words,
                   "the text form, messages by their names too; a file that holds it, or - for the standard input")
        ->type_name("TEXT|FILE|-");
    app.add_option("--out", options.out,
                   "hex: a line (the default); bin: the raw bytes, for a pipe; else the file for the raw bytes")
        ->type_name("hex|bin|FILE");
    app.add_flag("--force", options.force, "overwrite the file of --out");
}

ExitCode encode_text(Context& context, const EncodeOptions& options, const show::TextVersion& version) {
    Output& out = context.out;
    const auto source = read_text_input(out, options.words);
    if (!source) { return source.error(); }
    std::vector<std::string_view> instead;
    const auto bytes = show::from_text(*source, version, &instead);
    if (!bytes) { return refuse_text(out, with_suggestion(bytes.error(), *source, instead), *source); }
    if (options.out == as_binary || (options.out == "-" && !out.json())) { return put_binary(out, *bytes); }
    if (options.out != as_hex) { return put_file(context, options, *bytes); }
    put_hex(out, *bytes);
    return ExitCode::done;
}

Error with_suggestion(Error error, std::string_view text, const std::vector<std::string_view>& instead) {
    std::string_view word = text.substr(error.offset, error.length);
    if (word.ends_with(':')) { word.remove_suffix(1); }
    const std::string suggestion = config::did_you_mean(word, instead);
    error.detail += suggestion;
    if (!suggestion.empty() || instead.empty()) { return error; }
    error.detail += ". There ";
    error.detail += instead.size() == 1 ? "is only " : "are ";
    for (std::size_t i = 0; i < instead.size(); ++i) {
        error.detail += (i == 0 ? "" : i + 1 == instead.size() ? " and " : ", ") + std::string(instead[i]);
    }
    return error;
}

std::string text_error_sentence(const Error& error, std::string_view text) {
    const auto line = std::ranges::count(text.substr(0, error.offset), '\n') + 1;
    const std::string what = error.detail.empty() ? std::string(error.code->rule) : error.detail;
    const std::string sentence = std::string(error.code->word) + " at character " + std::to_string(error.offset + 1) +
                                 ", line " + std::to_string(line) + ": " + what;
    return what.ends_with('?') ? sentence : sentence + ". " + std::string(error.code->hint);
}

} // namespace ethpoc::cmd
