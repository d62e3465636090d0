// encode and text with names, raw bytes out, and rlp check line by line, as a person or a program types them.
#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

#include "cmd/exit_code.hpp"
#include "cmd/rlp_commands.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::run_program;

TEST_CASE("craft: names go in and come out - and a slip is answered with the word that was meant") {
    const auto frames = run_program({"wire", "encode", "Hello{version:23 client_id:\"x\"} Ping, GetChain{count:1}"});
    CHECK(frames.code == 0);
    const auto named = run_program({"wire", "text", "--names", frames.out});
    CHECK(named.code == 0);
    CHECK(named.out.starts_with("protocol=\"23\"\nHello {\n  version:23\n"));
    CHECK(named.out.ends_with("Ping\nGetChain{hashes:[] count:1}\n"));
    CHECK(run_program({"wire", "encode", named.out}).out == frames.out);
    CHECK(run_program({"wire", "text", frames.out}).out.starts_with("frame {\n"));
    CHECK(run_program({"rlp", "encode", "[1, [], 2]"}).out == "c301c002\n");

    const auto slip = run_program({"wire", "encode", "Ping\nHello{netwrk_id:1}"});
    CHECK(slip.code == 1);
    CHECK(slip.err.find("text.syntax at character 12, line 2: Hello of protocol 23 has no field \"netwrk_id\"; did you "
                        "mean \"network_id\"?") != std::string::npos);
    const auto in_json = json::parse(run_program({"--json", "wire", "encode", "Pnig"}).out);
    CHECK(in_json["error"]["offset"] == 0);
    CHECK(in_json["error"]["detail"] == "no message is called \"Pnig\"; did you mean \"Ping\"?");
    CHECK(run_program({"wire", "encode", "--protocol", "p2p2/eth49", "Ping{id:3}"}).out == "2240089100000002c103\n");
}

TEST_CASE("craft: raw bytes go to a file - which is not overwritten - or alone to the standard output") {
    const test::TemporaryFolder folder;
    const std::string name = (folder.path() / "frame.bin").string();
    CHECK(run_program({"wire", "encode", "Ping", "--out", name}).code == 0);
    std::ifstream file(name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    CHECK(bytes == std::string("\x22\x40\x08\x91\0\0\0\x02\xc1\x02", 10));
    CHECK(run_program({"wire", "encode", "Pong", "--out", name}).code == 2);
    CHECK(run_program({"--json", "wire", "encode", "Pong", "--out", "bin"}).code == 2);
    CHECK(run_program({"--json", "rlp", "encode", "1", "--out", name, "--force"}).out.find("\"bytes\": 1") !=
          std::string::npos);
    CHECK(run_program({"wire", "text", "--in", "raw", name}).out == "raw:`01`  # frame.bad_token\n");
    if (::isatty(STDOUT_FILENO) != 1) {
        CHECK(run_program({"rlp", "encode", "[1]", "--out", "bin"}).out == "\xc1\x01");
    }
}

TEST_CASE("craft: rlp check --batch answers every line - whatever is in it") {
    const test::TemporaryFolder folder;
    const std::string name = (folder.path() / "lines.txt").string();
    std::ofstream(name) << "c0\n0xc88363617483646f67\r\nzz\n\n8105\n" << std::string(33'554'440, '0') << "\nc10";
    const auto ran = run_program({"rlp", "check", "--batch", name});
    CHECK(ran.code == 1);
    std::istringstream lines(ran.out);
    std::vector<json> answers;
    for (std::string line; std::getline(lines, line);) {
        answers.push_back(json::parse(line));
        CHECK(answers.back()["line"] == answers.size());
        CHECK(answers.back()["ok"] == !answers.back().contains("error"));
    }
    REQUIRE(answers.size() == 7);
    CHECK(ran.out.starts_with("{\"ok\":true,\"line\":1}\n{\"ok\":true,\"line\":2}\n"));
    const auto code = [&](std::size_t line) { return answers[line - 1]["error"]["code"].get<std::string>(); };
    CHECK(code(3) == "hex.bad_character");
    CHECK(code(4) == "rlp.empty_input");
    CHECK(code(5) == "rlp.non_canonical_byte");
    CHECK(code(6) == "text.line_too_long");
    CHECK(code(7) == "hex.odd_digits");
    for (const char* key : {"code", "offset", "length", "path", "hint"}) {
        CHECK(answers[4]["error"].contains(key));
    }
    CHECK(run_program({"rlp", "check", "--batch", (folder.path() / "none").string()}).code == 3);
    std::ofstream((folder.path() / "good").string()) << "c0\n05\n";
    CHECK(run_program({"rlp", "check", "--batch", (folder.path() / "good").string()}).code == 0);
}

TEST_CASE("craft: rlp check --batch answers before it waits for the next line") {
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    std::FILE* const to = ::fdopen(out[1], "w");
    std::FILE* const from = ::fdopen(out[0], "r");
    cmd::ExitCode code = cmd::ExitCode::done;
    std::thread coprocess([&] {
        cmd::Output output(to, stderr);
        code = cmd::check_batch(output, in[0], "a pipe", {});
        std::fclose(to);
    });
    char line[256] = {};
    for (const std::string question : {"c0\n", "8105\n", "c0\n"}) {
        CHECK(::write(in[1], question.data(), question.size()) == static_cast<ssize_t>(question.size()));
        REQUIRE(std::fgets(line, sizeof line, from) != nullptr); // would wait for ever without the flush
        CHECK(std::string(line).starts_with(question == "c0\n" ? "{\"ok\":true" : "{\"ok\":false"));
    }
    ::close(in[1]);
    coprocess.join();
    CHECK(code == cmd::ExitCode::negative);
    std::fclose(from);
    ::close(in[0]);
}
