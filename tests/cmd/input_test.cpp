// What reading commands say of input that cannot be read, and that text of any encoding is read the same.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cmd/view/output.hpp"
#include "rlp/hex.hpp"
#include "tests/cmd/capture_records.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::run_program;

namespace {

void write_text_file(const std::string& name, std::string_view text) {
    test::write_bytes(name, Bytes(as_bytes(text).begin(), as_bytes(text).end()));
}

std::string utf16(std::string_view text, bool little) {
    std::string out = little ? "\xff\xfe" : "\xfe\xff";
    for (const char c : text) {
        out += little ? std::string{c, '\0'} : std::string{'\0', c};
    }
    return out;
}

} // namespace

TEST_CASE("input: with --json every reading command prints one document - whatever it is given") {
    const test::TemporaryFolder folder;
    const std::string base = folder.path().string();
    const std::string text = base + "/words";
    const std::string empty = base + "/empty";
    write_text_file(text, "no hex, no session, no blocks");
    write_text_file(empty, "");
    const std::vector<std::vector<std::string>> commands{
        {"rlp", "show"},
        {"rlp", "check"},
        {"rlp", "explain"},
        {"rlp", "text"},
        {"wire", "show"},
        {"wire", "check"},
        {"wire", "explain"},
        {"wire", "text"},
        {"wire", "split"},
        {"replay"},
        {"chain", "import", "--data-dir", base + "/store"},
    };
    for (const auto& command : commands) {
        for (const std::string& input : {base + "/no.such.file", base, text, empty, std::string("c8zz.")}) {
            auto arguments = command;
            arguments.insert(arguments.end(), {"--json", input});
            const auto ran = run_program(arguments);
            CAPTURE(command[0] + ' ' + command.back() + ' ' + input + ' ' + ran.out + ran.err);
            const json document = json::parse(ran.out, nullptr, false);
            CHECK(document.is_object());
            if (input != empty && document.is_object()) { CHECK(document.contains("error")); }
        }
    }
    for (const char* verb : {"status", "verify", "export"}) {
        std::vector<std::string> arguments{"chain", verb, "--json", "--data-dir", base + "/nothing"};
        if (std::string_view(verb) == "export") { arguments.push_back(base + "/out"); }
        const auto ran = run_program(arguments);
        CAPTURE(verb);
        CHECK(json::parse(ran.out, nullptr, false)["ok"] == false);
    }
}

TEST_CASE("input: byte order marks, UTF-16 and dumps are read from files as from arguments") {
    const test::TemporaryFolder folder;
    const std::string name = (folder.path() / "pasted").string();
    const std::string expected = run_program({"rlp", "show", "--json", "c88363617483646f67"}).out;
    const std::string_view hex = "c88363617483646f67";
    for (const std::string& text :
         {std::string(hex), "\xef\xbb\xbf" + std::string(hex), utf16(hex, true), utf16(hex, false),
          std::string("00000000: c883 6361 7483 646f 67  ..cat.dog\n"), std::string(R"(b'\xc8\x83cat\x83dog')"),
          std::string("c8\xc2\xa0\x38\x33 63617483646f67")}) {
        write_text_file(name, text);
        CAPTURE(text);
        CHECK(run_program({"rlp", "show", "--json", name}).out == expected);
    }
}

TEST_CASE("input: numbers that JavaScript would round are text in every document") {
    // Ping with a nonsense integer of 2^63 in the place of a version
    const auto ran = run_program(
        {"wire", "show", "--json", "--protocol", "23", "2240089100000015d41080888000000000000000000781ff8080"});
    CHECK(ran.out.find("9223372036854775808,") == std::string::npos);
    char* data = nullptr;
    std::size_t size = 0;
    std::FILE* const file = open_memstream(&data, &size);
    {
        cmd::Output out(file, file);
        out.line({{"small", cmd::largest_json_number}, {"large", {cmd::largest_json_number + 1}}});
    }
    std::fclose(file);
    CHECK(std::string(data, size) == "{\"small\":9007199254740991,\"large\":[\"9007199254740992\"]}\n");
    std::free(data);
}
