// Connections, known addresses and bans as tables for people. The rows are the JSON of peer/control_json.hpp, as a
// running node tells it, or as it is made of the files of a stopped one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace ethpoc::cmd {

/// Columns that no line of a table has more of, and lines that a table has at most; 0: as many as it takes.
struct TableSize {
    std::size_t columns = 0;
    std::size_t lines = 0;
};

/// A line each, with a heading: client, version, direction, age, head, rates, latency, score. Where `columns` are few
/// the client is cut. Each line ends in a new line.
std::string peer_table(const nlohmann::ordered_json& peers, TableSize size = {});

/// `now` in Unix seconds.
std::string known_table(const nlohmann::ordered_json& known, std::uint64_t now);
std::string ban_table(const nlohmann::ordered_json& bans, std::uint64_t now);

/// All that is known of one connection, a line each.
std::string peer_page(const nlohmann::ordered_json& peer);
std::string known_page(const nlohmann::ordered_json& known, std::uint64_t now);

/// Of the answer to GET /status and of its connections: one line, at most `columns` wide.
std::string watch_heading(const nlohmann::ordered_json& node, const nlohmann::ordered_json& peers, std::size_t columns);

/// "12", "1.5k", "23M": bytes, or bytes a second.
std::string short_bytes(double bytes);

} // namespace ethpoc::cmd
