// ethpoc chain tail: the newest blocks, and those that come.
#include <thread>

#include "chain/u256.hpp"
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

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

} // namespace

ExitCode run_chain_tail(Context& context, const config::Settings& settings, const ChainOptions& given) {
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

} // namespace ethpoc::cmd
