// DriverLoop: sockets, one timer and a thread for drivers that are not a node's: the conformance tester, later a
// simulation. The rooms beside peer/ get their connections and their time here, so that none of them opens a socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "peer/driver.hpp"
#include "rlp/error.hpp"

namespace ethpoc::peer {

/// Owns the sockets and the thread; drivers are called on that thread.
class DriverLoop {
  public:
    /// `connect_timeout`: for finding a host and connecting to one of its addresses.
    explicit DriverLoop(std::chrono::milliseconds connect_timeout);
    ~DriverLoop();
    DriverLoop(const DriverLoop&) = delete;
    DriverLoop& operator=(const DriverLoop&) = delete;

    /// Owners that dial outlive the loop's sockets.
    Transport& transport() noexcept;
    /// Numeric host; once in the life of the loop. Returns the address with the port that was taken. Error:
    /// peer.cannot_listen.
    Result<std::string> listen(DriverOwner& owner, const std::string& host, std::uint16_t port);
    static Time now() noexcept { return std::chrono::steady_clock::now(); }

    /// Runs until stop(). `due` is called after whatever has happened, and when the time has come that `deadline` gave;
    /// Time::max(): not before something else has happened.
    void run(const std::function<Time()>& deadline, const std::function<void()>& due);
    void stop(); // from any thread
    /// `work` runs in run(), soon; from any thread.
    void post(std::function<void()> work);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ethpoc::peer
