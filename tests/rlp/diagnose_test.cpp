#include "rlp/diagnose.hpp"

#include <doctest/doctest.h>

#include "rlp/encode.hpp"
#include "tests/rlp/everything.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace std::literals;
using test::hex;

namespace {

struct Outer {
    std::vector<test::Inner> inners{};
    rlp::Items items{};
};
constexpr auto outer = rlp::fields(rlp::field("inners", &Outer::inners), rlp::field("items", &Outer::items));

Error diagnosis(const Bytes& bytes) {
    return rlp::detail::diagnose(bytes, rlp::record_shape(outer), rlp::Mode::strict);
}

} // namespace

TEST_CASE("diagnose: paths go into vectors and structs") {
    // [[[1, 2, ""], [3, 0?, ""]], []]
    const Error zero = diagnosis(hex("cac8c3010280c3030080c0"));
    CHECK(zero.code == &rlp::errors::integer_leading_zero);
    CHECK(zero.path == "[0][1][1]");
    CHECK(zero.offset == 8);
    CHECK(zero.detail == "value: 1 zero bytes in front");
    const Error few = diagnosis(hex("c6c4c3010280"
                                    "80"));
    CHECK(few.path == "[1]");
    CHECK(few.code == &rlp::errors::expected_list);
    const Error missing = diagnosis(hex("c5c3c20102c0"));
    CHECK(missing.code == &rlp::errors::too_few_items);
    CHECK(missing.path == "[0][0]");
    CHECK(missing.offset == 5);
    CHECK(missing.detail.find("data is missing") != std::string::npos);
}

TEST_CASE("diagnose: a list of anything is checked one level deep") {
    CHECK(diagnosis(hex("c4c0c2c181")).code == &rlp::errors::unexplained); // [[], [[81?]]]: its inside is not looked at
    const Error bad = diagnosis(hex("c4c0c20182"));
    CHECK(bad.path == "[1][1]");
    CHECK(bad.code == &rlp::errors::item_overruns_parent);
}

TEST_CASE("diagnose: nothing wrong is a bug that it admits") {
    CHECK(diagnosis(hex("c2c0c0")).code == &rlp::errors::unexplained);
}

TEST_CASE("diagnose: shapes are field lists as data") {
    const rlp::Shape shape = rlp::record_shape(test::everything);
    CHECK(shape.kind == rlp::Shape::Kind::record);
    REQUIRE(shape.parts.size() == 20);
    CHECK(shape.parts[1].kind == rlp::Shape::Kind::scalar);
    CHECK(shape.parts[1].width == 2);
    CHECK(shape.parts[4].width == 32);
    CHECK(shape.parts[12].kind == rlp::Shape::Kind::fixed);
    CHECK(shape.parts[12].width == 64);
    CHECK(shape.parts[17].name == "short_inners");
    CHECK(shape.parts[17].parts[0].parts[0].name == "value");
    CHECK(shape.parts[19].parts[0].parts[0].kind == rlp::Shape::Kind::fixed);
}
