#include "rlp/tree.hpp"

#include <doctest/doctest.h>

#include "rlp/encode.hpp"
#include "tests/rlp/agreement.hpp"
#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using test::hex;

namespace {

/// The tape as text, one line a node: kind, offset, header, payload, depth, error.
std::string shown(const rlp::Tree& tree) {
    std::string out;
    for (const rlp::Node& node : tree.nodes) {
        const char* const kind = node.kind == rlp::Node::Kind::list  ? "list"
                                 : node.kind == rlp::Node::Kind::raw ? "raw"
                                                                     : "string";
        out += kind;
        for (const std::size_t number :
             {node.offset, std::size_t{node.header_size}, node.payload_size, std::size_t{node.depth}}) {
            out += ' ';
            out += std::to_string(number);
        }
        if (node.code != nullptr) { (out += ' ') += node.code->word.substr(4); }
        out += '\n';
    }
    return out;
}

std::string shown(std::string_view digits, const rlp::TreeOptions& options = {}) {
    return shown(rlp::read_tree(hex(digits), options));
}

} // namespace

TEST_CASE("tree: good bytes") {
    CHECK(shown("c88363617483646f67") == "list 0 1 8 0\nstring 1 1 3 1\nstring 5 1 3 1\n");
    CHECK(shown("05") == "string 0 0 1 0\n");
    CHECK(shown("c0") == "list 0 1 0 0\n");
    CHECK(shown("").empty());
    const Bytes bytes = hex("c4c2c0c0c0");
    const rlp::Tree tree = rlp::read_tree(bytes);
    REQUIRE(tree.nodes.size() == 5);
    CHECK(tree.path(0).empty());
    CHECK(tree.path(3) == "[0][1]");
    CHECK(tree.path(4) == "[1]");
    CHECK(tree.nodes[1].after == 4);
    CHECK(tree.nodes[0].after == 5);
    CHECK_FALSE(tree.first_error());
}

TEST_CASE("tree: goes on after an error") {
    CHECK(shown("c382050107") == "list 0 1 3 0\nstring 1 1 2 1\nstring 4 0 1 0\n");
    CHECK(shown("c50180") == "list 0 1 2 0 truncated\nstring 1 0 1 1\nstring 2 1 0 1\n");
    CHECK(shown("c3018305") == "list 0 1 3 0\nstring 1 0 1 1\nstring 2 1 1 1 item_overruns_parent\n");
    CHECK(shown("c4810205b9") ==
          "list 0 1 4 0\nstring 1 1 1 1 non_canonical_byte\nstring 3 0 1 1\nraw 4 0 1 1 truncated_header\n");
    CHECK(shown("f80105") == "list 0 2 1 0 non_canonical_length\nstring 2 0 1 1\n");
    CHECK(shown("c102c103") == "list 0 1 1 0\nstring 1 0 1 1\nlist 2 1 1 0\nstring 3 0 1 1\n");
    CHECK(shown("c2c405c0") == "list 0 1 2 0\nlist 1 1 1 1 item_overruns_parent\nstring 2 0 1 2\nlist 3 1 0 0\n");
}

TEST_CASE("tree: the error of the input is that of validate") {
    const Bytes after = hex("c102c103");
    const rlp::Tree tree = rlp::read_tree(after);
    REQUIRE(tree.first_error());
    CHECK(tree.first_error()->code == &rlp::errors::trailing_bytes);
    CHECK(tree.first_error()->offset == 2);
    CHECK(tree.path(2) == "items[1]");
    CHECK(tree.path(3) == "items[1][0]");
    CHECK(rlp::read_tree({}).first_error()->code == &rlp::errors::empty_input);
}

TEST_CASE("tree: a part of the input, inside something else") {
    const Bytes frame = hex("2240089100000003c50280");
    const rlp::Tree tree = rlp::read_tree(frame, {.begin = 8, .nested = true});
    REQUIRE(tree.first_error());
    CHECK(tree.first_error()->code == &rlp::errors::item_overruns_parent);
    CHECK(tree.first_error()->offset == 8);
    CHECK(tree.first_error()->detail == "item claims 5 bytes, its parent has 2 left");
    CHECK(shown(rlp::read_tree(frame, {.begin = 9, .end = 10})) == "string 9 0 1 0\n");
}

TEST_CASE("tree: beyond the limits bytes stay raw") {
    CHECK(shown("c3c2c105", {.limits = {.max_depth = 2}}) ==
          "list 0 1 3 0\nlist 1 1 2 1\nlist 2 1 1 2 depth_limit\nraw 3 0 1 3\n");
    CHECK(shown("c4c201020304", {.limits = {.max_items = 3}}) ==
          "list 0 1 4 0\nlist 1 1 2 1\nstring 2 0 1 2\nraw 3 0 1 2 item_limit\nraw 4 0 1 1\nraw 5 0 1 0\n");
    CHECK(shown("c3010203", {.limits = {.max_bytes = 2}}) == "raw 0 0 4 0 size_limit\n");
}

TEST_CASE("tree: canonical bytes can be put together again from the tape") {
    test::property("tape and bytes", [] {
        const Bytes bytes = test::any_item();
        const rlp::Tree tree = rlp::read_tree(bytes);
        RC_ASSERT(!tree.first_error().has_value());
        RC_ASSERT(test::tiles(tree, bytes.size()) == "");
        // From the back: a list is closed when the nodes after its own have been written.
        rlp::BackwardWriter out;
        std::vector<std::size_t> marks(tree.nodes.size());
        for (std::size_t i = tree.nodes.size(); i-- > 0;) {
            for (std::size_t list = i; list != rlp::Node::no_parent && tree.nodes[list].after == i + 1;
                 list = tree.nodes[list].parent) {
                marks[list] = out.mark();
            }
            if (tree.nodes[i].kind == rlp::Node::Kind::list) {
                out.close_list(marks[i]);
            } else {
                out.put_string(tree.payload(tree.nodes[i]));
            }
        }
        RC_ASSERT(out.take() == bytes);
    });
}
