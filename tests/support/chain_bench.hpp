// ChainBench: a ChainManager between its two proxies, with a chain of its own and without a thread.
#pragma once

#include <string>
#include <vector>

#include "sync/manager.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/shared.hpp"
#include "wire/codec.hpp"

namespace ethpoc::test {

struct ChainBench {
    MiniChain mini{chain::rules_for(11)};
    std::vector<MinedBlock> blocks{};
    sync::ChainProxy in{64u << 20};
    sync::NetworkProxy out;
    sync::ChainManager manager;

    /// `room`: bytes that may wait for the network.
    explicit ChainBench(std::size_t room = 64u << 20) : out(room, [] {}), manager(options(), in, out) {
        REQUIRE(manager.open().has_value());
        for (int i = 0; i < 40; ++i) {
            blocks.push_back(mini.mine(blocks.empty() ? mini.genesis_block() : blocks.back()));
        }
    }
    sync::ManagerOptions options() const {
        sync::ManagerOptions out_options;
        out_options.genesis = mini.genesis();
        out_options.rules = &mini.rules();
        return out_options;
    }
    void seed() {
        std::vector<BytesView> views;
        for (const MinedBlock& block : blocks) {
            views.emplace_back(block.rlp);
        }
        REQUIRE(manager.seed(views, 2'000'000'000).imported == blocks.size());
    }
    void meet(wire::ConnectionId id) {
        sync::PeerTraits traits;
        traits.profile = wire::find_profile("11");
        traits.client = wire::ClientKind::cpp;
        in.peer_up(id, traits);
    }
    /// It asks for what comes after the genesis.
    void ask(wire::ConnectionId id) {
        const Bytes payload = hex("e314a0" + to_hex(mini.genesis().hash) + "10");
        const auto message = wire::decode(*wire::find_profile("11"), payload);
        REQUIRE(message);
        in.request_chain(id, std::get<wire::GetChain>(*message));
    }
    /// How many Blocks with blocks in them were put for these, taken out of the queue.
    std::size_t answers() {
        std::size_t count = 0;
        while (auto action = out.try_pop()) {
            const auto* send = std::get_if<sync::action::Send>(&*action);
            count += send != nullptr && send->type == wire::MessageType::Blocks && send->frame->size() > 100 ? 1u : 0u;
        }
        return count;
    }
};

} // namespace ethpoc::test
