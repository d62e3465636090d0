// The words of the text form. Internal to show/.
#pragma once

#include <cstdint>
#include <string_view>

#include "rlp/error.hpp"

namespace ethpoc::show {

/// What a word of the text form is.
enum class TokenKind : std::uint8_t {
    end,
    word,   // of the grammar: "long:", "frame"
    number, // decimal
    mark,   // one of [ ] { }
    hex,
    string,
    name,  // of a message, or none
    label, // of a field; without its colon
};

/// One word and its place in the text, of which it is a view.
struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text{}; // of hex and string: what stands between the quotes
    std::size_t at = 0;      // of the whole token
    std::size_t size = 0;

    bool is(TokenKind which, std::string_view what) const noexcept { return kind == which && text == what; }
};

/// What separates words.
constexpr bool is_space(char c) noexcept {
    return std::string_view(" \t\r\n\v\f").find(c) != std::string_view::npos;
}

/// 0..15; -1 for what is no hex digit.
constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// `text` must live as long as this and its tokens.
class Lexer {
  public:
    /// Begins at the first character.
    explicit Lexer(std::string_view text) : text_(text) {}

    /// TokenKind::end at the end, and from then on.
    Result<Token> next();
    std::string_view text() const noexcept { return text_; }

  private:
    Token take(TokenKind kind, std::string_view text, std::size_t size);
    void skip();
    Result<Token> quoted(std::string_view rest);
    Token named(std::string_view rest);

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace ethpoc::show
