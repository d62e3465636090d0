#include "cmd/log.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "cmd/events.hpp"

namespace ethpoc::cmd {

namespace {

constexpr unsigned warnings_in_a_row = 10; // about one peer; what follows is in the metrics

std::string text_line(std::string_view level, std::string_view what, const nlohmann::ordered_json& fields) {
    std::string line = timestamp_now().append(" ").append(level).append(" ").append(what);
    for (const auto& [key, value] : fields.items()) {
        line += " " + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
    }
    return line;
}

std::string json_line(std::string_view level, std::string_view what, const nlohmann::ordered_json& fields) {
    nlohmann::ordered_json line{{"ts", timestamp_now()}, {"lvl", level}, {"msg", what}};
    line.update(fields);
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

LogObserver::LogObserver(const std::string& level, const std::string& format) :
    logger_(std::make_shared<spdlog::logger>("ethpoc", std::make_shared<spdlog::sinks::stderr_sink_mt>())),
    json_(format == "json") {
    logger_->set_pattern("%v"); // the line is complete: spdlog's patterns do not escape
    logger_->set_level(spdlog::level::from_str(level));
}

LogObserver::~LogObserver() = default;

void LogObserver::disconnected(const peer::PeerRef& peer, const peer::EndInfo& end) {
    if (!logger_->should_log(spdlog::level::debug)) { return; }
    const nlohmann::ordered_json fields{{"peer", peer.endpoint}, {"reason", printable(end.reason)}};
    logger_->debug(json_ ? json_line("debug", "disconnected", fields) : text_line("debug", "disconnected", fields));
}

void LogObserver::malformed(const peer::PeerRef& peer, const Error& error, BytesView) {
    repeats_ = peer.id == last_warned_ ? repeats_ + 1 : 0;
    last_warned_ = peer.id;
    if (repeats_ >= warnings_in_a_row || !logger_->should_log(spdlog::level::warn)) { return; }
    nlohmann::ordered_json fields{
        {"peer", peer.endpoint}, {"code", error.code->word}, {"offset", error.offset}, {"length", error.length}};
    if (!error.path.empty()) { fields["path"] = error.path; }
    if (!error.detail.empty()) { fields["detail"] = printable(error.detail); }
    logger_->warn(json_ ? json_line("warn", "malformed input", fields) : text_line("warn", "malformed input", fields));
}

void LogObserver::shed(const peer::PeerRef& peer, wire::MessageType type) {
    if (!logger_->should_log(spdlog::level::debug)) { return; }
    const nlohmann::ordered_json fields{{"peer", peer.endpoint}, {"type", wire::name_of(type)}};
    logger_->debug(json_ ? json_line("debug", "relay shed", fields) : text_line("debug", "relay shed", fields));
}

void LogObserver::failed(const Error& error) {
    const nlohmann::ordered_json fields{{"code", error.code->word}, {"detail", printable(error.detail)}};
    logger_->error(json_ ? json_line("error", "the store failed", fields)
                         : text_line("error", "the store failed", fields));
}

} // namespace ethpoc::cmd
