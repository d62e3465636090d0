#include "cmd/args.hpp"

#include "cmd/exit_code.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cmd/program.hpp"

using namespace ethpoc;

TEST_CASE("args: version for people and for programs") {
    for (const char* flag : {"--version", "-V"}) {
        const test::Ran ran = test::run_program({flag});
        CHECK(ran.code == 0);
        CHECK(ran.out.starts_with("ethpoc 0."));
        CHECK(ran.out.contains("commit "));
        CHECK(ran.err.empty());
    }
    const auto json = nlohmann::json::parse(test::run_program({"--version", "--json"}).out);
    for (const char* key : {"version", "commit", "compiler"}) {
        CHECK_FALSE(json[key].get<std::string>().empty());
    }
}

TEST_CASE("args: help is a success on stdout and has an example for every subcommand") {
    const test::Ran ran = test::run_program({"--help"});
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    for (const char* name : {
#define COMMAND(name, answer) #name,
#include "cmd/commands.def"
         }) {
        CAPTURE(name);
        CHECK(ran.out.contains(name));
        const test::Ran sub = test::run_program({name, "--help"});
        CHECK(sub.code == 0);
        CHECK(sub.out.contains("Example:\n  "));
        CHECK(sub.out.contains("ethpoc " + std::string(name)));
    }
}

TEST_CASE("args: every mistake on the command line is exit code 2, on stderr") {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {},
             {"nonsense"},
             {"--nonsense"},
             {"config"},
             {"config", "nonsense"},
             {"config", "show", "--lisen", "none"},
             {"config", "show", "--max-peers"},
             {"config", "show", "--max-peers", "many"},
             {"config", "show", "--listen", "30303"},
             {"config", "show", "--color", "sometimes"},
             {"config", "show", "--config", "/nowhere/at/all.toml"},
         }) {
        const test::Ran ran = test::run_program(arguments);
        CHECK(ran.code == static_cast<int>(cmd::ExitCode::usage));
        CHECK(ran.out.empty());
        CHECK_FALSE(ran.err.empty());
    }
    CHECK(test::run_program({"config", "show"}, {{"ETHPOC_LISEN", "none"}}).code == 2);
}

TEST_CASE("args: config show prints values and origins, json before or after the subcommand") {
    const config::Environment environment{{"ETHPOC_MAX_PEERS", "3"}};
    const test::Ran text = test::run_program({"config", "show", "--dial", "a:1", "--color", "never"}, environment);
    CHECK(text.code == 0);
    CHECK(text.out.contains("env ETHPOC_MAX_PEERS"));
    CHECK(text.out.find('\x1b') == std::string::npos);
    CHECK(test::run_program({"config", "show", "--color=always"}).out.contains("\x1b["));

    const test::Ran after =
        test::run_program({"config", "show", "--dial", "a:1", "--listen", "none", "--json"}, environment);
    const test::Ran before =
        test::run_program({"--json", "config", "show", "--dial", "a:1", "--listen", "none"}, environment);
    CHECK(after.out == before.out);
    const auto rows = nlohmann::json::parse(after.out)["settings"];
    const auto row = [&](std::string_view key) {
        for (const auto& entry : rows) {
            if (entry["key"] == key) { return entry; }
        }
        return nlohmann::json();
    };
    CHECK(row("max-peers")["value"] == 3);
    CHECK(row("max-peers")["origin"] == "env ETHPOC_MAX_PEERS");
    CHECK(row("listen")["value"].is_null());
    CHECK(row("dial")["value"] == nlohmann::json::array({"a:1"}));
    CHECK(row("trace")["value"] == false);
    CHECK(row("limits.frame")["value"] == "16MiB");
}
