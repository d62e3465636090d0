#!/usr/bin/env python3
"""One `ethpoc run` and a crowd on loopback: idle peers, busy peers, and connections that come and go.

  crowd.py ETHPOC [--idle N] [--busy N] [--churn N] [--seconds S] [--json]

idle: so many peers that say Hello and then answer Ping only. What each of them costs in resident memory.
busy: so many that send two Pings a second, and ask for peers now and then. The Pongs: median, 99.9 %, worst; and that no
      peer gets less than half of what the others get.
churn: so many connections, ended in every phase: before Hello, within a frame, after Hello, by RST, by garbage, by a
      version that is refused. What is open and resident in the node before and after.
Exit 0 when all holds, 1 when something does not (each is named).
"""

import argparse
import errno
import json
import os
import pathlib
import resource
import selectors
import socket
import statistics
import struct
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from node_process import NodeProcess  # noqa: E402
from raw_peer import hello, message  # noqa: E402

PING, PONG, GET_PEERS = message(2), b"\xc1\x03", message(0x10)
NODES_PING = b"\xc1\x02"
PING_EVERY, ASK_EVERY = 0.5, 10.0  # seconds
OPEN_AT_ONCE = 64
KEPT_FOR = 10.0       # seconds after which everything of a connection that ended must be gone
GROWTH = 8 << 20      # resident bytes that a churn may leave behind it, once it is warm
FEW_FILES = 64
LINGER_NONE = struct.pack("ii", 1, 0)  # close() sends RST


def source(number):
    """An address for each: from one, a node takes eight."""
    return f"127.{1 + (number >> 16) % 250}.{number >> 8 & 255}.{number & 255 or 255}"


class Peer:
    def __init__(self, address, number, busy):
        self.number, self.busy = number, busy
        self.buffer, self.sent_at, self.pongs, self.waits = bytearray(), [], 0, []
        self.next_ping = time.monotonic() + PING_EVERY * (number % 97) / 97
        self.next_ask = time.monotonic() + ASK_EVERY * (number % 89) / 89
        self.ready = self.gone = False
        self.sock = socket.socket()
        self.sock.bind((source(number), 0))
        self.sock.connect(address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        self.sock.send(hello(number, identity=struct.pack(">I", number) + b"\x77" * 60))

    def say(self, now):
        """Small things, seldom: a socket that takes none of them is one that is not read."""
        out = b""
        if now >= self.next_ping:
            self.next_ping += PING_EVERY
            self.sent_at.append(now)
            out += PING
        if now >= self.next_ask:
            self.next_ask += ASK_EVERY
            out += GET_PEERS
        if out and self.sock.send(out) != len(out):
            self.gone = True

    def hear(self):
        try:
            data = self.sock.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.gone = self.gone or not data
        self.buffer += data
        at = 0
        while len(self.buffer) - at >= 8:
            size = struct.unpack_from(">I", self.buffer, at + 4)[0]
            if len(self.buffer) - at < 8 + size:
                break
            self.take(bytes(self.buffer[at + 8:at + 8 + min(size, 2)]))
            at += 8 + size
        del self.buffer[:at]

    def take(self, start):
        self.ready = True
        if start == NODES_PING:
            self.sock.send(message(3))
        elif start == PONG and self.sent_at:
            self.pongs += 1
            self.waits.append(time.monotonic() - self.sent_at.pop(0))


class Crowd:
    """All peers, in one loop."""

    def __init__(self, address, count, busy):
        self.selector = selectors.EpollSelector()
        self.peers = []
        for number in range(count):
            peer = Peer(address, number + 1, busy)
            self.peers.append(peer)
            self.selector.register(peer.sock, selectors.EVENT_READ, peer)
            if number % OPEN_AT_ONCE == 0:
                self.listen(0)

    def listen(self, wait):
        for key, _ in self.selector.select(wait):
            key.data.hear()
            if key.data.gone:
                self.selector.unregister(key.data.sock)

    def go_on(self, seconds, until=lambda: False):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            self.listen(0.02)
            now = time.monotonic()
            for peer in self.peers:
                if peer.busy and not peer.gone and (now >= peer.next_ping or now >= peer.next_ask):
                    peer.say(now)

    def all_ready(self, seconds):
        self.go_on(seconds, lambda: all(peer.ready for peer in self.peers))
        return sum(peer.ready and not peer.gone for peer in self.peers)

    def close(self):
        for peer in self.peers:
            peer.sock.close()
        self.selector.close()


class Node(NodeProcess):
    def __init__(self, program, peers):
        # The node raises its own limit: it begins with one that is too low.
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, before[1]))
        try:
            self.start(program, peers)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    def start(self, program, peers):
        super().__init__(program, "--max-peers", str(peers), "--data-dir", ":memory:", "--protocol", "12",
                         "--target-peers", "0", "--round-time", "0", "--log.level", "error")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(program, count, seconds, wrong):
    node = Node(program, count + 8)
    before = node.memory()
    crowd = Crowd(node.address, count, busy=False)
    ready = crowd.all_ready(60)
    cpu = node.cpu()
    crowd.go_on(seconds)
    there = sum(not peer.gone for peer in crowd.peers)
    figures = {"peers": count, "ready": ready, "there_at_the_end": there, "seconds": seconds,
               "resident_bytes_a_peer": round((node.memory() - before) / count), "descriptors": node.descriptors(),
               "cpu_percent": round(100 * (node.cpu() - cpu) / seconds, 2)}
    if ready != count or there != count:
        wrong.append(f"idle: {ready} of {count} were let in, {there} are still there")
    crowd.close()
    if node.stop() != 143:  # what a signal ends
        wrong.append("idle: the node did not end in peace")
    return figures


def busy(program, count, seconds, wrong):
    node = Node(program, count + 8)
    crowd = Crowd(node.address, count, busy=True)
    ready = crowd.all_ready(30)
    for peer in crowd.peers:
        peer.pongs, peer.waits = 0, []
    cpu = node.cpu()
    crowd.go_on(seconds)
    waits = sorted(wait for peer in crowd.peers for wait in peer.waits)
    pongs = [peer.pongs for peer in crowd.peers]
    mean = statistics.mean(pongs)
    at = lambda share: round(1000 * waits[min(int(share * len(waits)), len(waits) - 1)], 2) if waits else None
    figures = {"peers": count, "ready": ready, "seconds": seconds, "pongs": len(waits), "pong_ms_median": at(0.5),
               "pong_ms_999": at(0.999), "pong_ms_worst": at(1), "fewest_by_mean": round(min(pongs) / mean, 2) if mean else 0,
               "cpu_percent": round(100 * (node.cpu() - cpu) / seconds, 1)}
    if ready != count or any(peer.gone for peer in crowd.peers):
        wrong.append(f"busy: {ready} of {count} were let in, {sum(peer.gone for peer in crowd.peers)} have gone")
    if figures["fewest_by_mean"] < 0.5:
        wrong.append(f"busy: one peer starves: {min(pongs)} Pongs, {mean:.0f} on average")
    crowd.close()
    if node.stop() != 143:  # what a signal ends
        wrong.append("busy: the node did not end in peace")
    return figures


def endings():
    """What a connection says before it ends, and whether by RST."""
    good, other = hello(1), hello(1, version=60)
    for said in (b"", good[:3], good[:9], good, good + PING, good + PING[:9], b"garbage that is no frame", other,
                 good + GET_PEERS + message(0x14)):
        yield said, False
        yield said, True


def churn(program, count, wrong):
    node = Node(program, 4 * OPEN_AT_ONCE)
    ways = list(endings())
    before = (node.descriptors(), node.threads())
    warm, refused, batch = node.memory(), 0, []
    for number in range(count):
        said, reset = ways[number % len(ways)]
        sock = socket.socket()
        sock.bind((source(number + 1), 0))
        try:
            sock.connect(node.address)
            if said:
                sock.send(said)
        except OSError as error:
            if error.errno not in (errno.ECONNRESET, errno.EPIPE):
                raise
            refused += 1
        if reset:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        batch.append(sock)
        if len(batch) == OPEN_AT_ONCE:
            for one in batch:
                one.close()
            batch = []
        if number == count // 10:
            warm = node.memory()
    for one in batch:
        one.close()
    end = time.monotonic() + KEPT_FOR
    while (node.descriptors(), node.threads()) != before and time.monotonic() < end:
        time.sleep(0.05)
    after = (node.descriptors(), node.threads())
    growth = node.memory() - warm
    figures = {"connections": count, "reset_before_a_word": refused, "descriptors": [before[0], after[0]],
               "threads": [before[1], after[1]], "resident_growth_bytes": growth}
    if after != before:
        wrong.append(f"churn: {before} descriptors and threads before, {after} after it")
    if growth > GROWTH:
        wrong.append(f"churn: {growth} resident bytes more after {count} connections")
    if not node.alive() or node.stop() != 143:
        wrong.append("churn: the node did not live, or did not end in peace")
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ethpoc")
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--busy", type=int, default=1_000)
    parser.add_argument("--churn", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # here; the node sees to its own
    wrong, out = [], {}
    if options.idle:
        out["idle"] = idle(options.ethpoc, options.idle, options.seconds, wrong)
    if options.busy:
        out["busy"] = busy(options.ethpoc, options.busy, options.seconds, wrong)
    if options.churn:
        out["churn"] = churn(options.ethpoc, options.churn, wrong)
    if options.json:
        print(json.dumps({"ok": not wrong, **out, "wrong": wrong}))
    else:
        for name, figures in out.items():
            print(name + ": " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in figures.items()))
    for each in wrong:
        print(f"FAILED: {each}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
