// Error: what was wrong with some bytes, and where. Errors are values; nothing in rlp/, wire/ or chain/ throws for bad
// input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace ethpoc {

/// A row of the error catalogue (errors.def of each room). `word` is stable and never reused: programs compare it.
struct ErrorCode {
    std::string_view word; // "rlp.non_canonical_length"
    std::string_view rule; // one sentence: the rule that was broken
    std::string_view hint; // one sentence: what to do, or what would be right; may be empty

    friend bool operator==(const ErrorCode& a, const ErrorCode& b) noexcept { return a.word == b.word; }
};

/// One failure. `offset` counts bytes from the start of what the caller handed in; `length` is how many bytes are to
/// blame (0: the place where something is missing). `path` names the item: "payload[1][0]".
struct Error {
    const ErrorCode* code = nullptr; // static storage, never null in an Error that a function returned
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string path{};
    std::string detail{}; // numbers of this one case, for people: "item claims 5 bytes, its parent has 2 left"

    /// The same error, seen from an input that begins `by` bytes earlier; its path is below `prefix` (join_path).
    Error moved(std::size_t by, std::string_view prefix = {}) &&;
    /// One line for people: "rlp.item_overruns_parent at 0x0008, path payload: item claims 5 bytes ...".
    std::string message() const;
};

/// The path of `inner` as part of `outer`, which may be empty: "header" and "nonce" are "header.nonce", "header" and
/// "[3]" are "header[3]". Paths are made by this function alone, so that each is name([i])*(.name([i])*)*.
std::string join_path(std::string_view outer, std::string_view inner);
/// "[3]", to be joined.
std::string index_path(std::size_t index);

/// At least four hex digits, no prefix: "0008".
std::string hex_offset(std::size_t offset);
/// "1 byte", "2 bytes", "0 hashes", "3 entries": every count that a person reads.
std::string plural(std::uint64_t n, std::string_view word);

/// What nearly every function that can fail returns: a value, or the Error that says what is wrong and where.
template <class T>
using Result = std::expected<T, Error>;

namespace rlp {
/// The catalogue of this room; `errors::non_canonical_length` and so on are its rows.
namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "rlp/errors.def"
#undef ETHPOC_ERROR
} // namespace errors
/// All rows of errors.def and hex_errors.def, in their order.
std::span<const ErrorCode* const> error_catalogue() noexcept;
} // namespace rlp

} // namespace ethpoc
