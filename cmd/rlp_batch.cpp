// ethpoc rlp check --batch: one hex a line in, one JSON a line out. For other programs: a filter over a file, or one
// that is asked line by line; what is known is said before it waits for more.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cmd/rlp_commands.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"
#include "show/errors.hpp"
#include "show/explain.hpp"

namespace ethpoc::cmd {
namespace {

constexpr std::size_t read_size = 1u << 16;

/// An item of 16 MiB in hex, and 0x; what text.line_too_long says.
constexpr std::size_t longest_line = (32u << 20) + 2;

class Batch {
  public:
    Batch(Output& out, const ByteOptions& options) : out_(out), options_(options) {}

    void take(std::string_view piece) {
        while (!piece.empty()) {
            const std::size_t end = piece.find('\n');
            if (end == std::string_view::npos) { return keep(piece); }
            if (line_.empty() && !too_long_) {
                judge(piece.substr(0, end));
            } else {
                keep(piece.substr(0, end));
                judge_kept();
            }
            piece.remove_prefix(end + 1);
        }
    }
    /// The last line may have no end.
    void finish() {
        if (!line_.empty() || too_long_) { judge_kept(); }
        flush();
    }
    void flush() {
        if (answers_.empty()) { return; }
        out_.text(answers_);
        out_.flush();
        answers_.clear();
    }
    bool all_good() const noexcept { return all_good_; }

  private:
    void keep(std::string_view piece) {
        too_long_ = too_long_ || line_.size() + piece.size() > longest_line;
        if (too_long_) {
            line_.clear();
        } else {
            line_.append(piece);
        }
    }

    void judge_kept() {
        if (too_long_) {
            const ErrorCode& code = show::errors::line_too_long;
            answer(Error{&code, longest_line, 0, {}, {}}, code.hint);
        } else {
            judge(line_);
        }
        line_ = {};
        too_long_ = false;
    }

    void judge(std::string_view line) {
        if (line.ends_with('\r')) { line.remove_suffix(1); }
        const auto bytes = from_hex_digits(line);
        if (!bytes) { return answer(bytes.error(), bytes.error().code->hint); }
        const rlp::Tree tree = tree_of(*bytes, options_);
        const auto error = tree.first_error();
        if (error) { return answer(*error, show::hint_for(tree, *error)); }
        answers_ += "{\"ok\":true,\"line\":" + std::to_string(++number_) + "}\n";
    }

    void answer(const Error& error, std::string_view hint) {
        nlohmann::ordered_json fields = error_json(error);
        fields["hint"] = hint;
        answers_ += json_text({{"ok", false}, {"line", ++number_}, {"error", std::move(fields)}}) + '\n';
        all_good_ = false;
    }

    Output& out_;
    const ByteOptions& options_;
    std::string line_{}; // its beginning, from earlier reads
    std::string answers_{};
    std::uint64_t number_ = 0;
    bool too_long_ = false;
    bool all_good_ = true;
};

ExitCode no_reading(Output& out, const std::string& name, int system_error) {
    out.refuse("input.unreadable", printable(name, 4096) + ": " + std::strerror(system_error));
    return ExitCode::io;
}

} // namespace

ExitCode check_batch(Output& out, int descriptor, const std::string& name, const ByteOptions& options) {
    Batch batch(out, options);
    std::string chunk(read_size, '\0');
    while (!out.closed()) {
        const ssize_t n = ::read(descriptor, chunk.data(), chunk.size());
        if (n == 0) { break; }
        if (n < 0 && errno == EINTR) { continue; }
        if (n < 0) { return no_reading(out, name, errno); }
        batch.take(std::string_view(chunk).substr(0, static_cast<std::size_t>(n)));
        batch.flush(); // the next read may wait for somebody who waits for this
    }
    batch.finish();
    return batch.all_good() ? ExitCode::done : ExitCode::negative;
}

ExitCode check_batch_of(Context& context, const ByteOptions& options) {
    if (options.words.size() > 1) {
        context.out.refuse("input.usage", "--batch reads one file, or - for the standard input");
        return ExitCode::usage;
    }
    const std::string name = options.words.empty() ? "-" : options.words[0];
    if (name == "-") { return check_batch(context.out, STDIN_FILENO, "the standard input", options); }
    const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) { return no_reading(context.out, name, errno); }
    const ExitCode code = check_batch(context.out, file, name, options);
    ::close(file);
    return code;
}

} // namespace ethpoc::cmd
