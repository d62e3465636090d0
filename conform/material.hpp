// Material: blocks and transactions that a tester sends, in the form of each version. conform/data says where they are
// from. Inside of this room only.
#pragma once

#include "conform/facts.hpp"

namespace ethpoc::conform {

/// Fills in transaction, bad_transaction, foreign_block and blocks by the profile and the client id of the facts.
void add_material(Facts& facts);

} // namespace ethpoc::conform
