#include "peer/control_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "rlp/bytes.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::peer {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view direction_name(Direction direction) {
    return direction == Direction::inbound ? "inbound" : "outbound";
}

/// With three digits behind the point, which is what a reader can use.
double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

Json hash_or_null(const Hash256& hash) {
    return hash.is_zero() ? Json() : Json("0x" + to_hex(hash));
}

Json time_or_null(std::int64_t seconds) {
    return seconds == 0 ? Json() : Json(seconds);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json json_of(const PeerInfo& peer) {
    Json out{{"peer", peer.endpoint},
             {"id", peer.id},
             {"direction", direction_name(peer.direction)},
             {"client_id", printable(peer.client_id)},
             {"protocol", text_or_null(peer.protocol)},
             {"phase", peer.phase},
             {"ready", peer.ready},
             {"special", peer.special},
             {"age_seconds", static_cast<double>(peer.age.count()) / 1000},
             {"messages_in", peer.messages_in},
             {"messages_out", peer.messages_out},
             {"bytes_in", peer.bytes_in},
             {"bytes_out", peer.bytes_out},
             {"rate_in", rounded(peer.rate_in)},
             {"rate_out", rounded(peer.rate_out)}};
    out["latency_ms"] = peer.latency ? Json(static_cast<double>(peer.latency->count()) / 1000) : Json();
    out["queued_bytes"] = peer.queued_bytes;
    out["queue_limit"] = peer.queue_limit;
    out["shed"] = peer.shed;
    out["score"] = peer.score;
    out["head_number"] = peer.head_number ? Json(*peer.head_number) : Json();
    out["head_hash"] = hash_or_null(peer.head_hash);
    return out;
}

Json json_of(const KnownAddress& known) {
    return {{"peer", known.endpoint},
            {"table", known.table},
            {"last_success", time_or_null(known.last_success)},
            {"last_try", time_or_null(known.last_try)},
            {"seen", time_or_null(known.seen)},
            {"failures", known.failures},
            {"works", text_or_null(known.works)},
            {"refused", known.refused},
            {"source", known.source}};
}

Json json_of(const BanInfo& ban) {
    return {{"address", ban.scope}, {"until", ban.until}, {"reason", ban.reason}};
}

/// Texts of peers are printable; those of files and users need not be UTF-8.
std::string line_of(const Json& value) {
    return value.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

template <class Row>
Json list_of(std::span<const Row> rows) {
    Json out = Json::array();
    for (const Row& row : rows) {
        out.push_back(json_of(row));
    }
    return out;
}

} // namespace

std::string to_json(const NodeInfo& node) {
    return line_of({{"client_id", node.client_id},
                    {"uptime_seconds", static_cast<double>(node.uptime.count()) / 1000},
                    {"listen", text_or_null(node.listen)},
                    {"peers", {{"connections", node.connections}, {"ready", node.ready}}},
                    {"head", {{"number", node.head_number}, {"hash", hash_or_null(node.head_hash)}}},
                    {"queues",
                     {{"to_chain", node.to_chain},
                      {"to_chain_limit", node.to_chain_limit},
                      {"to_peers", node.to_peers},
                      {"memory", node.memory},
                      {"memory_limit", node.memory_limit}}}});
}

std::string to_json(std::span<const PeerInfo> peers, std::span<const std::string> special) {
    return line_of({{"peers", list_of(peers)}, {"special", std::vector<std::string>(special.begin(), special.end())}});
}

std::string to_json(std::span<const KnownAddress> known) {
    return line_of({{"known", list_of(known)}});
}

std::string to_json(std::span<const BanInfo> bans) {
    return line_of({{"bans", list_of(bans)}});
}

std::string to_json(std::span<const PeerInfo> peers, const KnownAddress* known) {
    return line_of({{"peers", list_of(peers)}, {"known", known != nullptr ? json_of(*known) : Json()}});
}

std::string error_json(std::string_view sentence) {
    return line_of({{"error", sentence}});
}

} // namespace ethpoc::peer
