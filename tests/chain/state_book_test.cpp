#include "chain/state_book.hpp"

#include <doctest/doctest.h>

#include "chain/genesis.hpp"
#include "chain/keccak.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

Hash256 name_of(std::uint64_t n) {
    return keccak256(BytesView{reinterpret_cast<const std::uint8_t*>(&n), sizeof n});
}

StateAfter gap(std::uint64_t from) {
    return StateGap{from, "test"};
}

} // namespace

TEST_CASE("state book: it remembers the last blocks and no more") {
    StateBook book;
    for (std::uint64_t n = 0; n < 3 * StateBook::most_blocks; ++n) {
        book.put(name_of(n), gap(n), 1);
        CHECK(book.size() <= StateBook::most_blocks);
        REQUIRE(book.find(name_of(n)) != nullptr);
        CHECK(std::get<StateGap>(*book.find(name_of(n))).from == n);
    }
    CHECK(book.find(name_of(2 * StateBook::most_blocks - 1)) == nullptr);
    CHECK(book.find(name_of(2 * StateBook::most_blocks)) != nullptr);
}

TEST_CASE("state book: heavy blocks leave room for fewer") {
    StateBook book;
    for (std::uint64_t n = 0; n < 40; ++n) {
        book.put(name_of(n), gap(n), StateBook::most_weight / 8);
    }
    CHECK(book.size() == 8);
    book.put(name_of(40), gap(40), 10 * StateBook::most_weight);
    CHECK(book.size() == 1); // the last one stays
    CHECK(book.find(name_of(40)) != nullptr);
    book.put(name_of(40), gap(41), 1);
    CHECK(std::get<StateGap>(*book.find(name_of(40))).from == 40);
    book.put(name_of(41), gap(41), 1);
    CHECK(book.size() == 1);
    CHECK(book.find(name_of(41)) != nullptr);
}

TEST_CASE("state book: refusals are kept within a bound and tell of the first one") {
    StateBook book;
    const Refusal first{7, Error{&errors::bad_state_root, 12, 33, "header.state_root", "aa, expected bb"}};
    book.refuse(name_of(0), first);
    const Refusal second = first.of_child(name_of(0));
    CHECK(second.number == 8);
    CHECK(*second.why.code == errors::refused_ancestor);
    CHECK(second.why.detail == "block 7 " + to_hex(name_of(0)) + " was refused: " + first.why.message());
    const Refusal third = second.of_child(name_of(1));
    CHECK(third.number == 9);
    CHECK(third.why.detail == second.why.detail);
    for (std::uint64_t n = 1; n < StateBook::most_refused; ++n) {
        book.refuse(name_of(n), second);
    }
    CHECK(book.refusal(name_of(0)) != nullptr);
    book.refuse(name_of(StateBook::most_refused), second);
    CHECK(book.refusal(name_of(0)) == nullptr);
    CHECK(book.refusal(name_of(1)) != nullptr);
}

TEST_CASE("state book: a kept state is read as it was written") {
    for (const std::uint32_t version : {8U, 17U, 23U, 49U, 56U}) { // forms, and hashed keys
        CAPTURE(version);
        State state(rules_for(version), rules_for(version).accounts);
        for (std::uint8_t n = 1; n < 200; ++n) {
            state.set(Bytes(n % 2 == 0 ? 20 : 65, n), {n, std::uint64_t{1000} * n});
        }
        const Bytes bytes = encode_kept({name_of(1), 77, state});
        const auto kept = decode_kept(rules_for(version), bytes);
        REQUIRE(kept);
        CHECK(kept->block == name_of(1));
        CHECK(kept->number == 77);
        CHECK(kept->state.root() == state.root());
        CHECK(kept->state.account(Bytes(20, 8)) == Account{8, 8000});
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            CHECK_FALSE(decode_kept(rules_for(version), BytesView(bytes).first(cut)));
        }
    }
}
