"""The one table of tests/hostile: each attack, how it is made, and what must hold while it goes on."""

from dataclasses import dataclass, field

import scenarios
import unread

MIB = 1 << 20
FLAT12, FLAT28, P2P = "12", "28", "p2p2/eth49"
EVERY = (FLAT12, FLAT28, P2P)
HASHES = (FLAT28, P2P)
ONE = (FLAT12,)

# Connections x how they behave: the options of ethpoc_hostile_load. Eight come from one address, 48 from six.
SHAPES = {
    "1": ("--connections", 1),
    "7 deaf": ("--connections", 7, "--deaf"),
    "8": ("--connections", 8),
    "8 before Hello": ("--connections", 8, "--before-hello"),
    "48 deaf": ("--connections", 48, "--deaf"),
}
MESSAGE = ("1", "7 deaf", "8", "8 before Hello", "48 deaf")
BYTES = ("1", "7 deaf", "8", "48 deaf")
FAST = ("--redials", 3000)  # a second; 100 otherwise


@dataclass
class Limits:
    pong: float = 1.0             # seconds: worst Pong of the good peers
    answer: float = 5.0           # seconds: worst answer to the good peer that asks for blocks
    term: float = 3.0             # seconds from SIGTERM to the end, while the attack goes on
    memory: int = 0               # resident bytes at the peak; 0: MemoryMax of the systemd unit
    log: int = MIB                # bytes of stdout and stderr a minute for each hostile address
    store: int = 2 * MIB          # bytes by which the store may grow, and
    store_ratio: float = 1.5      # for each hostile byte


@dataclass
class Row:
    name: str
    versions: tuple = EVERY
    shapes: tuple = MESSAGE
    attack: str = ""              # what ethpoc_hostile_load --list calls it; "": as the row
    run: object = None            # a scenario instead of the load generator
    seconds: float = 1.0          # of each shape
    options: tuple = ()           # more of ethpoc_hostile_load
    node: str = "default"         # "mini": a chain of tiny difficulty, which the attacker can mine on
    serves: bool = True           # the node has a recorded chain
    what: str = ""
    limits: Limits = field(default_factory=Limits)


def scenario(run, what, **options):
    return Row(run.__name__.replace("_", "-"), ONE, (), run=run, what=what, **options)


TABLE = [
    # ---- every message of every version
    Row("hello"), Row("disconnect", options=FAST), Row("ping"), Row("pong"), Row("get-peers"),
    Row("peers"), Row("peers-odd"), Row("peers-10000"), Row("peers-none"),
    Row("get-chain", ONE), Row("get-chain-28k", ONE), Row("get-chain-unknown", ONE), Row("get-chain-4096", ONE),
    Row("not-in-chain", ONE), Row("get-transactions"),
    Row("get-transactions-pool", attack="transactions,get-transactions"),
    Row("get-block-hashes", HASHES), Row("get-block-hashes-unknown", HASHES), Row("block-hashes", HASHES),
    Row("block-hashes-450000", HASHES), Row("get-blocks", HASHES), Row("get-blocks-450000", HASHES),
    Row("status", (P2P,)), Row("unknown"),
    Row("transactions"), Row("transactions-invalid"), Row("transactions-60k"), Row("transactions-16m"),
    Row("transactions-16m-invalid"), Row("transactions-empty-lists"),
    Row("blocks"), Row("blocks-none"), Row("blocks-invalid"), Row("blocks-orphans"), Row("blocks-empty-lists"),
    Row("new-block", (P2P,)), Row("new-block-orphans", (P2P,)), Row("new-block-invalid", (P2P,)),
    Row("blocks-fat", ("23",), ("1",), seconds=4, node="mini", limits=Limits(store=2 * MIB, store_ratio=0.05)),
    # ---- what is no message, or not yet
    Row("noise", ONE, BYTES), Row("noise-after-hello", ONE, BYTES), Row("tokens", ONE, BYTES),
    Row("tokens-after-hello", ONE, BYTES), Row("lengths", ONE, BYTES), Row("lengths-after-hello", ONE, BYTES),
    Row("empty-frames", ONE, BYTES), Row("unfinished", ONE, BYTES, seconds=2),
    Row("unfinished-after-hello", ONE, BYTES, seconds=2), Row("drip", ONE, BYTES), Row("drip-after-hello", ONE, BYTES),
    Row("hello-capabilities", (P2P,), BYTES), Row("hello-counted", ONE, BYTES), Row("hello-client-id", EVERY, BYTES),
    Row("malformed", EVERY, BYTES), Row("malformed-5", EVERY, BYTES, options=FAST), Row("malformed-token", EVERY, BYTES),
    Row("nested", ONE, BYTES), Row("lists-in-lists", ONE, BYTES), Row("connect", ONE, BYTES, options=FAST), Row("silence", ONE, BYTES),
    # ---- whole stories
    scenario(scenarios.slow_reader, "an honest peer with a 4 kB window is served a whole chain", serves=False),
    scenario(scenarios.mute_peers, "eight mute peers, and one that has a chain", serves=False),
    scenario(scenarios.made_up_hashes, "made-up hashes each second, and one that has a chain", serves=False),
    scenario(scenarios.too_many_hashes, "450,000 hashes for 256, and one that has a chain", serves=False),
    scenario(scenarios.too_many_peers, "the one that is dialled says: too many peers", serves=False),
    scenario(unread.stdout_unread, "nobody reads the events", serves=False),
    scenario(unread.stderr_unread, "nobody reads the log", serves=False),
    scenario(unread.metrics_unread, "scrapers that neither ask nor read", serves=False),
    scenario(scenarios.all_at_once, "everything at once from 48 connections, under MemoryMax"),
]
