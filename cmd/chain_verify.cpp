// ethpoc chain verify: every rule again.
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/chain_walk.hpp"
#include "cmd/verify_mark.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

/// What is to be checked, and what of it was before.
struct VerifyPart {
    std::uint64_t from = 0;                      // as asked for
    std::optional<std::uint64_t> resumed_from{}; // blocks up to it were checked before
    Bytes state{};

    std::uint64_t first() const { return resumed_from ? *resumed_from + 1 : from; }
};

/// Why what was left is not that of this chain; nothing when it is.
std::optional<std::string> misfit(chain::Blockchain& chain, const VerifyMark& mark) {
    if (mark.genesis != chain.genesis().hash) { return "verify.json is of another chain"; }
    const auto at = chain.canonical(mark.number);
    if (!at || at->hash != mark.hash) {
        return "block " + std::to_string(mark.number) + " is another one than was checked then";
    }
    return {};
}

VerifyPart part_to_check(Context& context, const config::Settings& settings, const ChainOptions& given,
                         chain::Blockchain& chain) {
    VerifyPart out{given.from, {}, {}};
    if (!given.resume) { return out; }
    auto mark = read_verify_mark(settings.data_dir);
    const auto why = mark ? misfit(chain, *mark) : std::optional(mark.error());
    if (why) {
        context.out.complain("begins anew: " + *why);
        return out;
    }
    return {mark->from, mark->number, std::move(mark->state)};
}

ExitCode refuse_above(Context& context, std::uint64_t from, std::uint64_t head) {
    context.out.complain("there is no block " + std::to_string(from) + " to check; the head is block " +
                         std::to_string(head));
    if (context.out.json()) {
        context.out.document({{"ok", false}, {"from", from}, {"head_number", head}, {"checked", 0}});
    }
    return ExitCode::nothing;
}

std::string range_text(const VerifyPart& part, std::uint64_t to) {
    return (part.from == 0 ? "" : "from block " + std::to_string(part.from) + " ") + "up to block " +
           std::to_string(to) + "\n" +
           (part.resumed_from ? "of them those up to block " + std::to_string(*part.resumed_from) +
                                    " by the run before, on which this one went on\n"
                              : "");
}

nlohmann::ordered_json verify_json(const VerifyPart& part, std::uint64_t head) {
    nlohmann::ordered_json out{{"ok", false}, {"from", part.from}, {"head_number", head}};
    if (part.resumed_from) { out["resumed_from"] = *part.resumed_from; }
    return out;
}

void print_fault(Context& context, const VerifyPart& part, std::uint64_t head,
                 const std::pair<chain::BlockRecord, Error>& fault) {
    const auto& [record, error] = fault;
    if (context.out.json()) {
        auto out = verify_json(part, head);
        out["number"] = record.number;
        out["hash"] = hex_text(record.hash);
        out["error"] = error_json(error);
        return context.out.document(out);
    }
    context.out.text("block " + std::to_string(record.number) + " " + to_hex(record.hash) + ": " + error.message() +
                     "\n" + std::string(error.code->rule) + "\n");
}

void print_good(Context& context, const VerifyPart& part, chain::Blockchain& chain) {
    const std::uint64_t head = chain.head().number;
    if (context.out.json()) {
        auto out = verify_json(part, head);
        out["ok"] = true;
        out["state"] = state_json(chain.state());
        return context.out.document(out);
    }
    context.out.text("all rules hold " + range_text(part, head) + state_text(chain.state()));
}

/// It was ended by a signal: what was checked is kept.
void print_stopped(Context& context, const config::Settings& settings, const VerifyPart& part, chain::Blockchain& chain,
                   const chain::Verified& done) {
    const std::uint64_t to = done.last.number;
    const bool any = to >= part.from && to != 0;
    Result<void> kept;
    if (any) {
        kept = write_verify_mark(settings.data_dir, {chain.genesis().hash, part.from, to, done.last.hash, done.state});
    }
    if (!kept) { context.out.complain("it cannot be resumed: " + printable(kept.error().detail, 4096)); }
    if (context.out.json()) {
        auto out = verify_json(part, chain.head().number);
        out["stopped"] = true;
        out["checked_to"] = any ? nlohmann::ordered_json(to) : nlohmann::ordered_json(nullptr);
        out["resumable"] = any && kept;
        return context.out.document(out);
    }
    context.out.text(any ? "stopped: the rules hold " + range_text(part, to) : "stopped before the first block\n");
    if (any && kept) { context.out.text("--resume goes on from there\n"); }
}

} // namespace

ExitCode run_chain_verify(Context& context, const config::Settings& settings, const ChainOptions& given) {
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    chain::Blockchain& chain = *opened->chain;
    const std::uint64_t head = chain.head().number;
    if (given.from > head) { return refuse_above(context, given.from, head); }
    VerifyPart part = part_to_check(context, settings, given, chain);
    ChainWalk walk(context);
    const std::uint64_t first = part.first();
    chain.on_replay([&walk](std::uint64_t number) { return walk.go_on(number); });
    walk.begin("replaying", 0, head);
    bool checking = false;
    const auto done = chain.verify_while(
        first,
        [&](std::uint64_t number) {
            if (!checking) { walk.begin("checking", number, head); }
            checking = true;
            return walk.go_on(number);
        },
        part.state);
    walk.end();
    if (done.fault) {
        print_fault(context, part, head, *done.fault);
        return ExitCode::negative;
    }
    if (done.stopped) {
        print_stopped(context, settings, part, chain, done);
        return walk.exit_code(ExitCode::negative);
    }
    print_good(context, part, chain);
    if (part.from == 0) { remove_verify_mark(settings.data_dir, chain.genesis().hash); }
    return ExitCode::done;
}

} // namespace ethpoc::cmd
