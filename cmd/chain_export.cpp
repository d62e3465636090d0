// ethpoc chain export FILE
#include <atomic>

#include "cmd/chain_file_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/output_file.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

/// How many blocks were written; fewer than there are when `stop` became true, or the store could not be read on.
Result<std::uint64_t> write_blocks(Context& context, chain::Blockchain& chain, record::FileWriter& file,
                                   const std::atomic<bool>& stop) {
    Progress progress(context.out.error_stream());
    const std::uint64_t all = chain.head().number;
    std::uint64_t written = 0;
    Result<void> done;
    chain.canonical_rlp(1, all, [&](BytesView rlp) {
        done = file.write(rlp);
        if (!done || stop) { return false; }
        progress.update("block " + std::to_string(++written) + " of " + std::to_string(all));
        return true;
    });
    if (done && written == all) { done = file.finish(); }
    if (!done) { return std::unexpected(std::move(done.error())); }
    return written;
}

} // namespace

ExitCode run_chain_export(Context& context, const config::Settings& settings, const std::string& file_name,
                          bool force) {
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    auto file = create_file(context, "FILE", file_name, force);
    if (!file) { return file.error(); }
    const auto written = write_blocks(context, *opened->chain, *file, stop);
    if (!written) { return refuse_file(context, file_name, written.error()); }
    if (stop) { return signal.exit_code(ExitCode::done); }
    if (*written != opened->chain->head().number) {
        if (const auto failed = reading_failed(context, *opened)) { return *failed; }
        return refuse(context, opened->store_name,
                      Error{&chain::errors::store_damaged,
                            0,
                            0,
                            {},
                            "only " + std::to_string(*written) + " of " + std::to_string(opened->chain->head().number) +
                                " blocks are there; nothing was exported"});
    }
    if (file->to_stdout()) { return ExitCode::done; }
    const chain::BlockRecord& head = opened->chain->head();
    if (context.out.json()) {
        context.out.document({{"exported", *written},
                              {"file", file_name},
                              {"genesis_hash", hex_text(opened->chain->genesis().hash)},
                              {"head_hash", hex_text(head.hash)}});
    } else {
        context.out.text("exported " + plural(*written, "block") + " to " + printable(file_name, 4096) + "\n");
    }
    return ExitCode::done;
}

} // namespace ethpoc::cmd
