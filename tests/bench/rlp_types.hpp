// The structs of the corpora, every field in its native type.
#pragma once

#include <string_view>
#include <vector>

#include "rlp/decode.hpp"

namespace ethpoc::bench {

using rlp::field;

struct Header {
    Hash256 parent, uncles;
    Address coinbase;
    Hash256 state, transactions;
    U256 difficulty;
    std::uint64_t number = 0;
    U256 min_gas_price;
    std::uint64_t gas_limit = 0, gas_used = 0, timestamp = 0;
    BytesView extra;
    Hash256 nonce;
};
inline constexpr auto header_fields =
    rlp::fields(field("parent", &Header::parent), field("uncles", &Header::uncles),
                field("coinbase", &Header::coinbase), field("state", &Header::state),
                field("transactions", &Header::transactions), field("difficulty", &Header::difficulty),
                field("number", &Header::number), field("min_gas_price", &Header::min_gas_price),
                field("gas_limit", &Header::gas_limit), field("gas_used", &Header::gas_used),
                field("timestamp", &Header::timestamp), field("extra", &Header::extra), field("nonce", &Header::nonce));

struct Transaction {
    std::uint64_t nonce = 0;
    U256 gas_price;
    std::uint64_t gas = 0;
    BytesView to;
    U256 value;
    BytesView data;
    std::uint8_t v = 0;
    U256 r, s;
};
inline constexpr auto transaction_fields = rlp::fields(
    field("nonce", &Transaction::nonce), field("gas_price", &Transaction::gas_price), field("gas", &Transaction::gas),
    field("to", &Transaction::to), field("value", &Transaction::value), field("data", &Transaction::data),
    field("v", &Transaction::v), field("r", &Transaction::r), field("s", &Transaction::s));

struct Block {
    Header header;
    std::vector<Transaction> transactions;
    std::vector<Header> uncles;
};
inline constexpr auto block_fields = rlp::fields(field("header", &Block::header, header_fields),
                                                 field("transactions", &Block::transactions, transaction_fields),
                                                 field("uncles", &Block::uncles, header_fields));

struct Hello {
    std::uint8_t id = 0;
    std::uint32_t version = 0, network = 0;
    std::string_view client;
    std::uint8_t capabilities = 0;
    std::uint16_t port = 0;
    NodeId node;
};
inline constexpr auto hello_fields =
    rlp::fields(field("id", &Hello::id), field("version", &Hello::version), field("network", &Hello::network),
                field("client", &Hello::client), field("capabilities", &Hello::capabilities),
                field("port", &Hello::port), field("node", &Hello::node));

/// Ping, Pong, GetPeers.
struct Plain {
    std::uint8_t id = 0;
};
inline constexpr auto plain_fields = rlp::fields(field("id", &Plain::id));

/// Transactions with one in it.
struct One {
    std::uint8_t id = 0;
    Transaction transaction;
};
inline constexpr auto one_fields =
    rlp::fields(field("id", &One::id), field("transaction", &One::transaction, transaction_fields));

} // namespace ethpoc::bench
