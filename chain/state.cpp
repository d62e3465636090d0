#include "chain/state.hpp"

#include <array>

#include "chain/keccak.hpp"
#include "chain/trie.hpp"
#include "chain/u256.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

/// The first two items of every form; which is which depends on it.
struct TwoNumbers {
    U256 first{};
    U256 second{};
};
constexpr auto two_numbers =
    rlp::fields(rlp::field("first", &TwoNumbers::first), rlp::field("second", &TwoNumbers::second));

constexpr std::array<std::uint8_t, 1> empty_list_rlp{0xc0};
constexpr std::array<std::uint8_t, 1> byte_zero{0x00};

bool balance_leads(AccountForm form) noexcept {
    return form == AccountForm::balance_nonce || form == AccountForm::go_four || form == AccountForm::balance_first;
}

State state_with(const Rules& rules, AccountForm form, std::span<const PremineAccount> premine) {
    State out(rules, form);
    for (const PremineAccount& account : premine) {
        out.set(account.address, {0, account.balance});
    }
    return out;
}

/// The accounts whose root this is, and the form that they have there.
struct FoundPremine {
    AccountForm form{};
    std::span<const PremineAccount> accounts{};
};

std::optional<FoundPremine> find_premine(const Rules& rules, BytesView root, std::span<const PremineAccount> own) {
    for (const AccountForm form : {rules.accounts, rules.accounts_also}) {
        const auto fits = [&](std::span<const PremineAccount> accounts) {
            return same_hash(state_with(rules, form, accounts).root(), root);
        };
        if (fits({})) { return FoundPremine{form, {}}; }
        if (fits(own)) { return FoundPremine{form, own}; }
        for (const Premine& premine : all_premines()) {
            if (fits(premine.accounts)) { return FoundPremine{form, premine.accounts}; }
        }
    }
    return {};
}

} // namespace

std::optional<State> State::of_genesis(const Rules& rules, const Header& genesis, std::span<const PremineAccount> own) {
    const auto found = find_premine(rules, genesis.state_root, own);
    return found ? std::optional(state_with(rules, found->form, found->accounts)) : std::nullopt;
}

std::optional<std::vector<PremineAccount>> premine_of(const Rules& rules, const Header& genesis,
                                                      std::span<const PremineAccount> own) {
    const auto found = find_premine(rules, genesis.state_root, own);
    if (!found) { return {}; }
    return std::vector<PremineAccount>(found->accounts.begin(), found->accounts.end());
}

Bytes State::encode(const Account& a) const {
    const BytesView storage = empty_root(rules_->empty_root);
    const BytesView code = empty_root(rules_->empty_code);
    switch (form_) {
    case AccountForm::balance_nonce:
        return rlp::encode_list(a.balance, a.nonce);
    case AccountForm::go_four:
        return rlp::encode_list(a.balance, a.nonce, rlp::Raw{empty_list_rlp}, BytesView{});
    case AccountForm::balance_first:
        return rlp::encode_list(a.balance, a.nonce, storage, code);
    case AccountForm::nonce_first:
        return rlp::encode_list(a.nonce, a.balance, storage, code);
    case AccountForm::nonce_first_js:
        if (a.nonce == 0) { return rlp::encode_list(BytesView{byte_zero}, a.balance, storage, code); }
        return rlp::encode_list(a.nonce, a.balance, storage, code);
    }
    return {};
}

std::optional<Account> State::find(BytesView address) const {
    const auto value = rules_->hashed_keys ? trie_.find(keccak256(address)) : trie_.find(address);
    TwoNumbers numbers;
    if (!value || !rlp::decode_fast(*value, numbers, two_numbers, rlp::Mode::lenient)) { return {}; }
    if (balance_leads(form_)) { std::swap(numbers.first, numbers.second); }
    return Account{numbers.first.limbs[0], numbers.second};
}

void State::set(BytesView address, const Account& account) {
    const Bytes value = encode(account);
    rules_->hashed_keys ? trie_.put(keccak256(address), value) : trie_.put(address, value);
}

Bytes State::root() const {
    const auto root = trie_.root();
    const BytesView view = root ? BytesView{*root} : empty_root(rules_->empty_root);
    return {view.begin(), view.end()};
}

std::string StateGap::text() const {
    return "unknown from #" + std::to_string(from) + " because " + because;
}

StateAfter state_of_genesis(const Rules& rules, const Header& genesis, std::span<const PremineAccount> own) {
    auto state = State::of_genesis(rules, genesis, own);
    if (!state) { return StateGap{0, "the accounts of its genesis are not recorded"}; }
    return *std::move(state);
}

} // namespace ethpoc::chain
