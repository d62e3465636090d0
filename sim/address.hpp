// Addresses of virtual machines: they look like those of the open network.
#pragma once

#include <optional>

#include "peer/address_book.hpp"
#include "sim/random.hpp"

namespace ethpoc::sim {

/// A public address of four bytes. `subnet`: its first two bytes; nothing: any.
inline peer::IpAddress draw_address(Random& random, std::optional<std::uint16_t> subnet = {}) noexcept {
    peer::IpAddress out;
    do {
        const std::uint64_t drawn = random.next();
        out.bytes[0] = static_cast<std::uint8_t>(subnet ? *subnet >> 8 : drawn >> 24);
        out.bytes[1] = static_cast<std::uint8_t>(subnet ? *subnet : drawn >> 16);
        out.bytes[2] = static_cast<std::uint8_t>(drawn >> 8);
        out.bytes[3] = static_cast<std::uint8_t>(drawn);
    } while (!peer::is_public(out));
    return out;
}

} // namespace ethpoc::sim
