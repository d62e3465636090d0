#include "cmd/view/step_view.hpp"

#include <algorithm>
#include <cstdio>

namespace ethpoc::cmd {
namespace {

constexpr std::size_t most_bytes = 3; // of the bytes column
constexpr std::size_t deepest_indent = 8;
constexpr std::size_t text_column = 28;

std::string some_hex(BytesView bytes) {
    const bool cut = bytes.size() > most_bytes;
    std::string out;
    for (const std::uint8_t b : bytes.first(cut ? most_bytes - 1 : bytes.size())) {
        out += (out.empty() ? "" : " ") + to_hex({&b, 1});
    }
    return cut ? out + " .." : out;
}

} // namespace

bool StepView::show(const show::Step& step, const std::string& name) {
    std::string front = "step " + std::to_string(++count_);
    front.resize(std::max<std::size_t>(front.size() + 1, 9), ' ');
    const std::string place = view_.offset(step.offset);
    front += (step.size == 0 ? std::string(place.size(), ' ') : place) + "  ";
    front.append(2 * std::min<std::size_t>(step.depth, deepest_indent), ' ');
    front += some_hex(bytes_.subspan(step.offset, step.size));
    front.resize(std::max(front.size() + 2, text_column), ' ');
    out_.text(hanging(front, name.empty() ? step.text : name + ": " + step.text, view_.width) + '\n');
    if (!step.fit.empty()) { out_.text(hanging(std::string(front.size(), ' '), step.fit, view_.width) + '\n'); }
    if (wait_) { wait(); }
    return !out_.closed();
}

void StepView::wait() const {
    out_.flush();
    int c = 0;
    while (c != '\n' && c != EOF) {
        c = std::getchar();
    }
}

void write_step(JsonWriter& json, const show::Step& step, std::size_t number, const std::string& name) {
    json.begin_object();
    json.member("step", number);
    json.member("offset", step.offset);
    json.member("length", step.size);
    json.member("depth", step.depth);
    if (!name.empty()) { json.member("name", name); }
    json.member("text", step.text);
    if (!step.fit.empty()) { json.member("fit", step.fit); }
    json.end_object();
}

} // namespace ethpoc::cmd
