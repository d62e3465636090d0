// ethpoc chain tail: the newest blocks, and those that come.
#include <thread>

#include "chain/u256.hpp"
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"
#include "cmd/view/timestamp.hpp"
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

void print_reorganisation(Context& context, const chain::HeadChange& change) {
    const std::uint64_t depth = change.left.size();
    const std::uint64_t first = change.from.number + 1 - depth;
    if (!context.out.json()) {
        context.out.text("reorg: #" + std::to_string(first) + "..#" + std::to_string(change.from.number) +
                         " replaced, the head is #" + std::to_string(change.to.number) + "\n");
        return context.out.flush();
    }
    context.out.line({{"event", "reorg"},
                      {"ts", timestamp_now()},
                      {"from", hex_text(change.from.hash)},
                      {"to", hex_text(change.to.hash)},
                      {"depth", depth},
                      {"first_number", first}});
}

/// Follows the chain of the head from a height on.
class Tail {
  public:
    Tail(Context& context, OpenedChain& opened, std::uint64_t next) : context_(context), opened_(opened), next_(next) {}

    /// Prints what there is above what was printed, after what has replaced a part of that. Nothing is printed while
    /// the store is read: whoever reads the output slowly must not keep the writer from emptying its journal.
    void catch_up(const std::function<bool()>& go_on) {
        bool more = true;
        while (more && go_on()) {
            std::optional<chain::HeadChange> change;
            std::vector<chain::BlockRecord> blocks;
            opened_.store->read_together([&] {
                change = opened_.chain->follow();
                if (change && !takes_back(*change)) { change.reset(); }
                if (change) { next_ = change->from.number + 1 - change->left.size(); }
                blocks = read_blocks();
            });
            if (change) { print_reorganisation(context_, *change); }
            for (const chain::BlockRecord& block : blocks) {
                print_block(context_, block);
            }
            next_ += blocks.size();
            more = blocks.size() == most_at_once;
        }
    }

  private:
    static constexpr std::size_t most_at_once = 512;

    /// Whether blocks that were printed have lost their place.
    bool takes_back(const chain::HeadChange& change) const {
        return !change.left.empty() && change.from.number + 1 - change.left.size() < next_;
    }
    std::vector<chain::BlockRecord> read_blocks() const {
        std::vector<chain::BlockRecord> out;
        while (out.size() < most_at_once) {
            const auto block = opened_.chain->canonical(next_ + out.size());
            if (!block) { break; }
            out.push_back(*block);
        }
        return out;
    }

    Context& context_;
    OpenedChain& opened_;
    std::uint64_t next_; // the height above the last that was printed
};

} // namespace

ExitCode run_chain_tail(Context& context, const config::Settings& settings, const ChainOptions& given) {
    auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    const std::uint64_t heights = opened->chain->head().number + 1;
    Tail tail(context, *opened, heights - std::min(heights, given.count));
    std::atomic<bool> stop = false;
    std::optional<StopSignal> signal;
    if (given.follow) {
        signal.emplace([&stop] { stop = true; });
    }
    const auto go_on = [&] { return !stop && !context.out.closed(); };
    tail.catch_up(go_on);
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    if (!given.follow) { return ExitCode::done; }
    while (go_on()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        tail.catch_up(go_on);
        if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    }
    return signal->exit_code(ExitCode::done);
}

} // namespace ethpoc::cmd
