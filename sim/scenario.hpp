// Scenario: what a simulation is made of, as a file says it (scenario_file.cpp, README.md).
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "peer/node.hpp"
#include "sim/network.hpp"

namespace ethpoc::sim {

/// What the program of a node says and does.
enum class Role : std::uint8_t { node, miner, attacker };

/// Machines that are alike.
struct Group {
    std::string name{};
    std::uint32_t count = 1;
    Role role = Role::node;
    std::string attack{};                    // of an attacker: a row of attacks.def
    milliseconds period{30'000};             // ... and how often it strikes
    const wire::Profile* protocol = nullptr; // nullptr: auto
    bool listens = true;
    milliseconds block_time{60'000}; // a miner: it alone makes a block so often, on average
    milliseconds skew{};             // the wall clock is wrong by up to so much, in either direction
    std::uint32_t target = 8;        // honest peers that a node of it should have
    std::uint32_t subnets = 0;       // all its addresses are in so many /16; 0: spread over all
    bool keeps_store = false;        // in a folder, for a restart
    bool starts_unknown = false;     // nobody knows it at the start
    peer::NodeOptions options{};     // as [group.settings] changed them
};

/// Who knows whom at the start.
enum class Topology : std::uint8_t { ring, random, star, seeds };

struct Fault {
    enum class Kind : std::uint8_t { partition, churn, vanish, crash, loss };
    Kind kind = Kind::partition;
    milliseconds from{};
    milliseconds to{};                 // partition, churn, loss
    double fraction = 0;               // of the machines that it befalls
    std::vector<std::string> groups{}; // only those; empty: all that are no attackers
    double per_hour = 0;               // churn: how often each machine goes
    milliseconds down{60'000};         // churn, crash: how long, on average
    double loss = 0;
};

struct Expectation {
    std::string metric{};
    enum class Must : std::uint8_t { be_at_most, be_at_least, equal } must = Must::equal;
    double value = 0;
    std::optional<milliseconds> at{}; // nothing: at the end
};

/// The same network without one mechanism, and the figure that is worse then.
struct Without {
    std::string mechanism{};
    std::string metric{};
    bool higher_is_worse = true;
    std::vector<peer::NodeOptions> options{}; // by group
};

struct Scenario {
    std::string name{};
    std::string about{};
    milliseconds duration{3'600'000};
    std::uint64_t seed = 1;
    const wire::Profile* protocol = nullptr; // of the chain, and of groups that name none
    std::uint64_t difficulty = 1000;         // below the divisor of the rule it never changes
    bool state = false;                      // accounts are replayed by those that do not mine
    std::uint64_t wall = 1'401'580'800;      // Unix time of the start
    milliseconds join{60'000};               // all start within it
    Topology topology = Topology::random;
    std::uint32_t known = 3; // random: how many each knows; seeds: how many seeds there are
    bool special = false;    // those that are known are special peers; otherwise seeds
    Lines lines{};
    std::vector<Group> groups{};
    std::vector<Fault> faults{};
    std::vector<Expectation> expectations{};
    std::vector<Without> without{};

    std::uint32_t nodes() const noexcept;
    /// As many machines in all, shared out as before; each group keeps one at least.
    void scale_to(std::uint32_t nodes);
    /// As it is without that mechanism. Nothing is expected of it.
    Scenario lacking(const Without& what) const;
};

/// What is wrong with a file, and where.
struct ScenarioFault {
    std::uint32_t line = 0; // 0: of the whole file
    std::string sentence{};
};

/// From TOML. All mistakes at once, in the order of the lines. `changes`: "KEY=VALUE" with a key of settings.def, for
/// all groups but those of attackers; what is wrong with one has line 0.
std::expected<Scenario, std::vector<ScenarioFault>> read_scenario(std::string_view text,
                                                                  std::span<const std::string> changes = {});

std::string_view name_of(Fault::Kind kind) noexcept;
std::string_view sign_of(Expectation::Must must) noexcept; // "<="

} // namespace ethpoc::sim
