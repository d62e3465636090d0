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

struct BanInfo {
    std::string scope;      // IP, or IP:PORT
    std::int64_t until = 0; // Unix seconds
    std::string reason;
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
};

} // namespace ethpoc::peer
