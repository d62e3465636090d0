#include "cmd/output.hpp"

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace ethpoc::cmd {

namespace {

constexpr auto progress_interval = std::chrono::milliseconds(100);

std::string_view variable(const char* name) {
    const char* value = std::getenv(name); // read once, before any thread is started
    return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string_view escape(Tone tone) {
    switch (tone) {
    case Tone::plain:
        return "";
    case Tone::bold:
        return "\x1b[1m";
    case Tone::dim:
        return "\x1b[2m";
    case Tone::red:
        return "\x1b[31m";
    case Tone::green:
        return "\x1b[32m";
    case Tone::yellow:
        return "\x1b[33m";
    case Tone::blue:
        return "\x1b[34m";
    case Tone::magenta:
        return "\x1b[35m";
    case Tone::cyan:
        return "\x1b[36m";
    }
    return "";
}

/// Bytes that are not UTF-8 become U+FFFD: a client id from the network must never end the program.
std::string dumped(const nlohmann::ordered_json& value, int indent) {
    return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

ColorEnvironment process_color_environment() {
    const std::string_view force = variable("CLICOLOR_FORCE");
    return {!variable("NO_COLOR").empty(), !force.empty() && force != "0", variable("TERM") == "dumb"};
}

bool wants_color(ColorMode mode, const ColorEnvironment& environment, bool is_terminal) {
    if (mode != ColorMode::automatic) { return mode == ColorMode::always; }
    if (environment.no_color) { return false; }
    return environment.force_color || (is_terminal && !environment.dumb);
}

void Output::set_color(ColorMode mode, const ColorEnvironment& environment) {
    const int descriptor = ::fileno(out_);
    color_ = wants_color(mode, environment, descriptor >= 0 && ::isatty(descriptor) == 1);
}

void Output::text(std::string_view text) {
    write(text, false);
}

std::string Output::paint(Tone tone, std::string_view text) const {
    if (!color_ || json_ || tone == Tone::plain) { return std::string(text); }
    return std::string(escape(tone)) + std::string(text) + "\x1b[0m";
}

void Output::document(const nlohmann::ordered_json& value) {
    write(dumped(value, 2), true);
}

void Output::line(const nlohmann::ordered_json& value) {
    write(dumped(value, -1), true);
}

void Output::complain(std::string_view sentence) {
    const std::lock_guard lock(mutex_);
    const std::string whole = "ethpoc: " + std::string(sentence) + "\n";
    std::fwrite(whole.data(), 1, whole.size(), err_);
    std::fflush(err_);
}

void Output::flush() {
    const std::lock_guard lock(mutex_);
    if (!closed_ && std::fflush(out_) != 0) { note_failure(); }
}

bool Output::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

bool Output::good() const {
    const std::lock_guard lock(mutex_);
    return !failed_;
}

void Output::write(std::string_view bytes, bool flush_now) {
    const std::lock_guard lock(mutex_);
    if (closed_) { return; }
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), out_) == bytes.size();
    if (!written || (flush_now && std::fflush(out_) != 0)) { note_failure(); }
}

void Output::note_failure() {
    failed_ = failed_ || errno != EPIPE;
    closed_ = true;
}

Progress::Progress(std::FILE* err) : Progress(err, ::isatty(::fileno(err)) == 1) {}

void Progress::update(std::string_view text) {
    const auto now = std::chrono::steady_clock::now();
    if (!active_ || (last_ && now - *last_ < progress_interval)) { return; }
    last_ = now;
    shown_ = true;
    const std::string whole = "\r\x1b[K" + std::string(text);
    std::fwrite(whole.data(), 1, whole.size(), err_);
    std::fflush(err_);
}

void Progress::clear() {
    if (shown_) {
        std::fputs("\r\x1b[K", err_);
        std::fflush(err_);
        shown_ = false;
    }
}

} // namespace ethpoc::cmd
