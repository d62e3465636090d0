// Exposition: a page in the text format 0.0.4 that Prometheus reads, family by family.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ethpoc::peer {

/// How often a value fell below each of some bounds, for good: a histogram of Prometheus.
template <std::size_t Count>
struct Histogram {
    std::array<double, Count> bounds{};        // ascending
    std::array<std::uint64_t, Count + 1> in{}; // between one bound and the next, the last one above all
    double sum = 0;

    /// Counts one value in.
    void add(double value) noexcept {
        std::size_t at = 0;
        while (at < Count && value > bounds[at]) {
            ++at;
        }
        ++in[at];
        sum += value;
    }
};

/// A page that grows; take() gives it away.
class Exposition {
  public:
    /// What follows belongs to it. `type`: counter, gauge or histogram; `help`: a sentence of ours.
    void family(std::string_view name, std::string_view type, std::string_view help);
    /// `labels` as label() makes them, joined by commas; empty: none.
    void sample(std::string_view labels, double value) { sample({}, labels, value); }
    /// A family of one sample without labels.
    void single(std::string_view name, std::string_view type, std::string_view help, double value);
    /// The largest, the median and the smallest of them, told by the label `of`. No values: no samples.
    void spread(std::string_view labels, std::span<double> values);
    /// A histogram without labels, its family included.
    template <std::size_t Count>
    void histogram(std::string_view name, std::string_view help, const Histogram<Count>& of) {
        histogram(name, help, of.bounds, of.in, of.sum);
    }

    std::string take() { return std::move(text_); }

  private:
    void sample(std::string_view suffix, std::string_view labels, double value);
    void histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                   std::span<const std::uint64_t> in, double sum);

    std::string_view name_{};
    std::string text_{};
};

/// name="value". A value comes from our tables, so nothing in it is escaped.
std::string label(std::string_view name, std::string_view value);

} // namespace ethpoc::peer
