// Blocks and transactions: good ones, bad ones, and more of them than anybody can want.
#include "chain/block.hpp"
#include "rlp/encode.hpp"
#include "tests/hostile/attack_rows.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "wire/codec.hpp"

namespace ethpoc::hostile {

namespace {

using wire::MessageType;

constexpr std::size_t nearly_a_frame = 15'800'000;

const chain::Rules& rules_of(const Scene& scene) {
    return chain::rules_for(scene.profile->chain_version());
}

Bytes blocks_message(const Scene& scene, const std::vector<Bytes>& newest_first) {
    std::vector<BytesView> items(newest_first.begin(), newest_first.end());
    return wire::compose_raw_items(*scene.profile, MessageType::Blocks, items);
}

/// Links and work are right, and nobody knows the first parent.
std::vector<Bytes> orphans(const Scene& scene, std::size_t count, std::uint8_t miner) {
    const test::MiniChain mini(rules_of(scene), 4 + miner);
    std::vector<Bytes> out;
    for (const test::MinedBlock& block : mini.mine_many(mini.genesis_block(), count + 1, {.miner = miner})) {
        out.push_back(block.rlp);
    }
    out.erase(out.begin()); // so that the genesis is not the parent of any
    std::ranges::reverse(out);
    return out;
}

/// The chain that the node has, with the last byte of each nonce changed.
std::vector<Bytes> without_work(const Scene& scene) {
    std::vector<Bytes> out(scene.blocks.rbegin(), scene.blocks.rend());
    for (Bytes& block : out) {
        block[block.size() - 3] ^= 0x55; // after it are two empty lists
    }
    return out;
}

/// Good signatures of ever new senders: s may be any number, somebody's key fits.
class TransactionMill {
  public:
    explicit TransactionMill(const Scene& scene, std::size_t data = 0) {
        test::TransactionDraft draft;
        draft.pad_signature = true;
        draft.data.assign(data, 0x5a);
        one_ = test::sign_transaction(rules_of(scene).transaction, draft);
    }
    Bytes next() {
        Bytes out = one_;
        ++count_;
        for (std::size_t i = 0; i < 8; ++i) {
            out[out.size() - 1 - i] = std::uint8_t(count_ >> (8 * i));
        }
        return out;
    }
    /// v is the byte before the two strings of 32.
    Bytes next_unsigned() {
        Bytes out = next();
        out[out.size() - 67] = 0x05;
        return out;
    }

  private:
    Bytes one_{};
    std::uint64_t count_ = 0;
};

Bytes transactions_message(const Scene& scene, const std::vector<Bytes>& made) {
    const std::vector<BytesView> items(made.begin(), made.end());
    return wire::compose_raw_items(*scene.profile, MessageType::Transactions, items);
}

Pattern transactions(const Scene& scene, std::size_t messages, std::size_t each, std::size_t data, bool good) {
    TransactionMill mill(scene, data);
    return many(messages, [&](std::size_t) {
        std::vector<Bytes> made;
        for (std::size_t i = 0; i < each; ++i) {
            made.push_back(good ? mill.next() : mill.next_unsigned());
        }
        return transactions_message(scene, made);
    });
}

Pattern transactions_of_a_frame(const Scene& scene, bool good) {
    TransactionMill mill(scene);
    std::vector<Bytes> made;
    for (std::size_t size = 0; size < nearly_a_frame; size += made.back().size()) {
        made.push_back(good ? mill.next() : mill.next_unsigned());
    }
    Pattern out;
    add(out, transactions_message(scene, made));
    return out;
}

/// A branch of good blocks above a genesis of our own (--write-chain), each with one transaction of nearly a frame.
Pattern fat_blocks(const Scene& scene) {
    const test::MiniChain mini(rules_of(scene));
    test::TransactionDraft draft;
    draft.data.assign(15'000'000, 0x5a);
    Pattern out;
    out.repeat = false;
    test::MinedBlock last = mini.genesis_block();
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
        draft.nonce = nonce;
        last = mini.mine(last, {.transactions = {test::sign_transaction(mini.rules().transaction, draft)}});
        add(out, blocks_message(scene, {last.rlp}));
    }
    return out;
}

Pattern announced(const Scene& scene, const std::vector<Bytes>& blocks) {
    return many(blocks.size(), [&](std::size_t i) { return wire::compose_new_block(*scene.profile, blocks[i], 1); });
}

std::vector<Bytes> empty_lists(std::size_t count) {
    return std::vector<Bytes>(count, Bytes{0xc0});
}

} // namespace

std::vector<Attack> chain_attacks() {
    using S = const Scene&;
    return {
        {"transactions", false, [](S s) { return transactions(s, 300, 10, 0, true); }, "Transactions, signed well"},
        {"transactions-invalid", false, [](S s) { return transactions(s, 300, 10, 0, false); },
         "Transactions without a sender"},
        {"transactions-60k", false, [](S s) { return transactions(s, 40, 1, 60'000, true); },
         "Transactions of 60 kB each"},
        {"transactions-16m", false, [](S s) { return transactions_of_a_frame(s, true); },
         "15.8 MB of Transactions in a frame"},
        {"transactions-16m-invalid", false, [](S s) { return transactions_of_a_frame(s, false); },
         "15.8 MB of unsigned Transactions"},
        {"transactions-empty-lists", false, [](S s) { return loop(transactions_message(s, empty_lists(1'000'000))); },
         "Transactions of a million empty lists"},
        {"blocks", false,
         [](S s) {
             return loop(blocks_message(s, {s.blocks.rbegin(), s.blocks.rend()}));
         },
         "Blocks that the node has"},
        {"blocks-none", false, [](S s) { return loop(blocks_message(s, {})); }, "Blocks of nothing"},
        {"blocks-invalid", false, [](S s) { return loop(blocks_message(s, without_work(s))); }, "Blocks without work"},
        {"blocks-orphans", false,
         [](S s) {
             return many(20, [&](std::size_t i) { return blocks_message(s, orphans(s, 200, std::uint8_t(i + 1))); });
         },
         "Blocks of unknown parents"},
        {"blocks-empty-lists", false, [](S s) { return loop(blocks_message(s, empty_lists(1'000'000))); },
         "Blocks of a million empty lists"},
        {"blocks-fat", false, fat_blocks, "Blocks of 15 MB with one transaction of gas 500"},
        {"new-block", false, [](S s) { return announced(s, s.blocks); }, "NewBlock that the node has"},
        {"new-block-orphans", false, [](S s) { return announced(s, orphans(s, 500, 1)); },
         "NewBlock of unknown parents"},
        {"new-block-invalid", false, [](S s) { return announced(s, without_work(s)); }, "NewBlock without work"},
    };
}

} // namespace ethpoc::hostile
