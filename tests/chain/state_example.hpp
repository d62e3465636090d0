// Blocks whose accounts are written out in wei, before and after: what a state must become is not computed by what is
// tested.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chain/state.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"

namespace ethpoc::test {

using namespace chain;

inline constexpr std::uint64_t a_finney = 1'000'000'000'000'000;
inline constexpr std::uint64_t least_price = a_finney / 100;

struct Holding {
    Bytes address;
    std::uint64_t nonce;
    std::uint64_t balance; // wei
};
using Holdings = std::vector<Holding>;

/// A block on a state that a test writes out, and the state that it must leave.
struct Example {
    const char* what;
    std::uint32_t version;
    std::vector<TransactionDraft> drafts;
    std::uint64_t gas_each; // that the entries, or the header, say
    std::vector<std::uint8_t> uncles;
    Holdings before;
    Holdings after_transactions; // before the rewards, where entries have it
    Holdings after;
};

inline const Bytes receiver(20, 0x42);
inline const Bytes miner(20, 1);
inline Bytes sender() {
    const Address address = address_of(1);
    return {address.bytes.begin(), address.bytes.end()};
}

inline State state_of(const Rules& rules, const Holdings& holdings) {
    State out(rules, rules.accounts);
    for (const Holding& one : holdings) {
        out.set(one.address, {one.nonce, one.balance});
    }
    return out;
}

inline std::vector<Example> examples() {
    const auto draft = [](Bytes data, std::uint64_t gas) {
        return TransactionDraft{
            .value = 1000 * a_finney, .gas_price = least_price, .gas = gas, .data = std::move(data)};
    };
    return {
        {"t7: ten finney are burnt",
         7,
         {draft({}, 0)},
         0,
         {},
         {{sender(), 0, 5000 * a_finney}},
         {},
         {{sender(), 1, 3990 * a_finney}, {receiver, 0, 1000 * a_finney}, {miner, 0, 1500 * a_finney}}},
        {"t9a: 20 and 5 a byte, to the miner",
         11,
         {draft({0, 1, 2, 3}, 60)},
         0,
         {},
         {{sender(), 0, 5000 * a_finney}},
         {},
         {{sender(), 1, 4000 * a_finney - 40 * least_price},
          {receiver, 0, 1000 * a_finney},
          {miner, 0, 1500 * a_finney + 40 * least_price}}},
        {"t9: 500 and 5 a byte, to the miner",
         23,
         {draft({0, 1}, 600)},
         510,
         {},
         {{sender(), 0, 6000 * a_finney}},
         {{sender(), 1, 5000 * a_finney - 510 * least_price},
          {receiver, 0, 1000 * a_finney},
          {miner, 0, 510 * least_price}},
         {{sender(), 1, 5000 * a_finney - 510 * least_price},
          {receiver, 0, 1000 * a_finney},
          {miner, 0, 1500 * a_finney + 510 * least_price}}},
        {"t9: a zero byte costs 1 from eth 45 on",
         49,
         {draft({0, 0, 1}, 507)},
         507,
         {},
         {{sender(), 0, 1000 * a_finney + 507 * least_price}}, // what it may cost and no wei more
         {},
         {{sender(), 1, 0}, {receiver, 0, 1000 * a_finney}, {miner, 0, 1500 * a_finney + 507 * least_price}}},
        {"uncles: three quarters and an eighth until protocol 28",
         28,
         {},
         0,
         {8, 9},
         {},
         {},
         {{miner, 0, 1875 * a_finney}, {Bytes(20, 8), 0, 1125 * a_finney}, {Bytes(20, 9), 0, 1125 * a_finney}}},
        {"uncles: fifteen sixteenths and a thirty-second from 29 on",
         29,
         {},
         0,
         {8, 8},
         {},
         {},
         {{miner, 0, 1593'750'000'000'000'000}, {Bytes(20, 8), 0, 2812'500'000'000'000'000}}},
        {"uncles: of the miner itself", 49, {}, 0, {1}, {{miner, 3, 7}}, {}, {{miner, 3, 2953'125'000'000'000'007}}},
    };
}

struct Run {
    MinedBlock block{};
    std::expected<StateAfter, Error> after{StateGap{}};
};

inline Run run(const Example& example, const Rules& rules, const std::function<void(HeaderDraft&)>& change = {}) {
    const Rules& honest = rules_for(example.version);
    const MiniChain mini(honest);
    MineOptions options;
    for (const TransactionDraft& draft : example.drafts) {
        options.transactions.push_back(sign_transaction(honest.transaction, draft));
    }
    for (const std::uint8_t whose : example.uncles) {
        options.uncles.push_back(mini.mine(mini.genesis_block(), {.miner = whose}).header);
    }
    options.gas_each = example.gas_each;
    options.entry_roots = {state_of(honest, example.after_transactions).root()};
    options.change = [&](HeaderDraft& header) {
        header.state_root = state_of(honest, example.after).root();
        if (change) { change(header); }
    };
    Run out;
    out.block = mini.mine(mini.genesis_block(), options);
    const auto block = decode_block(rules, out.block.rlp);
    if (!block) { return out; }
    const Candidate candidate{rules, out.block.rlp, *block};
    std::vector<SignedTransaction> transactions;
    const Fault fault = check_transactions(candidate, &transactions);
    if (fault) {
        out.after = std::unexpected(*fault);
        return out;
    }
    out.after = state_after(state_of(rules, example.before), candidate, 1, transactions);
    return out;
}

inline std::string code_of(const Run& run) {
    return run.after ? "" : std::string(run.after.error().code->word);
}

/// The block is right, and left the accounts that the example says.
inline bool holds(const Example& example, const Rules& rules) {
    const Run done = run(example, rules);
    const State* const state = done.after ? std::get_if<State>(&*done.after) : nullptr;
    return state != nullptr && state->root() == state_of(rules_for(example.version), example.after).root();
}

inline Example example_of(std::uint32_t version) {
    const auto all = examples();
    return *std::ranges::find(all, version, &Example::version);
}

inline std::string gap_of(const Run& run) {
    const StateGap* const gap = run.after ? std::get_if<StateGap>(&*run.after) : nullptr;
    return gap != nullptr && gap->from == 1 ? gap->because : "";
}

} // namespace ethpoc::test
