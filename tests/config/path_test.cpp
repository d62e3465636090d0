#include "config/path.hpp"

#include <doctest/doctest.h>

#include "config/flags.hpp"

using namespace ethpoc::config;

TEST_CASE("path: what is no name is refused, whichever way it comes") {
    struct Row {
        std::string text;
        std::string_view reason;
    };
    const std::string long_name(256, 'n');
    for (const Row& row :
         {Row{"", "empty"}, Row{" ", "blanks"}, Row{"\t\n", "blanks"}, Row{std::string("a\0b", 3), "NUL"},
          Row{"a/" + long_name + "/b", "longer"}, Row{std::string(4096, '/'), "longer"}, Row{"~", "shell"},
          Row{"~/data", "shell"}, Row{"~me/data", "shell"}, Row{"-", "dash"}}) {
        CAPTURE(row.text);
        for (const PathKind kind : {PathKind::file, PathKind::folder}) {
            const auto judged = check_path(row.text, kind);
            REQUIRE_FALSE(judged);
            CHECK(judged.error().contains(row.reason));
        }
        for (const char* const key : {"data-dir", "node-key", "genesis"}) {
            const auto merged = merge(Settings{}, std::vector<Layer>{{{key, {row.text}, "flag"}}});
            REQUIRE_FALSE(merged);
            CHECK(merged.error().front().message.starts_with(std::string(key) + ": "));
        }
        const auto layer = environment_layer({{"ETHPOC_DATA_DIR", row.text}});
        REQUIRE(layer);
        CHECK_FALSE(merge(Settings{}, std::vector<Layer>{*layer}));
    }
}

TEST_CASE("path: a file has not the name of a folder") {
    for (const char* const text : {"/", "a/", ".", "..", "a/.", "a/.."}) {
        CAPTURE(text);
        CHECK(check_path(text, PathKind::folder));
        const auto judged = check_path(text, PathKind::file);
        REQUIRE_FALSE(judged);
        CHECK(judged.error().contains("folder"));
    }
}

TEST_CASE("path: names that other programs read in their own way are names here") {
    for (const std::string text : {"file:x?mode=memory", "-x", "--", "./-", "./~", "a b", "a%00b", ":memory:x", "a?b#c",
                                   "\xff\xfe", "a\nb", "C:\\x", "x;y", "$HOME", "...", ".hidden", "a//b"}) {
        CAPTURE(text);
        CHECK(check_path(text, PathKind::file));
        CHECK(check_path(text, PathKind::folder));
    }
    CHECK(check_path("a/" + std::string(255, 'n'), PathKind::file));
}

TEST_CASE("path: a source is a file or a URL") {
    for (const char* const url : {"http://a", "http://a/", "https://a/..", "x://"}) {
        CAPTURE(url);
        CHECK(is_url(url));
        CHECK(check_path(url, PathKind::source));
    }
    for (const char* const file : {"./http://a", "/http://a", "://a", "http:/a", "http:", "a/b://c"}) {
        CAPTURE(file);
        CHECK_FALSE(is_url(file));
        CHECK(check_path(file, PathKind::source));
    }
    for (const char* const text : {"", " ", "-", "~/seeds", "a/", "./http://"}) {
        CAPTURE(text);
        CHECK_FALSE(check_path(text, PathKind::source));
    }
    const auto merged = merge(Settings{}, std::vector<Layer>{{{"seeds", {"http://a/"}, "flag"}}});
    REQUIRE(merged);
    CHECK(merged->settings.seeds == "http://a/");
}

TEST_CASE("path: an empty name of a settings file is a mistake and not nothing") {
    for (const Environment& environment : {Environment{{"ETHPOC_CONFIG", ""}}, Environment{{"ETHPOC_CONFIG", "a/"}}}) {
        const auto loaded = load(Flags{}, environment);
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().front().where == "--config");
    }
}
