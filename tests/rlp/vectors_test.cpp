// Published vectors: the facts of 2014 written out, and the files of the tests repository where they are at hand.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>

#include "rlp/encode.hpp"
#include "rlp/hex.hpp"
#include "rlp/legacy.hpp"
#include "tests/rlp/agreement.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using nlohmann::json;
using test::hex;

namespace {

const std::string lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";

/// A value as the vector files write it: numbers, "#" and a decimal, text, lists.
void put_value(rlp::BackwardWriter& out, const json& value) { // NOLINT(misc-no-recursion): depth of our own files
    if (value.is_number()) { return out.put_uint(value.get<std::uint64_t>()); }
    if (value.is_string()) { return out.put_string(as_bytes(value.get_ref<const std::string&>())); }
    const std::size_t mark = out.mark();
    for (auto it = value.rbegin(); it != value.rend(); ++it) {
        put_value(out, *it);
    }
    out.close_list(mark);
}

/// Big-endian bytes of a decimal number of any size.
Bytes from_decimal(std::string_view digits) {
    Bytes out;
    for (const char c : digits) {
        unsigned carry = static_cast<unsigned>(c - '0');
        for (auto byte = out.rbegin(); byte != out.rend(); ++byte) {
            carry += *byte * 10U;
            *byte = static_cast<std::uint8_t>(carry);
            carry >>= 8;
        }
        if (carry != 0) { out.insert(out.begin(), static_cast<std::uint8_t>(carry)); }
    }
    return out;
}

Bytes encoded(const json& value) {
    if (value.is_string() && value.get<std::string>().starts_with('#')) {
        return rlp::encode_item(from_decimal(value.get<std::string>().substr(1)));
    }
    rlp::BackwardWriter out;
    put_value(out, value);
    return out.take();
}

void survives_damage(const Bytes& bytes) {
    std::string first_bad;
    test::with_damage(bytes, [&first_bad](const Bytes& damaged) {
        const std::string bad = test::all_agree(damaged);
        if (first_bad.empty() && !bad.empty()) { first_bad = bad + " in " + to_hex(damaged); }
    });
    CHECK(first_bad == "");
}

struct Vector {
    json value;
    std::string hex;
};

std::vector<Vector> vectors_of_2014() {
    return {
        {"", "80"},
        {"dog", "83646f67"},
        {lorem, "b838" + to_hex(as_bytes(lorem))},
        {0, "80"},
        {1, "01"},
        {120, "78"},
        {127, "7f"},
        {1000, "8203e8"},
        {1024, "820400"},
        {20202, "824eea"},
        {30303, "82765f"},
        {json::array(), "c0"},
        {{"dog", "god", "cat"}, "cc83646f6783676f6483636174"},
        {{"dog", "god", "cat", 1}, "cd83646f6783676f648363617401"},
        {{"zw", json::array({4}), 1}, "c6827a77c10401"},
        {json::parse("[[[],[]],[]]"), "c4c2c0c0c0"},
        {"#115792089237316195423570985008687907853269984665640564039457584007913129639936",
         "a101" + std::string(64, '0')},
    };
}

} // namespace

TEST_CASE("vectors: modern rlp of february 2014") {
    for (const Vector& vector : vectors_of_2014()) {
        CAPTURE(vector.hex);
        CHECK(to_hex(encoded(vector.value)) == vector.hex);
        const Bytes bytes = hex(vector.hex);
        CHECK_FALSE(rlp::validate(bytes));
        CHECK(test::all_agree(bytes) == "");
        survives_damage(bytes);
    }
    // ethereumj wrapped 7f; a peer of it must read that.
    CHECK(rlp::validate(hex("817f"))->code == &rlp::errors::non_canonical_byte);
    CHECK_FALSE(rlp::validate(hex("817f"), rlp::Mode::lenient));
}

TEST_CASE("vectors: item-counted rlp of january 2014") {
    struct Row {
        const char* counted;
        std::string modern;
    };
    const Row rows[] = {
        {"43636174", "83636174"},
        {"43646f67", "83646f67"},
        {"824363617443646f67", "c88363617483646f67"},
        {"8343646f6743676f6443636174", "cc83646f6783676f6483636174"},
        {"01", "01"},
        {"0a", "0a"},
        {"1864", "64"},
        {"1903e8", "8203e8"},
        {"83010280", "c30102c0"},
        {"8282808080", "c4c2c0c0c0"},
        {"83427a77810442777a", "c8827a77c10482777a"},
        {"8400000043414243", "c780808083414243"}, // the Hello of the 2014 wiki
        {"8102", "c102"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.counted);
        const Bytes bytes = hex(row.counted);
        CHECK_FALSE(rlp::legacy::validate(bytes));
        CHECK(to_hex(rlp::legacy::to_modern(bytes).value()) == row.modern);
        survives_damage(bytes);
    }
    const std::string ones(64, 'f');
    CHECK(to_hex(rlp::legacy::to_modern(hex("37" + ones)).value()) == "a0" + ones);
    CHECK(to_hex(rlp::legacy::to_modern(hex("382101" + std::string(64, '0'))).value()) ==
          "a101" + std::string(64, '0'));
}

TEST_CASE("vectors: rlptest.json") {
    const auto file = test::shared_file("spec/vectors/ethereum-tests/rlptest.json");
    if (!file) {
        MESSAGE("skipped: spec/vectors/ethereum-tests/rlptest.json not found");
        return;
    }
    const json all = json::parse(std::ifstream(*file));
    CHECK(all.size() >= 25);
    for (const auto& [name, vector] : all.items()) {
        CAPTURE(name);
        const auto bytes = from_hex(vector.at("out").get<std::string>());
        REQUIRE(bytes);
        CHECK(encoded(vector.at("in")) == *bytes);
        CHECK_FALSE(rlp::validate(*bytes));
        survives_damage(*bytes);
    }
}

TEST_CASE("vectors: invalidrlptest.json") {
    const auto file = test::shared_file("spec/vectors/ethereum-tests/invalidRLPTest.json");
    if (!file) {
        MESSAGE("skipped: spec/vectors/ethereum-tests/invalidRLPTest.json not found");
        return;
    }
    const json all = json::parse(std::ifstream(*file));
    CHECK(all.size() >= 20);
    for (const auto& [name, vector] : all.items()) {
        CAPTURE(name);
        const auto bytes = from_hex(vector.at("out").get<std::string>());
        REQUIRE(bytes);
        const auto error = rlp::validate(*bytes);
        REQUIRE(error);
        CHECK(error->offset <= bytes->size());
        CHECK(test::all_agree(*bytes) == "");
    }
}

TEST_CASE("vectors: random rlp tests") {
    const auto folder = test::shared_file("spec/vectors/ethereum-tests/RandomRLPTests");
    if (!folder) {
        MESSAGE("skipped: spec/vectors/ethereum-tests/RandomRLPTests not found");
        return;
    }
    for (const auto& file : test::files_below(*folder, ".json")) {
        const json all = json::parse(std::ifstream(file));
        for (const auto& [name, vector] : all.items()) {
            CAPTURE(name);
            const auto bytes = from_hex(vector.at("out").get<std::string>());
            REQUIRE(bytes);
            CHECK(rlp::validate(*bytes).has_value() == (vector.at("in") == "INVALID"));
        }
    }
}
