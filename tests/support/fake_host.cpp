#include "tests/support/fake_host.hpp"

#include <algorithm>

namespace ethpoc::test {

namespace {

std::string numbered(std::string_view what, std::uint64_t number) {
    return std::string(what) + " " + std::to_string(number);
}

std::string numbered(std::string_view what, std::uint64_t first, std::uint64_t second) {
    return numbered(numbered(what, first), second);
}

} // namespace

void RecordedChain::add_transactions(wire::ConnectionId, const wire::Transactions& m) {
    calls.push_back(numbered("Transactions", m.items.size()));
}

void RecordedChain::add_blocks(wire::ConnectionId, const wire::Blocks& m) {
    calls.push_back(numbered("Blocks", m.items.size()));
}

void RecordedChain::add_new_block(wire::ConnectionId, const wire::NewBlock& m) {
    calls.push_back(numbered("NewBlock", m.block.whole().size()));
}

void RecordedChain::add_block_hashes(wire::ConnectionId, const wire::BlockHashes& m) {
    calls.push_back(numbered("BlockHashes", m.hashes.size()));
}

void RecordedChain::not_in_chain(wire::ConnectionId, const wire::NotInChain& m) {
    calls.push_back(numbered("NotInChain", m.hash.bytes[31]));
}

void RecordedChain::request_chain(wire::ConnectionId, const wire::GetChain& m) {
    calls.push_back(numbered("GetChain", m.hashes.size(), m.count.saturated()));
}

void RecordedChain::request_block_hashes(wire::ConnectionId, const wire::GetBlockHashes& m) {
    calls.push_back(numbered("GetBlockHashes", m.limit.saturated()));
}

void RecordedChain::request_blocks(wire::ConnectionId, const wire::GetBlocks& m) {
    calls.push_back(numbered("GetBlocks", m.hashes.size()));
}

void RecordedChain::request_transactions(wire::ConnectionId) {
    calls.emplace_back("GetTransactions");
}

// ---------------------------------------------------------------- events

std::size_t RecordedEvents::count(std::string_view beginning) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(events, [&](const std::string& event) { return event.starts_with(beginning); }));
}

void RecordedEvents::connected(const peer::PeerRef& peer) {
    events.push_back("connected " + std::string(peer.endpoint));
}

void RecordedEvents::connecting(std::string_view endpoint) {
    events.push_back("connecting " + std::string(endpoint));
}

void RecordedEvents::connect_failed(std::string_view endpoint, std::string_view why) {
    events.push_back("connect_failed " + std::string(endpoint) + " " + std::string(why));
}

void RecordedEvents::hello(const peer::PeerRef&, const peer::HelloInfo& info) {
    events.push_back("hello " + std::string(info.profile.name));
}

void RecordedEvents::message(const peer::PeerRef&, const peer::MessageInfo& message) {
    const std::string way = message.way == peer::Way::in ? "in " : "out ";
    events.push_back(way + std::string(wire::name_of(message.type)));
}

void RecordedEvents::disconnected(const peer::PeerRef&, const peer::EndInfo& end) {
    events.push_back("disconnected " + std::string(end.reason));
}

void RecordedEvents::malformed(const peer::PeerRef&, const Error& error, BytesView) {
    events.push_back(numbered("malformed " + std::string(error.code->word), error.offset, error.length) + " " +
                     error.path);
}

void RecordedEvents::tolerated(const peer::PeerRef&, const Error& error) {
    events.push_back("tolerated " + std::string(error.code->word) + " " + error.path);
}

void RecordedEvents::retry(const peer::PeerRef&, std::string_view protocol, std::string_view) {
    events.push_back("retry " + std::string(protocol));
}

void RecordedEvents::imported(const peer::PeerRef&, std::size_t blocks, const peer::HeadRef& head) {
    events.push_back(numbered("imported", blocks, head.number));
}

void RecordedEvents::reorganised(const peer::HeadRef&, const peer::HeadRef&, std::uint64_t depth) {
    events.push_back(numbered("reorganised", depth));
}

void RecordedEvents::synced(const peer::PeerRef&, const peer::HeadRef& head) {
    events.push_back(numbered("synced", head.number));
}

void RecordedEvents::transaction(const peer::PeerRef&, const Hash256&, const std::optional<Address>&) {
    events.emplace_back("transaction");
}

void RecordedEvents::shed(const peer::PeerRef&, wire::MessageType type) {
    events.push_back("shed " + std::string(wire::name_of(type)));
}

void RecordedEvents::failed(const Error& error) {
    events.push_back("failed " + std::string(error.code->word));
}

// ---------------------------------------------------------------- the host

FakeHost::FakeHost() {
    hello.client_id = "ethpoc/test";
    hello.listen_port = 30303;
    hello.node_id.bytes.fill(0x11);
}

wire::Status FakeHost::our_status(const peer::Session& session) {
    wire::Status status;
    status.version = session.profile()->eth_version;
    return status;
}

void FakeHost::learn_peer(const peer::Session&, const wire::PeerEntry& entry) {
    learned_ports.push_back(entry.port);
}

} // namespace ethpoc::test
