#include "sync/proxy.hpp"

#include "wire/codec.hpp"
#include "wire/limits.hpp"

namespace ethpoc::sync {

namespace {

using Type = wire::MessageType;

// What an entry costs beside its payload; keeps a flood of tiny commands bounded too.
constexpr std::size_t command_cost = sizeof(Command) + 64;
constexpr std::size_t action_cost = sizeof(Action) + 64;

Bytes copy(BytesView view) {
    return {view.begin(), view.end()};
}

std::vector<Hash256> copy_hashes(const rlp::Items& items) {
    std::vector<Hash256> out;
    out.reserve(items.size());
    for (const rlp::Item& item : items) {
        // wire::decode has refused a message with a hash of more than 32 bytes, which closes C++ clients.
        if (const auto hash = wire::decode_hash(item)) { out.push_back(*hash); }
    }
    return out;
}

/// What an action keeps alive beside itself.
std::size_t bytes_of(const Action& action) {
    if (const auto* send = std::get_if<action::Send>(&action)) { return send->frame->size(); }
    if (const auto* stored = std::get_if<action::Stored>(&action)) { return stored->rlp.size(); }
    if (const auto* reorg = std::get_if<action::Reorg>(&action)) {
        return (reorg->left.size() + reorg->joined.size()) * sizeof(Hash256);
    }
    const auto* relay = std::get_if<action::Relay>(&action);
    return relay == nullptr ? 0 : relay->frame->size() + relay->to.size() * sizeof(ConnectionId);
}

} // namespace

std::vector<BytesView> split_items(const Bytes& items, std::size_t count) {
    std::vector<BytesView> out;
    out.reserve(count);
    for (const rlp::Item& item : rlp::Items(items, count)) {
        out.push_back(item.whole());
    }
    return out;
}

// A request costs what its answer may (a column of wire/messages.def): so a peer that asks and does not read is soon
// not read itself.
void ChainProxy::push(ConnectionId from, CommandBody body, wire::MessageType type, std::size_t bytes) {
    const std::size_t cost = bytes + command_cost + wire::limits_of(type).cost;
    lanes_.push(Command{from, std::move(body), cost, arriving_});
}

void ChainProxy::peer_up(ConnectionId peer, PeerTraits traits) {
    lanes_.push(Command{peer, command::PeerUp{traits}, command_cost, arriving_});
}

void ChainProxy::add_transactions(ConnectionId from, const wire::Transactions& transactions) {
    const BytesView payload = transactions.items.payload();
    push(from, command::Transactions{copy(payload), transactions.items.size()}, Type::Transactions, payload.size());
}

void ChainProxy::add_blocks(ConnectionId from, const wire::Blocks& blocks) {
    const BytesView payload = blocks.items.payload();
    push(from, command::Blocks{copy(payload), blocks.items.size()}, Type::Blocks, payload.size());
}

void ChainProxy::add_new_block(ConnectionId from, const wire::NewBlock& block) {
    const BytesView whole = block.block.whole();
    push(from, command::NewBlock{copy(whole), block.total_difficulty.value_or(U256{})}, Type::NewBlock, whole.size());
}

void ChainProxy::add_block_hashes(ConnectionId from, const wire::BlockHashes& hashes) {
    push(from, command::BlockHashes{copy_hashes(hashes.hashes)}, Type::BlockHashes,
         hashes.hashes.size() * Hash256::width);
}

void ChainProxy::not_in_chain(ConnectionId from, const wire::NotInChain& message) {
    push(from, command::NotInChain{message.hash}, Type::NotInChain, Hash256::width);
}

void ChainProxy::request_chain(ConnectionId from, const wire::GetChain& request) {
    push(from, command::GetChain{copy_hashes(request.hashes), request.count.saturated()}, Type::GetChain,
         request.hashes.size() * Hash256::width);
}

void ChainProxy::request_block_hashes(ConnectionId from, const wire::GetBlockHashes& request) {
    push(from, command::GetBlockHashes{request.hash, request.limit.saturated()}, Type::GetBlockHashes, Hash256::width);
}

void ChainProxy::request_blocks(ConnectionId from, const wire::GetBlocks& request) {
    push(from, command::GetBlocks{copy_hashes(request.hashes)}, Type::GetBlocks,
         request.hashes.size() * Hash256::width);
}

void ChainProxy::request_transactions(ConnectionId from) {
    push(from, command::GetTransactions{}, Type::GetTransactions, 0);
}

void NetworkProxy::put(Action action) {
    const std::size_t bytes = action_cost + bytes_of(action);
    if (queue_.push(std::move(action), bytes) && on_ready_) { on_ready_(); }
}

} // namespace ethpoc::sync
