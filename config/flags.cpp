#include "config/flags.hpp"

#include "config/file.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <stdexcept>

namespace ethpoc::config {

namespace {

/// What a flag's value is called in --help.
std::string_view placeholder(ValueKind kind) {
    switch (kind) {
    case ValueKind::number:
        return "N";
    case ValueKind::size:
        return "SIZE";
    case ValueKind::duration:
        return "TIME";
    case ValueKind::endpoint:
        return "HOST:PORT";
    case ValueKind::path:
        return "PATH";
    case ValueKind::text:
    case ValueKind::flag:
        break;
    }
    return "TEXT";
}

/// Where --help shows a setting.
std::string group_of(std::string_view key) {
    return key.starts_with("limits.")     ? "Limits"
           : key.starts_with("timeouts.") ? "Timeouts"
           : key.starts_with("log.")      ? "Log"
                                          : "Settings";
}

} // namespace

struct Flags::Values {
    std::vector<std::vector<std::string>> texts = std::vector<std::vector<std::string>>(setting_rows().size());
    std::optional<std::string> config_file;
};

void Flags::add_config_file(CLI::App& app) {
    values_ = std::make_shared<Values>();
    app.add_option("--config", values_->config_file, "TOML file with settings (environment: ETHPOC_CONFIG)")
        ->type_name("FILE");
}

CLI::Option* Flags::add_setting(CLI::App& app, std::size_t index, const std::string& help) {
    const SettingRow& row = setting_rows()[index];
    std::string names = "--" + std::string(row.key);
    if (!row.alias.empty()) { names += "," + std::string(row.alias); }
    std::vector<std::string>& texts = values_->texts[index];
    if (row.kind == ValueKind::flag) {
        // --trace and --trace=false both work; the callback sees what was written.
        return app.add_flag_function(
            names, [&texts](std::int64_t count) { texts.assign(1, count > 0 ? "true" : "false"); }, help);
    }
    CLI::Option* const option = app.add_option(names, texts, help)->type_name(std::string(placeholder(row.kind)));
    option->allow_extra_args(false);
    if (!row.is_list) { option->expected(1); }
    if (!row.words.empty()) {
        option->check(CLI::IsMember(std::vector<std::string>(row.words.begin(), row.words.end())));
    }
    return option;
}

void Flags::add_to(CLI::App& app) {
    add_to(app, setting_keys(), Settings{});
}

void Flags::add_to(CLI::App& app, std::span<const std::string_view> uses, const Settings& defaults) {
    add_config_file(app);
    for (const std::string_view key : uses) {
        const SettingRow* const row = find_setting(key);
        if (row == nullptr) { throw std::logic_error("no setting is called " + std::string(key)); }
        std::string help(row->help);
        for (const std::string& text : row->write(defaults)) {
            if (!text.empty() && row->kind != ValueKind::flag) { help += " (default: " + text + ")"; }
        }
        add_setting(app, static_cast<std::size_t>(row - setting_rows().data()), help)->group(group_of(key));
    }
}

Layer Flags::layer() const {
    Layer layer;
    if (!values_) { return layer; }
    for (std::size_t i = 0; i < setting_rows().size(); ++i) {
        if (!values_->texts[i].empty()) {
            const std::string key(setting_rows()[i].key);
            layer.push_back({key, values_->texts[i], "flag --" + key});
        }
    }
    return layer;
}

std::optional<std::string> Flags::config_file() const {
    return values_ ? values_->config_file : std::nullopt;
}

Settings default_settings(const Environment& environment) {
    Settings defaults;
    defaults.data_dir = default_data_dir(environment);
    return defaults;
}

std::expected<Resolved, ConfigErrors> load(const Flags& flags, const Environment& environment, const Layer& profile) {
    ConfigErrors errors;
    std::vector<Layer> layers{profile};
    const auto take = [&](std::expected<Layer, ConfigErrors> layer) {
        if (layer) {
            layers.push_back(*std::move(layer));
        } else {
            errors.insert(errors.end(), layer.error().begin(), layer.error().end());
        }
    };

    auto file = flags.config_file();
    if (const auto named = environment.find("ETHPOC_CONFIG"); !file && named != environment.end()) {
        file = named->second;
    }
    if (file) { take(read_file(*file)); }
    take(environment_layer(environment));
    layers.push_back(flags.layer());

    auto resolved = merge(default_settings(environment), layers);
    if (!resolved) { errors.insert(errors.end(), resolved.error().begin(), resolved.error().end()); }
    if (!errors.empty()) { return std::unexpected(std::move(errors)); }
    return resolved;
}

Layer profile_layer(std::string_view name,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
    Layer layer;
    for (const auto& [key, value] : values) {
        layer.push_back({std::string(key), {std::string(value)}, "profile " + std::string(name)});
    }
    return layer;
}

} // namespace ethpoc::config
