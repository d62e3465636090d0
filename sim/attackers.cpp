#include "sim/attackers.hpp"

#include "peer/address_book.hpp"
#include "sim/address.hpp"

namespace ethpoc::sim {

using namespace std::chrono_literals;

namespace {
constexpr auto between_dials = 500ms;
constexpr std::uint64_t dial_bit = 1;
constexpr std::uint16_t told_port = 30'303;
} // namespace

// ---------------------------------------------------------------- what all have in common

Result<void> Attacker::start(const std::vector<std::string>&) {
    ++life_;
    around_.network.start(host_, *this);
    around_.journal.line(host_, "started").add("attack", group_.attack);
    act(life_ << 1 | dial_bit);
    act(life_ << 1);
    return {};
}

void Attacker::stop() {
    puppets_.clear();
    dialling_ = 0;
    ++life_;
}

void Attacker::act(std::uint64_t what) {
    if (what >> 1 != life_) { return; }
    if ((what & dial_bit) != 0) {
        dial_somebody();
        return around_.agenda.at(around_.agenda.now() + between_dials, *this, what);
    }
    prepare();
    for (const auto& [id, puppet] : puppets_) {
        if (!puppet->greeted() || puppet->ended()) { continue; }
        strike(*puppet);
        around_.network.resume(id);
    }
    around_.agenda.at(around_.agenda.now() + group_.period, *this, what);
}

void Attacker::dial_somebody() {
    if (puppets_.size() + dialling_ >= reach()) { return; }
    const auto whom = static_cast<HostId>(random_.below(around_.network.hosts()));
    if (whom == host_) { return; }
    ++dialling_;
    around_.network.door(host_).dial(*this, around_.network.address(whom), 0ms);
}

std::unique_ptr<peer::Driver> Attacker::connected(wire::ConnectionId id, peer::Direction direction, std::string) {
    if (direction == peer::Direction::outbound) { --dialling_; }
    auto puppet = std::make_unique<Puppet>(*this, next_profile(), id);
    puppets_[id] = puppet.get();
    return puppet;
}

void Attacker::closed(wire::ConnectionId id) {
    const auto at = puppets_.find(id);
    over(*at->second);
    puppets_.erase(at);
}

wire::HelloOut Attacker::hello() {
    wire::HelloOut out;
    out.client_id = "ethpoc";
    out.listen_port = told_port;
    out.node_id = id_;
    out.genesis_hash = out.best_hash = around_.genesis.hash;
    return out;
}

void Attacker::heard(Puppet& puppet, const wire::Message& message) {
    if (std::holds_alternative<wire::Ping>(message)) {
        puppet.say(wire::compose_plain(puppet.profile(), wire::MessageType::Pong));
    }
}

/// Group after group, machines are numbered.
wire::PeerEntry Attacker::tell_of_own(const NodeId& id) {
    HostId first = 0;
    for (const Group& each : around_.scenario.groups) {
        if (&each == &group_) { break; }
        first += each.count;
    }
    const peer::IpAddress& address = around_.network.ip(first + static_cast<HostId>(random_.below(group_.count)));
    return {address.bytes, address.size, told_port, id};
}

void Attacker::tell(Puppet& puppet, std::size_t own, std::size_t nobody) {
    around_.journal.line(host_, "tells").add("own", own).add("nobody", nobody);
    std::vector<wire::PeerEntry> entries;
    std::vector<NodeId> ids(own + nobody);
    for (NodeId& id : ids) {
        id = random_.bytes<NodeId::width>();
        if (entries.size() < own) {
            entries.push_back(tell_of_own(id));
        } else {
            const peer::IpAddress address = draw_address(random_);
            entries.push_back({address.bytes, address.size, told_port, id});
        }
    }
    puppet.say(wire::compose_peers(puppet.profile(), entries));
}

/// As the version announces blocks.
void Attacker::tell_blocks(Puppet& puppet, std::span<const Bytes> oldest_first) {
    const wire::Profile& profile = puppet.profile();
    if (profile.announce == wire::AnnounceForm::blocks) {
        std::vector<BytesView> newest_first(oldest_first.rbegin(), oldest_first.rend());
        return puppet.say(wire::compose_raw_items(profile, wire::MessageType::Blocks, newest_first));
    }
    for (const Bytes& block : oldest_first) {
        puppet.say(wire::compose_new_block(profile, block, U256(around_.scenario.difficulty)));
    }
}

} // namespace ethpoc::sim
