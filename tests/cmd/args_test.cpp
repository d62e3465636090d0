#include "cmd/args.hpp"

#include "cmd/exit_code.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace ethpoc;

namespace {

struct Ran {
    int code;
    std::string out;
    std::string err;
};

/// Runs the program in this process.
Ran run(std::vector<const char*> arguments, const config::Environment& environment = {}) {
    arguments.insert(arguments.begin(), "ethpoc");
    char* out_data = nullptr;
    char* err_data = nullptr;
    std::size_t out_size = 0;
    std::size_t err_size = 0;
    std::FILE* out = open_memstream(&out_data, &out_size);
    std::FILE* err = open_memstream(&err_data, &err_size);
    const int code = cmd::run_program(static_cast<int>(arguments.size()), arguments.data(), environment, out, err);
    std::fclose(out);
    std::fclose(err);
    Ran ran{code, {out_data, out_size}, {err_data, err_size}};
    std::free(out_data);
    std::free(err_data);
    return ran;
}

} // namespace

TEST_CASE("args: version for people and for programs") {
    for (const char* flag : {"--version", "-V"}) {
        const Ran ran = run({flag});
        CHECK(ran.code == 0);
        CHECK(ran.out.starts_with("ethpoc 0."));
        CHECK(ran.out.contains("commit "));
        CHECK(ran.err.empty());
    }
    const auto json = nlohmann::json::parse(run({"--version", "--json"}).out);
    for (const char* key : {"version", "commit", "compiler"}) {
        CHECK_FALSE(json[key].get<std::string>().empty());
    }
}

TEST_CASE("args: help is a success on stdout and has an example for every subcommand") {
    const Ran ran = run({"--help"});
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    for (const char* name : {
#define COMMAND(name) #name,
#include "cmd/commands.def"
         }) {
        CAPTURE(name);
        CHECK(ran.out.contains(name));
        const Ran sub = run({name, "--help"});
        CHECK(sub.code == 0);
        CHECK(sub.out.contains("Example:\n  "));
        CHECK(sub.out.contains("ethpoc " + std::string(name)));
    }
}

TEST_CASE("args: every mistake on the command line is exit code 2, on stderr") {
    for (const std::vector<const char*>& arguments : std::vector<std::vector<const char*>>{
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
        const Ran ran = run(arguments);
        CHECK(ran.code == static_cast<int>(cmd::ExitCode::usage));
        CHECK(ran.out.empty());
        CHECK_FALSE(ran.err.empty());
    }
    CHECK(run({"config", "show"}, {{"ETHPOC_LISEN", "none"}}).code == 2);
}

TEST_CASE("args: config show prints values and origins, json before or after the subcommand") {
    const config::Environment environment{{"ETHPOC_MAX_PEERS", "3"}};
    const Ran text = run({"config", "show", "--dial", "a:1", "--color", "never"}, environment);
    CHECK(text.code == 0);
    CHECK(text.out.contains("env ETHPOC_MAX_PEERS"));
    CHECK(text.out.find('\x1b') == std::string::npos);
    CHECK(run({"config", "show", "--color=always"}).out.contains("\x1b["));

    const Ran after = run({"config", "show", "--dial", "a:1", "--listen", "none", "--json"}, environment);
    const Ran before = run({"--json", "config", "show", "--dial", "a:1", "--listen", "none"}, environment);
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
