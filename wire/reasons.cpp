#include "wire/reasons.hpp"

#include <algorithm>
#include <array>

namespace ethpoc::wire {
namespace {

struct Row {
    ReasonSet set; // none: in both
    Reason number;
    std::string_view text;
};

constexpr std::array reason_rows{
#define ETHPOC_REASON(number, name, text) Row{ReasonSet::none, Reason{number}, text},
#define ETHPOC_FLAT_REASON(number, name, text) Row{ReasonSet::flat, Reason{number}, text},
#define ETHPOC_P2P_REASON(number, name, text) Row{ReasonSet::p2p, Reason{number}, text},
#include "wire/reasons.def"
#undef ETHPOC_P2P_REASON
#undef ETHPOC_FLAT_REASON
#undef ETHPOC_REASON
};

} // namespace

std::string_view reason_text(ReasonSet set, Reason reason) noexcept {
    if (set == ReasonSet::none) { return {}; }
    const auto* const row = std::ranges::find_if(reason_rows, [&](const Row& one) {
        return one.number == reason && (one.set == set || one.set == ReasonSet::none);
    });
    return row == reason_rows.end() ? std::string_view{} : row->text;
}

} // namespace ethpoc::wire
