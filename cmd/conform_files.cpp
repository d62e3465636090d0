// ethpoc conform report and diff: what was run before.
#include <nlohmann/json.hpp>

#include "cmd/conform_options.hpp"
#include "cmd/output_file.hpp"
#include "cmd/view/input.hpp"
#include "conform/report_counts.hpp"
#include "conform/report_coverage.hpp"
#include "conform/report_diff.hpp"
#include "conform/report_html.hpp"
#include "conform/report_json.hpp"
#include "conform/report_junit.hpp"

namespace ethpoc::cmd {

namespace {

using conform::Report;

std::expected<std::vector<Report>, ExitCode> read_reports(Context& context, const std::vector<std::string>& names) {
    std::vector<Report> out;
    for (const std::string& name : names) {
        const auto text = read_whole_file(context.out, name);
        if (!text) { return std::unexpected(text.error()); }
        auto report = conform::read_report(*text);
        if (!report) {
            context.out.refuse("report.not_read", report.error().in(name));
            return std::unexpected(ExitCode::negative);
        }
        out.push_back(std::move(*report));
    }
    return out;
}

std::optional<ExitCode> write_text(Context& context, const std::string& option, const std::optional<std::string>& name,
                                   bool force, const std::string& text) {
    if (!name) { return std::nullopt; }
    auto file = create_file(context, option, *name, force);
    if (!file) { return file.error(); }
    auto done = file->write(as_bytes(text));
    if (done) { done = file->finish(); }
    if (!done) { return refuse_file(context, *name, done.error()); }
    return std::nullopt;
}

conform::TextStyle painted(Output& out) {
    conform::TextStyle style;
    style.paint = [&out](conform::PaintTone tone, std::string_view text) { return out.paint(tone_of(tone), text); };
    return style;
}

/// One line a report: who, and how many of what.
std::string line_of(const Report& report) {
    const conform::Counts counts = conform::count(report);
    std::string out = printable(report.client_id) + "  protocol " + printable(report.profile);
    for (const auto verdict :
         {conform::Verdict::pass, conform::Verdict::nonstrict, conform::Verdict::fail, conform::Verdict::xfail,
          conform::Verdict::xpass, conform::Verdict::info, conform::Verdict::skip, conform::Verdict::unimpl,
          conform::Verdict::error, conform::Verdict::dead}) {
        if (counts.of(verdict) == 0) { continue; }
        out += "  " + std::to_string(counts.of(verdict)) + " " + std::string(conform::name_of(verdict));
    }
    return out + "\n";
}

} // namespace

ExitCode conform_report(Context& context, const ConformFiles& options) {
    const auto reports = read_reports(context, options.files);
    if (!reports) { return reports.error(); }
    if (const auto trouble = write_text(context, "--html", options.html, options.force,
                                        options.html ? conform::report_html(*reports, options.title) : "")) {
        return *trouble;
    }
    if (const auto trouble = write_text(context, "--junit", options.junit, options.force,
                                        options.junit ? conform::report_junit(*reports) : "")) {
        return *trouble;
    }
    const auto covered = conform::coverage(*reports);
    if (context.out.json()) {
        context.out.document(nlohmann::ordered_json::parse(conform::coverage_json(covered)));
        return ExitCode::done;
    }
    for (const Report& report : *reports) {
        context.out.text(line_of(report));
    }
    if (options.coverage) { context.out.text(conform::coverage_text(covered, painted(context.out))); }
    return ExitCode::done;
}

ExitCode conform_diff(Context& context, const ConformFiles& options) {
    const auto reports = read_reports(context, options.files);
    if (!reports) { return reports.error(); }
    const conform::ReportDiff diff = conform::compare(reports->at(0), reports->at(1));
    if (context.out.json()) {
        context.out.document(nlohmann::ordered_json::parse(conform::diff_json(diff)));
    } else {
        context.out.text(conform::diff_text(diff, painted(context.out)));
    }
    return diff.is_worse ? ExitCode::negative : ExitCode::done;
}

} // namespace ethpoc::cmd
