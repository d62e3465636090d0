// store_is_whole(): everything in a store looked at once.
#include "chain/blockchain.hpp"
#include "chain/sqlite.hpp"
#include "chain/store_repair.hpp"
#include "chain/tail_index.hpp"

namespace ethpoc::chain {

namespace {

using sqlite::Database;
using sqlite::Statement;

constexpr const char* all_blocks = "SELECT id, chain, hash, rlp FROM blocks";
constexpr const char* indexed_to = "SELECT value FROM marks WHERE name = 'indexed'";
constexpr const char* has_key = "SELECT 1 FROM hashes WHERE key = ?1 AND block = ?2";

bool pages_are_whole(const Database& database) {
    auto check = Statement::prepare(database, "PRAGMA integrity_check(1)");
    return check && check->step() && as_text(check->blob(0)) == "ok";
}

/// From the genesis to the head, with all rules but the state's.
bool chain_is_whole(Store& store, const ChainRow& row, const Rules& rules) {
    auto rlp = store.rlp(row.id, row.genesis);
    if (!rlp) { return false; }
    auto chain = Blockchain::open(store, {row.genesis_name, std::move(*rlp), row.genesis}, rules, StateCheck::off);
    return chain && !(*chain)->verify(0);
}

/// Side chains too, and that the index has all that it says it has.
bool blocks_are_whole(const Database& database, const std::map<std::int64_t, const Rules*>& rules,
                      std::map<std::int64_t, std::uint64_t>& counts) {
    auto blocks = Statement::prepare(database, all_blocks);
    auto indexed = Statement::prepare(database, indexed_to);
    auto key = Statement::prepare(database, has_key);
    if (!blocks || !indexed || !key || !indexed->step()) { return false; }
    while (blocks->step()) {
        const std::int64_t id = blocks->integer(0);
        const auto by = rules.find(blocks->integer(1));
        if (by == rules.end()) { return false; }
        const auto hash = Hash256::right_aligned(blocks->blob(2));
        const auto block = decode_block(*by->second, blocks->blob(3));
        if (!block || block->hash != hash) { return false; }
        const bool in_index = id <= indexed->integer(0);
        if (in_index && !key->bind(1, TailIndex::key_of(hash)).bind(2, id).step()) { return false; }
        key->reset();
        ++counts[by->first];
    }
    return !blocks->failed();
}

} // namespace

Result<bool> store_is_whole(const std::string& directory) {
    const auto store = Store::open(directory, true);
    if (!store) {
        const ErrorCode& code = *store.error().code;
        if (code == errors::store_newer || code == errors::store_locked) { return std::unexpected(store.error()); }
        return false;
    }
    const auto database = Database::open(directory + "/chain.sqlite", sqlite::Access::read);
    if (!database || !pages_are_whole(*database)) { return false; }
    std::map<std::int64_t, const Rules*> rules;
    for (const ChainRow& row : (*store)->chains()) {
        const Rules* const by = find_rules(row.rules);
        if (by == nullptr || !chain_is_whole(**store, row, *by)) { return false; }
        rules.emplace(row.id, by);
    }
    std::map<std::int64_t, std::uint64_t> counts;
    if (rules.empty() || !blocks_are_whole(*database, rules, counts)) { return false; }
    for (const auto& [chain, by] : rules) {
        if ((*store)->count(chain) != counts[chain]) { return false; }
    }
    return !(*store)->trouble();
}

} // namespace ethpoc::chain
