#include "chain/block_stream.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "chain/genesis.hpp"
#include "chain/named_genesis.hpp"
#include "rlp/hex.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

struct Streamed {
    std::vector<Bytes> blocks{};
    std::optional<Error> error{};
    bool headed = false;
};

Streamed stream(const std::string& text) {
    std::istringstream in(text);
    Streamed out;
    const auto opened = BlockStream::open(in);
    if (!opened) {
        out.error = opened.error();
        return out;
    }
    out.headed = (*opened)->head().has_value();
    for (;;) {
        auto block = (*opened)->next();
        if (!block) { out.error = block.error(); }
        if (!block || !*block) { return out; }
        out.blocks.push_back(std::move(**block));
    }
}

/// Blocks in every form; `count` of them are more than what is looked at first when it is large.
struct Forms {
    explicit Forms(std::size_t count) {
        const test::MiniChain mini(rules_for(7), 1);
        for (const test::MinedBlock& block : mini.mine_many(mini.genesis_block(), count)) {
            blocks.push_back(block.rlp);
        }
    }
    std::string each(const std::string& before, const std::string& after, bool hex = true) const {
        std::string out;
        for (const Bytes& block : blocks) {
            out += before + (hex ? to_hex(block) : std::string(as_text(block))) + after;
        }
        return out;
    }
    std::string wrapped(std::size_t width) const {
        std::string out = each("", "");
        for (std::size_t at = width; at < out.size(); at += width + 1) {
            out.insert(at, 1, '\n');
        }
        return out;
    }
    std::vector<Bytes> blocks{};
};

const std::string head_line = R"({"chain":{"client":"x","protocol":7,"genesis_rlp":"c0"}})"
                              "\n";

} // namespace

TEST_CASE("block stream: every form gives the same blocks, few or many") {
    for (const std::size_t count : {1U, 5U, 700U}) {
        CAPTURE(count);
        const Forms forms(count);
        const std::pair<const char*, std::string> texts[] = {
            {"raw", forms.each("", "", false)},
            {"hex, a block a line", forms.each("", "\n")},
            {"hex with 0x", forms.each("0x", "\r\n")},
            {"hex, one run", forms.each("", "")},
            {"hex, blank lines and blanks around", forms.each("\n  ", " \t\n\n")},
            {"hex, wrapped", forms.wrapped(60)},
            {"hex, wrapped far out", forms.wrapped(100'000)},
            {"hex with quotes and commas", forms.each("\"", "\",\n")},
            {"hex with a mark", "\xef\xbb\xbf" + forms.each("", "\n")},
            {"lines", forms.each("{\"rlp\":\"", "\"}\n")},
            {"lines with more", forms.each("{\"n\": 1, \"hash\":\"aa\", \"rlp\" : \"0x", "\"}\n")},
            {"lines with a mark", "\xef\xbb\xbf" + forms.each("{\"rlp\":\"", "\"}\n")},
            {"a recorded chain", head_line + forms.each("{\"n\":1,\"rlp\":\"", "\"}\n")},
        };
        for (const auto& [name, text] : texts) {
            CAPTURE(name);
            const Streamed read = stream(text);
            INFO((read.error ? read.error->message() : std::string()));
            CHECK_FALSE(read.error);
            CHECK(read.blocks == forms.blocks);
            CHECK(read.headed == (text.starts_with(head_line)));
        }
    }
}

TEST_CASE("block stream: what is sniffed") {
    CHECK(sniff_blocks("", true) == BlockForm::raw);
    CHECK(sniff_blocks("\xf9\x02", true) == BlockForm::raw);
    CHECK(sniff_blocks("\xff\x02", true) == BlockForm::raw);
    CHECK(sniff_blocks("\xc0", true) == BlockForm::raw);
    CHECK(sniff_blocks("\xef\xbb\xbf", true) == BlockForm::text);
    CHECK(sniff_blocks(" \n{", true) == BlockForm::lines);
    CHECK(sniff_blocks("c0\nc0", true) == BlockForm::text);
    CHECK(sniff_blocks("c0\n0xc0", false) == BlockForm::hex);
    CHECK(sniff_blocks("c0 c0\n", false) == BlockForm::text);
    CHECK(sniff_blocks("00000000: c0c0\n", false) == BlockForm::text);
}

TEST_CASE("block stream: garbage is told with its line or its place and nothing before it is lost") {
    const Forms forms(400);
    const std::string hex = forms.each("", "\n");
    REQUIRE(hex.size() > 2 * 65536);
    const struct {
        const char* name;
        std::string text;
        std::size_t blocks;
        const char* word;
        const char* told;
    } cases[] = {
        {"hex, then words", hex + "hello\n", 400, "hex.bad_character", "line 401"},
        {"hex, then half a byte", hex + "c", 400, "hex.odd_digits", "line 401"},
        {"hex, then half a block", hex + to_hex(forms.blocks[0]).substr(0, 100) + "\n", 400, "rlp.", "line 401"},
        {"hex, then lines", hex + "{\"rlp\":\"c0\"}\n", 400, "hex.bad_character", "line 401"},
        {"lines, then hex", forms.each("{\"rlp\":\"", "\"}\n") + hex, 400, "chain.bad_chain_file", "line 401"},
        {"lines, then half a line", forms.each("{\"rlp\":\"", "\"}\n") + "{\"rlp\":\"c0", 400, "chain.bad_chain_file",
         "line 401"},
        {"raw, then hex", forms.each("", "", false) + hex, 400, "rlp.", ""},
        {"no rlp in the line", "{}\n", 0, "chain.bad_chain_file", "line 1"},
        {"words", "Dear diary\n", 0, "hex.", ""},
        {"a string",
         "\x83"
         "abc",
         0, "rlp.", ""},
        {"zeros", std::string(100, '\0'), 0, "rlp.", ""},
    };
    for (const auto& one : cases) {
        CAPTURE(one.name);
        const Streamed read = stream(one.text);
        CHECK(read.blocks.size() == one.blocks);
        REQUIRE(read.error);
        CHECK(read.error->code->word.starts_with(one.word));
        CHECK(read.error->message().contains(one.told));
    }
    CHECK(stream("").blocks.empty());
    CHECK_FALSE(stream("").error);
}

TEST_CASE("block stream: text that must be read as a whole has a limit and digits have none") {
    const Forms forms(300);
    for (const bool blanks : {false, true}) {
        std::istringstream in(forms.each("", blanks ? " # a block\n" : "\n"));
        const auto opened = BlockStream::open(in, 100'000);
        CHECK(opened.has_value() == !blanks);
        if (!opened) { CHECK(opened.error().code->word == "rlp.size_limit"); }
    }
}

TEST_CASE("named genesis: a file in any form of blocks") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 5);
    const Bytes& rlp = mini.genesis().rlp;
    const std::string hex = to_hex(rlp);
    const auto read = [&](const std::string& text) {
        const auto path = folder.path() / "genesis";
        std::ofstream(path, std::ios::binary) << text;
        return read_genesis(path.string());
    };
    const std::string raw(as_text(rlp));
    const std::string next(as_text(mini.mine(mini.genesis_block()).rlp));
    const std::string good[] = {raw,
                                raw + next,
                                hex,
                                "0x" + hex + "\n",
                                hex + "\n" + hex,
                                "{\"rlp\":\"" + hex + "\"}\n",
                                "{\"chain\":{\"protocol\":7,\"genesis_rlp\":\"" + hex + "\"}}\n"};
    for (const std::string& text : good) {
        CAPTURE(text.substr(0, 20));
        const auto genesis = read(text);
        REQUIRE(genesis);
        CHECK(genesis->rlp == rlp);
        CHECK(genesis->name == "genesis");
    }
    for (const std::string& text : {std::string(), raw + "x", hex + "zz", hex.substr(1), std::string("{}"),
                                    "{\"rlp\":\"" + hex + "\"}\nand more"}) {
        CAPTURE(text.substr(0, 20));
        CHECK_FALSE(read(text));
    }
}
