#include "cmd/view/chain_json.hpp"

#include <array>
#include <ctime>

#include "chain/u256.hpp"

namespace ethpoc::cmd {

using nlohmann::ordered_json;

namespace {

ordered_json uncle_json(const chain::Rules& rules, const UncleFacts& uncle) {
    ordered_json out{{"hash", hex_text(uncle.hash)}};
    if (!uncle.header) { return out; }
    out["number"] = uncle.number;
    out["coinbase"] = hex_text(uncle.header->coinbase);
    if (rules.uncle_reward != 0) { out["reward"] = std::to_string(rules.uncle_reward); }
    return out;
}

ordered_json header_json(const chain::Rules& rules, const chain::Header& header) {
    ordered_json out{{"uncles_hash", hex_text(header.uncles_hash)},
                     {"coinbase", hex_text(header.coinbase)},
                     {"state_root", hex_text(header.state_root)},
                     {"transactions_root", hex_text(header.transactions_root)}};
    const bool has_gas = rules.header != chain::HeaderLayout::h9;
    if (has_gas && rules.header != chain::HeaderLayout::h13) {
        out["receipts_root"] = hex_text(header.receipts_root);
        out["log_bloom"] = hex_text(header.log_bloom);
    }
    if (has_gas) {
        out["min_gas_price"] = chain::to_decimal(header.min_gas_price);
        out["gas_limit"] = header.gas_limit;
        out["gas_used"] = header.gas_used;
    }
    out["extra_data"] = hex_text(header.extra_data);
    out["nonce"] = hex_text(header.nonce);
    return out;
}

} // namespace

std::string utc_time(std::uint64_t unix_seconds) {
    constexpr std::uint64_t year_10000 = 253'402'300'800;
    if (unix_seconds >= year_10000) { return {}; }
    const auto time = static_cast<std::time_t>(unix_seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

ordered_json error_json(const Error& error) {
    ordered_json out{{"code", error.code->word},
                     {"offset", error.offset},
                     {"length", error.length},
                     {"path", printable(error.path)},
                     {"rule", error.code->rule}};
    if (!error.code->hint.empty()) { out["hint"] = error.code->hint; }
    if (!error.detail.empty()) { out["detail"] = printable(error.detail, 512); }
    return out;
}

ordered_json record_json(const chain::BlockRecord& record) {
    return {{"number", record.number},
            {"hash", hex_text(record.hash)},
            {"parent_hash", hex_text(record.parent)},
            {"timestamp", record.timestamp},
            {"difficulty", chain::to_decimal(record.difficulty)},
            {"total_difficulty", chain::to_decimal(record.total_difficulty)}};
}

ordered_json transaction_json(const TransactionFacts& transaction) {
    ordered_json out{{"hash", hex_text(transaction.hash)}};
    if (transaction.layout) {
        const chain::Transaction& fields = transaction.fields;
        const auto sender = transaction.sender();
        out["sender"] = sender ? ordered_json(hex_text(*sender)) : ordered_json(nullptr);
        out["nonce"] = fields.nonce;
        out["to"] = fields.to.empty() ? ordered_json(nullptr) : ordered_json(hex_text(fields.to));
        out["value"] = chain::to_decimal(fields.value);
        out["gas_price"] = chain::to_decimal(fields.gas_price);
        out["gas"] = chain::to_decimal(fields.gas);
        out["data"] = hex_text(fields.data);
    }
    out["rlp"] = hex_text(transaction.bytes);
    return out;
}

ordered_json block_json(const chain::Rules& rules, const chain::BlockRecord& record, BytesView rlp,
                        const std::optional<BlockFacts>& facts) {
    ordered_json out = record_json(record);
    out["size"] = rlp.size();
    if (!facts) { return out; }
    out.update(header_json(rules, facts->block.header));
    out["transactions"] = ordered_json::array();
    for (const TransactionFacts& one : facts->transactions) {
        ordered_json transaction = transaction_json(one);
        if (rules.entry == chain::EntryForm::with_state) {
            transaction["state_root"] = hex_text(one.entry.state_root);
            transaction["gas_used"] = one.entry.gas_used;
        }
        out["transactions"].push_back(std::move(transaction));
    }
    out["uncles"] = ordered_json::array();
    out["uncle_headers"] = ordered_json::array();
    for (const UncleFacts& uncle : facts->uncles) {
        out["uncles"].push_back(hex_text(uncle.hash));
        out["uncle_headers"].push_back(uncle_json(rules, uncle));
    }
    out["rlp"] = hex_text(rlp);
    return out;
}

nlohmann::ordered_json state_json(const std::optional<chain::StateStatus>& state) {
    if (!state) { return {{"check", "off"}}; }
    nlohmann::ordered_json out{{"check", "on"}, {"checked_to", state->checked_to}};
    if (state->gap) {
        out["unknown_from"] = state->gap->from;
        out["because"] = state->gap->because;
    }
    return out;
}

std::string state_text(const std::optional<chain::StateStatus>& state) {
    return "state: " + (state ? state->text() : "not checked, --state is off") + '\n';
}

} // namespace ethpoc::cmd
