// Values as text: how each type of a setting is read and written. Flags, environment and files all arrive here as text.
#pragma once

#include "config/settings.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ethpoc::config {

/// What a value looks like to a program that reads `config show --json`, and which TOML types a file may use for it.
enum class ValueKind : std::uint8_t { text, path, number, flag, size, duration, endpoint };

using ReadResult = std::expected<void, std::string>; // on failure: one sentence that names the text

// Each reads the whole of `text` or fails and leaves `out` alone.
ReadResult read_value(std::string_view text, std::string& out);
/// What check_path() takes.
template <PathKind Kind>
ReadResult read_value(std::string_view text, Path<Kind>& out) {
    if (auto good = check_path(text, Kind); !good) { return good; }
    out = std::string(text);
    return {};
}
ReadResult read_value(std::string_view text, std::uint32_t& out);
ReadResult read_value(std::string_view text, bool& out);     // true false yes no on off 1 0
ReadResult read_value(std::string_view text, Switch& out);   // on off
ReadResult read_value(std::string_view text, ByteSize& out); // 4096, 64KiB, 16MiB, 1GiB
ReadResult read_value(std::string_view text,
                      std::chrono::milliseconds& out); // 250ms, 1s, 1.5s, 2m; a bare number is seconds
ReadResult read_value(std::string_view text, std::optional<Endpoint>& out); // HOST:PORT or none
ReadResult read_value(std::string_view text, Endpoint& out);

// The shortest text that read_value reads back to the same value.
std::string write_value(const std::string& value);
std::string write_value(std::uint32_t value);
std::string write_value(bool value);
std::string write_value(Switch value);
std::string write_value(ByteSize value);
std::string write_value(std::chrono::milliseconds value);
std::string write_value(const std::optional<Endpoint>& value);
std::string write_value(const Endpoint& value);

} // namespace ethpoc::config
