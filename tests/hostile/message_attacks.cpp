// One row for each message, in the ways in which it can be said without end.
#include <unistd.h>

#include "chain/genesis.hpp"
#include "rlp/encode.hpp"
#include "tests/hostile/attack_rows.hpp"
#include "wire/codec.hpp"

namespace ethpoc::hostile {

namespace {

using wire::MessageType;

NodeId node_id(std::uint64_t number) {
    NodeId out;
    out.bytes.fill(0x68);
    for (std::size_t i = 0; i < 8; ++i) {
        out.bytes[i] = std::uint8_t(number >> (8 * i));
    }
    return out;
}

wire::HelloOut our_hello(const Scene& scene, std::uint64_t number) {
    wire::HelloOut out;
    out.client_id = scene.client_id;
    out.listen_port = 30303;
    out.node_id = node_id(number);
    out.total_difficulty = 1;
    out.best_hash = scene.genesis;
    out.genesis_hash = scene.genesis;
    return out;
}

Bytes status(const Scene& scene) {
    return wire::compose_status(*scene.profile, {scene.profile->eth_version, U256{}, 1, scene.genesis, scene.genesis});
}

Bytes plain(const Scene& scene, MessageType type) {
    return wire::compose_plain(*scene.profile, type);
}

Bytes peers(const Scene& scene, std::size_t count, std::size_t first) {
    std::vector<wire::PeerEntry> entries(count);
    std::vector<NodeId> ids(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t n = first + i;
        ids[i] = node_id(0x1000000 + n);
        entries[i].address = {std::uint8_t(20 + n % 60), std::uint8_t(n >> 16), std::uint8_t(n >> 8), std::uint8_t(n)};
        entries[i].address_size = 4;
        entries[i].port = 30303;
        entries[i].node_id = ids[i];
    }
    return wire::compose_peers(*scene.profile, entries);
}

/// Addresses that nobody can dial, ports of 0, ids cut short, entries of too many items; and none that cannot be read.
Bytes odd_peers(const Scene& scene) {
    const auto id = wire::id_of(*scene.profile, MessageType::Peers);
    if (!id) { return {}; }
    const Bytes loopback{127, 0, 0, 1};
    const Bytes broadcast{255, 255, 255, 255};
    const auto entry = [](BytesView address, std::uint64_t port, std::string_view name) {
        return rlp::encode_list(address, port, name);
    };
    const std::vector<Bytes> entries{entry(loopback, 0, "x"), entry(broadcast, 65535, {}), entry(loopback, 1, "y"),
                                     rlp::encode_list(loopback, 1u, "z", rlp::Raw{Bytes{0xc0}}, 2u, 3u)};
    rlp::BackwardWriter out;
    for (int times = 0; times < 8; ++times) {
        for (const Bytes& one : entries) {
            out.put_raw(one);
        }
    }
    out.put_uint(*id);
    out.close_list(0);
    return framed(out.view());
}

Bytes get_chain(const Scene& scene, const std::vector<Hash256>& hashes, std::uint64_t count) {
    return wire::compose_get_chain(*scene.profile, hashes, count);
}

Bytes hashes_of(const Scene& scene, MessageType type, const std::vector<Hash256>& hashes) {
    return wire::compose_hashes(*scene.profile, type, hashes);
}

Bytes unknown(std::size_t number) {
    return framed(rlp::encode_list(0x40 + number % 60, number, "what is this?"));
}

constexpr std::size_t hashes_of_16_mib = 450'000; // nearly as many as a frame holds

} // namespace

Bytes greeting(const Scene& scene, std::uint64_t number) {
    // Another process of ours may still be on its way out, under its own ids.
    static const auto us = static_cast<std::uint64_t>(getpid()) << 32;
    Bytes out = wire::compose_hello(*scene.profile, our_hello(scene, us + number + 1));
    const Bytes also = status(scene);
    out.insert(out.end(), also.begin(), also.end());
    return out;
}

std::vector<Attack> message_attacks() {
    using S = const Scene&;
    const auto plainly = [](MessageType type) { return [type](S s) { return loop(plain(s, type)); }; };
    return {
        {"hello", false, [](S s) { return loop(wire::compose_hello(*s.profile, our_hello(s, 7))); },
         "Hello again, with another id"},
        {"disconnect", false,
         [](S s) {
             Pattern out = loop(wire::compose_disconnect(*s.profile, wire::reason::client_quitting), 1);
             out.repeat = false;
             out.close_after = true;
             return out;
         },
         "Hello, Disconnect, and the next connection"},
        {"ping", false, plainly(MessageType::Ping), "Ping"},
        {"pong", false, plainly(MessageType::Pong), "Pong that nobody asked for"},
        {"get-peers", false, plainly(MessageType::GetPeers), "GetPeers"},
        {"peers", false, [](S s) { return many(400, [&](std::size_t i) { return peers(s, 30, 30 * i); }); },
         "Peers of 30 new addresses each"},
        {"peers-odd", false, [](S s) { return loop(odd_peers(s)); }, "Peers that nobody can dial"},
        {"peers-10000", false, [](S s) { return loop(peers(s, 10'000, 0)); }, "Peers of 10,000 addresses"},
        {"peers-none", false, [](S s) { return loop(peers(s, 0, 0)); }, "Peers of nobody"},
        {"get-chain", false, [](S s) { return loop(get_chain(s, {s.genesis}, 256)); }, "GetChain of the whole chain"},
        {"get-chain-28k", false,
         [](S s) {
             Pattern out = loop(get_chain(s, {s.genesis}, 256), 28'000);
             out.repeat = false;
             return out;
         },
         "28 kB of GetChain, once"},
        {"get-chain-unknown", false,
         [](S s) { return many(2000, [&](std::size_t i) { return get_chain(s, {made_up(i)}, 256); }); },
         "GetChain of an unknown hash"},
        {"get-chain-4096", false,
         [](S s) { return many(4, [&](std::size_t i) { return get_chain(s, made_up_hashes(4096, i), 256); }); },
         "GetChain of 4,096 unknown hashes"},
        {"not-in-chain", false,
         [](S s) {
             return many(2000, [&](std::size_t i) { return wire::compose_not_in_chain(*s.profile, made_up(i)); });
         },
         "NotInChain that nobody asked for"},
        {"get-transactions", false, plainly(MessageType::GetTransactions), "GetTransactions"},
        {"get-block-hashes", false,
         [](S s) {
             const Hash256 head = s.hashes.empty() ? s.genesis : s.hashes.back();
             return loop(wire::compose_get_block_hashes(*s.profile, head, std::uint64_t{1} << 40));
         },
         "GetBlockHashes of the whole chain"},
        {"get-block-hashes-unknown", false,
         [](S s) {
             return many(2000,
                         [&](std::size_t i) { return wire::compose_get_block_hashes(*s.profile, made_up(i), 256); });
         },
         "GetBlockHashes of an unknown hash"},
        {"block-hashes", false,
         [](S s) {
             return many(2000,
                         [&](std::size_t i) { return hashes_of(s, MessageType::BlockHashes, made_up_hashes(8, i)); });
         },
         "BlockHashes that nobody asked for"},
        {"block-hashes-450000", false,
         [](S s) { return loop(hashes_of(s, MessageType::BlockHashes, made_up_hashes(hashes_of_16_mib))); },
         "BlockHashes of 450,000 hashes"},
        {"get-blocks", false,
         [](S s) {
             std::vector<Hash256> asked = s.hashes;
             asked.push_back(s.genesis);
             return loop(hashes_of(s, MessageType::GetBlocks, asked));
         },
         "GetBlocks of the whole chain"},
        {"get-blocks-450000", false,
         [](S s) { return loop(hashes_of(s, MessageType::GetBlocks, made_up_hashes(hashes_of_16_mib))); },
         "GetBlocks of 450,000 unknown hashes"},
        {"status", false, [](S s) { return loop(status(s)); }, "Status again"},
        {"unknown", false, [](S) { return many(2000, unknown); }, "messages of unknown ids"},
    };
}

} // namespace ethpoc::hostile
