#include "peer/control_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "chain/u256.hpp"
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

/// As a text: readers of JSON lose digits of large numbers.
Json difficulty_or_null(const U256& number) {
    return number == U256{} ? Json() : Json(chain::to_decimal(number));
}

Json seconds_or_null(const std::optional<std::chrono::milliseconds>& time) {
    return time ? Json(static_cast<double>(time->count()) / 1000) : Json();
}

Json number_or_null(const std::optional<std::uint64_t>& number) {
    return number ? Json(*number) : Json();
}

Json json_of(const SyncInfo& sync) {
    return {{"from", text_or_null(sync.from)},
            {"last_block_seconds", seconds_or_null(sync.since_last_block)},
            {"best_peer", text_or_null(sync.best_peer)},
            {"target_difficulty", difficulty_or_null(sync.target_difficulty)},
            {"progress", sync.progress ? Json(*sync.progress) : Json()}};
}

Json json_of(const StateInfo& state) {
    Json out{{"check", state.checked ? "on" : "off"}};
    if (!state.checked) { return out; }
    out["checked_to"] = number_or_null(state.checked_to);
    if (state.unknown_from) {
        out["unknown_from"] = *state.unknown_from;
        out["because"] = state.because;
    }
    return out;
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
    out["total_difficulty"] = difficulty_or_null(peer.total_difficulty);
    out["last_block_seconds"] = seconds_or_null(peer.since_last_block);
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
    const Json peers{{"connections", node.connections},
                     {"ready", node.ready},
                     {"inbound", node.inbound},
                     {"outbound", node.outbound}};
    const Json head{{"number", node.head_number},
                    {"hash", hash_or_null(node.head_hash)},
                    {"total_difficulty", difficulty_or_null(node.total_difficulty)},
                    {"rules", text_or_null(node.rules)}};
    const Json queues{{"to_chain", node.to_chain},
                      {"to_chain_limit", node.to_chain_limit},
                      {"to_peers", node.to_peers},
                      {"memory", node.memory},
                      {"memory_limit", node.memory_limit}};
    return line_of({{"client_id", node.client_id},
                    {"uptime_seconds", static_cast<double>(node.uptime.count()) / 1000},
                    {"listen", text_or_null(node.listen)},
                    {"peers", peers},
                    {"head", head},
                    {"sync", json_of(node.sync)},
                    {"state", json_of(node.state)},
                    {"known", {{"tried", node.known_tried}, {"new", node.known_new}}},
                    {"bans", node.bans},
                    {"queues", queues}});
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
