// State: what every account has, and how a block changes it (spec CHAIN 3, 6, 7): rewards, uncles, transfers, fees and
// nonces by the columns of a Rules row. No code is run. A block in which code would run, or for which a number was not
// recorded, leaves a state that nobody here knows; that is said, never guessed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "chain/premine.hpp"
#include "chain/trie_map.hpp"
#include "chain/verify.hpp"

namespace ethpoc::chain {

/// One account without code and storage.
struct Account {
    std::uint64_t nonce = 0;
    U256 balance{}; // wei

    friend bool operator==(const Account&, const Account&) = default;
};

/// The accounts at one block. A copy costs nothing, see TrieMap. Values of a rules row that lives for ever.
class State {
  public:
    /// Without accounts.
    State(const Rules& rules, AccountForm form) : rules_(&rules), form_(form) {}
    /// The premine whose root the genesis names, in a form of the rules: `own`, or one that is recorded. Nothing:
    /// nobody recorded it.
    static std::optional<State> of_genesis(const Rules& rules, const Header& genesis,
                                           std::span<const PremineAccount> own = {});

    const Rules& rules() const noexcept { return *rules_; }
    AccountForm form() const noexcept { return form_; }
    /// `address`: 20 bytes; 65 where Go has a public key as coinbase. An account that is not there has nothing.
    Account account(BytesView address) const { return find(address).value_or(Account{}); }
    /// The same; nothing for an account that is not there.
    std::optional<Account> find(BytesView address) const;
    /// Adds it, also when it has nothing.
    void set(BytesView address, const Account& account);

    /// As a header names it: 32 bytes, or as the rules write an empty trie.
    Bytes root() const;
    const TrieMap& trie() const noexcept { return trie_; }
    /// An entry as for_each() of the trie of another State gave it.
    void restore(BytesView key, BytesView value) { trie_.put(key, value); }

  private:
    Bytes encode(const Account& account) const;

    const Rules* rules_;
    AccountForm form_;
    TrieMap trie_{};
};

/// Who has ether in a genesis: `own`, or a set that is recorded, if its root is that of the header. Nothing: nobody
/// recorded it.
std::optional<std::vector<PremineAccount>> premine_of(const Rules& rules, const Header& genesis,
                                                      std::span<const PremineAccount> own = {});

/// From which block on the accounts are not known, and why: a clause for people.
struct StateGap {
    std::uint64_t from = 0;
    std::string because{};

    /// "unknown from #13 because transaction 0 of block 13 creates a contract".
    std::string text() const;

    friend bool operator==(const StateGap&, const StateGap&) = default;
};

/// The accounts after a block, or why nobody knows them.
using StateAfter = std::variant<State, StateGap>;

/// Of a genesis. A gap begins at block 0 when its accounts are not recorded.
StateAfter state_of_genesis(const Rules& rules, const Header& genesis, std::span<const PremineAccount> own = {});

/// What a miner must write: the state root after each transaction and after the block, and what gas is used so far.
struct StateRoots {
    /// What stands beside one transaction: the state root after it, and the gas used up to and with it.
    struct Entry {
        Bytes root{};
        std::uint64_t gas_used = 0;
    };
    std::vector<Entry> entries{};
    Bytes root{};
};

/// What block `number` makes of `before`, the state of its parent. `transactions` as check_transactions() gave them.
/// Errors: chain.bad_nonce, chain.bad_balance, chain.bad_gas_used, chain.bad_state_root, with what was expected and
/// seen. After a gap nothing is checked, and the gap goes on. `made`, for a block that is being made: its roots and its
/// gas are not looked at, but written there.
std::expected<StateAfter, Error> state_after(const StateAfter& before, const Candidate& candidate, std::uint64_t number,
                                             std::span<const SignedTransaction> transactions,
                                             StateRoots* made = nullptr);

/// Carries out one more transaction of a block that is being made, and adds to `gas_used`; false, and nothing is done,
/// when it cannot be now: another nonce, too little to pay with, or what it does is not known.
bool carry_out(State& state, const Candidate& candidate, const SignedTransaction& transaction, std::uint64_t& gas_used);

} // namespace ethpoc::chain
