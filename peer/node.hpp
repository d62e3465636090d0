// Node: the whole peer, put together: chain thread, network thread, manager, listener, dialer. What `ethpoc run` runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/url.hpp"
#include "peer/node_key.hpp"
#include "peer/observer.hpp"
#include "peer/peer_manager.hpp"
#include "peer/session.hpp"
#include "sync/manager.hpp"

namespace ethpoc::peer {

/// Blocks are made here too, on the default chain.
struct Mining {
    chain::MinerChoice choice{}; // `now_seconds` is the clock's
    unsigned threads = 1;
};

/// All that a node is told at its start; it keeps a copy.
struct NodeOptions {
    std::optional<std::string> listen_host{"127.0.0.1"}; // nothing: do not listen
    std::uint16_t listen_port = 30303;                   // 0: any free port
    std::vector<std::string> dial{};                     // HOST:PORT each: special peers
    std::vector<std::string> seeds{};                    // HOST:PORT each: used while few addresses are known
    std::optional<http::Url> seed_url{};                 // of more seeds, fetched when there are none left to dial
    std::string peer_file{};                             // what is known of peers; empty: forgotten at the end
    NodeKey key{};
    PeerManagerOptions peers{};
    SessionOptions session{};
    sync::ManagerOptions chain{};
    std::optional<Mining> mine{};
    std::size_t memory = 64u << 20;       // bytes that peers may make us hold: sync::Budget
    std::size_t chain_queue = 32u << 20;  // bytes
    std::size_t network_queue = 8u << 20; // bytes
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds shutdown{2'500}; // for the last Disconnects
    std::optional<std::pair<std::string, std::uint16_t>> metrics{};
    std::string control_socket{}; // path of a Unix socket (peer/control.hpp); empty: none
};

/// What a node with these options holds at most, in bytes of resident memory, whatever its peers do: the sum of every
/// bound below it. The limit of the service unit follows from it.
std::size_t most_memory(const NodeOptions& options) noexcept;

/// Owns all threads, sockets and the store; see the head of this file.
class Node {
  public:
    /// Observers must outlive the node; they are called from the thread that is in run().
    Node(NodeOptions options, const std::vector<Observer*>& observers);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Opens the store and the listener. Nothing runs when it fails: peer.cannot_listen, chain.store_failed, ...
    Result<void> open();
    /// HOST:PORT of the listener, after open(); empty when there is none.
    const std::string& listen_address() const noexcept { return listen_address_; }
    /// After open(): why there is no control socket, a sentence; empty: there is one, or none was asked for.
    const std::string& control_problem() const noexcept;
    /// Before run(): puts blocks into the default chain, oldest first.
    chain::BatchResult seed(std::span<const BytesView> blocks);

    /// Runs until stop(); the calling thread is the network thread.
    void run();
    /// Says Disconnect to every peer and ends run() within NodeOptions::shutdown. From any thread, also more than once.
    void stop(std::string why = "client quitting");
    /// Limits and times of sessions and peers, and the list of those to dial, as these options have them; what else
    /// they say does not count. From any thread.
    void reload(NodeOptions options);
    /// Runs `call` on the network thread after `delay`.
    void after(std::chrono::milliseconds delay, std::function<void()> call);

    /// Of the main chain, as the chain thread last posted it.
    sync::HeadInfo head() const;
    /// For those who look after run(), or on the network thread.
    const PeerManager& peers() const noexcept;

  private:
    struct Impl;
    NodeOptions options_;
    std::string listen_address_{};
    std::unique_ptr<Impl> impl_;
};

} // namespace ethpoc::peer
