#include "sim/network.hpp"

#include <algorithm>

namespace ethpoc::sim {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr std::size_t segment = 1460;         // bytes, as Ethernet carries them
constexpr nanoseconds least_pause = 1ms;      // a deadline that has passed already comes again after it
constexpr nanoseconds retransmission = 200ms; // the least that Linux waits for
constexpr unsigned most_retransmissions = 6;
constexpr unsigned place_bits = 24;

nanoseconds scaled(nanoseconds time, double factor) {
    return nanoseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * factor));
}

} // namespace

Network::~Network() = default;

// ---------------------------------------------------------------- machines

HostId Network::add_host(const peer::IpAddress& ip, std::uint16_t port, std::uint32_t region, bool listens) {
    const auto id = static_cast<HostId>(hosts_.size());
    std::string name = peer::to_text(ip);
    std::string address = name + ":" + std::to_string(port);
    listeners_[address] = id;
    hosts_.push_back(
        {ip, std::move(name), std::move(address), region, listens, false, 0, 49'152, nullptr, Door(*this, id)});
    return id;
}

void Network::start(HostId host, Program& program) {
    Host& there = hosts_[host];
    there.gone = false;
    ++there.life;
    there.program = &program;
}

void Network::crash(HostId host) {
    hosts_[host].program = nullptr;
    ++hosts_[host].life;
    for (const auto& link : links_) {
        for (std::uint64_t side = 0; side < 2; ++side) {
            End& end = link->ends[side];
            if (!link->used || end.host != host || end.closed) { continue; }
            end.closed = true;
            ended_.push_back(std::move(end.driver));
            if (!hosts_[host].gone) { transmit({*link, side}, Stream::What::reset, {}); }
            if (link->ends[1 - side].closed) { release(*link); }
        }
    }
    sweep();
}

void Network::vanish(HostId host) {
    hosts_[host].gone = true;
    crash(host);
}

void Network::split(std::vector<std::uint8_t> sides, Time until) {
    splits_.push_back({std::move(sides), until});
}

/// Until when nothing gets from one to the other; nothing: it does.
std::optional<Time> Network::cut_until(HostId a, HostId b) const {
    std::optional<Time> out;
    for (const Split& one : splits_) {
        if (one.until > agenda_.now() && one.sides[a] != one.sides[b]) {
            out = std::max(out.value_or(one.until), one.until);
        }
    }
    return out;
}

// ---------------------------------------------------------------- links by their ids

wire::ConnectionId Network::id_of(const Link& link, std::uint64_t side) const {
    return (std::uint64_t{link.generation} << place_bits | link.place) << 1 | side;
}

std::optional<Network::Place> Network::find(wire::ConnectionId id) const {
    const std::uint64_t side = id & 1;
    const std::uint64_t place = (id >> 1) & ((1u << place_bits) - 1);
    if (place >= links_.size()) { return std::nullopt; }
    Link& link = *links_[place];
    if (!link.used || link.generation != id >> (place_bits + 1)) { return std::nullopt; }
    return Place{link, side};
}

std::optional<HostId> Network::other_host(wire::ConnectionId id) const {
    const auto at = find(id);
    return at ? std::optional(at->other().host) : std::nullopt;
}

void Network::release(Link& link) {
    link.used = false;
    over_.push_back(&link);
}

/// Nothing is at work any more: what has ended can go.
void Network::sweep() {
    ended_.clear();
    for (Link* const link : over_) {
        link->ends = {};
        free_links_.push_back(link->place);
    }
    over_.clear();
}

void Network::act(std::uint64_t what) {
    const std::uint64_t id = what >> what_bits;
    const auto kind = static_cast<What>(what & ((1u << what_bits) - 1));
    switch (kind) {
    case What::dial:
        begin(id);
        break;
    case What::knock:
        knock(id);
        break;
    case What::fail:
        fail(id);
        break;
    default:
        if (const auto at = find(id)) { act_on(*at, kind); }
    }
    sweep();
}

void Network::act_on(Place at, What kind) {
    End& end = at.end();
    const Time now = agenda_.now();
    if (kind == What::open) { return open(at); }
    if (kind == What::arrive && now >= end.arrival) { return pump(at); }
    if (kind == What::resume) { return tick(at); }
    if (kind == What::wake && now >= end.scheduled) {
        end.scheduled = Time::max();
        if (!end.driver) { return; }
        return end.driver->deadline() <= now ? tick(at) : schedule(at);
    }
    if (kind == What::room && end.full) {
        end.full = false;
        return tick(at); // a queue that was full may have room again
    }
    if (kind == What::snap) {
        ++totals_.broken;
        for (const Place each : {at, Place{at.link, 1 - at.side}}) {
            each.end().in.send(now, Stream::What::reset, {});
            expect_arrival(each);
        }
    }
}

void Network::stir(HostId host) {
    if (Program* const program = hosts_[host].program) { program->stirred(); }
}

// ---------------------------------------------------------------- what a connection does

/// What has come is read and what is to be said is written, until the driver wants neither.
void Network::pump(Place at) {
    deliver(at);
    if (at.end().driver) { flush(id_of(at.link, at.side)); }
    stir(at.end().host);
}

void Network::deliver(Place at) {
    End& end = at.end();
    const Time now = agenda_.now();
    while (const Stream::Piece* const piece = deaf(at) ? nullptr : end.in.front()) {
        if (piece->arrives > now) { break; }
        if (const auto until = cut_until(end.host, at.other().host)) {
            end.in.delay(*until + at.link.delay);
            break;
        }
        if (end.closed) { // nobody is there: the machine says so
            const bool heard = piece->what == Stream::What::bytes && !at.other().closed;
            end.in.pop();
            if (heard) { transmit(at, Stream::What::reset, {}); }
            continue;
        }
        if (!end.driver->wants_bytes() && piece->what != Stream::What::reset) { break; }
        switch (piece->what) {
        case Stream::What::bytes:
            end.driver->receive(piece->bytes, now);
            break;
        case Stream::What::end:
            end.driver->receive_eof(now);
            break;
        case Stream::What::reset:
            end.driver->receive_error("Connection reset by peer");
            break;
        }
        end.in.pop();
        if (at.other().full && end.in.bytes() < lines_.window) {
            put_down(now + at.link.delay, What::room, id_of(at.link, 1 - at.side));
        }
        if (!end.driver || end.driver->ended()) { break; }
        flush(id_of(at.link, at.side)); // as a connection does after each read
        if (!end.driver) { break; }
    }
    expect_arrival(at);
}

/// Nobody takes what comes: the machine has gone, or the one who dialled does not know yet that he is connected.
bool Network::deaf(Place at) const {
    return hosts_[at.end().host].gone || (!at.end().driver && !at.end().closed);
}

/// Puts down when the next piece arrives. One that has arrived and is not wanted waits for a tick or a flush.
void Network::expect_arrival(Place at) {
    End& end = at.end();
    const Stream::Piece* const piece = end.in.front();
    const bool left =
        piece == nullptr || deaf(at) || (piece->arrives <= agenda_.now() && end.driver && !end.driver->wants_bytes());
    if (left) {
        end.arrival = Time::max();
        return;
    }
    if (end.arrival <= piece->arrives && end.arrival > agenda_.now()) { return; }
    end.arrival = std::max(piece->arrives, agenda_.now());
    put_down(end.arrival, What::arrive, id_of(at.link, at.side));
}

bool Network::write_some(Place at, const Bytes& bytes) {
    End& end = at.end();
    const std::size_t waiting = at.other().in.bytes();
    if (waiting >= lines_.window) {
        end.full = true;
        return false;
    }
    const BytesView rest = BytesView(bytes).subspan(end.written);
    const BytesView part = rest.first(std::min(rest.size(), lines_.window - waiting));
    transmit(at, Stream::What::bytes, part);
    end.written += part.size();
    end.driver->moved(agenda_.now());
    if (end.written == bytes.size()) {
        end.written = 0;
        end.driver->wrote(agenda_.now());
    }
    return true;
}

/// Sends to the other end of `from`.
void Network::transmit(Place from, Stream::What what, BytesView bytes) {
    End& end = from.end();
    const Time now = agenda_.now();
    end.line_free = std::max(end.line_free, now);
    if (lines_.bandwidth != 0) {
        end.line_free += scaled(1s, static_cast<double>(bytes.size()) / static_cast<double>(lines_.bandwidth));
    }
    totals_.bytes += bytes.size();
    from.other().in.send(end.line_free + from.link.delay + hindrance(from.link, bytes.size()), what, bytes);
    expect_arrival({from.link, 1 - from.side});
}

/// Jitter, and the time that lost segments cost.
nanoseconds Network::hindrance(const Link& link, std::size_t bytes) {
    nanoseconds out{};
    if (lines_.jitter.count() > 0) { out += scaled(lines_.jitter, random_.unit()); }
    if (lines_.loss > 0) {
        const std::size_t whole = bytes / segment;
        const double segments = 1 + static_cast<double>(whole);
        const double hit = 1 - std::pow(1 - lines_.loss, segments);
        nanoseconds wait = std::max(retransmission, 4 * link.delay);
        for (unsigned i = 0; i < most_retransmissions && random_.chance(hit); ++i, wait *= 2) {
            out += wait;
        }
    }
    return out;
}

nanoseconds Network::draw_delay(HostId a, HostId b) {
    const milliseconds base = hosts_[a].region == hosts_[b].region ? lines_.latency : lines_.between;
    return scaled(base, 0.5 + random_.unit());
}

void Network::flush(wire::ConnectionId id) {
    const auto at = find(id);
    if (!at || !at->end().driver) { return; }
    End& end = at->end();
    while (!end.closed && !end.full && !end.driver->ended()) {
        const Bytes* const bytes = end.driver->writable(agenda_.now());
        if (bytes == nullptr || !write_some(*at, *bytes)) { break; }
    }
    if (end.closed) { return; }
    if (end.driver->ended()) { return close(*at); }
    if (!end.finished && !end.full && end.driver->finishes()) {
        end.finished = true;
        transmit(*at, Stream::What::end, {});
    }
    schedule(*at);
    expect_arrival(*at); // it may want what it did not want before
}

void Network::resume(wire::ConnectionId id) {
    // Not at once: whoever calls may be in the middle of the driver.
    put_down(agenda_.now(), What::resume, id);
}

void Network::tick(Place at) {
    if (!at.end().driver) { return; }
    at.end().driver->tick(agenda_.now());
    pump(at);
}

void Network::schedule(Place at) {
    End& end = at.end();
    Time when = end.driver->deadline();
    if (when == Time::max()) { return; }
    when = std::max(when, agenda_.now() + least_pause);
    if (when >= end.scheduled) { return; } // the earlier wake-up will look again
    end.scheduled = when;
    put_down(when, What::wake, id_of(at.link, at.side));
}

void Network::close(Place at) {
    End& end = at.end();
    end.closed = true;
    const wire::ConnectionId id = id_of(at.link, at.side);
    if (!at.other().closed) { transmit(at, end.driver->resets() ? Stream::What::reset : Stream::What::end, {}); }
    end.owner->closed(id);
    ended_.push_back(std::move(end.driver));
    if (at.other().closed) { release(at.link); }
    stir(end.host);
}

} // namespace ethpoc::sim
