#include "cmd/view/step_view.hpp"

#include <algorithm>
#include <cstdio>

namespace ethpoc::cmd {
namespace {

constexpr std::size_t most_bytes = 3; // of the bytes column
constexpr std::size_t step_bytes_width = 3 * most_bytes - 1;
constexpr std::size_t least_room = 32; // of the text; deeper lists are not set in any further
constexpr std::size_t least_for_word = 60;
constexpr char glue = '\x01'; // a blank at which no line ends

std::string some_hex(BytesView bytes) {
    const bool cut = bytes.size() > most_bytes;
    std::string out;
    for (const std::uint8_t b : bytes.first(cut ? most_bytes - 1 : bytes.size())) {
        out += (out.empty() ? "" : " ") + to_hex({&b, 1});
    }
    return cut ? out + " .." : out;
}

/// A calculation stays on one line: "0x83 - 0x80 = 3".
std::string glued(std::string text) {
    for (const char* const sign : {" - ", " + ", " = "}) {
        for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign, at + 1)) {
            text[at] = text[at + 2] = glue;
        }
    }
    return text;
}

/// `text` beside `front`, which is as wide as the columns before it.
std::string beside(const std::string& front, const std::string& text, std::size_t width) {
    std::string out = hanging(front, glued(text), width);
    std::ranges::replace(out, glue, ' ');
    return out + '\n';
}

} // namespace

bool StepView::show(const show::Step& step, const std::string& name) {
    const bool narrow = view_.width < least_for_word;
    std::string front = (narrow ? "" : "step ") + std::to_string(++count_);
    front = padded(std::move(front) + ' ', narrow ? 4 : 9);
    const std::string place = view_.offset(step.offset);
    front += (step.size == 0 ? std::string(place.size(), ' ') : place) + "  ";
    front += padded(some_hex(bytes_.subspan(step.offset, step.size)), step_bytes_width) + "  ";
    const std::size_t room = view_.width > front.size() + least_room ? view_.width - front.size() - least_room : 0;
    front.append(std::min<std::size_t>(2 * std::size_t{step.depth}, room), ' ');
    out_.text(beside(front, name.empty() ? step.text : name + ": " + step.text, view_.width));
    if (!step.fit.empty()) { out_.text(beside(std::string(front.size(), ' '), step.fit, view_.width)); }
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

void write_step(JsonWriter& json, const show::Step& step, std::size_t number, const std::string& name,
                std::optional<std::size_t> stream) {
    json.begin_object();
    json.member("step", number);
    if (stream) { json.member("stream", *stream); }
    json.member("offset", step.offset);
    json.member("length", step.size);
    json.member("depth", step.depth);
    if (!name.empty()) { json.member("name", name); }
    json.member("text", step.text);
    if (!step.fit.empty()) { json.member("fit", step.fit); }
    json.end_object();
}

} // namespace ethpoc::cmd
