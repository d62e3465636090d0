"""Cases of hostile_peers.py that are about quantity: more of everything than anybody can want."""

import json
import os
import time

from cases import GENESIS, HASH, Case, faults, refused_for_size
from raw_peer import Gone, Raw, RawPeer, frame, message, node_id, rlp, unrlp

BROKEN_ENTRY = [b"\x01\x02\x03\x04\x05\x06", 1, b""]
CHAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "chains", "cpp-0.3.10.jsonl")


def recorded_blocks():
    """Block RLPs that C++ mined in March 2014, oldest first."""
    with open(CHAIN, encoding="ascii") as lines:
        return [bytes.fromhex(one["rlp"].removeprefix("0x")) for one in map(json.loads, lines) if "rlp" in one]


def flood_cases():
    yield Case("a chain to serve", serve_chain, None)
    yield Case("1,500 Peers entries", sends_and_lives(peers(1500) * 3), None)
    yield Case("200 Peers entries, the last one broken", sends_and_lives(peers(200, BROKEN_ENTRY) * 3), "message.")
    yield Case("10,000 Peers entries", refused_for_size(peers(10_000), greet=True), "frame.too_large")
    yield Case("Peers of nobody", sends_and_lives(message(0x11)), None)
    yield Case("GetChain with 4,096 hashes", many_hashes(4096), None)
    yield Case("GetChain with 100,000 hashes", refused_for_size(hashes(100_000), greet=True), "frame.too_large")
    yield Case("GetChain with 4,000 hashes, again and again", hash_flood, None)
    yield Case("GetChain without a hash", sends_and_lives(message(0x14, 256)), None)
    yield Case("GetChain bare", sends_and_lives(message(0x14)), None)
    yield Case("GetChain with a count of 2^300", huge_count, None)
    yield Case("a peer that asks and never reads", never_reads, None, read_buffer=4096)
    yield Case("a peer that pings and never reads", never_reads_pongs, None, read_buffer=4096)
    yield Case("blocks with broken links", blocks(broken_links, "chain."), "chain.")
    yield Case("blocks with broken proof of work", blocks(broken_work, "chain."), "chain.")
    yield Case("blocks of unknown parents by the thousand", unknown_parents, "any")
    yield Case("Blocks of a million empty lists", empty_items(0x13), "rlp.")
    yield Case("Transactions of a million empty lists", empty_items(0x12), "rlp.")
    yield Case("NotInChain faster than its row allows", not_in_chain_pace, None)
    yield Case("NotInChain without end", not_in_chain_flood, None)
    yield Case("100 connections that say nothing", crowd, None)
    yield Case("unknown messages of 64 KiB, again and again", big_frames, None)
    yield Case("unknown messages without end", unknown_messages, None)


def sends_and_lives(data):
    def action(node, peer):
        peer.send(data)
        return faults((peer.ping() is not None, "was ended"))
    return action


def serve_chain(node, peer):
    """The node fetches 40 real blocks, so that it has something to be asked for."""
    chain = recorded_blocks()
    peer.expect(0x14)
    peer.send(message(0x13, *[Raw(block) for block in reversed(chain)]))
    return faults((node.wait_for("imported", 10), "they were not imported"))


def peers(count, last=None):
    entries = [[bytes([1 + i % 200, i >> 8 & 0xff, i & 0xff, 1]), 30303, node_id(i)] for i in range(count)]
    return message(0x11, *entries, *([last] if last else []))


def hashes(count):
    return message(0x14, *[i.to_bytes(32, "big") for i in range(1, count)], 256)


def many_hashes(count):
    def action(node, peer):
        hashes = [i.to_bytes(32, "big") for i in range(1, count)]
        peer.send(message(0x14, *hashes, GENESIS, 3))
        known = peer.expect(0x13)
        peer.send(message(0x14, *hashes, 3))
        unknown = peer.expect(0x15)
        return faults((known is not None and len(known) == 4, "the known one behind them was not found"),
                      (unknown is not None and unknown[1] == hashes[-1], "no NotInChain of the last"))
    return action


def hash_flood(node, peer):
    """3 MB; each is looked up and answered, the other peer waits for none of it."""
    for _ in range(24):
        if not peer.try_send(hashes(4000)):
            return ["was not read"]
    return faults((peer.ping(20) is not None, "was ended"))


def huge_count(node, peer):
    peer.send(message(0x14, GENESIS, 1 << 300))
    answer = peer.expect(0x13)
    return faults((answer is not None and len(answer) == 33, "not the usual chunk"))


def never_reads(node, peer):
    data = message(0x14, GENESIS, 256) * 1000
    peer.sock.settimeout(1)
    for _ in range(200):
        try:
            peer.sock.sendall(data)
        except (OSError, Gone):
            break
    return faults((node.wait_for("disconnected", 6, peer=peer.name), "was not given up"))


def never_reads_pongs(node, peer):
    data = message(2) * 10_000
    peer.sock.settimeout(1)
    for _ in range(500):
        try:
            peer.sock.sendall(data)
        except (OSError, Gone):
            break
    return faults((node.wait_for("disconnected", 6, peer=peer.name), "was not given up"))


def broken_links(block, i):
    fields = unrlp(block)
    fields[0][0] = i.to_bytes(32, "big")
    return rlp(fields)


def broken_work(block, i):
    fields = unrlp(block)
    fields[0][8] = i.to_bytes(32, "big")
    return rlp(fields)


def blocks(change, code):
    def action(node, peer):
        chain = recorded_blocks()
        bad = [Raw(change(chain[i % len(chain)], i)) for i in range(2000)]
        peer.try_send(message(0x13, *bad))
        return faults((peer.closed_within(6), "was not ended"),
                      (node.wait_for("malformed", 2, since=peer.since, peer=peer.name), "was not told of"),
                      (peer.disconnect_reason() == 3, "Disconnect %s" % peer.disconnect_reason()))
    return action


def unknown_parents(node, peer):
    """Real blocks in the wrong order, and others whose work is so little that nobody can have wanted them."""
    chain = recorded_blocks()
    stranger = unrlp(chain[20])
    stranger[0][5] = b"\x01"  # difficulty 1: any nonce will do
    for start in range(0, 6000, 1000):
        batch = []
        for i in range(start, start + 1000):
            stranger[0][0] = (1 << 200 | i).to_bytes(32, "big")
            batch.append(Raw(rlp(stranger)))
        if not peer.try_send(message(0x13, *batch)):
            break
    return []


def empty_items(kind):
    def action(node, peer):
        data = frame(rlp([kind, Raw(b"\xc0" * 1_000_000)]))
        for _ in range(4):
            if not peer.try_send(data):
                break
        return faults((peer.closed_within(6), "was not ended"))
    return action


def not_in_chain_pace(node, peer):
    """64 at once, then 16 a second (wire/messages.def); who is faster is read later and loses nothing."""
    peer.send(message(0x15, HASH) * 60)
    first = peer.ping()
    peer.send(message(0x15, HASH) * 24)
    second = peer.ping()
    return faults((first is not None and first < 0.5, "60 at once were slowed down: %s s" % first),
                  (second is not None and 0.7 < second < 3, "20 more than its row has took %s s" % second))


def not_in_chain_flood(node, peer):
    data = message(0x15, HASH) * 2000
    peer.sock.settimeout(1)
    for _ in range(100):
        if not peer.try_send(data):
            break
    return faults((not peer.closed_within(1), "was ended"))


def crowd(node, peer):
    many = []
    try:
        for _ in range(100):
            many.append(RawPeer(node.address, greet=False))
        wrong = faults((peer.ping() is not None, "the first was lost"))
        time.sleep(2.5)  # the handshake limit
        return wrong + faults((RawPeer(node.address).ping() is not None, "no room afterwards"))
    finally:
        for one in many:
            one.close()


def big_frames(node, peer):
    data = frame(rlp([0x4d, b"x" * (65536 - 16)]))
    for _ in range(500):
        peer.send(data)
    return faults((peer.ping(20) is not None, "was ended"))


def unknown_messages(node, peer):
    data = message(0x4d, 1, 2, 3) * 5000
    for _ in range(100):
        peer.send(data)
    return faults((peer.ping(20) is not None, "was ended"))
