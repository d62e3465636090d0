// ethpoc tx make: signs a transfer. ethpoc tx send: tells a peer of it.
#include <CLI/App.hpp>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "chain/keccak.hpp"
#include "chain/u256.hpp"
#include "cmd/amount.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/key_file.hpp"
#include "cmd/signals.hpp"
#include "cmd/tx_send.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct TxOptions {
    config::Flags flags{};
    std::string peer{};
    std::string hex{};
    std::string key{};
    std::string to{};
    std::string value{};
    std::string data{};
    std::string gas{};
    std::string gas_price = "10szabo";
    std::optional<std::uint64_t> nonce{};
    double seconds = 10;
};

ExitCode refuse_tx(Context& context, const std::string& sentence) {
    context.out.refuse("input.usage", sentence);
    return ExitCode::usage;
}

/// What is asked for, before it is signed: the same in every layout.
struct Transfer {
    peer::NodeKey key{};
    Address to{};
    Bytes data{};
    chain::Transaction fields{}; // views into the members above
};

/// How many transactions the sender has sent, from the chain that is there.
std::expected<std::uint64_t, ExitCode> next_nonce(Context& context, const config::Settings& settings,
                                                  const Address& sender) {
    auto opened = open_chain(context, settings);
    if (!opened) {
        context.out.complain("the nonce is taken from the chain in --data-dir; without one, give --nonce");
        return std::unexpected(opened.error());
    }
    const auto account = opened->chain->account(sender);
    if (!account) {
        refuse_tx(context, "the accounts of that chain are not known; give --nonce");
        return std::unexpected(ExitCode::usage);
    }
    return account->nonce;
}

std::expected<Transfer, ExitCode> read_transfer(Context& context, const config::Settings& settings,
                                                const TxOptions& given) {
    const auto wrong = [&](const std::string& sentence) { return std::unexpected(refuse_tx(context, sentence)); };
    Transfer out;
    if (given.key.empty() || given.to.empty() || given.value.empty()) {
        return wrong("a transfer needs --key FILE, --to ADDRESS and --value AMOUNT");
    }
    const auto key = read_key_file(context, given.key);
    if (!key) { return std::unexpected(key.error()); }
    const auto to = read_address(given.to);
    if (!to) { return wrong("--to: " + to.error()); }
    const auto value = read_amount(given.value);
    if (!value) { return wrong("--value: " + value.error()); }
    const auto price = read_amount(given.gas_price);
    if (!price) { return wrong("--gas-price: " + price.error()); }
    const auto data = from_hex(given.data);
    if (!data) { return wrong("--data: " + data.error().message()); }
    const auto gas = chain::from_decimal(given.gas.empty() ? "0" : given.gas);
    if (!gas) { return wrong("--gas " + printable(given.gas) + " is no number"); }
    out.key = *key;
    out.to = *to;
    out.data = *data;
    out.fields.value = *value;
    out.fields.gas_price = *price;
    out.fields.gas = *gas;
    if (given.nonce) {
        out.fields.nonce = *given.nonce;
    } else {
        const auto nonce = next_nonce(context, settings, address_of(*key));
        if (!nonce) { return std::unexpected(nonce.error()); }
        out.fields.nonce = *nonce;
    }
    return out;
}

/// In one layout. Without --gas it gets what a transfer of these rules costs.
std::optional<Bytes> sign(const Transfer& transfer, const chain::Rules& rules) {
    chain::Transaction fields = transfer.fields;
    fields.to = transfer.to;
    fields.data = transfer.data;
    if (fields.gas == U256{}) { fields.gas = U256{chain::intrinsic_gas(rules, rules.transaction, fields)}; }
    return chain::sign_transaction(rules.transaction, fields, transfer.key.secret);
}

std::expected<const chain::Rules*, ExitCode> rules_of(Context& context, const config::Settings& settings) {
    const auto wanted = wanted_chain(context, settings);
    if (!wanted) { return std::unexpected(wanted.error()); }
    if (wanted->genesis) { return wanted->genesis->rules; }
    if (wanted->version) { return &chain::rules_for(*wanted->version); }
    return nullptr;
}

bool takes_data(const chain::Rules& rules) {
    return rules.transaction == chain::TransactionLayout::t9a ||
           rules.transaction == chain::TransactionLayout::t9a_go || rules.transaction == chain::TransactionLayout::t9;
}

// ---------------------------------------------------------------- make

ExitCode make_tx(Context& context, const TxOptions& given) {
    const auto resolved = load_settings(context, given.flags);
    if (!resolved) { return resolved.error(); }
    const auto rules = rules_of(context, resolved->settings);
    if (!rules) { return rules.error(); }
    const chain::Rules& own = *rules != nullptr ? **rules : chain::rules_for(default_version);
    const auto transfer = read_transfer(context, resolved->settings, given);
    if (!transfer) { return transfer.error(); }
    if (!transfer->data.empty() && !takes_data(own)) {
        return refuse_tx(context, "--data: transactions of this version carry a list of words, and a transfer none");
    }
    const auto bytes = sign(*transfer, own);
    if (!bytes) { return refuse_tx(context, given.key + " cannot sign"); }
    if (context.out.json()) {
        context.out.document({{"hash", hex_text(chain::keccak256(*bytes))},
                              {"rules", own.name},
                              {"sender", hex_text(address_of(transfer->key))},
                              {"to", hex_text(transfer->to)},
                              {"value", chain::to_decimal(transfer->fields.value)},
                              {"nonce", transfer->fields.nonce},
                              {"rlp", hex_text(*bytes)}});
    } else {
        context.out.text(to_hex(*bytes) + "\n");
    }
    return ExitCode::done;
}

// ---------------------------------------------------------------- send

/// The transaction in each layout that the peer may have: which one it is, its Hello says.
std::expected<std::vector<sync::OwnTransaction>, ExitCode>
transactions_to_send(Context& context, const config::Settings& settings, const TxOptions& given) {
    std::vector<sync::OwnTransaction> out;
    const auto asked = rules_of(context, settings);
    if (!asked) { return std::unexpected(asked.error()); }
    if (!given.hex.empty()) {
        auto bytes = from_hex(given.hex);
        if (!bytes) { return std::unexpected(refuse(context, "the transaction", bytes.error())); }
        for (const chain::Rules& rules : chain::all_rules()) {
            if (*asked != nullptr && (*asked)->transaction != rules.transaction) { continue; }
            if (!chain::recover_sender(rules.transaction, *bytes)) { continue; }
            out.emplace_back(rules.transaction, *bytes);
        }
        if (out.empty()) {
            context.out.refuse("chain.bad_transaction", "that is no signed transaction of this version");
            return std::unexpected(ExitCode::negative);
        }
        return out;
    }
    const auto transfer = read_transfer(context, settings, given);
    if (!transfer) { return std::unexpected(transfer.error()); }
    std::set<chain::TransactionLayout> made;
    for (const chain::Rules& rules : chain::all_rules()) {
        if (*asked != nullptr && (*asked)->transaction != rules.transaction) { continue; }
        if (!transfer->data.empty() && !takes_data(rules)) { continue; }
        if (!made.insert(rules.transaction).second) { continue; }
        if (auto bytes = sign(*transfer, rules)) { out.push_back({rules.transaction, std::move(*bytes)}); }
    }
    return out;
}

ExitCode send_tx(Context& context, const TxOptions& given) {
    config::Endpoint peer;
    if (const auto good = config::read_value(given.peer, peer); !good) {
        return refuse_tx(context, "peer: " + good.error());
    }
    const auto here = load_settings(context, given.flags);
    if (!here) { return here.error(); }
    auto own = transactions_to_send(context, here->settings, given);
    if (!own) { return own.error(); }
    return send_transactions(context, given.flags, {given.peer, std::move(*own), given.seconds});
}

void add_transfer_options(CLI::App& app, TxOptions& options) {
    app.add_option("--key", options.key, "file of the key that signs (ethpoc key new)");
    app.add_option("--to", options.to, "address that gets it")->type_name("ADDRESS");
    app.add_option("--value", options.value, "wei, or 1.5ether, 20finney, 3szabo")->type_name("AMOUNT");
    app.add_option("--nonce", options.nonce,
                   "how many the sender has sent before (default: as the chain in --data-dir says)");
    app.add_option("--gas", options.gas, "units of gas (default: what a transfer costs)");
    app.add_option("--gas-price", options.gas_price, "for a unit of gas")->capture_default_str();
    app.add_option("--data", options.data, "bytes in hex, where the version has them");
}

} // namespace

void add_tx(CLI::App& app, Context& context) {
    CLI::App* tx = add_command(app, "tx", "Sign a transfer, and tell a peer of it",
                               "ethpoc tx send 127.0.0.1:30303 --key my.key --to "
                               "0x8a40bfaa73256b60764c1bf40675a99083efb075 --value 1ether --nonce 0");
    tx->require_subcommand(1);
    auto made = std::make_shared<TxOptions>();
    CLI::App* make = add_command(*tx, "make", "Sign a transfer and print it as hex",
                                 "ethpoc tx make --key my.key --to 0x8a40bfaa73256b60764c1bf40675a99083efb075 "
                                 "--value 1ether --nonce 0 --protocol poc7");
    add_transfer_options(*make, *made);
    static constexpr std::array<std::string_view, 3> uses{"protocol", "genesis", "data-dir"};
    made->flags.add_to(*make, uses, config::default_settings(context.environment));
    make->callback([&context, made] { context.action = [&context, made] { return make_tx(context, *made); }; });

    auto sent = std::make_shared<TxOptions>();
    CLI::App* send = add_command(*tx, "send", "Tell a peer of a transaction: a signed one, or a transfer",
                                 "ethpoc tx send 127.0.0.1:30303 --key my.key --to "
                                 "0x8a40bfaa73256b60764c1bf40675a99083efb075 --value 1ether --nonce 0");
    send->add_option("peer", sent->peer, "HOST:PORT of the peer")->required()->type_name("HOST:PORT");
    send->add_option("transaction", sent->hex, "hex of a signed transaction (ethpoc tx make)");
    add_transfer_options(*send, *sent);
    send->add_option("--for", sent->seconds, "give up after so many seconds")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    static constexpr std::array<std::string_view, 8> uses_to_send{"protocol", "genesis",   "data-dir",  "network-id",
                                                                  "node-key", "client-id", "log.level", "log.format"};
    sent->flags.add_to(*send, uses_to_send, config::default_settings(context.environment));
    send->callback([&context, sent] { context.action = [&context, sent] { return send_tx(context, *sent); }; });
}

} // namespace ethpoc::cmd
