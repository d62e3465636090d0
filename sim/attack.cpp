#include "sim/attack.hpp"

#include <algorithm>
#include <array>

#include "sim/attackers.hpp"

namespace ethpoc::sim {

namespace {

template <class Kind>
std::unique_ptr<Machine> make_attacker(Surroundings& around, HostId host, const Group& group, Random random) {
    return std::make_unique<Kind>(around, host, group, random);
}

constexpr std::array attack_rows{
#define SIM_ATTACK(name, Kind, about) AttackRow{name, about, &make_attacker<Kind>},
#include "sim/attacks.def"
};

} // namespace

std::span<const AttackRow> attacks() noexcept {
    return attack_rows;
}

const AttackRow* attack_named(std::string_view name) noexcept {
    const auto* const at = std::ranges::find(attack_rows, name, &AttackRow::name);
    return at == attack_rows.end() ? nullptr : at;
}

std::vector<std::string_view> attack_names() {
    std::vector<std::string_view> out;
    out.reserve(attack_rows.size());
    for (const AttackRow& each : attack_rows) {
        out.push_back(each.name);
    }
    return out;
}

} // namespace ethpoc::sim
