#include "rlp/hex.hpp"

#include <utility>

#include "rlp/paste_plain.hpp"
#include "rlp/paste_shapes.hpp"
#include "rlp/paste_text.hpp"

namespace ethpoc {

namespace paste {

std::span<const Shape> shapes() noexcept {
    static constexpr Shape rows[] = {
        {"python bytes", read_python_bytes}, {"c array", read_c_array}, {"number list", read_number_list},
        {"intel hex", read_intel_hex},       {"dump", read_dump},       {"plain", read_plain},
    };
    return rows;
}

} // namespace paste

Result<Bytes> from_hex(std::string_view text) {
    const auto clean = paste::clean(text);
    if (!clean) { return std::unexpected(clean.error()); }
    for (const paste::Shape& shape : paste::shapes()) {
        auto read = shape.read(clean->text);
        if (!read) { continue; }
        if (*read) { return *std::move(*read); }
        Error error = std::move(read->error());
        const std::size_t end = clean->place(error.offset + error.length);
        error.offset = clean->place(error.offset);
        error.length = error.length == 0 ? 0 : end - error.offset;
        return std::unexpected(std::move(error));
    }
    return Bytes{};
}

Result<Bytes> from_hex_digits(std::string_view text) {
    Bytes out;
    if (auto bad = paste::append_digits(text, out)) { return std::unexpected(*std::move(bad)); }
    return out;
}

} // namespace ethpoc
