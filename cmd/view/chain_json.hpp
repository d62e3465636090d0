// Blocks and errors as JSON, for the `chain` subcommands.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "chain/blockchain.hpp"
#include "cmd/view/block_facts.hpp"

namespace ethpoc::cmd {

inline std::string hex_text(BytesView bytes) {
    return "0x" + to_hex(bytes);
}

/// "2014-02-01T12:00:00Z"; empty for times that no calendar reaches.
std::string utc_time(std::uint64_t unix_seconds);

/// {"code","offset","length","path","rule","hint"?,"detail"?}
nlohmann::ordered_json error_json(const Error& error);

/// The short form: {"number","hash","parent_hash","timestamp","difficulty","total_difficulty"}.
nlohmann::ordered_json record_json(const chain::BlockRecord& record);

/// {"hash","sender","nonce","to","value","gas_price","gas","data","rlp"}; hash and rlp alone when it has no known
/// layout.
nlohmann::ordered_json transaction_json(const TransactionFacts& transaction);

/// Everything in the block; `facts` of `rlp`. Without them only what is in the record.
nlohmann::ordered_json block_json(const chain::Rules& rules, const chain::BlockRecord& record, BytesView rlp,
                                  const std::optional<BlockFacts>& facts);

/// How far the state is checked: {"check":"off"}, or {"check":"on","checked_to","unknown_from"?,"because"?}.
nlohmann::ordered_json state_json(const std::optional<chain::StateStatus>& state);
/// The same for people: "state: checked to #12" and a new line.
std::string state_text(const std::optional<chain::StateStatus>& state);

} // namespace ethpoc::cmd
