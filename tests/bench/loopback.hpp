// Sockets for the benchmarks: the raw side of a connection, a node in a thread of its own, work in a child process.
#pragma once

#include <functional>
#include <memory>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

#include "peer/node.hpp"

namespace ethpoc::bench {

/// A file descriptor that is closed.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd();
    int get() const noexcept { return fd_; }

  private:
    int fd_ = -1;
};

/// Connected to 127.0.0.1:`port`, blocking, without delay.
Fd connect_to(std::uint16_t port);
Fd listen_on_any(std::uint16_t& port);
void send_all(const Fd& fd, BytesView bytes);
/// Reads whole frames until one has this id in its second payload byte (all that the benchmarks wait for is short).
void read_until(const Fd& fd, std::uint8_t id);

/// Says Hello of flat protocol 12 and waits for the answer. `number` makes the node id.
Fd connect_peer(std::uint16_t port, std::uint64_t number, std::uint64_t capabilities);

/// How many connections this process may hold, up to `wanted`; raises the limit of open files as far as it may.
std::size_t room_for(std::size_t wanted);

/// Ten bytes: 22400891 00000002 c1 id.
Bytes plain_frame(std::uint8_t id);
inline constexpr std::uint8_t ping_id = 2;
inline constexpr std::uint8_t pong_id = 3;

/// What every node of the benchmarks has in common: loopback, any port, room for everybody.
peer::NodeOptions node_options(std::uint32_t version = 12);

/// A node that runs until this object goes.
class NodeThread {
  public:
    explicit NodeThread(peer::NodeOptions options, const std::vector<peer::Observer*>& observers = {});
    ~NodeThread();
    NodeThread(const NodeThread&) = delete;
    NodeThread& operator=(const NodeThread&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// Of its network thread.
    double cpu() { return cpu_(); }
    peer::Node& node() noexcept { return node_; }

  private:
    peer::Node node_;
    std::uint16_t port_ = 0;
    std::function<double()> cpu_{};
    std::thread thread_{};
};

/// The figures that `work` returns, from a process of its own: its memory and its threads are nobody else's.
std::vector<double> in_child(const std::function<std::vector<double>()>& work);

/// A process that does `work` until this object goes. `work` is given a descriptor to tell its parent something on.
class Helper {
  public:
    explicit Helper(const std::function<void(const Fd& tell)>& work);
    ~Helper();
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    /// Waits for what it tells.
    std::uint64_t hear() const;

  private:
    Fd hear_{};
    int process_ = -1;
};
void tell(const Fd& fd, std::uint64_t number);

} // namespace ethpoc::bench
