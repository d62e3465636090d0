// Metrics: counts what a node does, as the text that Prometheus reads. Labels come from our tables only, never from
// peers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "peer/observer.hpp"

namespace ethpoc::peer {

class Metrics final : public ObserverOf<Metrics> {
  public:
    void on(const event::Message& message);
    void on(const event::Disconnected& end) { ++ended_[static_cast<std::size_t>(end.by)]; }
    void on(const event::Malformed& malformed) { ++malformed_[malformed.error->code->word]; }
    void on(const event::Latency& latency);
    void on(const event::Imported& imported) { blocks_ += imported.blocks; }
    void on(const event::Reorganised&) { ++reorgs_; }
    void on(const event::Transaction&) { ++transactions_; }
    void on(const event::Shed&) { ++shed_; }
    void on(const event::Delayed&) { ++delayed_; }
    void on(const event::Queues& queues) { queues_ = queues; }

    /// Text exposition format 0.0.4. The gauges are those of the last event::Queues.
    std::string text(std::uint64_t head_number) const;

  private:
    using PerType = std::array<std::uint64_t, wire::message_type_count + 1>;
    std::array<PerType, 2> messages_{}; // [Way][MessageType]
    std::array<std::uint64_t, 2> bytes_{};
    std::array<std::uint64_t, 4> ended_{};                  // [EndedBy]
    std::map<std::string_view, std::uint64_t> malformed_{}; // by error code, which is static
    std::uint64_t blocks_ = 0;
    std::uint64_t reorgs_ = 0;
    std::uint64_t transactions_ = 0;
    std::uint64_t shed_ = 0;
    std::uint64_t delayed_ = 0;
    std::uint64_t pongs_ = 0;
    std::chrono::nanoseconds waited_{}; // for all of them
    event::Queues queues_{};
};

} // namespace ethpoc::peer
