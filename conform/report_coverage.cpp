#include "conform/report_coverage.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "conform/report_counts.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::conform {
namespace {

/// What the reports say of a sentence.
struct Tried {
    bool run = false;
    bool broken = false;
};

std::map<std::string, Tried> tried_sentences(std::span<const Report> reports) {
    std::map<std::string, Tried> out;
    for (const Report& report : reports) {
        for (const Outcome& outcome : report.outcomes) {
            if (!was_run(outcome.verdict)) { continue; }
            Tried& sentence = out[outcome.sentence];
            sentence.run = true;
            sentence.broken = sentence.broken || !has_passed(outcome.verdict);
        }
    }
    return out;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string right(std::size_t number, std::size_t width) {
    const std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

nlohmann::ordered_json counts_of(const SectionCoverage& section) {
    return {{"sentences", section.sentences},
            {"with_case", section.with_case},
            {"run", section.run},
            {"passed", section.passed}};
}

} // namespace

std::vector<SectionCoverage> coverage(std::span<const Report> reports) {
    std::set<std::string_view> cited;
    for (const Case& test : cases()) {
        cited.insert(test.sentence);
    }
    const auto tried = tried_sentences(reports);
    std::vector<SectionCoverage> out;
    for (const Sentence& sentence : sentences()) {
        if (out.empty() || out.back().section != sentence.section) {
            const Section* const section = find_section(sentence.section);
            SectionCoverage& next = out.emplace_back();
            next.section = sentence.section;
            next.title = section == nullptr ? "" : section->title;
        }
        SectionCoverage& section = out.back();
        ++section.sentences;
        const auto found = tried.find(sentence.number);
        const bool run = found != tried.end() && found->second.run;
        const bool has_case = cited.contains(sentence.number);
        section.with_case += has_case ? 1 : 0;
        section.run += run ? 1 : 0;
        section.passed += run && !found->second.broken ? 1 : 0;
        if (!has_case) { section.without_case.push_back(sentence.number); }
        if (has_case && !run) { section.not_run.push_back(sentence.number); }
    }
    return out;
}

SectionCoverage sum(std::span<const SectionCoverage> sections) {
    SectionCoverage out;
    for (const SectionCoverage& section : sections) {
        out.sentences += section.sentences;
        out.with_case += section.with_case;
        out.run += section.run;
        out.passed += section.passed;
    }
    return out;
}

std::string coverage_text(std::span<const SectionCoverage> sections, const TextStyle& style) {
    std::size_t width = 7;
    for (const SectionCoverage& section : sections) {
        width = std::max(width, section.section.size() + 2 + section.title.size());
    }
    const auto row = [&](const std::string& name, const SectionCoverage& counts) {
        return padded(name, width) + right(counts.sentences, 11) + right(counts.with_case, 11) + right(counts.run, 7) +
               right(counts.passed, 8) + "\n";
    };
    const std::string head = padded("section", width) + "  sentences  with case    run  passed";
    std::string out = (style.paint ? style.paint(PaintTone::soft, head) : head) + "\n";
    for (const SectionCoverage& section : sections) {
        out += row(section.section + "  " + section.title, section);
    }
    return out + row("all", sum(sections));
}

std::string coverage_json(std::span<const SectionCoverage> sections) {
    nlohmann::ordered_json out;
    auto& list = out["sections"] = nlohmann::ordered_json::array();
    for (const SectionCoverage& section : sections) {
        nlohmann::ordered_json one{{"section", section.section}, {"title", section.title}};
        one.update(counts_of(section));
        one["without_case"] = section.without_case;
        one["not_run"] = section.not_run;
        list.push_back(std::move(one));
    }
    out.update(counts_of(sum(sections)));
    return out.dump(2, ' ', true) + "\n";
}

} // namespace ethpoc::conform
