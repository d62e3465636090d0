#include "show/quiz.hpp"

#include <doctest/doctest.h>

#include "rlp/decode.hpp"
#include "rlp/hex.hpp"
#include "show/text.hpp"

using namespace ethpoc;

TEST_CASE("quiz: the same seed asks the same - another seed something else") {
    for (unsigned level = 1; level <= show::quiz_levels; ++level) {
        std::size_t others = 0;
        for (std::uint64_t index = 0; index < 20; ++index) {
            const auto one = show::make_question(7, level, index);
            const auto again = show::make_question(7, level, index);
            CHECK(one.bytes == again.bytes);
            CHECK(one.answer == again.answer);
            others += show::make_question(8, level, index).bytes != one.bytes ? 1 : 0;
        }
        CHECK(others > 10);
    }
}

TEST_CASE("quiz: its own answers are right - empty and foreign ones are not") {
    for (unsigned level = 1; level <= show::quiz_levels; ++level) {
        for (std::uint64_t index = 0; index < 200; ++index) {
            const auto question = show::make_question(2014, level, index);
            CAPTURE(to_hex(question.bytes));
            REQUIRE_FALSE(question.bytes.empty());
            CHECK(show::is_right(question, question.answer));
            CHECK_FALSE(show::is_right(question, ""));
            CHECK_FALSE(show::is_right(question, "[\"no such thing\" 77]"));
            CHECK_FALSE(show::is_right(question, "rlp.empty_input"));
            const auto error = rlp::validate(question.bytes);
            CHECK((level == show::quiz_levels || !error));
            if (question.wants_code) {
                CHECK(question.answer == (error ? error->code->word : "good"));
            } else {
                CHECK(show::from_text(question.answer) == question.bytes);
                CHECK(show::is_right(question, "  " + question.answer + "  # so"));
            }
        }
    }
}

namespace {

/// A question that was not drawn: its answer follows from the bytes.
show::Question asked(std::string_view hex, bool wants_code, std::string_view answer) {
    return {from_hex_digits(hex).value(), wants_code, std::string(answer)};
}

struct Marking {
    std::string_view hex;
    bool wants_code;
    std::string_view right;
    std::string_view yours;
    std::size_t number; // of the step that decides
    std::size_t offset;
    std::string_view written;
    std::string_view remark; // in it
    std::string_view rule;   // in it
};

} // namespace

TEST_CASE("quiz: a mark names the step where the answer leaves the bytes - and what the answer would be") {
    for (const Marking& row : {
             // right, and nothing said: the first header
             Marking{"c2c080", false, "[[] \"\"]", "[[] 0]", 1, 0, "", "", ""},
             Marking{"c2c080", false, "[[] \"\"]", " ", 1, 0, "", "", ""},
             // the second item; an item too many in the inner list, and in the outer one; none at all
             Marking{"c88363617483646f67", false, "[\"cat\" \"dog\"]", "[\"cat\" \"doge\"]", 4, 5,
                     "c98363617484646f6765", "", ""},
             Marking{"c2c080", false, "[[] \"\"]", "[[5] \"\"]", 3, 2, "c3c10580", "", ""},
             Marking{"c2c080", false, "[[] \"\"]", "[[] \"\" 7]", 5, 3, "c3c08007", "", ""},
             Marking{"c2c080", false, "[[] \"\"]", "[]", 2, 1, "c0", "", ""},
             // as long, but other bytes: the payload decides, not its header
             Marking{"83646f67", false, "\"dog\"", "\"dig\"", 2, 1, "83646967", "", ""},
             Marking{"51", false, "81", "82", 1, 0, "52", "", ""},
             Marking{"51", false, "81", "81 81", 1, 0, "5151", "", ""},
             Marking{"51", false, "81", "[", 1, 0, "", "text.unclosed", ""},
             // damage: the step of the error, the rule, and what the other code means
             Marking{"c3820102", true, "good", "truncated", 4, 4, "", "rlp.truncated is something else: An item", ""},
             Marking{"c28105", true, "rlp.non_canonical_byte", "good", 2, 1, "", "not good", "below 0x80"},
             Marking{"c28105", true, "rlp.non_canonical_byte", "non_canonical_byte", 2, 1, "", "", "below 0x80"},
             Marking{"c10502", true, "rlp.trailing_bytes", "wrong", 4, 2, "", "No code has this name", "Nothing may"},
             Marking{"83646f", true, "rlp.truncated", "", 1, 0, "", "", "more bytes than"},
         }) {
        CAPTURE(row.hex);
        CAPTURE(row.yours);
        const auto question = asked(row.hex, row.wants_code, row.right);
        const show::Mark mark = show::mark(question, row.yours);
        CHECK(mark.right == show::is_right(question, row.yours));
        CHECK(mark.number == row.number);
        CHECK(mark.step.offset == row.offset);
        CHECK(mark.written == row.written);
        CHECK(mark.remark.empty() == row.remark.empty());
        CHECK(mark.remark.contains(row.remark));
        CHECK(mark.rule.empty() == row.rule.empty());
        CHECK(mark.rule.contains(row.rule));
    }
}

TEST_CASE("quiz: every question of every level can be marked - with any answer of another one") {
    for (unsigned level = 1; level <= show::quiz_levels; ++level) {
        for (std::uint64_t index = 0; index < 100; ++index) {
            const auto question = show::make_question(15, level, index);
            const auto other = show::make_question(16, level, index);
            CAPTURE(to_hex(question.bytes));
            CHECK(show::mark(question, question.answer).right);
            const show::Mark mark = show::mark(question, other.answer);
            CHECK(mark.right == (question.answer == other.answer));
            CHECK(mark.step.offset <= question.bytes.size());
            CHECK_FALSE(mark.step.text.empty());
            CHECK((mark.right || question.wants_code || mark.written == to_hex(other.bytes)));
        }
    }
}
