// What each attacker does on its connections.
#include "chain/blockchain.hpp"
#include "rlp/encode.hpp"
#include "sim/attackers.hpp"

namespace ethpoc::sim {

namespace {

constexpr std::size_t blocks_at_once = 8;
constexpr std::array<std::uint8_t, 1> no_items{0xc0}; // an empty list

/// A block without transactions.
Bytes bare_block(BytesView header) {
    return rlp::encode_list(rlp::Raw{header}, rlp::Raw{no_items}, rlp::Raw{no_items});
}

/// A block on `parent` as the genesis has it otherwise; its work is not done.
Bytes draft_block(const Surroundings& around, const Hash256& parent, const U256& difficulty, Random& random) {
    chain::Header header = chain::decode_block(around.rules, around.genesis.rlp)->header;
    const auto nonce = random.bytes<Hash256::width>();
    header.parent_hash = parent;
    header.number = 1;
    header.difficulty = difficulty;
    header.timestamp = around.wall();
    header.nonce = nonce;
    return bare_block(chain::encode_header(around.rules.header, header));
}

} // namespace

void Eclipse::heard(Puppet& puppet, const wire::Message& message) {
    if (std::holds_alternative<wire::GetPeers>(message)) { tell(puppet, 32, 0); }
    Attacker::heard(puppet, message);
}

wire::HelloOut Sybil::hello() {
    wire::HelloOut out = Attacker::hello();
    out.node_id = random_.bytes<NodeId::width>();
    return out;
}

const wire::Profile& WrongVersions::next_profile() {
    const auto rows = wire::profiles();
    while (true) {
        const wire::Profile& row = rows[random_.below(rows.size())];
        if (&row != group_.protocol) { return row; }
    }
}

void InvalidBlocks::strike(Puppet& puppet) {
    std::vector<Bytes> blocks;
    blocks.reserve(blocks_at_once);
    const U256 twice(2 * around_.scenario.difficulty);
    for (std::size_t i = 0; i < blocks_at_once; ++i) {
        blocks.push_back(draft_block(around_, around_.genesis.hash, twice, random_));
    }
    tell_blocks(puppet, blocks);
}

/// A chain of its own: its blocks are right, and nobody wants them.
void CheapForks::prepare() {
    branch_.clear();
    auto store = chain::Store::open(":memory:");
    if (!store) { return; }
    auto chain = chain::Blockchain::open(**store, around_.genesis, around_.rules);
    if (!chain) { return; }
    const Address coinbase = random_.bytes<Address::width>();
    while (branch_.size() < blocks_at_once) {
        const auto work = (*chain)->work({}, {.coinbase = coinbase, .now_seconds = around_.wall(), .extra_data = {}});
        if (!work) { return; }
        auto next = random_.bytes<Hash256::width>();
        std::uint64_t left = ~std::uint64_t{0};
        const auto nonce = chain::search(*work, next, left);
        if (!nonce) { return; }
        branch_.push_back(chain::seal(*work, *nonce));
        const BytesView bytes = branch_.back();
        (*chain)->import({&bytes, 1}, around_.wall());
        around_.ledger.made_by_attacker((*chain)->head());
    }
}

void CheapForks::strike(Puppet& puppet) {
    tell_blocks(puppet, branch_);
    std::vector<Bytes> orphans;
    orphans.reserve(blocks_at_once);
    for (std::size_t i = 0; i < blocks_at_once; ++i) {
        orphans.push_back(draft_block(around_, random_.bytes<Hash256::width>(), U256(1), random_));
    }
    tell_blocks(puppet, orphans);
}

void SlowReader::strike(Puppet& puppet) {
    if (puppet.unsaid() > 0) { return; } // it is not read itself any more
    const wire::Profile& profile = puppet.profile();
    puppet.say(wire::compose_plain(profile, wire::MessageType::GetPeers));
    if (profile.sync == wire::SyncStyle::chain) {
        puppet.say(wire::compose_get_chain(profile, {&around_.genesis.hash, 1}, 256));
    } else {
        puppet.say(wire::compose_hashes(profile, wire::MessageType::GetBlocks, {&around_.genesis.hash, 1}));
    }
}

} // namespace ethpoc::sim
