#include "chain/named_genesis.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "chain/block.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

Result<GenesisCandidate> named(const std::string& name, std::optional<std::uint32_t> version = {}) {
    const auto bytes = read_genesis(name);
    if (!bytes) { return std::unexpected(bytes.error()); }
    return fit_genesis(*bytes, version);
}

std::string hash_text(const Result<GenesisCandidate>& found) {
    return found ? to_hex(found->genesis.hash) : found.error().message();
}

} // namespace

TEST_CASE("named genesis: by name alias and file") {
    const test::TemporaryFolder folder;
    const Genesis expected = genesis_for(7);
    CHECK(hash_text(named("H", 7)) == to_hex(expected.hash));
    CHECK(hash_text(named("poc3", 7)) == to_hex(expected.hash));
    CHECK(hash_text(named("poc4")) == to_hex(expected.hash));
    CHECK(hash_text(named("easy", 7)).starts_with("f0ecb578"));
    CHECK(hash_text(named("R", 28)).starts_with("f6806728"));
    CHECK(hash_text(named("R", 33)).starts_with("08436a4d"));
    CHECK(hash_text(named("R")).starts_with("08436a4d"));

    const std::string hex_file = (folder.path() / "g.hex").string();
    std::ofstream(hex_file) << "0x" << to_hex(expected.rlp) << "\n";
    CHECK(hash_text(named(hex_file, 7)) == to_hex(expected.hash));
    CHECK(read_genesis(hex_file)->name == "g.hex");

    const auto from_chain = named(test::test_file("chains/go-p08.jsonl").string(), 8);
    REQUIRE(from_chain);
    CHECK(hash_text(from_chain).starts_with("c87939ff"));
    CHECK(from_chain->rules->name == "go-p08");
}

TEST_CASE("named genesis: what is none") {
    const test::TemporaryFolder folder;
    CHECK(*named("nowhere").error().code == errors::bad_genesis_file);
    CHECK(*named(folder.path().string()).error().code == errors::bad_genesis_file);
    const std::string file = (folder.path() / "bad").string();
    for (const char* const text : {"", "xyz", "c0"}) {
        CAPTURE(text);
        std::ofstream(file) << text;
        CHECK_FALSE(named(file));
        CHECK_FALSE(named(file, 7));
    }
    // Another header layout: the sentence names the rules.
    const auto wrong = named("W", 7);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().detail.contains("poc3"));
}

TEST_CASE("named genesis: whatever clients of a version began with has that version's rules and hash") {
    for (std::uint32_t version = 0; version <= 56; ++version) {
        for (const GenesisCandidate& expected : genesis_candidates(version)) {
            CAPTURE(version);
            CAPTURE(expected.genesis.name);
            const auto found = named(expected.genesis.name, version);
            CHECK(hash_text(found) == to_hex(expected.genesis.hash));
            if (!found) { continue; }
            // By its name Go's and JavaScript's own may go by their client's rules, of the same version.
            CHECK(serves_version(*found->rules, version));
            CHECK(find_genesis_of_any_version(expected.genesis.hash).has_value());
        }
    }
    CHECK_FALSE(find_genesis_of_any_version(Hash256{}));
    CHECK_FALSE(serves_version(rules_for(7), 49));
    CHECK(serves_version(*find_rules("go-p08"), 8));
    CHECK(serves_version(*find_rules("py-p52"), 52));
}

TEST_CASE("named genesis: without a version a known one gets rules under which its chains were mined") {
    for (const GenesisRow& row : genesis_table()) {
        CAPTURE(row.name);
        const auto found = named(std::string(row.name));
        REQUIRE(found);
        bool paired = false; // do clients of some version begin with it?
        bool right = false;
        for (std::uint32_t version = 0; version <= 56; ++version) {
            for (const GenesisCandidate& candidate : genesis_candidates(version)) {
                if (candidate.genesis.rlp != found->genesis.rlp) { continue; }
                paired = true;
                right =
                    right || (candidate.genesis.hash == found->genesis.hash && serves_version(*found->rules, version));
            }
        }
        CHECK(right == paired);
    }
}

TEST_CASE("named genesis: one that nobody recorded is read in every layout") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "own").string();
    std::map<HeaderLayout, unsigned> layouts;
    for (const Rules& rules : all_rules()) {
        CAPTURE(rules.name);
        const test::MiniChain mini(rules);
        std::ofstream(file) << to_hex(mini.genesis().rlp);
        const auto any = named(file);
        INFO(hash_text(any));
        REQUIRE(any);
        CHECK(any->rules->header == rules.header);
        ++layouts[rules.header];
        for (std::uint32_t version = 0; version <= 56; ++version) {
            if (&rules_for(version) != &rules) { continue; }
            CAPTURE(version);
            const auto found = named(file, version);
            REQUIRE(found);
            CHECK(found->rules == &rules);
            CHECK(found->genesis.hash == mini.genesis().hash);
        }
    }
    CHECK(layouts.size() >= 5); // 9, 13, 14, 15, 16 fields
}

TEST_CASE("named genesis: a chain file says its client and version") {
    ChainFileHead head{"go-p08", 8, test::hex(find_genesis_row("easy")->rlp_hex), {}};
    CHECK(fit_genesis(genesis_of(head))->rules->name == "go-p08");
    head.client.clear(); // nobody said: not Go that says nothing
    CHECK(fit_genesis(genesis_of(head))->rules->name == "poc3");
    CHECK(fit_genesis(genesis_of(head), 11)->rules->name == "poc4");
    head.protocol = 49; // of another layout: not what the file says
    CHECK(fit_genesis(genesis_of(head))->rules->header == HeaderLayout::h9);
    CHECK_FALSE(fit_genesis(genesis_of(head), 49));
}
