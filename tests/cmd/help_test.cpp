// The help pages, and what is said of a command line that cannot be understood.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cmd/command_table.hpp"
#include "cmd/plain_error.hpp"
#include "peer/errors.hpp"
#include "tests/cmd/program.hpp"

using namespace ethpoc;

namespace {

/// Characters, not bytes, of the longest line.
std::size_t longest_line(const std::string& text) {
    std::size_t longest = 0;
    std::size_t now = 0;
    for (const char c : text) {
        now = c == '\n' ? 0 : now + ((static_cast<unsigned char>(c) & 0xc0) == 0x80 ? 0 : 1);
        longest = std::max(longest, now);
    }
    return longest;
}

cmd::CommandPage a_page() {
    cmd::CommandPage page;
    page.path = {"ethpoc", "try"};
    page.help = "Words that are long enough to be broken at forty columns, and once more at that";
    page.options.push_back({.names = {"--level"},
                            .value = "TEXT",
                            .choices = {"must", "should"},
                            .standard = "must",
                            .help = "which of them are tried, and which of them are not",
                            .group = "Options"});
    page.options.push_back(
        {.names = {"target"}, .value = "HOST:PORT", .help = "whom", .argument = true, .required = true});
    page.footer = "Example:\n  ethpoc try";
    return page;
}

} // namespace

TEST_CASE("help: a page keeps to the width that it is given") {
    for (const std::size_t columns : {40UL, 60UL, 80UL, 200UL}) {
        CAPTURE(columns);
        const std::string text = cmd::help_text(a_page(), columns);
        CHECK(longest_line(text) <= columns);
        CHECK(text.contains("Usage: ethpoc try [OPTIONS] target"));
        CHECK(text.contains("--level must|should"));
    }
    CHECK(cmd::help_text(a_page(), 200).contains("are not (default: must)\n"));
}

TEST_CASE("help: the command and the option print the same, and the first examples are those to begin with") {
    const std::string help = test::run_program({"--help"}).out;
    CHECK(help.contains("Examples:\n  ethpoc demo\n  ethpoc rlp show "));
    CHECK(test::run_program({"help"}).out == help);
    CHECK(test::run_program({"help", "chain", "show"}).out == test::run_program({"chain", "show", "--help"}).out);
    CHECK(test::run_program({"version"}).out == test::run_program({"--version"}).out);
    const auto wrong = test::run_program({"help", "chian"});
    CHECK(wrong.code == 2);
    CHECK(wrong.err == "ethpoc: ethpoc has no subcommand chian; did you mean \"chain\"?\n");
    const auto page = nlohmann::json::parse(test::run_program({"help", "dial", "--json"}).out);
    CHECK(page["command"] == "ethpoc dial");
}

TEST_CASE("help: no page shows a type or a limit of the machine") {
    const auto root = nlohmann::json::parse(test::run_program({"help", "--json"}).out);
    std::vector<nlohmann::json> open{root};
    std::size_t count = 0;
    while (!open.empty()) {
        const nlohmann::json page = open.back();
        open.pop_back();
        ++count;
        for (const nlohmann::json& option : page["options"]) {
            CAPTURE(page["command"].get<std::string>());
            CAPTURE(option["names"].dump());
            CHECK(option["range"].get<std::string>().size() < 24);
            CHECK_FALSE(option["help"].get<std::string>().empty());
            for (const char* const type : {"UINT", "FLOAT", "INT", "POSITIVE"}) {
                CHECK_FALSE(option["value"].get<std::string>().contains(type));
            }
        }
        open.insert(open.end(), page["commands"].begin(), page["commands"].end());
    }
    CHECK(count > 50);
}

TEST_CASE("help: dial shows its own defaults, and refuses what it has no use for") {
    const std::string help = test::run_program({"dial", "--help"}).out;
    CHECK(help.contains(":memory:)"));
    CHECK(help.contains("(default: none)"));
    for (const std::string name : {"--dial", "--target-peers", "--round-time", "--drop-to", "--seeds"}) {
        CAPTURE(name);
        CHECK_FALSE(help.contains("  " + name + " "));
        const auto ran = test::run_program({"dial", "127.0.0.1:1", name, "1"});
        CHECK(ran.code == 2);
        CHECK(ran.err.contains("it has no use for this setting"));
    }
}

TEST_CASE("usage: each mistake is told with the word, what would be right, and what was meant") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> rows{
        {{"rpl", "show"}, "ethpoc: ethpoc has no subcommand rpl; did you mean \"rlp\"?\n"},
        {{"chain", "shwo"}, "ethpoc: ethpoc chain has no subcommand shwo; did you mean \"show\"?\n"},
        {{"dial"}, "ethpoc: ethpoc dial needs target HOST:PORT: HOST:PORT of the peer; see ethpoc dial --help\n"},
        {{"--color", "alwyas", "demo"}, "ethpoc: --color alwyas: give auto, always or never; did you mean \"always\"?"},
        {{"run", "--log.level", "wran"},
         "ethpoc: --log.level wran: give trace, debug, info, warn, error or off; did you mean \"warn\"?"},
        {{"tx", "send", "nowhere", "c0"}, "ethpoc: peer: \"nowhere\" is not HOST:PORT"},
        {{"conform", "a:1", "--level", "mut"}, "ethpoc: --level mut: give must, should or all; did you mean \"must\"?"},
        {{"run", "--for", "-3"}, "ethpoc: --for -3: give a number above 0; see ethpoc run --help\n"},
        {{"chain", "show", "1", "--at", "x"}, "ethpoc: ethpoc chain show takes no --at"},
        {{"conform", "a:1", "-j", "99"}, "give a number from 0 to 64; see ethpoc conform --help\n"},
        {{"dial", "nonsense"}, "ethpoc: target: \"nonsense\" is not HOST:PORT"},
        {{"demo", "more"}, "ethpoc: ethpoc demo has no use for more; see ethpoc demo --help\n"},
        {{"peers"}, "ethpoc: ethpoc peers needs a subcommand: list, show, add, remove, ban, unban or watch\n"},
        {{"dial", "a:1", "--genesis", "olympc"}, "no genesis and no file has this name (chain.bad_genesis_file)"},
    };
    for (const auto& [words, wanted] : rows) {
        const auto ran = test::run_program(words);
        CAPTURE(ran.err);
        CAPTURE(wanted);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(ran.err.contains(wanted));
        CHECK_FALSE(ran.err.contains("0x0000"));
        CHECK(ran.err.size() < 300);
    }
}

TEST_CASE("plain error: detail, code and next step, and no offset") {
    const Error error{&peer::errors::cannot_listen, 0, 0, {}, "cannot listen on 127.0.0.1:1: Permission denied"};
    CHECK(cmd::plain_sentence(error) == "cannot listen on 127.0.0.1:1: Permission denied (peer.cannot_listen). Choose "
                                        "another --listen HOST:PORT, or --listen none.");
    CHECK(cmd::sentence_of(error) == cmd::plain_sentence(error));
    const Error of_metrics{&peer::errors::metrics_cannot_listen, 0, 0, {}, "metrics: cannot listen on 127.0.0.1:1"};
    CHECK(cmd::plain_sentence(of_metrics).contains("--metrics HOST:PORT"));
    const Error placed{&rlp::errors::truncated, 0, 2, {}, "item claims 2 bytes"};
    CHECK(cmd::sentence_of(placed) == "rlp.truncated at 0x0000: item claims 2 bytes");
}
