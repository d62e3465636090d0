// Encoder: text to bytes. Internal to show/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "show/errors.hpp"
#include "show/text.hpp"
#include "show/text_lexer.hpp"
#include "wire/layout.hpp"

namespace ethpoc::show {

/// Keeps a stack of open boxes, so that deep text does not recurse; headers are put in at the very end, so that deep
/// text is not copied once per level. Each value of a message has an encoder of its own, and no message in it.
class Encoder {
  public:
    /// `text` and `version` must outlive it.
    Encoder(std::string_view text, const TextVersion& version) : lexer_(text), version_(version) {}

    /// The whole text. Once.
    Result<Bytes> run();
    /// After a failure: the words that could have stood where an unknown one does.
    const std::vector<std::string_view>& instead() const noexcept { return instead_; }

  private:
    /// Modifiers of one item.
    struct Form {
        std::optional<std::uint8_t> length_bytes{};
        std::optional<std::uint64_t> claimed{};
    };
    /// A list or a frame: a header that goes before all that was written since, and is known only at the end.
    struct Box {
        std::size_t begin = 0; // index in the literal bytes
        std::size_t total = 0; // literal bytes and headers before it
        std::size_t token_at = 0;
        Form form{};
        bool is_frame = false;
        std::uint8_t header_size = 0;
        std::array<std::uint8_t, 9> header{};
    };
    /// A message in the making.
    struct Draft {
        const wire::Profile* profile = nullptr;
        wire::MessageType type = wire::MessageType::Unknown;
        std::optional<Bytes> id{};
        bool said_id = false;
        std::vector<std::pair<wire::Member, Bytes>> fields{}; // as they came; no bytes: it is left out
        Bytes more{};                                         // values without a name

        const Bytes* field(wire::Member member) const noexcept;
    };

    bool fail(const ErrorCode& code, std::string detail = {});
    bool fail_syntax();
    bool take();
    bool closes() const noexcept { return token_.is(TokenKind::mark, "]") || token_.is(TokenKind::mark, "}"); }

    // items and frames (text_read.cpp)
    bool term();
    bool frame();
    bool item();
    bool close();
    bool take_number(std::uint64_t most, std::uint64_t& out);
    bool number(std::uint64_t most, std::uint64_t& out);
    bool take_hex(Bytes& out) { return take() && hex(out); }
    bool hex(Bytes& out);
    bool string(Bytes& out);
    bool put_item(BytesView payload, const Form& form);
    /// False: the claimed length does not fit into the length bytes asked for.
    static bool make_header(bool list, std::uint64_t size, const Form& form, Box& out);
    void open(const Form& form, bool is_frame);
    std::size_t total() const noexcept { return literal_.size() + header_bytes_; }
    Bytes assemble() const;

    // messages by name (text_message.cpp)
    bool protocol();
    bool message();
    bool arguments(Draft& draft);
    bool named_value(Draft& draft);
    bool take_version(Draft& draft, BytesView item);
    bool put_message(const Draft& draft);
    bool fail_unknown(std::string detail, std::vector<std::string_view> instead);
    /// The value that begins with the next token: an item, or with `spread` what is in a list.
    bool value(bool spread, Bytes& out);
    bool one_value(bool spread, Bytes& out);
    /// The value that begins with the token that was taken.
    bool finish_value(Bytes& out);

    Lexer lexer_;
    TextVersion version_;
    Token token_{};
    std::optional<Error> error_{};
    std::vector<std::string_view> instead_{};
    Bytes literal_{};
    std::vector<Box> boxes_{};        // in the order of their headers
    std::vector<std::size_t> open_{}; // indices in boxes_
    std::size_t header_bytes_ = 0;    // of boxes that are closed
    bool in_message_ = false;
};

} // namespace ethpoc::show
