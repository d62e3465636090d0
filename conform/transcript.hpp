// Transcript: what was said on the connections of a run, bounded, for the people who read its report.
#pragma once

#include <string_view>
#include <vector>

#include "conform/outcome.hpp"
#include "peer/driver.hpp"

namespace ethpoc::conform {

/// Collects while a run goes on; bounded by Outcome::kept_entries.
class Transcript {
  public:
    /// One write of ours, when it was handed to the socket.
    void sent(Line line, BytesView bytes, peer::Time at);
    /// A whole frame: its header is put before the payload.
    void came(Line line, BytesView payload, std::string_view name, peer::Time at);
    /// Something that is no bytes: connected, paused, closed.
    void happened(Line line, std::string note, peer::Time at);
    /// The entries, with times since `origin`. What went beyond Outcome::kept_entries is one note at the end.
    std::vector<Spoken> take(peer::Time origin);

  private:
    Spoken* add(Line line, Spoken::What what, peer::Time at);

    std::vector<Spoken> entries_{}; // at: since the epoch of the clock
    std::size_t left_out_ = 0;
};

} // namespace ethpoc::conform
