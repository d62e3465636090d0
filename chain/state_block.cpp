// A block's changes to the accounts.
#include <algorithm>

#include "chain/fault.hpp"
#include "chain/state.hpp"
#include "chain/u256.hpp"

namespace ethpoc::chain {

namespace {

/// Why the accounts are not known from here on: what goes into StateGap::because.
using Because = std::optional<std::string>;

/// A transaction that is carried out, and what it is part of.
struct Step {
    const Candidate& candidate;
    const SignedTransaction& one;
    std::size_t index = 0;
    std::uint64_t number = 0; // of the block

    std::string name() const { return "transaction " + std::to_string(index) + " of block " + std::to_string(number); }
};

/// How an account is named: up to 20 bytes are an address, as in C++ with zeros in front; Go's public key is longer.
Bytes key_of_account(BytesView coinbase) {
    if (coinbase.size() > Address::width) { return {coinbase.begin(), coinbase.end()}; }
    const Address address = Address::right_aligned(coinbase);
    return {address.bytes.begin(), address.bytes.end()};
}

void credit(State& state, BytesView address, const U256& amount) {
    Account account = state.account(address);
    account.balance = sum(account.balance, amount);
    state.set(address, account);
}

/// `member` of the transaction is wrong.
Error transaction_fault(const Step& step, const ErrorCode& code, std::string_view member, std::string detail) {
    const rlp::Item item = step.candidate.block.transactions[step.index];
    const rlp::Item& inner = step.one.entry.transaction;
    const auto at = static_cast<std::size_t>(inner.begin - item.begin);
    return entry_fault(step.candidate, item, step.index,
                       Error{&code, at, inner.whole().size(), std::string(member), std::move(detail)});
}

/// What is missing to know what the transaction does. Receivers that are no address are another layout's value, read in
/// this one.
Because unknown_effect(const Step& step) {
    const Rules& rules = step.candidate.rules;
    const Transaction& transaction = step.one.transaction;
    if (creates_contract(transaction)) { return step.name() + " creates a contract"; }
    if (transaction.to.size() != Address::width) { return step.name() + " has a receiver that is no address"; }
    if (!gas_is_priced(step.one.layout) && (step.one.layout != TransactionLayout::t7 || rules.flat_fee == 0)) {
        return "what " + step.name() + " costs was not recorded";
    }
    const bool low = std::ranges::all_of(transaction.to.first(Address::width - 1), [](auto byte) { return byte == 0; });
    if (low && transaction.to.back() <= rules.built_in) { return step.name() + " calls code that is built in"; }
    return {};
}

/// The most that the transaction may take from its sender; nothing when that is more than there can be.
std::optional<U256> most_cost(const Step& step) {
    const Transaction& transaction = step.one.transaction;
    std::optional<U256> fee;
    if (gas_is_priced(step.one.layout)) {
        fee = product(transaction.gas, transaction.gas_price);
    } else {
        fee = U256{step.one.layout == TransactionLayout::t7 ? step.candidate.rules.flat_fee : 0};
    }
    if (!fee) { return {}; }
    const U256 out = sum(*fee, transaction.value);
    return out < *fee ? std::nullopt : std::optional(out);
}

bool affords(const Account& sender, const std::optional<U256>& cost) {
    return cost && !(sender.balance < *cost);
}

Fault check_sender(const Step& step, const Account& sender) {
    const Transaction& transaction = step.one.transaction;
    if (transaction.nonce != sender.nonce) {
        return transaction_fault(step, errors::bad_nonce, "nonce",
                                 std::to_string(transaction.nonce) + ", expected " + std::to_string(sender.nonce) +
                                     ": as many has " + to_hex(step.one.sender) + " sent");
    }
    const auto cost = most_cost(step);
    if (affords(sender, cost)) { return {}; }
    return transaction_fault(step, errors::bad_balance, "value",
                             "it may cost " + (cost ? to_decimal(*cost) : "2^256 and more") + " wei, " +
                                 to_hex(step.one.sender) + " has " + to_decimal(sender.balance));
}

/// What the transaction has used, where blocks say it: in its entry.
Fault check_entry(const Step& step, const State& state, std::uint64_t used) {
    if (step.candidate.rules.entry != EntryForm::with_state) { return {}; }
    const Entry& entry = step.one.entry;
    const rlp::Item item = step.candidate.block.transactions[step.index];
    const auto wrong = [&](const ErrorCode& code, std::string_view member, std::string detail) {
        return entry_fault(step.candidate, item, step.index,
                           Error{&code, 0, item.whole().size(), std::string(member), std::move(detail)});
    };
    if (entry.gas_used != used) {
        return wrong(errors::bad_gas_used, "gas_used",
                     std::to_string(entry.gas_used) + ", expected " + std::to_string(used));
    }
    if (const Bytes root = state.root(); !same_hash(entry.state_root, root)) {
        return wrong(errors::bad_state_root, "state_root", to_hex(entry.state_root) + ", expected " + to_hex(root));
    }
    return {};
}

/// A transfer between accounts without code. `used`: gas of the block so far.
void transfer(const Step& step, State& state, std::uint64_t& used) {
    const Rules& rules = step.candidate.rules;
    const Transaction& transaction = step.one.transaction;
    const bool gas = gas_is_priced(step.one.layout);
    const std::uint64_t own = gas ? intrinsic_gas(rules, step.one.layout, transaction) : 0;
    // No more than gas times price, which was no overflow.
    const U256 fee = gas ? product(own, transaction.gas_price).value_or(U256{}) : U256{rules.flat_fee};
    Account sender = state.account(step.one.sender);
    ++sender.nonce;
    sender.balance = difference(sender.balance, sum(transaction.value, fee));
    state.set(step.one.sender, sender);
    credit(state, transaction.to, transaction.value);
    if (gas) { credit(state, key_of_account(step.candidate.block.header.coinbase), fee); }
    used += own;
}

Fault check_gas_sum(const Candidate& c, std::uint64_t used) {
    if (c.rules.gas_limit == GasLimitRule::none || c.block.header.gas_used == used) { return {}; }
    return header_fault(c, errors::bad_gas_used, "gas_used",
                        std::to_string(c.block.header.gas_used) + ", expected " + std::to_string(used));
}

Because reward(const Candidate& c, State& state, std::uint64_t number) {
    const auto& uncles = c.block.uncles;
    if (c.rules.block_reward == 0) { return "the reward of its blocks was not recorded"; }
    if (!uncles.empty() && c.rules.uncle_reward == 0) {
        return "the reward of uncles, as in block " + std::to_string(number) + ", was not recorded";
    }
    U256 miner{c.rules.block_reward};
    for (const rlp::Item& item : uncles) {
        miner = sum(miner, c.rules.nephew_reward);
        const auto uncle = decode_header(c.rules, item);
        if (uncle) { credit(state, key_of_account(uncle->coinbase), c.rules.uncle_reward); }
    }
    credit(state, key_of_account(c.block.header.coinbase), miner);
    return {};
}

std::expected<StateAfter, Error> apply(State state, const Candidate& c, std::uint64_t number,
                                       std::span<const SignedTransaction> transactions, StateRoots* made) {
    // Only its genesis was recorded; how it writes the nonce of an account that is new, nobody knows.
    if (state.form() == AccountForm::nonce_first_js) {
        return StateGap{number, "how this client writes accounts was recorded of its genesis alone"};
    }
    std::uint64_t used = 0;
    std::size_t index = 0;
    for (const SignedTransaction& one : transactions) {
        const Step step{c, one, index++, number};
        if (auto fault = check_sender(step, state.account(one.sender))) { return std::unexpected(std::move(*fault)); }
        if (auto because = unknown_effect(step)) { return StateGap{number, std::move(*because)}; }
        transfer(step, state, used);
        if (made != nullptr) {
            made->entries.push_back({state.root(), used});
        } else if (auto fault = check_entry(step, state, used)) {
            return std::unexpected(std::move(*fault));
        }
    }
    auto fault = made == nullptr ? check_gas_sum(c, used) : std::nullopt;
    if (fault) { return std::unexpected(std::move(*fault)); }
    if (auto because = reward(c, state, number)) { return StateGap{number, std::move(*because)}; }
    const Bytes root = state.root();
    if (made != nullptr) {
        made->root = root;
    } else if (!same_hash(c.block.header.state_root, root)) {
        return std::unexpected(header_fault(c, errors::bad_state_root, "state_root",
                                            to_hex(c.block.header.state_root) + ", expected " + to_hex(root)));
    }
    return state;
}

} // namespace

bool carry_out(State& state, const Candidate& candidate, const SignedTransaction& transaction,
               std::uint64_t& gas_used) {
    const Step step{candidate, transaction};
    const Account sender = state.account(transaction.sender);
    if (transaction.transaction.nonce != sender.nonce || !affords(sender, most_cost(step)) || unknown_effect(step)) {
        return false;
    }
    transfer(step, state, gas_used);
    return true;
}

std::expected<StateAfter, Error> state_after(const StateAfter& before, const Candidate& candidate, std::uint64_t number,
                                             std::span<const SignedTransaction> transactions, StateRoots* made) {
    if (const auto* const gap = std::get_if<StateGap>(&before)) { return *gap; }
    return apply(std::get<State>(before), candidate, number, transactions, made);
}

} // namespace ethpoc::chain
