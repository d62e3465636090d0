// Url: "http://HOST[:PORT][/PATH]" in its parts.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace ethpoc::http {

/// The parts of an http:// URL, as parse_url() finds them; other schemes are refused.
struct Url {
    std::string host{};      // a name, an IPv4 address, or an IPv6 address without its brackets
    std::string port = "80"; // 1..65535
    std::string authority{}; // both as they were written: the field Host
    std::string target{};    // path and query; "/" at least
};

/// The error is the rest of a sentence that begins with the text. No user names, no https; a fragment is left away.
std::expected<Url, std::string> parse_url(std::string_view text);

} // namespace ethpoc::http
