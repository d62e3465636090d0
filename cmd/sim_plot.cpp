// ethpoc sim plot: how blocks spread, of one run or several, as a picture.
#include <filesystem>

#include "cmd/output_file.hpp"
#include "cmd/sim_commands.hpp"
#include "cmd/view/input.hpp"
#include "sim/spread_plot.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct PlotOptions {
    std::vector<std::string> results{}; // [LABEL=]FILE
    std::string picture{};
    bool force = false;
};

/// Nothing: this is not what `sim run --json` prints.
std::optional<sim::SpreadCurve> read_curve(const std::string& text, const std::string& label) {
    const ordered_json result = ordered_json::parse(text, nullptr, false);
    if (!result.is_object() || !result.contains("spread") || !result["spread"].is_array()) { return std::nullopt; }
    sim::SpreadCurve out;
    out.label = label;
    const auto number = [](const ordered_json& value) {
        return value.is_number() ? value.get<double>() : std::nan("");
    };
    if (const auto at = result.find("figures"); at != result.end() && at->is_object()) {
        out.bytes_per_block = number(at->value("bytes.block", ordered_json()));
    }
    for (const ordered_json& point : result["spread"]) {
        if (!point.is_object() || !point.contains("percent") || !point["percent"].is_number_unsigned()) {
            return std::nullopt;
        }
        const auto percent = point["percent"].get<std::uint64_t>();
        if (percent > 100 || out.points.size() >= 100) { return std::nullopt; }
        out.points.emplace_back(static_cast<std::uint32_t>(percent), number(point.value("ms", ordered_json())));
    }
    return out;
}

ExitCode plot_sim(Context& context, const PlotOptions& given) {
    std::vector<sim::SpreadCurve> curves;
    for (const std::string& word : given.results) {
        const auto equals = word.find('=');
        const std::string name = equals == std::string::npos ? word : word.substr(equals + 1);
        const std::string label =
            equals == std::string::npos ? std::filesystem::path(word).stem().string() : word.substr(0, equals);
        if (const auto refused = refuse_name(context, "RESULT", name)) { return *refused; }
        const auto text = read_whole_file(context.out, name);
        if (!text) { return text.error(); }
        auto curve = read_curve(*text, label);
        if (!curve) {
            context.out.refuse("input.usage", printable(name) + " is not what ethpoc sim run --json prints");
            return ExitCode::usage;
        }
        curves.push_back(*std::move(curve));
    }
    auto file = create_file(context, "--svg", given.picture, given.force);
    if (!file) { return file.error(); }
    const std::string drawn = sim::draw_spread(curves);
    auto written = file->write(as_bytes(drawn));
    if (written) { written = file->finish(); }
    if (!written) { return refuse_file(context, given.picture, written.error()); }
    return ExitCode::done;
}

} // namespace

void add_sim_plot(CLI::App& sim, Context& context) {
    auto options = std::make_shared<PlotOptions>();
    CLI::App* command =
        add_command(sim, "plot", "A picture of how blocks spread in runs, from what `sim run --json` printed",
                    "ethpoc sim plot all=all.json fanout=fanout.json --svg spread.svg");
    command
        ->add_option("results", options->results,
                     "files, each with a label if you like: LABEL=FILE; - is the standard input")
        ->required()
        ->type_name("RESULT")
        ->expected(1, static_cast<int>(sim::most_spread_curves));
    command->add_option("--svg", options->picture, "the picture; - for the standard output")
        ->type_name("FILE")
        ->default_val("-");
    command->add_flag("--force", options->force, "overwrite files");
    command->callback(
        [&context, options] { context.action = [&context, options] { return plot_sim(context, *options); }; });
}

} // namespace ethpoc::cmd
