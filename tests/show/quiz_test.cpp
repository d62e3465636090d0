#include "show/quiz.hpp"

#include <doctest/doctest.h>

#include "rlp/decode.hpp"
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
