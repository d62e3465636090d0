// ethpoc_bench: the table of ./dev bench.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>

#include "tests/bench/micro.hpp"
#include "tests/bench/row.hpp"

namespace {

using namespace ethpoc::bench;

struct Options {
    bool json = false;
    bool smoke = false;
};

void append(Rows& rows, Rows more) {
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Rows measure(const Options& options) {
    const Scale scale = options.smoke ? Scale{1'000, 100, 1, true} : Scale{};
    Rows rows;
    append(rows, run_pairs(rlp_pairs(scale), scale.rounds));
    append(rows, run_pairs(chain_pairs(scale), scale.rounds));
    return rows;
}

int run(const Options& options) {
    const Rows rows = measure(options);
    const std::string text = options.json ? to_json(rows) : to_table(rows);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 3;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Measures the goals of speed and size, each against a yardstick in the same run.", "./dev bench"};
    app.add_flag("--json", options.json, "One JSON array of rows");
    app.add_flag("--smoke", options.smoke, "Little of everything: only to see that it runs");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 4;
    }
}
