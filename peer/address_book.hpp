// AddressBook: where other nodes are said to listen, and what became of it when we dialled them. No clock, no sockets.
//
// Two tables, as Bitcoin Core's addrman has them. What peers tell of is `fresh`; what has once shaken hands with us is
// `tried`. Each table is cut into buckets by a hash with a key that nobody else knows:
//
//   fresh   the subnet of whoever told it reaches an eighth of the buckets: one liar cannot fill the table
//   tried   the subnet of the address itself reaches an eighth: who owns one subnet cannot fill it
//
// and an address has one place in its bucket. Gossip therefore never pushes out what has worked, and pushes out fresh
// addresses only where they are no use any more (stale()).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "peer/address.hpp"
#include "peer/ban_list.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::peer {

/// What is known of one address. Times are of the day, 0: never.
struct AddressRow {
    NodeAddress where{};
    NodeId node_id{};   // as it was told, or as it said itself
    IpAddress source{}; // subnet of who told it first; its own when it came otherwise
    WallTime seen = 0;  // last told or connected
    WallTime last_try = 0;
    WallTime last_success = 0;                   // a handshake was completed
    unsigned failures = 0;                       // tries since then without one
    bool tried = false;                          // the table that it is in
    bool connected = false;                      // when the book was last saved
    const wire::Profile* works = nullptr;        // the version that we spoke last
    std::vector<const wire::Profile*> refused{}; // versions that it did not take, since it took one
};

/// When it may be dialled again: a minute after the first failure, twice as long after each further one, a day at most.
WallTime next_try(const AddressRow& row) noexcept;
/// Its place is free for another: it never answered three tries, was not heard of for 30 days, or has worked and then
/// failed ten times over a week.
bool stale(const AddressRow& row, WallTime now) noexcept;

/// Both tables, in memory that is bounded by the number of entries.
class AddressBook {
  public:
    /// What the places of addresses are hashed with; secret, and kept over restarts.
    using Key = std::array<std::uint8_t, 16>;

    /// A quarter of `max_entries` is for tried ones. `key` is secret.
    explicit AddressBook(std::size_t max_entries, bool allow_private = false, Key key = {});

    /// Told by a peer at `source`. False: private, without a port, known already, or its place is taken. Its cost does
    /// not grow with what is there by more than a logarithm: peers tell of thousands of addresses in one message.
    bool add(const wire::PeerEntry& entry, const IpAddress& source, WallTime now);
    /// A row of an earlier run, or of somebody we trust: private ones too.
    bool load(AddressRow row, WallTime now);
    /// False: it was not there.
    bool remove(const NodeAddress& where);
    /// Forgets all; the key stays.
    void clear();

    /// It is being dialled.
    void attempted(const NodeAddress& where, WallTime now);
    /// That came to nothing. `refused`: versions that it did not take.
    void failed(const NodeAddress& where, const std::vector<const wire::Profile*>& refused);
    /// It is connected, speaking this version: it belongs to the tried ones from now on. One that is not known is
    /// added. When its place there is taken by one that has not gone stale, it stays with the fresh ones.
    void succeeded(const NodeAddress& where, const wire::Profile& version, BytesView node_id, WallTime now);

    /// One that may be dialled now, of those for which `usable` holds: half of the time a tried one, if there is one.
    const AddressRow* pick(WallTime now, std::mt19937_64& random,
                           const std::function<bool(const AddressRow&)>& usable) const;
    /// Up to `most` different tried ones in random order, to tell others.
    std::vector<const AddressRow*> sample(std::size_t most, WallTime now, std::mt19937_64& random) const;

    /// nullptr: not known. Valid until the next call that changes the book.
    const AddressRow* find(const NodeAddress& where) const;
    /// All, in the order of their addresses. `connected` is false in each.
    std::vector<AddressRow> rows() const;
    std::size_t size() const noexcept { return rows_.size(); }
    std::size_t tried() const noexcept { return tried_.listed.size(); }

  private:
    /// Buckets of places; an empty place is nullptr.
    struct Table {
        std::size_t buckets = 0;
        std::size_t places = 0;            // in each
        std::vector<AddressRow*> at{};     // buckets x places
        std::vector<AddressRow*> listed{}; // those that are there, in no order
    };
    struct Kept {
        AddressRow row;
        std::size_t place = 0;  // in its table's `at`
        std::size_t listed = 0; // in its table's `listed`
    };

    static Table make_table(std::size_t entries);
    Table& table_of(const AddressRow& row) noexcept { return row.tried ? tried_ : fresh_; }
    std::size_t place_of(const AddressRow& row) const;
    std::uint64_t hash(std::initializer_list<BytesView> parts) const;
    bool settle(AddressRow row, WallTime now);
    void enter(Kept& kept, std::size_t place);
    void leave(Kept& kept);
    void free_tried_place(const AddressRow& row, WallTime now);
    const AddressRow* pick_from(const Table& table, WallTime now, std::mt19937_64& random,
                                const std::function<bool(const AddressRow&)>& usable) const;

    bool allow_private_;
    Key key_;
    std::map<NodeAddress, Kept> rows_{}; // ordered, since peers choose them
    Table fresh_;
    Table tried_;
};

} // namespace ethpoc::peer
