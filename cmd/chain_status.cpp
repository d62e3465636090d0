// ethpoc chain status: what is in the store.
#include <algorithm>

#include "chain/u256.hpp"
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

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

} // namespace

ExitCode run_chain_status(Context& context, const config::Settings& settings, const ChainOptions& /*given*/) {
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

} // namespace ethpoc::cmd
