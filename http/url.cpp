#include "http/url.hpp"

#include <algorithm>
#include <charconv>

namespace ethpoc::http {

namespace {

constexpr std::string_view plain_scheme = "http://";
constexpr std::size_t longest_url = 2048; // bytes

bool is_port(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 0xffff;
}

} // namespace

std::expected<Url, std::string> parse_url(std::string_view text) {
    const auto refuse = [](std::string why) { return std::unexpected(std::move(why)); };
    if (text.starts_with("https://")) {
        return refuse("https is not supported; download it with another program and give the file");
    }
    if (!text.starts_with(plain_scheme)) { return refuse("it does not begin with http://"); }
    if (text.size() > longest_url) { return refuse("it is longer than 2048 bytes"); }
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; })) {
        return refuse("there are characters in it that no URL has; write them as %XX");
    }
    text.remove_prefix(plain_scheme.size());
    text = text.substr(0, text.find('#'));
    Url out;
    const std::string_view authority = text.substr(0, text.find_first_of("/?"));
    out.authority = authority;
    out.target = text.substr(authority.size());
    if (!out.target.starts_with('/')) { out.target.insert(0, 1, '/'); }
    if (authority.contains('@')) { return refuse("a user name in it is not supported"); }
    const bool bracketed = authority.starts_with('[');
    const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && end == std::string_view::npos) { return refuse("the ] of its address is missing"); }
    out.host = authority.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    if (out.host.empty()) { return refuse("there is no host in it; http://HOST[:PORT]/PATH is expected"); }
    const std::string_view rest = authority.substr(std::min(bracketed ? end + 1 : end, authority.size()));
    if (rest.empty()) { return out; }
    if (!rest.starts_with(':') || !is_port(rest.substr(1))) { return refuse("its port is none of 1 to 65535"); }
    out.port = rest.substr(1);
    return out;
}

} // namespace ethpoc::http
