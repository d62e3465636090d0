// ethpoc chain show NUMBER|HASH: one block.
#include <charconv>
#include <ctime>

#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/block_page.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

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

} // namespace

ExitCode run_chain_show(Context& context, const config::Settings& settings, const ChainOptions& given) {
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
    const auto facts = read_facts(chain.rules(), (*record)->number, *rlp);
    const bool canonical = chain.is_canonical(**record);
    const auto own = chain.decode_stored(**record, *rlp);
    if (context.out.json()) {
        ordered_json block = block_json(chain.rules(), **record, *rlp, facts);
        block["canonical"] = canonical;
        block["time"] = utc_time((*record)->timestamp);
        if (!own) { block["error"] = error_json(own.error()); }
        context.out.document(block);
    } else {
        context.out.text(block_page({chain.rules(), **record, canonical, rlp->size(), facts},
                                    static_cast<std::uint64_t>(std::time(nullptr))));
    }
    if (own) { return ExitCode::done; }
    context.out.complain(own.error().detail + " (" + std::string(own.error().code->word) + ")");
    return ExitCode::negative;
}

} // namespace ethpoc::cmd
