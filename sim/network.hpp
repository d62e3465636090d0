// Network: what lies between the machines of a simulation. Does for their drivers what peer::Network and
// peer::Connection do over sockets, with links that have a delay, a rate, losses, partitions and ends.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "peer/address_book.hpp"
#include "sim/link.hpp"
#include "sim/random.hpp"

namespace ethpoc::sim {

using std::chrono::milliseconds;

/// How good the lines are. A TCP connection loses no bytes: a lost segment shows as delay, a lost line as a connection
/// that ends.
struct Lines {
    milliseconds latency{40}; // one way, between two machines of a region; a link has half to one and a half of it
    milliseconds between{90}; // ... of two regions
    milliseconds jitter{10};  // up to so much more, each time
    std::uint64_t bandwidth = 1u << 20; // bytes per second that a connection carries in one direction; 0: no limit
    double loss = 0;                    // probability of a segment of 1,460 bytes
    double breaks_per_hour = 0;         // of each connection
    std::size_t window = 64u << 10;     // bytes that may be on their way or unread in one direction
    milliseconds connect_timeout{5'000};
    std::uint32_t regions = 1;
};

/// A machine's program, as the network sees it.
class Program {
  public:
    virtual ~Program() = default;
    virtual peer::DriverOwner& owner() = 0;
    /// One of its drivers was called: something may wait that is not a driver's.
    virtual void stirred() = 0;
};

class Network final : private Actor {
  public:
    struct Totals {
        std::uint64_t bytes = 0;       // that were sent
        std::uint64_t connections = 0; // that were made
        std::uint64_t refused = 0;     // dials that nobody answered, or a machine without a program
        std::uint64_t turned_away = 0;
        std::uint64_t broken = 0;
    };

    Network(Agenda& agenda, Lines lines, Random random) : agenda_(agenda), lines_(lines), random_(random) {}
    ~Network() override;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// A machine with nothing on it. Who listens, does so at `ip`:`port`.
    HostId add_host(const peer::IpAddress& ip, std::uint16_t port, std::uint32_t region, bool listens);
    /// `program` runs there from now on, until stop(), crash() or vanish().
    void start(HostId host, Program& program);
    /// The program has ended without a word; the machine resets its connections. The owner hears nothing.
    void crash(HostId host);
    /// The machine has gone: no packet comes from it any more, and none is answered.
    void vanish(HostId host);
    /// The driver of what this machine says and hears.
    peer::Transport& door(HostId host) { return hosts_[host].door; }
    const peer::IpAddress& ip(HostId host) const { return hosts_[host].ip; }
    const std::string& address(HostId host) const { return hosts_[host].address; }
    bool runs(HostId host) const { return hosts_[host].program != nullptr; }

    /// What made this driver not want bytes may be over.
    void resume(wire::ConnectionId id);
    /// Whoever is on another side than somebody else does not hear of him until `until`. `sides`: one for each host.
    void split(std::vector<std::uint8_t> sides, Time until);
    void set_loss(double loss) noexcept { lines_.loss = loss; }

    /// Calls `use` with the two ends of every link of which both drivers live, in the order of the links' places.
    template <class Use>
    void each_link(Use&& use) const {
        for (const auto& link : links_) {
            if (link->used && link->ends[0].driver && link->ends[1].driver) { use(link->ends[0], link->ends[1]); }
        }
    }
    /// Whom a connection leads to.
    std::optional<HostId> other_host(wire::ConnectionId id) const;
    const Totals& totals() const noexcept { return totals_; }
    std::size_t hosts() const noexcept { return hosts_.size(); }

  private:
    enum class What : std::uint64_t { wake, resume, arrive, room, snap, dial, knock, open, fail };
    static constexpr unsigned what_bits = 4;

    struct Door final : peer::Transport {
        Door(Network& of, HostId who) : network(of), host(who) {}
        void flush(wire::ConnectionId id) override { network.flush(id); }
        void dial(peer::DriverOwner& owner, const std::string& endpoint, milliseconds delay) override {
            network.dial(host, owner, endpoint, delay);
        }
        Time now() const override { return network.agenda_.now(); }
        Network& network;
        HostId host;
    };
    struct Host {
        peer::IpAddress ip{};
        std::string name{};    // the same as text
        std::string address{}; // HOST:PORT
        std::uint32_t region = 0;
        bool listens = false;
        bool gone = false;
        std::uint32_t life = 0; // counts programs
        std::uint16_t next_port = 49'152;
        Program* program = nullptr;
        Door door;
    };
    struct Dialling {
        HostId from = 0;
        std::uint32_t life = 0;
        peer::DriverOwner* owner = nullptr;
        std::string endpoint{};
        std::string why{}; // it failed
        milliseconds extra{};
    };
    struct Split {
        std::vector<std::uint8_t> sides;
        Time until;
    };
    /// One end by its id.
    struct Place {
        Link& link;
        std::uint64_t side;
        End& end() const { return link.ends[side]; }
        End& other() const { return link.ends[1 - side]; }
    };

    void act(std::uint64_t what) override;
    void act_on(Place at, What kind);
    void put_down(Time when, What what, std::uint64_t id) {
        agenda_.at(when, *this, id << what_bits | static_cast<std::uint64_t>(what));
    }

    // network_dial.cpp
    void dial(HostId from, peer::DriverOwner& owner, const std::string& endpoint, milliseconds delay);
    void begin(std::uint64_t number);
    void knock(std::uint64_t number);
    void fail(std::uint64_t number);
    void fail_later(std::uint64_t number, Time when, std::string why);
    void open(Place at);
    void turn_away(Place at, const std::string& from);
    wire::ConnectionId make_link(HostId from, HostId to, std::chrono::nanoseconds delay);
    void adopt(Place at, Program& program, peer::Direction direction, std::string endpoint);
    Dialling take_dialling(std::uint64_t number);

    std::optional<Place> find(wire::ConnectionId id) const;
    wire::ConnectionId id_of(const Link& link, std::uint64_t side) const;
    void flush(wire::ConnectionId id);
    void pump(Place at);
    void tick(Place at);
    bool deaf(Place at) const;
    void deliver(Place at);
    bool write_some(Place at, const Bytes& bytes);
    void transmit(Place from, Stream::What what, BytesView bytes);
    void expect_arrival(Place at);
    void schedule(Place at);
    void close(Place at);
    void release(Link& link);
    void stir(HostId host);
    void sweep();
    std::optional<Time> cut_until(HostId a, HostId b) const;
    std::chrono::nanoseconds draw_delay(HostId a, HostId b);
    std::chrono::nanoseconds hindrance(const Link& link, std::size_t bytes);

    Agenda& agenda_;
    Lines lines_;
    Random random_;
    std::deque<Host> hosts_{}; // a deque: doors are handed out
    std::unordered_map<std::string, HostId> listeners_{};
    std::vector<std::unique_ptr<Link>> links_{};
    std::vector<std::uint32_t> free_links_{};
    std::deque<Dialling> diallings_{}; // one may be added while another is looked at
    std::vector<std::uint32_t> free_diallings_{};
    std::vector<Split> splits_{};
    std::vector<std::unique_ptr<peer::Driver>> ended_{}; // until what is happening is over: they may be at work
    std::vector<Link*> over_{};
    Totals totals_{};
};

} // namespace ethpoc::sim
