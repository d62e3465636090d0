// SeedSource: the seeds that stand at a URL. They are fetched when the manager has none left that it could dial and
// needs peers; again after a pause, which grows while it fails. On the network thread, which never waits for it.
#pragma once

#include <chrono>
#include <string>

#include "http/fetch.hpp"
#include "peer/driver.hpp"
#include "peer/observer.hpp"
#include "peer/peer_manager.hpp"

namespace ethpoc::peer {

/// Fetches one URL again and again; see the head of this file.
class SeedSource {
  public:
    static constexpr std::chrono::seconds first_pause{15}; // after the first failure; twice as long after the next
    static constexpr std::chrono::seconds longest_pause{3600};
    static constexpr std::chrono::seconds good_pause{600}; // after a list

    /// All references outlive it. With it ends what is under way.
    SeedSource(boost::asio::io_context& io, http::Url url, PeerManager& manager, const Observers& observers);

    /// Call it about once a second.
    void tick(Time now);
    bool fetching() const noexcept { return fetch_.under_way(); }

  private:
    void take(const http::Fetch::Answer& answer, Time now);
    void failed(const std::string& why, Time now);

    http::Url url_;
    PeerManager& manager_;
    const Observers& observers_;
    http::Fetch fetch_;
    Time now_{}; // of the last tick
    Time again_{};
    std::chrono::seconds pause_{};
};

} // namespace ethpoc::peer
