#include "conform/report_json.hpp"

#include <nlohmann/json.hpp>

#include "conform/report_counts.hpp"
#include "conform/report_values.hpp"
#include "conform/sentences.hpp"
#include "show/field.hpp"

namespace ethpoc::conform {
namespace {

using ReportJson = nlohmann::ordered_json;

/// Ones that some readers of JSON would round are written as text.
ReportJson number_of_report(std::uint64_t value) {
    return value > show::largest_json_number ? ReportJson(std::to_string(value)) : ReportJson(value);
}

std::string dump(const ReportJson& value, int indent) {
    return value.dump(indent, ' ', true, ReportJson::error_handler_t::replace) + "\n";
}

ReportJson said_as_json(const Spoken& said) {
    ReportJson out{{"ms", milliseconds_of(said.at)}, {"line", said.line + 1}, {"what", name_of(said.what)}};
    if (said.what != Spoken::What::happened || !said.bytes.empty()) {
        out["bytes"] = "0x" + to_hex(said.bytes);
        out["size"] = number_of_report(said.size);
    }
    if (!said.note.empty()) { out["note"] = report_text_of(said.note); }
    return out;
}

void add_outcome(ReportJson& out, const Outcome& outcome) {
    const Sentence* const sentence = find_sentence(outcome.sentence);
    out["id"] = report_text_of(outcome.id);
    out["slug"] = report_text_of(outcome.slug);
    out["name"] = report_text_of(outcome.name);
    out["level"] = name_of(outcome.level);
    out["verdict"] = name_of(outcome.verdict);
    out["plain"] = name_of(outcome.plain);
    out["sentence"] = report_text_of(outcome.sentence);
    out["requirement"] = sentence == nullptr ? "" : sentence->text;
    out["stimulus"] = report_text_of(outcome.stimulus);
    out["expected"] = report_text_of(outcome.accept);
    out["tolerated"] = report_text_of(outcome.tolerate);
    out["seen"] = report_text_of(outcome.seen);
    out["reason"] = report_text_of(outcome.reason);
    out["ms"] = milliseconds_of(outcome.took);
    ReportJson& transcript = out["transcript"] = ReportJson::array();
    for (const Spoken& said : outcome.transcript) {
        transcript.push_back(said_as_json(said));
    }
}

void add_head(ReportJson& out, const Report& report) {
    out["schema"] = 1;
    out["tool"] = report_text_of(report.tester);
    out["target"] = {{"address", report_text_of(report.target)},
                     {"client_id", report_text_of(report.client_id)},
                     {"dials", report.target_dials}};
    out["profile"] = report_text_of(report.profile);
    out["seed"] = number_of_report(report.seed);
    out["strict"] = report.strict;
    out["expectations"] = report_text_of(report.expectations);
    out["started"] = report_text_of(report.started);
}

void add_counts(ReportJson& out, const Report& report) {
    out["ms"] = milliseconds_of(report.took);
    out["complete"] = report.complete;
    const Counts counts = count(report);
    ReportJson& verdicts = out["verdicts"];
    for (std::size_t i = 0; i < verdict_count; ++i) {
        verdicts[std::string(name_of(static_cast<Verdict>(i)))] = counts.by_verdict[i];
    }
    ReportJson& levels = out["levels"];
    for (std::size_t i = 0; i < level_count; ++i) {
        const Counts::OfLevel& level = counts.by_level[i];
        levels[std::string(name_of(static_cast<Level>(i)))] = {{"passed", level.passed}, {"run", level.run}};
    }
}

} // namespace

std::string markup_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string report_text_of(std::string_view bytes) {
    return printable(bytes, max_report_text);
}

std::string_view name_of(Spoken::What what) noexcept {
    switch (what) {
    case Spoken::What::sent:
        return "sent";
    case Spoken::What::came:
        return "came";
    case Spoken::What::happened:
        break;
    }
    return "happened";
}

double milliseconds_of(Since time) noexcept {
    return std::chrono::duration<double, std::milli>(time).count();
}

std::string report_json(const Report& report) {
    ReportJson out;
    add_head(out, report);
    add_counts(out, report);
    ReportJson& list = out["cases"] = ReportJson::array();
    for (const Outcome& outcome : report.outcomes) {
        add_outcome(list.emplace_back(ReportJson::object()), outcome);
    }
    return dump(out, 2);
}

std::string start_event(const Report& report, std::size_t total) {
    ReportJson out{{"event", "start"}};
    add_head(out, report);
    out["total"] = total;
    return dump(out, -1);
}

std::string case_event(const Outcome& outcome, std::size_t number, std::size_t total) {
    ReportJson out{{"event", "case"}, {"number", number}, {"total", total}};
    add_outcome(out, outcome);
    return dump(out, -1);
}

std::string end_event(const Report& report) {
    ReportJson out{{"event", "end"}};
    add_counts(out, report);
    return dump(out, -1);
}

} // namespace ethpoc::conform
