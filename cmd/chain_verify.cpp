// ethpoc chain verify: every rule again.
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

ExitCode run_chain_verify(Context& context, const config::Settings& settings, const ChainOptions& given) {
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
    nlohmann::ordered_json out{{"ok", !bad}, {"from", given.from}, {"head_number", head}};
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

} // namespace ethpoc::cmd
