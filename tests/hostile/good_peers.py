"""Peers that behave well while somebody else attacks: how long each Pong and each answer took, measured in a thread."""

import collections
import json
import os
import selectors
import socket
import struct
import threading
import time

from raw_peer import Raw, hello, message, node_id, unrlp

HERE = os.path.dirname(os.path.abspath(__file__))
CHAINS = os.path.join(HERE, os.pardir, "chains")
PING = message(2)
PONG = b"\xc1\x03"
SERVED_EVERY = 0.5  # seconds between two questions of the peer that is served
FIRST_SEED = 61000


class Chain:
    """A recorded chain: its genesis, and hash and RLP of each block, oldest first."""

    def __init__(self, name):
        self.path = os.path.join(CHAINS, name)
        with open(self.path, encoding="ascii") as lines:
            head = json.loads(next(lines))["chain"]
            blocks = [json.loads(line) for line in lines]
        self.protocol = head["protocol"]
        self.genesis = bytes.fromhex(head["genesis_hash"].removeprefix("0x"))
        self.hashes = [bytes.fromhex(one["hash"].removeprefix("0x")) for one in blocks]
        self.blocks = [bytes.fromhex(one["rlp"].removeprefix("0x")) for one in blocks]


def greeting(version, seed, chain=None, difficulty=1):
    """Hello, and Status where the version has one: of a peer with this chain, or with none."""
    if isinstance(version, int) and version < 27:
        return hello(seed, version=version)
    genesis = chain.genesis if chain else bytes(32)
    head = chain.hashes[-1] if chain and chain.hashes else genesis
    if isinstance(version, int):
        return message(0, version, 0, b"raw/peer", 7, 30303, node_id(seed), difficulty, head, genesis)
    p2p, eth = version
    return (message(0, p2p, b"raw/peer", [[b"eth", eth]], 30303, node_id(seed))
            + message(0x10, eth, 0, difficulty, head, genesis))


class _Peer:
    """One of them. `pings`: times at which Pings left that have no Pong yet."""

    def __init__(self, address, source, version, seed, period, question=None, answer=None, chain=None):
        self.source = source
        self.period = period
        self.question = question
        self.answer = answer
        self.pings = collections.deque()
        self.asked = None
        self.worst_pong = 0.0
        self.worst_answer = 0.0
        self.pongs = 0
        self.gone = None
        self.next_ping = self.next_question = time.monotonic()
        self.buffer = bytearray()
        self.out = bytearray(greeting(version, seed, chain))
        self.sock = socket.socket()
        self.sock.bind((source, 0))
        self.sock.settimeout(10)
        self.sock.connect(address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)

    def say(self, now):
        if now >= self.next_ping:
            self.out += PING
            self.pings.append(now)
            self.next_ping = now + self.period
        if self.question and self.asked is None and now >= self.next_question:
            self.out += self.question
            self.asked = now
        if self.out:
            try:
                del self.out[:self.sock.send(self.out)]
            except BlockingIOError:
                pass
            except OSError as error:
                self.gone = self.gone or str(error)

    def hear(self, now):
        try:
            while True:
                data = self.sock.recv(1 << 20)
                if not data:
                    self.gone = self.gone or "closed"
                    return
                self.buffer += data
        except BlockingIOError:
            pass
        except OSError as error:
            self.gone = self.gone or str(error)
            return
        at = 0
        while len(self.buffer) - at >= 8:
            size = struct.unpack_from(">I", self.buffer, at + 4)[0]
            if len(self.buffer) - at < 8 + size:
                break
            payload = self.buffer[at + 8:at + 8 + size]
            at += 8 + size
            self.take(payload, now)
        del self.buffer[:at]

    def take(self, payload, now):
        if payload == PONG:
            if self.pings:
                self.worst_pong = max(self.worst_pong, now - self.pings.popleft())
                self.pongs += 1
        elif payload == b"\xc1\x02":
            self.out += message(3)
        elif self.asked is not None and payload[:6].find(self.answer) > 0:
            self.worst_answer = max(self.worst_answer, now - self.asked)
            self.asked = None
            self.next_question = now + SERVED_EVERY

    def pong_so_far(self, now):
        return max(self.worst_pong, now - self.pings[0] if self.pings else 0.0)

    def answer_so_far(self, now):
        return max(self.worst_answer, now - self.asked if self.asked else 0.0)


class GoodPeers:
    """Two that ping from two addresses, and one that is served the chain. Flat `version`; the node is on `chain`."""

    def __init__(self, address, version=12, chain=None):
        ask = message(0x14, chain.genesis, 256) if chain else None
        self.peers = [_Peer(address, "127.0.0.1", version, FIRST_SEED, 0.05, chain=chain),
                      _Peer(address, "127.0.0.77", version, FIRST_SEED + 1, 0.05, chain=chain),
                      _Peer(address, "127.0.0.78", version, FIRST_SEED + 2, 1, ask, b"\x13", chain=chain)]
        self.lock = threading.Lock()
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def ready(self, seconds=10):
        """True when each has got a Pong."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(peer.pongs for peer in self.peers):
                return True
            time.sleep(0.01)
        return False

    def _run(self):
        selector = selectors.DefaultSelector()
        for peer in self.peers:
            selector.register(peer.sock, selectors.EVENT_READ, peer)
        while self.running:
            ready = {key.fileobj for key, _ in selector.select(0.01)}
            now = time.monotonic()
            with self.lock:
                for peer in self.peers:
                    if peer.gone:
                        continue
                    if peer.sock in ready:
                        peer.hear(now)
                    peer.say(now)
                    if peer.gone:
                        selector.unregister(peer.sock)

    def worst(self):
        """(seconds of the slowest Pong, of the slowest answer), those that have not come yet included."""
        now = time.monotonic()
        with self.lock:
            return (max(peer.pong_so_far(now) for peer in self.peers),
                    max(peer.answer_so_far(now) for peer in self.peers))

    def waiting(self):
        """Seconds for which the oldest Ping has no Pong."""
        now = time.monotonic()
        with self.lock:
            return max((now - peer.pings[0] for peer in self.peers if peer.pings and not peer.gone), default=0.0)

    def unanswered(self):
        """Seconds for which the question for blocks has no answer."""
        now = time.monotonic()
        with self.lock:
            return max((now - peer.asked for peer in self.peers if peer.asked and not peer.gone), default=0.0)

    def reset(self):
        with self.lock:
            for peer in self.peers:
                peer.worst_pong = peer.worst_answer = 0.0

    def lost(self):
        return ["the good peer of %s was lost: %s" % (peer.source, peer.gone) for peer in self.peers if peer.gone]

    def close(self):
        self.running = False
        self.thread.join()
        for peer in self.peers:
            peer.sock.close()


class ChainServer(threading.Thread):
    """A good peer that has a chain and serves it, from `source`, until close(). Flat versions with GetChain or hashes, p2p."""

    def __init__(self, address, chain, version, seed, source="127.0.0.1"):
        super().__init__(daemon=True)
        self.chain = chain
        self.version = version
        self.sock = socket.socket()
        self.sock.bind((source, 0))
        self.sock.connect(address)
        self.sock.settimeout(0.1)
        self.sock.sendall(greeting(version, seed, chain, 1 << 60))
        self.served = 0
        self.running = True
        self.start()

    def ids(self):
        """(GetBlockHashes, BlockHashes, GetBlocks, Blocks)"""
        return (0x17, 0x18, 0x19, 0x13) if isinstance(self.version, int) else (0x13, 0x14, 0x15, 0x16)

    def run(self):
        buffer = b""
        while self.running:
            try:
                data = self.sock.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            buffer += data
            while len(buffer) >= 8 and len(buffer) >= 8 + struct.unpack(">I", buffer[4:8])[0]:
                size = struct.unpack(">I", buffer[4:8])[0]
                answer = self.answer(unrlp(buffer[8:8 + size]))
                buffer = buffer[8 + size:]
                if answer:
                    self.sock.sendall(answer)

    def answer(self, items):
        kind = int.from_bytes(items[0], "big")
        get_hashes, hashes, get_blocks, blocks = self.ids()
        if kind == 2:
            return message(3)
        if kind == 0x14 and isinstance(self.version, int) and self.version < 27:
            return self.of_chain(items[1:-1])
        if kind == get_hashes:
            at = self.chain.hashes.index(items[1]) if items[1] in self.chain.hashes else 0
            return message(hashes, *reversed(self.chain.hashes[:at]), self.chain.genesis)
        if kind == get_blocks:
            known = [Raw(self.chain.blocks[self.chain.hashes.index(one)]) for one in items[1:] if one in self.chain.hashes]
            self.served += len(known)
            return message(blocks, *known)
        return None

    def of_chain(self, asked):
        for one in asked:
            if one == self.chain.genesis:
                begin = 0
            elif one in self.chain.hashes:
                begin = self.chain.hashes.index(one) + 1
            else:
                continue
            wanted = self.chain.blocks[begin:begin + 256]
            self.served += len(wanted)
            return message(0x13, *[Raw(block) for block in reversed(wanted)])
        return message(0x15, asked[-1])

    def close(self):
        self.running = False
        self.join()
        self.sock.close()
