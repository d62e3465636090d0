// Output: what a subcommand says on stdout, for people or as JSON, and the progress line on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cmd/view/live_writer.hpp"
#include "cmd/view/palette.hpp"

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

/// JSON as every document and line is written: numbers above show::largest_json_number as text, bytes that are not
/// UTF-8 as U+FFFD (a client id from the network must never end the program), and other characters than ASCII as
/// \uNNNN, so that none is there that nobody sees. `indent` -1: one line. No line end.
std::string json_text(nlohmann::ordered_json value, int indent = -1);

/// Bytes of events that wait for the reader of stdout, and of lines for that of stderr, while a command runs.
inline constexpr std::size_t live_events = 1u << 20;
inline constexpr std::size_t patient_events =
    8u << 20; // where a conversation is shown: a pause of its reader costs nothing
inline constexpr std::size_t live_log = 256u << 10;

/// Writes to one stream. Every function may be called from any thread; a line is never torn.
/// A reader that has gone away (`| head`) is not an error: later writes do nothing and closed() says so.
///
/// Commands that read wait for their reader, however slow: no byte of a document may be missing. Commands that run call
/// go_live(): from then on nothing waits, and what nobody reads is left out and counted.
class Output {
  public:
    /// Keeps the streams, does not own them.
    Output(std::FILE* out, std::FILE* err) : out_(out), err_(err) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void set_json(bool json) { json_ = json; }
    void set_color(ColorMode mode, const ColorEnvironment& environment);

    /// Both streams are written by threads of their own from now on. At most `events` bytes wait for the reader of
    /// stdout; an event line, or a line for people, tells how many were left out. Does nothing for streams that are no
    /// files.
    void go_live(std::size_t events = live_events);

    /// The end, one stream after the other, so that stderr can still tell of the first: flushes it. After go_live()
    /// what nobody reads is given up when the patience is over, and later writes do nothing.
    void finish_events(LastFlush patience);
    void finish_log(LastFlush patience);

    /// The columns of a line for people: those of the terminal that stdout is, now; usual_width when it is none.
    std::size_t width() const;
    /// As many from now on.
    void set_width(std::size_t columns) { width_ = columns; }

    /// True for --json: the subcommand then writes documents or lines, never text.
    bool json() const { return json_; }

    /// Text for people, as it is. The caller ends the lines; after go_live() it goes out with flush(), so that what
    /// belongs together is there as a whole or not at all.
    void text(std::string_view text);

    /// `text` in a tone, if stdout shows colours. Only for our own words: what a peer sent must be printable() before.
    std::string paint(Tone tone, std::string_view text) const;

    /// One JSON document, indented, for commands that read.
    void document(const nlohmann::ordered_json& value);

    /// One JSON object on one line, flushed, for commands that run. Returns its bytes.
    std::size_t line(const nlohmann::ordered_json& value);

    /// A sentence on stderr: "ethpoc: ...".
    void complain(std::string_view sentence);

    /// The same of what ends a command that reads, and with --json the document {"ok": false, "error": ..} on stdout: a
    /// reading command always prints one.
    void refuse(std::string_view code, std::string_view sentence);

    /// The end of a command that reads and did not come to its document: with --json, if nothing was written to stdout
    /// yet, refuses with the first sentence that was said.
    void answer_silence(std::string_view code);

    /// Text on stderr, as it is: a whole line of the log.
    void error_text(std::string_view text);

    /// Flushes stdout; never waits after go_live().
    void flush();

    /// The reader of stdout has gone; a command that only talks may stop.
    bool closed() const;

    /// The system's number (errno) when stdout could not be written for another reason than a reader that left (a full
    /// disk); 0: all is well.
    int failure() const;

    std::FILE* error_stream() const { return err_; }

  private:
    void write(std::string_view bytes, bool flush_now);
    void note_failure();
    std::string dropped_note(std::uint64_t count) const;

    std::FILE* out_;
    std::FILE* err_;
    bool json_ = false;
    bool color_ = false;
    std::size_t width_ = 0; // 0: those of the terminal
    mutable std::mutex mutex_;
    bool closed_ = false;
    int failed_ = 0;               // errno
    bool wrote_ = false;           // anything to stdout
    std::string first_sentence_{}; // of complain()
    std::string pending_{};        // text that was not flushed yet, after go_live()
    std::unique_ptr<LiveWriter> live_out_{};
    std::unique_ptr<LiveWriter> live_err_{};
};

/// A line on stderr that replaces itself. Does nothing unless stderr is a terminal; the destructor wipes the line.
class Progress {
  public:
    explicit Progress(std::FILE* err);
    Progress(std::FILE* err, bool is_terminal) : err_(err), active_(is_terminal) {}
    /// On the stderr of `out`, also after go_live(). `out` must outlive this.
    explicit Progress(Output& out);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    /// Shows `text`, at most ten times a second; it must be one short line.
    void update(std::string_view text);

    /// Wipes the line, before something else is written to the terminal.
    void clear();

  private:
    void show(std::string_view text);

    std::FILE* err_;
    bool active_;
    Output* out_ = nullptr;
    bool shown_ = false;
    std::optional<std::chrono::steady_clock::time_point> last_;
};

} // namespace ethpoc::cmd
