// Questions for learners: bytes whose meaning is to be found. The same seed gives the same questions everywhere, so
// that a class can be graded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"
#include "show/explain.hpp"

namespace ethpoc::show {

inline constexpr unsigned quiz_levels = 4;

/// One question and the answer that counts as right.
struct Question {
    Bytes bytes{};
    bool wants_code = false; // the answer is the code of the error, or "good"; else the bytes in the text form
    std::string answer{};
};

/// Question number `index` of a quiz. Levels: 1 one string, 2 a list, 3 nested lists and long strings, 4 damaged bytes.
Question make_question(std::uint64_t seed, unsigned level, std::uint64_t index);

/// Whether `answer` is right: any spelling of the text form that gives the same bytes counts, and "rlp." may be left
/// out of a code.
bool is_right(const Question& question, std::string_view answer);

/// What a teacher writes beside an answer: right or wrong, and the step of the reader that decides it.
struct Mark {
    bool right = false;
    std::string remark{};   // what is the matter with the answer itself; may be empty
    std::string written{};  // of a wrong answer that can be read: the bytes that it spells, as hex
    std::size_t number = 0; // of the step, from 1, as explain_reading() counts
    Step step{};            // where the answer leaves what the bytes say; of a right one what decides it
    std::string rule{};     // questions about damage: the rule that the bytes break; empty for good ones
    std::string hint{};     // and what would be right; may be empty
};

/// Marks one answer; one that is empty is wrong.
Mark mark(const Question& question, std::string_view answer);

} // namespace ethpoc::show
