// What the command line of `ethpoc conform` says, understood.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cmd/context.hpp"
#include "conform/report_text.hpp"
#include "conform/runner.hpp"

namespace ethpoc::cmd {

struct ConformOptions {
    std::vector<std::string> words{}; // HOST:PORT of the target, then names of cases
    std::string listen{};
    std::string exec{};
    std::string exec_log{};
    std::string protocol = "auto";
    std::string level = "all";
    std::string expect{};
    std::optional<std::string> tap{};
    std::optional<std::string> junit{};
    std::optional<std::string> html{};
    std::optional<std::string> report{};
    std::optional<std::string> record{}; // a folder
    std::string explain{};
    std::size_t jobs = 0;
    double timeout = 3; // seconds
    double scale = 1;
    std::uint64_t seed = 1;
    int pid = 0;
    bool list = false;
    bool strict = false;
    bool slow = false;  // --long
    bool owned = false; // --i-own-this-target
    bool verbose = false;
    bool force = false;
};

/// Which cases were meant.
struct Selection {
    std::string target{}; // HOST:PORT; empty: none was given
    std::vector<const conform::Case*> cases{};
    std::function<bool(const conform::Run&)> wanted{};
    bool by_name = false; // a single case was named
};

/// The words, by --level. Complains: usage for a bad target, nothing for a name that no case has.
std::expected<Selection, ExitCode> select_cases(Context& context, const ConformOptions& options);

/// The row of --protocol, if it is one alone.
std::expected<const wire::Profile*, ExitCode> conform_profile(Context& context, const ConformOptions& options);

/// How a terminal shows what a report paints.
Tone tone_of(conform::PaintTone tone);

ExitCode conform_list(Context& context, const ConformOptions& options);
ExitCode conform_explain(Context& context, const ConformOptions& options);
ExitCode conform_run(Context& context, const ConformOptions& options);

/// `ethpoc conform report` and `diff`.
struct ConformFiles {
    std::vector<std::string> files{};
    std::optional<std::string> html{};
    std::optional<std::string> junit{};
    std::string title{};
    bool coverage = false;
    bool force = false;
};
ExitCode conform_report(Context& context, const ConformFiles& options);
ExitCode conform_diff(Context& context, const ConformFiles& options);

} // namespace ethpoc::cmd
