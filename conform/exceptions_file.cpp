// Reading the file of exceptions. The only place of the room that knows TOML.
#include <algorithm>
#include <array>
#include <fstream>
#include <toml++/toml.h>

#include "conform/errors.hpp"
#include "conform/exceptions.hpp"
#include "conform/reading.hpp"
#include "conform/script_text.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t largest_exceptions_file = 1u << 20;

/// Years of four digits: "2027-01-31".
std::optional<std::chrono::year_month_day> day_named(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-dd";
    const auto fits = [](char c, char wanted) { return wanted == 'd' ? c >= '0' && c <= '9' : c == wanted; };
    if (!std::ranges::equal(text, form, fits)) { return std::nullopt; }
    const auto number = [&](std::size_t from, std::size_t digits) {
        int out = 0;
        for (const char c : text.substr(from, digits)) {
            out = out * 10 + (c - '0');
        }
        return out;
    };
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!day.ok()) { return std::nullopt; }
    return day;
}

class ExceptionsReader {
  public:
    void document(const toml::table& table) {
        for (const auto& [key, node] : table) {
            if (key == "implementation") {
                text(key, node, file_.implementation);
            } else if (key == "profile") {
                text(key, node, file_.profile);
            } else if (key == "barrier") {
                barrier(key, node);
            } else if (key == "xfail" && node.is_array_of_tables()) {
                for (const toml::node& entry : *node.as_array()) {
                    exception(*entry.as_table());
                }
            } else if (key == "xfail") {
                fault(node.source(), "xfail: tables [[xfail]] are expected");
            } else {
                fault(key.source(), "unknown key \"" + std::string(key.str()) +
                                        "\"; known are implementation, profile, barrier, xfail");
            }
        }
        if (!table.contains("implementation")) { fault(table.source(), "implementation is missing"); }
    }

    std::expected<Exceptions, std::vector<FileFault>> result() && {
        std::ranges::stable_sort(faults_, {}, &FileFault::line); // the tables of the parser are sorted by key
        if (!faults_.empty()) { return std::unexpected(std::move(faults_)); }
        return std::move(file_);
    }

  private:
    void exception(const toml::table& table) {
        Exception out;
        out.line = table.source().begin.line;
        for (const auto& [key, node] : table) {
            std::string word;
            if (key == "id") {
                ids(key, node, out.ids);
            } else if (key == "reason") {
                text(key, node, out.reason);
            } else if (key == "verdict") {
                if (text(key, node, word)) { verdict(node, word, out); }
            } else if (key == "seen") {
                if (text(key, node, out.seen)) { seen(node, out.seen); }
            } else if (key == "until") {
                until(node, out);
            } else if (key == "sometimes") {
                sometimes(node, out);
            } else {
                fault(key.source(), "unknown key \"" + std::string(key.str()) +
                                        "\"; known are id, verdict, seen, reason, sometimes, until");
            }
        }
        for (const std::string_view wanted : {"id", "verdict", "reason"}) {
            if (!table.contains(wanted)) { fault(table.source(), std::string(wanted) + " is missing"); }
        }
        file_.entries.push_back(std::move(out));
    }

    /// A text that is not empty.
    bool text(const toml::key& key, const toml::node& node, std::string& out) {
        const auto* const string = node.as_string();
        if (string == nullptr || string->get().empty()) {
            fault(node.source(), std::string(key.str()) + ": a text in quotes is expected");
            return false;
        }
        out = string->get();
        return true;
    }

    /// One, or a list of them.
    void ids(const toml::key& key, const toml::node& node, std::vector<std::string>& out) {
        const auto* const array = node.as_array();
        if (array == nullptr) { return void(text(key, node, out.emplace_back())); }
        if (array->empty()) { fault(node.source(), "id: a list that is not empty is expected"); }
        for (const toml::node& entry : *array) {
            text(key, entry, out.emplace_back());
        }
    }

    /// "silence 1s": how it shows that something is ignored, for those that answer no Ping.
    void barrier(const toml::key& key, const toml::node& node) {
        constexpr std::string_view silence = "silence ";
        std::string said;
        if (!text(key, node, said)) { return; }
        if (said.starts_with(silence)) {
            file_.barrier_silence = time_of(std::string_view(said).substr(silence.size()));
        }
        if (!file_.barrier_silence) { fault(node.source(), "barrier: a silence is expected, \"silence 1s\""); }
    }

    void verdict(const toml::node& node, const std::string& word, Exception& out) {
        const auto named = verdict_named(word);
        if (named != Verdict::nonstrict && named != Verdict::fail && named != Verdict::dead) {
            fault(node.source(), "verdict: NONSTRICT, FAIL or DEAD is expected, not \"" + word + "\"");
            return;
        }
        out.verdict = *named;
    }

    /// Hashes of the target are not known yet.
    void seen(const toml::node& node, const std::string& said) {
        const auto read = read_expectation(said, Facts{});
        if (!read && *read.error().code != errors::script_unknown_fact) {
            fault(node.source(), "seen: " + read.error().message());
        }
    }

    void sometimes(const toml::node& node, Exception& out) {
        if (const auto* const yes = node.as_boolean()) {
            out.sometimes = yes->get();
        } else {
            fault(node.source(), "sometimes: true or false is expected");
        }
    }

    void until(const toml::node& node, Exception& out) {
        if (const auto* const date = node.as_date()) {
            out.until =
                std::chrono::year_month_day{std::chrono::year(date->get().year), std::chrono::month(date->get().month),
                                            std::chrono::day(date->get().day)};
        } else if (const auto* const string = node.as_string()) {
            out.until = day_named(string->get());
        }
        if (!out.until) { fault(node.source(), "until: a day is expected, \"2027-01-31\""); }
    }

    void fault(const toml::source_region& region, std::string message) {
        faults_.push_back({region.begin.line, region.begin.column, std::move(message)});
    }

    Exceptions file_{};
    std::vector<FileFault> faults_{};
};

} // namespace

std::expected<Exceptions, std::vector<FileFault>> read_exceptions(std::string_view text) {
    try {
        const toml::table document = toml::parse(text);
        ExceptionsReader reader;
        reader.document(document);
        return std::move(reader).result();
    } catch (const toml::parse_error& error) {
        // The parser of Debian's build throws; the exception ends here.
        const toml::source_position at = error.source().begin;
        return std::unexpected(std::vector<FileFault>{{at.line, at.column, std::string(error.description())}});
    }
}

std::expected<Exceptions, std::vector<FileFault>> read_exceptions_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(largest_exceptions_file + 1, '\0');
    if (!file || !file.read(text.data(), static_cast<std::streamsize>(text.size())).eof()) {
        const bool large = file.gcount() == static_cast<std::streamsize>(text.size());
        return std::unexpected(std::vector<FileFault>{{0, 0, large ? "larger than 1 MiB" : "cannot be read"}});
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return read_exceptions(text);
}

} // namespace ethpoc::conform
