// The tables of the page: all of what it says without its script.
#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

#include "conform/report_counts.hpp"
#include "conform/report_coverage.hpp"
#include "conform/report_html_parts.hpp"
#include "conform/report_text.hpp"
#include "conform/report_values.hpp"
#include "conform/sentences.hpp"
#include "rlp/error.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t attention_shown = 300; // blocks
constexpr std::size_t words_up_to = 4;       // targets; with more of them a cell has its sign alone to be seen

constexpr std::array<std::string_view, 10> signs{"✓", "≈", "✗", "i", "–", "∅", "◐", "!", "?", "†"};

std::string element(std::string_view open, std::string_view text, std::string_view close) {
    return "<" + std::string(open) + ">" + std::string(text) + "</" + std::string(close) + ">";
}

std::string number_cell(std::size_t number) {
    return element(R"(td class="n")", std::to_string(number), "td");
}

/// A table in a region that scrolls, which a keyboard must be able to reach.
std::string table(std::string_view label, std::string_view attributes, const std::string& inside) {
    return R"(<div class="scroll" role="region" tabindex="0" aria-label=")" + std::string(label) + "\">\n<table" +
           std::string(attributes) + ">\n" + inside + "</table>\n</div>\n";
}

std::string section(std::string_view id, const std::string& heading, const std::string& inside) {
    return R"(<section id=")" + std::string(id) + R"(" aria-labelledby="h-)" + std::string(id) + "\">\n<h2 id=\"h-" +
           std::string(id) + R"(">)" + std::string(heading) + "</h2>\n" + inside + "</section>\n";
}

std::string verdict_chip(Verdict verdict, std::string_view text) {
    return R"(<span class="chip )" + std::string(html_mood(verdict)) + R"("><span class="sign" aria-hidden="true">)" +
           std::string(html_sign(verdict)) + "</span> " + std::string(text) + "</span>";
}

/// The name of a target's column.
std::string short_name(const Report& report) {
    const std::string& name = report.client_id.empty() ? report.target : report.client_id;
    if (name.empty()) { return "unknown"; }
    return html_text(std::string_view(name).substr(0, 28)) + (name.size() > 28 ? "…" : "");
}

std::string column_head(std::span<const Report> reports, std::size_t index) {
    const Report& report = reports[index];
    std::string out = R"(<th scope="col" class="t">)";
    if (reports.size() > 1) { out += "<strong>" + std::to_string(index + 1) + "</strong> "; }
    out += R"(<span class="who">)" + short_name(report) + "</span>";
    if (!report.profile.empty()) { out += R"( <span class="soft">)" + html_text(report.profile) + "</span>"; }
    if (report.target_dials) { out += R"( <span class="soft">dials</span>)"; }
    return out + "</th>";
}

std::string of_level(const Counts& counts, Level level) {
    const Counts::OfLevel& one = counts.of(level);
    return element(R"(td class="n")", std::to_string(one.passed) + " / " + std::to_string(one.run), "td");
}

bool has_verdict(std::span<const Report> reports, Verdict verdict) {
    return std::ranges::any_of(reports, [verdict](const Report& report) { return count(report).of(verdict) > 0; });
}

/// A sentence of the page with its code as code.
std::string marked_up(std::string_view text) {
    std::string out;
    bool code = false;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('`', at), text.size());
        const std::string part = html_text(text.substr(at, end - at));
        out += code ? element("code", part, "code") : part;
        code = !code;
        at = end + 1;
    }
    return out;
}

std::string case_head(const Outcome& outcome) {
    std::string out = R"(<th scope="row"><span class="title"><code>)" + html_text(outcome.id) + "</code> " +
                      html_text(outcome.slug + (outcome.name.empty() ? "" : " " + outcome.name)) +
                      R"(</span> <span class="level">)" + std::string(name_of(outcome.level)) + "</span>";
    const Sentence* const sentence = find_sentence(outcome.sentence);
    // Of the sub-cases only the first repeats what all of them are about.
    if (sentence != nullptr && (outcome.name.empty() || outcome.id.ends_with(".01"))) {
        out += R"( <span class="req">)" + html_text(outcome.sentence) + " " + marked_up(sentence->text) + "</span>";
    }
    return out + "</th>";
}

std::string case_cell(const Outcome* outcome, bool words) {
    if (outcome == nullptr) { return R"(<td class="v none"><span class="hide">not run</span></td>)"; }
    const std::string name(name_of(outcome->verdict));
    return R"(<td class="v )" + std::string(html_mood(outcome->verdict)) + R"(" data-v=")" + name +
           R"("><span class="sign" aria-hidden="true">)" + std::string(html_sign(outcome->verdict)) +
           R"(</span> <span class=")" + (words ? "word" : "hide") + R"(">)" + name + "</span></td>";
}

/// Of a group in one report: how many passed of those run, and what must be looked at first.
std::string group_cell(std::span<const HtmlRow> rows, std::size_t report) {
    std::size_t run = 0;
    std::size_t passed = 0;
    const Outcome* worst = nullptr;
    for (const HtmlRow& row : rows) {
        const Outcome* const outcome = row.cells[report];
        if (outcome == nullptr) { continue; }
        run += was_run(outcome->verdict) ? 1 : 0;
        passed += has_passed(outcome->verdict) ? 1 : 0;
        const auto rank = [](const Outcome& one) {
            switch (mood_of(one.verdict)) {
            case Mood::bad:
                return 3;
            case Mood::fair:
                return 2;
            case Mood::good:
                return 1;
            case Mood::neutral:
                break;
            }
            return one.verdict == Verdict::info ? 1 : 0;
        };
        if (worst == nullptr || rank(*outcome) > rank(*worst)) { worst = outcome; }
    }
    if (worst == nullptr) { return R"(<td class="g none"><span class="hide">none</span></td>)"; }
    return R"(<td class="g )" + std::string(html_mood(worst->verdict)) + R"("><span class="sign" aria-hidden="true">)" +
           std::string(html_sign(worst->verdict)) + "</span> " + std::to_string(passed) + " / " + std::to_string(run) +
           R"( <span class="hide">passed, the worst is )" + std::string(name_of(worst->verdict)) + "</span></td>";
}

/// Rows whose ids begin with the same letters, in a row.
std::vector<std::span<const HtmlRow>> groups_of(std::span<const HtmlRow> rows) {
    std::vector<std::span<const HtmlRow>> out;
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin;
        while (end < rows.size() && group_of(rows[end].known->id) == group_of(rows[begin].known->id)) {
            ++end;
        }
        out.push_back(rows.subspan(begin, end - begin));
        begin = end;
    }
    return out;
}

std::string group_name(std::span<const HtmlRow> group) {
    const std::string_view letters = group_of(group.front().known->id);
    const std::string_view title = title_of_group(letters);
    return html_text(letters) + (title == letters ? "" : " " + html_text(title));
}

} // namespace

std::string html_text(std::string_view text) {
    return markup_text(printable(text, 4096));
}

std::string_view html_sign(Verdict verdict) noexcept {
    return signs[static_cast<std::size_t>(verdict)];
}

std::string_view html_mood(Verdict verdict) noexcept {
    switch (mood_of(verdict)) {
    case Mood::good:
        return "good";
    case Mood::fair:
        return "fair";
    case Mood::bad:
        return "bad";
    case Mood::neutral:
        break;
    }
    return "neutral";
}

std::vector<HtmlRow> html_rows(std::span<const Report> reports) {
    std::map<std::string_view, std::size_t> places;
    std::vector<HtmlRow> out;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        for (const Outcome& outcome : reports[i].outcomes) {
            const auto [at, is_new] = places.try_emplace(outcome.id, out.size());
            if (is_new) { out.push_back({&outcome, std::vector<const Outcome*>(reports.size())}); }
            out[at->second].cells[i] = &outcome;
        }
    }
    std::map<std::string_view, std::size_t> order;
    for (const Case& test : cases()) {
        order.emplace(group_of(test.id), order.size());
    }
    const auto key = [&](const HtmlRow& row) {
        const std::string_view id = row.known->id;
        const auto found = order.find(group_of(id));
        const std::size_t place = found == order.end() ? std::numeric_limits<std::size_t>::max() : found->second;
        return std::tuple(place, group_of(id), id);
    };
    std::ranges::stable_sort(out, {}, key);
    return out;
}

std::string html_targets(std::span<const Report> reports) {
    std::string inside = R"(<thead><tr><th scope="col">target, client, protocol</th><th scope="col">verdicts</th>)"
                         R"(<th scope="col">MUST</th><th scope="col">SHOULD</th><th scope="col">runs</th>)"
                         "<th scope=\"col\">time</th></tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const Report& report = reports[i];
        const Counts counts = count(report);
        inside += R"(<tr><th scope="row">)" +
                  (reports.size() > 1 ? "<strong>" + std::to_string(i + 1) + "</strong> " : std::string()) +
                  (report.target.empty() ? "unknown" : html_text(report.target)) +
                  (report.target_dials ? " (dials)" : "") + (report.complete ? "" : " (broken off)");
        if (!report.client_id.empty()) {
            inside += R"(<br><span class="soft">)" + markup_text(printable(report.client_id, 256)) + "</span>";
        }
        if (!report.profile.empty()) {
            inside += R"(<br><span class="soft">protocol )" + html_text(report.profile) + "</span>";
        }
        inside += R"(</th><td class="counts">)";
        for (std::size_t v = 0; v < verdict_count; ++v) {
            if (counts.by_verdict[v] == 0) { continue; }
            const auto verdict = static_cast<Verdict>(v);
            inside +=
                verdict_chip(verdict, std::to_string(counts.by_verdict[v]) + " " + std::string(name_of(verdict))) + " ";
        }
        inside += "</td>" + of_level(counts, Level::must) + of_level(counts, Level::should) +
                  number_cell(counts.total) + element(R"(td class="n")", duration_text(report.took), "td") + "</tr>\n";
    }
    return section("targets", reports.size() == 1 ? "Target" : "Targets",
                   table("Table of targets", "", inside + "</tbody>\n"));
}

std::string html_attention(std::span<const Report> reports) {
    std::string inside;
    std::size_t found = 0;
    TextStyle style;
    style.width = 110;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        for (const Outcome* const outcome : unexpected(reports[i])) {
            if (++found > attention_shown) { continue; }
            inside += "<details><summary>" + verdict_chip(outcome->verdict, name_of(outcome->verdict)) + " <code>" +
                      html_text(outcome->id) + "</code> " + html_text(outcome->slug) +
                      (reports.size() > 1 ? R"( <span class="soft">target )" + std::to_string(i + 1) + "</span>" : "") +
                      "</summary>\n<pre tabindex=\"0\">";
            // A block is printable already.
            inside += markup_text(text_block(reports[i], *outcome, style)) + "</pre></details>\n";
        }
    }
    if (found > attention_shown) {
        inside += "<p>" + std::to_string(found - attention_shown) + " more are in the table below.</p>\n";
    }
    const bool none = std::ranges::all_of(reports, [](const Report& report) { return report.outcomes.empty(); });
    if (found == 0) { inside = none ? "<p>Nothing was run.</p>\n" : "<p>All runs are as expected.</p>\n"; }
    return section("attention", found == 0 ? "To look at" : "To look at: " + plural(found, "run"),
                   R"(<div class="list">)" + inside + "</div>\n");
}

std::string html_groups(std::span<const Report> reports, std::span<const HtmlRow> rows) {
    std::string inside = R"(<thead><tr><th scope="col">group</th>)";
    for (std::size_t i = 0; i < reports.size(); ++i) {
        inside += column_head(reports, i);
    }
    inside += "</tr></thead>\n<tbody>\n";
    for (const auto& group : groups_of(rows)) {
        inside += R"(<tr><th scope="row"><a href="#g-)" + html_text(group_of(group.front().known->id)) + R"(">)" +
                  group_name(group) + "</a></th>";
        for (std::size_t i = 0; i < reports.size(); ++i) {
            inside += group_cell(group, i);
        }
        inside += "</tr>\n";
    }
    return section("groups", "By group: passed of run", table("Table of groups", "", inside + "</tbody>\n"));
}

std::string html_coverage(std::span<const Report> reports) {
    const auto all = coverage(reports);
    std::string inside =
        R"(<thead><tr><th scope="col">section</th><th scope="col">sentences</th><th scope="col">with a case</th>)"
        "<th scope=\"col\">tried</th><th scope=\"col\">kept</th><td></td></tr></thead>\n<tbody>\n";
    const auto add = [&](const std::string& name, const SectionCoverage& one) {
        const std::size_t most = std::max<std::size_t>(one.sentences, 1);
        inside += R"(<tr><th scope="row">)" + html_text(name) + "</th>" + number_cell(one.sentences) +
                  number_cell(one.with_case) + number_cell(one.run) + number_cell(one.passed) +
                  R"(<td class="bar"><span style="width:)" + std::to_string(one.run * 100 / most) +
                  R"(%"><span style="width:)" + std::to_string(one.run == 0 ? 0 : one.passed * 100 / one.run) +
                  "%\"></span></span></td></tr>\n";
    };
    for (const SectionCoverage& one : all) {
        add(one.section + " " + one.title, one);
    }
    add("all", sum(all));
    return section("coverage", "Sentences of the protocol", table("Table of sections", "", inside + "</tbody>\n"));
}

std::string html_filters(std::span<const Report> reports) {
    std::string out = "<form id=\"filters\" hidden>\n<fieldset><legend>verdict</legend>\n";
    for (std::size_t i = 0; i < verdict_count; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        if (!has_verdict(reports, verdict)) { continue; }
        out += R"(<label><input type="checkbox" name="v" value=")" + std::string(name_of(verdict)) + R"(" checked> )" +
               verdict_chip(verdict, name_of(verdict)) + "</label>\n";
    }
    out += "</fieldset>\n<fieldset><legend>level</legend>\n";
    for (const Level level : {Level::must, Level::should, Level::info}) {
        out += R"(<label><input type="checkbox" name="l" value=")" + std::string(name_of(level)) + R"(" checked> )" +
               std::string(name_of(level)) + "</label>\n";
    }
    return out + "</fieldset>\n<label class=\"find\">text <input type=\"search\" name=\"q\" autocomplete=\"off\" "
                 "placeholder=\"F17, disconnect, trailing\"></label>\n"
                 "<button type=\"reset\">all</button> <output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n";
}

std::string html_cases(std::span<const Report> reports, std::span<const HtmlRow> rows) {
    const bool words = reports.size() <= words_up_to;
    std::string inside = R"(<thead><tr><th scope="col">case and requirement</th>)";
    for (std::size_t i = 0; i < reports.size(); ++i) {
        inside += column_head(reports, i);
    }
    inside += "</tr></thead>\n";
    std::size_t number = 0;
    for (const auto& group : groups_of(rows)) {
        inside += R"(<tbody id="g-)" + html_text(group_of(group.front().known->id)) +
                  "\">\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"" + std::to_string(reports.size() + 1) +
                  R"(">)" + group_name(group) + "</th></tr>\n";
        for (const HtmlRow& row : group) {
            inside += R"(<tr data-row=")" + std::to_string(number++) + R"(" data-level=")" +
                      std::string(name_of(row.known->level)) + R"(">)" + case_head(*row.known);
            for (const Outcome* const outcome : row.cells) {
                inside += case_cell(outcome, words);
            }
            inside += "</tr>\n";
        }
        inside += "</tbody>\n";
    }
    return section("cases", "By case",
                   html_filters(reports) + table("Table of cases",
                                                 std::string(R"( id="matrix")") + (words ? "" : R"( class="dense")"),
                                                 inside));
}

} // namespace ethpoc::conform
