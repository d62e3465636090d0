// The last line of a command: what people do next. The sentences are in next_steps.def.
#pragma once

#include <cstdio>
#include <string_view>

#include "cmd/context.hpp"

namespace ethpoc::cmd {

/// Writes "next: ...": context.next, or else the row of `path` ("chain show") and `code`, if there is one. After what
/// programs may read too (the rows of `data`) to stderr, and only when `out`, the stdout, is a terminal.
void tell_next_step(Context& context, std::string_view path, ExitCode code, std::FILE* out);

} // namespace ethpoc::cmd
