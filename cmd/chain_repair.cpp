// ethpoc chain repair
#include "chain/store_repair.hpp"
#include "cmd/chain_file_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

ordered_json repaired_json(const chain::Repair& repair, const std::string& kept) {
    ordered_json chains = ordered_json::array();
    for (const chain::RepairedChain& one : repair.chains) {
        ordered_json lost = ordered_json::array();
        for (const chain::HeightRange& range : one.lost) {
            lost.push_back({{"first", range.first}, {"last", range.last}});
        }
        chains.push_back({{"genesis", printable(one.name)},
                          {"genesis_hash", hex_text(one.genesis)},
                          {"head_number", one.head.number},
                          {"head_hash", hex_text(one.head.hash)},
                          {"kept", one.kept},
                          {"waiting", one.waiting},
                          {"gone", one.gone},
                          {"lost_heights", std::move(lost)}});
    }
    ordered_json lost_chains = ordered_json::array();
    for (const chain::LostChain& one : repair.lost) {
        const ordered_json hash = one.genesis ? ordered_json(hex_text(*one.genesis)) : ordered_json(nullptr);
        lost_chains.push_back({{"genesis_hash", hash}, {"blocks", one.blocks}});
    }
    return {{"ok", repair.complete()},
            {"damaged", true},
            {"chains", std::move(chains)},
            {"lost_chains", std::move(lost_chains)},
            {"old_file", printable(kept, 4096)}};
}

std::string heights_text(const std::vector<chain::HeightRange>& ranges) {
    constexpr std::size_t most_shown = 20;
    std::string out;
    for (std::size_t i = 0; i < std::min(ranges.size(), most_shown); ++i) {
        const auto [first, last] = ranges[i];
        out += (i == 0 ? "" : ", ") + std::to_string(first) + (last == first ? "" : "-" + std::to_string(last));
    }
    return out + (ranges.size() > most_shown ? " and more" : "");
}

std::string repaired_text(const chain::Repair& repair, const std::string& kept) {
    std::string out;
    for (const chain::RepairedChain& one : repair.chains) {
        out += "chain " + printable(one.name) + ": kept " + plural(one.kept, "block") + ", head " +
               std::to_string(one.head.number) + " " + to_hex(one.head.hash) + "\n";
        if (one.waiting > 0) {
            out += "  " + plural(one.waiting, "block") + " without their parent; they are taken when it comes\n";
        }
        if (one.gone > 0) { out += "  gone: " + plural(one.gone, "block") + "\n"; }
        if (!one.lost.empty()) { out += "  heights without a block: " + heights_text(one.lost) + "\n"; }
    }
    for (const chain::LostChain& one : repair.lost) {
        out += "a chain is lost" + (one.genesis ? ", its genesis was " + to_hex(*one.genesis) : std::string{}) + "; " +
               plural(one.blocks, "block") + " of it are there, and could be kept with --genesis\n";
    }
    out += repair.complete() ? "nothing is gone\n" : "";
    return out + "the old file is " + printable(kept, 4096) + "\n";
}

} // namespace

ExitCode run_chain_repair(Context& context, const config::Settings& settings, bool force) {
    const auto wanted = wanted_chain(context, settings);
    if (!wanted) { return wanted.error(); }
    const std::string kept = settings.data_dir + "/" + chain::damaged_file;
    std::optional<Result<std::optional<chain::Repair>>> repaired;
    {
        Progress progress(context.out.error_stream());
        repaired = chain::repair_store(settings.data_dir, wanted->genesis, force, [&](std::uint64_t blocks) {
            progress.update(plural(blocks, "block") + " looked at");
        });
    }
    if (!*repaired) { return refuse(context, "--data-dir " + settings.data_dir, repaired->error()); }
    const std::optional<chain::Repair>& done = **repaired;
    if (!done) {
        if (context.out.json()) {
            context.out.document({{"ok", true}, {"damaged", false}});
        } else {
            context.out.text("the store is whole; nothing was changed\n");
        }
        return ExitCode::done;
    }
    if (context.out.json()) {
        context.out.document(repaired_json(*done, kept));
    } else {
        context.out.text(repaired_text(*done, kept));
    }
    return done->complete() ? ExitCode::done : ExitCode::negative;
}

} // namespace ethpoc::cmd
