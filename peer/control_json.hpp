// PeerInfo and its like as JSON, one line each, for the control socket and for those who read the files of a stopped
// node. What peers said goes through printable().
#pragma once

#include <span>
#include <string>

#include "peer/peer_info.hpp"

namespace ethpoc::peer {

/// {"client_id", "uptime_seconds", "listen", "peers": {..}, "head": {..}, "sync": {..}, "state": {..}, "known": {..},
/// "bans", "queues": {..}}
std::string to_json(const NodeInfo& node);
/// {"peers": [{"peer", "id", "direction", "client_id", ...}, ...], "special": [HOST:PORT, ...]}
std::string to_json(std::span<const PeerInfo> peers, std::span<const std::string> special);
/// {"known": [{"peer", "table", ...}, ...]}; a time that never was is null.
std::string to_json(std::span<const KnownAddress> known);
/// {"bans": [{"address", "until", "reason"}, ...]}
std::string to_json(std::span<const BanInfo> bans);
/// {"peers": [..], "known": .. or null}: all connections of one address, and its row of the book.
std::string to_json(std::span<const PeerInfo> peers, const KnownAddress* known);

/// {"error": sentence}
std::string error_json(std::string_view sentence);

} // namespace ethpoc::peer
