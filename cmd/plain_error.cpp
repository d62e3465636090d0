#include "cmd/plain_error.hpp"

namespace ethpoc::cmd {

std::string plain_sentence(const Error& error) {
    std::string out = error.detail.empty() ? std::string(error.code->rule) : error.detail;
    out.append(" (").append(error.code->word).append(")");
    if (!error.code->hint.empty()) { out.append(". ").append(error.code->hint); }
    return out;
}

std::string sentence_of(const Error& error) {
    const bool placed = error.offset != 0 || error.length != 0 || !error.path.empty();
    return placed ? error.message() : plain_sentence(error);
}

} // namespace ethpoc::cmd
