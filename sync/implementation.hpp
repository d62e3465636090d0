// Whose rules a peer goes by: the one place between the clients of wire/ and the implementations of chain/.
#pragma once

#include "chain/rules.hpp"
#include "wire/client.hpp"

namespace ethpoc::sync {

/// Java, ethpoc itself and those that are not known go by the rules of C++.
constexpr chain::Implementation implementation_of(wire::ClientKind client) noexcept {
    switch (client) {
    case wire::ClientKind::go:
        return chain::Implementation::go;
    case wire::ClientKind::py:
        return chain::Implementation::py;
    case wire::ClientKind::js:
        return chain::Implementation::js;
    case wire::ClientKind::unknown:
    case wire::ClientKind::cpp:
    case wire::ClientKind::java:
    case wire::ClientKind::own:
        break;
    }
    return chain::Implementation::cpp;
}

} // namespace ethpoc::sync
