// What stands around pasted text before it means anything: its encoding, and what a terminal or an editor adds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rlp/error.hpp"

namespace ethpoc {

/// True for text that begins with the byte order mark of UTF-8, UTF-16 or UTF-32.
bool has_byte_order_mark(std::string_view text) noexcept;

/// `text` as UTF-8 without a byte order mark: UTF-16 of either order is understood when it begins with one. Errors:
/// hex.bad_encoding for UTF-32 and for UTF-16 that is cut or has half a pair.
Result<std::string> decode_text(std::string_view text);

/// What from_hex() is made of: one reader for each shape in which people paste bytes.
namespace paste {

/// Text that readers see, and where its characters come from.
struct Cleaned {
    std::string text{};
    std::vector<std::size_t> origin{}; // of each byte of `text`, in what was pasted; empty: the same

    /// Where byte `at` of `text` came from; its size stands for the end of what was pasted.
    std::size_t place(std::size_t at) const noexcept;
};

/// Takes off the encoding, colours and other escapes of a terminal, invisible characters, the frames of hexyl and bat,
/// line numbers, and the fences of Markdown; every kind of blank becomes one. Errors: hex.bad_encoding.
Result<Cleaned> clean(std::string_view text);

} // namespace paste
} // namespace ethpoc
