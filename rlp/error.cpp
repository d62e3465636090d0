#include "rlp/error.hpp"

#include <array>
#include <cstdint>
#include <utility>

#include "rlp/hex.hpp"

namespace ethpoc {

Error Error::moved(std::size_t by, std::string_view prefix) && {
    offset += by;
    path = join_path(prefix, path);
    return std::move(*this);
}

std::string Error::message() const {
    std::string out;
    if (code != nullptr) { out += code->word; }
    out += " at 0x" + hex_offset(offset);
    if (!path.empty()) { out += ", path " + path; }
    if (!detail.empty()) { return out + ": " + detail; }
    if (code != nullptr && !code->rule.empty()) { (out += ": ") += code->rule; }
    return out;
}

std::string join_path(std::string_view outer, std::string_view inner) {
    std::string out(outer);
    if (!outer.empty() && !inner.empty() && inner.front() != '[') { out += '.'; }
    return out.append(inner);
}

std::string index_path(std::size_t index) {
    return '[' + std::to_string(index) + ']';
}

std::string hex_offset(std::size_t offset) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (; offset != 0 || out.size() < 4; offset >>= 4) {
        out.insert(out.begin(), digits[offset & 15]);
    }
    return out;
}

std::string plural(std::uint64_t n, std::string_view word) {
    const std::string front = std::to_string(n) + " ";
    if (n == 1) { return front + std::string(word); }
    if (word.ends_with("try")) { return front + std::string(word.substr(0, word.size() - 1)) + "ies"; } // entry
    return front + std::string(word) + (word.ends_with("sh") || word.ends_with('s') ? "es" : "s");      // hash, address
}

namespace rlp {

std::span<const ErrorCode* const> error_catalogue() noexcept {
    static constexpr std::array rows{
#define ETHPOC_ERROR(name, word, rule, hint) &errors::name,
#include "rlp/errors.def"
#undef ETHPOC_ERROR
#define ETHPOC_ERROR(name, word, rule, hint) &hex_errors::name,
#include "rlp/hex_errors.def"
#undef ETHPOC_ERROR
    };
    return rows;
}

} // namespace rlp
} // namespace ethpoc
