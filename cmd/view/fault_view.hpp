// An error with the bytes that are to blame, marked by carets:
//
//   error[rlp.item_overruns_parent]: item claims 5 bytes, its parent has 2 left
//     --> 0x0008, path payload
//      0000 |  22 40 08 91 00 00 00 03 c5 02 80
//           |                          ^^
//      = rule: An item must end inside the list that contains it.
//      = hint: c2 would be right for the 2 bytes that follow
#pragma once

#include <string>

#include "cmd/view/byte_options.hpp"
#include "rlp/error.hpp"

namespace ethpoc::cmd {

void show_fault(Output& out, BytesView bytes, const Error& error, const std::string& hint, const ViewOptions& view);

/// error.message() with a path that fits on a line.
std::string short_message(const Error& error);

/// "   = note: ...", wrapped.
void show_remark(Output& out, std::string_view kind, const std::string& text, const ViewOptions& view);

} // namespace ethpoc::cmd
