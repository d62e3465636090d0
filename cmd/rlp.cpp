// ethpoc rlp: bytes as RLP. show never stops at the first error, check is strict, text and encode are inverse.
#include <CLI/App.hpp>

#include "cmd/encode.hpp"
#include "cmd/rlp_commands.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/view/tree_view.hpp"
#include "rlp/legacy.hpp"
#include "show/explain.hpp"
#include "show/text.hpp"

namespace ethpoc::cmd {

rlp::Tree tree_of(BytesView bytes, const ByteOptions& options) {
    const rlp::TreeOptions how{.limits = options.limits()};
    return options.legacy ? rlp::legacy::read_tree(bytes, how) : rlp::read_tree(bytes, how);
}

namespace {

std::string note_for(BytesView bytes, const std::optional<Error>& error, const ByteOptions& options) {
    return error && !options.legacy ? show::old_dialect_note(bytes) : std::string();
}

void show_json(Output& out, const rlp::Tree& tree, const std::optional<Error>& error, const std::string& note,
               const ByteOptions& options) {
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", !error);
    if (!options.view.no_names && options.legacy) { json.member("dialect", "item_counted"); }
    json.key("items");
    json.begin_list();
    for (std::size_t i = 0; i < tree.nodes.size() && !out.closed(); i = tree.nodes[i].after) {
        write_node(json, tree, i, nullptr);
    }
    json.end_list();
    if (error) {
        json.key("error");
        write_error(json, *error, show::hint_for(tree, *error));
    }
    if (!note.empty()) { json.member("note", note); }
    json.end_object();
}

void conclude_show(Output& out, const rlp::Tree& tree, const std::optional<Error>& error, const std::string& note,
                   const ByteOptions& options) {
    if (!error) {
        out.text(out.paint(Tone::green, "good") + ": " + plural(tree.bytes.size(), "byte") + ", " +
                 plural(tree.nodes.size(), "node") + ", canonical\n");
        return;
    }
    const bool marked = std::ranges::any_of(tree.nodes, [](const rlp::Node& node) { return node.code != nullptr; });
    if (!marked) { show_fault(out, tree.bytes, *error, show::hint_for(tree, *error), options.view); }
    out.text(out.paint(Tone::red, "malformed") + ": " + wrapped(short_message(*error), options.view.width - 13, 2) +
             '\n');
    show_remark(out, "note", note, options.view);
    if (!note.empty()) { show_remark(out, "try", "add --legacy to read them as they were meant", options.view); }
}

ExitCode show(Context& context, const ByteOptions& options) {
    const auto bytes = read_input(context.out, options.words, options.form);
    if (!bytes) { return bytes.error(); }
    const rlp::Tree tree = tree_of(*bytes, options);
    const auto error = tree.first_error();
    const std::string note = note_for(*bytes, error, options);
    if (context.out.json()) {
        show_json(context.out, tree, error, note, options);
    } else {
        TreeView(context.out, options.view, tree).show();
        conclude_show(context.out, tree, error, note, options);
    }
    return error ? ExitCode::negative : ExitCode::done;
}

ExitCode check(Context& context, const ByteOptions& options) {
    Output& out = context.out;
    const auto bytes = read_input(out, options.words, options.form);
    if (!bytes) { return bytes.error(); }
    const rlp::Tree tree = tree_of(*bytes, options);
    const auto error = tree.first_error();
    const std::string note = note_for(*bytes, error, options);
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.flag("ok", !error);
        json.member("bytes", bytes->size());
        if (error) {
            json.key("error");
            write_error(json, *error, show::hint_for(tree, *error));
        }
        if (!note.empty()) { json.member("note", note); }
        json.end_object();
    } else if (error) {
        show_fault(out, *bytes, *error, show::hint_for(tree, *error), options.view);
        show_remark(out, "note", note, options.view);
        if (!note.empty()) { show_remark(out, "try", "add --legacy to read them as they were meant", options.view); }
    } else {
        out.text(out.paint(Tone::green, "good") + ": one item of " + plural(bytes->size(), "byte") + ", canonical\n");
    }
    return error ? ExitCode::negative : ExitCode::done;
}

ExitCode text(Context& context, const ByteOptions& options) {
    const auto bytes = read_input(context.out, options.words, options.form);
    if (!bytes) { return bytes.error(); }
    const rlp::Tree tree = rlp::read_tree(*bytes, {.limits = options.limits()});
    if (context.out.json()) {
        std::string whole;
        show::write_text(tree, [&whole](std::string_view piece) { whole += piece; });
        JsonWriter json(context.out);
        json.begin_object();
        json.member("text", whole);
        json.end_object();
    } else {
        show::write_text(tree, [&context](std::string_view piece) { context.out.text(piece); });
    }
    return ExitCode::done;
}

using RunBytes = ExitCode (*)(Context&, const ByteOptions&);

struct RlpCommand {
    const char* name;
    const char* description;
    const char* example;
    RunBytes run;
    bool views;
};

constexpr RlpCommand rlp_commands[] = {
    {"show", "All bytes as a tree, good or bad", "ethpoc rlp show c88363617483646f67", show, true},
    {"text", "As text that `encode` reads back, whatever the bytes are", "ethpoc rlp text c88363617483646f67", text,
     false},
    {"diff", "What differs between two inputs, by path", "ethpoc rlp diff c88363617483646f67 c88363617483636f77",
     diff_rlp, true},
};

void add_rlp_command(CLI::App& rlp, Context& context, const RlpCommand& row) {
    CLI::App* sub = add_command(rlp, row.name, row.description, row.example);
    auto options = std::make_shared<ByteOptions>();
    add_input_options(*sub, *options);
    if (row.views) {
        add_view_options(*sub, *options, context.out);
        sub->add_flag("--legacy", options->legacy, "the RLP of January 2014 (PoC-1): lists count items");
    }
    sub->callback([&context, options, run = row.run] {
        context.action = [&context, options, run] { return run(context, *options); };
    });
}

void add_check(CLI::App& rlp, Context& context) {
    CLI::App* sub = add_command(rlp, "check", "Strict: one canonical item, or the first error and its place",
                                "ethpoc rlp check c88363617483646f\n"
                                "printf 'c0\\n8105\\n' | ethpoc rlp check --batch");
    auto options = std::make_shared<ByteOptions>();
    auto batch = std::make_shared<bool>(false);
    add_input_options(*sub, *options);
    add_view_options(*sub, *options, context.out);
    sub->add_flag("--legacy", options->legacy, "the RLP of January 2014 (PoC-1): lists count items");
    sub->add_flag(
        "--batch", *batch,
        "one item a line, as hex digits, from a file or the standard input; answers each with a line of JSON");
    sub->callback([&context, options, batch] {
        context.action = [&context, options, batch] {
            return *batch ? check_batch_of(context, *options) : check(context, *options);
        };
    });
}

void add_encode(CLI::App& rlp, Context& context) {
    CLI::App* sub = add_command(rlp, "encode", "Text to bytes",
                                "ethpoc rlp encode '[\"cat\" \"dog\"]'\n"
                                "ethpoc rlp encode --out bin '[\"cat\", \"dog\"]' | ethpoc rlp show");
    auto options = std::make_shared<EncodeOptions>();
    add_encode_options(*sub, *options);
    sub->callback(
        [&context, options] { context.action = [&context, options] { return encode_text(context, *options, {}); }; });
}

void add_explain(CLI::App& rlp, Context& context) {
    CLI::App* sub =
        add_command(rlp, "explain", "How the bytes are read, step by step",
                    "ethpoc rlp explain c88363617483646f67\nethpoc rlp explain --reverse c88363617483646f67");
    auto options = std::make_shared<ByteOptions>();
    auto how = std::make_shared<ExplainOptions>();
    add_input_options(*sub, *options);
    add_view_options(*sub, *options, context.out);
    sub->add_flag("--legacy", options->legacy, "the RLP of January 2014 (PoC-1): lists count items");
    sub->add_flag("--reverse", how->reverse, "how they are written: why this header and no other");
    sub->add_flag("--tty", how->wait, "wait for Enter after each step");
    sub->callback([&context, options, how] {
        context.action = [&context, options, how] { return explain_rlp(context, *options, *how); };
    });
}

} // namespace

void add_rlp(CLI::App& app, Context& context) {
    CLI::App* rlp = add_command(app, "rlp", "See, check, explain and write RLP",
                                "ethpoc rlp show c88363617483646f67\nethpoc rlp explain c88363617483646f67");
    rlp->require_subcommand(1);
    for (const RlpCommand& row : rlp_commands) {
        add_rlp_command(*rlp, context, row);
    }
    add_check(*rlp, context);
    add_encode(*rlp, context);
    add_explain(*rlp, context);
    add_rlp_quiz(*rlp, context);
}

} // namespace ethpoc::cmd
