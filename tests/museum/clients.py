"""What each emulated client can do. A row a client: the table expects just this."""
import dataclasses
import fnmatch
import json
import re
import typing


def header(data, at):
    """(payload start, end, is list) of the RLP item at `at`."""
    b = data[at]
    if b < 0x80:
        return at, at + 1, False
    base = 0xc0 if b >= 0xc0 else 0x80
    n = b - base
    if n <= 55:
        return at + 1, at + 1 + n, b >= 0xc0
    start = at + 1 + n - 55
    return start, start + int.from_bytes(data[at + 1:start], 'big'), b >= 0xc0


def items(data, at):
    """The raw items of the list at `at`."""
    start, end, _ = header(data, at)
    out = []
    while start < end:
        _, stop, _ = header(data, start)
        out.append(data[start:stop])
        start = stop
    return out


def from_chain(name, nested):
    """Transactions that stand in the blocks of a recorded chain."""
    def read(shared):
        out = []
        with open(shared / 'chains' / name) as f:
            for line in f:
                o = json.loads(line)
                if 'rlp' not in o:
                    continue
                for entry in items(bytes.fromhex(o['rlp']), 0)[1:2]:
                    for tx in items(entry, 0):
                        out.append((items(tx, 0)[0] if nested else tx).hex())
        return out
    return read


def made(*transactions):
    """Transactions of our own making, where no recording has one."""
    return lambda shared: list(transactions)


# Go protocol 8 layout: nonce 0, value 1000, price 10^13, gas 500, to e6716f95..., no data; signed by the premined 8a40bfaa...
GO_P08 = ('f867808203e88609184e72a0008201f494e6716f9544a56c530d868e4bfbacb172315bdead801ba0f21689ffac96026e5dd286e9bee9c712f7f472ef2cf077'
          '837ab5c9b4ef015df2a025d1824f6f31c28a8c1a8878ad84f939a3398881337c4dda12231e850da14a08')


@dataclasses.dataclass
class Client:
    name: str
    protocol: str
    chain: typing.Optional[str] = None       # file in shared/chains
    fork: typing.Optional[str] = None        # another one with the same genesis that it can follow
    serves: bool = True                      # gives us its blocks
    imports: bool = True                     # takes ours
    announces: bool = True                   # tells of a block that it mined
    transactions: typing.Any = None          # where real ones are found; None: it relays none
    takes_transactions: bool = True
    accepts: bool = True                     # can be dialled
    dials: bool = True
    mine_every: float = 0                    # seconds between new blocks; 0: as many as usual
    serves_head: bool = True                 # False: its head comes only with the next block
    late_sink: bool = False                  # asks for blocks at Hello only: the one without blocks comes when we have them
    takes_news: bool = True                  # may be told of new blocks
    patience: float = 30                     # seconds that it may need to fetch a chain


EASY7 = from_chain('cpp-0.3.10-easy-tx.jsonl', False)
EASY23 = from_chain('cpp-poc5-easy-tx.jsonl', True)
GO23 = from_chain('go-p23-tx.jsonl', True)
GO33 = from_chain('go-p33-tx.jsonl', True)

CLIENTS = [
    Client('cpp-0.3.10', '7', 'cpp-0.3.10.jsonl', fork='go-p07.jsonl', transactions=EASY7),
    Client('cpp-poc4', '11', 'cpp-poc4.jsonl', fork='go-p07.jsonl', transactions=from_chain('cpp-poc4-easy-tx.jsonl', False)),
    Client('cpp-poc5', '23', 'cpp-poc5.jsonl', fork='go-p23.jsonl', transactions=EASY23),
    # It dials only what answers its UDP packets (spec CLIENTS 1), so the emulation that dials is one that was told to.
    Client('cpp-poc8', 'p2p3/eth54', 'go-p54.jsonl', transactions=GO33),
    Client('go-p07', '7', 'go-p07.jsonl', fork='cpp-0.3.10.jsonl', transactions=EASY7),
    Client('go-p08', '8', 'go-p08.jsonl', transactions=made(GO_P08)),
    Client('go-p17', '17', 'go-p17.jsonl', transactions=EASY23),
    Client('go-p23', '23', 'go-p23-tx.jsonl', fork='cpp-poc5.jsonl', transactions=GO23),
    # It dies of new blocks after a hash sync, so it is told of none.
    Client('go-p28', '28', 'go-p28.jsonl', late_sink=True, takes_news=False, transactions=GO23),
    Client('go-p33', 'p2p0/eth33', 'go-p33-tx.jsonl', fork='cpp-poc6.jsonl', transactions=GO33),
    Client('go-p49', 'p2p2/eth49', 'go-p49.jsonl', fork='cpp-poc7.jsonl', transactions=GO33),
    Client('go-p54', 'p2p3/eth54', 'go-p54.jsonl', fork='go-p54-eqtime.jsonl', transactions=GO33),
    # Python before PoC-5 has blocks of its own that nobody else can follow: sessions only.
    Client('py-v8', '8', accepts=False),
    Client('py-v8-fixed', '8'),
    Client('py-v8b', '8', accepts=False),
    Client('py-v8b-fixed', '8'),
    Client('py-v9', '9'),
    Client('py-v9c', '9'),
    Client('py-v12', '12'),
    Client('py-v15', '15'),
    Client('py-v19', '19'),
    Client('py-poc5', '23', 'cpp-poc5.jsonl', fork='go-p23.jsonl', serves_head=False, patience=60, transactions=EASY23),
    # It forgets what is announced while it syncs, and a sync takes it half a minute.
    Client('py-0.6.33', 'p2p0/eth33', 'go-p33-tx.jsonl', fork='cpp-poc6.jsonl', mine_every=20, patience=60, transactions=GO33),
    Client('py-0.7.38', 'p2p2/eth38'),
    # JavaScript serves nothing, announces nothing, and takes blocks from eth 31 on; its eth 36 has a genesis of its own,
    # and its eth 49 takes one with the chain.
    Client('js-flat-p15', '15', serves=False, imports=False, announces=False),
    Client('js-eth36', 'p2p2/eth36', serves=False, announces=False),
    Client('js-eth49', 'p2p2/eth49', 'go-p49.jsonl', serves=False, announces=False, late_sink=True),
    Client('ej-poc5', '23', 'cpp-poc5.jsonl', serves=False, announces=False, accepts=False),
    Client('ej-dec14', 'p2p2/eth49', 'go-p49.jsonl', announces=False, late_sink=True),
]


def row(name, about):
    """The row of a client; of one that has none, what its description says: a session that must last."""
    for c in CLIENTS:
        if c.name == name:
            return c
    found = re.search(r'protocol (\d+)', about)
    p2p = re.search(r'p2p (\d+), eth (\d+)', about)
    return Client(name, 'p2p%s/eth%s' % p2p.groups() if p2p else found.group(1) if found else 'auto', accepts='only dials' not in about)


@dataclasses.dataclass
class Limit:
    """A cell that two of the genuine clients do not reach with each other either."""
    client: str                              # a name, or the beginning of some with * after it
    scenario: str                            # or *
    column: str
    source: str
    role: typing.Optional[str] = None        # in both without it


LIMITS = [
    Limit('go-p07', 'losing', 'it follows', 'p05 and p07 never reorganise (spec CLIENTS 2, Sync)'),
    Limit('go-p28', 'early', 'caught up', 'asks for hashes at Hello only, and dies of new blocks after a hash sync (spec CLIENTS 2)'),
    Limit('go-p28', 'early', 'new block', 'asks for hashes at Hello only, and dies of new blocks after a hash sync (spec CLIENTS 2)'),
    Limit('go-p28', 'network', 'equal heads', 'asks for hashes at Hello only, and dies of new blocks after a hash sync (spec CLIENTS 2)'),
    Limit('go-p28', 'churn', 'equal heads', 'asks for hashes at Hello only, and dies of new blocks after a hash sync (spec CLIENTS 2)'),
]


def limit(client, scenario, role, column):
    for entry in LIMITS:
        if fnmatch.fnmatchcase(client, entry.client) and fnmatch.fnmatchcase(scenario, entry.scenario) and \
                entry.column == column and entry.role in (None, role):
            return entry.source
    return None
