#include "chain/store_repair.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <set>

#include "chain/blockchain.hpp"
#include "chain/page_scan.hpp"
#include "chain/sqlite.hpp"
#include "chain/store_lock.hpp"
#include "chain/store_rows.hpp"

namespace ethpoc::chain {

namespace {

namespace fs = std::filesystem;
using sqlite::Database;
using sqlite::Statement;

constexpr std::size_t batch_blocks = 512;
constexpr std::size_t batch_bytes = 4u << 20;
constexpr std::size_t most_chains = 1024;
constexpr std::size_t most_heights = 4096; // as many as may wait (OrphanPool)

Error cannot(std::string sentence) {
    return {&errors::store_failed, 0, 0, {}, std::move(sentence)};
}

std::string text_of(const Bytes& bytes) {
    return std::string(as_text(bytes));
}

// ---------------------------------------------------------------- the repair

/// A chain of the old file on its way into the new one.
struct Salvage {
    std::optional<ChainRow> row{}; // as the old file has it
    std::uint64_t expected = 0;    // blocks, by that row
    std::vector<PremineAccount> premine{};
    std::set<Hash256> genesis_blocks{};
    std::uint64_t found = 0;
    std::uint64_t waited = 0; // rows of the table of orphans
    std::unique_ptr<Blockchain> chain{};
    std::uint64_t top = 0; // the highest block that is one
    std::vector<Bytes> batch{};
    std::vector<std::uint64_t> numbers{};       // of the batch; early headers have none
    std::map<Hash256, std::uint64_t> heights{}; // of the newest blocks that wait
    std::deque<Hash256> order{};                // of heights, the oldest first, as the pool lets go of them
    std::size_t batched = 0;
};

class Repairing {
  public:
    Repairing(std::string folder, PageScan scan, const std::optional<GenesisCandidate>& genesis,
              const std::function<void(std::uint64_t)>& progress) :
        folder_(std::move(folder)),
        scan_(std::move(scan)), genesis_(genesis), progress_(progress) {}

    Result<void> find_all();
    Result<void> store_all();
    Result<Repair> report();

  private:
    bool note(std::uint64_t place, const PageScan::Row& row);
    std::optional<GenesisCandidate> genesis_of(std::int64_t id);
    std::optional<GenesisCandidate> recorded_genesis(std::int64_t id);
    std::vector<Bytes> blocks_at(std::int64_t id, std::uint64_t number);
    Result<void> open_chains();
    Result<void> store_rows(const char* sql, std::size_t hash_column, std::size_t rlp_column);
    Result<void> flush(Salvage& to);
    RepairedChain report_of(Salvage& from);

    std::string folder_;
    PageScan scan_;
    const std::optional<GenesisCandidate>& genesis_;
    const std::function<void(std::uint64_t)>& progress_;
    Database found_{};
    Statement add_{};
    bool full_ = false;
    std::map<std::int64_t, Salvage> chains_{};
    std::unique_ptr<Store> store_{};
    std::uint64_t stored_ = 0;
};

// Where each row is, so that they can be taken in the order in which they came: parents before their children. A
// scratch file, since a store may have more blocks than memory has room.
constexpr const char* found_form = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;"
                                   "CREATE TABLE found(orphan INTEGER, id INTEGER, chain INTEGER, number INTEGER, "
                                   "place INTEGER); BEGIN";
constexpr const char* found_blocks = "SELECT chain, place, number FROM found WHERE orphan = 0 ORDER BY id";
constexpr const char* found_orphans = "SELECT chain, place, number FROM found WHERE orphan = 1 ORDER BY id";
constexpr const char* found_at = "SELECT place FROM found WHERE orphan = 0 AND chain = ?1 AND number = ?2 LIMIT 16";

Result<void> Repairing::find_all() {
    auto made = Database::open(folder_ + "/found.sqlite", sqlite::Access::write);
    if (!made) { return std::unexpected(std::move(made.error())); }
    found_ = std::move(*made);
    if (auto done = found_.run(found_form); !done) { return done; }
    auto add = Statement::prepare(found_, "INSERT INTO found VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!add) { return std::unexpected(std::move(add.error())); }
    add_ = std::move(*add);
    scan_.rows([this](std::uint64_t place, const PageScan::Row& row) { return note(place, row); });
    if (full_) { return std::unexpected(sqlite::error_of(found_.get(), "read the old file")); }
    return {};
}

bool Repairing::note(std::uint64_t place, const PageScan::Row& row) {
    const bool orphan = is_orphan_row(row);
    if (is_chain_row(row) && chains_.size() < most_chains) {
        Salvage& chain = chains_[row.id];
        const auto blocks = static_cast<std::uint64_t>(std::max<std::int64_t>(row.columns[5].number, 0));
        if (chain.row && chain.expected >= blocks) { return true; } // an older one, from the journal or the file
        chain.row = ChainRow{row.id, Hash256::right_aligned(row.columns[1].bytes), text_of(row.columns[2].bytes),
                             text_of(row.columns[3].bytes)};
        chain.expected = blocks;
        if (row.columns.size() == chain_columns) {
            chain.premine = decode_premine(row.columns.back().bytes).value_or(chain.premine);
        }
        return true;
    }
    if (!orphan && !is_block_row(row)) { return true; }
    const std::int64_t id = row.columns[orphan ? 0 : 1].number;
    if (!chains_.contains(id) && chains_.size() >= most_chains) { return true; }
    ++(orphan ? chains_[id].waited : chains_[id].found);
    add_.bind(1, std::int64_t{orphan ? 1 : 0}).bind(2, orphan ? row.columns[1].number : row.id).bind(3, id);
    full_ = !add_.bind(4, orphan ? std::int64_t{0} : row.columns[2].number).bind(5, place).run();
    return !full_;
}

std::vector<Bytes> Repairing::blocks_at(std::int64_t id, std::uint64_t number) {
    std::vector<Bytes> out;
    auto query = Statement::prepare(found_, found_at);
    if (!query) { return out; }
    query->bind(1, id).bind(2, number);
    while (query->step()) {
        auto row = scan_.row_at(query->unsigned_integer(0));
        if (row && is_block_row(*row)) { out.push_back(std::move(row->columns[10].bytes)); }
    }
    return out;
}

/// A genesis that the program knows by itself, or that was given.
std::optional<GenesisCandidate> Repairing::recorded_genesis(std::int64_t id) {
    const auto by_hash = [this](const Hash256& hash) {
        return genesis_ && genesis_->genesis.hash == hash ? genesis_ : find_genesis_of_any_version(hash);
    };
    if (const auto& row = chains_.at(id).row) { return by_hash(row->genesis); }
    for (const Bytes& rlp : blocks_at(id, 1)) {
        for (const Rules& rules : all_rules()) {
            const auto block = decode_block(rules, rlp);
            if (!block) { continue; }
            if (auto known = by_hash(block->header.parent_hash)) { return known; }
        }
    }
    return chains_.size() == 1 ? genesis_ : std::nullopt;
}

std::optional<GenesisCandidate> Repairing::genesis_of(std::int64_t id) {
    const auto blocks = blocks_at(id, 0);
    const auto& row = chains_.at(id).row;
    const Rules* const rules = row ? find_rules(row->rules) : nullptr;
    for (const Bytes& rlp : blocks) {
        const auto block = rules == nullptr ? Result<Block>{std::unexpected(cannot({}))} : decode_block(*rules, rlp);
        if (block && block->hash == row->genesis) {
            return GenesisCandidate{{row->genesis_name, rlp, block->hash, chains_.at(id).premine}, rules};
        }
    }
    if (auto known = recorded_genesis(id)) { return known; }
    for (const Bytes& rlp : blocks) {
        if (auto fits = fit_genesis({"repaired", rlp})) { return *std::move(fits); }
    }
    return {};
}

Result<void> Repairing::open_chains() {
    for (auto& [id, salvage] : chains_) {
        const auto genesis = genesis_of(id);
        if (!genesis) { continue; }
        auto chain = Blockchain::open(*store_, genesis->genesis, *genesis->rules, StateCheck::off);
        if (chain) {
            salvage.chain = std::move(*chain);
            salvage.chain->limit_sides(~std::uint64_t{0}); // what was kept once is
        } else if (chain.error().code->word.starts_with("chain.store")) {
            return std::unexpected(std::move(chain.error()));
        }
    }
    return {};
}

Result<void> Repairing::store_all() {
    auto store = Store::open(folder_);
    if (!store) { return std::unexpected(std::move(store.error())); }
    store_ = std::move(*store);
    if (auto done = open_chains(); !done) { return done; }
    if (auto done = store_rows(found_blocks, 3, block_columns - 1); !done) { return done; }
    return store_rows(found_orphans, 2, orphan_columns - 1);
}

Result<void> Repairing::store_rows(const char* sql, std::size_t hash_column, std::size_t rlp_column) {
    auto query = Statement::prepare(found_, sql);
    if (!query) { return std::unexpected(std::move(query.error())); }
    while (query->step()) {
        Salvage& to = chains_.at(query->integer(0));
        auto row = to.chain ? scan_.row_at(query->unsigned_integer(1)) : std::nullopt;
        if (!row || row->columns.size() <= rlp_column) { continue; }
        Bytes& rlp = row->columns[rlp_column].bytes;
        // Where work is cheap, a block that was changed may pass for another one.
        const auto block = decode_block(to.chain->rules(), rlp);
        if (!block || !std::ranges::equal(block->hash.bytes, row->columns[hash_column].bytes)) { continue; }
        to.batched += rlp.size();
        to.batch.push_back(std::move(rlp));
        // Each height has a row, so a number above that of the row is damage.
        const std::uint64_t number = query->unsigned_integer(2);
        to.numbers.push_back(number < static_cast<std::uint64_t>(row->id) ? number : block->header.number);
        if (to.batch.size() < batch_blocks && to.batched < batch_bytes) { continue; }
        if (auto done = flush(to); !done) { return done; }
    }
    if (query->failed()) { return std::unexpected(sqlite::error_of(found_.get(), "sort the blocks")); }
    for (auto& [id, salvage] : chains_) {
        if (auto done = flush(salvage); !done) { return done; }
    }
    return {};
}

Result<void> Repairing::flush(Salvage& to) {
    if (!to.chain) { return {}; }
    const std::vector<BytesView> views(to.batch.begin(), to.batch.end());
    auto result = to.chain->import(views, 0);
    while (!result.store_error && to.chain->adopting()) {
        result.store_error = to.chain->import({}, 0).store_error;
    }
    if (result.store_error) { return std::unexpected(std::move(*result.store_error)); }
    for (std::size_t i = 0; i < result.blocks.size(); ++i) {
        const auto& [verdict, hash, error] = result.blocks[i];
        if (verdict == Verdict::invalid) { continue; }
        to.top = std::max(to.top, to.numbers[i]);
        if (verdict != Verdict::unknown_parent || !to.heights.emplace(hash, to.numbers[i]).second) { continue; }
        to.order.push_back(hash);
        if (to.order.size() <= most_heights) { continue; }
        to.heights.erase(to.order.front());
        to.order.pop_front();
    }
    stored_ += to.batch.size();
    if (progress_) { progress_(stored_); }
    to.batch.clear();
    to.numbers.clear();
    to.batched = 0;
    return {};
}

RepairedChain Repairing::report_of(Salvage& from) {
    Blockchain& chain = *from.chain;
    RepairedChain out{chain.genesis().hash, chain.genesis().name, chain.head(), chain.size(), chain.orphans(), 0, {}};
    const std::uint64_t all = std::max(from.expected, from.found) + from.waited;
    out.gone = all > out.kept + out.waiting ? all - out.kept - out.waiting : 0;
    // Up to its head a chain is whole, and above it there is what waits.
    std::set<std::uint64_t> heights{from.top + 1};
    for (const ChainRow& row : store_->chains()) {
        if (row.genesis != out.genesis) { continue; }
        store_->orphans(row.id, [&](const WaitingBlock& block) {
            const auto known = from.heights.find(block.hash);
            if (known != from.heights.end()) { heights.insert(known->second); }
        });
    }
    std::uint64_t next = out.head.number + 1;
    for (auto at = heights.lower_bound(next); at != heights.end(); next = *at++ + 1) {
        if (*at > next) { out.lost.push_back({next, *at - 1}); }
    }
    return out;
}

Result<Repair> Repairing::report() {
    Repair out;
    for (auto& [id, salvage] : chains_) {
        if (salvage.chain) {
            out.chains.push_back(report_of(salvage));
        } else if (salvage.row || salvage.found > 0) {
            const auto genesis = salvage.row ? std::optional(salvage.row->genesis) : std::nullopt;
            out.lost.push_back({genesis, salvage.found});
        }
        salvage.chain.reset();
    }
    store_.reset(); // with it goes the journal, unless there was no room to empty it
    std::error_code none;
    const auto journal = fs::file_size(folder_ + "/chain.sqlite-wal", none);
    if (!none && journal != 0) { return std::unexpected(cannot("the new file could not be finished")); }
    return out;
}

// ---------------------------------------------------------------- the files

/// `to` becomes a second name of `from`, so that at no moment there is none.
std::error_code keep_as(const std::string& from, const std::string& to) {
    std::error_code failed;
    fs::remove(to, failed);
    failed.clear();
    if (fs::exists(from)) { fs::create_hard_link(from, to, failed); }
    if (failed) { fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed); }
    return failed;
}

/// The journal of the old file must not stand beside the new one, whose pages it would take for its own.
Result<void> exchange(const std::string& path, const std::string& kept, const std::string& repaired) {
    std::error_code failed;
    if (!fs::equivalent(path, kept, failed)) { // else an earlier repair ended here
        failed = keep_as(path + "-wal", kept + "-wal");
        if (!failed) { failed = keep_as(path, kept); }
    }
    if (!failed) { fs::remove(path + "-wal", failed); }
    if (!failed) { fs::remove(path + "-shm", failed); }
    if (!failed) { fs::rename(repaired, path, failed); }
    return failed ? std::unexpected(cannot("the new file cannot take its place: " + failed.message())) : Result<void>{};
}

Result<Repair> repair_in(const std::string& folder, const std::string& source,
                         const std::optional<GenesisCandidate>& genesis,
                         const std::function<void(std::uint64_t)>& progress) {
    auto scan = PageScan::open(source);
    if (!scan) { return std::unexpected(cannot("its file cannot be read")); }
    Repairing repairing(folder, std::move(*scan), genesis, progress);
    if (auto done = repairing.find_all(); !done) { return std::unexpected(std::move(done.error())); }
    if (auto done = repairing.store_all(); !done) { return std::unexpected(std::move(done.error())); }
    auto out = repairing.report();
    if (out && out->chains.empty()) {
        return std::unexpected(
            Error{&errors::store_damaged, 0, 0, {}, "nothing whole of a chain is in it; it stays as it is"});
    }
    return out;
}

} // namespace

bool Repair::complete() const {
    return lost.empty() && std::ranges::all_of(chains, [](const RepairedChain& chain) {
               return chain.gone == 0 && chain.lost.empty();
           });
}

Result<std::optional<Repair>> repair_store(const std::string& directory, const std::optional<GenesisCandidate>& genesis,
                                           bool force, const std::function<void(std::uint64_t)>& progress) {
    const std::string path = directory + "/" + store_file_name;
    const std::string kept = directory + "/" + damaged_file;
    std::error_code failed;
    if (!fs::is_regular_file(path, failed) || fs::file_size(path, failed) == 0) {
        return std::unexpected(cannot("there is no chain in it"));
    }
    const auto lock = StoreLock::take(directory);
    if (!lock) { return std::unexpected(lock.error()); }
    const bool begun = fs::equivalent(path, kept, failed); // by a repair that did not come to its end
    if (!begun) {
        const auto whole = store_is_whole(directory);
        if (!whole) { return std::unexpected(whole.error()); }
        if (*whole) { return std::optional<Repair>{}; }
        if (!force && fs::exists(kept, failed)) {
            return std::unexpected(cannot(kept + " is there already, from an earlier repair; move it away, or give "
                                                 "--force to write over it"));
        }
    }
    const std::string folder = directory + "/repairing";
    fs::remove_all(folder, failed);
    fs::create_directory(folder, failed);
    if (failed) { return std::unexpected(cannot("no file can be made beside its own: " + failed.message())); }
    auto out = repair_in(folder, begun ? kept : path, genesis, progress);
    if (out) {
        if (auto done = exchange(path, kept, folder + "/chain.sqlite"); !done) {
            out = std::unexpected(std::move(done.error()));
        }
    }
    fs::remove_all(folder, failed);
    if (!out) { return std::unexpected(std::move(out.error())); }
    return std::optional<Repair>(std::move(*out));
}

} // namespace ethpoc::chain
