#include "show/text_lexer.hpp"

#include <algorithm>
#include <array>

#include "rlp/bytes.hpp"
#include "show/errors.hpp"

namespace ethpoc::show {
namespace {

constexpr std::array<std::string_view, 9> grammar_words{
    "long:", "len:", "raw:", "byte:", "sync=", "size=", "frame", "trailing", "protocol="};

constexpr bool begins_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool continues_name(char c) noexcept {
    return begins_name(c) || (c >= '0' && c <= '9');
}

std::string_view name_at(std::string_view rest) noexcept {
    const auto* const end = std::ranges::find_if_not(rest, continues_name);
    return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

/// The word of the grammar that `rest` begins with, not only the beginning of a longer name.
std::string_view word_at(std::string_view rest) noexcept {
    for (const std::string_view word : grammar_words) {
        if (rest.starts_with(word) && (!continues_name(word.back()) || name_at(rest).size() == word.size())) {
            return word;
        }
    }
    return {};
}

} // namespace

Result<Token> Lexer::next() {
    skip();
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) { return Token{TokenKind::end, {}, at_, 0}; }
    if (const std::string_view word = word_at(rest); !word.empty()) { return take(TokenKind::word, word, word.size()); }
    const char first = rest.front();
    if (first >= '0' && first <= '9') {
        const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
        return take(TokenKind::number, digits, digits.size());
    }
    if (std::string_view("[]{}").find(first) != std::string_view::npos) {
        return take(TokenKind::mark, rest.substr(0, 1), 1);
    }
    if (first == '`' || first == '"') { return quoted(rest); }
    if (begins_name(first)) { return named(rest); }
    return std::unexpected(Error{&errors::syntax, at_, 1, {}, "'" + printable(rest.substr(0, 1)) + "'"});
}

Token Lexer::take(TokenKind kind, std::string_view text, std::size_t size) {
    const Token token{kind, text, at_, size};
    at_ += size;
    return token;
}

/// Blanks, commas, and comments up to the end of their line.
void Lexer::skip() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == ',' || text_[at_] == '#')) {
        at_ = text_[at_] == '#' ? std::min(text_.find('\n', at_), text_.size()) : at_ + 1;
    }
}

Result<Token> Lexer::quoted(std::string_view rest) {
    const char quote = rest.front();
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != quote) {
        const bool may_stand = quote == '"' ? rest[end] != '\n' : hex_digit(rest[end]) >= 0 || is_space(rest[end]);
        if (!may_stand) { break; }
        end += quote == '"' && rest[end] == '\\' ? 2 : 1;
    }
    if (end >= rest.size() || rest[end] != quote) {
        return std::unexpected(Error{&errors::unclosed, at_, 1, {}, "no " + std::string(1, quote) + " ends it"});
    }
    return take(quote == '"' ? TokenKind::string : TokenKind::hex, rest.substr(1, end - 1), end + 1);
}

Token Lexer::named(std::string_view rest) {
    const std::string_view name = name_at(rest);
    const bool label = name.size() < rest.size() && rest[name.size()] == ':';
    return take(label ? TokenKind::label : TokenKind::name, name, name.size() + (label ? 1 : 0));
}

} // namespace ethpoc::show
