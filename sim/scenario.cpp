#include "sim/scenario.hpp"

#include <algorithm>
#include <cmath>

namespace ethpoc::sim {

std::uint32_t Scenario::nodes() const noexcept {
    std::uint32_t out = 0;
    for (const Group& each : groups) {
        out += each.count;
    }
    return out;
}

void Scenario::scale_to(std::uint32_t nodes) {
    const double factor = static_cast<double>(nodes) / static_cast<double>(std::max(this->nodes(), 1U));
    for (Group& each : groups) {
        each.count = std::max(1U, static_cast<std::uint32_t>(std::lround(each.count * factor)));
    }
}

Scenario Scenario::lacking(const Without& what) const {
    Scenario out = *this;
    for (std::size_t i = 0; i < out.groups.size(); ++i) {
        out.groups[i].options = what.options[i];
    }
    out.expectations.clear();
    return out;
}

std::string_view name_of(Fault::Kind kind) noexcept {
    switch (kind) {
    case Fault::Kind::partition:
        return "partition";
    case Fault::Kind::churn:
        return "churn";
    case Fault::Kind::vanish:
        return "vanish";
    case Fault::Kind::crash:
        return "crash";
    case Fault::Kind::loss:
        return "loss";
    }
    return "";
}

std::string_view sign_of(Expectation::Must must) noexcept {
    switch (must) {
    case Expectation::Must::be_at_most:
        return "<=";
    case Expectation::Must::be_at_least:
        return ">=";
    case Expectation::Must::equal:
        return "==";
    }
    return "";
}

} // namespace ethpoc::sim
