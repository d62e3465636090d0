#include "cmd/view/talk_line.hpp"

#include <array>
#include <cstdio>

#include "cmd/view/columns.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/timestamp.hpp"
#include "show/describe.hpp"
#include "show/dissect.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {
namespace {

// Columns.
constexpr std::size_t who_width = 3;
constexpr std::size_t name_width = 15;     // GetTransactions
constexpr std::size_t name_and_size = 21;  // "GetTransactions 10 B"; a short name leaves room to a large size
constexpr std::size_t least_for_size = 64; // of the terminal
constexpr std::size_t least_for_time = 52;
constexpr std::size_t continuation = 2; // a line that goes on is set in by so much

/// A line while it is written: how far it has come, and the text with its colours.
class TalkRow {
  public:
    explicit TalkRow(const Output& out) : out_(out), width_(out.width()) {}

    void put(Tone tone, const std::string& text) {
        text_ += out_.paint(tone, text);
        column_ += display_width(text);
    }
    /// At `column`, at least one blank after what is there.
    void next(Tone tone, const std::string& text, std::size_t column) {
        put(Tone::plain, std::string(column > column_ ? column - column_ : 1, ' '));
        put(tone, text);
    }
    /// `text` from here on, in lines as wide as it is; those that follow begin at column `indent`.
    void flow(Tone tone, const std::string& text, std::size_t indent) {
        if (column_ > indent && display_width(text.substr(0, text.find(' '))) > room(column_)) { line(indent); }
        const std::string blank(column_, '-'); // stands for what is there, so that the first line is shorter
        std::string lines = wrapped(blank + text, width_, indent).substr(blank.size());
        for (std::size_t end = lines.find('\n'); end != std::string::npos; end = lines.find('\n')) {
            put(tone, lines.substr(0, end));
            line(indent);
            lines.erase(0, end + 1 + indent);
        }
        put(tone, lines);
    }
    void line(std::size_t indent) {
        text_.erase(text_.find_last_not_of(' ') + 1);
        text_ += '\n' + std::string(indent, ' ');
        column_ = indent;
    }
    std::size_t column() const { return column_; }
    std::size_t room(std::size_t column) const { return width_ > column ? width_ - column : 0; }
    std::size_t width() const { return width_; }
    std::string take() { return std::move(text_) + '\n'; }

  private:
    const Output& out_;
    std::size_t width_;
    std::size_t column_ = 0;
    std::string text_{};
};

Tone name_tone(const TalkLine& line) {
    if (line.tone) { return *line.tone; }
    if (!line.problem.empty()) { return line.tolerated ? Tone::yellow : Tone::red; }
    return line.arrow == TalkLine::Arrow::right  ? Tone::blue
           : line.arrow == TalkLine::Arrow::left ? Tone::cyan
                                                 : Tone::bold;
}

const char* text_of(TalkLine::Arrow arrow) {
    constexpr std::array<const char*, 3> texts{"  ", "->", "<-"};
    return texts[static_cast<std::size_t>(arrow)];
}

/// Behind the name and the size where there is room, else on lines of its own under the name.
void put_problem(TalkRow& row, const TalkLine& line, std::size_t name, std::size_t details) {
    const Tone tone = line.tolerated ? Tone::yellow : Tone::red;
    const std::string text = "⚠ " + line.problem;
    const bool first = row.column() == name; // nothing stands there
    const std::size_t at = first ? name : std::max(details, row.column() + 2);
    if (!first && display_width(text) > row.room(at)) {
        row.line(name);
        return row.flow(tone, text, name + continuation);
    }
    if (!first) { row.next(tone, "", at); }
    row.flow(tone, text, name + continuation);
}

/// What our sentences quote was made printable there: a backslash stays.
std::string in_full(const Error& error) {
    return printable(short_message(error), 400, "\\");
}

} // namespace

std::string clock_time() {
    return timestamp_now().substr(11, 12);
}

std::string elapsed_time(double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%9.3f", seconds);
    return text.data();
}

std::string talk_text(const Output& out, const TalkLine& line) {
    TalkRow row(out);
    if (!line.time.empty() && row.width() >= least_for_time) { row.put(Tone::dim, line.time + ' '); }
    row.put(Tone::plain, right_aligned(line.who, who_width) + ' ');
    const Tone tone = name_tone(line);
    row.put(tone, text_of(line.arrow));
    row.put(Tone::plain, " ");

    const std::size_t name = row.column();
    const bool sized = row.width() >= least_for_size;
    const std::size_t field = sized ? name_and_size : name_width;
    const std::size_t details = name + field + 2;
    if (!line.name.empty()) { row.put(tone, line.name); }
    if (sized && line.bytes) {
        const std::string size = std::to_string(*line.bytes) + " B";
        row.next(Tone::dim, size, name + field - std::min(field, size.size()));
    }
    if (!line.details.empty()) {
        const std::size_t at = std::max(details, row.column() + 1);
        row.next(Tone::plain, "", at);
        line.arrow == TalkLine::Arrow::none ? row.flow(Tone::plain, line.details, name + continuation)
                                            : row.put(Tone::plain, shortened(line.details, row.room(at)));
    }
    if (!line.problem.empty()) { put_problem(row, line, name, details); }
    return row.take();
}

std::size_t show_talk(Output& out, const TalkLine& line) {
    const std::string text = talk_text(out, line);
    out.text(text);
    out.flush();
    return text.size();
}

TalkLine talk_of(const wire::Said& said) {
    TalkLine line{.arrow = arrow_of(said.from), .bytes = wire::frame_header_size + said.payload.size()};
    const auto type = show::type_of(said);
    line.name = said.message != nullptr || said.error == nullptr ? wire::name_of(type) : "no message";
    const Error* const fault = said.error != nullptr ? said.error : said.tolerated;
    line.tolerated = said.error == nullptr;
    if (fault != nullptr) { line.problem = std::string(show::verdict_word(line.tolerated)) + in_full(*fault); }
    if (said.error == nullptr) { line.details = show::describe(said.profile, said.payload, said.offsets); }
    return line;
}

TalkLine talk_of(wire::Side from, const Error& error) {
    return {.arrow = arrow_of(from), .problem = in_full(error)};
}

} // namespace ethpoc::cmd
