// Observers: one Observer that hands everything on to several.
#pragma once

#include <algorithm>
#include <vector>

#include "peer/observer.hpp"

namespace ethpoc::peer {

class Observers final : public Observer {
  public:
    /// `observer` must outlive this.
    void add(Observer& observer) { list_.push_back(&observer); }

    void listening(std::string_view address) override { tell(&Observer::listening, address); }
    void connecting(std::string_view endpoint) override { tell(&Observer::connecting, endpoint); }
    void connect_failed(std::string_view endpoint, std::string_view why) override {
        tell(&Observer::connect_failed, endpoint, why);
    }
    void connected(const PeerRef& peer) override { tell(&Observer::connected, peer); }
    void hello(const PeerRef& peer, const HelloInfo& hello) override { tell(&Observer::hello, peer, hello); }
    void message(const PeerRef& peer, const MessageInfo& message) override { tell(&Observer::message, peer, message); }
    bool wants_messages() const override { return std::ranges::any_of(list_, &Observer::wants_messages); }
    void disconnected(const PeerRef& peer, const EndInfo& end) override { tell(&Observer::disconnected, peer, end); }
    void malformed(const PeerRef& peer, const Error& error, BytesView payload) override {
        tell(&Observer::malformed, peer, error, payload);
    }
    void tolerated(const PeerRef& peer, const Error& error) override { tell(&Observer::tolerated, peer, error); }
    void retry(const PeerRef& peer, std::string_view protocol, std::string_view why) override {
        tell(&Observer::retry, peer, protocol, why);
    }
    void imported(const PeerRef& peer, std::size_t blocks, const HeadRef& head) override {
        tell(&Observer::imported, peer, blocks, head);
    }
    void reorganised(const HeadRef& from, const HeadRef& to, std::uint64_t depth) override {
        tell(&Observer::reorganised, from, to, depth);
    }
    void synced(const PeerRef& peer, const HeadRef& head) override { tell(&Observer::synced, peer, head); }
    void transaction(const PeerRef& peer, const Hash256& hash, const std::optional<Address>& sender) override {
        tell(&Observer::transaction, peer, hash, sender);
    }
    void shed(const PeerRef& peer, wire::MessageType type) override { tell(&Observer::shed, peer, type); }
    void failed(const Error& error) override { tell(&Observer::failed, error); }

  private:
    template <class... P, class... A>
    void tell(void (Observer::*call)(P...), const A&... arguments) {
        for (Observer* observer : list_) {
            (observer->*call)(arguments...);
        }
    }
    std::vector<Observer*> list_{};
};

} // namespace ethpoc::peer
