#include "sim/spread_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace ethpoc::sim {

namespace {

// All in the units of the picture.
constexpr double plot_width = 720;
constexpr double plot_height = 380;
constexpr double plot_left = 56;
constexpr double plot_right = 24;
constexpr double plot_top = 24;
constexpr double plot_bottom = 48;
constexpr std::uint32_t percent_line = 25; // between two lines across
// Told apart by those who see no red or no green, too, and on white as on black; the dashes tell them apart without
// colour.
constexpr std::array<const char*, most_spread_curves> curve_colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7"};
constexpr std::array<const char*, most_spread_curves> curve_dashes{"none", "8 4", "2 4", "12 4 2 4"};
// Of dark pages, whose ground shines through.
constexpr std::string_view plot_style = "<style>text{font:13px sans-serif;fill:#333}.line{stroke:#999;stroke-width:.5}"
                                        "path{fill:none;stroke-width:2.5}"
                                        "@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>\n";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<') {
            out += "&lt;";
        } else if (c == '&') {
            out += "&amp;";
        } else if (static_cast<unsigned char>(c) >= ' ') {
            out += c;
        }
    }
    return out;
}

template <class... Values>
void put(std::string& out, const char* form, Values... values) {
    std::array<char, 256> line{};
    std::snprintf(line.data(), line.size(), form, values...);
    out += line.data();
}

/// 1, 2 or 5 times a power of ten, so that about six of them are the whole.
double step_of(double whole) {
    const double least = whole / 6;
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least) { return factor * power; }
    }
    return 10 * power;
}

class SpreadPlot {
  public:
    explicit SpreadPlot(const std::vector<SpreadCurve>& curves) {
        double last = 0;
        for (const SpreadCurve& curve : curves) {
            for (const auto& [percent, ms] : curve.points) {
                if (std::isfinite(ms)) { last = std::max(last, ms); }
            }
        }
        step_ = step_of(last > 0 ? last : 1);
        whole_ = std::ceil((last > 0 ? last : 1) / step_) * step_;
    }

    std::string draw(const std::vector<SpreadCurve>& curves) {
        put(out_, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" role=\"img\">\n", plot_width,
            plot_height);
        out_ += "<title>Share of the nodes that have a block, by the time since it was made</title>\n";
        out_ += plot_style;
        axes();
        for (std::size_t i = 0; i < std::min(curves.size(), most_spread_curves); ++i) {
            curve(curves[i], i);
        }
        return out_ + "</svg>\n";
    }

  private:
    double x(double ms) const { return plot_left + ms / whole_ * (plot_width - plot_left - plot_right); }
    static double y(double percent) {
        return plot_height - plot_bottom - percent / 100 * (plot_height - plot_top - plot_bottom);
    }

    void axes() {
        constexpr const char* line = "<line class=\"line\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n";
        for (std::uint32_t percent = 0; percent <= 100; percent += percent_line) {
            put(out_, line, x(0), y(percent), x(whole_), y(percent));
            put(out_, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%u %%</text>\n", plot_left - 6, y(percent) + 4,
                percent);
        }
        const auto steps = static_cast<int>(std::lround(whole_ / step_));
        for (int i = 0; i <= steps; ++i) {
            const double ms = i * step_;
            put(out_, line, x(ms), y(0), x(ms), y(100));
            put(out_, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>\n", x(ms), y(0) + 18, ms);
        }
        put(out_, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">ms since the block was made</text>\n",
            (x(0) + x(whole_)) / 2, y(0) + 38);
    }

    void curve(const SpreadCurve& curve, std::size_t number) {
        put(out_, R"(<path stroke="%s" stroke-dasharray="%s" d="M%.1f %.1f)", curve_colours.at(number),
            curve_dashes.at(number), x(0), y(0));
        for (const auto& [percent, ms] : curve.points) {
            if (!std::isfinite(ms)) { break; }
            put(out_, " L%.1f %.1f", x(ms), y(percent));
        }
        out_ += "\"/>\n";
        // The legend stands where no curve comes: low on the right, where all have risen.
        const double at = y(0) - 20 * static_cast<double>(number + 1);
        put(out_, "<path stroke=\"%s\" stroke-dasharray=\"%s\" d=\"M%.1f %.1f h36\"/>\n", curve_colours.at(number),
            curve_dashes.at(number), plot_width - 320, at - 4);
        put(out_, R"(<text x="%.1f" y="%.1f">)", plot_width - 276, at);
        out_ += escaped(curve.label);
        if (std::isfinite(curve.bytes_per_block) && curve.bytes_per_block > 0) {
            constexpr double mega = 1'000'000;
            put(out_, ": %.3g MB a block", curve.bytes_per_block / mega);
        }
        out_ += "</text>\n";
    }

    double step_ = 1;
    double whole_ = 1;
    std::string out_{};
};

} // namespace

std::string draw_spread(const std::vector<SpreadCurve>& curves) {
    return SpreadPlot(curves).draw(curves);
}

} // namespace ethpoc::sim
