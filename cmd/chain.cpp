// ethpoc chain: look at the store, check it, follow it, move blocks in and out.
#include <CLI/App.hpp>
#include <charconv>
#include <thread>

#include "chain/u256.hpp"
#include "cmd/chain_file_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct ChainOptions {
    config::Flags flags{};
    std::string what{}; // NUMBER, HASH or FILE
    std::uint64_t from = 0;
    std::uint64_t count = 10;
    std::uint64_t keep = 256;
    bool follow = false;
    bool force = false;
};

// ---------------------------------------------------------------- status

ordered_json status_json(OpenedChain& opened) {
    chain::Blockchain& chain = *opened.chain;
    return {{"protocol", protocol_name(chain.rules())},
            {"rules", chain.rules().name},
            {"genesis", printable(chain.genesis().name)},
            {"genesis_hash", hex_text(chain.genesis().hash)},
            {"head_number", chain.head().number},
            {"head_hash", hex_text(chain.head().hash)},
            {"head_time", utc_time(chain.head().timestamp)},
            {"total_difficulty", chain::to_decimal(chain.announced_total_difficulty())},
            {"blocks", chain.size()},
            {"chains", opened.store->chains().size()},
            {"state", state_json(chain.state())}};
}

ExitCode run_status(Context& context, const config::Settings& settings, const ChainOptions& /*given*/) {
    auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    const ordered_json status = status_json(*opened);
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    if (context.out.json()) {
        context.out.document(status);
        return ExitCode::done;
    }
    for (const auto& [key, value] : status.items()) {
        if (key == "state") { continue; }
        std::string name = key;
        std::ranges::replace(name, '_', ' ');
        name.resize(18, ' ');
        context.out.text(name + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n");
    }
    context.out.text(state_text(opened->chain->state()));
    return ExitCode::done;
}

// ---------------------------------------------------------------- show

/// By height, or by hash; nothing when the text is neither.
std::optional<std::optional<chain::BlockRecord>> look_up(chain::Blockchain& chain, const std::string& what) {
    std::uint64_t number = 0;
    const char* const end = what.data() + what.size();
    const auto [at, failure] = std::from_chars(what.data(), end, number);
    if (failure == std::errc{} && at == end && what.size() < 2 * Hash256::width) { return chain.canonical(number); }
    const auto bytes = from_hex(what);
    if (!bytes || bytes->size() != Hash256::width) { return {}; }
    return chain.find(Hash256::right_aligned(*bytes));
}

ExitCode run_show(Context& context, const config::Settings& settings, const ChainOptions& given) {
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    chain::Blockchain& chain = *opened->chain;
    const auto record = look_up(chain, given.what);
    if (!record) {
        context.out.refuse("input.usage", printable(given.what) + " is neither a number nor a hash of 64 hex digits");
        return ExitCode::usage;
    }
    const auto rlp = *record ? chain.rlp((*record)->hash) : std::nullopt;
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    if (!rlp) {
        context.out.refuse("input.no_block", "no block " + printable(given.what));
        return ExitCode::negative;
    }
    ordered_json block = block_json(chain.rules(), **record, *rlp);
    block["canonical"] = chain.is_canonical(**record);
    block["time"] = utc_time((*record)->timestamp);
    const auto own = chain.decode_stored(**record, *rlp);
    if (!own) { block["error"] = error_json(own.error()); }
    context.out.document(block);
    if (own) { return ExitCode::done; }
    context.out.complain(own.error().detail + " (" + std::string(own.error().code->word) + ")");
    return ExitCode::negative;
}

// ---------------------------------------------------------------- verify

ExitCode run_verify(Context& context, const config::Settings& settings, const ChainOptions& given) {
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    chain::Blockchain& chain = *opened->chain;
    const std::uint64_t head = chain.head().number;
    if (given.from > head) {
        context.out.complain("there is no block " + std::to_string(given.from) + " to check; the head is block " +
                             std::to_string(head));
        if (context.out.json()) {
            context.out.document({{"ok", false}, {"from", given.from}, {"head_number", head}, {"checked", 0}});
        }
        return ExitCode::nothing;
    }
    std::optional<std::pair<chain::BlockRecord, Error>> bad;
    {
        Progress progress(context.out.error_stream());
        bad = chain.verify(given.from, [&](std::uint64_t number) {
            progress.update("block " + std::to_string(number) + " of " + std::to_string(head));
        });
    }
    ordered_json out{{"ok", !bad}, {"from", given.from}, {"head_number", head}};
    if (bad) {
        out["number"] = bad->first.number;
        out["hash"] = hex_text(bad->first.hash);
        out["error"] = error_json(bad->second);
    } else {
        out["state"] = state_json(chain.state());
    }
    if (context.out.json()) {
        context.out.document(out);
    } else if (bad) {
        context.out.text("block " + std::to_string(bad->first.number) + " " + to_hex(bad->first.hash) + ": " +
                         bad->second.message() + "\n" + std::string(bad->second.code->rule) + "\n");
    } else {
        const std::string from = given.from == 0 ? "" : "from block " + std::to_string(given.from) + " ";
        context.out.text("all rules hold " + from + "up to block " + std::to_string(head) + "\n");
        context.out.text(state_text(chain.state()));
    }
    return bad ? ExitCode::negative : ExitCode::done;
}

// ---------------------------------------------------------------- tail

void print_block(Context& context, const chain::BlockRecord& record) {
    if (context.out.json()) {
        context.out.line(record_json(record));
        return;
    }
    std::string number = std::to_string(record.number);
    number.insert(0, number.size() < 9 ? 9 - number.size() : 0, ' ');
    context.out.text(number + "  " + utc_time(record.timestamp) + "  " + to_hex(record.hash).substr(0, 16) +
                     "  difficulty " + chain::to_decimal(record.difficulty) + "\n");
    context.out.flush();
}

/// Prints canonical blocks from `next` on; the height after the last.
std::uint64_t print_from(Context& context, OpenedChain& opened, std::uint64_t next) {
    while (const auto record = opened.chain->canonical(next)) {
        print_block(context, *record);
        ++next;
    }
    return next;
}

ExitCode run_tail(Context& context, const config::Settings& settings, const ChainOptions& given) {
    auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    const std::uint64_t heights = opened->chain->head().number + 1;
    std::uint64_t next = print_from(context, *opened, heights - std::min(heights, given.count));
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    if (!given.follow) { return ExitCode::done; }
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    while (!stop && !context.out.closed()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        next = print_from(context, *opened, next);
        if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    }
    return signal.exit_code(ExitCode::done);
}

// ---------------------------------------------------------------- the command line

using Run = ExitCode (*)(Context&, const config::Settings&, const ChainOptions&);

CLI::App* add(CLI::App& parent, Context& context, const std::shared_ptr<ChainOptions>& options, const char* name,
              const char* description, const char* example, Run run) {
    CLI::App* sub = add_command(parent, name, description, example);
    options->flags.add_to(*sub);
    sub->callback([&context, options, run] {
        context.action = [&context, options, run]() -> ExitCode {
            const auto resolved = load_settings(context, options->flags);
            return resolved ? run(context, resolved->settings, *options) : resolved.error();
        };
    });
    return sub;
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

} // namespace

void add_chain(CLI::App& app, Context& context) {
    CLI::App* chain = add_command(app, "chain", "The stored chain: look, check, export, import",
                                  "ethpoc chain status --data-dir ./chain --json");
    chain->require_subcommand(1);
    const auto options = [] { return std::make_shared<ChainOptions>(); };

    add(*chain, context, options(), "status", "Genesis, head, size, and how far the state is checked",
        "ethpoc chain status --data-dir ./chain --json", run_status);
    auto given = options();
    add(*chain, context, given, "show", "One block", "ethpoc chain show 1 --data-dir ./chain", run_show)
        ->add_option("block", given->what, "number, or hash of 64 hex digits")
        ->required();
    given = options();
    add(*chain, context, given, "verify", "Check every rule again, the state too",
        "ethpoc chain verify --from 100 --data-dir ./chain", run_verify)
        ->add_option("--from", given->from, "number of the first block to check")
        ->check(CLI::NonNegativeNumber);
    given = options();
    CLI::App* to_file =
        add(*chain, context, given, "export", "Blocks from 1 to the head into a file, as RLP one after the other",
            "ethpoc chain export blocks.rlp --data-dir ./chain", run_export);
    to_file->add_option("file", given->what, "file to write, or -")->required();
    to_file->add_flag("--force", given->force, "overwrite the file");
    given = options();
    add(*chain, context, given, "import", "Blocks of a file (RLP one after the other, or a recorded chain)",
        "ethpoc chain import blocks.rlp --protocol 7 --data-dir ./chain", run_import)
        ->add_option("file", given->what, "file to read, or -")
        ->required();
    given = options();
    add(*chain, context, given, "prune-forks", "Forget side chains far below the head, and give their room back",
        "ethpoc chain prune-forks --keep 256 --data-dir ./chain", run_prune)
        ->add_option("--keep", given->keep, "the newest heights, which keep theirs (256)")
        ->check(CLI::NonNegativeNumber);
    given = options();
    add(*chain, context, given, "repair", "Keep what is whole of a damaged store, and say what is gone",
        "ethpoc chain repair --data-dir ./chain", run_repair)
        ->add_flag("--force", given->force, "write over chain.sqlite.damaged of an earlier repair");
    given = options();
    CLI::App* tail = add(*chain, context, given, "tail", "The newest blocks, a line each",
                         "ethpoc chain tail --count 5 --data-dir ./chain", run_tail);
    tail->add_option("--count", given->count, "how many")->check(CLI::NonNegativeNumber);
    tail->add_flag("-f,--follow", given->follow, "go on with new ones until a signal");
}

} // namespace ethpoc::cmd
