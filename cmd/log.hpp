// LogObserver: the log on stderr, for operators: one clear line for what went wrong, rate-limited per peer.
// Synchronous; what a peer sent is made printable first, and JSON is built by a library, so no peer can write into the
// log.
#pragma once

#include <memory>
#include <string>

#include "peer/observer.hpp"

namespace spdlog {
class logger; // NOLINT(readability-identifier-naming): theirs
}

namespace ethpoc::cmd {

class LogObserver final : public peer::Observer {
  public:
    /// `level`: trace, debug, info, warn, error, off. `format`: text or json.
    LogObserver(const std::string& level, const std::string& format);
    ~LogObserver() override;

    void disconnected(const peer::PeerRef& peer, const peer::EndInfo& end) override;
    void malformed(const peer::PeerRef& peer, const Error& error, BytesView payload) override;
    void shed(const peer::PeerRef& peer, wire::MessageType type) override;
    void failed(const Error& error) override;

  private:
    std::shared_ptr<spdlog::logger> logger_;
    bool json_;
    std::uint64_t last_warned_ = 0; // connection of the last warning
    unsigned repeats_ = 0;          // warnings in a row about it
};

} // namespace ethpoc::cmd
