// ethpoc_bench: the table of ./dev bench.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>
#include <set>

#include "tests/bench/drivers.hpp"
#include "tests/bench/row.hpp"
#include "tests/bench/scaling.hpp"

namespace {

using namespace ethpoc::bench;

struct Options {
    bool json = false;
    bool smoke = false;
    bool scaling = false;
    std::size_t max_blocks = 1'000'000;
    std::size_t blocks = 200'000;
    std::string build_time{};
    std::set<std::string> only{};
};

Rows measure(const Options& options) {
    const Scale scale = options.smoke ? Scale{1'000, 100, 1, true} : Scale{};
    Rows rows;
    const auto add = [&](const char* group, const std::function<Rows()>& work) {
        if (!options.only.empty() && !options.only.contains(group)) { return; }
        std::fprintf(stderr, "bench: %s\n", group);
        Rows more = work();
        rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    // Those that fork come first, while there is one thread and little memory.
    add("idle", [&] { return idle_rows(scale); });
    add("broadcast", [&] { return broadcast_rows(scale); });
    add("sync", [&] { return sync_rows(scale, options.blocks); });
    add("program", [&] { return program_rows(scale, options.build_time); });
    add("rlp", [&] { return run_pairs(rlp_pairs(scale), scale.rounds); });
    add("chain", [&] { return run_pairs(chain_pairs(scale), scale.rounds); });
    add("receive", [&] { return receive_rows(scale); });
    return rows;
}

template <class T>
std::string as_text(const T& figures, bool json) {
    return json ? to_json(figures) : to_table(figures);
}

int run(const Options& options) {
    const std::string text = options.scaling
                                 ? as_text(measure_scaling({options.max_blocks, options.smoke}), options.json)
                                 : as_text(measure(options), options.json);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 3;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Measures the goals of speed and size, each against a yardstick in the same run.", "./dev bench"};
    app.add_flag("--json", options.json, "One JSON array of rows");
    app.add_flag("--smoke", options.smoke, "Little of everything: only to see that it runs");
    app.add_flag("--scaling", options.scaling, "How cost grows as work grows: one table each");
    app.add_option("--max-blocks", options.max_blocks, "Of --scaling: the longest chain")->capture_default_str();
    app.add_option("--blocks", options.blocks, "Blocks of the sync")->capture_default_str();
    app.add_option("--build-time", options.build_time, "A file that says how long the build took");
    app.add_option("--only", options.only, "Only these groups")
        ->delimiter(',')
        ->check(CLI::IsMember({"rlp", "receive", "idle", "broadcast", "sync", "chain", "program"}));
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 4;
    }
}
