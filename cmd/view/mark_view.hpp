// A marked answer of the quiz: the bytes, both answers, and the step of the reader that decides.
//
//   2: wrong
//      bytes    c2c080
//      yours    [[""]]
//      spells   c2c180
//      answer   [[] ""]
//      why      step 2 at 0001: 0xc0 is in c0..f7: short list, length 0xc0 - 0xc0 = 0; nothing follows
#pragma once

#include <string>

#include "cmd/view/json_writer.hpp"
#include "show/quiz.hpp"

namespace ethpoc::cmd {

/// `front` stands before the verdict: "2: ".
void show_mark(Output& out, const std::string& front, const show::Question& question, const std::string& answer,
               const show::Mark& mark);

/// Members of an object that the caller has opened.
void write_question(JsonWriter& json, const show::Question& question);
void write_mark(JsonWriter& json, const show::Question& question, const std::string& answer, const show::Mark& mark);

} // namespace ethpoc::cmd
