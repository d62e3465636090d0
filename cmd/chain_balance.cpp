// ethpoc chain balance ADDRESS: what an account has, at the head or at a block below it.
#include "chain/u256.hpp"
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/chain_walk.hpp"
#include "cmd/view/amount.hpp"
#include "cmd/view/block_page.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;
using Answer = std::expected<std::optional<chain::Account>, chain::StateGap>;

/// 20 bytes; 65 for the account of a Go miner whose coinbase was its public key.
std::optional<Bytes> account_address(const std::string& text) {
    constexpr std::size_t public_key = 65;
    auto bytes = from_hex(text);
    if (!bytes || (bytes->size() != Address::width && bytes->size() != public_key)) { return {}; }
    return std::move(*bytes);
}

ordered_json answer_json(const Bytes& address, const chain::BlockRecord& at, const Answer& answer) {
    ordered_json out{{"address", hex_text(address)}, {"number", at.number}, {"hash", hex_text(at.hash)}};
    if (!answer) {
        out.update({{"exists", nullptr}, {"nonce", nullptr}, {"balance", nullptr}, {"ether", nullptr}});
        out["unknown_from"] = answer.error().from;
        out["because"] = answer.error().because;
        return out;
    }
    const chain::Account account = answer->value_or(chain::Account{});
    out["exists"] = answer->has_value();
    out["nonce"] = account.nonce;
    out["balance"] = chain::to_decimal(account.balance);
    out["ether"] = ether_text(account.balance);
    return out;
}

void print_account(Context& context, const Bytes& address, const chain::BlockRecord& at,
                   const std::optional<chain::Account>& found) {
    const chain::Account account = found.value_or(chain::Account{});
    context.out.text(
        page_row("account", hex_text(address)) + page_row("at block", std::to_string(at.number)) +
        page_row("its hash", hex_text(at.hash)) + page_row("balance", ether_text(account.balance) + " ether") +
        page_row("", chain::to_decimal(account.balance) + " wei") + page_row("nonce", std::to_string(account.nonce)) +
        (found ? "" : page_row("", "there is no account with this address: it has never had anything")));
}

} // namespace

ExitCode run_chain_balance(Context& context, const config::Settings& settings, const ChainOptions& given) {
    const auto address = account_address(given.what);
    if (!address) {
        context.out.refuse("input.usage", printable(given.what) + " is no address: 40 hex digits are");
        return ExitCode::usage;
    }
    if (!settings.state.on) {
        context.out.refuse("input.usage",
                           "a balance is known from the accounts alone, and --state off leaves them out");
        return ExitCode::usage;
    }
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    chain::Blockchain& chain = *opened->chain;
    const std::uint64_t number = given.at.value_or(chain.head().number);
    const auto record = chain.canonical(number);
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    if (!record) {
        context.out.refuse("input.no_block", "there is no block " + std::to_string(number) + "; the head is block " +
                                                 std::to_string(chain.head().number));
        return ExitCode::negative;
    }
    ChainWalk walk(context);
    walk.begin("replaying", 0, number);
    chain.on_replay([&walk](std::uint64_t at) { return walk.go_on(at); });
    const Answer answer = chain.account_at(*record, *address);
    walk.end();
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    if (walk.stopped()) {
        context.out.refuse("input.stopped", "stopped before block " + std::to_string(number) + " was reached");
        return walk.exit_code(ExitCode::negative);
    }
    if (context.out.json()) { context.out.document(answer_json(*address, *record, answer)); }
    if (!answer) {
        context.out.complain("the balance at block " + std::to_string(number) + " is not known: the state is " +
                             answer.error().text());
        return ExitCode::negative;
    }
    if (!context.out.json()) { print_account(context, *address, *record, *answer); }
    return ExitCode::done;
}

} // namespace ethpoc::cmd
