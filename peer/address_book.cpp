#include "peer/address_book.hpp"

#include <algorithm>

#include "chain/keccak.hpp"

namespace ethpoc::peer {

namespace {

constexpr std::size_t places_in_bucket = 16;
constexpr std::size_t reach = 8; // a subnet reaches one bucket in so many
constexpr WallTime minute = 60;
constexpr WallTime day = 24L * 60 * minute;
constexpr unsigned most_doublings_of_a_minute = 11; // more than a day
constexpr unsigned tries_of_the_unknown = 3;
constexpr unsigned tries_of_the_known = 10;
constexpr std::size_t most_refused = 16; // versions kept
constexpr int probes = 16;

std::array<std::uint8_t, 8> big_endian(std::uint64_t value) {
    std::array<std::uint8_t, 8> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(value >> (8 * (out.size() - 1 - i)));
    }
    return out;
}

std::size_t below(std::mt19937_64& random, std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

} // namespace

WallTime next_try(const AddressRow& row) noexcept {
    if (row.last_try == 0) { return 0; }
    const unsigned doublings = row.failures == 0 ? 0 : std::min(row.failures - 1, most_doublings_of_a_minute);
    return row.last_try + std::min(minute << doublings, day);
}

bool stale(const AddressRow& row, WallTime now) noexcept {
    if (row.last_success == 0 && row.failures >= tries_of_the_unknown) { return true; }
    if (row.failures >= tries_of_the_known && row.last_success + 7 * day < now) { return true; }
    return row.seen + 30 * day < now;
}

AddressBook::Table AddressBook::make_table(std::size_t entries) {
    Table table;
    table.places = std::min(places_in_bucket, entries);
    table.buckets = table.places == 0 ? 0 : entries / table.places;
    table.at.resize(table.buckets * table.places);
    return table;
}

AddressBook::AddressBook(std::size_t max_entries, bool allow_private, Key key) :
    allow_private_(allow_private), key_(key), fresh_(make_table(max_entries - max_entries / 4)),
    tried_(make_table(max_entries / 4)) {}

// ---------------------------------------------------------------- places

std::uint64_t AddressBook::hash(std::initializer_list<BytesView> parts) const {
    Bytes all(key_.begin(), key_.end());
    for (const BytesView part : parts) {
        all.push_back(static_cast<std::uint8_t>(part.size()));
        all.insert(all.end(), part.begin(), part.end());
    }
    return chain::first_word(chain::keccak256(all));
}

/// The one place that an address has in the table that it belongs to.
std::size_t AddressBook::place_of(const AddressRow& row) const {
    const Table& table = row.tried ? tried_ : fresh_;
    const auto port = big_endian(row.where.port);
    const IpAddress group = row.tried ? subnet_of(row.where.ip) : row.source;
    // What is spread over the buckets that the group reaches: single addresses, or the subnets that a source tells of.
    const IpAddress of = row.tried ? row.where.ip : subnet_of(row.where.ip);
    const std::size_t reached = std::max<std::size_t>(1, table.buckets / reach);
    const auto nth = big_endian(hash({group.view(), of.view()}) % reached);
    const std::size_t bucket = hash({group.view(), nth}) % table.buckets;
    const auto bucket_bytes = big_endian(bucket);
    return bucket * table.places + hash({bucket_bytes, row.where.ip.view(), port}) % table.places;
}

void AddressBook::enter(Kept& kept, std::size_t place) {
    Table& table = table_of(kept.row);
    kept.place = place;
    kept.listed = table.listed.size();
    table.at[place] = &kept.row;
    table.listed.push_back(&kept.row);
}

void AddressBook::leave(Kept& kept) {
    Table& table = table_of(kept.row);
    table.at[kept.place] = nullptr;
    AddressRow* const last = table.listed.back();
    rows_.at(last->where).listed = kept.listed;
    table.listed[kept.listed] = last;
    table.listed.pop_back();
}

/// Into the place that it has, unless somebody is there who is still of use.
bool AddressBook::settle(AddressRow row, WallTime now) {
    const Table& table = table_of(row);
    if (table.buckets == 0) { return false; }
    const std::size_t place = place_of(row);
    if (const AddressRow* const there = table.at[place]) {
        if (!stale(*there, now)) { return false; }
        const NodeAddress old = there->where; // the row goes away
        remove(old);
    }
    const NodeAddress where = row.where;
    enter(rows_.emplace(where, Kept{std::move(row)}).first->second, place);
    return true;
}

// ---------------------------------------------------------------- what comes in

bool AddressBook::add(const wire::PeerEntry& entry, const IpAddress& source, WallTime now) {
    AddressRow row;
    row.where = {{entry.address, entry.address_size}, entry.port};
    if (row.where.port == 0 || (!allow_private_ && !is_public(row.where.ip))) { return false; }
    if (const auto at = rows_.find(row.where); at != rows_.end()) {
        at->second.row.seen = std::max(at->second.row.seen, now);
        return false;
    }
    row.node_id = NodeId::right_aligned(entry.node_id);
    row.source = subnet_of(source);
    row.seen = now;
    return settle(std::move(row), now);
}

bool AddressBook::load(AddressRow row, WallTime now) {
    if (row.where.port == 0) { return false; }
    remove(row.where);
    if (row.tried && settle(row, now)) { return true; }
    row.tried = false;
    return settle(std::move(row), now);
}

bool AddressBook::remove(const NodeAddress& where) {
    const auto at = rows_.find(where);
    if (at == rows_.end()) { return false; }
    leave(at->second);
    rows_.erase(at);
    return true;
}

void AddressBook::clear() {
    for (Table* const table : {&fresh_, &tried_}) {
        std::ranges::fill(table->at, nullptr);
        table->listed.clear();
    }
    rows_.clear();
}

// ---------------------------------------------------------------- what became of it

void AddressBook::attempted(const NodeAddress& where, WallTime now) {
    if (const auto at = rows_.find(where); at != rows_.end()) { at->second.row.last_try = now; }
}

void AddressBook::failed(const NodeAddress& where, const std::vector<const wire::Profile*>& refused) {
    const auto at = rows_.find(where);
    if (at == rows_.end()) { return; }
    AddressRow& row = at->second.row;
    ++row.failures;
    for (const wire::Profile* const version : refused) {
        const bool known = std::ranges::find(row.refused, version) != row.refused.end();
        if (!known && row.refused.size() < most_refused) { row.refused.push_back(version); }
    }
    if (row.works != nullptr && std::ranges::find(refused, row.works) != refused.end()) { row.works = nullptr; }
}

void AddressBook::succeeded(const NodeAddress& where, const wire::Profile& version, BytesView node_id, WallTime now) {
    AddressRow row;
    row.where = where;
    row.source = subnet_of(where.ip);
    if (const AddressRow* const known = find(where)) { row = *known; }
    row.node_id = NodeId::right_aligned(node_id);
    row.seen = row.last_success = row.last_try = now;
    row.failures = 0;
    row.works = &version;
    row.refused.clear();
    remove(where);
    if (!row.tried && tried_.buckets > 0) {
        row.tried = true;
        free_tried_place(row, now);
    }
    if (settle(row, now)) { return; }
    row.tried = false;
    settle(std::move(row), now);
}

/// Who is there already goes back to the fresh ones if it has failed since it worked last, and else stays.
void AddressBook::free_tried_place(const AddressRow& row, WallTime now) {
    const AddressRow* const there = tried_.at[place_of(row)];
    if (there == nullptr || (there->failures == 0 && !stale(*there, now))) { return; }
    AddressRow back = *there;
    remove(back.where);
    back.tried = false;
    settle(std::move(back), now);
}

// ---------------------------------------------------------------- what goes out

const AddressRow* AddressBook::pick_from(const Table& table, WallTime now, std::mt19937_64& random,
                                         const std::function<bool(const AddressRow&)>& usable) const {
    const std::vector<AddressRow*>& all = table.listed;
    if (all.empty()) { return nullptr; }
    const auto fits = [&](const AddressRow& row) { return next_try(row) <= now && usable(row); };
    for (int i = 0; i < probes; ++i) {
        if (const AddressRow& row = *all[below(random, all.size())]; fits(row)) { return &row; }
    }
    const std::size_t first = below(random, all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (const AddressRow& row = *all[(first + i) % all.size()]; fits(row)) { return &row; }
    }
    return nullptr;
}

const AddressRow* AddressBook::pick(WallTime now, std::mt19937_64& random,
                                    const std::function<bool(const AddressRow&)>& usable) const {
    const bool tried_first = below(random, 2) == 0;
    const AddressRow* const first = pick_from(tried_first ? tried_ : fresh_, now, random, usable);
    return first != nullptr ? first : pick_from(tried_first ? fresh_ : tried_, now, random, usable);
}

std::vector<const AddressRow*> AddressBook::sample(std::size_t most, WallTime now, std::mt19937_64& random) const {
    std::vector<const AddressRow*> all;
    for (const AddressRow* const row : tried_.listed) {
        if (row->failures == 0 && !stale(*row, now)) { all.push_back(row); }
    }
    most = std::min(most, all.size());
    for (std::size_t i = 0; i < most; ++i) {
        std::swap(all[i], all[i + below(random, all.size() - i)]);
    }
    all.resize(most);
    return all;
}

const AddressRow* AddressBook::find(const NodeAddress& where) const {
    const auto at = rows_.find(where);
    return at == rows_.end() ? nullptr : &at->second.row;
}

std::vector<AddressRow> AddressBook::rows() const {
    std::vector<AddressRow> out;
    out.reserve(rows_.size());
    for (const auto& [where, kept] : rows_) {
        out.push_back(kept.row);
        out.back().connected = false;
    }
    return out;
}

} // namespace ethpoc::peer
