#include "conform/sentences.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "embedded/protocol_page.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::array<std::string_view, 3> level_names{"MUST", "SHOULD", "INFO"}; // by the value of Level

struct ProtocolPage {
    std::vector<Sentence> sentences{};
    std::vector<Section> sections{};
};

/// "Packet" of "## 1.2 Packet", when the first word is the number of a section: a digit or a single letter begins it.
std::optional<std::string> heading_of(std::string_view line) {
    if (!line.starts_with("## ")) { return std::nullopt; }
    line.remove_prefix(3);
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) { return std::nullopt; }
    const std::string_view number = line.substr(0, blank);
    const bool numbered = number.find_first_not_of("0123456789.") == std::string_view::npos || number.size() == 1;
    if (!numbered) { return std::nullopt; }
    return std::string(line.substr(blank + 1));
}

/// Cuts "(W, C; Go up to p28)" off the end of a text; brackets in it are passed over.
std::string take_sources(std::string& text) {
    if (!text.ends_with(')')) { return {}; }
    std::size_t depth = 0;
    for (std::size_t at = text.size(); at-- > 0;) {
        if (text[at] == ')') { ++depth; }
        if (text[at] != '(' || --depth > 0) { continue; }
        std::string out = text.substr(at + 1, text.size() - at - 2);
        text.resize(at);
        while (text.ends_with(' ')) {
            text.pop_back();
        }
        return out;
    }
    return {};
}

/// "**1.2.1** MUST. A frame .. (W)", its lines joined by blanks.
std::optional<Sentence> sentence_of(std::string_view paragraph) {
    if (!paragraph.starts_with("**")) { return std::nullopt; }
    const std::size_t end = paragraph.find("** ", 2);
    if (end == std::string_view::npos) { return std::nullopt; }
    Sentence out;
    out.number = paragraph.substr(2, end - 2);
    out.section = out.number.substr(0, out.number.rfind('.'));
    const std::string_view rest = paragraph.substr(end + 3);
    const std::size_t dot = rest.find(". ");
    const auto level = level_named(rest.substr(0, dot));
    if (dot == std::string_view::npos || !level) { return std::nullopt; }
    out.level = *level;
    out.text = rest.substr(dot + 2);
    out.sources = take_sources(out.text);
    return out;
}

ProtocolPage read_page(std::string_view page) {
    ProtocolPage out;
    std::optional<std::string> heading;
    std::string paragraph;
    const auto end_paragraph = [&] {
        if (auto sentence = sentence_of(paragraph)) {
            // "## 2 The id" is the section of 2.0.1: the sentences know their number.
            if (heading) { out.sections.push_back({sentence->section, std::move(*heading)}); }
            heading.reset();
            out.sentences.push_back(std::move(*sentence));
        }
        paragraph.clear();
    };
    while (!page.empty()) {
        const std::size_t end = page.find('\n');
        const std::string_view line = page.substr(0, end);
        page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
        if (line.empty()) {
            end_paragraph();
        } else if (auto next = heading_of(line)) {
            heading = std::move(next);
        } else {
            if (!paragraph.empty()) { paragraph += ' '; }
            paragraph += line;
        }
    }
    end_paragraph();
    return out;
}

const ProtocolPage& the_page() {
    static const ProtocolPage page = read_page(as_text(embedded::protocol_page));
    return page;
}

} // namespace

std::span<const Sentence> sentences() {
    return the_page().sentences;
}

std::span<const Section> sections() {
    return the_page().sections;
}

const Sentence* find_sentence(std::string_view number) {
    const auto all = sentences();
    const auto found = std::ranges::find(all, number, &Sentence::number);
    return found == all.end() ? nullptr : &*found;
}

const Section* find_section(std::string_view number) {
    const auto all = sections();
    const auto found = std::ranges::find(all, number, &Section::number);
    return found == all.end() ? nullptr : &*found;
}

std::string_view name_of(Level level) noexcept {
    return level_names[static_cast<std::size_t>(level)];
}

std::optional<Level> level_named(std::string_view name) noexcept {
    const auto found = std::ranges::find(level_names, name);
    if (found == level_names.end()) { return std::nullopt; }
    return static_cast<Level>(found - level_names.begin());
}

} // namespace ethpoc::conform
