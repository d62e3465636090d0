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

void RecordedEvents::on(const peer::event::Connected& event) {
    events.push_back("connected " + std::string(event.peer.endpoint));
}

void RecordedEvents::on(const peer::event::Connecting& event) {
    events.push_back("connecting " + std::string(event.endpoint));
}

void RecordedEvents::on(const peer::event::ConnectFailed& event) {
    events.push_back("connect_failed " + std::string(event.endpoint) + " " + std::string(event.why));
}

void RecordedEvents::on(const peer::event::Hello& event) {
    events.push_back("hello " + std::string(event.profile->name));
}

void RecordedEvents::on(const peer::event::Message& event) {
    const std::string way = event.way == peer::Way::in ? "in " : "out ";
    events.push_back(way + std::string(wire::name_of(event.type)));
}

void RecordedEvents::on(const peer::event::Disconnected& event) {
    events.push_back("disconnected " + std::string(event.reason));
}

void RecordedEvents::on(const peer::event::Malformed& event) {
    const Error& error = *event.error;
    events.push_back(numbered("malformed " + std::string(error.code->word), error.offset, error.length) + " " +
                     error.path);
}

void RecordedEvents::on(const peer::event::Tolerated& event) {
    events.push_back("tolerated " + std::string(event.error->code->word) + " " + event.error->path);
}

void RecordedEvents::on(const peer::event::Retry& event) {
    events.push_back("retry " + std::string(event.protocol));
}

void RecordedEvents::on(const peer::event::Block& event) {
    events.push_back(numbered("block", event.record->number, event.rlp.size()));
}

void RecordedEvents::on(const peer::event::Latency& event) {
    events.push_back(numbered("latency", static_cast<std::uint64_t>(event.round_trip / std::chrono::milliseconds(1))));
}

void RecordedEvents::on(const peer::event::Imported& event) {
    events.push_back(numbered("imported", event.blocks, event.head.number));
}

void RecordedEvents::on(const peer::event::Reorganised& event) {
    events.push_back(numbered("reorganised", event.left.size()));
}

void RecordedEvents::on(const peer::event::Synced& event) {
    events.push_back(numbered("synced", event.head.number));
}

void RecordedEvents::on(const peer::event::Transaction&) {
    events.emplace_back("transaction");
}

void RecordedEvents::on(const peer::event::Shed& event) {
    events.push_back("shed " + std::string(wire::name_of(event.type)));
}

void RecordedEvents::on(const peer::event::Delayed& event) {
    events.push_back("delayed " + std::string(wire::name_of(event.type)));
}

void RecordedEvents::on(const peer::event::StoreFailed& event) {
    events.push_back("failed " + std::string(event.error->code->word));
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
