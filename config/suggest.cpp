#include "config/suggest.hpp"

#include <algorithm>
#include <array>

namespace ethpoc::config {

namespace {

constexpr std::size_t max_word = 64; // the work is quadratic, so the words stay short

/// Optimal string alignment distance: a swap of neighbours counts as one slip, since that is what fingers do.
std::size_t distance(std::string_view a, std::string_view b) {
    using Row = std::array<std::size_t, max_word + 1>;
    Row before_last{};
    Row last{};
    Row now{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({changed, last[j] + 1, now[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = now;
    }
    return last[b.size()];
}

} // namespace

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > max_word) { return {}; }
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::string_view found;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > max_word) { continue; }
        if (const std::size_t d = distance(word, candidate); d < best) {
            best = d;
            found = candidate;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string_view near = nearest_word(word, candidates);
    return near.empty() ? std::string() : "; did you mean \"" + std::string(near) + "\"?";
}

} // namespace ethpoc::config
