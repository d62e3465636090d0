#include "peer/exposition.hpp"

#include <algorithm>
#include <charconv>

namespace ethpoc::peer {

namespace {

/// The shortest text that is read as the same number, without an exponent where that is short, as in 0.0005.
std::string number_text(double value) {
    std::array<char, 32> out{};
    const bool plain = value == 0 || (value >= 1e-7 && value < 1e15);
    const auto end = plain ? std::to_chars(out.begin(), out.end(), value, std::chars_format::fixed)
                           : std::to_chars(out.begin(), out.end(), value);
    return {out.begin(), end.ptr};
}

} // namespace

std::string label(std::string_view name, std::string_view value) {
    return std::string(name).append("=\"").append(value).append("\"");
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    text_.append(name).append(" ").append(type).append("\n");
}

void Exposition::sample(std::string_view suffix, std::string_view labels, double value) {
    text_.append(name_).append(suffix);
    if (!labels.empty()) { text_.append("{").append(labels).append("}"); }
    text_.append(" ").append(number_text(value)).append("\n");
}

void Exposition::single(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample({}, value);
}

void Exposition::spread(std::string_view labels, std::span<double> values) {
    if (values.empty()) { return; }
    std::ranges::sort(values);
    const std::string before = labels.empty() ? std::string() : std::string(labels) + ",";
    sample(before + label("of", "max"), values.back());
    sample(before + label("of", "median"), values[values.size() / 2]);
    sample(before + label("of", "min"), values.front());
}

void Exposition::histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                           std::span<const std::uint64_t> in, double sum) {
    family(name, "histogram", help);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
        below += in[i];
        sample("_bucket", label("le", i < bounds.size() ? number_text(bounds[i]) : "+Inf"), static_cast<double>(below));
    }
    sample("_sum", {}, sum);
    sample("_count", {}, static_cast<double>(below));
}

} // namespace ethpoc::peer
