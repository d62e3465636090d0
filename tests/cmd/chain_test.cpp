#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "chain/store.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;

namespace {

std::string piece(const char* name) {
    return test::test_file(std::string("chains/") + name + ".jsonl").string();
}

/// A data directory of its own, and `chain` commands on it.
struct Place {
    test::TemporaryFolder folder;
    std::string directory = (folder.path() / "data").string();

    test::Ran chain(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "chain");
        arguments.insert(arguments.end(), {"--data-dir", directory});
        return test::run_program(arguments);
    }
    json document(std::vector<std::string> arguments, int code = 0) const {
        arguments.emplace_back("--json");
        const test::Ran ran = chain(std::move(arguments));
        INFO(ran.err);
        CHECK(ran.code == code);
        return json::parse(ran.out, nullptr, false);
    }
    std::string file(const char* name) const { return (folder.path() / name).string(); }
};

/// The protocol that the first line of a chain file names, and how many blocks follow.
std::pair<std::string, std::size_t> told_by(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    const std::string protocol = std::to_string(json::parse(line)["chain"]["protocol"].get<unsigned>());
    std::size_t blocks = 0;
    while (std::getline(in, line) && !line.empty()) {
        ++blocks;
    }
    return {protocol, blocks};
}

/// A chain goes in and is found again, whether its version is named or not; with the version also from an export,
/// which says no more than its blocks.
void walk_file(const std::filesystem::path& file) {
    CAPTURE(file.filename().string());
    const auto [protocol, blocks] = told_by(file);
    REQUIRE(blocks > 0);
    const Place by_itself;
    const json without = by_itself.document({"import", file.string()});
    CHECK(without["imported"] == blocks);
    const Place by_version;
    const json with = by_version.document({"import", file.string(), "--protocol", protocol});
    CHECK(with["imported"] == blocks);
    CHECK(with["head_hash"] == without["head_hash"]);
    for (const Place* const place : {&by_itself, &by_version}) {
        CHECK(place->document({"status", "--protocol", protocol})["head_hash"] == with["head_hash"]);
        CHECK(place->document({"status", "--genesis", file.string()})["head_number"] == blocks);
    }
    CHECK(by_version.document(
              {"verify", "--protocol", protocol, "--from", std::to_string(blocks > 5 ? blocks - 5 : 1)})["ok"] == true);
    const std::string exported = by_version.file("blocks.rlp");
    CHECK(by_version.document({"export", exported, "--protocol", protocol})["exported"] == blocks);
    const Place again;
    CHECK(again.document({"import", exported, "--genesis", file.string()})["imported"] == blocks);
}

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("chain: a recorded chain comes in by its own first line and its status is as the contract says") {
    const Place place;
    const json imported = place.document({"import", piece("cpp-0.3.10")});
    CHECK(imported["imported"] == 40);
    CHECK(imported["refused"] == 0);
    const json status = place.document({"status"});
    CHECK(status["protocol"] == "poc3");
    CHECK(status["genesis_hash"] == "0xab6b9a5613970faa771b12d449b2e9bb925ab7a369f0a4b86b286e9d540099cf");
    CHECK(status["head_number"] == 40);
    CHECK(status["head_hash"] == imported["head_hash"]);
    CHECK(status["blocks"] == 41);
    CHECK(status["total_difficulty"].get<std::string>().find_first_not_of("0123456789") == std::string::npos);
    const test::Ran text = place.chain({"status"});
    CHECK(text.code == 0);
    CHECK(text.out.contains("head number"));
    CHECK(place.document({"import", piece("cpp-0.3.10")})["known"] == 40);
}

TEST_CASE("chain: the chains in this checkout are walked with and without their protocol") {
    for (const char* const name : {"cpp-0.3.10", "go-p08", "go-p17", "cpp-poc7", "go-p54-eqtime"}) {
        walk_file(piece(name));
    }
}

TEST_CASE("chain: all recorded chains are walked with and without their protocol") {
    const auto folder = test::shared_file("chains");
    if (!folder) {
        MESSAGE("skipped: chains not found");
        return;
    }
    std::size_t count = 0;
    for (const auto& file : test::files_below(*folder, ".jsonl")) {
        walk_file(file);
        ++count;
    }
    CHECK(count >= 19);
}

TEST_CASE("chain: each genesis of a version is found by the version by its name and by its chain") {
    // Clients of protocol 8 began with three; of the two Go ones only this has recorded blocks.
    const Place place;
    place.document({"import", piece("go-p08"), "--protocol", "8"});
    CHECK(place.document({"status", "--protocol", "8"})["genesis"] == "go-p08");
    const std::string exported = place.file("go.rlp");
    CHECK(place.document({"export", exported, "--protocol", "8"})["exported"] == 20);
    place.document({"import", piece("cpp-0.3.10")}); // longer, and of protocol 8 as well
    CHECK(place.document({"status", "--protocol", "8"})["genesis"] == "H");
    CHECK(place.document({"verify", "--protocol", "8", "--genesis", "go-p08"})["head_number"] == 20);
    CHECK(place.chain({"status", "--protocol", "8", "--genesis", "go-p08-march"}).code == 5);

    const Place other; // the blocks alone: block 1 says which of the three
    CHECK(other.document({"import", exported, "--protocol", "8"})["imported"] == 20);
    CHECK(other.document({"status"})["rules"] == "go-p08");
    const Place third;
    CHECK(third.document({"import", exported})["imported"] == 20);
}

TEST_CASE("chain: export and import are inverse") {
    const Place place;
    place.document({"import", piece("cpp-poc7")});
    const std::string file = place.file("blocks.rlp");
    CHECK(place.document({"export", file})["exported"] == 45);
    const Place other;
    const json imported = other.document({"import", file}); // block 1 names a genesis that is known
    CHECK(imported["imported"] == 45);
    CHECK(other.document({"status"})["protocol"] == "poc7");
    const std::string again = other.file("again.rlp");
    other.document({"export", again});
    CHECK(slurp(file) == slurp(again));
    CHECK_FALSE(slurp(file).empty());
    const Place named;
    CHECK(named.document({"import", file, "--protocol", "poc7"})["imported"] == 45);
    const Place by_genesis;
    CHECK(by_genesis.document({"import", file, "--genesis", "W"})["imported"] == 45);
}

TEST_CASE("chain: show by number and by hash") {
    const Place place;
    const json imported = place.document({"import", piece("cpp-poc7")});
    const json by_number = place.document({"show", "42"});
    CHECK(by_number["number"] == 42);
    CHECK(by_number["uncles"].size() == 1);
    CHECK(by_number["canonical"] == true);
    CHECK(by_number["gas_limit"].is_number());
    CHECK(place.document({"show", by_number["hash"].get<std::string>()}) == by_number);
    CHECK(place.document({"show", "0"})["hash"].get<std::string>().starts_with("0x779b1b62"));
    CHECK(place.chain({"show", "46"}).code == 1);
    CHECK(place.chain({"show", std::string(64, 'a')}).code == 1);
    CHECK(place.chain({"show", "elephant"}).code == 2);
    CHECK(place.chain({"show", "abcd"}).code == 2);
    CHECK(place.chain({"show"}).code == 2);
}

TEST_CASE("chain: transactions are shown with their senders") {
    const auto file = test::shared_file("chains/go-p33-tx.jsonl");
    if (!file) {
        MESSAGE("skipped: chains/go-p33-tx.jsonl not found");
        return;
    }
    const Place place;
    place.document({"import", file->string()});
    const json block = place.document({"show", "304"});
    REQUIRE(block["transactions"].size() == 8);
    CHECK(block["transactions"][0]["sender"] == "0x2f257640e1b82f499986a83ebe46cdb157a2ce7c");
    CHECK(block["transactions"][7]["gas_used"] == 4000);
}

TEST_CASE("chain: verify") {
    const Place place;
    place.document({"import", piece("go-p08")});
    CHECK(place.document({"verify"})["ok"] == true);
    CHECK(place.document({"verify", "--from", "15"})["ok"] == true);
    CHECK(place.document({"verify", "--from", "1000"}, 5)["ok"] == false);
    CHECK(place.chain({"verify"}).out.contains("20"));
}

TEST_CASE("chain: a file with a broken block a cut one an orphan") {
    const Place place;
    place.document({"import", piece("cpp-0.3.10")});
    const std::string good = place.file("good.rlp");
    place.document({"export", good});
    const std::string bytes = slurp(good);

    std::string broken = bytes;
    broken[broken.size() - 3] = static_cast<char>(broken[broken.size() - 3] ^ 1); // the nonce of the last block
    const std::string name = place.file("broken.rlp");
    std::ofstream(name, std::ios::binary) << broken;
    const Place second;
    const json refused = second.document({"import", name}, 1);
    CHECK(refused["imported"] == 39);
    CHECK(refused["refused"] == 1);
    CHECK(refused["first_refused"] == 40);
    CHECK(refused["error"]["code"] == "chain.bad_proof_of_work");
    CHECK(refused["error"]["path"] == "header.nonce");

    std::ofstream(name, std::ios::binary) << bytes.substr(0, bytes.size() - 10);
    const Place third;
    const json cut = third.document({"import", name}, 1);
    CHECK(cut["imported"] == 39);
    CHECK(cut["error"]["code"].get<std::string>().starts_with("rlp."));
    CHECK(cut["error"]["offset"] > 1000);

    const Place fourth; // blocks 620 to 624, without what is below them
    CHECK(fourth.chain({"import", piece("fragments/cpp-0.3.10-easy-tx")}).code == 1);
}

TEST_CASE("chain: files that hold no blocks") {
    const Place place;
    const std::string name = place.file("file");
    CHECK(place.chain({"import", place.file("none")}).code == 3);
    CHECK(place.chain({"import", place.folder.path().string()}).code == 3);
    std::ofstream(name) << "";
    CHECK(place.chain({"import", name}).code == 2);
    std::ofstream(name) << "hello";
    CHECK(place.chain({"import", name}).code == 1);
    std::ofstream(name) << "{\"chain\":1}\n";
    CHECK(place.chain({"import", name}).code == 2);
    std::ofstream(name, std::ios::binary) << std::string("\xfb\xff\xff\xff\xff", 5);
    CHECK(place.chain({"import", name}).code == 1);
    std::ofstream(name, std::ios::binary) << std::string("\xc3\xc0\xc0\xc0", 4);
    CHECK(place.chain({"import", name}).code == 2); // of no known chain
    CHECK(place.chain({"import", name, "--protocol", "7"}).code == 1);
    CHECK(place.chain({"import", name, "--protocol", "99"}).code == 2);
    CHECK(place.chain({"import", name, "--genesis", "nowhere"}).code == 2);
}

TEST_CASE("chain: a directory without a chain and one that is in use") {
    const Place place;
    CHECK(place.chain({"status"}).code == 3);
    CHECK_FALSE(std::filesystem::exists(place.directory));
    CHECK(test::run_program({"chain", "status", "--data-dir", ":memory:"}).code == 2);
    place.document({"import", piece("go-p08")});
    CHECK(place.chain({"status", "--genesis", "W"}).code == 5);
    CHECK(place.chain({"status", "--protocol", "49"}).code == 5);
    const auto held = chain::Store::open(place.directory);
    REQUIRE(held);
    CHECK(place.document({"status"})["head_number"] == 20); // reading is allowed
    const test::Ran second = place.chain({"import", piece("go-p08")});
    CHECK(second.code == 3);
    CHECK(second.err.contains("chain.store_locked"));
}

TEST_CASE("chain: several chains in one directory") {
    const Place place;
    place.document({"import", piece("cpp-0.3.10")});
    place.document({"import", piece("go-p08")});
    place.document({"import", piece("go-p17")});
    CHECK(place.document({"status"})["head_number"] == 40);
    CHECK(place.document({"status"})["chains"] == 3);
    CHECK(place.document({"status", "--protocol", "17"})["head_number"] == 20);
    const json go = place.document({"status", "--genesis", "go-p08"});
    CHECK(go["protocol"] == "8");
    CHECK(go["rules"] == "go-p08");
}

TEST_CASE("chain: tail") {
    const Place place;
    place.document({"import", piece("cpp-0.3.10")});
    const test::Ran ran = place.chain({"tail", "--count", "3", "--json"});
    CHECK(ran.code == 0);
    std::istringstream lines(ran.out);
    std::vector<json> blocks;
    for (std::string line; std::getline(lines, line);) {
        blocks.push_back(json::parse(line));
    }
    REQUIRE(blocks.size() == 3);
    CHECK(blocks[0]["number"] == 38);
    CHECK(blocks[2]["number"] == 40);
    CHECK(blocks[2]["parent_hash"] == blocks[1]["hash"]);
    CHECK(place.chain({"tail", "--count", "1000"}).code == 0);
    CHECK(place.chain({"tail"}).out.contains("       40  2"));
}

TEST_CASE("chain: needs to be told what to do") {
    const Place place;
    CHECK(place.chain({}).code == 2);
    CHECK(place.chain({"dance"}).code == 2);
}
