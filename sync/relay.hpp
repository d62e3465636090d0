// ChainHub::Relay: one message for many peers. Each form of it is encoded once, and is one action for all peers that
// speak this form.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "sync/hub.hpp"
#include "wire/codec.hpp"

namespace ethpoc::sync {

/// Collects, then sends. Lives for one message.
class ChainHub::Relay {
  public:
    /// `compose` makes the frame for the first peer of a form.
    template <class Compose>
    void add(const Member& to, wire::MessageType type, Compose&& compose) {
        action::Relay& relay = by_form_[{to.traits.profile->name, to.traits.offsets.eth}];
        if (!relay.frame) { relay = {type, std::make_shared<const Bytes>(compose()), {}}; }
        relay.to.push_back(to.id);
    }

    /// One action for each form; then it is empty again.
    void send(NetworkProxy& out) {
        for (auto& [form, relay] : by_form_) {
            out.put(std::move(relay));
        }
        by_form_.clear();
    }

  private:
    /// What makes two peers' frames of one message differ: the name of the version, and where its ids begin.
    using Form = std::pair<std::string_view, std::uint16_t>;
    std::map<Form, action::Relay> by_form_{};
};

} // namespace ethpoc::sync
