// Characters that nobody sees, said by a peer or standing in a file: no command lets one through, for people or as
// JSON.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>

#include "rlp/hex.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::Ran;
using test::run_program;

namespace {

/// One or more of each category: Cc (C0, DEL, C1), Cf, Zl, Zp, Co (of three planes), Cn, and bytes that are no UTF-8.
constexpr std::string_view hidden[] = {
    "\x1b",
    "\x01",
    "\r",
    "\x7f",
    "\xc2\x85",
    "\xc2\x9b",
    "\xc2\xad",
    "\xd8\x9c",
    "\xe1\xa0\x8e",
    "\xe2\x80\x8b",
    "\xe2\x80\xae",
    "\xe2\x81\xa6",
    "\xef\xbb\xbf",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xee\x80\x80",
    "\xf3\xb0\x80\x80",
    "\xf4\x80\x80\x80",
    "\xf3\xa0\x81\x81",
    "\xef\xbf\xbf",
    "\xcd\xb8",
    "\xf0\x9f\xbf\xbf",
    "\xff",
    "\xc0\xae",
};

std::string client_id() {
    std::string out = "Eth";
    for (const std::string_view one : hidden) {
        out += one;
        out += 'o';
    }
    return out;
}

/// [00, 07, 00, client id, 07, 76 5f, 64 bytes], as Go of July 2014 says it.
Bytes hello(std::string_view id) {
    Bytes out = *from_hex_digits("22400891");
    const std::size_t body = 3 + 2 + id.size() + 1 + 3 + 66;
    const auto put = [&out](std::initializer_list<std::size_t> bytes) {
        for (const std::size_t b : bytes) {
            out.push_back(static_cast<std::uint8_t>(b));
        }
    };
    put({0, 0, 0, body + 2, 0xf8, body, 0x80, 0x07, 0x80, 0xb8, id.size()});
    out.insert(out.end(), as_bytes(id).begin(), as_bytes(id).end());
    put({0x07, 0x82, 0x76, 0x5f, 0xb8, 0x40});
    out.resize(out.size() + 64, 0x41);
    return out;
}

void check_nothing_hidden(const Ran& ran) {
    for (const std::string* stream : {&ran.out, &ran.err}) {
        for (const std::string_view one : hidden) {
            CAPTURE(to_hex(as_bytes(one)));
            const bool raw = stream->find(one) != std::string::npos;
            CHECK_FALSE(raw);
        }
    }
}

} // namespace

TEST_CASE("hidden: what a peer says is shown without characters that nobody sees") {
    const std::string id = client_id();
    REQUIRE(id.size() < 120);
    const std::string frame = to_hex(hello(id));
    const test::TemporaryFolder folder;
    const std::string session = (folder.path() / "session.jsonl").string();
    const std::string capture = (folder.path() / "capture.pcap").string();
    json first{{"session", {{"client", id}, {"scenario", id}, {"what", id}}}};
    std::ofstream(session) << first.dump(-1, ' ', true, json::error_handler_t::replace) << "\n"
                           << R"({"t":1.0,"conn":1,"event":"open"})"
                           << "\n"
                           << R"({"t":1.1,"conn":1,"from":"dialer","hex":")" << frame << "\"}\n"
                           << R"({"t":1.2,"conn":1,"from":"listener","hex":")" << frame << "\"}\n";
    REQUIRE(run_program({"pcap", "--write", capture, "--from", session}).code == 0);
    const std::string payload = frame.substr(16);
    const std::vector<std::vector<std::string>> commands{
        {"wire", "show", frame},
        {"wire", "check", frame},
        {"wire", "explain", frame},
        {"wire", "text", frame},
        {"wire", "split", frame},
        {"rlp", "show", payload},
        {"rlp", "explain", payload},
        {"rlp", "text", payload},
        {"rlp", "check", payload},
        {"wire", "diff", frame, to_hex(hello("Eth"))},
        {"rlp", "diff", payload, "c0"},
        {"pcap", capture},
        {"pcap", capture, "--follow", "1"},
        {"replay", session},
        {"wire", "show", id},
        {"rlp", "show", id},
        {"pcap", id},
        {"replay", id},
        {"chain", "import", id},
        {"chain", "show", id},
        {"rlp", "encode", id},
        {"wire", "encode", id},
        {"chain", "status", "--data-dir", id + "/x"},
        {"rlp", "show", "/nowhere/" + id},
        {id},
        {"--" + id},
        {"wire", "show", "--protocol", id, frame},
    };
    for (auto command : commands) {
        const std::string name = command[0] + ' ' + (command.size() > 1 ? command[1].substr(0, 10) : "");
        for (const bool as_json : {false, true}) {
            if (as_json) { command.push_back("--json"); }
            CAPTURE(name);
            CAPTURE(as_json);
            const Ran ran = run_program(command);
            CHECK(ran.code != 4);
            CHECK_FALSE((ran.out + ran.err).empty());
            check_nothing_hidden(ran);
        }
    }
}

TEST_CASE("hidden: a text with one such character is shown, with an escape or as hex") {
    for (const std::string_view one : hidden) {
        const std::string id = "Eth" + std::string(one) + std::string(60, 'o');
        const std::string frame = to_hex(hello(id));
        CAPTURE(to_hex(as_bytes(one)));
        for (const std::vector<std::string>& command : {std::vector<std::string>{"wire", "show", frame},
                                                        {"wire", "show", "--json", frame},
                                                        {"wire", "text", frame},
                                                        {"wire", "explain", frame},
                                                        {"rlp", "show", frame.substr(16)}}) {
            const Ran ran = run_program(command);
            check_nothing_hidden(ran);
            std::string escaped;
            for (const std::uint8_t b : as_bytes(one)) {
                escaped += "\\x" + to_hex(BytesView(&b, 1));
            }
            const bool shown = ran.out.find(escaped) != std::string::npos ||
                               ran.out.find(to_hex(as_bytes("Eth" + std::string(one)))) != std::string::npos ||
                               ran.out.find("Eth\\u") != std::string::npos;
            CAPTURE(ran.out);
            CHECK(shown);
        }
    }
}
