// Simulation: one run of a scenario, from its seed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/census.hpp"
#include "sim/machine.hpp"
#include "sim/metric.hpp"
#include "sim/scenario.hpp"

namespace ethpoc::sim {

struct Judged {
    Expectation expected{};
    double seen = 0;
    bool met = false;
};

struct Outcome {
    std::vector<std::pair<const Metric*, double>> figures{}; // at the end, in the order of the table
    std::vector<Judged> judged{};                            // in the order of the scenario
    std::vector<std::pair<std::uint32_t, double>> spread{};  // spread_curve()
    bool ended_early = false;                                // the caller did not want more
    std::uint32_t machines = 0;
    std::chrono::nanoseconds virtual_time{};
    double seconds = 0; // of the machine's clock
    std::uint64_t events = 0;
    std::uint64_t journal_lines = 0;
    std::uint64_t journal_hash = 0;

    /// The first expectation that was not met; nullptr: all were.
    const Judged* unmet() const noexcept;
};

/// How far it is.
struct Step {
    std::chrono::nanoseconds passed{};
    std::uint64_t events = 0;
    std::uint32_t running = 0; // machines
};

class Simulation final : private Actor {
  public:
    /// `folder`: where stores are kept that a restart needs; it is there and empty. `write`: Journal::Write.
    Simulation(Scenario scenario, std::string folder, Journal::Write write);
    ~Simulation() override;

    /// Runs to the end, or until `go_on`, called now and then, says false. The error: a store that cannot be opened.
    Result<Outcome> run(const std::function<bool(const Step&)>& go_on);

    const Ledger& ledger() const noexcept { return ledger_; }
    Census census() const;

  private:
    enum class What : std::uint64_t { start, crash, vanish, fault, end_fault, expect };

    void act(std::uint64_t what) override;
    void put_down(Time when, What what, std::uint64_t number);

    // simulation_start.cpp
    void populate();
    std::vector<peer::IpAddress> draw_addresses();
    void choose_known();
    void plan();

    void start(HostId host);
    void stop(HostId host, bool vanished);
    void begin(const Fault& fault);
    void begin_churn(const Fault& fault);
    std::vector<HostId> chosen(const Fault& fault, bool running);
    void judge(std::size_t number);
    void count_population();

    Scenario scenario_;
    Random random_;
    Agenda agenda_{};
    Network network_;
    Journal journal_;
    Ledger ledger_{agenda_};
    const chain::Rules& rules_;
    chain::Genesis genesis_;
    Surroundings around_;
    std::vector<std::unique_ptr<Machine>> machines_{};
    std::vector<std::vector<std::string>> known_{}; // by machine
    std::vector<bool> gone_{};                      // for good
    std::vector<Judged> judged_{};
    std::optional<Error> failure_{};
    double lines_loss_ = 0;
    std::uint64_t memory_before_ = 0;
};

} // namespace ethpoc::sim
