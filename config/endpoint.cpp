#include "config/endpoint.hpp"

#include <algorithm>
#include <charconv>

namespace ethpoc::config {

namespace {

// A DNS name is at most 253 characters long; nothing longer is worth handing to a resolver.
constexpr std::size_t max_host_length = 253;

std::unexpected<std::string> bad(std::string_view text, std::string_view why) {
    return std::unexpected("\"" + std::string(text) + "\" is not HOST:PORT: " + std::string(why));
}

bool is_host_character(char c, bool bracketed) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return word || c == '.' || c == '-' || c == '_' || (bracketed && (c == ':' || c == '%'));
}

} // namespace

std::expected<Endpoint, std::string> parse_endpoint(std::string_view text) {
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find("]:") : text.rfind(':');
    if (host_end == std::string_view::npos) {
        return bad(text, "write the port too, as in 127.0.0.1:30303 or [::1]:30303");
    }
    const std::string_view host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
    const std::string_view port = text.substr(host_end + (bracketed ? 2 : 1));
    if (host.empty() || host.size() > max_host_length) {
        return bad(text, "the host is missing or longer than 253 characters");
    }
    if (!bracketed && host.contains(':')) {
        return bad(text, "an IPv6 address is written in brackets, as in [::1]:30303");
    }
    if (!std::ranges::all_of(host, [&](char c) { return is_host_character(c, bracketed); })) {
        return bad(text, "the host has a character that no name or address has");
    }
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size()) {
        return bad(text, "the port is a number from 0 to 65535");
    }
    return Endpoint{std::string(host), number};
}

std::string to_text(const Endpoint& endpoint) {
    const bool brackets = endpoint.host.contains(':');
    return (brackets ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

} // namespace ethpoc::config
