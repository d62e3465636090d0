// The dispatcher: each message reaches one handler, and no other.
#include <doctest/doctest.h>

#include "wire/protocol.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

namespace {

struct Heard {
    std::string calls{};
};

class ListeningPeer final : public PeerPort {
  public:
    explicit ListeningPeer(Heard& heard) : heard_(heard) {}
    ConnectionId connection() const noexcept override { return 42; }
    void receive_hello(const Hello& hello) override { heard_.calls += "hello " + std::string(hello.client_id); }
    void receive_disconnect(const Disconnect& message) override {
        heard_.calls += "disconnect " + std::to_string(message.reason.value_or(99));
    }
    void receive_status(const Status& status) override { heard_.calls += "status " + std::to_string(status.version); }
    void receive_pong() override { heard_.calls += "pong"; }
    void receive_unknown(const Unknown& unknown) override { heard_.calls += "unknown " + std::to_string(unknown.id); }
    void add_peers(const Peers& /*peers*/) override { heard_.calls += "peers"; }
    void send_pong() override { heard_.calls += "send pong"; }
    void send_peers() override { heard_.calls += "send peers"; }

  private:
    Heard& heard_;
};

class ListeningChain final : public ChainPort {
  public:
    explicit ListeningChain(Heard& heard) : heard_(heard) {}
    void add_transactions(ConnectionId from, const Transactions&) override { say(from, "transactions"); }
    void add_blocks(ConnectionId from, const Blocks&) override { say(from, "blocks"); }
    void add_new_block(ConnectionId from, const NewBlock&) override { say(from, "new block"); }
    void add_block_hashes(ConnectionId from, const BlockHashes&) override { say(from, "hashes"); }
    void not_in_chain(ConnectionId from, const NotInChain&) override { say(from, "not in chain"); }
    void request_chain(ConnectionId from, const GetChain&) override { say(from, "want chain"); }
    void request_block_hashes(ConnectionId from, const GetBlockHashes&) override { say(from, "want hashes"); }
    void request_blocks(ConnectionId from, const GetBlocks&) override { say(from, "want blocks"); }
    void request_transactions(ConnectionId from) override { say(from, "want transactions"); }

  private:
    void say(ConnectionId from, const char* what) {
        heard_.calls += std::string(what) + " from " + std::to_string(from);
    }
    Heard& heard_;
};

std::string heard_of(const Message& message) {
    Heard heard;
    ListeningPeer peer{heard};
    ListeningChain chain{heard};
    WireProtocol::dispatch(peer, chain, message);
    return heard.calls;
}

} // namespace

TEST_CASE("protocol: each message reaches its handler") {
    Hello hello;
    hello.client_id = "abc";
    CHECK(heard_of(hello) == "hello abc");
    CHECK(heard_of(Disconnect{7}) == "disconnect 7");
    CHECK(heard_of(Disconnect{}) == "disconnect 99");
    CHECK(heard_of(Ping{}) == "send pong");
    CHECK(heard_of(Pong{}) == "pong");
    CHECK(heard_of(GetPeers{}) == "send peers");
    CHECK(heard_of(Peers{}) == "peers");
    CHECK(heard_of(Transactions{}) == "transactions from 42");
    CHECK(heard_of(Blocks{}) == "blocks from 42");
    CHECK(heard_of(GetChain{}) == "want chain from 42");
    CHECK(heard_of(NotInChain{}) == "not in chain from 42");
    CHECK(heard_of(GetTransactions{}) == "want transactions from 42");
    CHECK(heard_of(GetBlockHashes{}) == "want hashes from 42");
    CHECK(heard_of(BlockHashes{}) == "hashes from 42");
    CHECK(heard_of(GetBlocks{}) == "want blocks from 42");
    Status status;
    status.version = 49;
    CHECK(heard_of(status) == "status 49");
    CHECK(heard_of(NewBlock{}) == "new block from 42");
    CHECK(heard_of(ShhStatus{}).empty());
    CHECK(heard_of(ShhMessages{}).empty());
    CHECK(heard_of(Unknown{0xbb, {}}) == "unknown 187");
}
