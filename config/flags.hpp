// The command line as a layer of settings. CLI11 reads the flags; it never sees a file or the environment.
#pragma once

#include "config/environment.hpp"
#include "config/merge.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace CLI { // NOLINT(readability-identifier-naming): theirs
class App;
class Option;
} // namespace CLI

namespace ethpoc::config {

/// The flags of all settings, and --config, for one subcommand. Lives as long as the CLI::App that it was added to.
class Flags {
  public:
    /// Adds --listen, --dial, ... and --config to `app`. Call once, before parsing.
    void add_to(CLI::App& app);

    /// The same for a subcommand that uses only some: `uses` holds keys of settings.def. --help tells their `defaults`.
    /// What it does not use may stand in a file or the environment all the same, since those are for all subcommands.
    void add_to(CLI::App& app, std::span<const std::string_view> uses, const Settings& defaults);

    /// After parsing: what was given, as a layer, in the order of settings.def.
    Layer layer() const;

    /// After parsing: the file that --config names.
    std::optional<std::string> config_file() const;

  private:
    void add_config_file(CLI::App& app);
    CLI::Option* add_setting(CLI::App& app, std::size_t index, const std::string& help);

    // Heap, since CLI11 keeps references while the object may move.
    struct Values;
    std::shared_ptr<Values> values_;
};

/// What holds when no layer says anything: with default_data_dir().
Settings default_settings(const Environment& environment);

/// Everything together: default_settings(), `profile`, the file of --config or ETHPOC_CONFIG, the
/// environment, the flags. `profile` holds the defaults of a subcommand; its assignments say "profile NAME" as their
/// origin.
std::expected<Resolved, ConfigErrors> load(const Flags& flags, const Environment& environment,
                                           const Layer& profile = {});

/// A profile row: {"listen", {"none"}, "profile dial"}.
Layer profile_layer(std::string_view name, std::initializer_list<std::pair<std::string_view, std::string_view>> values);

} // namespace ethpoc::config
