#include "conform/exceptions.hpp"

#include <algorithm>

namespace ethpoc::conform {
namespace {

/// Whether `c` is in the set that begins behind a `[`; `at` is moved behind its `]`. A set that is not closed has
/// nothing in it.
bool in_set(std::string_view pattern, std::size_t& at, char c) noexcept {
    const bool none_of = at < pattern.size() && pattern[at] == '!';
    if (none_of) { ++at; }
    bool found = false;
    for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
        const char from = pattern[at];
        const bool range = at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']';
        const char to = range ? pattern[at + 2] : from;
        found = found || (from <= c && c <= to);
        at += range ? 3 : 1;
    }
    if (at == pattern.size()) { return false; }
    ++at;
    return found != none_of;
}

bool names_case(std::string_view glob, std::string_view id, std::string_view slug) noexcept {
    const std::string_view of_case = id.substr(0, id.find('.'));
    return matches_glob(glob, id) || matches_glob(glob, of_case) || matches_glob(glob, slug);
}

bool still_counts(const Exception& entry, std::chrono::sys_days today) {
    return !entry.until || std::chrono::sys_days(*entry.until) >= today;
}

bool fits(const Exception& entry, const Heard* heard, const Facts& facts) {
    if (entry.seen.empty()) { return true; }
    if (heard == nullptr) { return false; }
    const auto seen = read_expectation(entry.seen, facts);
    return seen && was_seen(*heard, *seen, facts);
}

} // namespace

std::string FileFault::in(std::string_view name) const {
    std::string out(name);
    if (line > 0) { out += ":" + std::to_string(line) + ":" + std::to_string(column); }
    return out + ": " + message;
}

bool matches_glob(std::string_view pattern, std::string_view text) noexcept {
    // The last `*`, and how much of the text it has taken so far: whatever fails behind it goes back there.
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    std::size_t p = 0;
    std::size_t t = 0;
    while (t < text.size() || p < pattern.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = t;
            continue;
        }
        if (p < pattern.size() && t < text.size()) {
            std::size_t next = p + 1;
            const bool fits_here = pattern[p] == '?'   ? true
                                   : pattern[p] == '[' ? in_set(pattern, next, text[t])
                                                       : pattern[p] == text[t];
            if (fits_here) {
                p = next;
                ++t;
                continue;
            }
        }
        if (star == std::string_view::npos || taken >= text.size()) { return false; }
        p = star + 1;
        t = ++taken;
    }
    return true;
}

bool is_for(const Exceptions& file, std::string_view client_id) noexcept {
    return client_id.starts_with(file.implementation);
}

bool names(const Exception& entry, std::string_view id, std::string_view slug) noexcept {
    return std::ranges::any_of(entry.ids, [&](const std::string& glob) { return names_case(glob, id, slug); });
}

std::vector<IdleName> idle_names(const Exceptions& file, std::span<const Case> all,
                                 std::span<const std::string> sub_case_ids) {
    std::vector<IdleName> out;
    for (const Exception& entry : file.entries) {
        for (const std::string& glob : entry.ids) {
            const bool used =
                std::ranges::any_of(all, [&](const Case& test) { return names_case(glob, test.id, test.slug); }) ||
                std::ranges::any_of(sub_case_ids, [&](const std::string& id) { return matches_glob(glob, id); });
            if (!used) { out.push_back({&entry, glob}); }
        }
    }
    return out;
}

Judgement judge(const Exceptions& file, const Judged& judged, const Facts& facts, std::chrono::sys_days today,
                bool strict) {
    std::optional<Judgement> xpass;
    const Exception* named = nullptr;
    for (const Exception& entry : file.entries) {
        if (!names(entry, judged.id, judged.slug) || !still_counts(entry, today)) { continue; }
        named = named != nullptr ? named : &entry;
        const Expected expected{entry.verdict, fits(entry, judged.heard, facts)};
        const Verdict verdict = final_verdict(judged.plain, expected, strict);
        if (entry.sometimes && verdict == Verdict::xpass) { continue; }
        if (verdict == Verdict::xfail) { return {verdict, &entry}; }
        if (verdict == Verdict::xpass && !xpass) { xpass = Judgement{verdict, &entry}; }
    }
    return xpass.value_or(Judgement{final_verdict(judged.plain, {}, strict), named});
}

} // namespace ethpoc::conform
