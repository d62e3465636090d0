// ethpoc rlp explain and diff.
#include "cmd/rlp_commands.hpp"
#include "cmd/view/diff_view.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/view/step_view.hpp"
#include "show/explain.hpp"
#include "show/text.hpp"

namespace ethpoc::cmd {
namespace {

void steps_as_json(Output& out, const rlp::Tree& tree, const std::optional<Error>& error, bool reverse) {
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", !error);
    json.key("steps");
    json.begin_list();
    std::size_t count = 0;
    const auto write = [&](const show::Step& step) {
        write_step(json, step, ++count);
        return !out.closed();
    };
    reverse ? show::explain_writing(tree, write) : show::explain_reading(tree, write);
    json.end_list();
    if (error) {
        json.key("error");
        write_error(json, *error, show::hint_for(tree, *error));
    }
    json.end_object();
}

} // namespace

ExitCode explain_rlp(Context& context, const ByteOptions& options, const ExplainOptions& how) {
    Output& out = context.out;
    const auto bytes = read_input(out, options.words, options.form);
    if (!bytes) { return bytes.error(); }
    const rlp::Tree tree = tree_of(*bytes, options);
    const auto error = tree.first_error();
    const ExitCode code = error ? ExitCode::negative : ExitCode::done;
    if (out.json()) {
        steps_as_json(out, tree, error, how.reverse);
        return code;
    }
    StepView steps(out, options.view, tree.bytes, how.wait && options.words != std::vector<std::string>{"-"});
    const auto print = [&steps](const show::Step& step) { return steps.show(step); };
    how.reverse ? show::explain_writing(tree, print) : show::explain_reading(tree, print);
    if (!tree.nodes.empty()) { out.text("result  " + show::short_text(tree, 0, options.view.width - 8) + '\n'); }
    if (error) {
        out.text(out.paint(Tone::red, "error   ") + wrapped(short_message(*error), options.view.width - 8, 8) + '\n');
        const std::string hint = show::hint_for(tree, *error);
        if (!hint.empty()) { out.text("hint    " + wrapped(hint, options.view.width - 8, 8) + '\n'); }
        const std::string note = options.legacy ? std::string() : show::old_dialect_note(*bytes);
        if (!note.empty()) {
            out.text("note    " + wrapped(note + " --legacy explains them.", options.view.width - 8, 8) + '\n');
        }
    }
    return code;
}

ExitCode diff_rlp(Context& context, const ByteOptions& options) {
    Output& out = context.out;
    const auto both = read_two(out, options);
    if (!both) { return both.error(); }
    const rlp::Tree first = tree_of(both->first, options);
    const rlp::Tree second = tree_of(both->second, options);
    const bool equal = both->first == both->second;
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.flag("equal", equal);
        json.key("differences");
        json.begin_list();
        show_differences(out, &json, options.view, {first}, {second});
        json.end_list();
        json.end_object();
    } else if (show_differences(out, nullptr, options.view, {first}, {second}) == 0) {
        out.text("equal: " + plural(both->first.size(), "byte") + '\n');
    }
    return equal ? ExitCode::done : ExitCode::negative;
}

} // namespace ethpoc::cmd
