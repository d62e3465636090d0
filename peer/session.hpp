// Session: one peer, without a socket. Bytes and time come in; frames to write, and calls to the host, go out. The
// node, the replay of recordings, the tests and the fuzzers all use this one class.
//
//   connected ──start()──► listening for their Hello (up to hello_wait)
//                              │ theirs came: mirror its version       │ nothing came: say our best guess
//                              ▼                                       ▼
//                          say ours ───────────────────────────► wait for theirs ──handshake limit──► ended
//                              ▼                                       ▼
//                          ready  (dispatches everything; Ping when silent; gives up after idle)
//                              │ end(reason) or their Disconnect or EOF
//                              ▼
//                          closing (Disconnect said, up to 2 s for it to leave) ──► ended
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "peer/observer.hpp"
#include "peer/outbox.hpp"
#include "peer/pace.hpp"
#include "peer/scores.hpp"
#include "sync/budget.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/protocol.hpp"
#include "wire/quirks.hpp"

namespace ethpoc::peer {

/// The same for all sessions of a node, which share one object.
struct SessionOptions {
    wire::FrameOptions frames{};
    std::chrono::milliseconds hello_wait{1'000};         // dialled: for their Hello, before we say ours
    std::chrono::milliseconds hello_wait_inbound{7'000}; // accepted: Java was seen to say Hello after 6.4 s; only
                                                         // JavaScript waits for ours, without limit (spec CLIENTS 3a)
    std::chrono::milliseconds status_wait{2'500}; // for their Status where only it says the version; py-0.6.32: 1 s
    std::chrono::milliseconds status_pause{
        300}; // elsewhere: Go of January 2015 drops us when ours comes with our Hello
    std::chrono::milliseconds handshake{15'000};  // until both Hellos are there
    std::chrono::milliseconds frame{60'000};      // from the first byte of a frame to its last
    std::chrono::milliseconds ping{15'000};       // silence after which we say Ping; JS eth 49 leaves after 20 s
    std::chrono::milliseconds idle{90'000};       // silence after which we give up
    std::chrono::milliseconds send_stall{30'000}; // a peer that does not read
    std::chrono::milliseconds slow_peer{60'000};  // one whose queue is full, and does not get half empty
    std::chrono::milliseconds disconnect{2'000};  // grace for our Disconnect
    std::size_t send_queue = 2u << 20;            // bytes; relay traffic is shed above, reading stops above
    std::size_t answer_rate = 32u << 20; // bytes of answers a second to one peer, which is read later above; 0: any
    std::size_t deferred = 128u << 10;   // bytes of messages kept that came before Hello
    std::size_t free_memory = 64u << 10; // bytes that a session may hold however full its account is
    std::uint32_t addresses_per_message = 256;
    unsigned max_strikes = 5;   // malformed messages before we say Disconnect 02; one is forgiven every 10 s
    unsigned max_rejected = 64; // blocks and transactions that break the rules, before we say Disconnect 03
    std::optional<U256> network_id{0};
};

class Session;

/// What a session needs of the house around it. PeerManager is one; tests have their own.
class SessionHost {
  public:
    virtual ~SessionHost() = default;

    /// The version to say when the other side says nothing.
    struct Guess {
        const wire::Profile* profile = nullptr;
        bool at_once = false; // do not wait for the other side
        bool fixed = false;   // accept no other
    };
    /// Asked until the session has said its first words.
    virtual Guess guess(const Session& session) = 0;
    /// Our Hello went out first, with the guess: the other side said nothing for hello_wait.
    virtual void spoke_first(const Session& /*session*/) {}
    /// What we say of ourselves in this version.
    virtual wire::HelloOut our_hello(const Session& session, const wire::Profile& profile) = 0;
    /// A Disconnect reason when this peer is not wanted (known id, our own id, too many); nothing when it is.
    virtual std::optional<wire::Reason> refuse(const Session& session, const wire::Greeting& greeting) = 0;
    /// Hello both ways (p2p: Status too). From now on the chain may talk to it.
    virtual void ready(Session& session) = 0;
    /// p2p: what we say in Status, and whether theirs is of our chain.
    virtual wire::Status our_status(const Session& session) = 0;

    /// Addresses to tell this peer, which asked for them.
    virtual std::vector<wire::PeerEntry> known_peers(const Session& session) = 0;
    /// A few others for one that is told that we are full.
    virtual std::vector<wire::PeerEntry> alternatives(const Session& /*session*/) { return {}; }
    /// It did what costs points. The host may end it.
    virtual void offended(Session& /*session*/, Offence /*offence*/) {}
    /// The peer tells of this address.
    virtual void learn_peer(const Session& session, const wire::PeerEntry& entry) = 0;

    /// What is handed to it was read at `arrived`.
    virtual wire::ChainPort& chain(Time arrived) = 0;
    /// True: leave this session's bytes in its socket.
    virtual bool chain_full(const Session& session) const = 0;
    /// Those who are told what happens in the session.
    virtual const Observers& observers() const = 0;
};

/// Where a session is: see the drawing above.
enum class Phase : std::uint8_t { waiting, greeted, ready, closing, ended };

/// How a session ended: by whom, with which Disconnect reason, and why in words.
struct End {
    EndedBy by = EndedBy::error;
    std::optional<wire::Reason> reason{};
    std::string why{};
};

/// Speaks with one peer; see the head of this file. Owns what waits to be written and what came too early.
class Session final : public Driver, private wire::PeerPort {
  public:
    /// `host` and `options` outlive the session. `endpoint` is HOST:PORT, for events.
    Session(SessionHost& host, const SessionOptions& options, wire::ConnectionId id, Direction direction,
            std::string endpoint);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// What it holds counts there from now on; without an account nothing is counted. Before start().
    void set_account(std::shared_ptr<sync::Account> account) noexcept;
    const std::shared_ptr<sync::Account>& account() const noexcept { return account_; }

    // ---- Driver
    void start(Time now) override;
    void receive(BytesView bytes, Time now) override;
    void receive_eof(Time now) override;
    void receive_error(std::string why) override;
    void tick(Time now) override;
    /// False while whole frames wait inside, while the chain, this peer's own queue or its account is full, and while
    /// it was too fast.
    bool wants_bytes() const override;
    /// One whole frame, no faster than the client can read.
    const Bytes* writable(Time now) noexcept override;
    /// The same, with what it is.
    const Outbox::Entry* next_frame(Time now) noexcept;
    void wrote(Time now) override;
    void moved(Time now) noexcept override { offered_since_ = now; }
    Time deadline() const noexcept override;
    /// Bytes that wait for the socket.
    std::size_t queued_bytes() const noexcept { return outbox_.bytes(); }
    bool ended() const noexcept override { return phase_ == Phase::ended; }

    // ---- what the host does with it
    /// Queues a frame. Messages that would harm this client are left out silently; relay traffic may be shed.
    void send(wire::MessageType type, SharedFrame frame, bool relay = false);
    /// Says Disconnect and closes within the grace. `why` is for people.
    void end(wire::Reason reason, std::string why);

    wire::ConnectionId id() const noexcept { return id_; }
    Direction direction() const noexcept { return direction_; }
    const std::string& endpoint() const noexcept { return endpoint_; }
    PeerRef ref() const noexcept { return {id_, endpoint_, direction_}; }
    Phase phase() const noexcept { return phase_; }
    const wire::Profile* profile() const noexcept { return profile_; }
    const wire::IdOffsets& offsets() const noexcept { return offsets_; }
    const wire::Quirks& quirks() const noexcept { return quirks_; }
    wire::ClientKind client() const noexcept { return client_; }
    const std::string& client_id() const noexcept { return client_id_; }
    bool have_hello() const noexcept { return have_hello_; }
    /// Hello went both ways at some time; the chain knows the peer.
    bool was_ready() const noexcept { return was_ready_; }
    /// The version that their Hello said, even if it was refused; nullptr: none that we know.
    const wire::Profile* their_profile() const noexcept { return their_profile_; }
    /// The chain refused what it sent. True when that has happened too often.
    bool note_rejected() noexcept { return ++rejected_ > options_.max_rejected; }
    bool said_hello() const noexcept { return said_hello_; }
    /// Our Hello had gone out when theirs came.
    bool guessed() const noexcept { return guessed_; }
    /// The id of the first message that came before their Hello, but for Disconnect, Ping and Pong, which say nothing
    /// of a version.
    std::optional<std::uint64_t> heard_before_hello() const noexcept { return heard_before_hello_; }
    /// From start() to the last call.
    Time::duration lived() const noexcept { return now_ - started_; }
    /// Valid in ready() and after: capability bits (flat), total difficulty and hashes, listen port.
    struct Remote {
        std::uint64_t capabilities = 0;
        std::uint32_t listen_port = 0;
        U256 total_difficulty{};
        Hash256 best_hash{};
        Hash256 genesis_hash{};
        bool same_network = true; // p2p: its Status names our eth version and network
        bool said_status = false; // p2p
    };
    const Remote& remote() const noexcept { return remote_; }
    /// The head that our Hello or Status has named; zero when the version names none.
    const Hash256& said_head() const noexcept { return said_head_; }
    BytesView node_id() const noexcept { return node_id_; }
    /// What went over this connection since it began.
    struct Traffic {
        std::uint64_t messages_in = 0;
        std::uint64_t messages_out = 0; // queued; some may still wait
        std::uint64_t bytes_in = 0;
        std::uint64_t bytes_out = 0;          // written, as far as whole frames
        std::uint64_t shed = 0;               // relay messages that it did not get
        std::chrono::nanoseconds latency{-1}; // of the last Pong; negative: none yet
    };
    const Traffic& traffic() const noexcept { return traffic_; }
    const End& how_it_ended() const noexcept { return end_; }

  private:
    // limits (session_limits.cpp)
    bool paused(bool look_at_chain = true) const;
    bool starved() const noexcept;
    void pace_request(wire::MessageType type);
    void pace_answer(std::size_t bytes);
    void note_slowness(bool shed);
    void judge_slowness(Time now);
    void forgive_slowness();
    Time read_again_at() const noexcept;
    void settle() noexcept;
    std::optional<wire::MessageType> type_of_payload(BytesView head) const;
    std::size_t most_bytes(wire::MessageType type) const noexcept;
    bool refuse_size(BytesView payload, wire::MessageType type);
    static Error too_large(wire::MessageType type, std::size_t size, std::size_t most);
    void look_at_pending();
    void note_malformed(const Error& error, BytesView payload);
    void take_malformed(const Error& error, BytesView payload);
    void note_tolerated(const wire::Profile& profile, wire::MessageType type, BytesView payload);

    // frames in (session.cpp)
    void process(Time now);
    void take_all(Time now);
    wire::MessageType take_keep_alive(BytesView payload, bool watched, Time now);
    void take_frame(BytesView payload, Time now);
    void take_message(BytesView payload);
    Error frame_error() const;
    void note_garbage();
    void report_garbage();
    void defer(BytesView payload);
    const wire::Profile* early_profile(BytesView head) const;

    // Hello (handshake.cpp)
    void say_hello(const wire::Profile& profile, Time now);
    void take_greeting(BytesView payload, Time now);
    bool may_follow(const wire::Profile& theirs) const noexcept;
    /// Why it is refused: the word for it, and what differs, if something does.
    struct Objection {
        wire::Reason reason{};
        std::optional<Difference> difference{};
    };
    std::optional<Objection> judge(const wire::Greeting& greeting) const;
    void tell_difference(const wire::Greeting& greeting, Difference what) const;
    void tell_differs(Difference what, std::string_view ours, std::string_view theirs) const;
    void offer_alternatives();
    void turn_down(wire::Reason reason, wire::Family family);
    void adopt(const wire::Greeting& greeting);
    void say_status();
    bool waits_for_status() const noexcept;
    std::chrono::milliseconds status_patience() const noexcept;
    Result<wire::Greeting> read_greeting(BytesView payload, Bytes& scratch) const;
    void become_ready(Time now);
    void become_ready_without_eth(Time now);
    void handle_deferred();

    void finish(EndedBy by, std::optional<wire::Reason> reason, std::string why);
    void queue(wire::MessageType type, Bytes frame);
    Time ping_at() const noexcept;
    void ping_if_silent(Time now);
    void note_message(Way way, wire::MessageType type, BytesView payload);
    std::optional<std::pair<EndedBy, std::string>> overdue(Time now) const;

    // wire::PeerPort
    wire::ConnectionId connection() const noexcept override { return id_; }
    void receive_hello(const wire::Hello& hello) override;
    void receive_disconnect(const wire::Disconnect& disconnect) override;
    void receive_status(const wire::Status& status) override;
    void receive_pong() override;
    void receive_unknown(const wire::Unknown& unknown) override;
    void add_peers(const wire::Peers& peers) override;
    void send_pong() override;
    void send_peers() override;

    SessionHost& host_;
    const SessionOptions& options_;
    const wire::ConnectionId id_;
    const std::string endpoint_;
    wire::FrameDecoder decoder_;
    Outbox outbox_{};
    wire::Quirks quirks_{};
    std::string client_id_{};
    Bytes node_id_{};
    Remote remote_{};
    std::vector<Bytes> deferred_{}; // payloads that came before Hello
    std::size_t deferred_bytes_ = 0;
    End end_{};
    Traffic traffic_{};

    const wire::Profile* profile_ = nullptr;
    wire::IdOffsets offsets_{};
    Time now_{}; // of the call that is going on
    Time started_{};
    Time last_heard_{}; // a whole frame
    Time last_ping_{};
    bool ping_open_ = false;              // it was not answered yet
    Time greeted_since_{};                // p2p: both Hellos were there
    Time frame_since_{};                  // the unfinished frame began
    Time deaf_until_{};                   // when the chain or our own queue was last seen full: nobody was heard then
    std::optional<Time> slow_since_{};    // the first tick() that saw it slow
    std::optional<Time> offered_since_{}; // the socket has taken nothing of a frame that was there to write
    std::optional<Time> closing_since_{}; // the first tick() after end()
    Time read_after_{};                   // it has sent more than its rate
    Bucket strikes_{};                    // malformed messages
    Bucket answers_{};                    // bytes of answers
    Pace pace_{};
    std::shared_ptr<sync::Account> account_{};
    std::size_t charged_ = 0;  // bytes that the account knows of
    std::size_t reserved_ = 0; // bytes set aside for the unfinished frame
    unsigned rejected_ = 0;
    std::optional<std::uint64_t> heard_before_hello_{};
    const wire::Profile* their_profile_ = nullptr;
    Phase phase_ = Phase::waiting;
    const Direction direction_;
    wire::ClientKind client_ = wire::ClientKind::unknown;
    bool fixed_ = false;
    bool said_hello_ = false;
    bool guessed_ = false;
    bool have_hello_ = false;
    bool was_ready_ = false;
    bool said_status_ = false;
    Hash256 said_head_{}; // in our Hello or Status
    bool frame_open_ = false;
    bool slow_ = false;           // its queue was full, and has not been half empty since
    bool backlog_ = false;        // whole frames may wait in the decoder
    bool waits_for_room_ = false; // an unfinished frame for which there is no room yet
};

} // namespace ethpoc::peer
