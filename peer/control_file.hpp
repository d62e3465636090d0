// FilePort: what a stopped node remembers of others, as the same port that a running one has. So both are seen and
// changed by the same requests.
#pragma once

#include <string>
#include <vector>

#include "peer/control.hpp"
#include "peer/peer_file.hpp"

namespace ethpoc::peer {

/// Owns what the file held; writes nothing itself.
class FilePort final : public ControlPort {
  public:
    /// `now`: bans that are over by then do not count, and new ones begin.
    FilePort(PeerFile file, WallTime now) : file_(std::move(file)), now_(now) {}

    /// What is to be written; nothing when nothing was changed.
    const PeerFile* changed() const noexcept { return changed_ ? &file_ : nullptr; }

    NodeInfo node() const override { return {}; }
    std::vector<PeerInfo> peers() const override { return {}; }
    std::vector<std::string> special() const override { return file_.special; }
    std::vector<KnownAddress> known() const override;
    std::vector<BanInfo> bans() const override;
    /// Only an IP address can be kept as an ordinary one.
    Done add(const std::string& endpoint, bool special) override;
    Done remove(const std::string& endpoint) override;
    Done ban(const NodeAddress& scope, std::chrono::seconds length, const std::string& reason) override;
    Done unban(const NodeAddress& scope) override;

  private:
    PeerFile file_;
    WallTime now_;
    bool changed_ = false;
};

} // namespace ethpoc::peer
