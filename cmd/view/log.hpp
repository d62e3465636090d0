// LogObserver: the log on stderr, for operators: one clear line for what went wrong, within an allowance for each
// address. It never waits for stderr (Output::go_live); what a peer sent is made printable first, and JSON is built by
// a library, so no peer can write into the log.
#pragma once

#include <memory>
#include <string>

#include "cmd/view/allowance.hpp"
#include "cmd/view/output.hpp"
#include "peer/observer.hpp"

namespace spdlog {
class logger; // NOLINT(readability-identifier-naming): theirs
}

namespace ethpoc::cmd {

class LogObserver final : public peer::ObserverOf<LogObserver> {
  public:
    /// `level`: trace, debug, info, warn, error, off. `format`: text or json.
    /// Lines go to the stderr of `out`, which must outlive this.
    LogObserver(Output& out, const std::string& level, const std::string& format);
    ~LogObserver() override;

    void on(const peer::event::Disconnected& event);
    void on(const peer::event::Malformed& event);
    void on(const peer::event::Shed& event);
    void on(const peer::event::StoreFailed& event);
    void on(const peer::event::PeerFileFailed& event);
    void on(const peer::event::Seeds& event);

    /// From any thread.
    void set_level(const std::string& level);

    /// Tells how many lines were left out, when it is time. From the network thread.
    void tick();

  private:
    enum class Level : std::uint8_t { debug, warn, error };
    bool logs(Level level) const;
    std::size_t write(Level level, std::string_view what, const nlohmann::ordered_json& fields);
    /// A line about a peer, if it is logged and within the allowance of its address.
    bool may_say(Level level, const peer::PeerRef& peer);
    void say(Level level, std::string_view what, const peer::PeerRef& peer, const nlohmann::ordered_json& fields);

    std::shared_ptr<spdlog::logger> logger_;
    bool json_;
    Allowance allowance_; // by address
    LeftOut left_out_{};
    std::uint64_t last_warned_ = 0; // connection of the last warning
    unsigned repeats_ = 0;          // warnings in a row about it
};

} // namespace ethpoc::cmd
