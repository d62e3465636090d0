"""The cases of hostile_peers.py: what each peer says, and what must come of it."""

import json
import os
import random
import re
import socket
import time

from raw_peer import Raw, RawPeer, TOKEN, frame, hello, message, node_id, rlp

HERE = os.path.dirname(os.path.abspath(__file__))
LIMITS = os.path.join(HERE, os.pardir, os.pardir, "wire", "messages.def")
FRAME_LIMIT = 4 << 20  # limits.frame of hostile_peers.py
HASH = bytes(range(32))
GENESIS = bytes.fromhex("ab6b9a5613970faa771b12d449b2e9bb925ab7a369f0a4b86b286e9d540099cf")


class Case:
    """`expected`: the beginning of the code that must be told of, None for none at all, "any" when it does not matter."""

    def __init__(self, title, action, expected="any", greet=True, **fields):
        self.title = title
        self.action = action
        self.expected = expected
        self.greet = greet
        self.fields = fields
        self.names = []
        self.peers = []

    def run(self, node):
        since = len(node.events())
        self.names, self.peers = [], []
        peer = RawPeer(node.address, greet=self.greet, **self.fields)
        peer.since = since  # a port is used again: what was told of an earlier connection from it does not count
        self.peers.append(peer)
        self.names.append(peer.name)
        return self.action(node, peer)

    def close(self):
        for peer in self.peers:
            peer.close()


def faults(*pairs):
    return [text for good, text in pairs if not good]


def sends(data, then=None):
    """Sends; then the connection must be in the named state: "lives", "ends", or anything."""
    def action(node, peer):
        peer.try_send(data)
        if then == "lives":
            return faults((peer.ping() is not None, "the connection did not live"))
        if then == "ends":
            return faults((peer.closed_within(4), "the connection was not closed"))
        return []
    return action


def ends_with(data, reason):
    def action(node, peer):
        peer.try_send(data)
        closed = peer.closed_within(4)
        return faults((closed, "the connection was not closed"),
                      (peer.disconnect_reason() == reason,
                       "Disconnect %s instead of %s" % (peer.disconnect_reason(), reason)))
    return action


# ---------------------------------------------------------------- malformed RLP, in every message

IDS = {"Disconnect": 0x01, "Ping": 0x02, "Pong": 0x03, "GetPeers": 0x10, "Peers": 0x11, "Transactions": 0x12,
       "Blocks": 0x13, "GetChain": 0x14, "NotInChain": 0x15, "GetTransactions": 0x16}


def broken_forms(kind):
    """Payloads that begin as a message of this kind and are no RLP, one for each way."""
    body = bytes([kind])
    return {
        "cut short": bytes([0xc0 + 40]) + body + b"\xa0" + HASH,
        "longer than its frame": b"\xf9\xff\xff" + body,
        "item beyond its list": bytes([0xc3]) + body + b"\xa0\x01",
        "string without end": bytes([0xc5]) + body + b"\xb8\xff\x01\x02",
        "length of eight bytes": bytes([0xca]) + body + b"\xbf" + b"\xff" * 8,
        "list length wraps": b"\xff" + b"\xff" * 8 + body,
        "long form without length": b"\xf8",
        "id is a list": b"\xc2\xc1" + body,
        "id of nine bytes": b"\xca\x89" + b"\x01" * 8 + body,
        "no list": b"\x83" + body * 3,
        "a single byte": body,
        "empty list": b"\xc0",
        "nothing": b"",
    }


def malformed_cases():
    for name, kind in IDS.items():
        forms = broken_forms(kind)

        def action(node, peer, forms=forms):
            wrong = []
            for what, payload in forms.items():
                before = len(node.events())
                one = RawPeer(node.address)
                one.send(frame(payload))
                if one.ping() is None:
                    wrong.append(what + ": one malformed message ended it")
                event = node.wait_for("malformed", 2, since=before, peer=one.name)
                if event is None:
                    wrong.append(what + ": not told")
                elif not event["path"] or not event["code"].startswith(("rlp.", "message.", "frame.")):
                    wrong.append("%s: %s" % (what, event))
                one.close()
            return wrong
        yield Case("malformed RLP in " + name, action, None)
    deep = b"\x80"
    for _ in range(20000):
        deep = rlp([Raw(deep)])
    yield Case("20,000 lists in each other in Blocks", sends(message(0x13, Raw(deep)), None))
    items = {"Peers entry of one": message(0x11, [b"\x01\x02\x03\x04"]),
             "GetChain hash of 33 bytes": message(0x14, HASH + b"x", 256),
             "NotInChain without hash": message(0x15),
             "NotInChain with a list": message(0x15, [HASH]),
             "Disconnect with a list": message(0x01, [1, 2])}
    for what, data in items.items():
        if "Disconnect" in what:
            yield Case(what, sends(data), "any")
        else:
            yield Case(what, sends(data, "lives"), "message." if "list" not in what else "")
    yield Case("five malformed messages", ends_with(frame(b"\xc1") * 5, 2), "rlp.")


# ---------------------------------------------------------------- frames

def frame_cases():
    ping = message(2)
    yield Case("wrong token, then a good frame", sends(b"\x22\x40\x08\x90" + ping[4:] + ping, "lives"), "frame.bad_token")
    yield Case("token cut by one byte", sends(TOKEN[:3] + ping + ping, "lives"), "frame.bad_token")
    yield Case("length 0", sends(frame(b"") + ping, "lives"), "frame.empty_payload")
    yield Case("length too short by one", sends(frame(rlp([0x15, HASH]), 33) + ping, "lives"), "")
    for length in (0x01000000, 0x7fffffff, 0xfffffff7, 0xfffffff8, 0xffffffff):
        data = frame(b"", length) + ping
        yield Case("length 0x%08x" % length, sends(data, "lives"), "frame.too_large")
        yield Case("length 0x%08x before Hello" % length, ends_with(frame(b"\xc1\x02", length), 2), "frame.too_large",
                   greet=False)
    yield Case("length too long by one, then FIN", half_then_fin(frame(b"\xc1\x02", 3)), "frame.incomplete")
    yield Case("half a frame, then silence", sends(frame(b"\xf9\x01\x00" + b"\x13", 259), "ends"))
    yield Case("one byte a second", drip)
    yield Case("a valid frame byte by byte", byte_by_byte, None)
    yield Case("garbage without end", flood(b"\xaa" * (1 << 16), 400), "frame.bad_token")
    yield Case("GET / HTTP/1.1", ends_with(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 2), "frame.bad_token", greet=False)
    yield Case("tokens without end", flood(TOKEN * 20000, 100), "frame.")
    yield Case("frames nested on purpose", sends(nested(60000), None))


def half_then_fin(data):
    def action(node, peer):
        peer.send(data)
        peer.sock.shutdown(socket.SHUT_WR)  # closing with bytes unread would be a reset, not a FIN
        return faults((node.wait_for("disconnected", 3, peer=peer.name), "not noticed"))
    return action


def drip(node, peer):
    data = frame(rlp([0x14, HASH, 256]))
    for at in range(6):
        if not peer.try_send(data[at:at + 1]):
            return []
        time.sleep(1)
    return faults((peer.closed_within(1), "lives after six seconds with a limit of two"))


def byte_by_byte(node, peer):
    for byte in message(2):
        peer.send(bytes([byte]))
        time.sleep(0.002)
    return faults((peer.expect(3) is not None, "no Pong"))


def flood(data, times):
    def action(node, peer):
        for _ in range(times):
            if not peer.try_send(data):
                return []
        return faults((peer.closed_within(4), "was not ended"))
    return action


def nested(depth):
    out = b"\xc1\x02"
    for _ in range(depth):
        out = frame(b"\xc1" + out[:40])
    return out * 1000


# ---------------------------------------------------------------- Hello

def hello_cases():
    def none(node, peer):
        return faults((peer.closed_within(4), "was not ended"))
    yield Case("Hello missing", none, None, greet=False)
    yield Case("Hello missing, GetPeers instead", get_peers_before_hello, None, greet=False)
    yield Case("Hello twice", lambda node, peer: sends(hello(peer.seed), "lives")(node, peer), None)
    yield Case("Hello twice with another id", ends_with(hello(60001), 2))
    yield Case("Hello of version 99", ends_with(hello(60002, version=99), 7), None, greet=False)
    yield Case("Hello of version 2^64", ends_with(hello(60002, version=1 << 64), 2), "", greet=False)
    yield Case("Hello of network 1", ends_with(hello(60003, network=1), 7), None, greet=False)
    yield Case("Hello with our own id", own_id, None, greet=False)
    yield Case("Hello with a connected id", same_id, None)
    yield Case("Hello with the zero id", ends_with(hello(0, identity=bytes(64)), 7), None, greet=False)
    yield Case("Hello with an id of 65 bytes", ends_with(hello(0, identity=b"x" * 65), 2), "message.", greet=False)
    yield Case("Hello with an id of 63 bytes", sends(hello(0, identity=b"y" * 63), "lives"), None, greet=False)
    wild = b"\x1b[2J\r\n\x07" + bytes(random.Random(4).randrange(1, 256) for _ in range(100_000))
    yield Case("Hello with a client id of 3.9 kB of anything", wild_client_id(wild[:3900]), None, greet=False)
    for what, data in large_hellos(wild):
        yield Case("Hello with " + what, refused_for_size(data), "frame.too_large", greet=False)
    for caps in ([], [b"eth"], [[b"eth", 99]], [[b"shh", 2]], [[]], [[[]]], [[b"eth", b"x" * 40]] * 100):
        data = message(0, 2, b"p2p", caps, 30303, node_id(60004))
        yield Case("Hello of p2p with capabilities %r" % (caps[:1],), sends(data, None), greet=False)
    yield Case("Hello of p2p 0 with no list", sends(message(0, 0, b"p2p", [], 30303, node_id(60005)), None), greet=False)
    yield Case("Hello cut at every byte", cut_hello, None)


def get_peers_before_hello(node, peer):
    for _ in range(1000):
        if not peer.try_send(message(0x10) * 100):
            return []
    return faults((peer.closed_within(4), "was not ended"))


def own_id(node, peer):
    probe = RawPeer(node.address, greet=False)
    probe.send(hello(probe.seed))
    theirs = probe.expect(0)[6]
    probe.close()
    return ends_with(hello(0, identity=theirs), 5)(node, peer)


def same_id(node, peer):
    second = RawPeer(node.address, greet=False)
    wrong = ends_with(hello(peer.seed), 5)(node, second)
    second.close()
    return wrong + faults((peer.ping() is not None, "the first connection was lost"))


def large_hellos(wild):
    """Each is well-formed but for its size; 4 KiB are what a Hello may have (wire/messages.def)."""
    yield "a client id of 4 kB", hello(60010, client=wild[:4096])
    yield "a client id of 100 kB of anything", hello(60011, client=wild)
    yield "a node id of 100 kB", hello(0, identity=wild)
    yield "a client id of 100 kB, of protocol 0", message(0, 0, 0, wild, 7, 30303)
    for version in (0, 2, 3):
        capabilities = [b"eth"] * 500_000 if version == 0 else [[b"eth", 49]] * 300_000
        yield ("%d capabilities, of p2p %d" % (len(capabilities), version),
               message(0, version, b"p2p", capabilities, 30303, node_id(60012)))


def refused_for_size(data, reason=2, greet=False):
    """Ended with that reason, and told once with little text, when its first bytes have come: the rest may never follow."""
    def action(node, peer):
        peer.try_send(data[:4096])
        wrong = ended_for_size(node, peer, reason)
        since = len(node.events())
        second = RawPeer(node.address, greet=greet)
        second.since = since
        second.try_send(data)
        wrong += ended_for_size(node, second, reason)
        second.close()
        return wrong
    return action


def ended_for_size(node, peer, reason=2):
    told = node.wait_for("malformed", 2, since=peer.since, peer=peer.name, code="frame.too_large")
    closed = peer.closed_within(2)
    return faults((told is not None, "frame.too_large was not told"), (closed, "the connection was not closed"),
                  (told is None or len(json.dumps(told)) < 500, "was told in full"),
                  (len(node.find("malformed", since=peer.since, peer=peer.name)) < 2, "was told more than once"),
                  (peer.disconnect_reason() == reason, "Disconnect %s" % peer.disconnect_reason()))


def limits():
    """Type: largest payload before Hello and afterwards (wire/messages.def)."""
    with open(LIMITS, encoding="ascii") as rows:
        found = re.findall(r"^ETHPOC_LIMIT\((\w+), (\d+), (\d+),", rows.read(), re.MULTILINE)
    return {name: (int(before), int(after)) for name, before, after in found}


def size_cases():
    """Of each message a frame that is one byte larger than its row allows, before Hello and afterwards."""
    for name, kind in {**IDS, "Unknown": 0x4d}.items():
        before, after = limits()[name]
        for greet, most in ((False, before), (True, after)):
            if most >= FRAME_LIMIT:
                continue  # that limit comes first; "length 0x01000000" is about it
            head = rlp([kind, b"x" * most])[:5]  # the list's header and the id

            def action(node, peer, head=head, most=most):
                peer.send(frame(head, most + 1))
                return ended_for_size(node, peer)
            yield Case("%s of %d bytes%s" % (name, most + 1, "" if greet else " before Hello"), action, "frame.too_large",
                       greet=greet)


def wild_client_id(client):
    def action(node, peer):
        peer.send(hello(peer.seed, client=client))
        wrong = faults((peer.expect(0) is not None, "was refused"), (peer.ping() is not None, "no Pong"))
        event = node.wait_for("hello", 2, peer=peer.name)
        text = event["client_id"] if event else ""
        return wrong + faults((event is not None, "no hello event"), (len(text) < 2000, "told in full"),
                              (all(ord(c) >= 32 for c in text), "control characters were told"))
    return action


def cut_hello(node, peer):
    whole = hello(60006)
    for at in range(8, len(whole), 3):
        one = RawPeer(node.address, greet=False)
        one.try_send(whole[:at])
        one.close()
    return faults((peer.ping() is not None, "lost"))


def all_cases():
    import floods
    yield from malformed_cases()
    yield from frame_cases()
    yield from hello_cases()
    yield from size_cases()
    yield from floods.flood_cases()
