// Nodes, errors and fields as web/page/FORMAT.md has them.
#pragma once

#include "cmd/view/json_writer.hpp"
#include "rlp/tree.hpp"
#include "show/field.hpp"

namespace ethpoc::cmd {

/// One node with all that is inside it. `names` is not null for the payload of a frame, whose paths then begin with
/// "payload"; `show_names` false leaves the names out. `base` is added to every offset.
void write_node(JsonWriter& json, const rlp::Tree& tree, std::size_t node, const show::NodeNames* names,
                bool show_names = true, std::uint64_t base = 0);

/// The object of an error.
void write_error(JsonWriter& json, const Error& error, const std::string& hint);

/// {"name": value, ...}
void write_fields(JsonWriter& json, const std::vector<show::ShownField>& fields);

} // namespace ethpoc::cmd
