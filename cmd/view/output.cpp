#include "cmd/view/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cmd/view/columns.hpp"
#include "cmd/view/talk_line.hpp"
#include "cmd/view/timestamp.hpp"
#include "rlp/bytes.hpp"
#include "show/field.hpp"

namespace ethpoc::cmd {

namespace {

constexpr auto progress_interval = std::chrono::milliseconds(100);
constexpr std::size_t most_pending = 64u << 10;

std::string_view variable(const char* name) {
    const char* value = std::getenv(name); // read once, before any thread is started
    return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Numbers that others would round, as text. Documents are as deep as this program makes them.
void quote_large_numbers(nlohmann::ordered_json& value) { // NOLINT(misc-no-recursion)
    if (value.is_structured()) {
        for (auto& part : value) {
            quote_large_numbers(part);
        }
    } else if (value.is_number_unsigned() && value.get<std::uint64_t>() > show::largest_json_number) {
        value = std::to_string(value.get<std::uint64_t>());
    }
}

std::string dumped(nlohmann::ordered_json value, int indent) {
    return json_text(std::move(value), indent) + "\n";
}

nlohmann::ordered_json refusal(std::string_view code, std::string_view sentence) {
    return {{"ok", false},
            {"error", {{"code", code}, {"offset", 0}, {"length", 0}, {"path", ""}, {"detail", sentence}}}};
}

} // namespace

std::string json_text(nlohmann::ordered_json value, int indent) {
    quote_large_numbers(value);
    return value.dump(indent, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

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

std::size_t Output::width() const {
    return width_ != 0 ? width_ : columns_of(out_);
}

void Output::text(std::string_view text) {
    write(text, false);
}

std::string Output::paint(Tone tone, std::string_view text) const {
    if (!color_ || json_ || tone == Tone::plain) { return std::string(text); }
    const std::string_view sgr = palette[static_cast<std::size_t>(tone)].sgr;
    return std::string("\x1b[").append(sgr).append("m").append(text).append("\x1b[0m");
}

void Output::document(const nlohmann::ordered_json& value) {
    write(dumped(value, 2), true);
}

std::size_t Output::line(const nlohmann::ordered_json& value) {
    const std::string text = dumped(value, -1);
    write(text, true);
    return text.size();
}

void Output::complain(std::string_view sentence) {
    {
        const std::lock_guard lock(mutex_);
        if (first_sentence_.empty()) { first_sentence_ = sentence; }
    }
    // A sentence may hold what went through printable() already.
    error_text("ethpoc: " + printable(sentence, sentence.size(), "\\\n") + "\n");
}

void Output::refuse(std::string_view code, std::string_view sentence) {
    complain(sentence);
    if (json_) { document(refusal(code, sentence)); }
}

void Output::answer_silence(std::string_view code) {
    std::string sentence;
    {
        const std::lock_guard lock(mutex_);
        if (wrote_ || !json_) { return; }
        sentence = first_sentence_;
    }
    document(refusal(code, sentence));
}

void Output::error_text(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (live_err_) { return live_err_->push(text); }
    std::fwrite(text.data(), 1, text.size(), err_);
    std::fflush(err_);
}

void Output::flush() {
    const std::lock_guard lock(mutex_);
    if (live_out_) {
        live_out_->push(pending_);
        return pending_.clear();
    }
    if (!closed_ && std::fflush(out_) != 0) { note_failure(); }
}

void Output::go_live(std::size_t events) {
    flush();
    const std::lock_guard lock(mutex_);
    if (::fileno(out_) >= 0) {
        live_out_ = std::make_unique<LiveWriter>(::fileno(out_), events,
                                                 [this](std::uint64_t count) { return dropped_note(count); });
    }
    if (::fileno(err_) >= 0) {
        live_err_ = std::make_unique<LiveWriter>(::fileno(err_), live_log, [](std::uint64_t count) {
            return "ethpoc: " + plural(count, "line") + " left out: stderr was not read\n";
        });
    }
}

std::string Output::dropped_note(std::uint64_t count) const {
    if (json_) {
        return dumped({{"event", "dropped_events"}, {"ts", timestamp_now()}, {"count", count}, {"why", "not read"}},
                      -1);
    }
    return talk_text(*this, {.time = clock_time(),
                             .name = "left out",
                             .details = plural(count, "line") + ": not read",
                             .tone = Tone::yellow});
}

void Output::finish_events(LastFlush patience) {
    flush();
    if (live_out_) { live_out_->finish(patience); }
}

void Output::finish_log(LastFlush patience) {
    if (live_err_) { live_err_->finish(patience); }
}

bool Output::closed() const {
    const std::lock_guard lock(mutex_);
    return live_out_ ? live_out_->closed() : closed_;
}

int Output::failure() const {
    const std::lock_guard lock(mutex_);
    return failed_ != 0 || !live_out_ ? failed_ : live_out_->failure();
}

void Output::write(std::string_view bytes, bool flush_now) {
    const std::lock_guard lock(mutex_);
    wrote_ = wrote_ || !bytes.empty();
    if (live_out_) {
        pending_ += bytes;
        if (!flush_now && pending_.size() < most_pending) { return; }
        live_out_->push(pending_);
        return pending_.clear();
    }
    if (closed_) { return; }
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), out_) == bytes.size();
    if (!written || (flush_now && std::fflush(out_) != 0)) { note_failure(); }
}

void Output::note_failure() {
    if (failed_ == 0 && errno != EPIPE) { failed_ = errno; }
    closed_ = true;
}

Progress::Progress(std::FILE* err) : Progress(err, ::isatty(::fileno(err)) == 1) {}

Progress::Progress(Output& out) : Progress(out.error_stream()) {
    out_ = &out;
}

void Progress::update(std::string_view text) {
    const auto now = std::chrono::steady_clock::now();
    if (!active_ || (last_ && now - *last_ < progress_interval)) { return; }
    last_ = now;
    shown_ = true;
    show("\r\x1b[K" + std::string(text));
}

void Progress::clear() {
    if (shown_) { show("\r\x1b[K"); }
    shown_ = false;
}

void Progress::show(std::string_view text) {
    if (out_ != nullptr) { return out_->error_text(text); }
    std::fwrite(text.data(), 1, text.size(), err_);
    std::fflush(err_);
}

} // namespace ethpoc::cmd
