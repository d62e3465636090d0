// The text of a stimulus while it is read, and what the reading of its parts has in common. Inside of this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conform/script.hpp"

namespace ethpoc::conform {

/// What the texts of one script mean, and the first thing that was wrong with them: later ones are not kept, and
/// whoever reads stops once ok() is false.
class Scene {
  public:
    /// `facts` and `case_id` outlive it.
    Scene(const Facts& facts, std::string_view case_id) noexcept : facts_(facts), case_id_(case_id) {}

    const Facts& facts() const noexcept { return facts_; }
    const wire::Profile& profile() const noexcept { return *facts_.profile; }
    std::string_view case_id() const noexcept { return case_id_; }

    bool ok() const noexcept { return !error_; }
    Error take_error() { return std::move(*error_); }
    /// script.syntax: the `length` characters from `offset` on.
    void wrong(std::size_t offset, std::size_t length, std::string detail);
    /// script.unknown_fact.
    void unknown(std::size_t offset, std::size_t length, std::string detail);

    /// Counts `bytes` of what was made or read. False, and an error: a script has no end.
    bool spend(std::size_t offset, std::size_t bytes);
    /// For readers that call themselves: false, and an error, when brackets stand too deep in each other, or the script
    /// has no end.
    bool enter(std::size_t offset);
    /// Ends what enter() began.
    void leave() noexcept { --depth_; }

    Line line = 0;
    wire::IdOffsets offsets{}; // of the line: what its last Hello made of them
    std::size_t repeat = 0;    // how often the innermost N*item was made before
    std::uint64_t random();    // the same in each run

  private:
    const Facts& facts_;
    std::string_view case_id_;
    std::optional<Error> error_{};
    std::size_t spent_ = 0;
    std::size_t depth_ = 0;
    std::optional<std::uint64_t> random_{};
};

/// A place in a part of the text. Offsets count from the begin of the whole text.
class Cursor {
  public:
    /// The whole of a text.
    explicit Cursor(std::string_view text) noexcept : Cursor(text, 0, text.size()) {}
    /// The part from `begin` to `end`.
    Cursor(std::string_view text, std::size_t begin, std::size_t end) noexcept : text_(text), at_(begin), end_(end) {}

    std::size_t at() const noexcept { return at_; }
    bool done() const noexcept { return at_ == end_; }
    /// '\0' at the end.
    char peek(std::size_t ahead = 0) const noexcept { return ahead < end_ - at_ ? text_[at_ + ahead] : '\0'; }
    /// Any place in the part, forward or back.
    void go_to(std::size_t at) noexcept { at_ = at; }
    /// `n` characters must be there.
    void skip(std::size_t n) noexcept { at_ += n; }
    /// Goes past spaces.
    void skip_blanks() noexcept;
    /// Takes it when it stands here.
    bool take(std::string_view what) noexcept;
    /// The same, or script.syntax.
    bool expect(std::string_view what, Scene& scene);
    /// The characters for which `belongs` is true.
    template <class Belongs>
    std::string_view take_while(Belongs belongs) noexcept {
        const std::size_t begin = at_;
        while (at_ < end_ && belongs(text_[at_])) {
            ++at_;
        }
        return text_.substr(begin, at_ - begin);
    }
    /// Letters, digits and _ - ^; the beginning of a part, an item, a key.
    std::string_view take_word() noexcept;
    /// All up to `mark`, which is taken too; nothing, and script.syntax, when it does not come.
    std::optional<std::string_view> take_until(char mark, Scene& scene);
    std::string_view rest() const noexcept { return text_.substr(at_, end_ - at_); }
    Cursor part(std::size_t begin, std::size_t end) const noexcept { return {text_, begin, end}; }

  private:
    std::string_view text_;
    std::size_t at_;
    std::size_t end_;
};

/// 0 to 9, whatever the locale.
bool is_digit(char c) noexcept;
/// "12", "0x1f"; nothing: no number, or one that does not fit.
std::optional<std::uint64_t> number_of(std::string_view word) noexcept;
/// "20ms", "1s", at most an hour.
std::optional<std::chrono::milliseconds> time_of(std::string_view word) noexcept;
/// What a header announces for a payload of `size` bytes: `true`, `+1` or `-1` beside it, `max`, `max+1`, or a number;
/// 32 bits.
std::optional<std::uint64_t> length_named(std::string_view text, std::uint64_t size, std::uint64_t max_frame) noexcept;
/// An even number of hex digits.
std::optional<Bytes> hex_of(std::string_view word);

/// `bytes` behind `out`.
void append(Bytes& out, BytesView bytes);

} // namespace ethpoc::conform
