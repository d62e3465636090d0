#include "conform/report_text.hpp"

#include <algorithm>

#include "conform/report_counts.hpp"
#include "conform/report_coverage.hpp"
#include "conform/report_dump.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t label_width = 10;
constexpr std::size_t verdict_width = 9; // of "NONSTRICT"
constexpr std::size_t shown_value = 2000;
constexpr std::size_t shown_in_line = 200; // behind a run

std::string painted(const TextStyle& style, PaintTone tone, std::string_view text) {
    return style.paint && !text.empty() ? style.paint(tone, text) : std::string(text);
}

PaintTone paint_of(Verdict verdict) noexcept {
    switch (mood_of(verdict)) {
    case Mood::good:
        return PaintTone::good;
    case Mood::fair:
        return PaintTone::fair;
    case Mood::bad:
        return PaintTone::bad;
    case Mood::neutral:
        break;
    }
    return PaintTone::neutral;
}

std::size_t columns_of(const TextStyle& style) {
    return std::max<std::size_t>(style.width, 40);
}

/// "  expected  ..", its further lines below its first word.
void add_labelled(std::string& out, std::string_view label, std::string_view value, const TextStyle& style) {
    std::string head = "  " + std::string(label);
    head.resize(std::max(head.size() + 1, label_width + 2), ' ');
    const std::string indent(head.size(), ' ');
    bool first = true;
    for (const std::string& line : wrapped(value, columns_of(style) - std::min(columns_of(style) - 20, head.size()))) {
        out += (first ? painted(style, PaintTone::soft, head) : indent) + line + "\n";
        first = false;
    }
}

std::string what_else(const Outcome& outcome) {
    switch (outcome.verdict) {
    case Verdict::pass:
        return {};
    case Verdict::skip:
    case Verdict::unimpl:
    case Verdict::error:
        return printable(outcome.reason, shown_in_line);
    case Verdict::nonstrict:
    case Verdict::info:
    case Verdict::fail:
    case Verdict::xfail:
    case Verdict::xpass:
    case Verdict::dead:
        break;
    }
    std::string out = printable(outcome.seen, shown_in_line);
    if (!outcome.reason.empty()) { out += (out.empty() ? "" : "; ") + printable(outcome.reason, shown_in_line); }
    return out;
}

/// "3 FAIL  12 SKIP", those that came.
std::string verdicts_text(const Counts& counts, const TextStyle& style) {
    std::string out;
    for (std::size_t i = 0; i < verdict_count; ++i) {
        if (counts.by_verdict[i] == 0) { continue; }
        const auto verdict = static_cast<Verdict>(i);
        out += "  " + painted(style, paint_of(verdict),
                              std::to_string(counts.by_verdict[i]) + " " + std::string(name_of(verdict)));
    }
    return out;
}

void add_coverage(std::string& out, const Report& report, const TextStyle& style) {
    const auto all = coverage(report);
    const SectionCoverage whole = sum(all);
    std::string untried;
    for (const SectionCoverage& section : all) {
        if (section.run == 0) { untried += " " + section.section; }
    }
    std::string text = std::to_string(whole.run) + " of " + std::to_string(whole.sentences) + " sentences tried, " +
                       std::to_string(whole.passed) + " kept";
    if (!untried.empty()) { text += "; nothing of section" + untried; }
    add_labelled(out, "coverage", text, style);
}

} // namespace

std::string text_head(const Report& report, const TextStyle& style) {
    std::string out;
    add_labelled(out, "target", printable(report.target, shown_value) + (report.target_dials ? " (it dials us)" : ""),
                 style);
    if (!report.client_id.empty()) { add_labelled(out, "client", printable(report.client_id, 256), style); }
    if (!report.profile.empty()) { add_labelled(out, "protocol", printable(report.profile), style); }
    if (!report.expectations.empty()) {
        add_labelled(out, "expected", printable(report.expectations, shown_value), style);
    }
    return out;
}

std::string text_line(const Outcome& outcome, const TextStyle& style) {
    std::string verdict(name_of(outcome.verdict));
    const std::string padding(verdict_width - std::min(verdict_width, verdict.size()), ' ');
    std::string out = painted(style, paint_of(outcome.verdict), verdict) + padding + " " + title_of(outcome);
    if (was_run(outcome.verdict)) { out += "  " + painted(style, PaintTone::soft, duration_text(outcome.took)); }
    const std::string more = what_else(outcome);
    if (!more.empty()) { out += "  " + more; }
    return out + "\n";
}

std::string text_block(const Report& report, const Outcome& outcome, const TextStyle& style) {
    if (!style.all_blocks && !wants_attention(outcome.verdict)) { return {}; }
    std::string out;
    std::string required = printable(outcome.sentence);
    if (const Sentence* const sentence = find_sentence(outcome.sentence)) {
        required += " " + sentence->text;
        if (!sentence->sources.empty()) { required += " (" + sentence->sources + ")"; }
    }
    add_labelled(out, name_of(outcome.level), required, style);
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) { add_labelled(out, label, printable(value, shown_value), style); }
    };
    add("stimulus", outcome.stimulus);
    add("expected", outcome.accept);
    add("tolerated", outcome.tolerate);
    add("seen", outcome.seen.empty() && was_run(outcome.verdict) ? "nothing" : outcome.seen);
    add("reason", outcome.reason);
    if (!outcome.transcript.empty()) {
        out += "  " + painted(style, PaintTone::soft, "bytes") + "\n";
        for (const std::string& line : transcript_lines(report, outcome, style)) {
            out += line + "\n";
        }
    }
    // Not wrapped: it is to be copied.
    std::string label = "  again";
    label.resize(label_width + 2, ' ');
    return out + painted(style, PaintTone::soft, label) + again_line(report, outcome) + "\n";
}

std::string text_summary(const Report& report, const TextStyle& style) {
    const Counts counts = count(report);
    std::string out =
        painted(style, PaintTone::strong, std::to_string(counts.total) + (counts.total == 1 ? " run" : " runs")) +
        (counts.total == 0 ? ": nothing was selected" : verdicts_text(counts, style)) + "\n";
    std::string levels;
    for (std::size_t i = 0; i < level_count; ++i) {
        const Counts::OfLevel& level = counts.by_level[i];
        if (level.run == 0) { continue; }
        levels += std::string(levels.empty() ? "" : "   ") + std::string(name_of(static_cast<Level>(i))) + " " +
                  std::to_string(level.passed) + " of " + std::to_string(level.run);
    }
    if (!levels.empty()) { add_labelled(out, "passed", levels, style); }
    if (counts.total > 0) { add_coverage(out, report, style); }
    add_labelled(out, "time", duration_text(report.took), style);
    std::string wanting;
    for (const Outcome* const outcome : unexpected(report)) {
        wanting += (wanting.empty() ? "" : " ") + printable(outcome->id);
    }
    if (!wanting.empty()) { add_labelled(out, "look at", wanting, style); }
    if (!report.complete) { out += painted(style, PaintTone::bad, "broken off: what is not here was not run") + "\n"; }
    return out;
}

std::string report_text(const Report& report, const TextStyle& style) {
    std::string out = text_head(report, style) + "\n";
    for (const Outcome& outcome : report.outcomes) {
        out += text_line(outcome, style) + text_block(report, outcome, style);
    }
    return out + "\n" + text_summary(report, style);
}

} // namespace ethpoc::conform
