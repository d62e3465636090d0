// Output: what a subcommand says on stdout, for people or as JSON, and the progress line on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ethpoc::cmd {

enum class ColorMode : std::uint8_t { automatic, always, never };

/// What of the environment decides about colour.
struct ColorEnvironment {
    bool no_color = false;    // NO_COLOR is set and not empty
    bool force_color = false; // CLICOLOR_FORCE is set and neither empty nor 0
    bool dumb = false;        // TERM is dumb
};

ColorEnvironment process_color_environment();

/// --color wins over NO_COLOR, that over CLICOLOR_FORCE, that over what the stream is.
bool wants_color(ColorMode mode, const ColorEnvironment& environment, bool is_terminal);

enum class Tone : std::uint8_t { plain, bold, dim, red, green, yellow, blue, magenta, cyan };

/// Writes to one stream. Every function may be called from any thread; a line is never torn.
/// A reader that has gone away (`| head`) is not an error: later writes do nothing and closed() says so.
class Output {
  public:
    /// Keeps the streams, does not own them.
    Output(std::FILE* out, std::FILE* err) : out_(out), err_(err) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void set_json(bool json) { json_ = json; }
    void set_color(ColorMode mode, const ColorEnvironment& environment);

    /// True for --json: the subcommand then writes documents or lines, never text.
    bool json() const { return json_; }

    /// Text for people, as it is. The caller ends the lines.
    void text(std::string_view text);

    /// `text` in a tone, if stdout shows colours. Only for our own words: what a peer sent must be printable() before.
    std::string paint(Tone tone, std::string_view text) const;

    /// One JSON document, indented, for commands that read.
    void document(const nlohmann::ordered_json& value);

    /// One JSON object on one line, flushed, for commands that run.
    void line(const nlohmann::ordered_json& value);

    /// A sentence on stderr: "ethpoc: ...".
    void complain(std::string_view sentence);

    /// Flushes stdout.
    void flush();

    /// The reader of stdout has gone; a command that only talks may stop.
    bool closed() const;

    /// False when stdout could not be written for another reason than a reader that left (a full disk).
    bool good() const;

    std::FILE* error_stream() const { return err_; }

  private:
    void write(std::string_view bytes, bool flush_now);
    void note_failure();

    std::FILE* out_;
    std::FILE* err_;
    bool json_ = false;
    bool color_ = false;
    mutable std::mutex mutex_;
    bool closed_ = false;
    bool failed_ = false;
};

/// A line on stderr that replaces itself. Does nothing unless stderr is a terminal; the destructor wipes the line.
class Progress {
  public:
    explicit Progress(std::FILE* err);
    Progress(std::FILE* err, bool is_terminal) : err_(err), active_(is_terminal) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    /// Shows `text`, at most ten times a second; it must be one short line.
    void update(std::string_view text);

    /// Wipes the line, before something else is written to the terminal.
    void clear();

    bool active() const { return active_; }

  private:
    std::FILE* err_;
    bool active_;
    bool shown_ = false;
    std::optional<std::chrono::steady_clock::time_point> last_;
};

} // namespace ethpoc::cmd
