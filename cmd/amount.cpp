#include "cmd/amount.hpp"

#include <algorithm>
#include <array>

#include "chain/u256.hpp"
#include "rlp/error.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

struct Unit {
    std::string_view name;
    std::size_t digits; // zeros behind one of it, in wei
};
constexpr std::array units{Unit{"ether", 18}, Unit{"finney", 15}, Unit{"szabo", 12}, Unit{"wei", 0}, Unit{"", 0}};

} // namespace

std::expected<U256, std::string> read_amount(std::string_view text) {
    const auto wrong = std::unexpected(printable(text) + " is no amount: give wei, or a number with a unit, 1.5ether");
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto* const unit = std::ranges::find(units, text.substr(end), &Unit::name);
    if (unit == units.end()) { return wrong; }
    const std::size_t point = std::min(text.find('.'), end);
    std::string digits(text.substr(0, point));
    std::string fraction(text.substr(std::min(point + 1, end), end - std::min(point + 1, end)));
    if (fraction.size() > unit->digits || (digits.empty() && fraction.empty())) { return wrong; }
    fraction.resize(unit->digits, '0');
    const auto out = chain::from_decimal(digits + fraction);
    if (!out) { return wrong; }
    return *out;
}

std::expected<Address, std::string> read_address(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with("0x") || digits.starts_with("0X")) { digits.remove_prefix(2); }
    const auto bytes = from_hex_digits(digits);
    if (!bytes || bytes->size() != Address::width) {
        return std::unexpected(printable(text) + " is no address of 40 hex digits");
    }
    return Address::right_aligned(*bytes);
}

} // namespace ethpoc::cmd
