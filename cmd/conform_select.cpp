// Which cases are meant, and what they are: --list and --explain.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cmd/conform_options.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/view/byte_options.hpp"
#include "config/endpoint.hpp"
#include "config/suggest.hpp"
#include "conform/report_counts.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::cmd {

namespace {

using conform::Case;
using conform::Level;

/// "F17", "frame.length-one-long", "R2*", "R22.05", "frame.*", "F".
bool is_meant(std::string_view name, std::string_view id, std::string_view slug) {
    return conform::matches_glob(name, id) || conform::matches_glob(name, slug) || conform::group_of(id) == name;
}

bool is_meant(const std::vector<std::string>& names, const conform::Run& run) {
    return names.empty() || std::ranges::any_of(names, [&](const std::string& name) {
               return is_meant(name, run.id, run.test->slug) || is_meant(name, run.test->id, run.test->slug);
           });
}

/// Every run that there is, of whatever version.
std::vector<conform::Run> all_runs() {
    std::vector<const Case*> cases;
    for (const Case& test : conform::cases()) {
        cases.push_back(&test);
    }
    std::vector<conform::Run> out;
    for (const Case* const test : cases) {
        const auto of_any = std::ranges::find_if(
            wire::profiles(), [&](const wire::Profile& profile) { return conform::applies(*test, profile); });
        if (of_any == wire::profiles().end()) { continue; }
        std::ranges::move(conform::runs_of({&test, 1}, *of_any), std::back_inserter(out));
    }
    return out;
}

bool has_level(const Case& test, const std::string& level) {
    return level == "all" || test.level == Level::must || (level == "should" && test.level == Level::should);
}

std::string did_you_mean_case(const std::string& name) {
    std::vector<std::string_view> known;
    for (const Case& test : conform::cases()) {
        known.push_back(test.id);
        known.push_back(test.slug);
    }
    return config::did_you_mean(name, known);
}

/// Requirement, or the number where the page does not have it.
std::string requirement_of(std::string_view number) {
    const auto* const sentence = conform::find_sentence(number);
    return sentence != nullptr ? sentence->text : std::string(number);
}

nlohmann::ordered_json case_json(const Case& test) {
    nlohmann::ordered_json subs = nlohmann::ordered_json::array();
    for (const auto& sub : conform::sub_cases(test.id)) {
        subs.push_back({{"name", sub.name}, {"stimulus", sub.stimulus}});
    }
    return {{"id", test.id},
            {"slug", test.slug},
            {"level", conform::name_of(test.level)},
            {"sentence", test.sentence},
            {"requirement", requirement_of(test.sentence)},
            {"source", test.source},
            {"state", test.state == conform::State::greeted ? "greeted" : "connected"},
            {"profiles", test.profiles},
            {"stimulus", test.stimulus},
            {"accept", test.accept},
            {"tolerate", test.tolerate},
            {"flags", test.flags},
            {"sub_cases", std::move(subs)}};
}

} // namespace

std::expected<Selection, ExitCode> select_cases(Context& context, const ConformOptions& options) {
    Selection out;
    std::vector<std::string> names = options.words;
    if (!names.empty() && names.front().find(':') != std::string::npos) {
        out.target = names.front();
        names.erase(names.begin());
        const auto parsed = config::parse_endpoint(out.target);
        if (!parsed || parsed->port == 0) {
            context.out.complain(parsed ? "TARGET: port 0 cannot be dialled: " + out.target : parsed.error());
            return std::unexpected(ExitCode::usage);
        }
    }
    const auto runs = all_runs();
    for (const std::string& name : names) {
        const auto meant = [&](const conform::Run& run) { return is_meant({name}, run); };
        if (std::ranges::any_of(runs, meant)) { continue; }
        context.out.complain("no case is called " + name + did_you_mean_case(name) + "; `ethpoc conform --list`");
        return std::unexpected(ExitCode::nothing);
    }
    for (const Case& test : conform::cases()) {
        const auto meant = [&](const conform::Run& run) { return run.test == &test && is_meant(names, run); };
        if (has_level(test, options.level) && std::ranges::any_of(runs, meant)) { out.cases.push_back(&test); }
    }
    if (out.cases.empty()) {
        context.out.complain("no case is left: none of those named has --level " + options.level);
        return std::unexpected(ExitCode::nothing);
    }
    out.by_name = std::ranges::any_of(names, [](const auto& name) { return conform::find_case(name) != nullptr; });
    out.wanted = [names](const conform::Run& run) { return is_meant(names, run); };
    return out;
}

std::expected<const wire::Profile*, ExitCode> conform_profile(Context& context, const ConformOptions& options) {
    const auto row = protocol_row(options.protocol);
    if (!row) {
        context.out.complain(row.error().sentence);
        return std::unexpected(row.error().code);
    }
    return *row;
}

ExitCode conform_list(Context& context, const ConformOptions& options) {
    const auto profile = conform_profile(context, options);
    if (!profile) { return profile.error(); }
    auto selected = select_cases(context, options);
    if (!selected) { return selected.error(); }
    std::erase_if(selected->cases,
                  [&](const Case* test) { return *profile != nullptr && !conform::applies(*test, **profile); });
    if (context.out.json()) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const Case* const test : selected->cases) {
            list.push_back(case_json(*test));
        }
        context.out.document({{"cases", std::move(list)}});
        return selected->cases.empty() ? ExitCode::nothing : ExitCode::done;
    }
    std::string_view group;
    for (const Case* const test : selected->cases) {
        if (conform::group_of(test->id) != group) {
            group = conform::group_of(test->id);
            const std::string title = std::string(group) + "  " + std::string(conform::title_of_group(group));
            context.out.text(context.out.paint(Tone::bold, title) + "\n");
        }
        std::string row = "  " + std::string(test->id) + "  " + std::string(conform::name_of(test->level));
        row.resize(14, ' ');
        row += std::string(test->slug);
        row.resize(std::max<std::size_t>(row.size() + 1, 54), ' ');
        context.out.text(row + context.out.paint(Tone::dim, test->profiles) + "\n");
    }
    context.out.text(std::to_string(selected->cases.size()) +
                     " cases; `ethpoc conform --explain ID` says all of one\n");
    return selected->cases.empty() ? ExitCode::nothing : ExitCode::done;
}

ExitCode conform_explain(Context& context, const ConformOptions& options) {
    const std::string name = options.explain.substr(0, options.explain.find('.', 3) == 3 ? 3 : std::string::npos);
    const Case* const test = conform::find_case(name);
    if (test == nullptr) {
        const std::string sentence =
            "no case is called " + options.explain + did_you_mean_case(options.explain) + "; `ethpoc conform --list`";
        context.out.complain(sentence);
        return ExitCode::nothing;
    }
    if (context.out.json()) {
        context.out.document(case_json(*test));
        return ExitCode::done;
    }
    const auto row = [&](std::string_view key, std::string_view text) {
        if (text.empty()) { return; }
        std::string label = "  " + std::string(key);
        label.resize(std::max<std::size_t>(15, label.size() + 2), ' ');
        const std::string lines = hanging(label, std::string(text), ViewOptions{}.width).substr(label.size());
        context.out.text(context.out.paint(Tone::dim, label) + lines + "\n");
    };
    const bool greeted = test->state == conform::State::greeted;
    context.out.text(context.out.paint(Tone::bold, std::string(test->id) + "  " + std::string(test->slug)) + "\n");
    row("requirement", std::string(conform::name_of(test->level)) + " " + std::string(test->sentence) + "  " +
                           requirement_of(test->sentence));
    row("source", test->source);
    row("versions", test->profiles);
    row("begins", greeted ? "when both Hellos were exchanged" : "when TCP is connected");
    row("stimulus", test->stimulus);
    for (const auto& sub : conform::sub_cases(test->id)) {
        row(sub.name, sub.stimulus);
    }
    row("passes", test->accept);
    row("tolerated", test->tolerate);
    row("flags", test->flags);
    const std::string more =
        "The words of stimulus, passes and flags: conform/cases.def. Run it: ethpoc conform HOST:PORT ";
    context.out.text(wrapped(more + std::string(test->id), ViewOptions{}.width, 0) + "\n");
    return ExitCode::done;
}

} // namespace ethpoc::cmd
