#include "cmd/plain_error.hpp"

namespace ethpoc::cmd {

std::string plain_sentence(const Error& error) {
    std::string out = error.detail.empty() ? std::string(error.code->rule) : error.detail;
    out.append(" (").append(error.code->word).append(")");
    if (!error.code->hint.empty()) { out.append(". ").append(error.code->hint); }
    return out;
}

} // namespace ethpoc::cmd
