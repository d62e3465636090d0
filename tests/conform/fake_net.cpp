#include "tests/conform/fake_net.hpp"

#include <utility>

namespace ethpoc::test {
namespace {

constexpr auto latency = std::chrono::microseconds(200); // one way
constexpr std::size_t window = 64u << 10;                // bytes that a socket holds for a side that does not read

} // namespace

FakeNet::~FakeNet() = default;

FakeNet::End* FakeNet::find(wire::ConnectionId id) {
    const auto at = ends_.find(id);
    return at == ends_.end() ? nullptr : &at->second;
}

Time FakeNet::next() const {
    if (!dirty_.empty()) { return now_; }
    return events_.empty() ? Time::max() : events_.top().at;
}

void FakeNet::wake(wire::ConnectionId id, Time at) {
    if (at != Time::max()) { events_.push({std::max(at, now_), ++order_, id}); }
}

void FakeNet::dial(peer::DriverOwner& owner, const std::string& endpoint, std::chrono::milliseconds delay) {
    events_.push({now_ + delay + latency, ++order_, 0});
    calls_[order_] = {&owner, endpoint};
}

bool FakeNet::step(Time until) {
    if (!dirty_.empty()) {
        ++steps_;
        for (const wire::ConnectionId id : std::exchange(dirty_, {})) {
            visit(id);
        }
        return true;
    }
    if (events_.empty() || events_.top().at > until) {
        if (until != Time::max()) { now_ = std::max(now_, until); }
        return false;
    }
    ++steps_;
    const Event event = events_.top();
    events_.pop();
    now_ = std::max(now_, event.at);
    if (event.id != 0) {
        visit(event.id);
    } else if (const auto call = calls_.extract(event.order)) {
        connect(call.mapped());
    }
    return true;
}

void FakeNet::connect(const Call& call) {
    if (!call.owner->still_wanted(call.endpoint)) { return; }
    const auto listener = listeners_.find(call.endpoint);
    const auto host = hosts_.find(call.owner);
    const std::string from =
        (host == hosts_.end() ? "198.51.100.1" : host->second) + ":" + std::to_string(++last_port_);
    if (listener == listeners_.end() || !listener->second->has_room(from)) {
        return call.owner->dial_failed(call.endpoint, "refused");
    }
    const wire::ConnectionId ours = ++last_id_;
    const wire::ConnectionId theirs = ++last_id_;
    End& near = ends_[ours];
    End& far = ends_[theirs];
    near.other = theirs;
    far.other = ours;
    near.owner = call.owner;
    far.owner = listener->second;
    near.driver = call.owner->connected(ours, peer::Direction::outbound, call.endpoint);
    far.driver = listener->second->connected(theirs, peer::Direction::inbound, from);
    for (const wire::ConnectionId id : {ours, theirs}) {
        if (ends_[id].driver == nullptr) {
            close(id, Piece::What::fin);
        } else {
            ends_[id].driver->start(now_);
            visit(id);
        }
    }
}

/// All that may be done for one end now.
void FakeNet::visit(wire::ConnectionId id) {
    if (End* const end = find(id); end == nullptr || end->closed) { return; }
    take_pieces(id);
    if (End* const end = find(id); end != nullptr && !end->closed && end->driver->deadline() <= now_) {
        end->driver->tick(now_);
    }
    write_all(id);
    settle(id);
}

void FakeNet::take_pieces(wire::ConnectionId id) {
    End* const end = find(id);
    while (!end->coming.empty() && end->coming.front().at <= now_ && !end->driver->ended()) {
        if (end->coming.front().what == Piece::What::bytes && !end->driver->wants_bytes()) { return; }
        const Piece piece = std::move(end->coming.front());
        end->coming.pop_front();
        switch (piece.what) {
        case Piece::What::bytes: {
            const bool was_full = end->waiting >= window;
            end->waiting -= piece.bytes.size();
            if (was_full && end->waiting < window) { flush(end->other); }
            end->driver->receive(piece.bytes, now_);
            break;
        }
        case Piece::What::fin:
            end->driver->receive_eof(now_);
            break;
        case Piece::What::reset:
            end->driver->receive_error("connection reset");
            return close(id, Piece::What::reset);
        }
    }
}

void FakeNet::write_all(wire::ConnectionId id) {
    End* const end = find(id);
    if (end == nullptr || end->closed || end->finished) { return; }
    while (true) {
        End* const other = find(end->other);
        if (other != nullptr && !other->closed && other->waiting >= window) { return; }
        const Bytes* const bytes = end->driver->writable(now_);
        if (bytes == nullptr) { return; }
        send(id, Piece::What::bytes, *bytes);
        end->driver->moved(now_);
        end->driver->wrote(now_);
    }
}

/// Ends it if its driver has ended, and notes when it wants to be visited again.
void FakeNet::settle(wire::ConnectionId id) {
    End* const end = find(id);
    if (end == nullptr || end->closed) { return; }
    if (end->driver->ended()) { return close(id, end->driver->resets() ? Piece::What::reset : Piece::What::fin); }
    if (!end->finished && end->driver->finishes()) {
        end->finished = true;
        send(id, Piece::What::fin);
    }
    const Time due = end->driver->deadline();
    if (due > now_ && due != std::exchange(end->noted, due)) { wake(id, due); }
}

void FakeNet::send(wire::ConnectionId from, Piece::What what, Bytes bytes) {
    End* const end = find(from);
    End* const other = find(end->other);
    if (other == nullptr || other->closed) {
        // Bytes to somebody who has gone come back as a reset.
        if (what == Piece::What::bytes) {
            end->coming.push_back({Piece::What::reset, now_ + 2 * latency, {}});
            wake(from, now_ + 2 * latency);
        }
        return;
    }
    other->waiting += bytes.size();
    other->coming.push_back({what, now_ + latency, std::move(bytes)});
    wake(end->other, now_ + latency);
}

void FakeNet::close(wire::ConnectionId id, Piece::What what) {
    End* const end = find(id);
    if (end == nullptr || end->closed) { return; }
    end->closed = true;
    const wire::ConnectionId other = end->other;
    const End* const far = find(other);
    if (far != nullptr && !far->closed && !end->finished) { send(id, what); }
    if (end->driver != nullptr) { end->owner->closed(id); }
    end->driver.reset();
    end->coming.clear();
    if (far == nullptr || far->closed) {
        ends_.erase(id);
        ends_.erase(other);
    } else if (end->finished && what == Piece::What::reset) {
        send(id, what);
    }
}

} // namespace ethpoc::test
