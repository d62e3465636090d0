// The program itself: its size, how fast it starts, how long it takes to build.
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/drivers.hpp"
#include "tests/bench/measure.hpp"
#include "tests/support/temporary.hpp"

namespace ethpoc::bench {

namespace {

/// Runs it without output. False: it could not be started, or failed.
bool run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t process = 0;
    const int failed = ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    return failed == 0 && ::waitpid(process, &status, 0) == process && status == 0;
}

double milliseconds_of(const std::vector<std::string>& words) {
    const double before = wall_seconds();
    if (!run(words)) { throw std::runtime_error(words[0] + " does not run"); }
    return 1e3 * (wall_seconds() - before);
}

Row size_row() {
    const test::TemporaryFolder folder;
    const std::string stripped = folder.path() / "ethpoc";
    Row row{"size of the stripped program", 0, 0, "MB", 0, Judge::none, 0, {}};
    if (!run({"strip", "-o", stripped, ETHPOC_PROGRAM})) {
        row.note = "there is no strip";
        return row;
    }
    row.ours = 1e-6 * static_cast<double>(std::filesystem::file_size(stripped));
    return row;
}

Row start_row(const Scale& scale) {
    const Duel time = duel(
        scale.smoke ? 1 : 51,
        [] {
            return milliseconds_of({ETHPOC_PROGRAM, "--version"});
        },
        [] { return milliseconds_of({"true"}); });
    Row row = cost_row("start of ethpoc --version, against true", time.ours, time.yardstick, "ms", 0);
    row.judge = Judge::none;
    return row;
}

Row build_row(const std::string& build_time) {
    Row row{"build of everything", 0, 0, "s", 0, Judge::ours_at_most, 360, {}};
    std::ifstream in(build_time);
    std::string how;
    if (in >> row.ours && std::getline(in >> std::ws, how)) {
        row.note = how;
    } else {
        row.note = "./dev bench --build measures it";
    }
    return row;
}

} // namespace

Rows program_rows(const Scale& scale, const std::string& build_time) {
    return {size_row(), start_row(scale), build_row(build_time)};
}

} // namespace ethpoc::bench
