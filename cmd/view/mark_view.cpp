#include "cmd/view/mark_view.hpp"

#include "cmd/view/byte_options.hpp"
#include "cmd/view/step_view.hpp"

namespace ethpoc::cmd {
namespace {

constexpr std::size_t longest_answer = 400; // of what is shown of it
constexpr std::size_t label_width = 9;

void labelled(Output& out, std::string label, const std::string& text) {
    if (text.empty()) { return; }
    label.resize(label_width, ' ');
    out.text(hanging("   " + label, text, ViewOptions{}.width) + '\n');
}

std::string trimmed_answer(const std::string& answer) {
    const std::size_t begin = answer.find_first_not_of(" \t\r");
    if (begin == std::string::npos) { return {}; }
    return answer.substr(begin, answer.find_last_not_of(" \t\r") + 1 - begin);
}

/// The step as a sentence, and the rule unless the step names it.
std::string why_of(const show::Mark& mark) {
    std::string out =
        "step " + std::to_string(mark.number) + " at " + hex_offset(mark.step.offset) + ": " + mark.step.text;
    if (!mark.step.fit.empty()) { out += "; " + mark.step.fit; }
    if (!mark.rule.empty() && !out.ends_with(mark.rule)) { out += ". " + mark.rule; }
    return out;
}

} // namespace

void show_mark(Output& out, const std::string& front, const show::Question& question, const std::string& answer,
               const show::Mark& mark) {
    const std::string yours = printable(trimmed_answer(answer), longest_answer);
    out.text(front + (mark.right ? out.paint(Tone::green, "right") : out.paint(Tone::red, "wrong")) + '\n');
    labelled(out, "bytes", to_hex(question.bytes));
    labelled(out, "yours", yours.empty() ? "(no answer)" : yours);
    labelled(out, "spells", mark.written);
    labelled(out, "but", mark.remark);
    labelled(out, "answer", question.answer);
    labelled(out, "why", why_of(mark));
    labelled(out, "hint", mark.hint);
}

void write_question(JsonWriter& json, const show::Question& question) {
    json.member("hex", to_hex(question.bytes));
    json.member("wants", question.wants_code ? "code" : "text");
}

void write_mark(JsonWriter& json, const show::Question& question, const std::string& answer, const show::Mark& mark) {
    json.member("answer", question.answer);
    json.member("yours", trimmed_answer(answer));
    json.flag("right", mark.right);
    if (!mark.written.empty()) { json.member("written", mark.written); }
    if (!mark.remark.empty()) { json.member("remark", mark.remark); }
    json.key("why");
    write_step(json, mark.step, mark.number);
    if (!mark.rule.empty()) { json.member("rule", mark.rule); }
    if (!mark.hint.empty()) { json.member("hint", mark.hint); }
}

} // namespace ethpoc::cmd
