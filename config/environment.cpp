#include "config/environment.hpp"

#include "config/suggest.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace ethpoc::config {

namespace {

constexpr std::string_view prefix = "ETHPOC_";
constexpr std::array<std::string_view, 4> not_settings{"ETHPOC_CONFIG", "ETHPOC_SHARED", "ETHPOC_COMMIT",
                                                       "ETHPOC_JOBS"};

bool is_ours(std::string_view name) {
    return name.starts_with(prefix) && !name.starts_with("ETHPOC_TEST_") &&
           std::ranges::find(not_settings, name) == not_settings.end();
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> entries;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        entries.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return entries;
}

} // namespace

Environment process_environment() {
    Environment variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view line = *entry;
        const std::size_t equals = line.find('=');
        const std::string_view name = line.substr(0, equals);
        if (equals != std::string_view::npos &&
            (name.starts_with(prefix) || name == "HOME" || name == "XDG_DATA_HOME")) {
            variables.emplace(name, line.substr(equals + 1));
        }
    }
    return variables;
}

std::string variable_name(std::string_view key) {
    std::string name(prefix);
    for (const char c : key) {
        name += c == '-' || c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return name;
}

std::expected<Layer, ConfigErrors> environment_layer(const Environment& environment) {
    std::vector<std::string> names;
    for (const SettingRow& row : setting_rows()) {
        names.push_back(variable_name(row.key));
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());

    Layer layer;
    ConfigErrors errors;
    for (const auto& [name, value] : environment) {
        if (!is_ours(name)) { continue; }
        const auto found = std::ranges::find(names, name);
        if (found == names.end()) {
            errors.push_back({"env " + name, "no setting has this name" + did_you_mean(name, candidates)});
            continue;
        }
        const SettingRow& row = setting_rows()[static_cast<std::size_t>(found - names.begin())];
        auto values = row.is_list ? split_list(value) : std::vector<std::string>{value};
        layer.push_back({std::string(row.key), std::move(values), "env " + name});
    }
    if (!errors.empty()) { return std::unexpected(std::move(errors)); }
    return layer;
}

std::string default_data_dir(const Environment& environment) {
    // A relative name would be another folder wherever the program is started (and the XDG rules say to ignore it).
    const auto absolute = [&](std::string_view name) -> const std::string* {
        const auto at = environment.find(name);
        return at != environment.end() && at->second.starts_with('/') ? &at->second : nullptr;
    };
    if (const std::string* const data = absolute("XDG_DATA_HOME")) { return *data + "/ethpoc"; }
    if (const std::string* const home = absolute("HOME")) { return *home + "/.local/share/ethpoc"; }
    return ":memory:";
}

} // namespace ethpoc::config
