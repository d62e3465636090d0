// Channel: texts for everybody that listens at a path of a Server, as WebSocket messages (RFC 6455).
//
//   send() -> a queue for each listener -> its socket        never waits
//
// A listener hears every text from its coming on, or is dropped: one that reads more slowly than texts come fills its
// queue, and one that answers no ping is not there any more.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "http/endpoint.hpp"

namespace ethpoc::http {

/// What one Channel and each of its listeners may take.
struct ChannelLimits {
    std::size_t listeners = 32;                // the next one is told 503
    std::size_t queue_bytes = 1u << 20;        // that wait for one listener
    std::size_t heard_bytes = 4u << 10;        // of one message that a listener says
    std::chrono::milliseconds silence{30'000}; // then a ping, and as long again for its answer
};

/// An endpoint that sends; see the head of this file. All calls are on the thread of the server's io_context.
class Channel final : public Endpoint {
  public:
    /// Nobody listens yet; Server::give() puts it at a path.
    explicit Channel(ChannelLimits limits = {});
    ~Channel() override;

    /// To all that listen now; UTF-8. On the thread of the server's io_context.
    void send(std::string text);

    std::size_t listeners() const noexcept; // those that still shake hands, too
    std::uint64_t dropped() const noexcept; // since they read too slowly

    // Endpoint
    bool full() const noexcept override;
    /// One more that listens. What it says is read and thrown away.
    void adopt(Upgrade upgrade) override;
    void stop() override;

  private:
    struct Listener;
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace ethpoc::http
