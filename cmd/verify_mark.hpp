// How far a `chain verify` that was ended came: a small file in the data directory, for the next one. It is written
// beside and renamed, and never trusted: whose hash is not that of our chain, or whose accounts have another root than
// their block names, is left aside.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::cmd {

struct VerifyMark {
    Hash256 genesis{};
    std::uint64_t from = 0;   // the first block that was checked
    std::uint64_t number = 0; // the last one
    Hash256 hash{};           // of the last one
    Bytes state{};            // chain::Verified::state; may be empty
};

/// "DIRECTORY/verify.json"
std::string verify_mark_name(const std::string& directory);

/// The error is a clause that says why there is none: "nothing was left by a verify before".
std::expected<VerifyMark, std::string> read_verify_mark(const std::string& directory);
/// In the place of the one before. The error: a sentence.
Result<void> write_verify_mark(const std::string& directory, const VerifyMark& mark);
/// After a verify that came to its end; of another chain it stays.
void remove_verify_mark(const std::string& directory, const Hash256& genesis);

} // namespace ethpoc::cmd
