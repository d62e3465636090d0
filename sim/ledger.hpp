// Ledger: every block that was made in a run, by whom and when, and how it spread. What nobody in the network knows,
// and figures are made of.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chain/keccak.hpp"
#include "chain/store.hpp"
#include "sim/agenda.hpp"
#include "sim/link.hpp"
#include "wire/message.hpp"

namespace ethpoc::sim {

struct MadeBlock {
    Hash256 hash{};
    Hash256 parent{};
    std::uint64_t number = 0;
    Time at{};
    HostId by = 0;
    std::uint32_t population = 0;   // honest nodes that ran when it was made
    std::uint32_t reached = 0;      // of them and of those that came later; counted once each
    std::vector<bool> has{};        // by host
    std::vector<Time> reached_at{}; // by share; shares that it has not come to are not there
};

class Ledger {
  public:
    /// Shares of the population that are told apart: of so many percent, of twice as many, and so on.
    static constexpr std::uint32_t share_step = 5;
    static constexpr std::size_t share_count = 100 / share_step;

    explicit Ledger(const Agenda& agenda) : agenda_(agenda) {}

    void made(const Hash256& hash, const Hash256& parent, std::uint64_t number, HostId by);
    /// Known, so that branches can be followed; no figure is made of it.
    void made_by_attacker(const chain::BlockRecord& block) { others_[block.hash] = {block.parent, block.number}; }
    void stored(const Hash256& hash, HostId by);
    void sent(wire::MessageType type, std::size_t bytes) noexcept { sent_[static_cast<std::size_t>(type)] += bytes; }
    void set_population(std::uint32_t nodes) noexcept { population_ = nodes; }

    const std::vector<MadeBlock>& blocks() const noexcept { return blocks_; }
    /// Number of the highest block that both are above of, or are; 0: the genesis.
    std::uint64_t common_height(const Hash256& a, const Hash256& b) const;
    /// How many of blocks() are on the branch that ends there.
    std::size_t honest_below(const Hash256& head) const;
    /// Bytes of payload, of all nodes, in messages of this type.
    std::uint64_t sent(wire::MessageType type) const noexcept { return sent_[static_cast<std::size_t>(type)]; }

  private:
    struct Above {
        Hash256 parent{};
        std::uint64_t number = 0;
    };
    std::optional<Above> find(const Hash256& hash) const;
    struct ByFirstWord {
        std::size_t operator()(const Hash256& hash) const noexcept { return chain::first_word(hash); }
    };
    const Agenda& agenda_;
    std::vector<MadeBlock> blocks_{};
    std::unordered_map<Hash256, std::uint32_t, ByFirstWord> places_{};
    std::unordered_map<Hash256, Above, ByFirstWord> others_{}; // blocks of attackers
    std::array<std::uint64_t, wire::message_type_count + 1> sent_{};
    std::uint32_t population_ = 0;
};

} // namespace ethpoc::sim
