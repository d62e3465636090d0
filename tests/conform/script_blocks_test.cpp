#include <doctest/doctest.h>

#include <string>

#include "rlp/decode.hpp"
#include "tests/conform/known_target.hpp"
#include "tests/conform/script_support.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

TEST_CASE("script: a child of head without proof of work is else a child of head") {
    for (const wire::Profile& version : wire::profiles()) {
        CAPTURE(version.name);
        const Facts facts = test::known_target(version);
        const chain::Rules& rules = chain::rules_for(version.chain_version());
        const Script read = script("[\"\" block(bad-pow)]", facts);
        if (version.dialect != rlp::Dialect::modern) { continue; }
        const auto items = rlp::list_items(BytesView{read.steps.at(0).bytes}.subspan(8));
        REQUIRE(items.has_value());
        const auto child = chain::decode_block(rules, (*items)[1].whole());
        const auto head = chain::decode_block(rules, facts.head_block);
        REQUIRE(child.has_value());
        REQUIRE(head.has_value());
        CHECK(child->header.parent_hash == *facts.head);
        CHECK(child->header.timestamp == head->header.timestamp + 60);
        CHECK(child->header.number == (rules.header == chain::HeaderLayout::h9 ? 0 : head->header.number + 1));
        CHECK(child->header.nonce.size() == head->header.nonce.size());
        CHECK_FALSE(chain::proof_of_work_holds(rules, child->header));
    }
}

TEST_CASE("script: a transaction gets data of any size") {
    for (const std::string_view name : {"10", "13", "23", "30", "p2p2/eth49", "p2p3/eth54"}) {
        CAPTURE(name);
        const Facts facts = test::known_target(profile(name));
        const chain::Rules& rules = chain::rules_for(facts.profile->chain_version());
        const Script read = script("[\"\" tx(data 1000)]", facts);
        const auto items = rlp::list_items(BytesView{read.steps.at(0).bytes}.subspan(8));
        REQUIRE(items.has_value());
        const auto made = chain::decode_transaction(rules.transaction, (*items)[1].whole());
        const auto before = chain::decode_transaction(rules.transaction, facts.transaction);
        if (!made) { FAIL(made.error().message()); }
        REQUIRE(before.has_value());
        CHECK(made->data.size() == 1000);
        CHECK(made->value == before->value);
        CHECK(to_hex(made->to) == to_hex(before->to));
        CHECK(to_hex(made->s) == to_hex(before->s));
    }
}
