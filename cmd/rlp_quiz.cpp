// ethpoc rlp quiz: questions with a seed, and their marks.
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include "cmd/rlp_commands.hpp"
#include "cmd/view/byte_options.hpp"
#include "cmd/view/input.hpp"
#include "cmd/view/mark_view.hpp"
#include "show/quiz.hpp"

namespace ethpoc::cmd {
namespace {

struct QuizOptions {
    unsigned level = 1;
    std::uint64_t seed = 1;
    std::uint64_t count = 5;
    std::string grade;
    bool answers = false;
    bool ask = false;
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

std::string_view task_of(unsigned level) {
    return level >= 4 ? "What is wrong? Answer with a code of `ethpoc errors`, or good.\n"
                      : "What do these bytes say? Answer in the text form, that of `ethpoc rlp text`.\n";
}

std::string question_line(std::size_t index, const show::Question& question) {
    return hanging(std::to_string(index + 1) + ": ", to_hex(question.bytes), ViewOptions{}.width) + '\n';
}

void print_questions(Output& out, const QuizOptions& options, const std::vector<show::Question>& questions) {
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.member("level", options.level);
        json.member("seed", options.seed);
        json.key("questions");
        json.begin_list();
        for (const show::Question& question : questions) {
            json.begin_object();
            write_question(json, question);
            if (options.answers) { json.member("answer", question.answer); }
            json.end_object();
        }
        json.end_list();
        json.end_object();
        return;
    }
    out.text(task_of(options.level));
    for (std::size_t i = 0; i < questions.size(); ++i) {
        out.text(question_line(i, questions[i]));
        if (options.answers) { out.text("   " + questions[i].answer + '\n'); }
    }
}

ExitCode verdict(std::size_t points, std::size_t of) {
    return points == of ? ExitCode::done : ExitCode::negative;
}

void print_points(Output& out, std::size_t points, std::size_t of) {
    out.text(std::to_string(points) + " of " + plural(of, "point") + '\n');
    if (points < of) { out.text("All steps of one: ethpoc rlp explain BYTES\n"); }
}

ExitCode grade_as_json(Output& out, const std::vector<show::Question>& questions,
                       const std::vector<std::string>& answers) {
    std::vector<show::Mark> marks;
    marks.reserve(questions.size());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        marks.push_back(show::mark(questions[i], answers[i]));
    }
    const auto points = static_cast<std::size_t>(std::ranges::count(marks, true, &show::Mark::right));
    JsonWriter json(out);
    json.begin_object();
    json.member("points", points);
    json.member("of", questions.size());
    json.key("right");
    json.begin_list();
    for (const show::Mark& one : marks) {
        json.boolean(one.right);
    }
    json.end_list();
    json.key("questions");
    json.begin_list();
    for (std::size_t i = 0; i < questions.size(); ++i) {
        json.begin_object();
        write_question(json, questions[i]);
        write_mark(json, questions[i], answers[i], marks[i]);
        json.end_object();
    }
    json.end_list();
    json.end_object();
    return verdict(points, questions.size());
}

ExitCode grade(Output& out, const std::string& file, const std::vector<show::Question>& questions) {
    const auto text = read_whole_file(out, file);
    if (!text) { return text.error(); }
    const auto answers = read_answers(*text, questions.size());
    if (out.json()) { return grade_as_json(out, questions, answers); }
    std::size_t points = 0;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const show::Mark marked = show::mark(questions[i], answers[i]);
        points += marked.right ? 1 : 0;
        show_mark(out, std::to_string(i + 1) + ": ", questions[i], answers[i], marked);
    }
    print_points(out, points, questions.size());
    return verdict(points, questions.size());
}

/// A line from the standard input without its end; nullopt: there is none. What is longer than an answer can be is cut.
std::optional<std::string> read_line() {
    constexpr std::size_t longest = 4096;
    std::string out;
    int c = std::getchar();
    if (c == EOF) { return std::nullopt; }
    for (; c != '\n' && c != EOF; c = std::getchar()) {
        if (out.size() < longest) { out += static_cast<char>(c); }
    }
    return out;
}

/// One question after the other, each marked as soon as it is answered. Those behind the end of the input are not
/// asked.
ExitCode ask(Output& out, const QuizOptions& options, const std::vector<show::Question>& questions) {
    const bool person = ::isatty(STDIN_FILENO) == 1;
    std::size_t points = 0;
    out.text(task_of(options.level));
    for (std::size_t i = 0; i < questions.size(); ++i) {
        out.text(question_line(i, questions[i]) + (person ? "> " : ""));
        out.flush();
        const auto answer = read_line();
        if (!answer) {
            out.text(person ? "\n" : "");
            break;
        }
        const show::Mark marked = show::mark(questions[i], *answer);
        points += marked.right ? 1 : 0;
        show_mark(out, "   ", questions[i], *answer, marked);
    }
    print_points(out, points, questions.size());
    return verdict(points, questions.size());
}

} // namespace

void add_rlp_quiz(CLI::App& rlp, Context& context) {
    CLI::App* sub = add_command(rlp, "quiz", "Questions for learners; the same seed asks the same",
                                "ethpoc rlp quiz --level 2 --ask\nethpoc rlp quiz --level 2 --seed 7\n"
                                "ethpoc rlp quiz --level 2 --seed 7 --grade answers.txt");
    auto options = std::make_shared<QuizOptions>();
    sub->add_option("--level", options->level, "1 strings, 2 lists, 3 nests and long forms, 4 damaged bytes")
        ->check(CLI::Range(1u, show::quiz_levels));
    sub->add_option("--seed", options->seed, "which questions (1)");
    sub->add_option("--count", options->count, "how many (5)")->check(CLI::Range(1u, 1000u));
    CLI::Option* graded =
        sub->add_option(
               "--grade", options->grade,
               "a file with one answer a line, or -: each is marked, and why; exit code 1 unless all are right")
            ->type_name("FILE");
    CLI::Option* asked =
        sub->add_flag("--ask", options->ask, "one after the other: type the answer, and it is marked at once")
            ->excludes(graded);
    sub->add_flag("--answers", options->answers, "print the answers too")->excludes(graded)->excludes(asked);
    sub->callback([&context, options] {
        context.action = [&context, options] {
            const auto questions = questions_of(*options);
            if (options->ask && !context.out.json()) { return ask(context.out, *options, questions); }
            const std::string file = options->ask ? "-" : options->grade;
            if (!file.empty()) { return grade(context.out, file, questions); }
            print_questions(context.out, *options, questions);
            return ExitCode::done;
        };
    });
}

} // namespace ethpoc::cmd
