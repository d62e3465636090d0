#include "conform/report_tap.hpp"

#include "conform/report_counts.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t tap_text = 2000; // bytes of one value
constexpr std::size_t tap_sent = 64;   // bytes of the stimulus

/// What stands behind `ok`: a `#` would begin a directive.
std::string tap_description(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '#') { out += '\\'; }
        out += c;
    }
    return out;
}

/// Printable text in double quotes.
std::string yaml_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') { out += '\\'; }
        out += c;
    }
    return out + "\"";
}

std::string directive_of(const Outcome& outcome) {
    const std::string why = printable(outcome.reason.empty() ? outcome.seen : outcome.reason, tap_text);
    switch (outcome.verdict) {
    case Verdict::skip:
        return " # SKIP " + tap_description(why);
    case Verdict::unimpl:
        return " # SKIP not implemented: " + tap_description(why);
    case Verdict::xfail:
        return " # TODO " + tap_description(why);
    case Verdict::pass:
    case Verdict::nonstrict:
    case Verdict::fail:
    case Verdict::info:
    case Verdict::xpass:
    case Verdict::error:
    case Verdict::dead:
        break;
    }
    return {};
}

bool is_ok(Verdict verdict) noexcept {
    return !wants_attention(verdict) && verdict != Verdict::xfail;
}

/// The bytes of the first writes, up to tap_sent.
std::string first_sent(const Outcome& outcome) {
    Bytes bytes;
    bool more = false;
    for (const Spoken& said : outcome.transcript) {
        if (said.what != Spoken::What::sent || said.at.count() < 0) { continue; }
        for (const std::uint8_t byte : said.bytes) {
            if (bytes.size() < tap_sent) {
                bytes.push_back(byte);
            } else {
                more = true;
            }
        }
        more = more || said.size > said.bytes.size();
    }
    return to_hex(bytes) + (more ? ".." : "");
}

std::string yaml_block(const Report& report, const Outcome& outcome) {
    std::string out = "  ---\n";
    const auto add = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) { out += "  " + std::string(key) + ": " + yaml_text(printable(value, tap_text)) + "\n"; }
    };
    add("verdict", name_of(outcome.verdict));
    add("level", name_of(outcome.level));
    add("sentence", outcome.sentence);
    if (const Sentence* const sentence = find_sentence(outcome.sentence)) { add("requirement", sentence->text); }
    add("stimulus", outcome.stimulus);
    add("expected", outcome.accept);
    add("tolerated", outcome.tolerate);
    add("seen", outcome.seen);
    add("reason", outcome.reason);
    add("sent", first_sent(outcome));
    add("duration", duration_text(outcome.took));
    return out + "  again: " + yaml_text(again_line(report, outcome)) + "\n  ...\n";
}

} // namespace

std::string tap_head(std::size_t total) {
    return "TAP version 13\n1.." + std::to_string(total) + (total == 0 ? " # SKIP nothing was run\n" : "\n");
}

std::string tap_run(const Report& report, const Outcome& outcome, std::size_t number) {
    std::string out = is_ok(outcome.verdict) ? "ok " : "not ok ";
    out += std::to_string(number) + " - " + tap_description(title_of(outcome)) + directive_of(outcome) + "\n";
    if (!is_ok(outcome.verdict)) { out += yaml_block(report, outcome); }
    return out;
}

std::string tap_bail_out(const Report& report) {
    return report.complete ? "" : "Bail out! broken off, what is not here was not run\n";
}

std::string report_tap(const Report& report) {
    std::string out = tap_head(report.outcomes.size());
    for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
        out += tap_run(report, report.outcomes[i], i + 1);
    }
    return out + tap_bail_out(report);
}

} // namespace ethpoc::conform
