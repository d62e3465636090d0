#include "conform/report_counts.hpp"

#include <algorithm>
#include <cstdio>

namespace ethpoc::conform {
namespace {

struct CaseGroup {
    std::string_view letter;
    std::string_view title;
};

/// As cases.def lists them.
constexpr CaseGroup case_groups[] = {
    {"F", "Frames"},
    {"R", "RLP"},
    {"H", "Hello, flat"},
    {"D", "Disconnect"},
    {"P", "Ping and Pong"},
    {"E", "Peers"},
    {"T", "Transactions"},
    {"B", "Blocks by chain"},
    {"S", "Session"},
    {"L", "Limits"},
    {"V", "Versions"},
    {"X", "Hello of protocols 27 to 30"},
    {"A", "Hashes, and blocks by hash"},
    {"Q", "Status"},
    {"G", "Another genesis or network"},
    {"W", "NewBlock"},
    {"N", "Hello and capabilities of p2p"},
    {"O", "Offsets of sub-protocols"},
    {"M", "Messages of the p2p family"},
};

constexpr std::size_t shown_text = 1000; // of a name or a target

bool is_shell_plain(std::string_view word) noexcept {
    return !word.empty() && std::ranges::all_of(word, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_-./:@%+=,[]").contains(c);
    });
}

std::string shell_word(std::string_view word) {
    if (is_shell_plain(word)) { return std::string(word); }
    std::string out = "'";
    for (const char c : word) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

/// "127.0.0.1:30303", or an option and its value: "--listen 127.0.0.1:0", "--exec 'CMD {port}'". Reports are read from
/// files, too, so that nothing but one word, or one in quotes, stays as it is.
std::string target_words(std::string_view target) {
    const std::size_t blank = target.find(' ');
    const bool is_option = target.starts_with("--") && is_shell_plain(target.substr(0, blank));
    if (!is_option || blank == std::string_view::npos) { return shell_word(target); }
    const std::string_view value = target.substr(blank + 1);
    const bool quoted = value.size() > 1 && value.starts_with('\'') && value.find('\'', 1) == value.size() - 1;
    return std::string(target.substr(0, blank + 1)) + (quoted ? std::string(value) : shell_word(value));
}

} // namespace

Mood mood_of(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::pass:
        return Mood::good;
    case Verdict::nonstrict:
    case Verdict::xfail:
        return Mood::fair;
    case Verdict::fail:
    case Verdict::xpass:
    case Verdict::error:
    case Verdict::dead:
        return Mood::bad;
    case Verdict::info:
    case Verdict::skip:
    case Verdict::unimpl:
        break;
    }
    return Mood::neutral;
}

bool wants_attention(Verdict verdict) noexcept {
    return is_unexpected(verdict) || verdict == Verdict::error;
}

bool was_run(Verdict verdict) noexcept {
    return verdict != Verdict::skip && verdict != Verdict::unimpl && verdict != Verdict::error;
}

bool has_passed(Verdict verdict) noexcept {
    return verdict == Verdict::pass || verdict == Verdict::nonstrict || verdict == Verdict::xpass ||
           verdict == Verdict::info;
}

Counts count(const Report& report) noexcept {
    Counts out;
    for (const Outcome& outcome : report.outcomes) {
        ++out.total;
        ++out.by_verdict[static_cast<std::size_t>(outcome.verdict)];
        Counts::OfLevel& level = out.by_level[static_cast<std::size_t>(outcome.level)];
        level.run += was_run(outcome.verdict) ? 1 : 0;
        level.passed += has_passed(outcome.verdict) ? 1 : 0;
    }
    return out;
}

std::vector<const Outcome*> unexpected(const Report& report) {
    std::vector<const Outcome*> out;
    for (const Outcome& outcome : report.outcomes) {
        if (wants_attention(outcome.verdict)) { out.push_back(&outcome); }
    }
    return out;
}

std::string_view group_of(std::string_view id) noexcept {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return id.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(id, letter) - id.begin()));
}

std::string_view title_of_group(std::string_view group) noexcept {
    const auto* const found = std::ranges::find(case_groups, group, &CaseGroup::letter);
    return found == std::end(case_groups) ? group : found->title;
}

std::string_view section_of(std::string_view sentence) noexcept {
    const std::size_t dot = sentence.rfind('.');
    return dot == std::string_view::npos ? sentence : sentence.substr(0, dot);
}

std::string title_of(const Outcome& outcome) {
    std::string out = printable(outcome.id, shown_text);
    for (const std::string& word : {outcome.slug, outcome.name}) {
        if (!word.empty()) { out += " " + printable(word, shown_text); }
    }
    return out;
}

std::string again_line(const Report& report, const Outcome& outcome) {
    std::string out = "ethpoc conform";
    if (!report.target.empty()) { out += " " + target_words(printable(report.target, shown_text)); }
    out += " " + shell_word(printable(outcome.id, shown_text));
    if (!report.profile.empty()) { out += " --protocol " + shell_word(printable(report.profile, shown_text)); }
    out += " --seed " + std::to_string(report.seed);
    if (report.strict) { out += " --strict"; }
    return out;
}

std::string duration_text(Since took) {
    const double ms = std::chrono::duration<double, std::milli>(took).count();
    char out[48];
    if (ms >= 999.5) {
        std::snprintf(out, sizeof out, "%.1f s", ms / 1000);
    } else if (ms >= 9.95) {
        std::snprintf(out, sizeof out, "%.0f ms", ms);
    } else {
        std::snprintf(out, sizeof out, "%.1f ms", ms);
    }
    return out;
}

} // namespace ethpoc::conform
