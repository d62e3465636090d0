// ethpoc chain export FILE
#include <cstdio>

#include "cmd/chain_file_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept {
        if (file != stdout) { std::fclose(file); }
    }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// How many blocks were written; nothing when the file or the store failed.
std::optional<std::uint64_t> write_blocks(Context& context, chain::Blockchain& chain, std::FILE* file) {
    Progress progress(context.out.error_stream());
    const std::uint64_t all = chain.head().number;
    std::uint64_t written = 0;
    chain.canonical_rlp(1, all, [&](BytesView rlp) {
        if (std::fwrite(rlp.data(), 1, rlp.size(), file) != rlp.size()) { return false; }
        progress.update("block " + std::to_string(++written) + " of " + std::to_string(all));
        return true;
    });
    if (written != all || std::fflush(file) != 0) { return {}; }
    return written;
}

} // namespace

ExitCode run_chain_export(Context& context, const config::Settings& settings, const std::string& file_name) {
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    const bool to_stdout = file_name == "-";
    const File file(to_stdout ? stdout : std::fopen(file_name.c_str(), "wb"));
    const auto written = file ? write_blocks(context, *opened->chain, file.get()) : std::nullopt;
    if (!written) {
        context.out.complain("cannot write " + file_name);
        return ExitCode::io;
    }
    if (to_stdout) { return ExitCode::done; }
    const chain::BlockRecord& head = opened->chain->head();
    if (context.out.json()) {
        context.out.document({{"exported", *written},
                              {"file", file_name},
                              {"genesis_hash", hex_text(opened->chain->genesis().hash)},
                              {"head_hash", hex_text(head.hash)}});
    } else {
        context.out.text("exported " + std::to_string(*written) + " blocks to " + file_name + "\n");
    }
    return ExitCode::done;
}

} // namespace ethpoc::cmd
