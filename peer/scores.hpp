// Scores: what the peers of an address have done wrong, in points. 100 points are a ban; 100 points fade in an hour.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "peer/address.hpp"
#include "peer/driver.hpp"

namespace ethpoc::peer {

/// What a peer can do wrong, a value for each row of offences.def.
enum class Offence : std::uint8_t {
#define ETHPOC_OFFENCE(name, points, why) name,
#include "peer/offences.def"
#undef ETHPOC_OFFENCE
};

/// A row of offences.def: points, and why for people.
struct OffenceRow {
    std::string_view name;
    int points = 0;
    std::string_view why;
};

/// Its row.
inline const OffenceRow& row_of(Offence offence) noexcept {
    static constexpr OffenceRow rows[] = {
#define ETHPOC_OFFENCE(name, points, why) {#name, points, why},
#include "peer/offences.def"
#undef ETHPOC_OFFENCE
    };
    return rows[static_cast<std::size_t>(offence)];
}

/// Points by IP address; bounded in addresses, those with the fewest points leave first.
class Scores {
  public:
    static constexpr int ban_at = 100;                // points
    static constexpr std::chrono::seconds fade{3600}; // of 100 points
    /// `most_addresses`: of which points are remembered.
    explicit Scores(std::size_t most_addresses = 4096) : most_(most_addresses) {}

    /// Returns the points of the address now.
    int add(const IpAddress& from, Offence offence, Time now) {
        if (points_.size() >= most_ && !points_.contains(from)) { make_room(now); }
        Score& score = points_[from];
        score.points = faded(score, now) + row_of(offence).points;
        score.at = now;
        return static_cast<int>(score.points);
    }
    /// The points of the address now, rounded down.
    int of(const IpAddress& from, Time now) const {
        const auto at = points_.find(from);
        return at == points_.end() ? 0 : static_cast<int>(faded(at->second, now));
    }
    /// Its points are forgotten.
    void forgive(const IpAddress& from) { points_.erase(from); }

  private:
    struct Score {
        double points = 0;
        Time at{};
    };
    static double faded(const Score& score, Time now) {
        const std::chrono::duration<double> passed = now - score.at;
        return std::max(0.0, score.points - ban_at * passed.count() / static_cast<double>(fade.count()));
    }
    /// Those that have faded, or else the one with the fewest points.
    void make_room(Time now) {
        if (std::erase_if(points_, [&](const auto& entry) { return faded(entry.second, now) == 0.0; }) > 0) { return; }
        points_.erase(
            std::ranges::min_element(points_, {}, [&](const auto& entry) { return faded(entry.second, now); }));
    }

    std::size_t most_;
    std::map<IpAddress, Score> points_{}; // ordered, since peers choose their addresses
};

} // namespace ethpoc::peer
