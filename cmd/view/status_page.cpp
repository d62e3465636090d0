#include "cmd/view/status_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cmd/view/amount.hpp"
#include "cmd/view/columns.hpp"
#include "cmd/view/json_value.hpp"
#include "rlp/error.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

std::uint64_t count_at(const ordered_json& row, const char* key) {
    return static_cast<std::uint64_t>(std::max(0.0, number_or(row, key, 0)));
}

std::string bytes_text(const ordered_json& row, const char* key) {
    return short_bytes(number_or(row, key, 0)) + "B";
}

// ---------------------------------------------------------------- what stands behind each name; empty: no line

std::string node_line(const ordered_json& status) {
    if (!status.value("running", false)) { return "not running; this is what its files say"; }
    return "running for " + duration_text(count_at(status, "uptime_seconds")) + ", as " +
           text_or(status, "client_id", "?");
}

std::string listening_line(const ordered_json& status) {
    return status.contains("listen") ? text_or(status, "listen", "nowhere") : "";
}

std::string peers_line(const ordered_json& status) {
    const auto at = status.find("peers");
    if (at == status.end()) { return ""; }
    return plural(count_at(*at, "connections"), "connection") + " (" + whole_or(*at, "inbound", "?") + " in, " +
           whole_or(*at, "outbound", "?") + " out), " + whole_or(*at, "ready", "?") + " ready";
}

std::string head_line(const ordered_json& status) {
    const auto at = status.find("head");
    if (at == status.end()) { return ""; }
    if (!at->is_object()) { return "there is no chain yet"; }
    return "#" + whole_or(*at, "number", "?") + ", protocol " + text_or(*at, "protocol", "?");
}

std::string head_text(const ordered_json& status, const char* key) {
    const auto at = status.find("head");
    return at != status.end() && at->is_object() ? text_or(*at, key, "") : "";
}
std::string hash_line(const ordered_json& status) {
    return head_text(status, "hash");
}
std::string difficulty_line(const ordered_json& status) {
    return head_text(status, "total_difficulty");
}

/// Rounded down, so that 100 % means all of it.
std::string percent(double part) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %%", std::floor(part * 1000) / 10);
    return text.data();
}

std::string sync_line(const ordered_json& status) {
    const auto at = status.find("sync");
    if (at == status.end()) { return ""; }
    const std::string best = text_or(*at, "best_peer", "");
    if (best.empty()) { return "no peer has said how far it is"; }
    const double part = number_or(*at, "progress", 0);
    if (part >= 1) { return "up to what " + best + " and all others have named"; }
    return percent(part) + " of the total difficulty that " + best + " has named";
}

std::string blocks_line(const ordered_json& status) {
    const auto at = status.find("sync");
    const std::string from = at == status.end() ? "" : text_or(*at, "from", "");
    return from.empty() ? "" : "from " + from + ", " + duration_text(count_at(*at, "last_block_seconds")) + " ago";
}

std::string state_line(const ordered_json& status) {
    const auto at = status.find("state");
    if (at == status.end() || !at->is_object()) { return ""; }
    if (text_or(*at, "check", "off") == "off") { return "not checked, --state is off"; }
    const std::string to = whole_or(*at, "checked_to", "");
    if (to.empty()) { return "will be checked when the next block comes"; }
    const std::string from = whole_or(*at, "unknown_from", "");
    return "checked to #" + to +
           (from.empty() ? "" : ", unknown from #" + from + " because " + text_or(*at, "because", "?"));
}

std::string known_line(const ordered_json& status) {
    const auto at = status.find("known");
    if (at == status.end()) { return ""; }
    const std::uint64_t tried = count_at(*at, "tried");
    const std::uint64_t all = tried + count_at(*at, "new");
    return std::to_string(all) + " known, " + std::to_string(tried) + " of them connected once";
}

std::string bans_line(const ordered_json& status) {
    return whole_or(status, "bans", "");
}

std::string queues_line(const ordered_json& status) {
    const auto at = status.find("queues");
    if (at == status.end()) { return ""; }
    return bytes_text(*at, "to_chain") + " to the chain (at most " + bytes_text(*at, "to_chain_limit") + "), " +
           bytes_text(*at, "to_peers") + " to peers";
}

std::string memory_line(const ordered_json& status) {
    const auto at = status.find("queues");
    if (at == status.end()) { return ""; }
    return bytes_text(*at, "memory") + " held for peers (at most " + bytes_text(*at, "memory_limit") + ")";
}

struct StatusRow {
    const char* name;
    std::string (*text)(const ordered_json& status);
};

constexpr StatusRow status_rows[] = {
    {"node", node_line},     {"listening", listening_line},   {"peers", peers_line}, {"head", head_line},
    {"hash", hash_line},     {"difficulty", difficulty_line}, {"sync", sync_line},   {"blocks", blocks_line},
    {"state", state_line},   {"addresses", known_line},       {"bans", bans_line},   {"queues", queues_line},
    {"memory", memory_line},
};

/// The first lines of it.
std::string cut_to(const std::string& text, std::size_t lines) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < lines && end < text.size(); ++i) {
        end = text.find('\n', end) + 1;
    }
    return text.substr(0, end);
}

} // namespace

std::string status_page(const ordered_json& status, TableSize size) {
    constexpr std::size_t name_width = 12;
    std::string out;
    for (const StatusRow& row : status_rows) {
        const std::string text = row.text(status);
        if (!text.empty()) { out += hanging(padded(row.name, name_width), text, size.columns) + "\n"; }
    }
    return size.lines == 0 ? out : cut_to(out, size.lines);
}

} // namespace ethpoc::cmd
