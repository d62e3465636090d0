"""Stories of several peers: each gets a Stage, and returns a dictionary of figures with `faults`, a list of sentences."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from good_peers import Chain, ChainServer, GoodPeers, greeting
from meters import Load, MemoryGroup, Meter
from raw_peer import Gone, RawPeer, message, rlp, unrlp

POC3 = "cpp-0.3.10.jsonl"
POC7 = "cpp-poc7.jsonl"
P2P49 = (2, 49)


class Stage:
    """What a scenario needs: the programs, whether time is short, and the figures of a Meter that it makes."""

    def __init__(self, options, limits):
        self.options = options
        self.short = options.short
        self.limits = limits

    def patience(self, short, full):
        return (short if self.short else full) * self.options.slow

    def meter(self, chains=(), arguments=(), group=None, data=None):
        return Meter(self.options.ethpoc, chains, arguments, group, data, self.options.slow)

    def load(self, address, *arguments):
        return Load(self.options.load, address, arguments)


def figures(meter, good=None, stop=True, **more):
    """Everything that was measured, and SIGTERM. Without `stop` the node goes on."""
    out = {"pong": None, "answer": None, "faults": []}
    if good:
        out["pong"], out["answer"] = good.worst()
        out["faults"] += good.lost()
    out["log"] = meter.log_growth()
    out["store"] = meter.store_growth()
    out["alive"] = meter.node.alive()
    meter.look()
    out["stopped"] = stop
    out["term"] = meter.stop() if stop else None
    out["memory"] = meter.peak
    out["faults"] += meter.faults()
    out.update(more)
    return out


# ---------------------------------------------------------------- an honest peer that reads slowly


def slow_reader(stage):
    """It reads 4 kB at a time and gets a whole chain, question by question; then it asks so much at once that the kernel
    cannot keep all answers for its socket (so they wait in the node), reads on, and gets them all on the same connection."""
    blocks, at_once = (1000, 60) if stage.short else (2000, 60)
    arguments, folder = mined_chain(stage, "11", "--blocks", blocks, "--data", 1500)
    store = os.path.join(folder, "store")
    file = os.path.join(folder, "blocks.rlp")
    subprocess.run([stage.options.ethpoc, "chain", "import", file, "--data-dir", store, *arguments], check=True, timeout=120,
                   stdout=subprocess.DEVNULL)
    meter = stage.meter(arguments=arguments, data=store)
    good = GoodPeers(meter.node.address, 11)
    faults = []
    begin = time.monotonic()
    got = 0
    try:
        peer = RawPeer(meter.node.address, read_buffer=4096, version=11, client=b"/Ethereum(G)/v0.5.0/honest")
        with open(file, "rb") as first:
            genesis = parent_of(first.read(4096))
        got = read_slowly(peer, genesis, blocks)
        peer.send(message(0x14, genesis, 256) * at_once)
        more = sum(1 for _ in range(at_once) if slow_answer(peer))
        peer.close()
        if more != at_once:
            faults.append("%d answers to %d questions" % (more, at_once))
    except (Gone, OSError, AssertionError) as error:
        faults.append("%s: %s" % (type(error).__name__, error))
    if got != blocks:
        faults.append("it got %d blocks of %d" % (got, blocks))
    out = figures(meter, good, note="%d blocks in %.1f s" % (got, time.monotonic() - begin))
    out["faults"] += faults
    good.close()
    meter.close()
    shutil.rmtree(folder, ignore_errors=True)
    return out


def mined_chain(stage, version, *options):
    """(arguments for a node on it, folder with genesis.hex and blocks.rlp): a chain of tiny difficulty."""
    folder = tempfile.mkdtemp(prefix="ethpoc-mined-")
    subprocess.run([stage.options.load, "--write-chain", folder, "--version", version, *map(str, options)], check=True,
                   timeout=120)
    return ["--genesis", os.path.join(folder, "genesis.hex"), "--protocol", version], folder


def parent_of(block):
    header = block[block[0] - 0xF7 + 1:] if block[0] > 0xF7 else block[1:]
    header = header[header[0] - 0xF7 + 1:] if header[0] > 0xF7 else header[1:]
    return header[1:33]


def read_slowly(peer, genesis, wanted):
    """The number of blocks. Of the newest block in an answer nobody has told us the hash; its parent is asked for again."""
    asked, got = genesis, 0
    while got < wanted:
        peer.send(message(0x14, asked, 256))
        blocks = slow_answer(peer)
        if not blocks:
            return got
        first = 0 if asked == genesis else 1  # the newest one of the last answer came again
        got += len(blocks) - first
        if len(blocks) < 2 or got >= wanted:
            return got
        asked = parent_of(rlp(blocks[0]))
    return got


def slow_answer(peer, seconds=60.0):
    """The items of the next Blocks, in 4 kB pieces with a pause between two."""
    until = time.monotonic() + seconds
    buffer = peer.buffer
    while time.monotonic() < until:
        while len(buffer) >= 8 and len(buffer) >= 8 + int.from_bytes(buffer[4:8], "big"):
            size = int.from_bytes(buffer[4:8], "big")
            items = unrlp(buffer[8:8 + size])
            buffer = buffer[8 + size:]
            if items[0] == b"\x02":
                peer.send(message(3))
            elif items[0] == b"\x13":
                peer.buffer = buffer
                return items[1:]
            elif items[0] == b"\x01":
                raise Gone("Disconnect")
        time.sleep(0.002)
        data = peer.sock.recv(4096)
        if not data:
            raise Gone("closed after %d bytes of an answer" % len(buffer))
        buffer += data
    return []


# ---------------------------------------------------------------- who delays a sync


def first_import(meter, seconds):
    """Seconds until the first block is imported; None when none is."""
    begin = time.monotonic()
    return time.monotonic() - begin if meter.node.wait_for("imported", seconds) else None


def sync_verdict(took, seconds, allowed):
    if took is None:
        return ["no block was imported within %d s" % seconds], "> %d s" % seconds
    return (["the sync began after %.1f s" % took] if took > allowed else []), "%.1f s" % took


def mute_peers(stage):
    """They say Hello and Pong, and answer no question. Then a peer comes that has the chain."""
    chain, patience = Chain(POC3), stage.patience(20, 40)
    meter = stage.meter()
    mutes = [Responder(meter.node.address, "127.0.0.%d" % (2 + i), 12, chain, None) for i in range(8)]
    time.sleep(0.5)
    good = GoodPeers(meter.node.address)
    server = ChainServer(meter.node.address, chain, 12, 50001)
    took = first_import(meter, patience)
    faults, text = sync_verdict(took, patience, 6.0 * stage.options.slow)
    out = figures(meter, good, note="first block after " + text)
    out["faults"] += faults
    for one in [good, server, *mutes, meter]:
        one.close()
    return out


def made_up_hashes(stage):
    """One peer invents hashes each time that it is asked, after a second; another one has the chain."""
    return invented_hashes(stage, 256)


def too_many_hashes(stage):
    """The same, and it tells nearly as many as a frame holds, whatever was asked for."""
    return invented_hashes(stage, 450_000)


def invented_hashes(stage, each):
    chain, patience = Chain(POC7), stage.patience(20, 40)
    meter = stage.meter()
    count = [0]

    def invent(kind):
        if kind != 0x13:
            return None
        count[0] += 1
        noise = os.urandom(32 * each)
        return message(0x14, *[noise[32 * i:32 * i + 32] for i in range(each)])

    liar = Responder(meter.node.address, "127.0.0.2", P2P49, chain, invent, pause=1.0)
    time.sleep(0.5)
    good = GoodPeers(meter.node.address)
    server = ChainServer(meter.node.address, chain, P2P49, 50002)
    took = first_import(meter, patience)
    faults, text = sync_verdict(took, patience, 10.0 * stage.options.slow)
    out = figures(meter, good, note="first block after %s, %d answers of the liar" % (text, count[0]))
    out["faults"] += faults
    for one in [good, server, liar, meter]:
        one.close()
    return out


class Responder(threading.Thread):
    """Says Hello with a very long chain, answers Pings, and gives `answer(kind)` to all else."""

    seeds = iter(range(52000, 53000))

    def __init__(self, address, source, version, chain, answer, pause=0.0):
        super().__init__(daemon=True)
        self.answer = answer
        self.pause = pause
        self.running = True
        self.peer = RawPeer.__new__(RawPeer)
        self.peer.buffer = b""
        self.peer.sock = socket.socket()
        self.peer.sock.bind((source, 0))
        self.peer.sock.settimeout(5)
        self.peer.sock.connect(address)
        fake = type("Head", (), {"genesis": chain.genesis, "hashes": [os.urandom(32)]})
        self.peer.send(greeting(version, next(Responder.seeds), fake, 1 << 70))
        self.start()

    def run(self):
        while self.running:
            try:
                payload = self.peer.receive(0.2)
                if payload is None:
                    continue
                kind = int.from_bytes(unrlp(payload)[0], "big")
                if kind == 2:
                    self.peer.send(message(3))
                elif self.answer and (said := self.answer(kind)):
                    time.sleep(self.pause)
                    self.peer.send(said)
            except (Gone, OSError):
                return

    def close(self):
        self.running = False
        self.join()
        self.peer.close()


# ---------------------------------------------------------------- who is dialled


def too_many_peers(stage):
    """Dialled are some that say: Disconnect 04, Hello and Disconnect 04, nothing, Hello only.

    They say so at once, or once they have heard something.
    """
    seconds = 15 if stage.short else 40
    words = [message(1, 4), greeting(12, 50010) + message(1, 4), b"", greeting(12, 50011)]
    doors = [Door(said, listens) for listens in (False, True) for said in words]
    dials = [one for door in doors for one in ("--dial", "127.0.0.1:%d" % door.port)]
    meter = stage.meter(arguments=dials)
    good = GoodPeers(meter.node.address)
    time.sleep(seconds)
    counts = [door.count for door in doors]
    few = 6 if stage.short else 8
    # A peer that closes at our Hello without a word may mean the version: each guess (peer/versions.cpp) is said to it, once.
    allowed = [20 if door.listens and not door.words else few for door in doors]
    out = figures(meter, good, note="dialled %s times in %d s" % ("/".join(map(str, counts)), seconds))
    for count, most in zip(counts, allowed):
        if count > most:
            out["faults"].append("dialled %d times in %d s (%d are allowed)" % (count, seconds, most))
    if min(counts) == 0:
        out["faults"].append("one was never dialled")
    for one in [good, meter, *doors]:
        one.close()
    return out


class Door(threading.Thread):
    """Accepts, says `words`, after what it hears if it `listens`, closes, and counts."""

    def __init__(self, words, listens):
        super().__init__(daemon=True)
        self.words = words
        self.listens = listens
        self.count = 0
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.sock.settimeout(0.1)
        self.port = self.sock.getsockname()[1]
        self.running = True
        self.start()

    def run(self):
        while self.running:
            try:
                other, _ = self.sock.accept()
            except TimeoutError:
                continue
            self.count += 1
            with other:
                other.settimeout(3)
                try:
                    if self.listens:
                        other.recv(4096)
                except TimeoutError:
                    pass
                if self.words:
                    other.sendall(self.words)
                    time.sleep(0.02)

    def close(self):
        self.running = False
        self.join()
        self.sock.close()


# ---------------------------------------------------------------- everything at once


def all_at_once(stage):
    """All attacks in turn from 24 connections that read and 24 that do not, over six addresses."""
    seconds = 6 if stage.short else 20
    group = MemoryGroup(stage.limits.memory)
    meter = stage.meter([Chain(POC3).path, Chain(POC7).path], group=group if group.kind else None)
    good = GoodPeers(meter.node.address, 12, Chain(POC3))
    good.ready()
    names = subprocess.run([stage.options.load, "--list"], capture_output=True, text=True, check=True).stdout
    attacks = ",".join(line.split()[0] for line in names.splitlines() if not line.startswith("blocks-fat"))
    loads = [stage.load(meter.node.address, "--attack", attacks, "--version", version, "--connections", 24, "--shuffle",
                        "--first-address", first, "--addresses", 3, "--seconds", seconds + 15, "--seed", first, *deaf)
             for version, first, deaf in (("12,28", 2, ()), ("12,p2p2/eth49", 5, ("--deaf",)))]
    begin = time.monotonic()
    while time.monotonic() - begin < seconds and good.waiting() < 10 and meter.node.alive():
        time.sleep(0.1)
    out = figures(meter, good, addresses=6, seconds=time.monotonic() - begin)
    sent = sum(load.stop().get("bytes", 0) for load in loads)
    out.update(hostile=sent, note="memory limit by cgroup " + group.kind if group.kind else "no cgroup: VmHWM compared")
    good.close()
    meter.close()
    group.close()
    return out
