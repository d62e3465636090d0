// What is known of peers, addresses and bans, as values for people and programs: `ethpoc peers`, the control socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "peer/driver.hpp"

namespace ethpoc::peer {

/// One connection.
struct PeerInfo {
    wire::ConnectionId id = 0;
    std::string endpoint; // HOST:PORT
    Direction direction = Direction::inbound;
    std::string client_id; // as it said; not printable()
    std::string protocol;  // Profile::name; empty: not known yet
    std::chrono::milliseconds age{};
    bool ready = false;
    bool special = false;
    std::uint64_t messages_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t bytes_in = 0; // of whole frames
    std::uint64_t bytes_out = 0;
    double rate_in = 0; // bytes a second, lately
    double rate_out = 0;
    std::optional<std::chrono::microseconds> latency{}; // of its last Pong
    std::size_t queued_bytes = 0;                       // that wait for its socket
    std::size_t queue_limit = 0;
    std::uint64_t shed = 0; // relay messages that it did not get
    int score = 0;          // points of its address; 100: banned
    std::optional<std::uint64_t> head_number{};
    Hash256 head_hash{}; // of the last block that it sent, or the head that it named; zero: neither
    std::string phase;
    U256 total_difficulty{};                                     // that its Hello or Status named; 0: none
    Hash256 genesis_hash{};                                      // the same; zero: none
    std::optional<std::chrono::milliseconds> since_last_block{}; // that was new to us; nothing: it brought none
};

/// One address of the book. Times in Unix seconds, 0: never.
struct KnownAddress {
    std::string endpoint;
    std::string table; // "tried" or "new"
    std::int64_t last_success = 0;
    std::int64_t last_try = 0;
    std::int64_t seen = 0;
    unsigned failures = 0;
    std::string works; // Profile::name; empty: not known
    std::vector<std::string> refused;
    std::string source; // the subnet of who told it
};

/// A ban, as people and programs see it.
struct BanInfo {
    std::string scope;      // IP, or IP:PORT
    std::int64_t until = 0; // Unix seconds
    std::string reason;
};

/// How far we are behind others, and who helps.
struct SyncInfo {
    std::string from; // HOST:PORT that brought the newest blocks; empty: none
    std::optional<std::chrono::milliseconds> since_last_block{}; // that it brought
    std::string best_peer;    // HOST:PORT of the ready peer that named the greatest total difficulty; empty: none did
    U256 target_difficulty{}; // which is this, as that peer counts it
    std::optional<double> progress{}; // our total difficulty in parts of it, at most 1; nothing: nobody named one
};

/// How far the accounts of the main chain are checked.
struct StateInfo {
    bool checked = false;                        // --state on
    std::optional<std::uint64_t> checked_to{};   // number of a block; nothing: the head has not moved since the start
    std::optional<std::uint64_t> unknown_from{}; // from there on they are not known
    std::string because;                         // a clause for people
};

/// The node itself.
struct NodeInfo {
    std::string client_id; // what we call ourselves
    std::chrono::milliseconds uptime{};
    std::string listen; // HOST:PORT; empty: nowhere
    std::uint64_t head_number = 0;
    Hash256 head_hash{};
    std::size_t connections = 0;
    std::size_t ready = 0;    // of which so many have shaken hands
    std::size_t to_chain = 0; // bytes that wait for the chain thread, of at most `to_chain_limit`
    std::size_t to_chain_limit = 0;
    std::size_t to_peers = 0; // bytes that wait for sockets
    std::size_t memory = 0;   // bytes that peers make us hold, of at most `memory_limit`
    std::size_t memory_limit = 0;
    std::string rules; // of the main chain, by Rules::name; empty: not known
    U256 total_difficulty{};
    std::size_t inbound = 0; // of the connections
    std::size_t outbound = 0;
    std::size_t bans = 0;
    std::size_t known_tried = 0; // addresses of the book, by table
    std::size_t known_new = 0;
    SyncInfo sync{};
    StateInfo state{};
};

} // namespace ethpoc::peer
