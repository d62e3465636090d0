// What peers get when they ask for our chain (spec WIRE 5.6, 6, 8).
#include "sync/answers.hpp"

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using wire::MessageType;

namespace {

PeerTraits speaking(std::string_view protocol) {
    PeerTraits traits;
    traits.profile = wire::find_profile(protocol);
    return traits;
}

/// The items of an answer, without its id.
std::vector<Bytes> items_of(const Answer& answer) {
    const auto items = rlp::list_items(BytesView(answer.frame).subspan(wire::frame_header_size), rlp::Mode::lenient);
    std::vector<Bytes> out;
    for (const rlp::Item& item : *items) {
        const BytesView whole = item.whole();
        out.emplace_back(whole.begin(), whole.end());
    }
    out.erase(out.begin());
    return out;
}

struct Served {
    HubBench bench{};
    std::vector<test::MinedBlock> blocks = bench.mini.mine_many(bench.mini.genesis_block(), 50);
    std::vector<test::MinedBlock> side = bench.mini.mine_many(blocks[9], 3, {.miner = 2});
    PeerTraits peer = speaking("11");

    Served() {
        bench.own(blocks);
        bench.own(side);
    }
    Hash256 hash(std::size_t number) const {
        return number == 0 ? bench.mini.genesis().hash : blocks[number - 1].record.hash;
    }
    std::optional<Answer> get_chain(std::vector<Hash256> hashes, std::uint64_t count = 256) {
        return answer_get_chain(bench.hub->chain(), peer, hashes, count);
    }
    /// Numbers of the blocks in an answer.
    std::vector<std::size_t> numbers(const Answer& answer) const {
        std::vector<std::size_t> out;
        for (const Bytes& item : items_of(answer)) {
            const auto at = std::ranges::find(blocks, item, &test::MinedBlock::rlp);
            out.push_back(static_cast<std::size_t>(at - blocks.begin()) + 1);
        }
        return out;
    }
};

constexpr std::uint64_t huge = ~std::uint64_t{0}; // 2^300 reads as that

} // namespace

TEST_CASE("server: the blocks right above a known hash, newest first") {
    Served served;
    const auto answer = served.get_chain({served.hash(10)}, 3);
    REQUIRE(answer);
    CHECK(answer->type == MessageType::Blocks);
    CHECK(served.numbers(*answer) == std::vector<std::size_t>{13, 12, 11});
}

TEST_CASE("server: the count is honoured up to what the client takes") {
    Served served;
    CHECK(items_of(*served.get_chain({served.hash(0)}, 0)).empty());
    CHECK(served.get_chain({served.hash(0)}, 0)->type == MessageType::Blocks);
    CHECK(items_of(*served.get_chain({served.hash(0)}, 1)).size() == 1);
    CHECK(items_of(*served.get_chain({served.hash(0)}, huge)).size() == 32);
    CHECK(served.numbers(*served.get_chain({served.hash(0)}, huge)).front() == 32);
    CHECK(items_of(*served.get_chain({served.hash(30)}, huge)).size() == 20);
    served.peer.quirks.max_blocks = 100;
    CHECK(items_of(*served.get_chain({served.hash(0)}, huge)).size() == 50);
}

TEST_CASE("server: our head brings an empty answer") {
    Served served;
    const auto answer = served.get_chain({served.hash(50)});
    REQUIRE(answer);
    CHECK(to_hex(BytesView(answer->frame).subspan(8)) == "c113");
}

TEST_CASE("server: unknown hashes before a known one are skipped, in both orders") {
    Served served;
    Hash256 unknown;
    unknown.bytes.fill(9);
    CHECK(served.numbers(*served.get_chain({unknown, unknown, served.hash(49)})) == std::vector<std::size_t>{50});
    // Go from protocol 8 on lists its own oldest first: the first known one counts.
    CHECK(served.numbers(*served.get_chain({served.hash(47), served.hash(49)})).size() == 3);
}

TEST_CASE("server: a hash on a side chain counts as unknown") {
    Served served;
    const auto answer = served.get_chain({served.side[2].record.hash, served.hash(48)});
    CHECK(served.numbers(*answer) == std::vector<std::size_t>{50, 49});
    const auto alone = served.get_chain({served.side[1].record.hash, served.side[0].record.hash});
    REQUIRE(alone);
    CHECK(alone->type == MessageType::NotInChain);
    CHECK(items_of(*alone).front() == Bytes{[&] {
              Bytes item{0xa0};
              item.insert(item.end(), served.side[0].record.hash.bytes.begin(), served.side[0].record.hash.bytes.end());
              return item;
          }()});
}

TEST_CASE("server: nothing known brings not in chain of the last, no hash brings nothing") {
    Served served;
    CHECK_FALSE(served.get_chain({}));
    std::vector<Hash256> many(4096);
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i].bytes[0] = static_cast<std::uint8_t>(i);
        many[i].bytes[1] = static_cast<std::uint8_t>(i >> 8);
        many[i].bytes[2] = 1;
    }
    const auto answer = served.get_chain(many);
    REQUIRE(answer);
    CHECK(answer->type == MessageType::NotInChain);
    CHECK(test::hashes_in(BytesView(answer->frame).subspan(8)) == std::vector<Hash256>{many.back()});
    many.back() = served.hash(49);
    CHECK(served.get_chain(many)->type == MessageType::Blocks);
}

TEST_CASE("server: an answer is cut at its size, but one block always goes") {
    Served served;
    const auto grow = [&](std::size_t bytes) {
        const test::TransactionDraft large{.gas = U256{10'000'000}, .data = Bytes(bytes, 0x11)};
        const Bytes transaction = test::sign_transaction(served.bench.mini.rules().transaction, large);
        served.blocks.push_back(served.bench.mini.mine(served.blocks.back(), {.transactions = {transaction}}));
        served.bench.own({served.blocks.back()});
    };
    for (int i = 0; i < 4; ++i) {
        grow(most_answer_bytes / 3 - 500);
    }
    grow(most_answer_bytes + 1);
    grow(10);
    CHECK(served.bench.hub->chain().head().number == 56);
    CHECK(served.numbers(*served.get_chain({served.hash(50)})) == std::vector<std::size_t>{53, 52, 51});
    CHECK(served.numbers(*served.get_chain({served.hash(53)})) == std::vector<std::size_t>{54});
    CHECK(served.numbers(*served.get_chain({served.hash(54)})) == std::vector<std::size_t>{55});
}

TEST_CASE("server: block hashes from the parent down, or from the hash itself for go") {
    Served served;
    served.peer = speaking("28");
    auto& chain = served.bench.hub->chain();
    const auto ask = [&](std::size_t number, std::uint64_t limit) {
        const auto answer = answer_get_block_hashes(chain, served.peer, served.hash(number), limit);
        REQUIRE(answer);
        CHECK(answer->type == MessageType::BlockHashes);
        return test::hashes_in(BytesView(answer->frame).subspan(8));
    };
    CHECK(ask(5, 2) == std::vector<Hash256>{served.hash(4), served.hash(3)});
    CHECK(ask(5, 0).empty());
    CHECK(ask(3, huge) == std::vector<Hash256>{served.hash(2), served.hash(1), served.hash(0)});
    CHECK(ask(0, huge).empty());
    served.peer.quirks.hashes_include_start = true;
    CHECK(ask(5, 2) == std::vector<Hash256>{served.hash(5), served.hash(4)});
    CHECK(ask(2, huge) == std::vector<Hash256>{served.hash(2), served.hash(1), served.hash(0)});
}

TEST_CASE("server: block hashes of an unknown block are empty, or the genesis for a client that cannot bear that") {
    Served served;
    served.peer = speaking("28");
    auto& chain = served.bench.hub->chain();
    CHECK(items_of(*answer_get_block_hashes(chain, served.peer, Hash256{}, 5)).empty());
    served.peer.quirks.never_empty_hashes = true;
    const auto answer = answer_get_block_hashes(chain, served.peer, Hash256{}, 5);
    CHECK(test::hashes_in(BytesView(answer->frame).subspan(8)) == std::vector<Hash256>{served.hash(0)});
}

TEST_CASE("server: blocks come in the order asked, unknown ones are skipped, at most so many") {
    Served served;
    served.peer = speaking("28");
    served.peer.quirks.max_blocks = 4;
    std::vector<Hash256> hashes{served.hash(7), Hash256{}, served.hash(3), served.side[0].record.hash};
    auto answer = answer_get_blocks(served.bench.hub->chain(), served.peer, hashes);
    REQUIRE(answer);
    CHECK(answer->type == MessageType::Blocks);
    CHECK(items_of(*answer) == std::vector<Bytes>{served.blocks[6].rlp, served.blocks[2].rlp, served.side[0].rlp});
    hashes.assign(10, served.hash(1));
    CHECK(items_of(*answer_get_blocks(served.bench.hub->chain(), served.peer, hashes)).size() == 4);
    hashes.assign(100'000, Hash256{});
    hashes.push_back(served.hash(1)); // nobody looks so far
    CHECK(items_of(*answer_get_blocks(served.bench.hub->chain(), served.peer, hashes)).empty());
    hashes.clear();
    CHECK(items_of(*answer_get_blocks(served.bench.hub->chain(), served.peer, hashes)).empty());
}

TEST_CASE("server: a peer that takes no NotInChain gets an empty Blocks") {
    Served served;
    served.peer.quirks.no_not_in_chain = true;
    const auto answer = served.get_chain({Hash256{}});
    REQUIRE(answer);
    CHECK(answer->type == MessageType::Blocks);
    CHECK(items_of(*answer).empty());
}
