#include "conform/case.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace ethpoc::conform {
namespace {

using enum Level;
using enum State;

constexpr auto case_rows = std::to_array<Case>({
#define ETHPOC_CASE(id, slug, sentence, level, source, state, profiles, stimulus, accept, tolerate, flags)             \
    Case{#id, slug, sentence, level, source, state, profiles, stimulus, accept, tolerate, flags},
#include "conform/cases.def"
});

constexpr auto sub_case_rows = std::to_array<SubCase>({
#define ETHPOC_SUBCASE(id, name, stimulus) SubCase{#id, name, stimulus},
#include "conform/cases.def"
});

/// Calls `use(word)` for each word of `words` until it says true.
template <class Use>
bool any_word(std::string_view words, Use use) noexcept {
    while (true) {
        words.remove_prefix(std::min(words.find_first_not_of(' '), words.size()));
        if (words.empty()) { return false; }
        const std::string_view word = words.substr(0, words.find(' '));
        if (use(word)) { return true; }
        words.remove_prefix(word.size());
    }
}

std::optional<std::uint32_t> number(std::string_view digits) noexcept {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) { return std::nullopt; }
    return value;
}

/// "5-26", "7"; no numbers at all are every version.
bool in_range(std::string_view range, std::uint32_t version) noexcept {
    if (range.empty()) { return true; }
    const std::size_t dash = range.find('-');
    const auto first = number(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(range.substr(dash + 1));
    return first && last && *first <= version && version <= *last;
}

bool names(std::string_view word, const wire::Profile& profile) noexcept {
    const bool p2p = profile.family == wire::Family::p2p;
    if (word.starts_with("p2p")) { return p2p && in_range(word.substr(3), profile.version); }
    if (word.starts_with("eth")) { return p2p && in_range(word.substr(3), profile.eth_version); }
    return !p2p && in_range(word, profile.version);
}

} // namespace

bool Case::has_flag(std::string_view word) const noexcept {
    return any_word(flags, [&](std::string_view flag) { return flag == word; });
}

std::string_view Case::section() const noexcept {
    return sentence.substr(0, sentence.rfind('.'));
}

std::span<const Case> cases() noexcept {
    return case_rows;
}

std::span<const SubCase> sub_cases(std::string_view id) noexcept {
    // Those of a case stand together.
    const auto first = std::ranges::find(sub_case_rows, id, &SubCase::id);
    const auto last = std::find_if(first, sub_case_rows.end(), [&](const SubCase& row) { return row.id != id; });
    return {first, last};
}

const Case* find_case(std::string_view name) noexcept {
    const auto found =
        std::ranges::find_if(case_rows, [&](const Case& row) { return row.id == name || row.slug == name; });
    return found == case_rows.end() ? nullptr : &*found;
}

bool applies(const Case& test, const wire::Profile& profile) noexcept {
    return any_word(test.profiles, [&](std::string_view word) { return names(word, profile); });
}

} // namespace ethpoc::conform
