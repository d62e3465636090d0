// An error about a file, an address or a setting, for people: there are no bytes, so there is no place in them.
#pragma once

#include <string>

#include "rlp/error.hpp"

namespace ethpoc::cmd {

/// The detail, the code in brackets, and the next step; without an offset, that would tell nobody anything.
std::string plain_sentence(const Error& error);

/// The same where the error is about no bytes; else where in them it is, and what.
std::string sentence_of(const Error& error);

} // namespace ethpoc::cmd
