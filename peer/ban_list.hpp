// BanList: who is not let in and not dialled, until when, and why. No clock: the time of day comes in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer/address.hpp"

namespace ethpoc::peer {

/// Seconds since 1970.
using WallTime = std::int64_t;

/// Who is banned, until when (Unix seconds), and why.
struct Ban {
    NodeAddress scope{}; // port 0: the whole IP address
    WallTime until = 0;
    std::string reason; // a clause for people, printable
};

/// "192.0.2.1", or with a port "192.0.2.1:30303".
std::string scope_text(const NodeAddress& scope);
/// The inverse; a host name is none.
std::optional<NodeAddress> parse_scope(std::string_view text);

/// Bans by scope: an IP address, or one port of it.
class BanList {
  public:
    /// `most`: bans that are kept.
    explicit BanList(std::size_t most = 4096) : most_(most) {}

    /// A ban that lasts longer already stays as it is. When the list is full, the one that ends first leaves for it.
    void add(Ban ban);
    /// False: there was none of just this scope.
    bool remove(const NodeAddress& scope);
    /// The ban that a connection from or to there falls under: of its IP address, or of it alone.
    const Ban* find(const NodeAddress& where, WallTime now) const;
    /// Forgets those that are over.
    void expire(WallTime now);

    /// In the order of their scopes.
    std::vector<Ban> all(WallTime now) const;
    std::size_t size() const noexcept { return bans_.size(); }

  private:
    const Ban* alive(const NodeAddress& scope, WallTime now) const;

    std::size_t most_;
    std::map<NodeAddress, Ban> bans_{};
};

} // namespace ethpoc::peer
