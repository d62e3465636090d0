#include "config/environment.hpp"

#include <doctest/doctest.h>
#include <set>

using namespace ethpoc::config;

TEST_CASE("environment: names follow the keys and stay apart") {
    CHECK(variable_name("listen") == "ETHPOC_LISTEN");
    CHECK(variable_name("limits.chain-queue") == "ETHPOC_LIMITS_CHAIN_QUEUE");
    std::set<std::string> names;
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        CHECK(names.insert(variable_name(row.key)).second);
    }
}

TEST_CASE("environment: variables become assignments") {
    const auto layer = environment_layer({{"ETHPOC_LISTEN", "none"},
                                          {"ETHPOC_DIAL", "a:1,b:2"},
                                          {"ETHPOC_CONFIG", "/etc/x.toml"},
                                          {"ETHPOC_SHARED", "elsewhere"},
                                          {"ETHPOC_TEST_ANY", "1"},
                                          {"HOME", "/home/me"}});
    REQUIRE(layer.has_value());
    REQUIRE(layer->size() == 2);
    CHECK((*layer)[0].key == "dial");
    CHECK((*layer)[0].values == std::vector<std::string>{"a:1", "b:2"});
    CHECK((*layer)[0].where == "env ETHPOC_DIAL");
    CHECK((*layer)[1].key == "listen");
    CHECK((*layer)[1].values == std::vector<std::string>{"none"});
}

TEST_CASE("environment: an empty list is a list, an empty entry is kept to be refused") {
    const auto empty = environment_layer({{"ETHPOC_DIAL", ""}});
    REQUIRE(empty.has_value());
    CHECK(empty->at(0).values.empty());
    const auto gap = environment_layer({{"ETHPOC_DIAL", "a:1,,b:2"}});
    REQUIRE(gap.has_value());
    CHECK_FALSE(merge(Settings{}, std::vector<Layer>{*gap}).has_value());
}

TEST_CASE("environment: an unknown name is an error with a suggestion") {
    const auto layer = environment_layer({{"ETHPOC_LISEN", "none"}, {"ETHPOC_", "x"}});
    REQUIRE_FALSE(layer.has_value());
    REQUIRE(layer.error().size() == 2);
    CHECK(layer.error()[1].text() == "env ETHPOC_LISEN: no setting has this name; did you mean \"ETHPOC_LISTEN\"?");
}

TEST_CASE("environment: the default folder") {
    CHECK(default_data_dir({}) == ":memory:");
    CHECK(default_data_dir({{"HOME", "/home/me"}}) == "/home/me/.local/share/ethpoc");
    CHECK(default_data_dir({{"HOME", "/home/me"}, {"XDG_DATA_HOME", "/data"}}) == "/data/ethpoc");
    CHECK(default_data_dir({{"HOME", ""}, {"XDG_DATA_HOME", ""}}) == ":memory:");
    CHECK(default_data_dir({{"HOME", "here"}, {"XDG_DATA_HOME", "./here"}}) == ":memory:");
    CHECK(default_data_dir({{"HOME", "/home/me"}, {"XDG_DATA_HOME", "here"}}) == "/home/me/.local/share/ethpoc");
}
