// Making the error that a rule gives: which field, where in the block. Internal to chain/; only the slow way comes
// here.
#pragma once

#include <string>
#include <string_view>

#include "chain/genesis.hpp"
#include "chain/verify.hpp"

namespace ethpoc::chain {

/// A header field is wrong. `name` is its name in the field list.
Error header_fault(const Candidate& candidate, const ErrorCode& code, std::string_view name, std::string detail);
/// Something in entry `index` of the transactions is wrong; `inner` counts from the entry's first byte.
Error entry_fault(const Candidate& candidate, const rlp::Item& entry, std::size_t index, Error inner);
/// The same for uncles.
Error uncle_fault(const Candidate& candidate, const rlp::Item& uncle, std::size_t index, Error inner);
/// The uncle as a whole is wrong: error chain.bad_uncle, with `detail`.
Error uncle_fault(const Candidate& candidate, const rlp::Item& uncle, std::size_t index, std::string detail);

} // namespace ethpoc::chain
