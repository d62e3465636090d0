#include "show/explain.hpp"

#include <doctest/doctest.h>

#include "rlp/legacy.hpp"
#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using test::hex;

namespace {

std::vector<show::Step> steps_of(const rlp::Tree& tree) {
    std::vector<show::Step> out;
    show::explain_reading(tree, [&](show::Step step) {
        out.push_back(std::move(step));
        return true;
    });
    return out;
}

/// Empty when the steps read every byte once, in order.
std::string covers(const rlp::Tree& tree, std::size_t size) {
    std::size_t at = 0;
    for (const show::Step& step : steps_of(tree)) {
        if (step.text.empty()) { return "a step without a word"; }
        if (step.size == 0) { continue; }
        if (step.offset != at) { return "a step at " + std::to_string(step.offset) + " after " + std::to_string(at); }
        at += step.size;
    }
    return at == size ? "" : "steps end at " + std::to_string(at) + " of " + std::to_string(size);
}

} // namespace

TEST_CASE("explain: cat and dog") {
    const Bytes bytes = hex("c88363617483646f67");
    const auto steps = steps_of(rlp::read_tree(bytes));
    REQUIRE(steps.size() == 6);
    CHECK(steps[0].text == "0xc8 is in c0..f7: short list, length 0xc8 - 0xc0 = 8");
    CHECK(steps[1].depth == 1);
    CHECK(steps[2].text == "\"cat\"");
    CHECK(steps[4].text == "\"dog\"");
    CHECK(steps[5].size == 0);
}

TEST_CASE("explain: every byte is part of exactly one step - whatever the bytes") {
    test::property("reading", [](const Bytes& bytes) {
        RC_ASSERT(covers(rlp::read_tree(bytes), bytes.size()) == "");
        RC_ASSERT(covers(rlp::legacy::read_tree(bytes, {}), bytes.size()) == "");
    });
    test::property("reading items", [] {
        Bytes bytes = test::any_item();
        RC_ASSERT(covers(rlp::read_tree(bytes), bytes.size()) == "");
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
        RC_ASSERT(covers(rlp::read_tree(bytes), bytes.size()) == "");
    });
}

TEST_CASE("explain: each header is written after what it holds") {
    test::property("writing", [] {
        const Bytes bytes = test::any_item();
        const rlp::Tree tree = rlp::read_tree(bytes);
        std::vector<bool> written(tree.nodes.size());
        show::explain_writing(tree, [&](const show::Step& step) {
            const rlp::Node& node = tree.nodes[step.node];
            for (std::size_t i = step.node + 1; i < node.after; ++i) {
                RC_ASSERT(written[i]);
            }
            written[step.node] = true;
            return true;
        });
        RC_ASSERT(std::ranges::count(written, false) == 0);
    });
}

TEST_CASE("explain: a sink that has enough is not called again") {
    const Bytes bytes = hex("c88363617483646f67");
    int calls = 0;
    show::explain_reading(rlp::read_tree(bytes), [&](const show::Step&) { return ++calls < 2; });
    CHECK(calls == 2);
    calls = 0;
    show::explain_writing(rlp::read_tree(bytes), [&](const show::Step&) { return ++calls < 2; });
    CHECK(calls == 2);
}

TEST_CASE("explain: hints name the header that would be right") {
    struct Row {
        const char* hex;
        const char* hint;
    };
    for (const Row& row : {
             Row{"c50280", "c2 would be right"},
             Row{"8105", "05"},
             Row{"f80102", "c1"},
         }) {
        const Bytes bytes = hex(row.hex);
        const rlp::Tree tree = rlp::read_tree(bytes);
        REQUIRE(tree.first_error());
        CHECK(show::hint_for(tree, *tree.first_error()).find(row.hint) != std::string::npos);
    }
}

TEST_CASE("explain: bytes of the wiki of 2014 are known for what they are") {
    CHECK(show::old_dialect_note(hex("8102")).find("2014") != std::string::npos);
    CHECK(show::old_dialect_note(hex("ff00ff00ff")).empty());
}
