// ethpoc chain import FILE
#include "cmd/block_file.hpp"
#include "cmd/chain_file_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/output_file.hpp"
#include "cmd/plain_error.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

constexpr std::size_t batch_blocks = 512;
constexpr std::size_t batch_bytes = 4u << 20;

struct Tally {
    std::uint64_t imported = 0;
    std::uint64_t known = 0;
    std::uint64_t waiting = 0;
    std::uint64_t refused = 0;
    std::uint64_t seen = 0;
    std::uint64_t first_bad = 0; // its place in the file, from 1
    std::optional<Error> first_error{};
    std::optional<Error> file_error{};
    std::optional<Error> store_error{};
};

/// The hash that the first block of a file names as its parent. It stands first in every layout: [[parent, ..], ..].
Hash256 parent_of(BytesView block) {
    const auto whole = rlp::first_item(block);
    const auto header = whole ? rlp::first_item(whole->payload()) : whole;
    const auto parent = header ? rlp::first_item(header->payload()) : header;
    return parent ? Hash256::right_aligned(parent->payload()) : Hash256{};
}

/// The chain that the file itself tells of: by its first line, or by the genesis that its first block names. A version
/// that was asked for says by which rules, not with which of its genesis blocks.
std::expected<chain::GenesisCandidate, ExitCode> chain_of_file(Context& context, const BlockFile& file, BytesView first,
                                                               std::optional<std::uint32_t> version) {
    if (const auto& head = file.head()) {
        auto genesis = chain::fit_genesis(chain::genesis_of(*head), version);
        if (!genesis) { return std::unexpected(refuse(context, "genesis of the file", genesis.error())); }
        return std::move(*genesis);
    }
    const Hash256 parent = parent_of(first);
    auto known = version ? chain::find_genesis_by_hash(*version, parent) : chain::find_genesis_of_any_version(parent);
    if (known) { return *std::move(known); }
    if (version) { return std::move(chain::genesis_candidates(*version).front()); }
    context.out.refuse("input.usage",
                       "the file does not begin with block 1 of a known chain; give --protocol or --genesis");
    return std::unexpected(ExitCode::usage);
}

void add(Tally& tally, chain::BatchResult result) {
    tally.imported += result.imported;
    tally.store_error = std::move(result.store_error);
    for (chain::Import& block : result.blocks) {
        ++tally.seen;
        tally.known += block.verdict == chain::Verdict::known ? 1U : 0U;
        if (block.verdict != chain::Verdict::invalid && block.verdict != chain::Verdict::refused) { continue; }
        ++tally.refused;
        if (!tally.first_error) {
            tally.first_bad = tally.seen;
            tally.first_error = std::move(block.error);
        }
    }
}

/// Reads up to a batch. False at the end of the file, or when the rest cannot be read.
bool read_batch(BlockFile& file, std::vector<Bytes>& batch, Tally& tally) {
    std::size_t bytes = 0;
    while (batch.size() < batch_blocks && bytes < batch_bytes) {
        auto block = file.next();
        if (!block) { tally.file_error = std::move(block.error()); }
        if (!block || !*block) { return false; }
        bytes += (*block)->size();
        batch.push_back(std::move(**block));
    }
    return true;
}

Tally import_all(Context& context, chain::Blockchain& chain, BlockFile& file, std::vector<Bytes> batch) {
    Tally tally;
    Progress progress(context.out.error_stream());
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    for (bool more = true; (more || chain.adopting()) && !tally.store_error && !stop;) {
        more = more && read_batch(file, batch, tally);
        const std::vector<BytesView> views(batch.begin(), batch.end());
        add(tally, chain.import(views, static_cast<std::uint64_t>(std::time(nullptr))));
        batch.clear();
        progress.update(plural(tally.seen, "block") + " read, head " + std::to_string(chain.head().number));
    }
    tally.waiting = chain.orphans();
    return tally;
}

ExitCode exit_code(const Tally& tally) {
    if (tally.store_error) { return ExitCode::io; }
    const bool all_good = !tally.file_error && tally.refused == 0 && tally.waiting == 0;
    return all_good ? ExitCode::done : ExitCode::negative;
}

void print_json(Context& context, chain::Blockchain& chain, const Tally& tally) {
    nlohmann::ordered_json out{{"imported", tally.imported},         {"known", tally.known},
                               {"refused", tally.refused},           {"waiting", tally.waiting},
                               {"head_number", chain.head().number}, {"head_hash", hex_text(chain.head().hash)},
                               {"state", state_json(chain.state())}};
    if (tally.first_error) { out["first_refused"] = tally.first_bad; }
    for (const auto* error : {&tally.store_error, &tally.first_error, &tally.file_error}) {
        if (*error) {
            out["error"] = error_json(**error);
            break;
        }
    }
    context.out.document(out);
}

void print_text(Context& context, chain::Blockchain& chain, const Tally& tally) {
    context.out.text("imported " + plural(tally.imported, "block") + ", " + std::to_string(tally.known) + " known, " +
                     std::to_string(tally.refused) + " refused, " + std::to_string(tally.waiting) +
                     " without their parent\nhead " + std::to_string(chain.head().number) + " " +
                     to_hex(chain.head().hash) + "\n" + state_text(chain.state()));
    if (tally.first_error) {
        context.out.complain("block " + std::to_string(tally.first_bad) +
                             " of the file: " + sentence_of(*tally.first_error));
    }
    if (tally.file_error) { context.out.complain("the file: " + sentence_of(*tally.file_error)); }
    if (tally.store_error) { context.out.complain("the store: " + sentence_of(*tally.store_error)); }
}

} // namespace

ExitCode run_chain_import(Context& context, const config::Settings& settings, const std::string& file_name) {
    if (const auto refused = refuse_name(context, "FILE", file_name)) { return *refused; }
    auto file = BlockFile::open(file_name);
    if (!file) {
        const ExitCode code = refuse(context, file_name, file.error());
        return file.error().code->word.starts_with("hex.") ? ExitCode::negative : code;
    }
    auto wanted = wanted_chain(context, settings);
    if (!wanted) { return wanted.error(); }
    std::vector<Bytes> first;
    if (!wanted->genesis) {
        auto block = (*file)->next();
        if (!block) {
            context.out.refuse(block.error().code->word, file_name + ": " + sentence_of(block.error()));
            return ExitCode::negative;
        }
        if (*block) { first.push_back(std::move(**block)); }
        auto of_file =
            chain_of_file(context, **file, first.empty() ? BytesView{} : BytesView{first.front()}, wanted->version);
        if (!of_file) { return of_file.error(); }
        wanted->genesis = std::move(*of_file);
    }
    auto opened = make_chain(context, settings, *wanted->genesis);
    if (!opened) { return opened.error(); }
    const Tally tally = import_all(context, *opened->chain, **file, std::move(first));
    context.out.json() ? print_json(context, *opened->chain, tally) : print_text(context, *opened->chain, tally);
    return exit_code(tally);
}

} // namespace ethpoc::cmd
