// What reading commands say of input that cannot be read, and that text of any encoding is read the same.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cmd/view/chain_json.hpp"
#include "cmd/view/json_writer.hpp"
#include "cmd/view/output.hpp"
#include "rlp/hex.hpp"
#include "show/field.hpp"
#include "tests/cmd/capture_records.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/sampled.hpp"
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
    const auto file = [&](const char* name, std::string_view content) {
        write_text_file(base + '/' + name, content);
        return base + '/' + name;
    };
    struct Input {
        std::string word;
        bool fails; // for whoever reads bytes
    };
    const std::vector<Input> inputs{
        {base + "/no.such.file", true},
        {base, true},
        {"c8zz.", true},
        {"0x1230: 0x83c8 0x6163", true},
        {file("words", "no hex, no session, no blocks"), true},
        {file("odd", "c8 8"), true},
        {file("dump", "0000000 83c8 6163\n0000004\n"), true},
        {file("cut.json", R"({"session":{"client")"), true},
        {file("list.json", "[1,2"), true},
        {file("utf32", std::string_view("\xff\xfe\0\0c\0\0\0", 8)), true},
        {file("half", "\xff\xfe\x63"), true},
        {file("empty", ""), false},
        {file("mark", "\xef\xbb\xbf"), false},
        {file("short.pcap", "\xd4\xc3\xb2\xa1"), false},
        {"", false},
    };
    const std::string store = base + "/store";
    const std::vector<std::vector<std::string>> commands{
        {"rlp", "show"},
        {"rlp", "check"},
        {"rlp", "explain"},
        {"rlp", "text"},
        {"rlp", "encode"},
        {"rlp", "diff", "c0"},
        {"wire", "show"},
        {"wire", "check"},
        {"wire", "explain"},
        {"wire", "text"},
        {"wire", "split"},
        {"wire", "encode"},
        {"wire", "diff", "c0"},
        {"pcap"},
        {"pcap", "--write", base + "/out.pcap", "--from"},
        {"replay"},
        {"chain", "import", "--data-dir", store},
        {"chain", "show", "--data-dir", store},
        {"chain", "status", "--data-dir"},
        {"chain", "verify", "--data-dir"},
        {"errors"},
        {"protocols"},
        {"config", "show", "--config"},
    };
    std::size_t at = 0;
    for (const auto& command : commands) {
        // 4 is prime to the fifteen inputs: going on where the command before stopped, each command meets other ones.
        for (; at < inputs.size(); at += test::sampled(4)) {
            const Input& input = inputs[at];
            auto arguments = command;
            arguments.insert(arguments.begin(), "--json");
            arguments.push_back(input.word);
            const auto ran = run_program(arguments);
            CAPTURE(command[0] + ' ' + command.back() + ' ' + input.word + '\n' + ran.out + ran.err);
            const json document = json::parse(ran.out, nullptr, false);
            REQUIRE(document.is_structured());
            const bool bytes = command[0] == "rlp" || command[0] == "wire";
            const bool text = command.back() == "encode"; // any argument is text
            if (input.fails && bytes && !text) { CHECK(document.contains("error")); }
            if (ran.code > 1) { CHECK(document.contains("error")); }
            if (document.contains("error")) { CHECK_FALSE(document["error"]["code"].get<std::string>().empty()); }
        }
        at -= inputs.size();
    }
}

TEST_CASE("input: with --json a wrong command line of a reading command is answered by a document") {
    const std::vector<std::vector<std::string>> mistakes{
        {"rlp", "show", "--json", "--bogus"},
        {"rlp", "--json"},
        {"wire", "show", "--json", "--protocol", "none", "c0"},
        {"pcap", "--json"},
        {"chain", "--json", "show"},
        {"replay", "--json", "--as", "nobody", "x"},
        {"pcap", "--json", "--write", "x"},
        {"chain", "show", "--json", "--data-dir", "/nowhere/at/all", "1"},
    };
    for (const auto& arguments : mistakes) {
        const auto ran = run_program(arguments);
        CAPTURE(arguments[0] + ' ' + ran.out + ran.err);
        const json document = json::parse(ran.out, nullptr, false);
        REQUIRE(document.is_object());
        CHECK(document["ok"] == false);
        CHECK(ran.code != 0);
    }
    CHECK(run_program({"dial", "--json", "--bogus"}).out.empty()); // events only
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

namespace {

/// Numbers in a document that a reader in JavaScript would round.
std::size_t rounded_numbers(const json& value) { // NOLINT(misc-no-recursion): depth of our documents
    if (value.is_structured()) {
        std::size_t n = 0;
        for (const auto& part : value) {
            n += rounded_numbers(part);
        }
        return n;
    }
    if (value.is_number_unsigned()) { return value.get<std::uint64_t>() > show::largest_json_number ? 1 : 0; }
    return value.is_number_float() && value.get<double>() > 9e15 ? 1 : 0;
}

/// An item of RLP with the value in as few bytes as it needs.
std::string item_of(std::uint64_t value) {
    std::string digits;
    for (; value > 0; value >>= 8) {
        const auto byte = static_cast<std::uint8_t>(value & 0xff);
        digits.insert(0, to_hex(BytesView(&byte, 1)));
    }
    const auto head = static_cast<std::uint8_t>(0x80 + digits.size() / 2);
    return to_hex(BytesView(&head, 1)) + digits;
}

} // namespace

TEST_CASE("input: numbers that JavaScript would round are text in every document") {
    constexpr std::uint64_t most = show::largest_json_number;
    std::size_t at = 0;
    for (const std::uint64_t value : {most, most + 1, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        const std::string item = item_of(value);
        // Hello of protocol 23 and of 49, Peers, GetChain, Disconnect, Transactions, NewBlock: the number at each place
        std::vector<std::string> payloads;
        for (const char* id : {"80", "01", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"}) {
            for (int at = 0; at < 8; ++at) {
                std::string items = id;
                for (int i = 0; i < 8; ++i) {
                    items += i == at ? item : "01";
                }
                const auto size = static_cast<std::uint8_t>(items.size() / 2);
                payloads.push_back("c0" + items);
                payloads.back().replace(0, 2, to_hex(Bytes{static_cast<std::uint8_t>(0xc0 + size)}));
            }
        }
        // 11 is prime to the eight places and the twelve messages, and each value goes on where the one before stopped.
        for (; at < payloads.size(); at += test::sampled(11)) {
            const std::string& payload = payloads[at];
            std::string frame = "22400891000000";
            frame += to_hex(Bytes{static_cast<std::uint8_t>(payload.size() / 2)}) + payload;
            for (const std::vector<std::string>& command :
                 {std::vector<std::string>{"wire", "show", "--json", "--protocol", "23", frame},
                  {"wire", "show", "--json", "--protocol", "p2p2/eth49", frame},
                  {"rlp", "show", "--json", payload},
                  {"wire", "check", "--json", frame}}) {
                const auto ran = run_program(command);
                CAPTURE(ran.out);
                const json document = json::parse(ran.out, nullptr, false);
                REQUIRE(document.is_object());
                CHECK(rounded_numbers(document) == 0);
            }
        }
        at -= payloads.size();
    }
}

TEST_CASE("input: every writer of json makes numbers that JavaScript would round text") {
    constexpr std::uint64_t most = show::largest_json_number;
    const nlohmann::ordered_json value{{"small", most}, {"large", {most + 1, ~std::uint64_t{0}}}};
    constexpr std::string_view expected =
        R"({"small":9007199254740991,"large":["9007199254740992","18446744073709551615"]})";
    CHECK(cmd::json_text(value) == expected);
    char* data = nullptr;
    std::size_t size = 0;
    std::FILE* const file = open_memstream(&data, &size);
    {
        cmd::Output out(file, file);
        out.line(value);
        out.document(value);
        cmd::JsonWriter writer(out);
        writer.begin_object();
        writer.member("small", most);
        writer.member("large", most + 1);
        writer.end_object();
    }
    std::fclose(file);
    const std::string text(data, size);
    std::free(data);
    CHECK(text.starts_with(std::string(expected) + "\n"));
    CHECK(text.find(": 9007199254740991") != std::string::npos);
    CHECK(text.find(" 9007199254740992") == std::string::npos);
    CHECK(text.find("18446744073709551615,") == std::string::npos);
}

TEST_CASE("input: a block whose numbers are the largest is shown with text for them") {
    chain::BlockRecord record;
    record.number = show::largest_json_number + 1;
    record.timestamp = ~std::uint64_t{0};
    const json shown = json::parse(cmd::json_text(cmd::record_json(record)));
    CHECK(shown["number"] == "9007199254740992");
    CHECK(shown["timestamp"] == "18446744073709551615");
}
