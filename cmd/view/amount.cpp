#include "cmd/view/amount.hpp"

#include <array>
#include <utility>

#include "chain/u256.hpp"
#include "rlp/error.hpp"

namespace ethpoc::cmd {

std::string ether_text(const U256& wei) {
    constexpr std::size_t places = 18;
    std::string text = chain::to_decimal(wei);
    if (text.size() <= places) { text.insert(0, places + 1 - text.size(), '0'); }
    text.insert(text.size() - places, ".");
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) { text.pop_back(); }
    return text;
}

std::string age_text(std::uint64_t time, std::uint64_t now) {
    constexpr std::array<std::pair<const char*, std::uint64_t>, 5> units{
        {{"year", 31'557'600}, {"day", 86'400}, {"hour", 3'600}, {"minute", 60}, {"second", 1}}};
    const std::uint64_t distance = time > now ? time - now : now - time;
    std::string text = "now";
    for (const auto& [noun, seconds] : units) {
        // Two of a unit tell more than one and a bit of it: 20 months are 600 days, and no year.
        if (distance < 2 * seconds && seconds != 1) { continue; }
        if (distance != 0) { text = plural(distance / seconds, noun); }
        break;
    }
    if (distance == 0) { return text; }
    return time > now ? "in " + text : text + " ago";
}

std::string duration_text(std::uint64_t seconds) {
    const auto two_digits = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    if (seconds < 60) { return std::to_string(seconds) + "s"; }
    if (seconds < 3'600) { return std::to_string(seconds / 60) + "m " + two_digits(seconds % 60) + "s"; }
    return std::to_string(seconds / 3'600) + "h " + two_digits(seconds / 60 % 60) + "m";
}

} // namespace ethpoc::cmd
