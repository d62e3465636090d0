// Reading the texts of the columns `accept` and `tolerate`.
#include "conform/expectation.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "conform/checks.hpp"
#include "conform/errors.hpp"
#include "conform/reading.hpp"
#include "conform/script_text.hpp"

namespace ethpoc::conform {
namespace {

using Kind = Term::Kind;

/// What may stand in brackets behind a word.
enum class Inside : std::uint8_t { nothing, count, hash, reason };

struct SeenWord {
    std::string_view word;
    Kind kind = Kind::message;
    wire::MessageType type = wire::MessageType::Unknown;
    Inside inside = Inside::nothing;
};

constexpr std::string_view refused_word = "refused";

constexpr std::array seen_words{
    SeenWord{"pong", Kind::message, wire::MessageType::Pong},
    SeenWord{"hello", Kind::message, wire::MessageType::Hello},
    SeenWord{"status", Kind::message, wire::MessageType::Status},
    SeenWord{"peers", Kind::message, wire::MessageType::Peers},
    SeenWord{"txs", Kind::message, wire::MessageType::Transactions},
    SeenWord{"getchain", Kind::message, wire::MessageType::GetChain},
    SeenWord{"getblockhashes", Kind::message, wire::MessageType::GetBlockHashes},
    SeenWord{"getblocks", Kind::message, wire::MessageType::GetBlocks},
    SeenWord{"blocks", Kind::message, wire::MessageType::Blocks, Inside::count},
    SeenWord{"hashes", Kind::message, wire::MessageType::BlockHashes, Inside::count},
    SeenWord{"notinchain", Kind::message, wire::MessageType::NotInChain, Inside::hash},
    SeenWord{"disc", Kind::disconnect, wire::MessageType::Disconnect, Inside::reason},
    SeenWord{"close", Kind::close},
    SeenWord{"ignore", Kind::ignore},
    SeenWord{"hold", Kind::hold},
    SeenWord{"silence", Kind::silence},
    SeenWord{"active", Kind::active},
    SeenWord{"alive", Kind::alive},
    SeenWord{"any", Kind::any},
};

constexpr std::array refused_means{Kind::disconnect, Kind::close, Kind::ignore};

bool may_be_timed(Kind kind) noexcept {
    return kind != Kind::alive && kind != Kind::any && kind != Kind::hold && kind != Kind::silence &&
           kind != Kind::check;
}

/// One pass over the text. What is wrong first is kept; reading stops there.
class ExpectationReader {
  public:
    ExpectationReader(std::string_view text, const Facts& facts) : text_(text), facts_(facts) {}

    Result<Expectation> read() {
        Expectation out;
        out.text = text_;
        skip_blanks();
        if (at_ == text_.size()) { return out; } // an empty column
        do {
            alternative(out);
        } while (!error_ && take('/'));
        if (!error_ && at_ < text_.size()) { wrong(at_, "`,` or ` / ` or the end of the text"); }
        if (error_) { return std::unexpected(std::move(*error_)); }
        return out;
    }

  private:
    /// A sequence; one with `refused` is three.
    void alternative(Expectation& out) {
        std::vector<Term> sequence;
        std::optional<std::size_t> refused;
        do {
            skip_blanks();
            if (text_.substr(after_line_number()).starts_with(refused_word)) { refused = sequence.size(); }
            sequence.push_back(term());
            skip_blanks();
        } while (!error_ && take(','));
        if (error_) { return; }
        if (!refused) {
            out.alternatives.push_back(std::move(sequence));
            return;
        }
        for (const Kind kind : refused_means) {
            sequence[*refused].kind = kind;
            out.alternatives.push_back(sequence);
        }
    }

    Term term() {
        Term out;
        if (const std::size_t past = after_line_number(); past != at_) {
            const auto number = number_at(text_.substr(at_, past - 1 - at_));
            if (!number || *number == 0 || *number > 0xffff) { wrong(at_, "a connection: 1, 2 and so on"); }
            out.line = static_cast<Line>(number.value_or(1) - 1);
            at_ = past;
        }
        const std::size_t begin = at_;
        if (take('<')) {
            check(out);
        } else {
            word(out);
        }
        if (!error_ && take('*')) { times(out); }
        if (!error_ && text_.substr(at_).starts_with("<=")) {
            if (!may_be_timed(out.kind)) {
                wrong(at_, "no time behind " + std::string(text_.substr(begin, at_ - begin)));
            }
            at_ += 2;
            const std::size_t from = at_;
            out.within = time_of(alphanumeric());
            if (!out.within) { wrong(from, "a time: 20ms, 5s"); }
        }
        return out;
    }

    void word(Term& out) {
        const std::size_t begin = at_;
        const std::string_view name = alphanumeric();
        if (name == refused_word) {
            out.kind = Kind::disconnect;
            return;
        }
        const auto* const row = std::ranges::find(seen_words, name, &SeenWord::word);
        if (row == seen_words.end()) {
            return wrong(begin, "what may be seen: pong, disc(2), close, ignore, <check> and so on");
        }
        out.kind = row->kind;
        out.type = row->type;
        const bool open = row->inside != Inside::nothing && take('(');
        if (!open) {
            if (row->inside == Inside::count || row->inside == Inside::hash) {
                wrong(at_, "brackets with " + std::string(row->inside == Inside::count ? "a number" : "a hash"));
            }
            return;
        }
        const std::size_t from = at_;
        const std::size_t end = text_.find(')', at_);
        if (end == std::string_view::npos) { return wrong(from - 1, "a bracket that is closed"); }
        inside(out, row->inside, text_.substr(from, end - from));
        at_ = end + 1;
    }

    void inside(Term& out, Inside what, std::string_view text) {
        if (what == Inside::hash) {
            auto hash = hash_named(text, facts_);
            if (!hash) {
                keep(std::move(hash.error()).moved(at_));
                return;
            }
            out.hash = *hash;
            return;
        }
        const std::size_t dots = what == Inside::count ? text.find("..") : std::string_view::npos;
        const auto first = number_at(text.substr(0, dots));
        const auto last = dots == std::string_view::npos ? first : number_at(text.substr(dots + 2));
        if (!first || !last || *last < *first) { return wrong(at_, "a number, or two with .. between them"); }
        if (what == Inside::reason) {
            out.reason = static_cast<std::uint32_t>(*first);
        } else {
            out.least = *first;
            out.most = *last;
        }
    }

    void times(Term& out) {
        const std::size_t from = at_;
        const auto number = number_at(alphanumeric());
        const bool pong = out.kind == Kind::message && out.type == wire::MessageType::Pong;
        if (!pong || !number || *number == 0) { return wrong(from - 1, "pong*3"); }
        out.times = *number;
    }

    void check(Term& out) {
        const std::size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) { return wrong(at_ - 1, "the > of a check"); }
        out.kind = Kind::check;
        out.check = text_.substr(at_, end - at_);
        auto named = read_check(out.check, facts_);
        if (!named) { return keep(std::move(named.error()).moved(at_)); }
        at_ = end + 1;
    }

    std::string_view alphanumeric() {
        const std::size_t begin = at_;
        while (at_ < text_.size() &&
               ((text_[at_] >= 'a' && text_[at_] <= 'z') || (text_[at_] >= '0' && text_[at_] <= '9'))) {
            ++at_;
        }
        return text_.substr(begin, at_ - begin);
    }

    /// Behind "2:", when such stands here.
    std::size_t after_line_number() const noexcept {
        const std::size_t end = text_.find_first_not_of("0123456789", at_);
        return end != std::string_view::npos && end > at_ && text_[end] == ':' ? end + 1 : at_;
    }

    /// At most 2^32-1.
    static std::optional<std::uint32_t> number_at(std::string_view text) {
        std::uint32_t out = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (error != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
        return out;
    }

    void skip_blanks() {
        while (at_ < text_.size() && text_[at_] == ' ') {
            ++at_;
        }
    }

    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) { return false; }
        ++at_;
        return true;
    }

    void wrong(std::size_t at, std::string wanted) {
        keep(Error{&errors::script_syntax, at, text_.size() - at, {}, "expected " + std::move(wanted)});
    }
    void keep(Error error) {
        if (!error_) { error_ = std::move(error); }
    }

    std::string_view text_;
    const Facts& facts_;
    std::size_t at_ = 0;
    std::optional<Error> error_{};
};

bool asks_barrier(const std::vector<Term>& sequence) noexcept {
    const auto is = [&](Kind kind) {
        return std::ranges::any_of(sequence, [&](const Term& t) { return t.kind == kind; });
    };
    if (is(Kind::ignore) || is(Kind::hold) || is(Kind::active)) { return true; }
    if (is(Kind::disconnect) || is(Kind::close) || is(Kind::silence)) { return false; }
    return std::ranges::any_of(sequence, [](const Term& term) {
        if (term.kind != Kind::check) { return term.kind == Kind::message; }
        const CheckRow* const row = find_check(std::string_view(term.check).substr(0, term.check.find(' ')));
        return row != nullptr && row->session != CheckSession::free;
    });
}

} // namespace

bool Expectation::wants_barrier() const noexcept {
    return std::ranges::any_of(alternatives, asks_barrier);
}

Since Expectation::patience() const noexcept {
    constexpr Since usual = std::chrono::milliseconds(500);
    Since out{};
    for (const auto& sequence : alternatives) {
        for (const Term& term : sequence) {
            const bool answer = term.kind == Kind::message;
            const bool about_answer = term.kind == Kind::check;
            if (answer) { out = std::max(out, term.within.value_or(usual)); }
            if (about_answer) { out = std::max(out, usual); }
        }
    }
    return out;
}

bool Expectation::has_check(std::string_view name) const noexcept {
    return std::ranges::any_of(alternatives, [&](const auto& sequence) {
        return std::ranges::any_of(sequence, [&](const Term& term) {
            return term.kind == Kind::check && std::string_view(term.check).substr(0, term.check.find(' ')) == name;
        });
    });
}

Result<Expectation> read_expectation(std::string_view text, const Facts& facts) {
    return ExpectationReader(text, facts).read();
}

} // namespace ethpoc::conform
