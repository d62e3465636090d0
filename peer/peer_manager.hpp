// PeerManager: the peers that we know, those that we are connected to, and what each of them gets. The host of all
// sessions; no sockets here either: it asks a Transport to dial and to flush, which also says what time it is.
//
// Where to look:
//
//   peer_manager.cpp   connections come and go                peer_actions.cpp   what the chain wants done
//   peer_host.cpp      what sessions ask: Hello, who may      peer_upkeep.cpp    tick(): who is dialled, rounds,
//                      stay, which addresses are told                            offences and bans, what is saved
//   peer_control.cpp   what people ask and order
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "peer/address_book.hpp"
#include "peer/admission.hpp"
#include "peer/dialer.hpp"
#include "peer/eviction.hpp"
#include "peer/observer.hpp"
#include "peer/peer_file.hpp"
#include "peer/peer_info.hpp"
#include "peer/peer_options.hpp"
#include "peer/recruiter.hpp"
#include "peer/session.hpp"
#include "sync/manager.hpp"
#include "sync/proxy.hpp"

namespace ethpoc::peer {

/// All sessions of a node. Owns them, the address book, the bans and the scores. Network thread only.
class PeerManager final : public SessionHost, public DriverOwner {
  public:
    /// All references outlive the manager; so does `budget`, without which nothing that peers make us hold is counted.
    PeerManager(PeerManagerOptions options, const SessionOptions& sessions, const sync::ChainManager& heads,
                sync::ChainProxy& chain, const Observers& observers, Transport& transport,
                sync::Budget* budget = nullptr);

    /// The port that Hello says, once it is known.
    void set_listen_port(std::uint16_t port) noexcept { options_.listen_port = port; }
    /// A special peer: always dialled again, never dropped for others, told of everything.
    void want(const std::string& endpoint);
    /// HOST:PORT each, used while few addresses are known.
    void set_seeds(std::vector<std::string> endpoints) { recruiter_.set_seeds(std::move(endpoints)); }
    /// Peers are needed, and no seed is left that could be dialled now.
    bool wants_seeds() const { return needs_peers() && recruiter_.seeds_spent(); }
    /// What an earlier run has left. Before the first connection.
    void load(const PeerFile& file, WallTime wall);

    // ---- DriverOwner: the driver of each connection is a Session
    bool has_room(const std::string& endpoint) override;
    void turned_away(const std::string& endpoint) override;
    std::unique_ptr<Driver> connected(wire::ConnectionId id, Direction direction, std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string& endpoint) override;
    void dial_failed(const std::string& endpoint, std::string_view why) override;

    /// A session that somebody else owns, whose host this is: it lives until remove().
    void add(Session& session);
    /// It has ended.
    void remove(const Session& session);
    /// What the chain thread wants done.
    void carry_out(sync::Action action);
    /// Says Disconnect to everybody.
    void end_all(wire::Reason flat_reason, std::string_view why);
    /// Does what is due. `wall`: the time of day, of which the manager knows by this call only.
    void tick(WallTime wall);
    /// When to call it again.
    Time deadline() const noexcept { return next_tick_; }
    /// Tells event::Queues.
    void tell_queues() const;
    /// What is to be kept, when there is something new and the last time was `options.save_pause` ago, or `now_please`.
    std::optional<PeerFile> to_save(bool now_please = false);

    std::size_t connections() const noexcept { return sessions_.size(); }
    std::size_t ready_peers() const noexcept { return ready_; }
    const AddressBook& book() const noexcept { return book_; }
    const BanList& bans() const noexcept { return bans_; }

    // ---- what people ask and order (peer_control.cpp)
    /// Its connections, handshakes that are under way included.
    std::vector<PeerInfo> peers() const;
    std::vector<std::string> special() const; // HOST:PORT, connected or not, in order
    /// The rows of the address book.
    std::vector<KnownAddress> known() const;
    /// The bans that are in force.
    std::vector<BanInfo> banned() const;
    /// False: no HOST:PORT. Not special: dialled once, when there is room for it or not.
    bool add_peer(const std::string& endpoint, bool special);
    /// Its connections end and it is forgotten, as a special peer too. False: nobody knew it.
    bool remove_peer(const std::string& endpoint);
    /// `scope`: IP or IP:PORT; all its sessions end. False: it is neither.
    bool ban(std::string_view scope, std::chrono::seconds duration, std::string_view why);
    /// False: there was no ban of just this scope.
    bool unban(std::string_view scope);
    /// Limits and times that may change while it runs; peers of the `special` list that are new are dialled, those that
    /// left it become ordinary ones. Those that were added by add_peer() stay.
    void reload(const PeerManagerOptions& options, const std::vector<std::string>& special);

    // ---- SessionHost
    Guess guess(const Session& session) override { return dialer_.guess(session); }
    void spoke_first(const Session& session) override { dialer_.spoke_first(session); }
    wire::HelloOut our_hello(const Session& session, const wire::Profile& profile) override;
    std::optional<wire::Reason> refuse(const Session& session, const wire::Greeting& greeting) override;
    void ready(Session& session) override;
    wire::Status our_status(const Session& session) override;
    std::vector<wire::PeerEntry> known_peers(const Session& session) override;
    std::vector<wire::PeerEntry> alternatives(const Session& session) override;
    void learn_peer(const Session& session, const wire::PeerEntry& entry) override;
    void offended(Session& session, Offence offence) override;
    wire::ChainPort& chain(Time arrived) override {
        chain_.arriving(arrived);
        return chain_;
    }
    bool chain_full(const Session& session) const override { return chain_.full(session.id()); }
    const Observers& observers() const override { return observers_; }

  private:
    /// One connection, and what is noted of it beside what its session knows.
    struct Entry {
        Session* session = nullptr;
        std::optional<IpAddress> ip{}; // nothing: the endpoint names a host
        Time since{};
        Time last_block{}; // it brought one that we had not got
        Time last_transaction{};
        Hash256 head{}; // of the last block that it brought
        std::optional<std::uint64_t> head_number{};
        std::vector<NodeAddress> told{}; // the first addresses that it told
        Session::Traffic before{};       // at the last tick
        double rate_in = 0;              // bytes a second between the last two ticks
        double rate_out = 0;
    };
    /// An address of the recruiter that is being dialled or connected.
    struct Recruit {
        std::optional<NodeAddress> where{};
        bool was_ready = false;
        bool was_full = false; // it said Disconnect 04
    };

    void carry_out(sync::action::Send& action);
    void carry_out(sync::action::Relay& action);
    void carry_out(sync::action::Drop& action);
    void carry_out(sync::action::Stored& action);
    void carry_out(sync::action::Imported& action);
    void carry_out(sync::action::Reorg& action);
    void carry_out(sync::action::Synced& action);
    void carry_out(sync::action::TransactionSeen& action);
    void carry_out(sync::action::Rejected& action);
    void carry_out(sync::action::Useless& action);
    void carry_out(sync::action::Mined& action);
    void carry_out(sync::action::Idle& action);
    void carry_out(sync::action::StateUnknown& action);
    void carry_out(sync::action::NoCommonBlock& action);
    void carry_out(sync::action::Failed& action);

    // peer_manager.cpp
    void end_session(wire::ConnectionId id, wire::Reason reason, std::string why);
    void end_where(const std::function<bool(const Entry&)>& applies, wire::Reason reason, const std::string& why);
    void end_others(const std::string& endpoint, wire::ConnectionId except);
    bool is_special(const Session& session) const;
    Session* find(wire::ConnectionId id) const;
    Entry* entry(wire::ConnectionId id);
    PeerRef ref(wire::ConnectionId id) const;

    // peer_host.cpp
    Session* connected_as(BytesView node_id, const Session* except) const;
    std::optional<wire::Reason> settle_duplicate(const Session& session);
    bool has_place_for(const Session& session) const;
    bool make_room(const Session& newcomer);
    std::vector<wire::PeerEntry> tell_addresses(const Session& to, std::size_t most);
    sync::PeerTraits traits_of(const Session& session) const;

    // peer_upkeep.cpp
    WallTime wall() const noexcept;
    bool needs_peers() const;
    bool may_dial(const NodeAddress& where) const;
    void recruit();
    void recruit_ended(const std::string& endpoint, const std::vector<const wire::Profile*>& refused);
    void ask_for_addresses(Time now);
    void drop_some(Time now);
    void measure(Time now);
    void ban_by_points(const IpAddress& ip, Offence offence);
    void add_ban(const Ban& ban);
    void end_banned(const Ban& ban);
    void note_ready(const Session& session);
    void note_ourselves(const Session& session);
    void note_end(const Session& session, const Entry& entry);

    PeerManagerOptions options_;
    const SessionOptions& session_options_;
    const sync::ChainManager& heads_;
    sync::ChainProxy& chain_;
    const Observers& observers_;
    Transport& transport_;
    sync::Budget* budget_;
    std::mt19937_64 random_;
    AddressBook book_;
    AddressBook::Key key_{};
    BanList bans_{};
    Scores scores_{};
    Admission admission_;
    Recruiter recruiter_;
    std::unordered_map<wire::ConnectionId, Entry> sessions_{};
    std::map<std::string, Recruit> recruits_{}; // by HOST:PORT
    std::set<std::string> special_{};           // HOST:PORT of the settings
    std::set<std::string> added_{};             // HOST:PORT that were made special at run time
    Dialer dialer_;
    std::deque<std::pair<wire::ConnectionId, std::string>>
        gone_{};                    // names of connections that ended lately, for late events
    std::vector<Ban> fresh_bans_{}; // whose sessions are still there
    std::string refused_why_{};     // of the last has_room() that said no
    std::size_t ready_ = 0;
    std::size_t ready_inbound_ = 0;
    Time wall_at_{}; // when wall_ was told
    WallTime wall_ = 0;
    bool ticked_ = false; // at least once
    Time next_tick_{};
    Time next_ask_{};
    Time next_round_{};
    Time measured_at_{};
    Time saved_at_{};
    bool changed_ = false;         // since the last to_save(); kept when its time has come
    bool changed_at_once_ = false; // a ban, or a special peer; kept at once
    bool stopping_ = false;
};

} // namespace ethpoc::peer
