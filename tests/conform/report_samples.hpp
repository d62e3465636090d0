// Reports as a runner would make them, good and hostile, for the tests of what is made of them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "conform/case.hpp"
#include "conform/outcome.hpp"
#include "tests/support/shared.hpp"

namespace ethpoc::test {

inline constexpr std::array all_verdicts{conform::Verdict::pass,  conform::Verdict::nonstrict, conform::Verdict::fail,
                                         conform::Verdict::info,  conform::Verdict::skip,      conform::Verdict::unimpl,
                                         conform::Verdict::xfail, conform::Verdict::xpass,     conform::Verdict::error,
                                         conform::Verdict::dead};

/// U+202E, which turns round how the text behind it is shown. In pieces, so that no reader of this file is fooled.
inline const std::string right_to_left{'\xe2', '\x80', '\xae'};

/// Client ids and other texts that break what does not escape them: quotes, NUL, ESC, a change of direction, bytes that
/// are no UTF-8, ends of scripts, CDATA and comments, line ends, an escape that somebody wrote himself, U+FFFF.
inline std::vector<std::string> hostile_texts() {
    using namespace std::string_literals;
    return {"\"quoted' & <b>tag</b>"s,
            "nul\0and \x1b[31mred\x1b[0m"s,
            "right-to-left " + right_to_left + "gnp.exe",
            "no utf-8 \xff\xfe\xc0\x80 \xed\xa0\x80"s,
            "]]></script><script>alert(1)</script><!-- ]]>"s,
            "lines\nok 1 - forged\r\n# TODO x\t\\x1b"s,
            "noncharacters \xef\xbf\xbf \xef\xbf\xbe \xc2\x85 \xe2\x80\xa8"s,
            "#{x} ${x} {{x}} %s `x` $(x)"s,
            "Ethereum(++)/v0.3.10 \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"s,
            std::string(3000, 'x')};
}

inline conform::Spoken said(double ms, conform::Spoken::What what, std::string_view digits, std::string note = {}) {
    conform::Spoken out;
    out.at = conform::Since(static_cast<std::int64_t>(ms * 1e6));
    out.what = what;
    out.bytes = hex(digits);
    out.size = out.bytes.size();
    out.note = std::move(note);
    return out;
}

/// A run of a row of cases.def with a conversation of a few bytes.
inline conform::Outcome run_of(const conform::Case& test, conform::Verdict verdict) {
    using enum conform::Spoken::What;
    conform::Outcome out;
    out.id = test.id;
    out.slug = test.slug;
    out.sentence = test.sentence;
    out.level = test.level;
    out.verdict = verdict;
    const bool compared = verdict <= conform::Verdict::info || verdict == conform::Verdict::dead;
    out.plain = compared                             ? verdict
                : verdict == conform::Verdict::xfail ? conform::Verdict::fail
                : verdict == conform::Verdict::xpass ? conform::Verdict::pass
                                                     : verdict;
    out.stimulus = test.stimulus;
    out.accept = test.accept;
    out.tolerate = test.tolerate;
    out.seen = "pong";
    if (verdict >= conform::Verdict::skip) { out.reason = "no limit was announced"; }
    out.took = std::chrono::microseconds(612);
    out.transcript = {said(-1.5, happened, "", "connected"), said(0, sent, "22400891 00000003 c10200", "Ping"),
                      said(0.6, came, "22400891 00000002 c103", "Pong"),
                      said(12.25, happened, "", "closed by the target")};
    return out;
}

/// One run of each of the first `count` cases, their verdicts in turn.
inline conform::Report sample_report(std::size_t count) {
    conform::Report out;
    out.target = "127.0.0.1:30303";
    out.client_id = "Ethereum(++)/v0.3.10/brew/Darwin";
    out.profile = "7";
    out.tester = "ethpoc 0.1.0";
    out.started = "2026-11-21T07:50:00Z";
    out.took = std::chrono::milliseconds(4810);
    const auto rows = conform::cases();
    for (std::size_t i = 0; i < count; ++i) {
        conform::Outcome run = run_of(rows[i % rows.size()], all_verdicts[i % all_verdicts.size()]);
        if (i >= rows.size()) {
            run.id += "." + std::to_string(i / rows.size());
            run.name = "again";
        }
        out.outcomes.push_back(std::move(run));
    }
    return out;
}

/// One run for each hostile text, which stands in every text that a target or a file may have a say in.
inline conform::Report hostile_report() {
    conform::Report out = sample_report(0);
    const auto texts = hostile_texts();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        conform::Outcome run = run_of(conform::cases()[i], all_verdicts[(i + 2) % all_verdicts.size()]);
        run.seen = texts[i];
        run.reason = texts[i];
        run.name = texts[i];
        run.accept = texts[i];
        run.stimulus = texts[i];
        run.transcript[1].note = texts[i];
        run.transcript[3].note = texts[i];
        out.outcomes.push_back(std::move(run));
        out.client_id += texts[i];
    }
    out.target = texts[4];
    out.profile = texts[0];
    out.expectations = texts[5];
    out.started = texts[1];
    return out;
}

} // namespace ethpoc::test
