// Everything opens everywhere: one conversation in every shape in which people have it, and the same messages from
// each.
#include <doctest/doctest.h>
#include <map>
#include <nlohmann/json.hpp>

#include "cmd/exit_code.hpp"
#include "record/capture_streams.hpp"
#include "record/capture_writer.hpp"
#include "rlp/hex.hpp"
#include "tests/cmd/capture_records.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::run_program;

namespace {

const std::filesystem::path& conversation_file() {
    static const std::filesystem::path file = test::test_file("../samples/handshake.pcap");
    return file;
}

record::FileWriter output(const std::filesystem::path& file) {
    auto out = record::FileWriter::create(file.string(), record::Existing::replace);
    REQUIRE(out);
    return *std::move(out);
}

/// The capture as a recorded session, one line a segment.
record::SessionFile session_of(const std::filesystem::path& capture) {
    record::SessionFile out;
    record::CaptureOptions options;
    options.stream = [&out](std::size_t connection, wire::Side from, std::uint64_t, BytesView bytes) {
        out.lines.push_back({0.25 * static_cast<double>(out.lines.size()),
                             connection + 1,
                             from,
                             Bytes(bytes.begin(), bytes.end()),
                             {}});
    };
    REQUIRE(record::read_capture(capture.string(), options, [](const record::Heard&) { return true; }));
    return out;
}

/// gzip with its one block stored as it is.
Bytes gzip(BytesView bytes) {
    REQUIRE(bytes.size() <= 0xffff);
    const auto little = [](Bytes& out, std::uint32_t value, int count) {
        for (; count > 0; --count, value >>= 8) {
            out.push_back(static_cast<std::uint8_t>(value));
        }
    };
    std::uint32_t sum = ~0U;
    for (const std::uint8_t byte : bytes) {
        sum ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320U : 0U);
        }
    }
    Bytes out{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1};
    const auto size = static_cast<std::uint32_t>(bytes.size());
    little(out, size, 2);
    little(out, ~size, 2);
    out.insert(out.end(), bytes.begin(), bytes.end());
    little(out, ~sum, 4);
    little(out, size, 4);
    return out;
}

/// The messages of each side, in the same words whoever tells them.
using Messages = std::map<std::string, json>;

json message_of(const json& told) {
    return {{"offset", told["offset"]},
            {"size", told["size"]},
            {"type", told["type"]},
            {"id", told["id"]},
            {"fields", told["fields"]}};
}

Messages of_pcap(const std::filesystem::path& file) {
    const auto ran = run_program({"pcap", file.string(), "--json"});
    CAPTURE(file.string() + '\n' + ran.err);
    CHECK(ran.code == 0);
    const json shown = json::parse(ran.out);
    Messages out;
    for (const json& one : shown["messages"]) {
        out[one["from"]].push_back(message_of(one));
    }
    return out;
}

/// `side`: whose bytes the file holds, when it is no capture.
void add_frames(Messages& out, const std::filesystem::path& file, const std::string& side = {}) {
    const auto ran = run_program({"wire", "show", file.string(), "--json"});
    CAPTURE(file.string() + '\n' + ran.err);
    CHECK(ran.code == 0);
    const json shown = json::parse(ran.out);
    CHECK(shown["ok"] == true);
    CHECK(shown.contains("streams") == side.empty());
    for (const json& one : shown["frames"]) {
        out[side.empty() ? shown["streams"][one["stream"].get<std::size_t>()]["from"].get<std::string>() : side]
            .push_back(message_of(one));
    }
}

/// One conversation in every shape; the captures are whole, the other files of one side each.
struct Shapes {
    Shapes() {
        captures = {conversation_file(), at("c.jsonl"), at("c.pcapng")};
        const record::SessionFile session = session_of(conversation_file());
        record::SessionWriter lines(output(captures[1]), "", "", "");
        for (const record::SessionLine& line : session.lines) {
            lines.write(line);
        }
        lines.finish();
        auto packets = output(captures[2]);
        REQUIRE(record::write_capture(packets, session, record::CaptureForm::pcapng));
        for (const record::SessionStream& stream : record::streams_of(session)) {
            const std::string side = stream.from == wire::Side::dialer ? "dialer" : "listener";
            const Bytes bytes = stream.joined();
            test::write_bytes(at(side + ".bin"), bytes);
            test::write_bytes(at(side + ".txt"), as_bytes(to_hex(bytes)));
            test::write_bytes(at(side + ".bin.gz"), gzip(bytes));
            test::write_bytes(at(side + ".txt.gz"), gzip(as_bytes(to_hex(bytes))));
        }
        for (std::size_t i = 0; i < 3; ++i) { // with names that say nothing: the content counts
            captures.push_back(at("packed" + std::to_string(i)));
            test::write_bytes(captures.back(), gzip(test::read_bytes(captures[i])));
        }
    }
    std::filesystem::path at(const std::string& name) const { return folder.path() / name; }

    test::TemporaryFolder folder{};
    std::vector<std::filesystem::path> captures{};
};

} // namespace

TEST_CASE("shapes: one conversation - the same messages whatever it comes in") {
    const Shapes shapes;
    const Messages expected = of_pcap(conversation_file());
    REQUIRE(expected.at("dialer").size() == 5);
    REQUIRE(expected.at("listener").size() > 2);
    for (const auto& capture : shapes.captures) {
        CAPTURE(capture.string());
        CHECK(of_pcap(capture) == expected);
        Messages shown;
        add_frames(shown, capture);
        CHECK(shown == expected);
    }
    for (const char* ending : {".bin", ".txt", ".bin.gz", ".txt.gz"}) {
        CAPTURE(ending);
        Messages shown;
        for (const std::string side : {"dialer", "listener"}) {
            add_frames(shown, shapes.at(side + ending), side);
        }
        CHECK(shown == expected);
    }
}

TEST_CASE("shapes: what each command of wire makes of a capture") {
    const std::string file = conversation_file().string();
    const auto shown = run_program({"wire", "show", file});
    CHECK(shown.out.starts_with("connection 0, dialer 127.0.0.1:"));
    CHECK(shown.out.find("\n\nconnection 0, listener 127.0.0.2:30303 to 127.0.0.1:") != std::string::npos);
    CHECK(run_program({"wire", "check", file}).out.ends_with(", 2 streams\n"));
    CHECK(run_program({"wire", "explain", file}).out.find("result  a message Hello") != std::string::npos);
    CHECK(run_program({"wire", "split", file}).out.starts_with("# connection 0, dialer "));
    const json steps = json::parse(run_program({"wire", "explain", "--json", file}).out);
    CHECK(steps["steps"][0]["stream"] == 0);
    CHECK(steps["streams"][1]["from"] == "listener");
    for (const std::vector<std::string>& refused :
         {std::vector<std::string>{"wire", "text", file}, {"wire", "explain", "--split", "1", file}}) {
        const auto ran = run_program(refused);
        CHECK(ran.code == static_cast<int>(cmd::ExitCode::usage));
        CHECK(ran.err.find("stream") != std::string::npos);
    }
    CHECK(run_program({"wire", "text", "--in", "raw", file}).code == 0); // the law is of bytes
}

TEST_CASE("shapes: what is missing in a capture is no part of its streams - and is said") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "hole").string();
    test::CaptureRecords records = test::read_records(conversation_file());
    records.records.erase(records.records.begin() + 9);
    test::write_bytes(file, records.joined());
    const auto ran = run_program({"wire", "show", "--json", file});
    CHECK(ran.code == 1);
    CHECK(ran.err.find("1448 bytes of its streams are not in the capture") != std::string::npos);
    const json shown = json::parse(ran.out);
    CHECK(shown["ok"] == false);
    REQUIRE(shown["streams"].size() == 3);
    const json& before = shown["streams"][1];
    CHECK(shown["streams"][2]["begin"] == before["bytes"].get<std::size_t>() + 1448);
    const auto cut = (folder.path() / "cut").string();
    const Bytes packed = gzip(test::read_bytes(conversation_file()));
    test::write_bytes(cut, BytesView{packed}.first(packed.size() / 2));
    const auto half = run_program({"wire", "show", cut});
    CHECK(half.code == 1);
    CHECK(half.out.find("Hello") != std::string::npos);
    CHECK(half.err.find("the compressed file ends too early") != std::string::npos);
}
