#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "conform/report_bytes.hpp"
#include "conform/report_counts.hpp"
#include "conform/report_html_parts.hpp"
#include "conform/report_values.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::conform {
namespace {

using HtmlJson = nlohmann::ordered_json;

constexpr std::size_t html_text_limit = 4096;
/// Bytes that the transcripts of a page may have; about a third of what the page has for them.
constexpr std::size_t transcript_budget = 4u << 20;

std::string shown(std::string_view text) {
    return printable(text, html_text_limit);
}

std::size_t transcript_weight(const Outcome& outcome) {
    std::size_t out = 0;
    for (const Spoken& said : outcome.transcript) {
        out += said.bytes.size() + 32;
    }
    return out;
}

/// Which moods keep their transcripts.
std::array<bool, 4> kept_moods(std::span<const HtmlRow> rows) {
    std::array<std::size_t, 4> weights{};
    for (const HtmlRow& row : rows) {
        for (const Outcome* const outcome : row.cells) {
            if (outcome != nullptr) {
                weights[static_cast<std::size_t>(mood_of(outcome->verdict))] += transcript_weight(*outcome);
            }
        }
    }
    std::array<bool, 4> out{};
    std::size_t spent = 0;
    for (const Mood mood : {Mood::bad, Mood::fair, Mood::neutral, Mood::good}) {
        const auto i = static_cast<std::size_t>(mood);
        spent += weights[i];
        out[i] = mood == Mood::bad || spent <= transcript_budget;
    }
    return out;
}

/// [ms, connection, what, note, hex, size, parts, fault?]: parts are "|t4l4p2", with a bar where a frame begins; fault
/// is [offset, size, text].
HtmlJson entry_as_json(const Spoken& said, const AnnotatedBytes& bytes) {
    std::string note;
    for (const std::string& one : bytes.says) {
        note += (note.empty() ? "" : "; ") + one;
    }
    if (note.empty()) { note = shown(said.note); }
    HtmlJson out{milliseconds_of(said.at), said.line + 1, name_of(said.what), note};
    if (said.bytes.empty()) { return out; }
    std::string parts;
    for (const ByteRun& run : bytes.runs) {
        parts += std::string(run.begins ? "|" : "") + letter_of(run.part) + std::to_string(run.size);
    }
    out.push_back(to_hex(said.bytes));
    out.push_back(said.size);
    out.push_back(parts);
    if (bytes.fault) { out.push_back({bytes.fault->offset, bytes.fault->size, bytes.fault->text}); }
    return out;
}

HtmlJson run_as_json(const Report& report, const Outcome& outcome, bool with_transcript) {
    HtmlJson out{{"verdict", name_of(outcome.verdict)}, {"mood", html_mood(outcome.verdict)},
                 {"sign", html_sign(outcome.verdict)},  {"seen", shown(outcome.seen)},
                 {"time", duration_text(outcome.took)}, {"again", again_line(report, outcome)}};
    if (!outcome.reason.empty()) { out["reason"] = shown(outcome.reason); }
    if (!with_transcript) { return out; }
    HtmlJson& list = out["transcript"] = HtmlJson::array();
    const auto annotated = annotate(outcome.transcript, report.profile);
    for (std::size_t i = 0; i < annotated.size(); ++i) {
        list.push_back(entry_as_json(outcome.transcript[i], annotated[i]));
    }
    return out;
}

HtmlJson case_as_json(const Outcome& outcome) {
    const Sentence* const sentence = find_sentence(outcome.sentence);
    HtmlJson out{{"id", shown(outcome.id)}, {"title", title_of(outcome)}, {"level", name_of(outcome.level)}};
    out["sentence"] = shown(outcome.sentence);
    out["requirement"] = sentence == nullptr ? "" : sentence->text;
    out["sources"] = sentence == nullptr ? "" : sentence->sources;
    out["stimulus"] = shown(outcome.stimulus);
    out["expected"] = shown(outcome.accept);
    out["tolerated"] = shown(outcome.tolerate);
    return out;
}

} // namespace

std::string html_data(std::span<const Report> reports, std::span<const HtmlRow> rows) {
    const auto kept = kept_moods(rows);
    HtmlJson targets = HtmlJson::array();
    for (const Report& report : reports) {
        targets.push_back({{"address", shown(report.target)},
                           {"client", shown(report.client_id)},
                           {"profile", shown(report.profile)}});
    }
    HtmlJson cases = HtmlJson::array();
    HtmlJson runs = HtmlJson::array();
    for (const HtmlRow& row : rows) {
        cases.push_back(case_as_json(*row.known));
        HtmlJson& cells = runs.emplace_back(HtmlJson::array());
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const Outcome* const outcome = row.cells[i];
            const bool with_transcript =
                outcome != nullptr && kept[static_cast<std::size_t>(mood_of(outcome->verdict))];
            cells.push_back(outcome == nullptr ? HtmlJson(nullptr)
                                               : run_as_json(reports[i], *outcome, with_transcript));
        }
    }
    HtmlJson out;
    out["targets"] = std::move(targets);
    out["cases"] = std::move(cases);
    out["runs"] = std::move(runs);
    std::string text;
    for (const char c : out.dump(-1, ' ', true, HtmlJson::error_handler_t::replace)) {
        // Nothing in it may look like the end of a script, or the begin of a comment.
        text += c == '<' ? std::string("\\u003c") : std::string(1, c);
    }
    return text;
}

} // namespace ethpoc::conform
