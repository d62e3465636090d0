#include "cmd/chain_open.hpp"
#include "cmd/plain_error.hpp"

#include <algorithm>

namespace ethpoc::cmd {

namespace {

ExitCode complain(Context& context, ExitCode code, const std::string& sentence) {
    context.out.refuse(code == ExitCode::usage ? "input.usage" : "input.unreadable", sentence);
    return code;
}

std::expected<OpenedChain, ExitCode> open_row(Context& context, const std::string& store_name,
                                              std::unique_ptr<chain::Store> store, const chain::ChainRow& row,
                                              chain::StateCheck state) {
    const auto damaged = [&](const std::string& sentence) {
        const Error error{&chain::errors::store_damaged, 0, 0, {}, sentence};
        return std::unexpected(refuse(context, store_name, store->trouble().value_or(error)));
    };
    const chain::Rules* const rules = chain::find_rules(row.rules);
    if (rules == nullptr) { return damaged("it has a chain of unknown rules, \"" + row.rules + "\""); }
    auto rlp = store->rlp(row.id, row.genesis);
    if (!rlp) { return damaged("the genesis block is missing"); }
    const chain::Genesis genesis{row.genesis_name, std::move(*rlp), row.genesis};
    auto chain = chain::Blockchain::open(*store, genesis, *rules, state);
    if (chain) { return OpenedChain{std::move(store), std::move(*chain), store_name}; }
    if (exit_code_of(chain.error()) == ExitCode::io) {
        return std::unexpected(refuse(context, store_name, chain.error()));
    }
    return damaged("block 0, the genesis, was changed: " + sentence_of(chain.error()));
}

/// Whether a stored chain is one of those that were asked for. Without a version one genesis may be there under more
/// than one hash: that of the block and that of its header.
bool is_wanted(chain::Store& store, const chain::ChainRow& row, const Wanted& wanted) {
    if (wanted.genesis && wanted.version) { return row.genesis == wanted.genesis->genesis.hash; }
    if (wanted.genesis) { return store.rlp(row.id, row.genesis) == wanted.genesis->genesis.rlp; }
    if (!wanted.version) { return true; }
    const auto candidates = chain::genesis_candidates(*wanted.version);
    const auto same = [&](const chain::GenesisCandidate& one) { return one.genesis.hash == row.genesis; };
    if (std::ranges::any_of(candidates, same)) { return true; }
    // One that came by file may be that of no version, or of another one: then its rules tell.
    const chain::Rules* const rules = chain::find_rules(row.rules);
    if (rules == nullptr || !chain::serves_version(*rules, *wanted.version)) { return false; }
    const auto known = chain::find_genesis_of_any_version(row.genesis);
    return !known || known->rules != rules;
}

/// Of the chains that are wanted the one with the most blocks.
std::optional<chain::ChainRow> best_row(chain::Store& store, const Wanted& wanted) {
    auto rows = store.chains();
    std::erase_if(rows, [&](const chain::ChainRow& row) { return !is_wanted(store, row, wanted); });
    const auto best = std::ranges::max_element(rows, {}, [&](const auto& row) { return store.count(row.id); });
    return best == rows.end() ? std::nullopt : std::optional(*best);
}

} // namespace

ExitCode refuse(Context& context, const std::string& what, const Error& error) {
    // Of a file there is a sentence, and no offset that would tell anybody anything.
    const bool of_file = error.code->word.starts_with("chain.store") || error.code->word.starts_with("file.");
    const std::string sentence = of_file ? error.detail + " (" + std::string(error.code->word) + ")" : error.message();
    context.out.refuse(error.code->word, printable(what + ": " + sentence, 8192));
    if (!error.code->hint.empty()) { context.out.complain(std::string(error.code->hint)); }
    return exit_code_of(error);
}

ExitCode refuse_to_start(Context& context, const config::Settings& settings, const Error& error) {
    if (error.code->word.starts_with("chain.store")) {
        return refuse(context, "--data-dir " + settings.data_dir, error);
    }
    context.out.complain(printable(plain_sentence(error), 8192));
    return exit_code_of(error);
}

std::expected<Wanted, ExitCode> wanted_chain(Context& context, const config::Settings& settings) {
    const auto protocol = protocol_row(settings.protocol);
    if (!protocol) { return std::unexpected(complain(context, protocol.error().code, protocol.error().sentence)); }
    Wanted out;
    if (*protocol != nullptr) { out.version = (*protocol)->chain_version(); }
    if (settings.genesis == "auto") { return out; }
    auto genesis = named_genesis(settings.genesis, out.version);
    if (!genesis) { return std::unexpected(complain(context, genesis.error().code, genesis.error().sentence)); }
    out.genesis = std::move(*genesis);
    return out;
}

std::expected<OpenedChain, ExitCode> open_chain(Context& context, const config::Settings& settings) {
    const auto wanted = wanted_chain(context, settings);
    if (!wanted) { return std::unexpected(wanted.error()); }
    if (settings.data_dir == ":memory:") {
        return std::unexpected(complain(context, ExitCode::usage, "nothing is kept in memory; give --data-dir"));
    }
    const std::string store_name = "--data-dir " + settings.data_dir;
    auto store = chain::Store::open(settings.data_dir, true);
    if (!store) { return std::unexpected(refuse(context, store_name, store.error())); }
    const auto best = best_row(**store, *wanted);
    if (const auto trouble = (*store)->trouble()) { return std::unexpected(refuse(context, store_name, *trouble)); }
    if (!best) {
        return std::unexpected(
            complain(context, ExitCode::nothing, printable(settings.data_dir, 4096) + " has no such chain"));
    }
    return open_row(context, store_name, std::move(*store), *best, state_check(settings));
}

std::expected<OpenedChain, ExitCode> make_chain(Context& context, const config::Settings& settings,
                                                const chain::GenesisCandidate& genesis) {
    auto store = chain::Store::open(settings.data_dir);
    if (!store) { return std::unexpected(refuse(context, "--data-dir " + settings.data_dir, store.error())); }
    auto chain = chain::Blockchain::open(**store, genesis.genesis, *genesis.rules, state_check(settings));
    if (!chain) {
        const bool of_store = chain.error().code->word.starts_with("chain.store");
        return std::unexpected(
            refuse(context, of_store ? "--data-dir " + settings.data_dir : "genesis", chain.error()));
    }
    (*chain)->limit_store(settings.limits.store.bytes);
    (*chain)->limit_sides(settings.limits.side_chains.bytes);
    return OpenedChain{std::move(*store), std::move(*chain), "--data-dir " + settings.data_dir};
}

std::expected<OpenedChain, ExitCode> open_or_make_chain(Context& context, const config::Settings& settings) {
    const auto wanted = wanted_chain(context, settings);
    if (!wanted) { return std::unexpected(wanted.error()); }
    const std::string store_name = "--data-dir " + settings.data_dir;
    auto store = chain::Store::open(settings.data_dir);
    if (!store) { return std::unexpected(refuse(context, store_name, store.error())); }
    const auto best = best_row(**store, *wanted);
    if (const auto trouble = (*store)->trouble()) { return std::unexpected(refuse(context, store_name, *trouble)); }
    if (best) { return open_row(context, store_name, std::move(*store), *best, state_check(settings)); }
    store->reset(); // one process, one writer
    if (wanted->genesis) { return make_chain(context, settings, *wanted->genesis); }
    return make_chain(context, settings, chain::genesis_candidates(wanted->version.value_or(default_version)).front());
}

std::optional<ExitCode> reading_failed(Context& context, const OpenedChain& opened) {
    const auto trouble = opened.store->trouble();
    return trouble ? std::optional(refuse(context, opened.store_name, *trouble)) : std::nullopt;
}

} // namespace ethpoc::cmd
