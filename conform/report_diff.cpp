#include "conform/report_diff.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "conform/report_counts.hpp"
#include "conform/report_values.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::array<std::string_view, 6> change_names{"worse", "better", "other", "seen", "new", "gone"};

using OutcomesById = std::map<std::string_view, const Outcome*>;

OutcomesById by_id(const Report& report) {
    OutcomesById out;
    for (const Outcome& outcome : report.outcomes) {
        out.insert_or_assign(outcome.id, &outcome);
    }
    return out;
}

ReportName name_for(const Report& report) {
    return {report.target, report.client_id, report.profile, report.started};
}

/// How far from right, where that can be said: without the expectation file, since a known failure is one all the same.
std::optional<int> badness(const Outcome& outcome) {
    if (!was_run(outcome.verdict) || outcome.verdict == Verdict::info) { return std::nullopt; }
    switch (outcome.plain) {
    case Verdict::pass:
        return 0;
    case Verdict::nonstrict:
        return 1;
    case Verdict::fail:
        return 2;
    case Verdict::dead:
        return 3;
    case Verdict::info:
    case Verdict::skip:
    case Verdict::unimpl:
    case Verdict::xfail:
    case Verdict::xpass:
    case Verdict::error:
        break;
    }
    return std::nullopt;
}

std::optional<Change> change_of(const Outcome& before, const Outcome& after) {
    const auto was = badness(before);
    const auto is = badness(after);
    if (was && is && *was != *is) { return *is > *was ? Change::worse : Change::better; }
    if (before.verdict != after.verdict) {
        // A file may say now what it did not: whether somebody has to look is what counts then.
        if (wants_attention(before.verdict) == wants_attention(after.verdict)) { return Change::other; }
        return wants_attention(after.verdict) ? Change::worse : Change::better;
    }
    if (before.seen != after.seen) { return Change::seen; }
    return std::nullopt;
}

Difference difference_of(Change change, const Outcome* before, const Outcome* after) {
    const Outcome& known = after != nullptr ? *after : *before;
    Difference out{change, known.id, known.slug, known.name, known.level, {}, {}, {}, {}};
    if (before != nullptr) {
        out.before = before->verdict;
        out.seen_before = before->seen;
    }
    if (after != nullptr) {
        out.after = after->verdict;
        out.seen_after = after->seen;
    }
    return out;
}

bool makes_worse(const Difference& difference) {
    if (difference.change == Change::worse) { return true; }
    return difference.change == Change::added && wants_attention(*difference.after);
}

std::array<std::size_t, change_names.size()> counts_by_change(const ReportDiff& diff) {
    std::array<std::size_t, change_names.size()> out{};
    for (const Difference& difference : diff.items) {
        ++out[static_cast<std::size_t>(difference.change)];
    }
    return out;
}

PaintTone tone_of_change(Change change) noexcept {
    switch (change) {
    case Change::worse:
        return PaintTone::bad;
    case Change::better:
        return PaintTone::good;
    case Change::other:
    case Change::seen:
    case Change::added:
    case Change::gone:
        break;
    }
    return PaintTone::neutral;
}

std::string named_report(const ReportName& name) {
    std::string out = printable(name.target, 200);
    for (const std::string& more : {name.client_id, name.profile, name.started}) {
        if (!more.empty()) { out += "  " + printable(more); }
    }
    return out + "\n";
}

std::string verdict_text(const std::optional<Verdict>& verdict, const std::string& seen) {
    if (!verdict) { return "-"; }
    return std::string(name_of(*verdict)) + (seen.empty() ? "" : " (" + printable(seen, 200) + ")");
}

nlohmann::ordered_json name_as_json(const ReportName& name) {
    return {{"target", report_text_of(name.target)},
            {"client_id", report_text_of(name.client_id)},
            {"profile", report_text_of(name.profile)},
            {"started", report_text_of(name.started)}};
}

nlohmann::ordered_json verdict_as_json(const std::optional<Verdict>& verdict) {
    return verdict ? nlohmann::ordered_json(name_of(*verdict)) : nlohmann::ordered_json(nullptr);
}

} // namespace

std::string_view name_of(Change change) noexcept {
    return change_names[static_cast<std::size_t>(change)];
}

ReportDiff compare(const Report& before, const Report& after) {
    ReportDiff out{name_for(before), name_for(after), {}, 0, false};
    const OutcomesById old_ones = by_id(before);
    const OutcomesById new_ones = by_id(after);
    for (const Outcome& outcome : after.outcomes) {
        if (new_ones.at(outcome.id) != &outcome) { continue; }
        const auto found = old_ones.find(outcome.id);
        if (found == old_ones.end()) {
            out.items.push_back(difference_of(Change::added, nullptr, &outcome));
        } else if (const auto change = change_of(*found->second, outcome)) {
            out.items.push_back(difference_of(*change, found->second, &outcome));
        } else {
            ++out.same;
        }
    }
    for (const Outcome& outcome : before.outcomes) {
        if (!after.complete || old_ones.at(outcome.id) != &outcome || new_ones.contains(outcome.id)) { continue; }
        out.items.push_back(difference_of(Change::gone, &outcome, nullptr));
    }
    std::ranges::stable_sort(out.items, {}, &Difference::change);
    out.is_worse = std::ranges::any_of(out.items, makes_worse);
    return out;
}

std::string diff_text(const ReportDiff& diff, const TextStyle& style) {
    const auto paint = [&](PaintTone tone, std::string_view text) {
        return style.paint ? style.paint(tone, text) : std::string(text);
    };
    std::string out = "before  " + named_report(diff.before) + "after   " + named_report(diff.after) + "\n";
    for (const Difference& difference : diff.items) {
        std::string word(name_of(difference.change));
        const std::string padding(8 - word.size(), ' ');
        out += paint(tone_of_change(difference.change), word) + padding + printable(difference.id) + " " +
               printable(difference.slug);
        if (!difference.name.empty()) { out += " " + printable(difference.name); }
        out += "  " + verdict_text(difference.before, difference.seen_before) + " -> " +
               verdict_text(difference.after, difference.seen_after) + "\n";
    }
    const auto counts = counts_by_change(diff);
    out += diff.items.empty() ? "" : "\n";
    out += std::to_string(diff.same) + " as before";
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) { out += ", " + std::to_string(counts[i]) + " " + std::string(change_names[i]); }
    }
    return out + (diff.is_worse ? paint(PaintTone::bad, ": worse") : std::string()) + "\n";
}

std::string diff_json(const ReportDiff& diff) {
    nlohmann::ordered_json out{{"before", name_as_json(diff.before)},
                               {"after", name_as_json(diff.after)},
                               {"worse", diff.is_worse},
                               {"same", diff.same}};
    const auto counts = counts_by_change(diff);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        out["counts"][std::string(change_names[i])] = counts[i];
    }
    auto& list = out["changes"] = nlohmann::ordered_json::array();
    for (const Difference& difference : diff.items) {
        list.push_back({{"change", name_of(difference.change)},
                        {"id", report_text_of(difference.id)},
                        {"slug", report_text_of(difference.slug)},
                        {"name", report_text_of(difference.name)},
                        {"level", name_of(difference.level)},
                        {"before", verdict_as_json(difference.before)},
                        {"after", verdict_as_json(difference.after)},
                        {"seen_before", report_text_of(difference.seen_before)},
                        {"seen_after", report_text_of(difference.seen_after)}});
    }
    return out.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace ethpoc::conform
