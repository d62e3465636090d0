#include "sim/simulation.hpp"

#include <algorithm>
#include <cmath>

#include "sim/resident.hpp"

namespace ethpoc::sim {

using namespace std::chrono_literals;

namespace {

constexpr unsigned run_bits = 3;
constexpr std::uint64_t events_per_look = 4096; // between two calls of go_on

bool meets(const Expectation& expected, double seen) {
    switch (expected.must) {
    case Expectation::Must::be_at_most:
        return seen <= expected.value;
    case Expectation::Must::be_at_least:
        return seen >= expected.value;
    case Expectation::Must::equal:
        return seen == expected.value;
    }
    return false;
}

} // namespace

const Judged* Outcome::unmet() const noexcept {
    const auto at = std::ranges::find(judged, false, &Judged::met);
    return at == judged.end() ? nullptr : &*at;
}

Simulation::Simulation(Scenario scenario, std::string folder, Journal::Write write) :
    scenario_(std::move(scenario)), random_(scenario_.seed),
    network_(agenda_, scenario_.lines, random_.fork("network")), journal_(agenda_, std::move(write)),
    rules_(chain::rules_for(scenario_.protocol->chain_version())),
    genesis_(chain::make_genesis("sim", rules_, U256(scenario_.difficulty), {})), around_{agenda_,   network_,
                                                                                          journal_,  ledger_,
                                                                                          scenario_, genesis_,
                                                                                          rules_,    std::move(folder)},
    lines_loss_(scenario_.lines.loss) {
    memory_before_ = resident_kib();
    populate();
    plan();
}

// Sessions end before the nodes whose they are.
Simulation::~Simulation() {
    for (HostId host = 0; host < machines_.size(); ++host) {
        network_.vanish(host);
    }
}

// ---------------------------------------------------------------- time goes on

Result<Outcome> Simulation::run(const std::function<bool(const Step&)>& go_on) {
    const auto began = std::chrono::steady_clock::now();
    const Time end = Agenda::start + scenario_.duration;
    bool goes_on = true;
    std::uint64_t looked = 0;
    while (goes_on && !failure_ && agenda_.step(end)) {
        if (agenda_.happened() - looked < events_per_look) { continue; }
        looked = agenda_.happened();
        std::uint32_t running = 0;
        for (const auto& machine : machines_) {
            running += machine->runs() ? 1 : 0;
        }
        goes_on = go_on({agenda_.passed(), agenda_.happened(), running});
    }
    if (failure_) { return std::unexpected(*failure_); }
    Outcome out;
    out.ended_early = !goes_on;
    const Census last = census();
    for (std::size_t i = 0; i < scenario_.expectations.size() && goes_on; ++i) {
        if (!scenario_.expectations[i].at) { judge(i); }
    }
    for (const Metric& metric : metrics()) {
        out.figures.emplace_back(&metric, metric.measure(last));
    }
    out.spread = spread_curve(last);
    if (goes_on) { out.judged = judged_; }
    journal_.flush();
    out.machines = static_cast<std::uint32_t>(machines_.size());
    out.virtual_time = agenda_.passed();
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    out.events = agenda_.happened();
    out.journal_lines = journal_.lines();
    out.journal_hash = journal_.hash();
    return out;
}

void Simulation::put_down(Time when, What what, std::uint64_t number) {
    agenda_.at(when, *this, number << run_bits | static_cast<std::uint64_t>(what));
}

void Simulation::act(std::uint64_t what) {
    const std::uint64_t number = what >> run_bits;
    const auto host = static_cast<HostId>(number);
    switch (static_cast<What>(what & ((1u << run_bits) - 1))) {
    case What::start:
        start(host);
        break;
    case What::crash:
        stop(host, false);
        break;
    case What::vanish:
        stop(host, true);
        break;
    case What::fault:
        begin(scenario_.faults[number]);
        break;
    case What::end_fault:
        network_.set_loss(lines_loss_);
        journal_.line("fault_ends").add("kind", name_of(scenario_.faults[number].kind));
        break;
    case What::expect:
        judge(number);
        break;
    }
}

// ---------------------------------------------------------------- machines come and go

void Simulation::start(HostId host) {
    if (gone_[host] || machines_[host]->runs()) { return; }
    if (auto started = machines_[host]->start(known_[host]); !started) { failure_ = std::move(started.error()); }
    count_population();
}

void Simulation::stop(HostId host, bool vanished) {
    if (!machines_[host]->runs()) { return; }
    gone_[host] = vanished;
    journal_.line(host, vanished ? "vanishes" : "crashes");
    vanished ? network_.vanish(host) : network_.crash(host);
    machines_[host]->stop();
    count_population();
}

void Simulation::count_population() {
    ledger_.set_population(static_cast<std::uint32_t>(
        std::ranges::count_if(machines_, [](const auto& one) { return one->honest() && one->runs(); })));
}

/// The machines that a fault befalls, a share of those that it may.
std::vector<HostId> Simulation::chosen(const Fault& fault, bool running) {
    std::vector<HostId> out;
    for (const auto& machine : machines_) {
        const bool named = fault.groups.empty()
                               ? machine->honest()
                               : std::ranges::find(fault.groups, machine->group().name) != fault.groups.end();
        if (named && (machine->runs() || !running)) { out.push_back(machine->host()); }
    }
    if (fault.fraction == 0) { return out; }
    for (std::size_t i = out.size(); i > 1; --i) {
        std::swap(out[i - 1], out[random_.below(i)]);
    }
    out.resize(static_cast<std::size_t>(std::lround(fault.fraction * static_cast<double>(out.size()))));
    std::ranges::sort(out);
    return out;
}

void Simulation::begin(const Fault& fault) {
    journal_.line("fault").add("kind", name_of(fault.kind));
    const auto number = static_cast<std::uint64_t>(&fault - scenario_.faults.data());
    switch (fault.kind) {
    case Fault::Kind::partition: {
        std::vector<std::uint8_t> sides(machines_.size(), 0);
        for (const HostId host : chosen(fault, false)) {
            sides[host] = 1;
        }
        network_.split(std::move(sides), Agenda::start + fault.to);
        put_down(Agenda::start + fault.to, What::end_fault, number);
        break;
    }
    case Fault::Kind::churn:
        begin_churn(fault);
        break;
    case Fault::Kind::vanish:
        for (const HostId host : chosen(fault, true)) {
            stop(host, true);
        }
        break;
    case Fault::Kind::crash:
        for (const HostId host : chosen(fault, true)) {
            stop(host, false);
            const double ms = random_.exponential(static_cast<double>(fault.down.count()));
            put_down(agenda_.now() + milliseconds(static_cast<std::int64_t>(ms)), What::start, host);
        }
        break;
    case Fault::Kind::loss:
        network_.set_loss(fault.loss);
        put_down(Agenda::start + fault.to, What::end_fault, number);
        break;
    }
}

/// Each goes and comes back, again and again, until the fault is over.
void Simulation::begin_churn(const Fault& fault) {
    if (fault.per_hour <= 0) { return; }
    const Time end = Agenda::start + fault.to;
    for (const HostId host : chosen(fault, false)) {
        Random own = random_.fork("churn", host);
        Time at = agenda_.now();
        while (true) {
            at += milliseconds(static_cast<std::int64_t>(own.exponential(3'600'000 / fault.per_hour)));
            if (at >= end) { break; }
            put_down(at, What::crash, host);
            at += milliseconds(static_cast<std::int64_t>(own.exponential(static_cast<double>(fault.down.count()))));
            put_down(at, What::start, host);
        }
    }
}

// ---------------------------------------------------------------- what is seen

Census Simulation::census() const {
    Census out = take_census(machines_, around_);
    const std::uint64_t now = resident_kib();
    if (now > memory_before_) {
        out.memory_kib = static_cast<double>(now - memory_before_) / static_cast<double>(machines_.size());
    }
    return out;
}

void Simulation::judge(std::size_t number) {
    const Expectation& expected = scenario_.expectations[number];
    const double seen = find_metric(expected.metric)->measure(census());
    judged_[number] = {expected, seen, meets(expected, seen)};
}

} // namespace ethpoc::sim
