#include "sim/journal.hpp"

namespace ethpoc::sim {

namespace {
constexpr std::size_t written_at_once = 64u << 10; // bytes
} // namespace

Journal::Line::Line(Journal& journal, std::string_view event) : journal_(journal) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(journal.agenda_.passed()).count();
    journal_.text_ += R"({"t":)" + std::to_string(ms) + R"(,"event":")";
    journal_.text_ += event;
    journal_.text_ += '"';
}

void Journal::Line::name(std::string_view key) {
    journal_.text_ += ",\"";
    journal_.text_ += key;
    journal_.text_ += "\":";
}

/// Words of our own and of the rules; whatever a peer may have put into them is made safe for JSON.
Journal::Line& Journal::Line::add(std::string_view key, std::string_view text) {
    name(key);
    journal_.text_ += '"';
    for (const char c : text) {
        const bool plain = c >= ' ' && c != '"' && c != '\\' && c < 0x7f;
        journal_.text_ += plain ? c : '?';
    }
    journal_.text_ += '"';
    return *this;
}

void Journal::end() {
    text_ += "}\n";
    ++lines_;
    for (; hashed_ < text_.size(); ++hashed_) {
        hash_ = (hash_ ^ static_cast<std::uint8_t>(text_[hashed_])) * 0x100000001b3;
    }
    if (text_.size() >= written_at_once) { flush(); }
}

void Journal::flush() {
    if (write_ && !text_.empty()) { write_(text_); }
    text_.clear();
    hashed_ = 0;
}

} // namespace ethpoc::sim
