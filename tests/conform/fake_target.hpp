// FakeTarget: one connection of a correct peer of any version, written by wire/PROTOCOL.md alone and independently of
// peer::Session. The tester is tested against it. What it can be told to do wrong is in fake_bugs.def.
//
//   stream       frames, Ping, Disconnect, time            fake_target.cpp
//   Hello        and Status, ours and theirs               fake_target_hello.cpp
//   messages     peers, transactions, chain                fake_target_messages.cpp, fake_target_chain.cpp
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conform/fake_house.hpp"
#include "wire/codec.hpp"

namespace ethpoc::test {

class FakeTarget final : public peer::Driver {
  public:
    FakeTarget(FakeHouse& house, wire::ConnectionId id, peer::Direction direction, std::string endpoint);

    wire::ConnectionId id() const noexcept { return id_; }
    BytesView node_id() const noexcept { return node_id_; }
    bool greeted() const noexcept { return greeted_; }
    std::size_t unsent() const noexcept { return unsent_; }
    /// Of a megabyte or more.
    bool has_large_half_frame() const;
    bool leaves() const noexcept { return leaves_; }
    bool has_eth() const noexcept { return offsets_.eth != 0; }
    bool is_dialer() const noexcept { return dialer_; }
    const std::string& endpoint() const noexcept { return endpoint_; }
    std::uint32_t listen_port() const noexcept { return listen_port_; }
    const wire::IdOffsets& offsets() const noexcept { return offsets_; }
    /// Nothing is sent when the frame is empty.
    void say(Bytes frame, std::chrono::milliseconds delay = {});
    /// Breaks it off.
    void drop() noexcept { dropped_ = broken_ = true; }
    void say_good_bye(std::optional<wire::Reason> reason);

    // ---- peer::Driver
    void start(Time now) override;
    void receive(BytesView bytes, Time now) override;
    void receive_eof(Time now) override;
    void receive_error(std::string why) override;
    void tick(Time now) override;
    bool wants_bytes() const override;
    const Bytes* writable(Time now) override;
    void wrote(Time now) override;
    void moved(Time /*now*/) override {}
    Time deadline() const override;
    bool ended() const override;
    bool resets() const override { return dropped_ && broken_; }

  private:
    struct Outgoing {
        Time at{};
        Bytes frame{};
    };
    enum class Found : std::uint8_t { nothing, frame, garbage };
    struct Cut {
        Found what{};
        std::size_t size = 0; // of all of it
        BytesView payload{};
    };

    bool is(Bug bug) const noexcept { return bug_ == bug; }
    const wire::Profile& profile() const noexcept { return house_.profile(); }
    const FakeChain& chain() const noexcept { return house_.chain(); }
    bool listens() const noexcept;

    // ---- stream
    Cut cut_frame(BytesView rest) const;
    std::optional<std::size_t> odd_length(BytesView rest, std::uint32_t length, Cut& out) const;
    void take(BytesView payload);
    bool dies_of_form(BytesView payload);
    void garbage();
    void malformed(bool hello);
    void handle(const wire::Message& message, BytesView payload);
    void on_early(const wire::Message& message);
    void on_disconnect(BytesView payload, const wire::Disconnect& message);
    void on_unreadable(wire::MessageType type, BytesView payload, bool hello);
    void say_pong();
    void deafen() noexcept { deaf_ = true; }
    void close_now() noexcept { leaves_ = true; }
    /// More items in the message than its version has.
    bool has_more_items(wire::MessageType type, BytesView payload) const;

    // ---- Hello and Status
    Bytes our_hello() const;
    Bytes our_status() const;
    void say_hello();
    void on_hello(BytesView payload);
    bool refuses_form(BytesView payload);
    bool takes_anyway(BytesView payload);
    bool takes_form(const wire::Greeting& greeting, BytesView payload);
    bool takes_peer(const wire::Greeting& greeting);
    bool takes_id(BytesView id);
    void set_offsets(const wire::Greeting& greeting);
    void welcome(const wire::Greeting& greeting);
    void ask_chain(std::uint64_t capabilities);
    void ask_head(const U256& total_difficulty, const Hash256& head);
    bool capabilities_fit(const std::vector<Bytes>& items) const;
    bool has_wide_version(const std::vector<Bytes>& items) const;
    void order_of_names(const wire::Greeting& greeting);

    // ---- what comes behind Hello
    void on(const wire::Ping& message, BytesView payload);
    void on(const wire::Pong& message, BytesView payload);
    void on(const wire::Unknown& message, BytesView payload);
    void on(const wire::Status& status, BytesView payload);
    void on(const wire::GetPeers& message, BytesView payload);
    void on(const wire::Peers& message, BytesView payload);
    void on(const wire::GetTransactions& message, BytesView payload);
    void on(const wire::Transactions& message, BytesView payload);
    void on(const wire::Blocks& message, BytesView payload);
    void on(const wire::NewBlock& message, BytesView payload);
    void on(const wire::GetChain& message, BytesView payload);
    void on(const wire::NotInChain& message, BytesView payload);
    void on(const wire::GetBlockHashes& message, BytesView payload);
    void on(const wire::BlockHashes& message, BytesView payload);
    void on(const wire::GetBlocks& message, BytesView payload);
    void on_peer_entry(const rlp::Item& item);
    static bool entry_has_zero_byte(const rlp::Item& address);
    void on_transaction(const rlp::Item& item);
    std::optional<Hash256> on_block(const rlp::Item& item);
    void pass_on(wire::MessageType type, BytesView item, bool to_sender);
    void ask_about(const Hash256& hash);
    void say_blocks(const std::vector<std::size_t>& heights);
    void say_not_in_chain(const std::vector<Hash256>& hashes, const rlp::Items& items);
    bool has_odd_hash(BytesView payload) const;

    FakeHouse& house_;
    Bug bug_;
    wire::ConnectionId id_;
    bool dialer_;
    std::string endpoint_;
    Time now_{};
    Bytes in_{};
    std::deque<Outgoing> out_{};
    std::size_t unsent_ = 0;
    std::optional<Bytes> held_{}; // of answers_out_of_order
    Bytes node_id_{};
    std::uint32_t listen_port_ = 0;
    wire::IdOffsets offsets_{};
    Time since_{};                   // connected
    Time frame_since_ = Time::max(); // the frame that is not whole
    Time pinged_ = Time::max();
    Time ping_unanswered_ = Time::max();
    Time heard_ = Time::max(); // something else than Ping
    Time greeted_at_ = Time::max();
    Time gone_at_ = Time::max(); // said Disconnect
    std::size_t questions_ = 0;
    std::size_t pings_in_read_ = 0;
    bool said_hello_ = false;
    bool awaits_blocks_ = false; // GetChain was said, and not answered yet
    bool greeted_ = false;
    bool said_status_ = false;
    bool heard_status_ = false;
    bool gave_peers_ = false;
    bool asked_blocks_in_read_ = false;
    bool deaf_ = false;
    bool leaves_ = false; // once all has left
    bool dropped_ = false;
    bool broken_ = false; // by the end of the process
};

} // namespace ethpoc::test
