// rlp, wire, replay and quiz as a person types them: bad input, exit codes, the width of lines, recorded sessions.
#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cmd/exit_code.hpp"
#include "record/session_file.hpp"
#include "tests/cmd/capture_records.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::run_program;

namespace {

/// The longest line of a text, in characters.
std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    std::size_t now = 0;
    for (const char c : text) {
        if (c == '\n') {
            now = 0;
        } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) { // not the middle of a character
            most = std::max(most, ++now);
        }
    }
    return most;
}

/// Reads on after `at`; returns where the node ends, or 0 when a byte is missing or stands twice.
std::size_t end_of(const json& node, std::size_t at) { // NOLINT(misc-no-recursion): depth of genuine messages
    if (node["offset"] != at) { return 0; }
    const std::size_t inside = at + node["header"].get<std::size_t>();
    const std::size_t end = inside + node["length"].get<std::size_t>();
    if (node["kind"] != "list") { return node["value"].get<std::string>().size() == 2 + 2 * (end - inside) ? end : 0; }
    std::size_t next = inside;
    for (const json& item : node["items"]) {
        next = end_of(item, next);
        if (next == 0) { return 0; }
    }
    return next == end ? end : 0;
}

/// What is not explained in a stream that was shown; empty: nothing.
std::string unexplained(const json& shown, std::size_t size) {
    std::size_t at = 0;
    for (const json& frame : shown["frames"]) {
        const std::string place = "at " + std::to_string(at);
        if (frame["offset"] != at) { return place + ": gap between frames"; }
        const std::size_t end = at + frame["size"].get<std::size_t>();
        if (frame.contains("error")) { // the recording may end in the middle of a frame
            return frame["error"]["code"] == "frame.incomplete" && end == size ? "" : place + frame["error"].dump();
        }
        if (frame["type"] == "Unknown" || frame["type"].is_null()) { return place + ": message unknown"; }
        std::size_t next = end_of(frame["tree"], at + 8);
        for (const json& node : frame.value("rest", json::array())) {
            next = end_of(node, next);
        }
        if (next != end) { return place + ": tree and frame do not end together"; }
        at = end;
    }
    return at == size ? "" : "the end";
}

} // namespace

TEST_CASE("bytes: every recorded session through wire show - no byte unexplained") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "stream.bin";
    auto sessions = test::files_below(test::test_file("sessions"), ".jsonl");
    if (const auto shared = test::shared_file("sessions")) {
        for (const auto& more : test::files_below(*shared, ".jsonl")) {
            sessions.push_back(more);
        }
    } else {
        MESSAGE("skipped: ../shared/sessions not found; only tests/sessions was read");
    }
    std::size_t number = 0;
    for (const auto& session : sessions) {
        const auto recording = record::read_session(session);
        REQUIRE(recording);
        for (const record::SessionStream& stream : record::streams_of(*recording)) {
            if (number++ % test::sampled(7) != 0) { continue; }
            const Bytes bytes = stream.joined();
            test::write_bytes(file, bytes);
            const auto ran = run_program({"wire", "show", "--json", "--in", "raw", file.string()});
            CAPTURE(session.string());
            CHECK(unexplained(json::parse(ran.out), bytes.size()) == "");
        }
    }
}

TEST_CASE("bytes: what is no input is said in a sentence - with the right exit code") {
    const test::TemporaryFolder folder;
    const std::string empty = (folder.path() / "empty").string();
    test::write_bytes(empty, {});
    struct Row {
        std::vector<std::string> arguments;
        cmd::ExitCode code;
        const char* says; // on either stream
    };
    for (const Row& row : {
             Row{{"rlp", "show", "c88"}, cmd::ExitCode::negative, "hex.odd_digits"},
             Row{{"rlp", "show", "hello"}, cmd::ExitCode::negative, "hex.bad_character"},
             Row{{"wire", "show", "22zz"}, cmd::ExitCode::negative, "hex.bad_character"},
             Row{{"rlp", "check", empty}, cmd::ExitCode::negative, "rlp.empty_input"},
             Row{{"wire", "check", empty}, cmd::ExitCode::done, ""},
             Row{{"rlp", "show", folder.path().string()}, cmd::ExitCode::io, "folder"},
             Row{{"rlp", "show", "./no.such.file"}, cmd::ExitCode::io, "no such file"},
             Row{{"rlp", "encode", "[1"}, cmd::ExitCode::negative, "text.unclosed"},
             Row{{"wire", "show", "--protocol", "77", "22"}, cmd::ExitCode::usage, "77"},
             Row{{"rlp", "diff", "c0"}, cmd::ExitCode::usage, "two inputs"},
             Row{{"rlp", "quiz", "--level", "9"}, cmd::ExitCode::usage, "level"},
             Row{{"errors", "rlp.no_such"}, cmd::ExitCode::nothing, "rlp.no_such"},
             Row{{"replay", "./no.such.file"}, cmd::ExitCode::io, "no.such.file"},
             Row{{"replay", empty}, cmd::ExitCode::nothing, ""},
         }) {
        const auto ran = run_program(row.arguments);
        CAPTURE(row.arguments[0] + ' ' + (row.arguments.size() > 1 ? row.arguments[1] : ""));
        CHECK(ran.code == static_cast<int>(row.code));
        CHECK((ran.out + ran.err).find(row.says) != std::string::npos);
    }
}

TEST_CASE("bytes: brackets of an argument are not the business of a library") {
    CHECK(run_program({"rlp", "encode", "[1 2]"}).out == "c20102\n");
    CHECK(run_program({"rlp", "encode", "[]"}).out == "c0\n");
    CHECK(run_program({"rlp", "encode", "[[1], [2]"}).code == 1);
    CHECK(run_program({"rlp", "encode", "[", "1", "]"}).out == "c101\n");
}

TEST_CASE("bytes: ten thousand lists in each other - and claims without end") {
    const test::TemporaryFolder folder;
    const std::string deep = (folder.path() / "deep").string();
    std::ofstream(deep) << run_program({"rlp", "encode", std::string(10'000, '[') + std::string(10'000, ']')}).out;
    for (const char* verb : {"show", "check", "explain", "text"}) {
        CAPTURE(verb);
        const auto ran = run_program({"rlp", verb, deep});
        CHECK((ran.out + ran.err).find("rlp.depth_limit") != std::string::npos);
        CHECK(ran.out.size() < 1'000'000);
    }
    const std::string claims = (folder.path() / "claims").string();
    test::write_bytes(claims, Bytes(100'000, 0xc1));
    CHECK(run_program({"rlp", "check", "--in", "raw", claims}).code == 1);
    CHECK(run_program({"rlp", "show", "--in", "raw", claims}).code == 1);
}

TEST_CASE("bytes: lines fit eighty columns - or as many as are asked for") {
    std::vector<std::vector<std::string>> commands{
        {"rlp", "quiz", "--level", "3", "--seed", "14"},
        {"errors"},
        {"errors", "rlp.length_overflow"},
        {"protocols"},
        {"replay", test::test_file("sessions/py-v8-pair.jsonl").string(), "--trace"},
    };
    for (const auto& sample : test::files_below(test::test_file("../samples"), ".pcap")) {
        commands.push_back({"pcap", sample.string()});
    }
    for (const char* hex : {"c88363617483646f67", "8105", "c50280", "f8020102", "b83801", "c0c1c2"}) {
        for (const char* verb : {"show", "check", "explain", "text"}) {
            commands.push_back({"rlp", verb, hex});
        }
    }
    const auto file = json::parse(std::ifstream(test::test_file("vectors/wire.json")));
    for (const json& vector : file["vectors"]) {
        for (const char* verb : {"show", "check", "explain"}) {
            commands.push_back({"wire", verb, vector["hex"].get<std::string>()});
        }
    }
    for (std::size_t i = 0; i < commands.size(); i += test::sampled(4)) { // prime to the three verbs of wire
        const auto& command = commands[i];
        const auto ran = run_program(command);
        CAPTURE(command[0] + ' ' + (command.size() > 2 ? command[1] + ' ' + command[2] : ""));
        CHECK(widest(ran.out) <= 80);
    }
    CHECK(widest(run_program({"wire", "show", "--width", "60", "2240089100000003c50280"}).out) <= 60);
}

TEST_CASE("bytes: quiz marks its own answers - and says which are wrong") {
    const test::TemporaryFolder folder;
    const std::string answers = (folder.path() / "answers").string();
    const auto asked =
        json::parse(run_program({"rlp", "quiz", "--json", "--answers", "--seed", "3", "--level", "2"}).out);
    std::ofstream out(answers);
    for (const json& question : asked["questions"]) {
        out << question["answer"].get<std::string>() << '\n';
    }
    out.close();
    const auto right = run_program({"rlp", "quiz", "--seed", "3", "--level", "2", "--grade", answers});
    CHECK(right.code == 0);
    CHECK(right.out.find("5 of 5 points") != std::string::npos);
    std::ofstream(answers) << "2: 77777\n";
    const auto wrong = run_program({"rlp", "quiz", "--seed", "3", "--level", "2", "--grade", answers});
    CHECK(wrong.code == 1);
    CHECK(wrong.out.find("0 of 5 points") != std::string::npos);
    CHECK(wrong.out.contains("   yours    77777\n   spells   83012fd1\n"));
    CHECK(wrong.out.contains("   yours    (no answer)\n"));
    CHECK(wrong.out.contains("   answer   " + asked["questions"][1]["answer"].get<std::string>()));
    CHECK(widest(wrong.out) <= 80);

    const auto as_json =
        json::parse(run_program({"rlp", "quiz", "--json", "--seed", "3", "--level", "2", "--grade", answers}).out);
    CHECK(as_json["right"] == json::parse("[false, false, false, false, false]"));
    const json& second = as_json["questions"][1];
    CHECK(second["yours"] == "77777");
    CHECK(second["answer"] == asked["questions"][1]["answer"]);
    CHECK(second["hex"] == asked["questions"][1]["hex"]);
    CHECK(second["written"] == "83012fd1");
    CHECK(second["why"]["step"] == 1);
    CHECK_FALSE(as_json["questions"][0].contains("written"));

    std::ofstream(answers) << "1: \x1b[2Jclear\n"; // what stands in a file is never sent to the terminal as it is
    const auto nasty = run_program({"rlp", "quiz", "--seed", "3", "--level", "2", "--grade", answers});
    CHECK_FALSE(nasty.out.contains('\x1b'));
    for (const char* other : {"--ask", "--answers"}) {
        CHECK(run_program({"rlp", "quiz", "--grade", answers, other}).code == static_cast<int>(cmd::ExitCode::usage));
    }
}

TEST_CASE("bytes: replay shows the recording as wire show does - and reports the same each time") {
    const std::string file = test::test_file("sessions/go-p07-live.jsonl").string();
    const auto traced = run_program({"replay", file, "--as", "dialer", "--trace"});
    CHECK(traced.code == 0);
    CHECK(traced.out.find("22 40 08 91              sync token") != std::string::npos);
    CHECK(traced.out.find("[1] version = 7") != std::string::npos);
    const auto plain = run_program({"replay", file, "--as", "dialer"});
    CHECK(plain.out == run_program({"replay", file, "--as", "dialer"}).out);
    CHECK(traced.out.ends_with(plain.out));
}
