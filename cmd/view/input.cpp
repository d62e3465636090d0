#include "cmd/view/input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <unistd.h>

#include "cmd/view/chain_json.hpp"
#include "rlp/error.hpp"
#include "rlp/hex.hpp"
#include "rlp/paste_shapes.hpp"
#include "rlp/paste_text.hpp"

namespace ethpoc::cmd {
namespace {

struct CloseInput {
    void operator()(std::FILE* file) const noexcept {
        if (file != stdin) { std::fclose(file); }
    }
};

bool is_file(const std::string& name) {
    std::error_code ignored;
    return !name.empty() && name.size() < 4096 && std::filesystem::exists(name, ignored);
}

/// Text that people write: nothing below blank but line ends and tabs, and no byte above 7e.
bool is_text(BytesView bytes) {
    return std::ranges::all_of(bytes,
                               [](std::uint8_t b) { return (b >= 0x20 && b <= 0x7e) || (b >= '\t' && b <= '\r'); });
}

/// What a file holds, when nobody says so. Text of other letters than ASCII is hex only if it reads as such, as boxes
/// of hexyl and blanks of a web page do; raw bytes that happen to be UTF-8 are more often RLP.
bool is_hex_text(const std::string& content) {
    if (is_text(as_bytes(content)) || has_byte_order_mark(content)) { return true; }
    const auto odd = [](char c) {
        return static_cast<std::uint8_t>(c) < 0x20 && (c < '\t' || c > '\r') && c != '\x1b';
    };
    if (std::ranges::any_of(content, odd)) { return false; }
    if (content.find("\xe2\x94") != std::string::npos) { return true; } // the frame of hexyl or bat
    const auto bytes = from_hex(content);
    return bytes && !bytes->empty();
}

/// UTF-16 without a mark: every second byte is zero, and the others are hex.
bool is_wide_text(const std::string& content) {
    if (content.size() < 4 || content.size() % 2 != 0) { return false; }
    for (const std::size_t zero : {0U, 1U}) {
        std::string narrow;
        bool wide = true;
        for (std::size_t i = 0; i < content.size() && wide; ++i) {
            wide = i % 2 != zero || content[i] == '\0';
            if (i % 2 != zero) { narrow.push_back(content[i]); }
        }
        if (wide && is_text(as_bytes(narrow)) && from_hex(narrow)) { return true; }
    }
    return false;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

/// Looks like the name of a file that should have been there.
bool looks_like_name(const std::string& word) {
    return word.find('/') != std::string::npos ||
           (word.find('.') != std::string::npos && word.find(' ') == std::string::npos);
}

std::unexpected<ExitCode> unreadable(Output& out, ExitCode code, std::string_view word, const std::string& sentence) {
    out.refuse(word, sentence);
    return std::unexpected(code);
}

/// The sentence, and with --json the document that every reading command prints.
std::unexpected<ExitCode> say_error(Output& out, const Error& error, const std::string& what) {
    std::string sentence(error.code->word);
    sentence += " in " + what + ", character " + std::to_string(error.offset + 1);
    if (!error.detail.empty()) { sentence += " (" + error.detail + ")"; }
    sentence += ": " + std::string(error.code->rule);
    if (!error.code->hint.empty()) { sentence += " " + std::string(error.code->hint); }
    out.complain(sentence);
    if (out.json()) { out.document({{"ok", false}, {"error", error_json(error)}}); }
    return std::unexpected(ExitCode::negative);
}

std::expected<Bytes, ExitCode> parse_hex(Output& out, const std::string& text, const std::string& what) {
    auto bytes = from_hex(text);
    if (const std::string remark = bytes ? paste::remark(text) : ""; !remark.empty()) { out.complain(remark); }
    if (bytes) { return *std::move(bytes); }
    return say_error(out, bytes.error(), what);
}

/// The one word that names where to read from, or "-" when there is none.
std::expected<std::string, ExitCode> source_of(Output& out, const std::vector<std::string>& words) {
    if (!words.empty()) { return words.size() == 1 ? words[0] : joined(words); }
    if (::isatty(STDIN_FILENO) == 1) {
        return unreadable(out, ExitCode::usage, "input.none",
                          "no input: give bytes as hex, the name of a file, or - for the standard input");
    }
    return "-";
}

} // namespace

std::expected<Bytes, ExitCode> bytes_of_content(Output& out, std::string content, InputForm form,
                                                const std::string& name) {
    const BytesView view = as_bytes(content);
    const bool guess = form == InputForm::automatic;
    if (guess && is_wide_text(content)) {
        return say_error(out, Error{&hex_errors::bad_encoding, 0, 2, {}, "every second byte is zero, as in UTF-16"},
                         name == "-" ? "the standard input" : "the file " + printable(name));
    }
    const bool hex = form == InputForm::hex || (guess && is_hex_text(content));
    if (!hex) { return Bytes(view.begin(), view.end()); }
    return parse_hex(out, content, name == "-" ? "the standard input" : "the file " + printable(name));
}

std::expected<std::optional<std::string>, ExitCode> input_file(Output& out, const std::vector<std::string>& words) {
    auto source = source_of(out, words);
    if (!source) { return std::unexpected(source.error()); }
    if (*source != "-" && !is_file(*source)) { return std::nullopt; }
    return *std::move(source);
}

std::expected<std::string, ExitCode> read_whole_file(Output& out, const std::string& name) {
    const bool standard = name == "-";
    const auto refuse = [&](const std::string& why) {
        return unreadable(out, ExitCode::io, "input.unreadable",
                          (standard ? "the standard input" : printable(name)) + ": " + why);
    };
    std::error_code ignored;
    if (!standard && std::filesystem::is_directory(name, ignored)) { return refuse("is a folder"); }
    const std::unique_ptr<std::FILE, CloseInput> file(standard ? stdin : std::fopen(name.c_str(), "rb"));
    if (!file) { return refuse(std::strerror(errno)); }
    std::string content;
    std::vector<char> chunk(1u << 20);
    while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
        if (content.size() + n > max_input) {
            return refuse("has more than " + std::to_string(max_input >> 20) +
                          " MiB, which is the limit; cut it first");
        }
        content.append(chunk.data(), n);
    }
    if (std::ferror(file.get()) != 0) { return refuse(std::strerror(errno)); }
    return content;
}

std::expected<Bytes, ExitCode> read_input(Output& out, const std::vector<std::string>& words, InputForm form) {
    const auto source = source_of(out, words);
    if (!source) { return std::unexpected(source.error()); }
    if (*source == "-" || is_file(*source)) {
        auto content = read_whole_file(out, *source);
        if (!content) { return std::unexpected(content.error()); }
        return bytes_of_content(out, *std::move(content), form, *source);
    }
    if (looks_like_name(*source) && !from_hex(*source)) {
        return unreadable(out, ExitCode::io, "input.unreadable",
                          printable(*source) + ": there is no such file, and it is not hex");
    }
    return parse_hex(out, *source, "the argument");
}

std::expected<std::string, ExitCode> read_text_input(Output& out, const std::vector<std::string>& words) {
    const auto source = source_of(out, words);
    if (!source) { return std::unexpected(source.error()); }
    if (*source != "-" && !is_file(*source)) { return *source; }
    const auto content = read_whole_file(out, *source);
    if (!content) { return std::unexpected(content.error()); }
    auto text = decode_text(*content);
    if (!text) {
        return say_error(out, text.error(), *source == "-" ? "the standard input" : "the file " + printable(*source));
    }
    return *std::move(text);
}

} // namespace ethpoc::cmd
