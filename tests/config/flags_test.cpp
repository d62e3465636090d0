#include "config/flags.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <array>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ethpoc::config;

namespace {

/// Parses a command line as a subcommand would and loads the settings.
std::expected<Resolved, ConfigErrors> load_line(const std::string& line, const Environment& environment = {},
                                                const Layer& profile = {}) {
    CLI::App app("test");
    Flags flags;
    flags.add_to(app);
    app.parse(line);
    return load(flags, environment, profile);
}

std::string origin_of(const Resolved& resolved, std::string_view key) {
    const SettingRow* row = find_setting(key);
    return resolved.origins.at(static_cast<std::size_t>(row - setting_rows().data()));
}

} // namespace

TEST_CASE("flags: every setting has one, with its alias") {
    CLI::App app("test");
    Flags flags;
    flags.add_to(app);
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        CHECK(app.get_option_no_throw("--" + std::string(row.key)) != nullptr);
        if (!row.alias.empty()) { CHECK(app.get_option_no_throw(std::string(row.alias)) != nullptr); }
    }
}

TEST_CASE("flags: values arrive with their origin") {
    const auto resolved = load_line("--listen none --dial a:1 --dial b:2 --trace --maxpeers 4 --limits.frame 1MiB");
    REQUIRE(resolved.has_value());
    CHECK_FALSE(resolved->settings.listen.has_value());
    CHECK(resolved->settings.dial.size() == 2);
    CHECK(resolved->settings.trace);
    CHECK(resolved->settings.max_peers == 4);
    CHECK(resolved->settings.limits.frame == mebibytes(1));
    CHECK(origin_of(*resolved, "max-peers") == "flag --max-peers");
    CHECK(origin_of(*resolved, "protocol") == "default");
}

TEST_CASE("flags: a list takes one value each time, so that a positional argument stays one") {
    CLI::App app("test");
    std::string target;
    app.add_option("target", target);
    Flags flags;
    flags.add_to(app);
    app.parse("--dial a:1 b:2");
    CHECK(target == "b:2");
    CHECK(flags.layer().at(0).values == std::vector<std::string>{"a:1"});
}

TEST_CASE("flags: a single value given twice is a usage error") {
    CHECK_THROWS_AS(load_line("--max-peers 1 --max-peers 2"), CLI::ParseError);
    CHECK_THROWS_AS(load_line("--max-peers"), CLI::ParseError);
    CHECK_THROWS_AS(load_line("--lisen none"), CLI::ParseError);
}

TEST_CASE("flags: trace can be switched off again") {
    const auto resolved = load_line("--trace=false", {{"ETHPOC_TRACE", "true"}});
    REQUIRE(resolved.has_value());
    CHECK_FALSE(resolved->settings.trace);
    CHECK(origin_of(*resolved, "trace") == "flag --trace");
}

TEST_CASE("flags: a setting that takes words takes no other, whichever way it comes") {
    CHECK(load_line("--log-level warn")->settings.log_level == "warn");
    CHECK_THROWS_AS(load_line("--log.level wran"), CLI::ValidationError);
    const auto resolved = load_line("", {{"ETHPOC_LOG_LEVEL", "wran"}, {"ETHPOC_STATE", "maybe"}});
    REQUIRE_FALSE(resolved.has_value());
    REQUIRE(resolved.error().size() == 2);
    CHECK(resolved.error()[1].text() == "env ETHPOC_STATE: state: \"maybe\" is not on or off");
    CHECK(resolved.error()[0].text() == "env ETHPOC_LOG_LEVEL: log.level: \"wran\" is not trace, debug, info, warn, "
                                        "error or off; did you mean \"warn\"?");
}

TEST_CASE("load: flag over environment over file over profile over default") {
    const auto path = std::filesystem::temp_directory_path() / ("ethpoc-load-test-" + std::to_string(getpid()));
    std::ofstream(path) << "max-peers = 2\nnetwork-id = 2\nprotocol = \"2\"\n";
    const Layer profile = profile_layer(
        "dial", {{"max-peers", "1"}, {"network-id", "1"}, {"protocol", "1"}, {"genesis", "one"}, {"listen", "none"}});
    const Environment environment{
        {"ETHPOC_CONFIG", path.string()}, {"ETHPOC_MAX_PEERS", "3"}, {"ETHPOC_NETWORK_ID", "3"}, {"HOME", "/h"}};
    const auto resolved = load_line("--max-peers 4", environment, profile);
    // --config wins over ETHPOC_CONFIG.
    const auto other = load_line("--config " + path.string() + "-missing", environment, profile);
    std::filesystem::remove(path);
    REQUIRE(resolved.has_value());
    CHECK(resolved->settings.max_peers == 4);
    CHECK(resolved->settings.network_id == 3);
    CHECK(resolved->settings.protocol == "2");
    CHECK(resolved->settings.genesis == "one");
    CHECK(resolved->settings.data_dir == "/h/.local/share/ethpoc");
    CHECK(origin_of(*resolved, "max-peers") == "flag --max-peers");
    CHECK(origin_of(*resolved, "network-id") == "env ETHPOC_NETWORK_ID");
    CHECK(origin_of(*resolved, "protocol") == "file " + path.string() + ":3:12");
    CHECK(origin_of(*resolved, "listen") == "profile dial");
    CHECK(origin_of(*resolved, "data-dir") == "default");
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().front().text() == "file " + path.string() + "-missing: cannot be read");
}

TEST_CASE("load: mistakes of all layers come together") {
    const auto resolved = load_line("--max-peers many --config /nowhere/at/all", {{"ETHPOC_LISEN", "1"}});
    REQUIRE_FALSE(resolved.has_value());
    CHECK(resolved.error().size() == 3);
}

TEST_CASE("flags: a subcommand that uses some settings takes these and tells their defaults") {
    constexpr std::array<std::string_view, 3> uses{"data-dir", "state", "client-id"};
    CLI::App app("test");
    Flags flags;
    flags.add_to(app, uses, default_settings({{"HOME", "/h"}}));
    CHECK(app.get_option("--data-dir")->get_description() ==
          "folder of the store, or :memory: (default: /h/.local/share/ethpoc)");
    CHECK(app.get_option("--state")->get_description().ends_with(" (default: on)"));
    CHECK(app.get_option("--client-id")->get_description() == "client name said in Hello");
    CHECK(app.get_option_no_throw("--datadir") != nullptr);
    CHECK(app.get_option_no_throw("--config") != nullptr);
    CHECK(app.get_option_no_throw("--listen") == nullptr);
    CHECK_THROWS_AS(app.parse("--listen none"), CLI::ExtrasError);
    app.parse("--state off");
    const auto resolved = load(flags, {{"ETHPOC_LISTEN", "none"}, {"ETHPOC_DATA_DIR", "/d"}});
    REQUIRE(resolved.has_value());
    CHECK_FALSE(resolved->settings.state.on);
    CHECK_FALSE(resolved->settings.listen.has_value());
    CHECK(resolved->settings.data_dir == "/d");
}

TEST_CASE("flags: a setting that is none is a mistake of ours") {
    constexpr std::array<std::string_view, 1> uses{"data-dirr"};
    CLI::App app("test");
    Flags flags;
    CHECK_THROWS_AS(flags.add_to(app, uses, Settings{}), std::logic_error);
}
