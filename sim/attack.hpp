// Attackers: what hostile machines do, a row of attacks.def each. They are no nodes: each connection has a driver that
// says what the attack wants, well-formed or not.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sim/machine.hpp"

namespace ethpoc::sim {

struct AttackRow {
    std::string_view name;
    std::string_view about;
    std::unique_ptr<Machine> (*make)(Surroundings&, HostId, const Group&, Random);
};

std::span<const AttackRow> attacks() noexcept;
/// nullptr: there is none.
const AttackRow* attack_named(std::string_view name) noexcept;
std::vector<std::string_view> attack_names();

} // namespace ethpoc::sim
