// A TOML file as a layer of settings.
#pragma once

#include "config/merge.hpp"

#include <string>
#include <string_view>

namespace ethpoc::config {

inline constexpr std::size_t max_file_bytes = 1u << 20;

/// Reads TOML text. Tables make dotted keys: `frame` in [limits] is "limits.frame". `name` is the file as the user
/// wrote it and stands in front of line:column in every origin and error. A key that no setting has is an error at its
/// place.
std::expected<Layer, ConfigErrors> parse_toml(std::string_view text, const std::string& name);

/// The same for a file of at most max_file_bytes; "-" is not special. A file that cannot be read is an error.
std::expected<Layer, ConfigErrors> read_file(const std::string& path);

} // namespace ethpoc::config
