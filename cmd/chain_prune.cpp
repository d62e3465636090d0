// ethpoc chain prune-forks
#include "cmd/chain_file_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

/// The same chain that the reading commands take, in the store as a writer has it.
std::optional<std::int64_t> writable_row(chain::Store& store, const Hash256& genesis) {
    for (const chain::ChainRow& row : store.chains()) {
        if (row.genesis == genesis) { return row.id; }
    }
    return {};
}

} // namespace

ExitCode run_chain_prune(Context& context, const config::Settings& settings, std::uint64_t keep) {
    auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    const std::uint64_t head = opened->chain->head().number;
    const Hash256 genesis = opened->chain->genesis().hash;
    const std::string store_name = opened->store_name;
    opened->chain.reset();
    opened->store.reset(); // who reads keeps the journal from being given back
    auto store = chain::Store::open(settings.data_dir);
    if (!store) { return refuse(context, store_name, store.error()); }
    const auto row = writable_row(**store, genesis);
    if (!row) {
        return refuse(context, store_name,
                      (*store)->trouble().value_or(
                          Error{&chain::errors::store_failed, 0, 0, {}, "another process changed it meanwhile"}));
    }
    const auto pruned = (*store)->prune_forks(*row, keep);
    if (!pruned) { return refuse(context, store_name, pruned.error()); }
    const std::string told = "pruned " + plural(pruned->blocks, "block") + " of side chains, " +
                             plural(pruned->bytes, "byte") + ", " + plural(keep, "height") +
                             " or more below the head, block " + std::to_string(head);
    auto given_back = (*store)->compact();
    if (!given_back) {
        Error error = std::move(given_back.error());
        error.detail = told + "; the file could not be made smaller, its room is there for new blocks: " + error.detail;
        return refuse(context, store_name, error);
    }
    if (context.out.json()) {
        context.out.document({{"pruned", pruned->blocks},
                              {"bytes", pruned->bytes},
                              {"keep", keep},
                              {"file_bytes_less", *given_back},
                              {"head_number", head},
                              {"blocks", (*store)->count(*row)}});
    } else {
        context.out.text(told + "\nthe file has " + plural(*given_back, "byte") + " less\n");
    }
    return ExitCode::done;
}

} // namespace ethpoc::cmd
