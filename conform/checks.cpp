#include "conform/checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "conform/check_functions.hpp"
#include "conform/errors.hpp"
#include "conform/reading.hpp"
#include "conform/script_text.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::array check_rows{
#define ETHPOC_CHECK(name, function, arguments, words, session, type)                                                  \
    CheckRow{name, check::function, CheckArguments::arguments, words, CheckSession::session, wire::MessageType::type},
#include "conform/checks.def"
#undef ETHPOC_CHECK
};

bool is_one_of(std::string_view word, std::string_view words) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find('|'), words.size());
        if (words.substr(0, end) == word) { return true; }
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

/// Every name in the text; there must be one.
std::optional<Error> wrong_hashes(std::string_view text, const Facts& facts, std::size_t most) {
    const auto names = words_of(text);
    if (names.empty() || names.size() > most) {
        return Error{&errors::script_syntax, 0, text.size(), {}, "expected a hash"};
    }
    for (const std::string_view name : names) {
        const auto begin = static_cast<std::size_t>(name.data() - text.data());
        if (auto hash = hash_named(name, facts); !hash) { return std::move(hash.error()).moved(begin); }
    }
    return std::nullopt;
}

/// What is wrong with the arguments; nothing: they are good.
std::optional<Error> wrong_arguments(const CheckRow& row, std::string_view text, const Facts& facts) {
    const auto unless = [&](bool good, std::string_view wanted) -> std::optional<Error> {
        if (good) { return std::nullopt; }
        return Error{&errors::script_syntax, 0, text.size(), {}, "expected " + std::string(wanted)};
    };
    switch (row.arguments) {
    case CheckArguments::none:
        return unless(text.empty(), "nothing behind " + std::string(row.name));
    case CheckArguments::words:
        return unless(text.empty() || is_one_of(text, row.words), std::string(row.words) + " or nothing");
    case CheckArguments::one_of:
        return unless(is_one_of(text, row.words), row.words);
    case CheckArguments::hash:
        return wrong_hashes(text, facts, 1);
    case CheckArguments::hashes:
        return wrong_hashes(text, facts, text.size());
    case CheckArguments::bytes:
        return unless(!text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
                          text.size() % 2 == 0,
                      "hex digits");
    case CheckArguments::size:
        return unless(size_named(text).has_value(), "a size: 64MiB");
    case CheckArguments::range:
        return unless(range_named(text).has_value(), "two times: 2..5s");
    }
    return std::nullopt;
}

} // namespace

std::span<const CheckRow> checks() noexcept {
    return check_rows;
}

const CheckRow* find_check(std::string_view name) noexcept {
    const auto* const row = std::ranges::find(check_rows, name, &CheckRow::name);
    return row == check_rows.end() ? nullptr : row;
}

Result<NamedCheck> read_check(std::string_view text, const Facts& facts) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const CheckRow* const row = find_check(text.substr(0, end));
    if (row == nullptr) {
        return std::unexpected(Error{&errors::script_syntax,
                                     0,
                                     end,
                                     {},
                                     "expected the name of a check, not " + std::string(text.substr(0, end))});
    }
    const std::string_view arguments = text.substr(std::min(end + 1, text.size()));
    if (auto wrong = wrong_arguments(*row, arguments, facts)) {
        return std::unexpected(std::move(*wrong).moved(text.size() - arguments.size()));
    }
    return NamedCheck{row, arguments};
}

std::string report_of(const CheckRow& check, const Heard& heard, const Facts& facts) {
    if (check.name == "ping-interval") { return check::ping_report(heard); }
    if (check.name == "last-refused") { return check::ending_report(heard, facts); }
    return {};
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = text.find_first_not_of(' '); at != std::string_view::npos;
         at = text.find_first_not_of(' ', at)) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

std::optional<std::uint64_t> size_named(std::string_view text) noexcept {
    constexpr std::array<std::pair<std::string_view, unsigned>, 3> units{{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};
    for (const auto& [unit, shift] : units) {
        if (!text.ends_with(unit)) { continue; }
        std::uint32_t number = 0;
        const std::string_view digits = text.substr(0, text.size() - unit.size());
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc{} && end == digits.data() + digits.size()) { return std::uint64_t{number} << shift; }
    }
    return std::nullopt;
}

std::optional<TimeRange> range_named(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) { return std::nullopt; }
    const std::string_view last = text.substr(dots + 2);
    std::string first(text.substr(0, dots));
    if (first.find_first_not_of("0123456789") == std::string::npos) {
        first += last.substr(std::min(last.find_first_not_of("0123456789"), last.size())); // the unit stands once
    }
    const auto least = time_of(first);
    const auto most = time_of(last);
    if (!least || !most || *most < *least) { return std::nullopt; }
    return TimeRange{*least, *most};
}

} // namespace ethpoc::conform
