// each_minute: a call on the network thread of a node, once a minute while it runs.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "peer/node.hpp"

namespace ethpoc::cmd {

/// `node` and what `call` refers to must live until run() has returned.
inline void each_minute(peer::Node& node, std::function<void()> call) {
    node.after(std::chrono::minutes(1), [&node, call = std::move(call)] {
        call();
        each_minute(node, call);
    });
}

} // namespace ethpoc::cmd
