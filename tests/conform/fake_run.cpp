#include "tests/conform/fake_run.hpp"

#include <algorithm>

#include "tests/conform/fake_net.hpp"

namespace ethpoc::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t most_steps = 3'000'000; // and as many ticks
constexpr auto longest = 24h;
const std::string own_endpoint = "127.0.0.1:40404";

class Listener final : public conform::RunnerListener {
  public:
    Listener(FakeHouse& house, Bug bug, FakeRun& out) : house_(house), bug_(bug), out_(out) {}

    void introduced(const conform::Facts& /*facts*/, std::size_t /*runs*/) override { house_.arm(bug_); }
    void failed(const std::string& why) override { out_.failed = why; }
    void finished(const conform::Outcome& /*outcome*/) override {}
    bool revive() override {
        house_.restart();
        return true;
    }

  private:
    FakeHouse& house_;
    Bug bug_;
    FakeRun& out_;
};

} // namespace

const conform::Outcome* FakeRun::find(std::string_view id) const noexcept {
    const auto at = std::ranges::find(outcomes, id, &conform::Outcome::id);
    return at == outcomes.end() ? nullptr : &*at;
}

std::string_view case_of(std::string_view run_id) noexcept {
    return run_id.substr(0, run_id.find('.'));
}

FakeRun run_on_fake(const FakeRunOptions& options) {
    FakeRun out;
    FakeNet net;
    FakeHouse house(*options.profile, net);
    Listener listener(house, options.bug, out);
    conform::RunnerOptions wanted;
    wanted.endpoint = options.target_dials ? std::string{} : house.endpoint();
    wanted.target_dials = options.target_dials;
    wanted.profile = options.profile;
    wanted.jobs = options.jobs;
    wanted.may_load = true;
    wanted.longest = 10min;
    wanted.own_endpoint = own_endpoint;
    wanted.calls_itself = [&] { return house.dialled_itself(); };
    std::vector<const conform::Case*> cases = options.cases;
    if (cases.empty()) {
        for (const conform::Case& test : conform::cases()) {
            cases.push_back(&test);
        }
    }
    {
        conform::Runner runner(
            cases, wanted, net, [&] { return net.now(); }, listener);
        net.calls_from(house, "203.0.113.99");
        net.listen(house.endpoint(), house);
        net.listen(own_endpoint, runner);
        if (options.target_dials || options.dials_too) { house.keep_dialling(own_endpoint, options.dials_too); }
        const Time begin = net.now();
        runner.start();
        while (!runner.over() && net.now() < begin + longest && net.steps() < most_steps) {
            // As a loop with sockets does: tick() when it is due, and never only because something else has happened.
            const Time due = runner.deadline();
            if (due <= net.now()) {
                if (++out.ticks == most_steps) { break; }
                runner.tick();
            } else if (!net.step(due)) {
                if (net.next() == Time::max() && due == Time::max()) { break; }
            }
        }
        out.over = runner.over();
        out.took = std::chrono::duration_cast<std::chrono::milliseconds>(net.now() - begin);
        out.steps = net.steps();
        out.outcomes = runner.take_outcomes();
        // What was said last must still leave: the sockets go before the runner.
        for (std::size_t i = 0; i < 10'000 && net.step(net.now() + 1s); ++i) {}
        out.left_open = net.open_connections();
        net.clear();
    }
    return out;
}

} // namespace ethpoc::test
