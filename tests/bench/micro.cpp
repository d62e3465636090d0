#include "tests/bench/micro.hpp"

#include <benchmark/benchmark.h>
#include <map>

#include "tests/bench/measure.hpp"

namespace ethpoc::bench {

namespace {

/// Keeps what each repetition took and prints nothing: the table comes at the end.
class Collector final : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) {
            if (run.run_type != Run::RT_Iteration || run.iterations == 0) { continue; }
            seconds_[run.run_name.function_name].push_back(run.cpu_accumulated_time /
                                                           static_cast<double>(run.iterations));
        }
    }
    double median_of(const std::string& name) { return median(seconds_[name]); }

  private:
    std::map<std::string, std::vector<double>> seconds_{};
};

void add(const std::string& name, const std::function<void()>& work, int rounds) {
    benchmark::RegisterBenchmark(name.c_str(), [work](benchmark::State& state) {
        for ([[maybe_unused]] auto turn : state) {
            work();
        }
    })->Repetitions(rounds);
}

} // namespace

Rows run_pairs(const Pairs& pairs, int rounds) {
    std::vector<std::string> words{"bench", "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"};
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    Collector collector;
    Rows rows;
    // One pair at a time: the two parts of a ratio should see the same weather.
    for (const Pair& pair : pairs) {
        benchmark::ClearRegisteredBenchmarks();
        add("ours", pair.ours, rounds);
        add("yardstick", pair.yardstick, rounds);
        collector = Collector();
        benchmark::RunSpecifiedBenchmarks(&collector);
        rows.push_back(pair.row(collector.median_of("ours"), collector.median_of("yardstick")));
    }
    return rows;
}

} // namespace ethpoc::bench
