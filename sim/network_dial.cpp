// Network: connections that come about, or do not.
#include "sim/network.hpp"
#include "wire/codec.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::sim {

using std::chrono::nanoseconds;

void Network::dial(HostId from, peer::DriverOwner& owner, const std::string& endpoint, milliseconds delay) {
    std::uint32_t number = 0;
    if (free_diallings_.empty()) {
        number = static_cast<std::uint32_t>(diallings_.size());
        diallings_.emplace_back();
    } else {
        number = free_diallings_.back();
        free_diallings_.pop_back();
    }
    diallings_[number] = {from, hosts_[from].life, &owner, endpoint, {}, {}};
    put_down(agenda_.now() + delay, What::dial, number);
}

Network::Dialling Network::take_dialling(std::uint64_t number) {
    Dialling out = std::move(diallings_[number]);
    free_diallings_.push_back(static_cast<std::uint32_t>(number));
    return out;
}

void Network::fail_later(std::uint64_t number, Time when, std::string why) {
    ++totals_.refused;
    diallings_[number].why = std::move(why);
    put_down(when, What::fail, number);
}

/// The pause before it is over.
void Network::begin(std::uint64_t number) {
    const Dialling& dialling = diallings_[number];
    const bool alive = hosts_[dialling.from].life == dialling.life;
    if (!alive || !dialling.owner->still_wanted(dialling.endpoint)) {
        const HostId from = take_dialling(number).from;
        if (alive) { stir(from); }
        return;
    }
    const auto target = listeners_.find(dialling.endpoint);
    const bool answers =
        target != listeners_.end() && !hosts_[target->second].gone && !cut_until(dialling.from, target->second);
    if (!answers) { return fail_later(number, agenda_.now() + lines_.connect_timeout, "no answer in time"); }
    put_down(agenda_.now() + draw_delay(dialling.from, target->second), What::knock, number);
}

/// The first packet has come to the other machine.
void Network::knock(std::uint64_t number) {
    const Dialling& dialling = diallings_[number];
    const HostId to = listeners_.at(dialling.endpoint);
    const nanoseconds back = draw_delay(dialling.from, to);
    if (hosts_[to].gone) { return fail_later(number, agenda_.now() + lines_.connect_timeout, "no answer in time"); }
    if (hosts_[to].program == nullptr || !hosts_[to].listens) {
        return fail_later(number, agenda_.now() + back, "Connection refused");
    }
    const Dialling taken = take_dialling(number);
    Host& dialler = hosts_[taken.from];
    if (dialler.life != taken.life) { return; }
    const std::string from = dialler.name + ":" + std::to_string(dialler.next_port);
    dialler.next_port = dialler.next_port == 65'535 ? 49'152 : static_cast<std::uint16_t>(dialler.next_port + 1);
    const wire::ConnectionId id = make_link(taken.from, to, back);
    End& end = find(id)->end();
    end.owner = taken.owner;
    put_down(agenda_.now() + back, What::open, id);
    ++totals_.connections;
    if (lines_.breaks_per_hour > 0) {
        const double seconds = random_.exponential(3600 / lines_.breaks_per_hour);
        put_down(agenda_.now() + milliseconds(static_cast<std::int64_t>(seconds * 1000)), What::snap, id);
    }
    if (!hosts_[to].program->owner().has_room(from)) { return turn_away(*find(id ^ 1), from); }
    adopt(*find(id ^ 1), *hosts_[to].program, peer::Direction::inbound, from);
}

/// As peer::Network does when its owner has no room.
void Network::turn_away(Place at, const std::string& from) {
    static const Bytes farewell = wire::compose_disconnect(wire::profiles().back(), wire::reason::too_many_peers);
    ++totals_.turned_away;
    transmit(at, Stream::What::bytes, farewell);
    transmit(at, Stream::What::end, {});
    at.end().closed = true;
    Program& program = *hosts_[at.end().host].program;
    program.owner().turned_away(from);
    program.stirred();
}

wire::ConnectionId Network::make_link(HostId from, HostId to, nanoseconds delay) {
    if (free_links_.empty()) {
        free_links_.push_back(static_cast<std::uint32_t>(links_.size()));
        links_.push_back(std::make_unique<Link>());
        links_.back()->place = free_links_.back();
    }
    Link& link = *links_[free_links_.back()];
    free_links_.pop_back();
    link.used = true;
    link.delay = delay;
    ++link.generation;
    link.ends[0].host = from;
    link.ends[1].host = to;
    return id_of(link, 0);
}

/// The answer has come back: the one who dialled is connected, if he is there.
void Network::open(Place at) {
    if (at.end().closed) { return; }
    adopt(at, *hosts_[at.end().host].program, peer::Direction::outbound, hosts_[at.other().host].address);
}

void Network::adopt(Place at, Program& program, peer::Direction direction, std::string endpoint) {
    End& end = at.end();
    end.owner = end.owner == nullptr ? &program.owner() : end.owner;
    end.driver = end.owner->connected(id_of(at.link, at.side), direction, std::move(endpoint));
    if (end.driver == nullptr) {
        end.closed = true;
        if (!at.other().closed) { transmit(at, Stream::What::end, {}); }
        return at.other().closed ? release(at.link) : void();
    }
    end.driver->start(agenda_.now());
    pump(at);
}

/// Nothing came of it.
void Network::fail(std::uint64_t number) {
    const Dialling dialling = take_dialling(number);
    if (hosts_[dialling.from].life != dialling.life) { return; }
    dialling.owner->dial_failed(dialling.endpoint, dialling.why);
    stir(dialling.from);
}

} // namespace ethpoc::sim
