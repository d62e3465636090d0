#include "wire/client.hpp"

#include <array>
#include <utility>

namespace ethpoc::wire {

namespace {

struct Mark {
    std::string_view text;
    ClientKind kind;
};

// What the ids contain; in this order, the first that fits counts (spec WIRE 5.1).
constexpr std::array marks{
    Mark{"Ethereum(++)", ClientKind::cpp}, Mark{"AlethZero", ClientKind::cpp},    Mark{"Ethereum(G)", ClientKind::go},
    Mark{"Ethereum(py)", ClientKind::py},  Mark{"EthereumJS", ClientKind::js},    Mark{"Ethereum(js)", ClientKind::js},
    Mark{"EthereumJ", ClientKind::java},   Mark{"Ethereum(J)", ClientKind::java}, Mark{"Ethereum Node", ClientKind::js},
    Mark{"ethpoc", ClientKind::own},
};

} // namespace

ClientKind identify(std::string_view client_id, Family family) noexcept {
    for (const Mark& mark : marks) {
        if (client_id.find(mark.text) != std::string_view::npos) { return mark.kind; }
    }
    return client_id.empty() && family == Family::flat ? ClientKind::go : ClientKind::unknown;
}

std::string_view name_of(ClientKind kind) noexcept {
    constexpr std::array<std::string_view, 7> names{"unknown", "C++", "Go", "Python", "Java", "JavaScript", "ethpoc"};
    return names[static_cast<std::size_t>(kind)];
}

} // namespace ethpoc::wire
