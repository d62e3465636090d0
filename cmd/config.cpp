// ethpoc config show: every setting, its value, and where the value came from.
#include "cmd/context.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

/// Numbers and flags as JSON has them; sizes, times and endpoints as the text that a file would hold; "none" as null.
ordered_json json_value(config::ValueKind kind, const std::string& text) {
    switch (kind) {
    case config::ValueKind::number: {
        std::uint32_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return number;
    }
    case config::ValueKind::flag:
        return text == "true";
    case config::ValueKind::endpoint:
        return text == "none" ? ordered_json(nullptr) : ordered_json(text);
    case config::ValueKind::text:
    case config::ValueKind::path:
    case config::ValueKind::size:
    case config::ValueKind::duration:
        break;
    }
    return text;
}

ordered_json json_value(const config::ShownSetting& row) {
    if (!row.is_list) { return json_value(row.kind, row.values.front()); }
    ordered_json list = ordered_json::array();
    for (const std::string& text : row.values) {
        list.push_back(json_value(row.kind, text));
    }
    return list;
}

std::string text_value(const config::ShownSetting& row) {
    std::string text;
    for (const std::string& value : row.values) {
        text += (text.empty() ? "" : ", ") + value;
    }
    return text.empty() ? "-" : text;
}

void show_json(Output& out, const std::vector<config::ShownSetting>& rows) {
    ordered_json list = ordered_json::array();
    for (const config::ShownSetting& row : rows) {
        list.push_back({{"key", row.key}, {"value", json_value(row)}, {"origin", row.origin}});
    }
    out.document({{"settings", std::move(list)}});
}

void show_text(Output& out, const std::vector<config::ShownSetting>& rows) {
    std::size_t key_width = 0;
    std::size_t value_width = 0;
    for (const config::ShownSetting& row : rows) {
        key_width = std::max(key_width, row.key.size());
        value_width = std::max(value_width, std::min<std::size_t>(text_value(row).size(), 40));
    }
    for (const config::ShownSetting& row : rows) {
        std::string key(row.key);
        std::string value = text_value(row);
        key.resize(key_width, ' ');
        value.resize(std::max(value_width, value.size()), ' ');
        const bool chosen = row.origin != "default";
        out.text(out.paint(chosen ? Tone::bold : Tone::plain, key) + "  " + value + "  " +
                 out.paint(chosen ? Tone::green : Tone::dim, row.origin) + "\n");
    }
}

ExitCode run_config_show(Context& context, const config::Flags& flags) {
    const auto resolved = load_settings(context, flags);
    if (!resolved) { return resolved.error(); }
    const auto rows = config::shown_settings(*resolved);
    context.out.json() ? show_json(context.out, rows) : show_text(context.out, rows);
    return ExitCode::done;
}

} // namespace

void add_config(CLI::App& app, Context& context) {
    CLI::App* config = add_command(app, "config", "Settings: where each value comes from",
                                   "ETHPOC_MAX_PEERS=3 ethpoc config show --listen 127.0.0.1:30304");
    config->require_subcommand(1);
    CLI::App* show = add_command(*config, "show", "Print every setting, its value and its origin",
                                 "ETHPOC_MAX_PEERS=3 ethpoc config show --listen 127.0.0.1:30304");
    auto flags = std::make_shared<config::Flags>();
    flags->add_to(*show, config::setting_keys(), config::default_settings(context.environment));
    show->callback(
        [&context, flags] { context.action = [&context, flags] { return run_config_show(context, *flags); }; });
}

} // namespace ethpoc::cmd
