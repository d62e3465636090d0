// ethpoc chain: look at the store, check it, follow it, move blocks in and out. A row of `commands` each.
#include <CLI/App.hpp>
#include <array>

#include "cmd/chain_commands.hpp"
#include "cmd/chain_file_commands.hpp"

namespace ethpoc::cmd {

namespace {

void add_show_options(CLI::App& app, ChainOptions& given) {
    app.add_option("block", given.what, "number, or hash of 64 hex digits")->required();
}

void add_balance_options(CLI::App& app, ChainOptions& given) {
    app.add_option("address", given.what, "40 hex digits")->required();
    app.add_option("--at", given.at, "number of a block; else the head")->check(CLI::NonNegativeNumber);
}

void add_find_options(CLI::App& app, ChainOptions& given) {
    given.count = 20;
    app.add_option("what", given.what,
                   "hash of a transaction or block, 4 or more digits of its beginning, or an address")
        ->required();
    app.add_option("--count", given.count, "how many are shown (default: 20)")->check(CLI::NonNegativeNumber);
}

void add_verify_options(CLI::App& app, ChainOptions& given) {
    auto* const from = app.add_option("--from", given.from, "number of the first block to check (default: 0)");
    from->check(CLI::NonNegativeNumber);
    app.add_flag("--resume", given.resume, "go on where a verify before was ended by a signal")->excludes(from);
}

void add_export_options(CLI::App& app, ChainOptions& given) {
    app.add_option("file", given.what, "file to write, or -")->required();
    app.add_flag("--force", given.force, "overwrite the file");
}

void add_import_options(CLI::App& app, ChainOptions& given) {
    app.add_option("file", given.what, "file to read, or -")->required();
}

void add_prune_options(CLI::App& app, ChainOptions& given) {
    app.add_option("--keep", given.keep, "the newest heights, which keep theirs (default: 256)")
        ->check(CLI::NonNegativeNumber);
}

void add_repair_options(CLI::App& app, ChainOptions& given) {
    app.add_flag("--force", given.force, "write over chain.sqlite.damaged of an earlier repair");
}

void add_tail_options(CLI::App& app, ChainOptions& given) {
    app.add_option("--count", given.count, "how many (default: 10)")->check(CLI::NonNegativeNumber);
    app.add_flag("-f,--follow", given.follow, "go on with new ones until a signal");
}

ExitCode run_import(Context& context, const config::Settings& settings, const ChainOptions& given) {
    return run_chain_import(context, settings, given.what);
}

ExitCode run_prune(Context& context, const config::Settings& settings, const ChainOptions& given) {
    return run_chain_prune(context, settings, given.keep);
}

ExitCode run_repair(Context& context, const config::Settings& settings, const ChainOptions& given) {
    return run_chain_repair(context, settings, given.force);
}

ExitCode run_export(Context& context, const config::Settings& settings, const ChainOptions& given) {
    return run_chain_export(context, settings, given.what, given.force);
}

// Which settings a subcommand uses; --help shows them, and others are refused. The first three say which chain.
constexpr std::array<std::string_view, 3> which_chain{"protocol", "genesis", "data-dir"};
constexpr std::array<std::string_view, 4> which_and_state{"protocol", "genesis", "data-dir", "state"};
constexpr std::array<std::string_view, 5> which_to_write{"protocol", "genesis", "data-dir", "state", "limits.store"};

struct ChainCommand {
    const char* name;
    const char* description;
    const char* example;
    std::span<const std::string_view> uses;
    void (*add_options)(CLI::App&, ChainOptions&); // nullptr: it has none of its own
    ExitCode (*run)(Context&, const config::Settings&, const ChainOptions&);
};

constexpr std::array commands{
    ChainCommand{"status", "Genesis, head, size, and how far the state is checked",
                 "ethpoc chain status --data-dir ./chain --json", which_and_state, nullptr, run_chain_status},
    ChainCommand{"show", "One block", "ethpoc chain show 1 --data-dir ./chain", which_chain, add_show_options,
                 run_chain_show},
    ChainCommand{"balance", "What an account has, at the head or at a block",
                 "ethpoc chain balance 0x774da8330ea2c3b65320c7d7496486e1b0fad023 --at 1 --data-dir ./chain",
                 which_and_state, add_balance_options, run_chain_balance},
    ChainCommand{"find", "Where a transaction or an account stands, or which hashes begin so; reads all blocks",
                 "ethpoc chain find 0x81948c --data-dir ./chain", which_chain, add_find_options, run_chain_find},
    ChainCommand{"verify", "Check every rule again, the state too", "ethpoc chain verify --from 100 --data-dir ./chain",
                 which_and_state, add_verify_options, run_chain_verify},
    ChainCommand{"export", "Blocks from 1 to the head into a file, as RLP one after the other",
                 "ethpoc chain export blocks.rlp --data-dir ./chain", which_chain, add_export_options, run_export},
    ChainCommand{"import", "Blocks of a file: RLP one after the other, hex, or lines of JSON",
                 "ethpoc chain import blocks.rlp --protocol 7 --data-dir ./chain", which_to_write, add_import_options,
                 run_import},
    ChainCommand{"prune-forks", "Forget side chains far below the head, and give their room back",
                 "ethpoc chain prune-forks --keep 256 --data-dir ./chain", which_chain, add_prune_options, run_prune},
    ChainCommand{"repair", "Keep what is whole of a damaged store, and say what is gone",
                 "ethpoc chain repair --data-dir ./chain", which_chain, add_repair_options, run_repair},
    ChainCommand{"tail", "The newest blocks, a line each", "ethpoc chain tail --count 5 --data-dir ./chain",
                 which_chain, add_tail_options, run_chain_tail},
};

void add(CLI::App& parent, Context& context, const ChainCommand& command) {
    struct Given {
        config::Flags flags{};
        ChainOptions own{};
    };
    const auto given = std::make_shared<Given>();
    CLI::App* const sub = add_command(parent, command.name, command.description, command.example);
    given->flags.add_to(*sub, command.uses, config::default_settings(context.environment));
    if (command.add_options != nullptr) { command.add_options(*sub, given->own); }
    sub->callback([&context, given, run = command.run] {
        context.action = [&context, given, run]() -> ExitCode {
            const auto resolved = load_settings(context, given->flags);
            return resolved ? run(context, resolved->settings, given->own) : resolved.error();
        };
    });
}

} // namespace

void add_chain(CLI::App& app, Context& context) {
    CLI::App* chain = add_command(app, "chain", "The stored chain: look, check, export, import",
                                  "ethpoc chain status --data-dir ./chain --json");
    chain->require_subcommand(1);
    for (const ChainCommand& command : commands) {
        add(*chain, context, command);
    }
}

} // namespace ethpoc::cmd
