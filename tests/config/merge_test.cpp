#include "config/merge.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <set>

using namespace ethpoc::config;

namespace {

std::string shown_origin(const Resolved& resolved, std::string_view key) {
    for (const ShownSetting& row : shown_settings(resolved)) {
        if (row.key == key) { return row.origin; }
    }
    return "no such key";
}

} // namespace

TEST_CASE("merge: the last layer wins and is the origin") {
    const std::vector<Layer> layers{
        {{"max-peers", {"1"}, "profile x"}, {"protocol", {"12"}, "profile x"}, {"network-id", {"7"}, "profile x"}},
        {{"max-peers", {"2"}, "file f:1:1"}, {"protocol", {"8"}, "file f:2:1"}},
        {{"max-peers", {"3"}, "env ETHPOC_MAX_PEERS"}},
    };
    const auto resolved = merge(Settings{}, layers);
    REQUIRE(resolved.has_value());
    CHECK(resolved->settings.max_peers == 3);
    CHECK(resolved->settings.protocol == "8");
    CHECK(resolved->settings.network_id == 7);
    CHECK(shown_origin(*resolved, "max-peers") == "env ETHPOC_MAX_PEERS");
    CHECK(shown_origin(*resolved, "protocol") == "file f:2:1");
    CHECK(shown_origin(*resolved, "network-id") == "profile x");
    CHECK(shown_origin(*resolved, "listen") == "default");
}

TEST_CASE("merge: a list is replaced as a whole") {
    const std::vector<Layer> layers{{{"dial", {"a:1", "b:2"}, "file f:1:1"}}, {{"dial", {"c:3"}, "flag --dial"}}};
    const auto resolved = merge(Settings{}, layers);
    REQUIRE(resolved.has_value());
    CHECK(resolved->settings.dial == std::vector<Endpoint>{{"c", 3}});
    const auto none = merge(Settings{}, std::vector<Layer>{layers[0], {{"dial", {}, "env ETHPOC_DIAL"}}});
    REQUIRE(none.has_value());
    CHECK(none->settings.dial.empty());
}

TEST_CASE("merge: every mistake is reported with its place") {
    const std::vector<Layer> layers{{{"lisen", {"none"}, "file f:1:1"}, {"max-peers", {"many"}, "file f:2:9"}},
                                    {{"trace", {"true", "false"}, "flag --trace"}}};
    const auto resolved = merge(Settings{}, layers);
    REQUIRE_FALSE(resolved.has_value());
    REQUIRE(resolved.error().size() == 3);
    CHECK(resolved.error()[0].text() == "file f:1:1: unknown key \"lisen\"; did you mean \"listen\"?");
    CHECK(resolved.error()[1].text() == "file f:2:9: max-peers: \"many\" is not a whole number from 0 to 4294967295");
    CHECK(resolved.error()[2].text() == "flag --trace: trace: one value is expected, not 2");
}

TEST_CASE("merge: what is shown can be read back") {
    Settings settings;
    settings.node_key = "./node.key"; // its default, none, has no text; nor has that of the next
    settings.seeds = "./seeds.txt";
    settings.dial = {{"a", 1}, {"::1", 2}};
    settings.listen.reset();
    settings.limits.frame = ByteSize{12345};
    settings.timeouts.ping = std::chrono::milliseconds(1234);
    const auto resolved = merge(settings, {});
    REQUIRE(resolved.has_value());
    Layer layer;
    for (const ShownSetting& row : shown_settings(*resolved)) {
        layer.push_back({std::string(row.key), row.values, "again"});
    }
    const auto again = merge(Settings{}, std::vector<Layer>{layer});
    REQUIRE(again.has_value());
    const auto before = shown_settings(*resolved);
    const auto after = shown_settings(*again);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        CAPTURE(before[i].key);
        CHECK(before[i].values == after[i].values);
        CHECK(after[i].origin == "again");
    }
}

TEST_CASE("merge: rows are unique and well named") {
    std::set<std::string_view> keys;
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        CHECK(keys.insert(row.key).second);
        CHECK(find_setting(row.key) == &row);
        CHECK_FALSE(row.help.empty());
        CHECK(row.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz-.") == std::string_view::npos);
        CHECK((row.alias.empty() || row.alias.starts_with("--")));
        for (const std::string_view word : row.words) { // each is a value, and the default is one of them
            Settings settings;
            CHECK(std::ranges::count(row.words, word) == 1);
            REQUIRE(row.read(settings, std::vector{std::string(word)}));
            CHECK(row.write(settings) == std::vector{std::string(word)});
            CHECK(std::ranges::find(row.words, row.write(Settings{}).front()) != row.words.end());
        }
    }
    CHECK(find_setting("limits") == nullptr);
    CHECK(std::ranges::equal(setting_keys(), setting_rows(), {}, {}, &SettingRow::key));
}
