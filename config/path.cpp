#include "config/path.hpp"

#include <algorithm>

namespace ethpoc::config {

namespace {

constexpr std::size_t longest_path = 4095; // Linux: PATH_MAX without its NUL
constexpr std::size_t longest_name = 255;  // NAME_MAX

bool has_long_name(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('/'), text.size());
        if (end > longest_name) { return true; }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

bool ends_like_a_folder(std::string_view text) {
    const std::string_view last = text.substr(text.rfind('/') + 1);
    return last.empty() || last == "." || last == "..";
}

} // namespace

bool is_url(std::string_view text) {
    const std::size_t end = text.find("://");
    return end != std::string_view::npos && end > 0 && text.find('/') > end;
}

std::expected<void, std::string> check_path(std::string_view text, PathKind kind) {
    if (kind == PathKind::source && is_url(text)) { return {}; }
    const std::string what = kind == PathKind::folder ? "the name of a folder" : "the name of a file";
    const auto refuse = [](std::string sentence) { return std::unexpected(std::move(sentence)); };
    if (text.empty()) { return refuse("it is empty; give " + what); }
    if (std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; })) {
        return refuse("it holds only blanks; give " + what);
    }
    if (text.contains('\0')) { return refuse("there is a NUL in it, which no name can have"); }
    if (text.size() > longest_path || has_long_name(text)) {
        return refuse("it is longer than a name may be: 4095 bytes, 255 between two slashes");
    }
    const std::string given(text);
    if (text.front() == '~') {
        return refuse(given + " begins with ~, which only a shell replaces; write the whole name, or ./" + given);
    }
    if (text == "-") { return refuse("- is no name here; write ./- for a name of one dash"); }
    if (kind != PathKind::folder && ends_like_a_folder(text)) {
        return refuse(given + " is the name of a folder; give that of a file");
    }
    return {};
}

} // namespace ethpoc::config
