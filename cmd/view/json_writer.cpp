#include "cmd/view/json_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "show/field.hpp"

namespace ethpoc::cmd {
namespace {

constexpr std::size_t flush_at = 1u << 16;

} // namespace

JsonWriter::~JsonWriter() {
    buffer_ += '\n';
    out_.text(buffer_);
    out_.flush();
}

void JsonWriter::new_line() {
    buffer_ += '\n';
    buffer_.append(2 * filled_.size(), ' ');
}

void JsonWriter::before_value() {
    if (behind_key_ || filled_.empty()) {
        behind_key_ = false;
        return;
    }
    if (filled_.back()) { buffer_ += ','; }
    filled_.back() = true;
    new_line();
}

void JsonWriter::begin(char bracket) {
    before_value();
    buffer_ += bracket;
    filled_.push_back(false);
}

void JsonWriter::end(char bracket) {
    const bool filled = filled_.back();
    filled_.pop_back();
    if (filled) { new_line(); }
    buffer_ += bracket;
    flush_if_full();
}

void JsonWriter::key(std::string_view name) {
    before_value();
    buffer_.append("\"").append(name).append("\": ");
    behind_key_ = true;
}

void JsonWriter::plain(std::string_view text) {
    before_value();
    buffer_ += text;
    flush_if_full();
}

void JsonWriter::string(std::string_view text) {
    plain(nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

void JsonWriter::number(std::uint64_t value) {
    const std::string digits = std::to_string(value);
    plain(value > show::largest_json_number ? '"' + digits + '"' : digits);
}

void JsonWriter::decimal(double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.6f", value);
    plain(text.data());
}

void JsonWriter::hex(BytesView bytes) {
    plain("\"0x");
    for (std::size_t at = 0; at < bytes.size(); at += flush_at) {
        buffer_ += to_hex(bytes.subspan(at, std::min(flush_at, bytes.size() - at)));
        flush_if_full();
    }
    buffer_ += '"';
}

void JsonWriter::flush_if_full() {
    if (buffer_.size() < flush_at) { return; }
    out_.text(buffer_);
    buffer_.clear();
}

} // namespace ethpoc::cmd
