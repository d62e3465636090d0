#include "conform/report_html.hpp"

#include "conform/report_html_parts.hpp"
#include "embedded/report_script.hpp"
#include "embedded/report_style.hpp"
#include "rlp/error.hpp"

namespace ethpoc::conform {
namespace {

/// What the script fills when a cell is chosen.
constexpr std::string_view detail_dialog = R"html(<dialog id="detail" aria-labelledby="d-title">
<div class="bar"><h2 id="d-title" tabindex="-1"></h2>
<button type="button" id="d-before" title="the run before, key k">before</button>
<button type="button" id="d-next" title="the next run, key j">next</button>
<button type="button" id="d-close">close</button></div>
<div id="d-body"></div>
</dialog>
)html";

std::string title_text(std::span<const Report> reports, std::string_view title) {
    if (!title.empty()) { return html_text(title); }
    if (reports.size() == 1) {
        return "ethpoc conform: " + html_text(reports[0].client_id.empty() ? reports[0].target : reports[0].client_id);
    }
    return "ethpoc conform: " + plural(reports.size(), "target");
}

/// Who made it and when, target by target where they differ.
std::string made_by(std::span<const Report> reports) {
    std::string out;
    std::string last;
    for (const Report& report : reports) {
        std::string one = html_text(report.tester) + (report.started.empty() ? "" : ", " + html_text(report.started));
        if (one == last || report.tester.empty()) { continue; }
        out += (out.empty() ? "" : "; ") + one;
        last = std::move(one);
    }
    return out;
}

} // namespace

std::string report_html(std::span<const Report> reports, std::string_view title) {
    const std::vector<HtmlRow> rows = html_rows(reports);
    const std::string name = title_text(reports, title);
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
                      name + "</title>\n<style>\n";
    out += as_text(embedded::report_style);
    out += "</style>\n</head>\n<body>\n<header><h1>" + name + "</h1>\n<p class=\"soft\">" + made_by(reports) +
           "</p></header>\n";
    out += reports.size() > 2 ? "<main class=\"many\">\n" : "<main>\n";
    out += html_targets(reports) + html_attention(reports);
    // Tables without rows have heads that belong to nothing.
    if (!rows.empty()) { out += html_groups(reports, rows) + html_coverage(reports) + html_cases(reports, rows); }
    out += "</main>\n";
    if (rows.empty()) { return out + "</body>\n</html>\n"; }
    out += detail_dialog;
    out += R"(<script type="application/json" id="data">)" + html_data(reports, rows) + "</script>\n<script>\n";
    out += as_text(embedded::report_script);
    return out + "</script>\n</body>\n</html>\n";
}

} // namespace ethpoc::conform
