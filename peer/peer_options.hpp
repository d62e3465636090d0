// PeerManagerOptions: how many peers, from where, and what is done about those that misbehave.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "peer/dialer.hpp"

namespace ethpoc::peer {

/// Settings of a PeerManager; limits and times may change while it runs (PeerManager::reload()).
struct PeerManagerOptions {
    DialerOptions dialer{}; // its `protocol` is that of accepted connections too
    std::string client_id = "ethpoc";
    NodeId node_id{};
    std::uint16_t listen_port = 30303; // said in Hello; never below 256 (spec QUIRKS 0.4)
    U256 network_id{};

    // ---- how many
    std::size_t max_peers = 25;          // accepted ones are turned down above
    std::size_t max_inbound = 0;         // the same of accepted ones alone; 0: max_peers
    std::size_t target_peers = 0;        // dialled as long as there are fewer; 0: nobody but special peers is dialled
    std::size_t target_outbound = 8;     // of which so many that we have dialled, however many have dialled us
    std::size_t outbound_per_subnet = 1; // of public addresses: whoever has n subnets gets n of our choices at most
    std::size_t peers_per_address = 8;   // accepted connections from one IP address
    std::size_t peers_per_subnet = 16;
    std::chrono::milliseconds accept_pause{1'000}; // between two connections from one IP address
    bool exempt_loopback = true;                   // from the pause, the limit of the subnet, and bans by points
    bool evict = true;                             // an accepted peer may make room for a better one

    // ---- rounds: the network must not freeze
    std::chrono::seconds round_time{900}; // 0: none
    std::size_t drop_to = 20;             // peers that a round leaves
    std::size_t round_minimum = 16;       // with fewer there is no round

    // ---- addresses
    std::size_t address_book = 4096;    // entries
    bool allow_private = false;         // dial and tell private and loopback addresses too
    std::size_t peers_told = 64;        // entries in one Peers of ours
    std::size_t alternatives = 8;       // the same for one that is turned down because we are full
    std::chrono::seconds ask_pause{60}; // between two GetPeers of ours
    std::size_t dialling_at_once = 8;

    // ---- misbehaviour
    bool ban_by_points = true;
    std::chrono::seconds ban_time{24 * 3600};
    std::chrono::seconds save_pause{60}; // between two files, when nothing important has changed
    std::uint64_t seed = 1;              // of all choices that are made at random, with `dialer.seed`
};

} // namespace ethpoc::peer
