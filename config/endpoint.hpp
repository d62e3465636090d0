// Endpoint: HOST:PORT as people write it. No name is looked up here; that is the dialer's work.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace ethpoc::config {

struct Endpoint {
    std::string host;       // a name, an IPv4 address, or an IPv6 address without its brackets; never empty
    std::uint16_t port = 0; // 0: any free port, for listeners only

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "127.0.0.1:30303", "example.org:30303", "[::1]:30303". On failure one sentence that says what is expected.
std::expected<Endpoint, std::string> parse_endpoint(std::string_view text);

/// The inverse of parse_endpoint: brackets around a host that has a colon.
std::string to_text(const Endpoint& endpoint);

} // namespace ethpoc::config
