// Blocks that third parties captured in 2014 (spec VECTORS 4), under every rule that their neighbours allow.
#include <doctest/doctest.h>

#include "chain/blockchain.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

std::optional<Bytes> vector_bytes(std::string_view name) {
    const auto file = test::shared_file("spec/vectors/ethereumj_" + std::string(name) + ".hex");
    if (!file) {
        MESSAGE("skipped: " << name << " not found");
        return {};
    }
    return test::read_hex_file(*file);
}

/// The blocks of a Blocks payload, oldest first. They are views into it.
std::vector<BytesView> blocks_of(BytesView payload) {
    std::vector<BytesView> out;
    const auto items = rlp::list_items(payload);
    REQUIRE(items);
    for (const rlp::Item& item : *items) {
        if (item.is_list) { out.push_back(item.whole()); }
    }
    std::ranges::reverse(out);
    return out;
}

void import_all(std::uint32_t version, std::span<const BytesView> blocks) {
    const auto store = Store::open(":memory:");
    REQUIRE(store);
    const auto chain = Blockchain::open(**store, genesis_for(version), rules_for(version));
    REQUIRE(chain);
    const auto result = (*chain)->import(blocks, 0);
    for (const Import& block : result.blocks) {
        INFO((block.error ? block.error->message() : ""));
        CHECK(block.verdict == Verdict::imported);
    }
    CHECK((*chain)->head().number == blocks.size());
}

/// Consecutive blocks without their genesis.
void check_links(std::uint32_t version, std::span<const BytesView> blocks) {
    const Rules& rules = rules_for(version);
    std::optional<BlockRecord> parent;
    for (const BytesView bytes : blocks) {
        const auto block = decode_block(rules, bytes);
        REQUIRE(block);
        const Candidate candidate{rules, bytes, *block};
        const Fault alone = check_standalone(candidate);
        INFO((alone ? alone->message() : ""));
        CHECK_FALSE(alone);
        CHECK_FALSE(check_transactions(candidate));
        if (parent) {
            CHECK(block->header.parent_hash == parent->hash);
            CHECK_FALSE(check_header_child(candidate, *parent));
        }
        parent = make_genesis_record(*block);
    }
}

} // namespace

TEST_CASE("vectors: poc-4 blocks 1 to 32 upon their genesis") {
    const auto bytes = vector_bytes("406b7c1fb_test_10_blocksRaw");
    if (!bytes) { return; }
    const auto blocks = blocks_of(*bytes);
    REQUIRE(blocks.size() == 32);
    CHECK(to_hex(*block_hash(rules_for(11), blocks.front())) ==
          "518916dfb79c390bd7bff75712174512c2f96bec42a3f573355507ad1588ce0c");
    import_all(11, blocks);
    import_all(7, blocks); // the same genesis; its transactions are those of the other protocol
}

TEST_CASE("vectors: protocol 14 blocks 1 to 32 upon their genesis") {
    const auto bytes = vector_bytes("c6557ebfe_MessagesTest_test13_blocksRaw");
    if (!bytes) { return; }
    const auto blocks = blocks_of(*bytes);
    REQUIRE(blocks.size() == 32);
    import_all(14, blocks);
}

TEST_CASE("vectors: protocol 20 blocks from the middle") {
    const auto bytes = vector_bytes("c6557ebfe_MessagesTest_test11_blocksRaw");
    if (!bytes) { return; }
    const auto blocks = blocks_of(*bytes);
    REQUIRE(blocks.size() == 32);
    check_links(20, blocks);
}

TEST_CASE("vectors: single blocks") {
    struct Row {
        std::string name;
        std::uint32_t version;
        bool in_packet;
    };
    for (const Row& row :
         {Row{"406b7c1fb_MessagesTest_test_10_blocksRaw", 11, true},
          Row{"406b7c1fb_BlockTest_test3_blocksMsg", 11, false},
          Row{"c6557ebfe_MessagesTest_test12_blocksRaw", 15, true}, Row{"c6557ebfe_BlockTest_None_block_2", 19, false},
          Row{"c6557ebfe_BlockTest_None_block_17", 19, false}, Row{"c6557ebfe_BlockTest_None_block_32", 19, false}}) {
        CAPTURE(row.name);
        const auto bytes = vector_bytes(row.name);
        if (!bytes) { return; }
        const auto blocks = row.in_packet ? blocks_of(*bytes) : std::vector<BytesView>{*bytes};
        CHECK(blocks.size() == 1);
        check_links(row.version, blocks);
    }
}

TEST_CASE("vectors: a new block of protocol 35 by the hash of its header") {
    const auto bytes = vector_bytes("f8021513f_NewBlockMessageTest_test_1_newBlockRaw");
    if (!bytes) { return; }
    const auto items = rlp::list_items(*bytes);
    REQUIRE(items);
    const BytesView block = (*items)[1].whole();
    check_links(35, std::span(&block, 1));
}
