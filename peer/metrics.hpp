// Metrics: counts what a node does, as the text that Prometheus reads. Labels come from our tables only, never from
// peers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "peer/observer.hpp"

namespace ethpoc::peer {

/// What is true at the moment, beside what was counted.
struct Gauges {
    std::size_t connections = 0;
    std::size_t ready = 0;
    std::size_t chain_queue_bytes = 0;
    std::uint64_t head_number = 0;
};

class Metrics final : public Observer {
  public:
    void message(const PeerRef&, const MessageInfo& message) override;
    void disconnected(const PeerRef&, const EndInfo& end) override;
    void malformed(const PeerRef&, const Error& error, BytesView) override;
    void imported(const PeerRef&, std::size_t blocks, const HeadRef&) override;
    void reorganised(const HeadRef&, const HeadRef&, std::uint64_t) override { ++reorgs_; }
    void transaction(const PeerRef&, const Hash256&, const std::optional<Address>&) override { ++transactions_; }
    void shed(const PeerRef&, wire::MessageType) override { ++shed_; }

    /// Text exposition format 0.0.4.
    std::string text(const Gauges& gauges) const;

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
};

} // namespace ethpoc::peer
