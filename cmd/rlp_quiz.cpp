// ethpoc rlp quiz: questions with a seed, and their marks.
#include <CLI/App.hpp>
#include <charconv>

#include "cmd/rlp_commands.hpp"
#include "cmd/view/byte_options.hpp"
#include "cmd/view/input.hpp"
#include "cmd/view/json_writer.hpp"
#include "show/quiz.hpp"

namespace ethpoc::cmd {
namespace {

struct QuizOptions {
    unsigned level = 1;
    std::uint64_t seed = 1;
    std::uint64_t count = 5;
    std::string grade;
    bool answers = false;
};

std::vector<show::Question> questions_of(const QuizOptions& options) {
    std::vector<show::Question> out;
    out.reserve(options.count);
    for (std::uint64_t i = 0; i < options.count; ++i) {
        out.push_back(show::make_question(options.seed, options.level, i));
    }
    return out;
}

/// One answer a line; "3: [1 2]" is the answer to question 3, a line without a number to the next one. Lines that begin
/// with # and empty ones are skipped.
std::vector<std::string> read_answers(std::string_view text, std::size_t count) {
    std::vector<std::string> out(count);
    std::size_t next = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.starts_with('#')) { continue; }
        std::size_t number = 0;
        const auto [digits_end, code] = std::from_chars(line.data(), line.data() + line.size(), number);
        const auto digits = static_cast<std::size_t>(digits_end - line.data());
        if (code == std::errc{} && digits < line.size() && line[digits] == ':') {
            next = number - 1;
            line.remove_prefix(digits + 1);
        }
        if (next < count) { out[next] = line; }
        ++next;
    }
    return out;
}

void ask(Output& out, const QuizOptions& options, const std::vector<show::Question>& questions) {
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.member("level", options.level);
        json.member("seed", options.seed);
        json.key("questions");
        json.begin_list();
        for (const show::Question& question : questions) {
            json.begin_object();
            json.member("hex", to_hex(question.bytes));
            json.member("wants", question.wants_code ? "code" : "text");
            if (options.answers) { json.member("answer", question.answer); }
            json.end_object();
        }
        json.end_list();
        json.end_object();
        return;
    }
    out.text(options.level >= 4 ? "What is wrong? Answer with a code of `ethpoc errors`, or good.\n"
                                : "What do these bytes say? Answer in the text form, that of `ethpoc rlp text`.\n");
    for (std::size_t i = 0; i < questions.size(); ++i) {
        out.text(hanging(std::to_string(i + 1) + ": ", to_hex(questions[i].bytes), ViewOptions{}.width) + '\n');
        if (options.answers) { out.text("   " + questions[i].answer + '\n'); }
    }
}

ExitCode grade(Output& out, const QuizOptions& options, const std::vector<show::Question>& questions) {
    const auto text = read_whole_file(out, options.grade);
    if (!text) { return text.error(); }
    const auto answers = read_answers(*text, questions.size());
    std::vector<bool> right;
    right.reserve(questions.size());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        right.push_back(show::is_right(questions[i], answers[i]));
    }
    const auto points = static_cast<std::size_t>(std::count(right.begin(), right.end(), true));
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.member("points", points);
        json.member("of", questions.size());
        json.key("right");
        json.begin_list();
        for (const bool one : right) {
            json.boolean(one);
        }
        json.end_list();
        json.end_object();
    } else {
        for (std::size_t i = 0; i < questions.size(); ++i) {
            out.text(std::to_string(i + 1) + ": " +
                     (right[i] ? out.paint(Tone::green, "right")
                               : out.paint(Tone::red, "wrong") + ", " + to_hex(questions[i].bytes) + " is " +
                                     questions[i].answer) +
                     '\n');
        }
        out.text(std::to_string(points) + " of " + std::to_string(questions.size()) + " points\n");
    }
    return points == questions.size() ? ExitCode::done : ExitCode::negative;
}

} // namespace

void add_rlp_quiz(CLI::App& rlp, Context& context) {
    CLI::App* sub =
        add_command(rlp, "quiz", "Questions for learners; the same seed asks the same",
                    "ethpoc rlp quiz --level 2 --seed 7\nethpoc rlp quiz --level 2 --seed 7 --grade answers.txt");
    auto options = std::make_shared<QuizOptions>();
    sub->add_option("--level", options->level, "1 strings, 2 lists, 3 nests and long forms, 4 damaged bytes")
        ->check(CLI::Range(1u, show::quiz_levels));
    sub->add_option("--seed", options->seed, "which questions (1)");
    sub->add_option("--count", options->count, "how many (5)")->check(CLI::Range(1u, 1000u));
    sub->add_option("--grade", options->grade, "a file with one answer a line, or -; exit code 1 unless all are right")
        ->type_name("FILE");
    sub->add_flag("--answers", options->answers, "print the answers too");
    sub->callback([&context, options] {
        context.action = [&context, options] {
            const auto questions = questions_of(*options);
            if (!options->grade.empty()) { return grade(context.out, *options, questions); }
            ask(context.out, *options, questions);
            return ExitCode::done;
        };
    });
}

} // namespace ethpoc::cmd
