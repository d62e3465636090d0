#include "cmd/reload.hpp"

#include <algorithm>
#include <array>

namespace ethpoc::cmd {

namespace {

constexpr std::array live_keys{
    std::string_view("dial"),
    std::string_view("max-peers"),
    std::string_view("target-peers"),
    std::string_view("round-time"),
    std::string_view("drop-to"),
    std::string_view("log.level"),
    std::string_view("limits.frame"), // of connections that come
    std::string_view("limits.send-queue"),
    std::string_view("limits.answer-rate"),
    std::string_view("limits.addresses-per-message"),
    std::string_view("limits.peers-per-address"),
    std::string_view("limits.peers-per-subnet"),
    std::string_view("limits.outbound-per-subnet"),
    std::string_view("limits.inbound"),
    std::string_view("limits.exempt-loopback"),
    std::string_view("timeouts.hello-wait"),
    std::string_view("timeouts.hello-wait-inbound"),
    std::string_view("timeouts.handshake"),
    std::string_view("timeouts.frame"),
    std::string_view("timeouts.ping"),
    std::string_view("timeouts.idle"),
    std::string_view("timeouts.send-stall"),
    std::string_view("timeouts.slow-peer"),
    std::string_view("timeouts.disconnect"),
    std::string_view("timeouts.accept-pause"),
    std::string_view("timeouts.ban"),
};

std::string joined(const std::vector<std::string>& keys) {
    std::string out;
    for (const std::string& key : keys) {
        out += (out.empty() ? "" : ", ") + key;
    }
    return out;
}

} // namespace

std::span<const std::string_view> live_settings() {
    return live_keys;
}

Reloaded take_over(config::Settings& running, const config::Settings& read) {
    Reloaded out;
    for (const config::SettingRow& row : config::setting_rows()) {
        const auto values = row.write(read);
        if (values == row.write(running)) { continue; }
        const bool live = std::ranges::find(live_keys, row.key) != live_keys.end();
        // What was written is always read again.
        if (live && !row.read(running, values)) { continue; }
        (live ? out.changed : out.waiting).emplace_back(row.key);
    }
    return out;
}

std::string reload_sentence(const Reloaded& reloaded) {
    std::string out = reloaded.changed.empty() ? "settings were read again; nothing changes now"
                                               : "settings were read again; changed: " + joined(reloaded.changed);
    if (!reloaded.waiting.empty()) { out += "; only a restart changes: " + joined(reloaded.waiting); }
    return out;
}

void Reloader::reload() {
    const auto read = load_settings(context_, flags_);
    if (!read) { return context_.out.complain("the settings stay as they are"); }
    const Reloaded what = take_over(running_, read->settings);
    apply_(running_);
    context_.out.complain(reload_sentence(what));
}

} // namespace ethpoc::cmd
