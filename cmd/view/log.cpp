#include "cmd/view/log.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "cmd/view/timestamp.hpp"

namespace ethpoc::cmd {

namespace {

constexpr unsigned warnings_in_a_row = 10; // about one peer; what follows is in the metrics

// A line is about 150 bytes: 850 of one address at once. Reconnecting gives no new allowance.
constexpr Rate log_of_address{128u << 10, 128u << 10};
constexpr Rate log_of_all{2u << 20, 2u << 20};

constexpr std::array<spdlog::level::level_enum, 3> spdlog_levels{spdlog::level::debug, spdlog::level::warn,
                                                                 spdlog::level::err};
constexpr std::array<std::string_view, 3> level_names{"debug", "warn", "error"};

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
    return json_text(std::move(line));
}

/// Hands whole lines to an Output. spdlog's own stderr sink would wait for the reader.
class OutputSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit OutputSink(Output& out) : out_(out) {}

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        out_.error_text(std::string(message.payload.begin(), message.payload.end()) + "\n");
    }
    void flush_() override {}

    Output& out_;
};

} // namespace

LogObserver::LogObserver(Output& out, const std::string& level, const std::string& format) :
    logger_(std::make_shared<spdlog::logger>("ethpoc", std::make_shared<OutputSink>(out))), json_(format == "json"),
    allowance_(log_of_address, log_of_all) {
    set_level(level);
}

void LogObserver::set_level(const std::string& level) {
    logger_->set_level(spdlog::level::from_str(level));
}

LogObserver::~LogObserver() = default;

bool LogObserver::logs(Level level) const {
    return logger_->should_log(spdlog_levels[static_cast<std::size_t>(level)]);
}

std::size_t LogObserver::write(Level level, std::string_view what, const nlohmann::ordered_json& fields) {
    const std::string_view name = level_names[static_cast<std::size_t>(level)];
    const std::string line = json_ ? json_line(name, what, fields) : text_line(name, what, fields);
    logger_->log(spdlog_levels[static_cast<std::size_t>(level)],
                 spdlog::string_view_t(line)); // complete: spdlog's patterns do not escape
    return line.size() + 1;
}

void LogObserver::tick() {
    const std::uint64_t count = left_out_.due(std::chrono::steady_clock::now());
    if (count != 0) { write(Level::warn, "lines left out", {{"count", count}}); }
}

bool LogObserver::may_say(Level level, const peer::PeerRef& peer) {
    if (!logs(level)) { return false; }
    if (allowance_.left(address_key(peer.endpoint), std::chrono::steady_clock::now())) { return true; }
    left_out_.add();
    tick();
    return false;
}

void LogObserver::say(Level level, std::string_view what, const peer::PeerRef& peer,
                      const nlohmann::ordered_json& fields) {
    tick();
    allowance_.spend(address_key(peer.endpoint), write(level, what, fields), std::chrono::steady_clock::now());
}

void LogObserver::on(const peer::event::Disconnected& event) {
    if (!may_say(Level::debug, event.peer)) { return; }
    say(Level::debug, "disconnected", event.peer, {{"peer", event.peer.endpoint}, {"reason", printable(event.reason)}});
}

void LogObserver::on(const peer::event::Malformed& event) {
    const peer::PeerRef& peer = event.peer;
    const Error& error = *event.error;
    repeats_ = peer.id == last_warned_ ? repeats_ + 1 : 0;
    last_warned_ = peer.id;
    if (repeats_ >= warnings_in_a_row || !may_say(Level::warn, peer)) { return; }
    nlohmann::ordered_json fields{
        {"peer", peer.endpoint}, {"code", error.code->word}, {"offset", error.offset}, {"length", error.length}};
    if (!error.path.empty()) { fields["path"] = printable(error.path); }
    if (!error.detail.empty()) { fields["detail"] = printable(error.detail); }
    say(Level::warn, "malformed input", peer, fields);
}

void LogObserver::on(const peer::event::Shed& event) {
    if (!may_say(Level::debug, event.peer)) { return; }
    say(Level::debug, "relay shed", event.peer, {{"peer", event.peer.endpoint}, {"type", wire::name_of(event.type)}});
}

void LogObserver::on(const peer::event::Seeds& event) {
    const bool failed = !event.failed.empty();
    const Level level = failed || event.passed_over > 0 ? Level::warn : Level::debug;
    if (!logs(level)) { return; }
    if (failed) {
        write(level, "seeds could not be fetched",
              {{"from", printable(event.from)}, {"detail", printable(event.failed, 512)}});
        return;
    }
    write(level, "seeds were fetched",
          {{"from", printable(event.from)},
           {"taken", std::to_string(event.taken)},
           {"passed_over", std::to_string(event.passed_over)}});
}

void LogObserver::on(const peer::event::PeerFileFailed& event) {
    if (!logs(Level::warn)) { return; }
    if (event.error == nullptr) {
        write(Level::warn, "a part of the file of peers could not be read", {{"lines", std::to_string(event.damaged)}});
        return;
    }
    write(Level::warn, "what is known of peers cannot be kept",
          {{"code", event.error->code->word}, {"detail", printable(event.error->detail)}});
}

void LogObserver::on(const peer::event::StoreFailed& event) {
    if (logs(Level::error)) {
        write(Level::error, "the store failed",
              {{"code", event.error->code->word}, {"detail", printable(event.error->detail)}});
    }
}

} // namespace ethpoc::cmd
