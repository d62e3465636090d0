// Paths of errors: whatever is wrong with the bytes of all vectors and of all seeds of the fuzzers, cut short and
// changed, it is named in one grammar.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "chain/block.hpp"
#include "chain/rules.hpp"
#include "rlp/hex.hpp"
#include "tests/cmd/capture_records.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::run_program;

namespace {

constexpr std::size_t longest_seed = 2000;
constexpr std::size_t every = test::sampled(32); // fuzz targets read all seeds there

/// What paths are made of: places in messages and blocks, and the members of headers and transactions.
const std::set<std::string_view> names{
    "payload", "frame", "rest", "items", "header", "transactions", "uncles", "block", "transaction",
#define ETHPOC_HEADER_FIELD(name, ...) #name,
#define ETHPOC_TRANSACTION_FIELD(name, ...) #name,
#define ETHPOC_TRANSACTION(...)
#include "chain/block_layouts.def"
#undef ETHPOC_HEADER_FIELD
#undef ETHPOC_TRANSACTION_FIELD
#undef ETHPOC_TRANSACTION
};

bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// name(.name|[i])*; a bare item has no name: ([i])*.
bool is_path(std::string_view path) {
    bool first = true;
    for (std::size_t at = 0; at < path.size(); first = false) {
        if (path[at] == '[') {
            const std::size_t digits = ++at;
            while (at < path.size() && is_digit(path[at])) {
                ++at;
            }
            if (at == digits || at == path.size() || path[at++] != ']') { return false; }
            continue;
        }
        if (!first && path[at++] != '.') { return false; }
        const std::size_t begin = at;
        while (at < path.size() && (is_lower(path[at]) || (at > begin && is_digit(path[at])))) {
            ++at;
        }
        if (!names.contains(path.substr(begin, at - begin))) { return false; }
    }
    return true;
}

void collect_paths(const json& value, std::set<std::string>& out) { // NOLINT(misc-no-recursion): our own documents
    if (!value.is_structured()) { return; }
    if (value.is_object() && value.contains("path") && value.contains("code")) { out.insert(value["path"]); }
    for (const auto& part : value) {
        collect_paths(part, out);
    }
}

void collect_hex(const json& value, std::vector<Bytes>& out) { // NOLINT(misc-no-recursion): our own files
    if (value.is_object() && value.contains("hex") && value["hex"].is_string()) {
        out.push_back(from_hex_digits(value["hex"].get<std::string>()).value_or(Bytes{}));
    }
    if (!value.is_structured()) { return; }
    for (const auto& part : value) {
        collect_hex(part, out);
    }
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (const char* name : {"rlp.json", "wire.json", "streams.json", "layouts.json", "capabilities.json"}) {
        collect_hex(json::parse(std::ifstream(test::test_file(std::string("vectors/") + name))), out);
    }
    for (const char* name : {"rlp", "message", "frame"}) {
        for (const auto& entry : std::filesystem::directory_iterator(test::test_file("fuzz/corpus") / name)) {
            out.push_back(test::read_bytes(entry.path()));
        }
    }
    return out;
}

/// The bytes, three cuts, and changes of single bytes that make other items of them.
std::vector<Bytes> variants(const Bytes& bytes) {
    std::vector<Bytes> out{bytes};
    for (const std::size_t quarter : {1U, 2U, 3U}) {
        out.emplace_back(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * quarter / 4));
    }
    constexpr std::uint8_t other[] = {0x80, 0xc0, 0xb8, 0xf9, 0x00};
    for (std::size_t i = 0; i < 5 && !bytes.empty(); ++i) {
        out.push_back(bytes);
        out.back()[(8 + 7 * i) % bytes.size()] = other[i];
    }
    return out;
}

} // namespace

TEST_CASE("paths: the grammar of this test") {
    for (const char* good : {"", "payload", "[1][0]", "payload[2].header.state_root", "frame", "rest[0][1]", "block"}) {
        CHECK(is_path(good));
    }
    for (const char* bad :
         {"transactionr", "payload.[1]", ".payload", "payload.", "header..nonce", "payload[", "payload[]", "payload[x]",
          "[1]payload", "payload rest", "rest[0][", "rest[0][1]]", "blockheader.nonce"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_path(bad));
    }
}

TEST_CASE("paths: every error of every command is named in one grammar") {
    std::set<std::string> paths;
    const std::vector<Bytes> all = seeds();
    REQUIRE(all.size() > 80);
    for (std::size_t at = 0; at < all.size(); at += every) {
        const Bytes& seed = all[at];
        if (seed.size() > longest_seed) { continue; }
        for (const Bytes& bytes : variants(seed)) {
            const std::string hex = "0x" + to_hex(bytes);
            for (const char* room : {"rlp", "wire"}) {
                const auto ran = run_program({room, "show", "--json", hex});
                collect_paths(json::parse(ran.out, nullptr, false), paths);
            }
            for (const char* protocol : {"7", "23", "p2p2/eth49"}) {
                const auto ran = run_program({"wire", "check", "--json", "--protocol", protocol, hex});
                collect_paths(json::parse(ran.out, nullptr, false), paths);
            }
        }
    }
    CHECK(paths.size() > (every == 1 ? 20 : 2));
    for (const std::string& path : paths) {
        CAPTURE(path);
        CHECK(is_path(path));
    }
}

TEST_CASE("paths: what is wrong with a block is named in the same grammar") {
    std::set<std::string> paths;
    for (const char* name : {"cpp-0.3.10", "go-p17", "cpp-poc7"}) {
        std::ifstream in(test::test_file("chains") / (std::string(name) + ".jsonl"));
        std::string line;
        REQUIRE(std::getline(in, line));
        const auto head = json::parse(line)["chain"];
        const Bytes genesis = from_hex_digits(head["genesis_rlp"].get<std::string>()).value();
        const chain::Rules& rules = chain::rules_for(head["protocol"].get<std::uint32_t>());
        if (std::string_view(name) ==
            "cpp-poc7") { // [[parent, uncles hash, coinbase, state root, ..], ..]: a long root
            Bytes longer = genesis;
            const std::size_t root = 3 + 3 + 33 + 33 + 21;
            REQUIRE(longer[root] == 0xa0);
            ++longer[root];
            longer.insert(longer.begin() + root + 1, 0x11);
            ++longer[2];
            ++longer[5];
            const auto block = chain::decode_block(rules, longer);
            REQUIRE_FALSE(block);
            CHECK(block.error().path == "header.state_root");
        }
        for (std::size_t at = 0; at < genesis.size(); ++at) {
            for (const std::uint8_t other : Bytes{0x80, 0xc0, 0xff, 0x00}) {
                Bytes changed = genesis;
                changed[at] = other;
                if (const auto block = chain::decode_block(rules, changed); !block) {
                    paths.insert(block.error().path);
                }
            }
            const auto cut = chain::decode_block(rules, BytesView(genesis).first(at));
            if (!cut) { paths.insert(cut.error().path); }
        }
    }
    for (const std::string& path : paths) {
        CAPTURE(path);
        CHECK(is_path(path));
    }
}
