// What `ethpoc version` and `ethpoc --version` print.
#pragma once

#include "cmd/view/output.hpp"

namespace ethpoc::cmd {

void print_version(Output& out);

} // namespace ethpoc::cmd
