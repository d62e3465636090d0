// The attackers, one class each, and what they have in common.
#pragma once

#include <map>

#include "sim/attack.hpp"
#include "sim/puppet.hpp"

namespace ethpoc::sim {

/// Dials everybody again and again, takes whoever comes, and answers Ping. Attackers know all addresses of a run.
class Attacker : public Machine, public Puppeteer, private Actor, private peer::DriverOwner {
  public:
    Attacker(Surroundings& around, HostId host, const Group& group, Random random) :
        Machine(around, host, group), random_(random), id_(random_.bytes<NodeId::width>()) {}

    // Machine
    Result<void> start(const std::vector<std::string>& known) override;
    void stop() override;

    // Program
    peer::DriverOwner& owner() override { return *this; }
    void stirred() override {}

    // Puppeteer
    wire::HelloOut hello() override;
    void greeted(Puppet&) override {}
    void heard(Puppet& puppet, const wire::Message& message) override;
    void over(Puppet&) override {}

  protected:
    /// Every Group::period, before the strikes.
    virtual void prepare() {}
    /// On each connection whose Hello is over, every Group::period.
    virtual void strike(Puppet&) {}
    /// Machines that it wants a connection to at a time.
    virtual std::size_t reach() const { return 64; }
    /// Of the Hello on the next connection.
    virtual const wire::Profile& next_profile() { return *group_.protocol; }
    /// A machine of its group, as a Peers message tells of it.
    wire::PeerEntry tell_of_own(const NodeId& id);
    /// Says Peers with so many of its group and so many of nobody.
    void tell(Puppet& puppet, std::size_t own, std::size_t nobody);
    void tell_blocks(Puppet& puppet, std::span<const Bytes> oldest_first);

    Random random_;
    const NodeId id_;

  private:
    void act(std::uint64_t what) override;
    void dial_somebody();

    // DriverOwner
    bool has_room(const std::string&) override { return true; }
    void turned_away(const std::string&) override {}
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId id, peer::Direction direction,
                                            std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string&) override { return true; }
    void dial_failed(const std::string&, std::string_view) override { --dialling_; }

    std::map<wire::ConnectionId, Puppet*> puppets_{};
    std::size_t dialling_ = 0;
    std::uint64_t life_ = 0;
};

/// Peers messages full of addresses: of other attackers, and of machines that are not there.
class AddressFlood final : public Attacker {
  public:
    using Attacker::Attacker;

  protected:
    void strike(Puppet& puppet) override { tell(puppet, 16, 240); }
};

/// Holds a place and says nothing on it, not even Pong.
class Stalling final : public Attacker {
  public:
    using Attacker::Attacker;
    void heard(Puppet&, const wire::Message&) override {}
};

/// Wants all places of a node, so that it hears of nobody else.
class Eclipse final : public Attacker {
  public:
    using Attacker::Attacker;
    void heard(Puppet& puppet, const wire::Message& message) override;

  protected:
    void strike(Puppet& puppet) override { tell(puppet, 32, 0); }
    std::size_t reach() const override { return 256; }
};

/// One machine that says it is many.
class Sybil final : public Attacker {
  public:
    using Attacker::Attacker;
    wire::HelloOut hello() override;

  protected:
    std::size_t reach() const override { return 256; }
};

class WrongVersions final : public Attacker {
  public:
    using Attacker::Attacker;

  protected:
    const wire::Profile& next_profile() override;
};

/// Blocks with a difficulty that the rules do not give.
class InvalidBlocks final : public Attacker {
  public:
    using Attacker::Attacker;

  protected:
    void strike(Puppet& puppet) override;
};

/// Branches from the genesis with all the work that they need, which is little; and blocks with unknown parents of
/// difficulty 1, which need none.
class CheapForks final : public Attacker {
  public:
    using Attacker::Attacker;

  protected:
    void prepare() override;
    void strike(Puppet& puppet) override;

  private:
    std::vector<Bytes> branch_{}; // oldest first
};

class SlowReader final : public Attacker {
  public:
    using Attacker::Attacker;
    void greeted(Puppet& puppet) override { puppet.stop_reading(); }

  protected:
    void strike(Puppet& puppet) override;
};

} // namespace ethpoc::sim
