#include "cmd/view/peer_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cmd/view/amount.hpp"
#include "cmd/view/json_value.hpp"
#include "rlp/error.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

/// Characters, as a terminal counts them: bytes of UTF-8 that begin one.
std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// As much of it as fits, with … at its end where something is missing.
std::string fitted(const std::string& text, std::size_t room) {
    if (columns_of(text) <= room) { return text; }
    std::size_t bytes = 0;
    for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
        if ((static_cast<unsigned char>(text[bytes]) & 0xc0) != 0x80 && ++seen >= room) { break; }
    }
    return room == 0 ? std::string() : text.substr(0, bytes) + "…";
}

std::string latency_text(const ordered_json& peer) {
    const double ms = number_or(peer, "latency_ms", -1);
    if (ms < 0) { return "-"; }
    if (ms >= 10'000) { return std::to_string(std::lround(ms / 1000)) + "s"; }
    if (ms >= 1) { return std::to_string(std::lround(ms)) + "ms"; }
    return "<1ms";
}

std::string age_of(const ordered_json& peer) {
    return duration_text(static_cast<std::uint64_t>(std::max(0.0, number_or(peer, "age_seconds", 0))));
}

std::string version_of(const ordered_json& peer) {
    return text_or(peer, "protocol", text_or(peer, "phase", "-").c_str());
}

/// "3 minutes ago", or "never".
std::string when(const ordered_json& row, const char* key, std::uint64_t now) {
    const double seconds = number_or(row, key, 0);
    return seconds > 0 ? age_text(static_cast<std::uint64_t>(seconds), now) : "never";
}

/// A table of texts: all columns but the `flexible` one are as wide as what is in them.
class Table {
  public:
    Table(std::vector<std::string> heading, std::string right) : right_(std::move(right)) {
        rows_.push_back(std::move(heading));
    }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::size_t rows() const { return rows_.size() - 1; }

    std::string text(std::size_t columns, std::optional<std::size_t> flexible) const {
        std::vector<std::size_t> widths(rows_.front().size());
        for (const auto& row : rows_) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                widths[i] = std::max(widths[i], columns_of(row[i]));
            }
        }
        if (columns != 0 && flexible) { shrink(widths, columns, *flexible); }
        std::string out;
        for (const auto& row : rows_) {
            std::string line;
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string cell = fitted(row[i], widths[i]);
                const std::string room(widths[i] - columns_of(cell), ' ');
                line += (i == 0 ? "" : gap) + (right_[i] == 'r' ? room + cell : cell + room);
            }
            line.erase(line.find_last_not_of(' ') + 1);
            out += (columns == 0 ? line : fitted(line, columns)) + "\n";
        }
        return out;
    }

  private:
    static constexpr const char* gap = " ";
    static constexpr std::size_t narrowest = 6;

    static void shrink(std::vector<std::size_t>& widths, std::size_t columns, std::size_t flexible) {
        std::size_t all = widths.size() - 1;
        for (const std::size_t width : widths) {
            all += width;
        }
        if (all <= columns) { return; }
        const std::size_t spare = widths[flexible] - std::min(narrowest, widths[flexible]);
        widths[flexible] -= std::min(all - columns, spare);
    }

    std::string right_; // for each column l or r
    std::vector<std::vector<std::string>> rows_{};
};

void add_line(std::string& out, const char* name, const std::string& value) {
    std::string front = name;
    front.resize(14, ' ');
    out += front + value + "\n";
}

/// "3 failures"
std::string plural_of(const ordered_json& row, const char* key, std::string_view word) {
    return plural(static_cast<std::uint64_t>(std::max(0.0, number_or(row, key, 0))), word);
}

} // namespace

std::string short_bytes(double bytes) {
    constexpr std::array units{"", "k", "M", "G", "T"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < units.size()) {
        bytes /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit > 0 && bytes < 9.95 ? "%.1f%s" : "%.0f%s", bytes, units[unit]);
    return text.data();
}

std::string peer_table(const ordered_json& peers, TableSize size) {
    Table table({"PEER", "CLIENT", "VERSION", "DIR", "AGE", "HEAD", "IN/s", "OUT/s", "LATENCY", "SCORE"}, "llllrrrrrr");
    std::size_t left_out = 0;
    for (const ordered_json& peer : peers) {
        // The heading takes a line, and so does the word about those that found no place.
        const bool last_place = size.lines != 0 && table.rows() + 2 >= size.lines;
        if (last_place && (left_out > 0 || table.rows() + 1 < peers.size())) {
            ++left_out;
            continue;
        }
        const bool special = peer.value("special", false);
        table.add({text_or(peer, "peer", "-") + (special ? "*" : ""), text_or(peer, "client_id", "-"), version_of(peer),
                   text_or(peer, "direction", "-") == "inbound" ? "in" : "out", age_of(peer),
                   whole_or(peer, "head_number", "-"), short_bytes(number_or(peer, "rate_in", 0)),
                   short_bytes(number_or(peer, "rate_out", 0)), latency_text(peer), whole_or(peer, "score", "0")});
    }
    std::string out = table.text(size.columns, 1);
    if (left_out > 0) { out += "and " + std::to_string(left_out) + " more\n"; }
    return out;
}

std::string known_table(const ordered_json& known, std::uint64_t now) {
    Table table({"ADDRESS", "TABLE", "VERSION", "CONNECTED", "TRIED", "HEARD OF", "FAILURES"}, "llllllr");
    for (const ordered_json& row : known) {
        table.add({text_or(row, "peer", "-"), text_or(row, "table", "-"), text_or(row, "works", "-"),
                   when(row, "last_success", now), when(row, "last_try", now), when(row, "seen", now),
                   whole_or(row, "failures", "0")});
    }
    return table.text(0, {});
}

std::string ban_table(const ordered_json& bans, std::uint64_t now) {
    Table table({"ADDRESS", "ENDS", "REASON"}, "lll");
    for (const ordered_json& ban : bans) {
        table.add({text_or(ban, "address", "-"), when(ban, "until", now), text_or(ban, "reason", "-")});
    }
    return table.text(0, {});
}

std::string peer_page(const ordered_json& peer) {
    std::string out;
    add_line(out, "peer", text_or(peer, "peer", "-"));
    add_line(out, "client", text_or(peer, "client_id", "-"));
    add_line(out, "version", text_or(peer, "protocol", "-"));
    add_line(out, "direction", text_or(peer, "direction", "-"));
    add_line(out, "state", text_or(peer, "phase", "-") + (peer.value("special", false) ? ", special" : ""));
    add_line(out, "connected", "for " + age_of(peer));
    add_line(out, "head", whole_or(peer, "head_number", "-") + " " + text_or(peer, "head_hash", ""));
    add_line(out, "messages",
             whole_or(peer, "messages_in", "0") + " in, " + whole_or(peer, "messages_out", "0") + " out");
    add_line(out, "bytes", whole_or(peer, "bytes_in", "0") + " in, " + whole_or(peer, "bytes_out", "0") + " out");
    add_line(out, "bytes/s",
             short_bytes(number_or(peer, "rate_in", 0)) + " in, " + short_bytes(number_or(peer, "rate_out", 0)) +
                 " out");
    add_line(out, "latency", latency_text(peer));
    add_line(out, "queue",
             whole_or(peer, "queued_bytes", "0") + " of " + whole_or(peer, "queue_limit", "0") + " bytes, " +
                 plural_of(peer, "shed", "relayed message") + " shed");
    add_line(out, "score", whole_or(peer, "score", "0") + " of 100");
    return out;
}

std::string known_page(const ordered_json& known, std::uint64_t now) {
    std::string out;
    std::string refused;
    for (const ordered_json& name : known.value("refused", ordered_json::array())) {
        refused += (refused.empty() ? "" : ", ") + name.get<std::string>();
    }
    add_line(out, "address", text_or(known, "peer", "-") + ", of the " + text_or(known, "table", "-") + " ones");
    add_line(out, "connected", when(known, "last_success", now));
    add_line(out, "tried", when(known, "last_try", now) + ", " + plural_of(known, "failures", "failure") + " since");
    add_line(out, "heard of", when(known, "seen", now) + ", from " + text_or(known, "source", "-"));
    add_line(out, "version", text_or(known, "works", "-") + (refused.empty() ? "" : "; refused " + refused));
    return out;
}

std::string watch_heading(const ordered_json& node, const ordered_json& peers, std::size_t columns) {
    double in = 0;
    double out = 0;
    std::size_t ready = 0;
    for (const ordered_json& peer : peers) {
        in += number_or(peer, "rate_in", 0);
        out += number_or(peer, "rate_out", 0);
        ready += peer.value("ready", false) ? 1 : 0;
    }
    const ordered_json head = node.value("head", ordered_json::object());
    const auto up = static_cast<std::uint64_t>(std::max(0.0, number_or(node, "uptime_seconds", 0)));
    const std::string line = text_or(node, "listen", "not listening") + "  " + plural(peers.size(), "peer") + " (" +
                             std::to_string(ready) + " ready)  head #" + whole_or(head, "number", "-") + "  in " +
                             short_bytes(in) + "B/s  out " + short_bytes(out) + "B/s  up " + duration_text(up);
    return columns == 0 ? line : fitted(line, columns);
}

} // namespace ethpoc::cmd
