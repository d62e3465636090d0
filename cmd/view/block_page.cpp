#include "cmd/view/block_page.hpp"

#include "chain/u256.hpp"
#include "cmd/view/amount.hpp"
#include "cmd/view/chain_json.hpp"

namespace ethpoc::cmd {

namespace {

constexpr std::size_t label_width = 12;
constexpr std::size_t value_width = 66; // a hash with its 0x; both together leave two of 80 columns

/// Bytes that somebody chose to say something.
std::string said_text(BytesView bytes) {
    constexpr std::size_t most = 256;
    if (bytes.empty()) { return "none"; }
    return '"' + printable(as_text(bytes), most) + "\", " + plural(bytes.size(), "byte");
}

std::string time_text(std::uint64_t time, std::uint64_t now) {
    const std::string date = utc_time(time);
    if (time == 0) { return "none"; } // of a genesis
    return date.empty() ? plural(time, "second") + " after 1970, no date" : date + ", " + age_text(time, now);
}

std::string record_rows(const ShownBlock& shown, std::uint64_t now) {
    const chain::BlockRecord& record = shown.record;
    return "block " + std::to_string(record.number) +
           (shown.canonical ? ", in the chain of the head\n" : ", on a side chain\n") +
           page_row("hash", hex_text(record.hash)) + page_row("parent", hex_text(record.parent)) +
           page_row("time", time_text(record.timestamp, now)) +
           page_row("difficulty", chain::to_decimal(record.difficulty)) +
           page_row("in total", chain::to_decimal(record.total_difficulty)) +
           page_row("size", plural(shown.bytes, "byte"));
}

std::string header_rows(const chain::Rules& rules, const chain::Header& header) {
    std::string out = page_row("coinbase", hex_text(header.coinbase));
    if (rules.header != chain::HeaderLayout::h9) {
        out += page_row("gas", std::to_string(header.gas_used) + " used of " + std::to_string(header.gas_limit));
    }
    return out + page_row("extra data", said_text(header.extra_data)) +
           page_row("state root", hex_text(header.state_root)) + page_row("nonce", hex_text(header.nonce));
}

/// What the sender pays for being heard.
std::string price_text(const chain::Rules& rules, const TransactionFacts& transaction) {
    const chain::Transaction& fields = transaction.fields;
    switch (*transaction.layout) {
    case chain::TransactionLayout::t8:
        return ether_text(fields.gas_price) + " ether";
    case chain::TransactionLayout::t7:
        return rules.flat_fee == 0 ? std::string() : ether_text(U256(rules.flat_fee)) + " ether";
    default:
        return chain::to_decimal(fields.gas_price) + " wei for a unit of gas, of which at most " +
               chain::to_decimal(fields.gas);
    }
}

std::string uncle_rows(const chain::Rules& rules, std::size_t index, const UncleFacts& uncle) {
    std::string out = "\nuncle " + std::to_string(index) + '\n' + page_row("hash", hex_text(uncle.hash));
    if (!uncle.header) { return out + page_row("", "it is no header of these rules"); }
    out += page_row("number", std::to_string(uncle.number)) + page_row("coinbase", hex_text(uncle.header->coinbase));
    if (rules.uncle_reward == 0) { return out; }
    return out + page_row("reward", ether_text(U256(rules.uncle_reward)) + " ether for its miner");
}

} // namespace

std::string page_row(std::string label, std::string_view value) {
    label.resize(label_width, ' ');
    std::string out;
    do {
        std::size_t size = std::min(value.size(), value_width);
        // No character is cut in two.
        while (size < value.size() && (static_cast<unsigned char>(value[size]) & 0xc0U) == 0x80U) {
            --size;
        }
        out += (out.empty() ? label : std::string(label_width, ' ')).append(value.substr(0, size)) + '\n';
        value.remove_prefix(size);
    } while (!value.empty());
    return out;
}

std::string transaction_rows(const chain::Rules& rules, const TransactionFacts& transaction) {
    std::string out = page_row("hash", hex_text(transaction.hash));
    if (!transaction.layout) { return out + page_row("", "it is none of these rules"); }
    const chain::Transaction& fields = transaction.fields;
    const auto sender = transaction.sender();
    const std::string price = price_text(rules, transaction);
    out += page_row("from", sender ? hex_text(*sender) : "unknown: the signature is none") +
           page_row("to", chain::creates_contract(fields) ? "creates a contract" : hex_text(fields.to)) +
           page_row("value", ether_text(fields.value) + " ether");
    if (!price.empty()) { out += page_row("fee", price); }
    out += page_row("nonce", std::to_string(fields.nonce));
    if (!fields.init.empty()) { out += page_row("code to run", plural(fields.init.size(), "byte")); }
    return out + page_row("data", fields.data.empty() ? "none" : plural(fields.data.size(), "byte"));
}

std::string block_page(const ShownBlock& shown, std::uint64_t now) {
    std::string out = record_rows(shown, now);
    if (!shown.facts) { return out; }
    out += header_rows(shown.rules, shown.facts->block.header) +
           page_row("holds", plural(shown.facts->block.transactions.size(), "transaction") + ", " +
                                 plural(shown.facts->block.uncles.size(), "uncle"));
    for (std::size_t i = 0; i < shown.facts->transactions.size(); ++i) {
        out +=
            "\ntransaction " + std::to_string(i) + '\n' + transaction_rows(shown.rules, shown.facts->transactions[i]);
    }
    for (std::size_t i = 0; i < shown.facts->uncles.size(); ++i) {
        out += uncle_rows(shown.rules, i, shown.facts->uncles[i]);
    }
    return out;
}

} // namespace ethpoc::cmd
