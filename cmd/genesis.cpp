// ethpoc genesis: the genesis blocks of 2014, and one for a network of its own.
#include <CLI/App.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "chain/state.hpp"
#include "chain/u256.hpp"
#include "cmd/amount.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/output_file.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct GenesisOptions {
    std::string name{};
    std::string protocol = "auto";
    std::string difficulty{};
    std::vector<std::string> alloc{};
    std::string out = "-";
    bool force = false;
};

// ---------------------------------------------------------------- list

/// Versions whose clients began with these bytes: "9..12", "54".
std::string versions_of(const chain::GenesisRow& row) {
    const Bytes bytes = from_hex_digits(row.rlp_hex).value_or(Bytes{});
    std::string out;
    std::optional<std::uint32_t> first;
    const auto close = [&](std::uint32_t last) {
        if (!first) { return; }
        out += (out.empty() ? "" : ", ") + std::to_string(*first) + (*first == last ? "" : ".." + std::to_string(last));
        first.reset();
    };
    for (std::uint32_t version = 0; version <= chain::newest_version(); ++version) {
        const bool has = std::ranges::any_of(chain::every_implementation, [&](chain::Implementation by) {
            const auto candidates = chain::genesis_candidates(version, by);
            return std::ranges::any_of(candidates, [&](const auto& one) { return one.genesis.rlp == bytes; });
        });
        if (has && !first) { first = version; }
        if (!has) { close(version - 1); }
    }
    close(chain::newest_version());
    return out;
}

ExitCode list_genesis(Context& context) {
    ordered_json rows = ordered_json::array();
    for (const chain::GenesisRow& row : chain::genesis_table()) {
        const auto versions = versions_of(row);
        if (context.out.json()) {
            rows.push_back({{"name", row.name},
                            {"versions", versions},
                            {"block_hash", "0x" + std::string(row.block_hash_hex)},
                            {"header_hash", "0x" + std::string(row.header_hash_hex)},
                            {"remark", row.remark}});
            continue;
        }
        std::string name(row.name);
        name.resize(std::max<std::size_t>(name.size(), 13), ' ');
        std::string shown = versions.empty() ? "-" : versions;
        shown.resize(std::max<std::size_t>(shown.size(), 8), ' ');
        context.out.text(name + ' ' + shown + ' ' + std::string(row.block_hash_hex.substr(0, 8)) + "  " +
                         std::string(row.remark) + '\n');
    }
    if (context.out.json()) { context.out.document(rows); }
    return ExitCode::done;
}

// ---------------------------------------------------------------- show

ordered_json genesis_json(const chain::GenesisCandidate& candidate, const chain::Block& block) {
    ordered_json accounts = ordered_json::object();
    const auto premine = chain::premine_of(*candidate.rules, block.header, candidate.genesis.premine);
    for (const chain::PremineAccount& account : premine.value_or(std::vector<chain::PremineAccount>{})) {
        accounts[hex_text(account.address)] = chain::to_decimal(account.balance);
    }
    return {{"name", printable(candidate.genesis.name)},
            {"hash", hex_text(candidate.genesis.hash)},
            {"protocol", protocol_name(*candidate.rules)},
            {"rules", candidate.rules->name},
            {"difficulty", chain::to_decimal(block.header.difficulty)},
            {"state_root", hex_text(block.header.state_root)},
            {"timestamp", block.header.timestamp},
            {"premine", accounts},
            {"rlp", hex_text(candidate.genesis.rlp)}};
}

std::expected<std::optional<std::uint32_t>, ExitCode> version_of(Context& context, const std::string& protocol) {
    const auto row = protocol_row(protocol);
    if (!row) {
        context.out.refuse("input.usage", row.error().sentence);
        return std::unexpected(row.error().code);
    }
    return *row == nullptr ? std::nullopt : std::optional((*row)->chain_version());
}

ExitCode show_genesis(Context& context, const GenesisOptions& given) {
    const auto version = version_of(context, given.protocol);
    if (!version) { return version.error(); }
    const auto candidate = named_genesis(given.name, *version);
    if (!candidate) {
        context.out.refuse("input.usage", candidate.error().sentence);
        return candidate.error().code;
    }
    const auto block = chain::decode_block(*candidate->rules, candidate->genesis.rlp);
    if (!block) { return refuse(context, given.name, block.error()); }
    const ordered_json shown = genesis_json(*candidate, *block);
    if (context.out.json()) {
        context.out.document(shown);
        return ExitCode::done;
    }
    for (const auto& [key, value] : shown.items()) {
        if (key == "premine" || key == "rlp") { continue; }
        std::string name = key;
        std::ranges::replace(name, '_', ' ');
        name.resize(12, ' ');
        context.out.text(name + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n");
    }
    const auto& accounts = shown["premine"];
    context.out.text(accounts.empty() ? "no accounts, or those of its state root are not recorded\n"
                                      : plural(accounts.size(), "account") + ", balances in wei:\n");
    for (const auto& [address, balance] : accounts.items()) {
        context.out.text("  " + address + "  " + balance.get<std::string>() + "\n");
    }
    context.out.text("rlp " + shown["rlp"].get<std::string>() + "\n");
    return ExitCode::done;
}

// ---------------------------------------------------------------- make

std::expected<chain::PremineAccount, std::string> read_alloc(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) { return std::unexpected(printable(text) + " is not ADDRESS=WEI"); }
    const auto address = read_address(std::string_view(text).substr(0, equals));
    if (!address) { return std::unexpected(address.error()); }
    const auto amount = read_amount(std::string_view(text).substr(equals + 1));
    if (!amount) { return std::unexpected(amount.error()); }
    return chain::PremineAccount{*address, *amount};
}

ExitCode refuse_usage(Context& context, const std::string& sentence) {
    context.out.refuse("input.usage", sentence);
    return ExitCode::usage;
}

/// As recorded chains begin (chain/chain_file.hpp).
ordered_json file_line(const chain::Genesis& genesis, std::uint32_t version) {
    ordered_json premine = ordered_json::object();
    for (const chain::PremineAccount& account : genesis.premine) {
        premine[to_hex(account.address)] = chain::to_decimal(account.balance);
    }
    return {{"chain",
             {{"client", genesis.name},
              {"protocol", version},
              {"genesis_hash", to_hex(genesis.hash)},
              {"genesis_rlp", to_hex(genesis.rlp)},
              {"premine", premine}}}};
}

ExitCode make(Context& context, const GenesisOptions& given) {
    const auto version = version_of(context, given.protocol);
    if (!version) { return version.error(); }
    const auto difficulty = chain::from_decimal(given.difficulty);
    if (!difficulty || *difficulty == U256{}) {
        return refuse_usage(context, "--difficulty " + printable(given.difficulty) + ": give a number from 1 on");
    }
    std::vector<chain::PremineAccount> premine;
    for (const std::string& text : given.alloc) {
        auto account = read_alloc(text);
        if (!account) { return refuse_usage(context, "--alloc: " + account.error()); }
        const bool twice =
            std::ranges::any_of(premine, [&](const auto& one) { return one.address == account->address; });
        if (twice) { return refuse_usage(context, "--alloc: " + to_hex(account->address) + " is there twice"); }
        premine.push_back(*account);
    }
    const std::uint32_t of = version->value_or(default_version);
    const chain::Rules& rules = chain::rules_for(of);
    if (rules.proof_of_work != chain::ProofOfWork::keccak) {
        return refuse_usage(context,
                            "--protocol " + given.protocol + ": its blocks need ethash, which is not mined here");
    }
    const chain::Genesis genesis = chain::make_genesis("ethpoc", rules, *difficulty, std::move(premine));
    const std::string line = json_text(file_line(genesis, of)) + "\n";
    if (given.out == "-") {
        context.out.text(line);
        return ExitCode::done;
    }
    auto file = create_file(context, "--out", given.out, given.force);
    if (!file) { return file.error(); }
    auto written = file->write(BytesView{reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
    if (written) { written = file->finish(); }
    if (!written) { return refuse_file(context, given.out, written.error()); }
    if (context.out.json()) {
        context.out.document({{"file", given.out}, {"genesis_hash", hex_text(genesis.hash)}, {"protocol", of}});
    } else {
        context.out.text("wrote " + printable(given.out, 4096) + ", genesis " + to_hex(genesis.hash) + "\n");
    }
    return ExitCode::done;
}

using RunGenesis = ExitCode (*)(Context&, const GenesisOptions&);

CLI::App* add_genesis_command(CLI::App& parent, Context& context, const std::shared_ptr<GenesisOptions>& options,
                              const char* name, const char* what, const char* example, RunGenesis run) {
    CLI::App* sub = add_command(parent, name, what, example);
    sub->callback(
        [&context, options, run] { context.action = [&context, options, run] { return run(context, *options); }; });
    return sub;
}

} // namespace

void add_genesis(CLI::App& app, Context& context) {
    CLI::App* genesis =
        add_command(app, "genesis", "The genesis blocks of 2014, and one of your own", "ethpoc genesis list");
    genesis->require_subcommand(1);
    auto options = std::make_shared<GenesisOptions>();
    add_genesis_command(*genesis, context, options, "list", "All that are known: name, versions, hash, remark",
                        "ethpoc genesis list --json",
                        [](Context& to, const GenesisOptions&) { return list_genesis(to); });
    CLI::App* show = add_genesis_command(*genesis, context, options, "show", "One of them: header, accounts, RLP",
                                         "ethpoc genesis show poc5", show_genesis);
    show->add_option("name", options->name, "name as in the list, or a file")->required();
    show->add_option("--protocol", options->protocol, "by the rules of this version")->capture_default_str();
    CLI::App* made = add_genesis_command(
        *genesis, context, options, "make", "One for a network of your own, as a line that --genesis reads",
        "ethpoc genesis make --difficulty 4096 --alloc 0x8a40bfaa73256b60764c1bf40675a99083efb075=1000ether "
        "--protocol poc7 --out class.genesis",
        make);
    made->add_option("--difficulty", options->difficulty, "of the first blocks: so many hashes each, about")
        ->required();
    made->add_option("--alloc", options->alloc, "ADDRESS=WEI, or 1.5ether, 20finney; may be given again")
        ->type_name("ADDRESS=WEI");
    made->add_option("--protocol", options->protocol, "version whose blocks follow (default: poc4)");
    made->add_option("--out", options->out, "file to write, or - for the standard output")->capture_default_str();
    made->add_flag("--force", options->force, "overwrite the file");
}

} // namespace ethpoc::cmd
