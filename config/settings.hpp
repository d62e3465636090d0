// Settings: everything that a user can set, with its default. Where a value came from is kept beside it (merge.hpp).
//
// Adding a setting: one member here, one row in settings.def. Flag, environment variable, file key and `config show`
// follow.
#pragma once

#include "config/endpoint.hpp"
#include "config/path.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ethpoc::config {

/// A number of bytes; written as "16MiB", "64KiB", "4096". Its own type, so that a size is never read as a plain
/// number.
struct ByteSize {
    std::uint64_t bytes = 0;

    friend bool operator==(ByteSize, ByteSize) = default;
};

/// What is on unless it is switched off; written as "on" and "off".
struct Switch {
    bool on = true;

    friend bool operator==(Switch, Switch) = default;
};

constexpr ByteSize kibibytes(std::uint64_t n) {
    return {n << 10};
}
constexpr ByteSize mebibytes(std::uint64_t n) {
    return {n << 20};
}

/// What a peer may cost us. All of them are judged before memory is taken.
struct PeerLimits {
    ByteSize frame = mebibytes(16);            // payload of one frame; larger ones end the session
    ByteSize memory = mebibytes(64);           // unfinished frames and queues of all peers together
    ByteSize send_queue = mebibytes(2);        // bytes waiting for one peer; relay traffic is shed above it
    ByteSize answer_rate = mebibytes(32);      // bytes a second that one peer is answered with; 0: any number
    ByteSize chain_queue = mebibytes(32);      // blocks and transactions on their way to the chain thread
    ByteSize transaction_pool = mebibytes(4);  // transactions that wait for a block
    ByteSize transaction = kibibytes(64);      // one transaction
    ByteSize store = mebibytes(4096);          // what the store's file may grow to; then blocks are refused
    ByteSize side_chains = mebibytes(64);      // of one chain in it, for side chains that cost little work
    std::uint32_t address_book = 4096;         // addresses that we remember
    std::uint32_t addresses_per_message = 256; // entries of one Peers message that are looked at
    std::uint32_t peers_per_address = 8;       // accepted connections from one IP address
    std::uint32_t peers_per_subnet = 16;       // the same of one subnet: a /16 of IPv4, a /32 of IPv6
    std::uint32_t outbound_per_subnet = 1;     // peers that we dial of our own accord in one public subnet
    std::uint32_t inbound = 0;                 // accepted peers; 0: max_peers
    Switch exempt_loopback;                    // from the limit of the subnet, the pause, and bans by points
    std::uint32_t warnings_per_peer = 20;      // log lines a minute about one peer; the rest is counted
};

/// How long we wait. Genuine clients of 2014 need from 0.1 s to 3 s for a Hello and ping after 2 s to 30 s.
struct Timeouts {
    std::chrono::milliseconds connect{5'000};            // TCP connect
    std::chrono::milliseconds hello_wait{1'000};         // dialled: for the other's Hello, before we say ours first
    std::chrono::milliseconds hello_wait_inbound{7'000}; // the same when it has dialled us; Java needs up to 6.4 s
    std::chrono::milliseconds handshake{15'000};         // for Hello both ways
    std::chrono::milliseconds frame{30'000};             // from the first byte of a frame to its last
    std::chrono::milliseconds ping{15'000};              // silence after which we say Ping
    std::chrono::milliseconds idle{90'000};              // silence after which we give up
    std::chrono::milliseconds send_stall{30'000};        // a peer that reads nothing
    std::chrono::milliseconds slow_peer{60'000};         // a peer whose queue is full and does not get half empty
    std::chrono::milliseconds disconnect{2'000};         // grace between our Disconnect and the close
    std::chrono::milliseconds accept_pause{1'000};       // between two connections from one IP address
    std::chrono::milliseconds ban{86'400'000};           // of an address that has collected 100 points
    std::chrono::milliseconds redial{2'000};             // first pause before a peer that was lost is dialled again
    std::chrono::milliseconds shutdown{3'000};           // from SIGTERM to the end
};

struct Settings {
    std::optional<Endpoint> listen = Endpoint{"127.0.0.1", 30303}; // nothing: do not listen
    std::vector<Endpoint> dial;
    std::string protocol = "auto"; // a name of CLI.md; the part that uses it judges it
    std::uint32_t network_id = 0;
    FilePath genesis = "auto";        // "auto": by protocol and client; else a name or a file
    FolderPath data_dir = ":memory:"; // or a folder; the default is replaced by default_data_dir() when there is a home
    Switch state;                     // replay the accounts and check the state roots of blocks
    std::uint32_t max_peers = 25;
    std::uint32_t target_peers = 8;                // dialled as long as there are fewer; 0: only those of `dial`
    std::chrono::milliseconds round_time{900'000}; // between two rounds; 0: none
    std::uint32_t drop_to = 20;                    // peers that a round leaves
    SourcePath seeds;                              // file or http:// URL of HOST:PORT lines; empty: none
    bool allow_private = false;                    // dial and tell private and loopback addresses too
    std::string relay = "all";                     // all, fanout; who is told of a new head or transaction at once
    std::uint32_t relay_fanout = 8;
    FilePath node_key;               // file of the secp256k1 key; empty: node.key in data_dir, or one for this run only
    std::string client_id;           // empty: our own name and version
    std::optional<Endpoint> metrics; // nothing: no metrics
    bool trace = false;              // decode every message for the eye
    std::string log_level = "info";  // trace, debug, info, warn, error, off
    std::string log_format = "text"; // text, json
    PeerLimits limits;
    Timeouts timeouts;
};

} // namespace ethpoc::config
