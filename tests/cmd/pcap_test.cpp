#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cmd/exit_code.hpp"
#include "tests/cmd/capture_records.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::run_program;

namespace {

std::filesystem::path sample(const std::string& name) {
    return test::test_file("../samples") / (name + ".pcap");
}

json messages_of(const std::filesystem::path& file, int code = 0) {
    const auto ran = run_program({"pcap", file.string(), "--json"});
    CHECK(ran.code == code);
    return json::parse(ran.out);
}

/// Types of the messages, "-" for a gap and "?" for what cannot be read.
std::string types(const json& shown, const std::string& from = "dialer") {
    std::string out;
    for (const json& one : shown["messages"]) {
        if (one["from"] != from) { continue; }
        const std::string type = one.contains("gap")     ? "-" + one["gap"].dump()
                                 : one["type"].is_null() ? "?"
                                                         : one["type"].get<std::string>();
        out += (out.empty() ? "" : " ") + type;
    }
    return out;
}

} // namespace

TEST_CASE("pcap: a conversation - for people and for programs") {
    const auto ran = run_program({"pcap", sample("handshake").string()});
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out.find("  0 -> Hello           122 B  version 7 \"Ethereum(++)/") != std::string::npos);
    CHECK(ran.out.find("(6 segments)") != std::string::npos);
    CHECK(ran.out.find("13 packets (Ethernet), 13 segments of TCP, 1 connection\n") != std::string::npos);
    const json shown = messages_of(sample("handshake"));
    CHECK(types(shown) == "Hello Ping GetChain GetTransactions Pong");
    CHECK(shown["messages"][0]["fields"]["version"] == 7);
    CHECK(shown["connections"][0]["protocol"] == "7");
    CHECK(shown["ok"] == true);
    CHECK_FALSE(shown["messages"][0].contains("tree"));
}

TEST_CASE("pcap: one connection of many") {
    const auto ran = run_program({"pcap", sample("split-segments").string(), "--follow", "2", "--json"});
    CHECK(ran.code == 0);
    const json shown = json::parse(ran.out);
    CHECK(types(shown) == "Hello Ping Pong");
    for (const json& one : shown["messages"]) {
        CHECK(one["connection"] == 2);
        CHECK(one["tree"]["kind"] == "list");
    }
    const auto beyond = run_program({"pcap", sample("split-segments").string(), "--follow", "4"});
    CHECK(beyond.code == static_cast<int>(cmd::ExitCode::nothing));
    CHECK(beyond.err == "ethpoc: there is no connection 4; the capture has 4 connections\n");
}

TEST_CASE("pcap: order and repetition of packets do not matter - holes are marked") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "damaged.pcap";
    const test::CaptureRecords good = test::read_records(sample("handshake"));
    const json whole = messages_of(sample("handshake"));
    const std::string listener = types(whole, "listener");
    REQUIRE(good.records.size() == 13);

    test::CaptureRecords mixed = good; // the Blocks of the listener come backwards, one of them twice
    std::swap(mixed.records[8], mixed.records[10]);
    mixed.records.insert(mixed.records.begin() + 9, mixed.records[10]);
    test::write_bytes(file, mixed.joined());
    CHECK(types(messages_of(file), "listener") == listener);

    test::CaptureRecords hole = good;
    hole.records.erase(hole.records.begin() + 9);
    test::write_bytes(file, hole.joined());
    const json shown = messages_of(file, 1);
    CHECK(types(shown, "listener").find("-1448") != std::string::npos);
    CHECK(types(shown, "dialer") == types(whole, "dialer"));
    CHECK(shown["connections"][0]["missing_bytes"] == 1448);
    const auto people = run_program({"pcap", file.string()});
    CHECK(people.out.find("missing") != std::string::npos);
    CHECK(people.out.find("gap: 1448 bytes not in the capture") != std::string::npos);
}

TEST_CASE("pcap: a file that is cut anywhere") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "cut.pcap";
    const Bytes good = test::read_bytes(sample("peers"));
    std::size_t most = 0;
    for (std::size_t size = 0; size <= good.size(); size += test::sampled(4) * (size < 200 ? 1 : 37)) {
        test::write_bytes(file, BytesView{good}.first(size));
        const auto ran = run_program({"pcap", file.string(), "--json"});
        CAPTURE(size);
        if (size < 24) { // no capture at all
            CHECK(ran.code == 1);
            CHECK(ran.err.starts_with("ethpoc: "));
            CHECK(json::parse(ran.out)["ok"] == false);
            continue;
        }
        const json shown = json::parse(ran.out);
        CHECK(shown["messages"].size() >= most); // never less than of a shorter file
        most = shown["messages"].size();
        CHECK((ran.code == 0) == shown["ok"].get<bool>());
        CHECK(shown.contains("trouble") == !ran.err.empty());
    }
    CHECK(most > 10);
}

TEST_CASE("pcap: what is no capture - or not one that can be read") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "bad.pcap";
    struct Row {
        const char* what;
        Bytes bytes;
        const char* says;
    };
    test::CaptureRecords radio = test::read_records(sample("peers"));
    radio.header[20] = 147;
    for (const Row& row : {
             Row{"text", test::hex("68656c6c6f20776f726c64206f6620627974657320616e6420736f"),
                 "no capture that is known here: it begins with 68656c6c"},
             Row{"empty", {}, "no capture: 0 bytes"},
             Row{"link type", radio.joined(), "may carry TCP that is not shown, for example: link type 147"},
         }) {
        CAPTURE(row.what);
        test::write_bytes(file, row.bytes);
        const auto ran = run_program({"pcap", file.string()});
        CHECK(ran.code == static_cast<int>(cmd::ExitCode::negative));
        CHECK(ran.err.find(row.says) != std::string::npos);
    }
    const auto none = run_program({"pcap", (folder.path() / "none").string()});
    CHECK(none.code == static_cast<int>(cmd::ExitCode::io));
    CHECK(none.err.find("there is no such file") != std::string::npos);
    CHECK(run_program({"pcap"}).code == static_cast<int>(cmd::ExitCode::usage));
    CHECK(run_program({"pcap", "--write", "x"}).code == static_cast<int>(cmd::ExitCode::usage));
    CHECK(run_program({"pcap", sample("peers").string(), "--protocol", "77"}).code ==
          static_cast<int>(cmd::ExitCode::usage));
}

TEST_CASE("pcap: a recording is written as a capture") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "out.pcap").string();
    const auto session = test::test_file("sessions/py-v8-pair.jsonl");
    const auto written = run_program({"pcap", "--write", file, "--from", session.string(), "--json"});
    REQUIRE(written.code == 0);
    const json told = json::parse(written.out);
    CHECK(told["file"] == file);
    const json shown = messages_of(file);
    CHECK(shown["packets"] == told["packets"]);
    CHECK(shown["connections"].size() == told["connections"]);
    CHECK(types(shown).find("Hello") != std::string::npos);
    const auto nowhere = run_program({"pcap", "--write", file + "/x", "--from", session.string()});
    CHECK(nowhere.code == static_cast<int>(cmd::ExitCode::io));
    CHECK(run_program({"pcap", "--write", file, "--from", sample("peers").string()}).code ==
          static_cast<int>(cmd::ExitCode::negative));
}
