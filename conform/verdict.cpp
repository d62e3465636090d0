#include "conform/verdict.hpp"

#include <algorithm>
#include <array>

namespace ethpoc::conform {
namespace {

constexpr std::array<std::string_view, 10> verdict_names{"PASS",   "NONSTRICT", "FAIL",  "INFO",  "SKIP",
                                                         "UNIMPL", "XFAIL",     "XPASS", "ERROR", "DEAD"};
static_assert(verdict_names.size() == static_cast<std::size_t>(Verdict::dead) + 1);

constexpr std::array from_best_to_worst{Verdict::pass, Verdict::nonstrict, Verdict::fail, Verdict::dead};

} // namespace

std::string_view name_of(Verdict verdict) noexcept {
    return verdict_names.at(static_cast<std::size_t>(verdict));
}

std::optional<Verdict> verdict_named(std::string_view name) noexcept {
    const auto at = std::ranges::find(verdict_names, name);
    if (at == verdict_names.end()) { return std::nullopt; }
    return static_cast<Verdict>(at - verdict_names.begin());
}

Verdict plain_verdict(Level level, const Seen& seen) noexcept {
    if (!seen.alive) { return Verdict::dead; }
    if (level == Level::info) { return Verdict::info; }
    if (seen.accepted) { return Verdict::pass; }
    return seen.tolerated ? Verdict::nonstrict : Verdict::fail;
}

bool is_better(Verdict a, Verdict b) noexcept {
    const auto* const at_a = std::ranges::find(from_best_to_worst, a);
    const auto* const at_b = std::ranges::find(from_best_to_worst, b);
    return at_a < at_b && at_b != from_best_to_worst.end();
}

Verdict final_verdict(Verdict plain, const Expected& expected, bool strict) noexcept {
    if (expected.verdict) {
        if (plain == *expected.verdict && plain != Verdict::info && expected.as_seen) { return Verdict::xfail; }
        if (is_better(plain, *expected.verdict)) { return Verdict::xpass; }
    }
    return strict && plain == Verdict::nonstrict ? Verdict::fail : plain;
}

bool is_unexpected(Verdict verdict) noexcept {
    return verdict == Verdict::fail || verdict == Verdict::xpass || verdict == Verdict::dead ||
           verdict == Verdict::error;
}

} // namespace ethpoc::conform
