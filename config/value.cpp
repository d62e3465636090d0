#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace ethpoc::config {

namespace {

/// A suffix and what it multiplies by.
using Unit = std::pair<std::string_view, std::uint64_t>;

// Largest first: writing takes the first one that divides.
constexpr std::array<Unit, 4> size_units{{{"GiB", 1u << 30}, {"MiB", 1u << 20}, {"KiB", 1u << 10}, {"", 1}}};
constexpr std::array<Unit, 4> duration_units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::unexpected<std::string> bad_value(std::string_view text, std::string_view expected) {
    return std::unexpected("\"" + std::string(text) + "\" is not " + std::string(expected));
}

/// Reads a whole unsigned number at the start of `text` and cuts it off. Nothing: no digit, or it does not fit.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) { return std::nullopt; }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<std::uint64_t> find_unit(const std::array<Unit, 4>& units, std::string_view suffix) {
    for (const auto& [name, factor] : units) {
        if (name == suffix) { return factor; }
    }
    return std::nullopt;
}

/// `whole` times `factor`, if it fits into 63 bits: durations are signed.
std::optional<std::uint64_t> scaled(std::uint64_t whole, std::uint64_t factor) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return whole > most / factor ? std::nullopt : std::optional(whole * factor);
}

std::string with_unit(const std::array<Unit, 4>& units, std::uint64_t value) {
    for (const auto& [name, factor] : units) {
        if (value != 0 && value % factor == 0) { return std::to_string(value / factor) + std::string(name); }
    }
    return "0";
}

} // namespace

ReadResult read_value(std::string_view text, std::string& out) {
    out = text;
    return {};
}

ReadResult read_value(std::string_view text, std::uint32_t& out) {
    std::string_view rest = text;
    const auto number = take_number(rest);
    if (!number || !rest.empty() || *number > std::numeric_limits<std::uint32_t>::max()) {
        return bad_value(text, "a whole number from 0 to 4294967295");
    }
    out = static_cast<std::uint32_t>(*number);
    return {};
}

ReadResult read_value(std::string_view text, bool& out) {
    for (const std::string_view word : {"true", "yes", "on", "1"}) {
        if (text == word) {
            out = true;
            return {};
        }
    }
    for (const std::string_view word : {"false", "no", "off", "0"}) {
        if (text == word) {
            out = false;
            return {};
        }
    }
    return bad_value(text, "true or false");
}

ReadResult read_value(std::string_view text, Switch& out) {
    if (text != "on" && text != "off") { return bad_value(text, "on or off"); }
    out.on = text == "on";
    return {};
}

ReadResult read_value(std::string_view text, ByteSize& out) {
    std::string_view rest = text;
    const auto number = take_number(rest);
    const auto factor = find_unit(size_units, rest);
    const auto bytes = number && factor ? scaled(*number, *factor) : std::nullopt;
    if (!bytes) { return bad_value(text, "a size: bytes, or a number with KiB, MiB or GiB, as in 16MiB"); }
    out = ByteSize{*bytes};
    return {};
}

ReadResult read_value(std::string_view text, std::chrono::milliseconds& out) {
    constexpr std::string_view expected = "a time: seconds, or a number with ms, s, m or h, as in 250ms or 1.5s";
    std::string_view rest = text;
    const auto whole = take_number(rest);
    std::string_view fraction;
    if (rest.starts_with('.')) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        fraction = rest.substr(1, end - 1);
        rest.remove_prefix(end);
        if (fraction.empty() || fraction.size() > 3) { return bad_value(text, expected); }
    }
    const auto factor = rest.empty() ? std::optional<std::uint64_t>(1'000) : find_unit(duration_units, rest);
    auto total = whole && factor ? scaled(*whole, *factor) : std::nullopt;
    // 1.5s: a digit after the point is a tenth of the unit. Units are at least 1000 ms, except ms, which has no
    // fraction.
    std::uint64_t share = factor.value_or(0);
    for (const char digit : fraction) {
        if (!total || share % 10 != 0) { return bad_value(text, expected); }
        share /= 10;
        *total += share * static_cast<std::uint64_t>(digit - '0');
    }
    if (!total || *total > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return bad_value(text, expected);
    }
    out = std::chrono::milliseconds(static_cast<std::int64_t>(*total));
    return {};
}

ReadResult read_value(std::string_view text, Endpoint& out) {
    auto endpoint = parse_endpoint(text);
    if (!endpoint) { return std::unexpected(std::move(endpoint.error())); }
    out = *std::move(endpoint);
    return {};
}

ReadResult read_value(std::string_view text, std::optional<Endpoint>& out) {
    if (text == "none") {
        out.reset();
        return {};
    }
    Endpoint endpoint;
    if (auto result = read_value(text, endpoint); !result) { return std::unexpected(result.error() + ", nor none"); }
    out = std::move(endpoint);
    return {};
}

std::string write_value(const std::string& value) {
    return value;
}
std::string write_value(std::uint32_t value) {
    return std::to_string(value);
}
std::string write_value(bool value) {
    return value ? "true" : "false";
}
std::string write_value(Switch value) {
    return value.on ? "on" : "off";
}

std::string write_value(ByteSize value) {
    return with_unit(size_units, value.bytes);
}
std::string write_value(std::chrono::milliseconds value) {
    return with_unit(duration_units, static_cast<std::uint64_t>(value.count()));
}
std::string write_value(const std::optional<Endpoint>& value) {
    return value ? to_text(*value) : "none";
}
std::string write_value(const Endpoint& value) {
    return to_text(value);
}

} // namespace ethpoc::config
