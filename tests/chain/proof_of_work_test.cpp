#include <doctest/doctest.h>

#include "chain/block.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

TEST_CASE("proof of work: holds for recorded blocks and for no neighbour of their nonce") {
    for (const char* const name : {"chains/cpp-0.3.10.jsonl", "chains/go-p08.jsonl", "chains/cpp-poc7.jsonl"}) {
        CAPTURE(name);
        const auto chain = test::read_chain(test::test_file(name));
        REQUIRE_FALSE(chain.blocks.empty());
        for (const Bytes& bytes : chain.blocks) {
            auto block = decode_block(chain.rules(), bytes);
            REQUIRE(block);
            CHECK(proof_of_work_holds(block->header));
            Bytes nonce(block->header.nonce.begin(), block->header.nonce.end());
            nonce.back() ^= 1;
            block->header.nonce = nonce;
            CHECK_FALSE(proof_of_work_holds(block->header)); // one in 100,000 could hold, none of these does
        }
    }
}

TEST_CASE("proof of work: blocks that are decoded together have the hashes and the work that each has alone") {
    for (const char* const name : {"chains/cpp-0.3.10.jsonl", "chains/go-p08.jsonl", "chains/cpp-poc7.jsonl"}) {
        CAPTURE(name);
        const auto chain = test::read_chain(test::test_file(name));
        std::vector<Bytes> owned(chain.blocks.begin(), chain.blocks.end());
        const std::size_t whole = owned.size();
        owned.emplace_back();                                               // nothing
        owned.emplace_back(owned.front().begin(), owned.front().end() - 1); // cut
        owned.push_back(test::hex("c0"));
        owned.push_back(owned.front());
        owned.back().at(owned.back().size() - 3) ^= 1; // the end of the nonce: structure is right, work is not
        const std::vector<BytesView> views(owned.begin(), owned.end());
        const auto together = decode_blocks(chain.rules(), views);
        REQUIRE(together.size() == views.size());
        for (std::size_t i = 0; i < views.size(); ++i) {
            CAPTURE(i);
            const auto alone = decode_block(chain.rules(), views[i]);
            REQUIRE(together[i].has_value() == alone.has_value());
            if (!alone) {
                CHECK(together[i].error().message() == alone.error().message());
                continue;
            }
            CHECK(together[i]->hash == alone->hash);
            REQUIRE(together[i]->header.work);
            CHECK_FALSE(alone->header.work);
            CHECK(proof_of_work_holds(chain.rules(), together[i]->header) == (i < whole));
            CHECK(proof_of_work_holds(chain.rules(), alone->header) == (i < whole));
        }
        REQUIRE(together.back());
    }
}

TEST_CASE("proof of work: the whole range of difficulties") {
    test::HeaderDraft draft;
    const auto holds = [&](const U256& difficulty) {
        draft.difficulty = difficulty;
        const Bytes bytes = test::encode_header(HeaderLayout::h9, draft);
        return proof_of_work_holds(*decode_header(rules_for(7), *rlp::first_item(bytes)));
    };
    U256 huge;
    huge.limbs = {0, 0, 0, ~std::uint64_t{0}};
    CHECK_FALSE(holds(U256{0}));
    CHECK(holds(U256{1}));
    CHECK_FALSE(holds(huge));
}

TEST_CASE("proof of work: a nonce of any length counts as 32 bytes with zeros in front") {
    // [.. nonce]: the pre-image ends where the nonce begins, with or without a header byte of its own
    test::HeaderDraft draft;
    draft.difficulty = U256{1};
    draft.uncles_hash.assign(32, 1);
    draft.state_root.assign(32, 2);
    const Bytes full = test::encode_header(HeaderLayout::h9, draft);
    const auto items = rlp::list_items(full);
    REQUIRE(items);
    const BytesView before = items->payload().first(items->payload().size() - 33);
    Hash256 first;
    for (const std::string_view nonce : {"80", "2a", "8180", "8401020304"}) {
        CAPTURE(nonce);
        Bytes list(before.begin(), before.end());
        const Bytes tail = test::hex(nonce);
        list.insert(list.end(), tail.begin(), tail.end());
        Bytes bytes{0xf8, static_cast<std::uint8_t>(list.size())};
        bytes.insert(bytes.end(), list.begin(), list.end());
        const auto header = decode_header(rules_for(7), *rlp::first_item(bytes));
        REQUIRE(header);
        CHECK(proof_of_work_holds(*header));
        const Hash256 preimage = proof_of_work_preimage(*header);
        if (first.is_zero()) { first = preimage; }
        CHECK(preimage == first);
    }
}
