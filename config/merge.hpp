// Layers of settings and how they are merged: flag > environment > file > profile > default. Each value knows its
// origin.
#pragma once

#include "config/settings.hpp"
#include "config/value.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ethpoc::config {

/// One row of settings.def: all that is known about a setting without its value.
struct SettingRow {
    std::string_view key;   // "limits.frame"
    std::string_view alias; // second spelling of the flag, with its dashes; may be empty
    std::string_view help;
    std::vector<std::string_view> words; // all values that it takes; empty: any that its kind can be
    ValueKind kind;
    bool is_list;                                                // takes any number of values
    ReadResult (*read)(Settings&, std::span<const std::string>); // replaces the value; lists as a whole
    std::vector<std::string> (*write)(const Settings&);          // one text, or one for each entry of a list
};

/// All settings, in the order of settings.def.
std::span<const SettingRow> setting_rows();

/// The row of `key`, or null.
const SettingRow* find_setting(std::string_view key);

/// The keys of all rows, for suggestions.
std::span<const std::string_view> setting_keys();

/// One value that some layer gives. `where` is what `config show` prints as origin: "flag --listen",
/// "env ETHPOC_LISTEN", "file ethpoc.toml:3:10", "profile dial".
struct Assignment {
    std::string key;
    std::vector<std::string> values;
    std::string where;
};

using Layer = std::vector<Assignment>;

/// A sentence for the user, place first: "file ethpoc.toml:3:1: unknown key ...".
struct ConfigError {
    std::string where;
    std::string message;

    std::string text() const { return where + ": " + message; }
};

using ConfigErrors = std::vector<ConfigError>;

/// Settings with the origin of each value.
struct Resolved {
    Settings settings;
    std::vector<std::string> origins; // one for each row of setting_rows()
};

/// Lays `layers` over `defaults`, the last one winning. Every mistake of every layer is reported, not only the first.
std::expected<Resolved, ConfigErrors> merge(const Settings& defaults, std::span<const Layer> layers);

/// A line of `config show`.
struct ShownSetting {
    std::string_view key;
    ValueKind kind;
    bool is_list;
    std::vector<std::string> values; // exactly one unless is_list
    std::string origin;
};

/// What `config show` prints, in the order of settings.def.
std::vector<ShownSetting> shown_settings(const Resolved& resolved);

} // namespace ethpoc::config
