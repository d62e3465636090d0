#include "rlp/decode.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "rlp/encode.hpp"
#include "tests/rlp/agreement.hpp"
#include "tests/rlp/generators.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace std::literals;
using rlp::Mode;
using test::hex;

namespace {

struct Pair {
    std::uint16_t number = 0;
    Address address{};

    static constexpr auto rlp_fields =
        rlp::fields(rlp::field("number", &Pair::number), rlp::field("address", &Pair::address));
};

Result<void> decode_pair(const Bytes& bytes, Mode mode, Pair& out) {
    return rlp::decode(bytes, out, Pair::rlp_fields, mode);
}

const std::string twenty = "94000102030405060708090a0b0c0d0e0f10111213";

/// The scalar of an item; nothing when it is refused.
template <class U>
std::optional<U> scalar(std::string_view digits, Mode mode) {
    const Bytes bytes = hex(digits);
    const auto item = rlp::first_item(bytes, mode);
    if (!item) { return std::nullopt; }
    const auto value = rlp::value<U>(*item, mode);
    return value ? std::optional(*value) : std::nullopt;
}

} // namespace

TEST_CASE("decode: first item sees one header and leaves the rest alone") {
    const Bytes bytes = hex("83646f67ffff");
    const auto item = rlp::first_item(bytes);
    REQUIRE(item);
    CHECK(as_text(item->payload()) == "dog");
    CHECK(item->whole().size() == 4);
    CHECK_FALSE(item->is_list);
}

TEST_CASE("decode: items of a list in place") {
    const Bytes bytes = hex("cd83646f6783676f648363617401");
    const auto items = rlp::list_items(bytes);
    REQUIRE(items);
    CHECK(items->size() == 4);
    std::string joined;
    for (const rlp::Item& item : *items) {
        joined += std::string(as_text(item.payload())) + ' ';
    }
    CHECK(joined == "dog god cat \x01 ");
    CHECK(as_text((*items)[2].payload()) == "cat");
    CHECK(rlp::list_items(hex("c0"))->empty());
}

TEST_CASE("decode: a list may have something after it in lenient mode only") {
    const Bytes bytes = hex("c10205");
    const auto strict = rlp::list_items(bytes);
    REQUIRE_FALSE(strict);
    CHECK(strict.error().code == &rlp::errors::trailing_bytes);
    CHECK(strict.error().offset == 2);
    const auto lenient = rlp::list_items(bytes, Mode::lenient);
    REQUIRE(lenient);
    CHECK(lenient->size() == 1);
}

TEST_CASE("decode: limits of a list") {
    const auto many = rlp::list_items(hex("c3010203"), Mode::strict, {.max_items = 3});
    REQUIRE_FALSE(many);
    CHECK(many.error().code == &rlp::errors::item_limit);
    CHECK(many.error().offset == 3);
    CHECK(rlp::list_items(hex("c3010203"), Mode::strict, {.max_items = 4}));
    const auto large = rlp::list_items(hex("c3010203"), Mode::strict, {.max_bytes = 3});
    REQUIRE_FALSE(large);
    CHECK(large.error().code == &rlp::errors::size_limit);
}

TEST_CASE("decode: scalars of every width") {
    struct Row {
        const char* bytes;
        std::optional<std::uint16_t> strict;
        std::optional<std::uint16_t> lenient;
    };
    const Row rows[] = {
        {"80", 0, 0},
        {"01", 1, 1},
        {"7f", 127, 127},
        {"8180", 128, 128},
        {"820400", 1024, 1024},
        {"82ffff", 65535, 65535},
        {"00", {}, 0},
        {"8105", {}, 5},
        {"8100", {}, 0},
        {"820005", {}, 5},
        {"83000400", {}, 1024},
        {"83010000", {}, {}},
        {"b8020400", {}, 1024},
        {"c0", {}, {}},
        {"c105", {}, {}},
        {"8900ffffffffffffffff", {}, {}},
        {"a0"
         "000000000000000000000000000000000000000000000000000000000000ffff",
         {},
         65535},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes);
        CHECK(scalar<std::uint16_t>(row.bytes, Mode::strict) == row.strict);
        CHECK(scalar<std::uint16_t>(row.bytes, Mode::lenient) == row.lenient);
    }
}

TEST_CASE("decode: integers of 256 bits") {
    CHECK(scalar<U256>("a0"
                       "8000000000000000000000000000000000000000000000000000000000000001",
                       Mode::strict)
              ->limbs == std::array<std::uint64_t, 4>{1, 0, 0, 1ULL << 63});
    CHECK(scalar<U256>("89010000000000000002", Mode::strict)->limbs == std::array<std::uint64_t, 4>{2, 1, 0, 0});
    CHECK(scalar<U256>("05", Mode::strict) == U256{5});
    CHECK(scalar<U256>("80", Mode::strict) == U256{0});
    CHECK_FALSE(scalar<U256>("a1"
                             "010000000000000000000000000000000000000000000000000000000000000000",
                             Mode::lenient));
}

TEST_CASE("decode: the same scalar with and without room after it") {
    // The fast way reads past the number; at the end of the memory another one takes over.
    for (const std::string digits :
         {"80", "01", "7f", "8180", "820400", "88ffffffffffffffff", "00", "8105", "820001", "c0"}) {
        CAPTURE(digits);
        const Bytes alone = hex(digits);
        const Bytes followed = hex(digits + std::string(160, '1'));
        rlp::detail::Cursor a{alone.data(), alone.data(), alone.data() + alone.size()};
        rlp::detail::Cursor b{followed.data(), followed.data(), followed.data() + followed.size()};
        U256 x;
        U256 y;
        const bool good = rlp::detail::read<true>(a, x);
        CHECK(good == rlp::detail::read<true>(b, y));
        if (!good) { continue; }
        CHECK(x == y);
        CHECK(a.p - alone.data() == b.p - followed.data());
    }
}

TEST_CASE("decode: a struct by its field list") {
    Pair pair;
    const Bytes bytes = hex("d8"
                            "820400" +
                            twenty);
    CHECK(decode_pair(bytes, Mode::strict, pair));
    CHECK(pair.number == 1024);
    CHECK(pair.address.bytes[19] == 0x13);
}

TEST_CASE("decode: errors of a struct name place, path and field") {
    struct Row {
        const char* what;
        std::string bytes;
        const ErrorCode* code;
        std::size_t offset;
        std::size_t length;
        const char* path;
    };
    const Row rows[] = {
        {"nothing", "", &rlp::errors::empty_input, 0, 0, ""},
        {"a string", "83646f67", &rlp::errors::expected_list, 0, 4, ""},
        {"too short", "d805", &rlp::errors::truncated, 0, 1, ""},
        {"no address", "c105", &rlp::errors::too_few_items, 2, 0, ""},
        {"empty", "c0", &rlp::errors::too_few_items, 1, 0, ""},
        {"surplus", "d705" + twenty + "07", &rlp::errors::too_many_items, 23, 1, "[2]"},
        {"trailing", "d605" + twenty + "07", &rlp::errors::trailing_bytes, 23, 1, ""},
        {"zero", "d600" + twenty, &rlp::errors::integer_leading_zero, 1, 1, "[0]"},
        {"wide", "d983010000" + twenty, &rlp::errors::integer_too_large, 2, 3, "[0]"},
        {"list", "d6c0" + twenty, &rlp::errors::expected_string, 1, 1, "[0]"},
        {"small byte", "d78105" + twenty, &rlp::errors::non_canonical_byte, 1, 2, "[0]"},
        {"narrow", "c405820102", &rlp::errors::wrong_size, 2, 3, "[1]"},
        {"overrun", "c20594", &rlp::errors::item_overruns_parent, 2, 1, "[1]"},
        {"long form", "f81605" + twenty, &rlp::errors::non_canonical_length, 0, 2, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Pair pair;
        const auto result = decode_pair(hex(row.bytes), Mode::strict, pair);
        REQUIRE_FALSE(result);
        CHECK(result.error().code->word == row.code->word);
        CHECK(result.error().offset == row.offset);
        CHECK(result.error().length == row.length);
        CHECK(result.error().path == row.path);
    }
    Pair pair;
    CHECK(decode_pair(hex("d600" + twenty), Mode::strict, pair).error().detail.starts_with("number: "));
}

TEST_CASE("decode: what the clients of 2014 accept") {
    Pair pair;
    CHECK(decode_pair(hex("d600" + twenty), Mode::lenient, pair)); // 00 for zero
    CHECK(pair.number == 0);
    CHECK(decode_pair(hex("f817"
                          "8105" +
                          twenty),
                      Mode::lenient, pair)); // long form, small byte in string form
    CHECK(pair.number == 5);
    CHECK(decode_pair(hex("c405820102"), Mode::lenient, pair)); // short address, right-aligned
    CHECK(pair.address.bytes[17] == 0);
    CHECK(pair.address.bytes[18] == 1);
    CHECK(decode_pair(hex("d705" + twenty + "07"), Mode::lenient, pair)); // surplus item
    CHECK(decode_pair(hex("d605" + twenty + "07"), Mode::lenient, pair)); // trailing byte
    CHECK_FALSE(decode_pair(hex("c105"), Mode::lenient, pair));           // but nothing may be missing
    CHECK_FALSE(decode_pair(hex("d705"
                                "95"
                                "00" +
                                twenty.substr(2)),
                            Mode::lenient, pair)); // nor too long
}

TEST_CASE("decode: vectors of structs keep their memory") {
    struct Pairs {
        std::vector<Pair> pairs{};
    };
    const auto list = rlp::fields(rlp::field("pairs", &Pairs::pairs));
    const Bytes two = rlp::encode(Pairs{{{1, {}}, {2, {}}}}, list);
    Pairs out;
    REQUIRE(rlp::decode(two, out, list));
    const Pair* const memory = out.pairs.data();
    CHECK(rlp::decode(rlp::encode(Pairs{{{7, {}}}}, list), out, list));
    CHECK(out.pairs.size() == 1);
    CHECK(rlp::decode(two, out, list));
    CHECK(out.pairs.size() == 2);
    CHECK(out.pairs[1].number == 2);
    CHECK(out.pairs.data() == memory);
}

TEST_CASE("decode: message arguments from an item on") {
    const Bytes bytes = hex("d910820400" + twenty); // id 10, then the pair
    const auto items = rlp::list_items(bytes);
    REQUIRE(items);
    Pair pair;
    CHECK(rlp::decode_items(*items, 1, pair, Pair::rlp_fields));
    CHECK(pair.number == 1024);
    const auto shifted = rlp::decode_items(*items, 0, pair, Pair::rlp_fields);
    REQUIRE_FALSE(shifted);
    CHECK(shifted.error().path == "[1]");
    CHECK(shifted.error().offset == 1); // in the payload of the list
    const auto beyond = rlp::decode_items(*items, 3, pair, Pair::rlp_fields);
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().code == &rlp::errors::too_few_items);
}

TEST_CASE("decode: every kind of member comes back as it was") {
    test::property("decode inverts encode", [] {
        const test::OwnedEverything in;
        const Bytes bytes = rlp::encode(in.value, test::everything);
        test::Everything out;
        const auto result = rlp::decode(bytes, out, test::everything);
        RC_ASSERT(result.has_value());
        RC_ASSERT(rlp::encode(out, test::everything) == bytes);
        RC_ASSERT(out.huge == in.value.huge);
        RC_ASSERT(out.big == in.value.big);
        RC_ASSERT(out.owned == in.value.owned);
        RC_ASSERT(out.hashes == in.value.hashes);
        RC_ASSERT(rlp::decode(bytes, out, test::everything, Mode::lenient).has_value());
        RC_ASSERT(rlp::encode(out, test::everything) == bytes);
    });
}

TEST_CASE("decode: fast reader and diagnosis agree about damaged structs") {
    test::property("agreement", [] {
        const test::OwnedEverything in;
        const Bytes bytes = rlp::encode(in.value, test::everything);
        Bytes damaged = bytes;
        for (int n = *rc::gen::inRange(1, 3); n > 0; --n) {
            damaged[*rc::gen::inRange<std::size_t>(0, damaged.size())] = *rc::gen::arbitrary<std::uint8_t>();
        }
        damaged.resize(damaged.size() - *rc::gen::element<std::size_t>(0, 0, 0, 1, 40));
        RC_ASSERT(test::all_agree(damaged) == "");
    });
}
