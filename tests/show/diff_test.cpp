#include "show/diff.hpp"

#include <doctest/doctest.h>

#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using test::hex;

namespace {

/// "value [1]" for each difference: its kind and the path of the node.
std::vector<std::string> differences(BytesView first, BytesView second) {
    const rlp::Tree a = rlp::read_tree(first);
    const rlp::Tree b = rlp::read_tree(second);
    std::vector<std::string> out;
    show::diff(a, b, [&](const show::Difference& one) {
        const bool in_first = one.first != show::Difference::none;
        out.push_back(std::string(show::word_of(one.kind)) + ' ' + (in_first ? a.path(one.first) : b.path(one.second)));
        return true;
    });
    return out;
}

} // namespace

TEST_CASE("diff: each kind of difference - by its path") {
    struct Row {
        const char* first;
        const char* second;
        std::vector<std::string> found;
    };
    for (const Row& row : {
             Row{"c20102", "c20102", {}},
             Row{"c20102", "c20103", {"value [1]"}},
             Row{"c20102", "c3010203", {"added [2]"}},
             Row{"c3010203", "c20102", {"removed [2]"}},
             Row{"c3c105c0", "c205c0", {"kind [0]"}},
             Row{"c105", "c28105", {"header [0]"}},
             Row{"c0", "c1", {"header "}}, // claims a byte that is not there
             Row{"c4c20102c0", "c4c20103c0", {"value [0][1]"}},
         }) {
        CAPTURE(row.first);
        CAPTURE(row.second);
        const auto found = differences(hex(row.first), hex(row.second));
        CAPTURE(doctest::toString(found.empty() ? std::string() : found[0]));
        CHECK(found == row.found);
    }
}

TEST_CASE("diff: nothing between equal bytes - something between others - and the other way round too") {
    test::property("equal and not", [](const Bytes& first, const Bytes& second) {
        RC_ASSERT(differences(first, first).empty());
        RC_ASSERT(differences(first, second).empty() == (first == second));
        RC_ASSERT(differences(second, first).empty() == (first == second));
    });
    test::property("one byte changed", [] {
        const Bytes first = test::any_item();
        Bytes second = first;
        second[*rc::gen::inRange<std::size_t>(0, second.size())] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
        RC_ASSERT(!differences(first, second).empty());
    });
}
