// A node that says Hello to one peer, tells it of transactions, and leaves.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.hpp"
#include "sync/hub.hpp"

namespace ethpoc::cmd {

struct Delivery {
    std::string peer{}; // HOST:PORT
    std::vector<sync::OwnTransaction> transactions{};
    double seconds = 10; // to give up after
};

/// done: the peer was told and stayed for a second; negative: it left, or its version has other transactions; io: it is
/// not there.
ExitCode send_transactions(Context& context, const config::Flags& flags, Delivery delivery);

} // namespace ethpoc::cmd
