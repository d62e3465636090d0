// EventPrinter: what happens in a node, on stdout: one JSON object a line (the contract of --json), or a line for
// people.
//
// What a peer can cause for nothing (coming, going, malformed input, transactions) is told within an allowance for each
// peer and each address; what was left out is counted in dropped_events, at most once a minute. imported, reorg,
// synced, listening, stopped, and the messages that --trace asks for are always told.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "cmd/view/allowance.hpp"
#include "cmd/view/output.hpp"
#include "cmd/view/talk_line.hpp"
#include "peer/observer.hpp"

namespace ethpoc::cmd {

class EventPrinter final : public peer::ObserverOf<EventPrinter> {
  public:
    /// `trace`: every message too.
    /// `warnings`: lines a minute about malformed input of one peer; the rest is only counted.
    EventPrinter(Output& out, bool trace, unsigned warnings = 20);

    /// Block and Latency only with --trace.
    peer::EventMask wants() const override;
    void on(const peer::event::Listening& event);
    void on(const peer::event::Connecting& event);
    void on(const peer::event::ConnectFailed& event);
    void on(const peer::event::Connected& event);
    void on(const peer::event::Hello& event);
    void on(const peer::event::Message& event);
    void on(const peer::event::Disconnected& event);
    void on(const peer::event::Malformed& event);
    void on(const peer::event::Tolerated& event);
    void on(const peer::event::Differs& event);
    void on(const peer::event::Banned& event);
    void on(const peer::event::Retry& event);
    void on(const peer::event::Block& event);
    void on(const peer::event::Latency& event);
    void on(const peer::event::Imported& event);
    void on(const peer::event::Reorganised& event);
    void on(const peer::event::Synced& event);
    void on(const peer::event::Transaction& event);
    void on(const peer::event::Mined& event);
    void on(const peer::event::MinerIdle& event);
    void on(const peer::event::StateUnknown& event);
    void on(const peer::event::StoreFailed& event);
    void on(const peer::event::PeerFileFailed& event);
    void on(const peer::event::Seeds& event);

    /// The last line: what it was all about. One node may hold several chains; the head is that of the chain that
    /// events were last about, `otherwise` when there was none.
    /// `extra`: what a command has to add to the JSON line.
    void stopped(const peer::HeadRef& otherwise, const nlohmann::ordered_json* extra = nullptr);

    /// Tells what was left out, when it is time and nothing else happens. From the network thread.
    void tick();

  private:
    void complain_of(const peer::PeerRef& peer, const Error& error, bool tolerated);
    /// Both return the bytes of the line.
    std::size_t line(std::string_view event, nlohmann::ordered_json fields, TalkLine text);
    std::size_t write(std::string_view event, nlohmann::ordered_json fields, TalkLine text);
    void tell_left_out(std::uint64_t count);

    /// False when there is no room for such a line: it is counted then.
    bool may_warn(const peer::PeerRef& peer);
    bool may_go(std::string_view endpoint);
    bool may_talk(std::string_view endpoint);
    bool leave_out();
    /// A line of so many bytes was said.
    void gone(std::string_view endpoint, std::size_t bytes);
    void talked(std::string_view endpoint, std::size_t bytes);

    struct Totals {
        std::uint64_t connections = 0;
        std::uint64_t messages_in = 0;
        std::uint64_t messages_out = 0;
        std::uint64_t bytes_in = 0;
        std::uint64_t bytes_out = 0;
        std::uint64_t blocks_imported = 0;
        std::uint64_t blocks_mined = 0;
        std::uint64_t transactions = 0;
        std::uint64_t malformed = 0;
    };

    Output& out_;
    bool trace_;
    unsigned warnings_;
    Totals totals_{};
    std::optional<peer::HeadRef> head_{};
    std::int64_t warn_minute_ = 0;
    std::map<wire::ConnectionId, unsigned> warned_{};
    Allowance goings_;        // by address
    Allowance talk_of_peers_; // by HOST:PORT
    Allowance talk_;          // by address
    LeftOut left_out_{};
};

} // namespace ethpoc::cmd
