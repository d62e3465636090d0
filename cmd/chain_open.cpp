#include "cmd/chain_open.hpp"

#include <algorithm>

namespace ethpoc::cmd {

namespace {

constexpr std::uint32_t newest_version = 56;

std::uint32_t version_of(const wire::Profile& profile) {
    return profile.family == wire::Family::p2p ? profile.eth_version : profile.version;
}

/// Go's own genesis goes with Go's own rules.
const chain::Rules& rules_of(std::uint32_t version, const std::string& genesis_name) {
    return chain::rules_for(version,
                            genesis_name.starts_with("go-") ? std::string_view(genesis_name) : std::string_view{});
}

/// A genesis by name or file, under the first rules that can read it.
std::optional<ChosenChain> genesis_of_any_version(const std::string& name, Error& failure) {
    for (std::uint32_t version = 0; version <= newest_version; ++version) {
        const chain::Rules& rules = rules_of(version, name);
        auto genesis = chain::load_genesis(name, rules);
        if (genesis) { return ChosenChain{std::move(*genesis), &rules}; }
        failure = std::move(genesis.error());
    }
    return {};
}

ExitCode complain(Context& context, ExitCode code, const std::string& sentence) {
    context.out.complain(sentence);
    return code;
}

std::expected<OpenedChain, ExitCode> open_row(Context& context, std::unique_ptr<chain::Store> store,
                                              const chain::ChainRow& row) {
    const chain::Rules* const rules = chain::find_rules(row.rules);
    auto rlp = store->rlp(row.id, row.genesis);
    if (rules == nullptr || !rlp) {
        return std::unexpected(complain(context, ExitCode::io, "the store has a chain of unknown rules " + row.rules));
    }
    const chain::Genesis genesis{row.genesis_name, std::move(*rlp), row.genesis};
    auto chain = chain::Blockchain::open(*store, genesis, *rules);
    if (!chain) { return std::unexpected(refuse(context, "chain", chain.error())); }
    return OpenedChain{std::move(store), std::move(*chain)};
}

} // namespace

ExitCode refuse(Context& context, const std::string& what, const Error& error) {
    context.out.complain(what + ": " + error.message());
    if (!error.code->hint.empty()) { context.out.complain(std::string(error.code->hint)); }
    return exit_code_of(error);
}

std::string protocol_name(const chain::Rules& rules) {
    std::string_view name = rules.name;
    if (name.starts_with("poc")) { return std::string(name); }
    name.remove_prefix(std::min(name.find_first_of("123456789"), name.size()));
    return std::string(name);
}

std::optional<ChosenChain> known_chain(const Hash256& genesis_hash) {
    constexpr std::string_view go = "go-";
    for (std::uint32_t version = 0; version <= newest_version; ++version) {
        for (const std::string_view client : {std::string_view{}, go}) {
            chain::Genesis genesis = chain::genesis_for(version, client);
            if (genesis.hash == genesis_hash) {
                return ChosenChain{std::move(genesis), &chain::rules_for(version, client)};
            }
        }
    }
    return {};
}

std::expected<std::optional<ChosenChain>, ExitCode> choose_chain(Context& context, const config::Settings& settings) {
    const auto protocol = protocol_row(settings.protocol);
    if (!protocol) { return std::unexpected(complain(context, protocol.error().code, protocol.error().sentence)); }
    const bool any_genesis = settings.genesis == "auto";
    if (*protocol == nullptr && any_genesis) { return std::optional<ChosenChain>{}; }
    if (*protocol == nullptr) {
        Error failure;
        auto out = genesis_of_any_version(settings.genesis, failure);
        if (!out) { return std::unexpected(refuse(context, "--genesis " + settings.genesis, failure)); }
        return out;
    }
    const std::uint32_t version = version_of(**protocol);
    if (any_genesis) { return ChosenChain{chain::genesis_for(version), &chain::rules_for(version)}; }
    const chain::Rules& rules = rules_of(version, settings.genesis);
    auto genesis = chain::load_genesis(settings.genesis, rules);
    if (!genesis) { return std::unexpected(refuse(context, "--genesis " + settings.genesis, genesis.error())); }
    return ChosenChain{std::move(*genesis), &rules};
}

std::expected<OpenedChain, ExitCode> open_chain(Context& context, const config::Settings& settings) {
    const auto chosen = choose_chain(context, settings);
    if (!chosen) { return std::unexpected(chosen.error()); }
    if (settings.data_dir == ":memory:") {
        return std::unexpected(complain(context, ExitCode::usage, "nothing is kept in memory; give --data-dir"));
    }
    auto store = chain::Store::open(settings.data_dir, true);
    if (!store) { return std::unexpected(refuse(context, "--data-dir " + settings.data_dir, store.error())); }
    auto rows = (*store)->chains();
    if (*chosen) {
        std::erase_if(rows, [&](const chain::ChainRow& row) { return row.genesis != (*chosen)->genesis.hash; });
    }
    const auto best = std::ranges::max_element(rows, {}, [&](const auto& row) { return (*store)->count(row.id); });
    if (best == rows.end()) {
        return std::unexpected(complain(context, ExitCode::nothing, settings.data_dir + " has no such chain"));
    }
    return open_row(context, std::move(*store), *best);
}

std::expected<OpenedChain, ExitCode> make_chain(Context& context, const config::Settings& settings,
                                                const chain::Genesis& genesis, const chain::Rules& rules) {
    auto store = chain::Store::open(settings.data_dir);
    if (!store) { return std::unexpected(refuse(context, "--data-dir " + settings.data_dir, store.error())); }
    auto chain = chain::Blockchain::open(**store, genesis, rules);
    if (!chain) { return std::unexpected(refuse(context, "genesis", chain.error())); }
    return OpenedChain{std::move(*store), std::move(*chain)};
}

} // namespace ethpoc::cmd
