// What people write for an address and for an amount of ether.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

/// Wei: "1000", "1.5ether", "20finney", "3szabo", "7wei". On failure: one sentence that names the text.
std::expected<U256, std::string> read_amount(std::string_view text);

/// 40 hex digits, with or without 0x. On failure: one sentence that names the text.
std::expected<Address, std::string> read_address(std::string_view text);

} // namespace ethpoc::cmd
