"""The contract's section `peer`, and the events that the second round added."""

import shutil
import socket

from entries import SESSION, entry, has_fields, is_timestamp, tested
from node_process import NodeProcess
from raw_peer import RawPeer, message

SYNOPSES = {
    "run": "--listen --dial --protocol --network-id --genesis --data-dir --max-peers --node-key --client-id --config --metrics"
           " --for --trace --json --state",
    "dial": "target --protocol --until --for --trace --json --network-id --genesis --data-dir --node-key --client-id --config",
    "demo": "--json",
    "tap": "--listen --to --record --trace --json",
    "replay": "file --as --json",
}


def synopsis(section, command, options):
    @entry(section, "every option of the synopsis of %s" % command)
    def options_are_there(place):
        missing = set(options.split()) - place.options(command)
        assert not missing, "%s does not take %s" % (command, sorted(missing))


for name, row in SYNOPSES.items():
    synopsis("peer", name, row)


class Node:
    """A node for the time of a `with`."""

    def __init__(self, place, *arguments, **options):
        self.one = NodeProcess(place.program, "--data-dir", ":memory:", *arguments, **options)

    def __enter__(self):
        return self.one

    def __exit__(self, *_):
        if self.one.alive():
            self.one.kill()
        shutil.rmtree(self.one.folder)


def at(node):
    return "%s:%d" % node.address


@entry("peer", "run listens on loopback, port 30303, as it comes")
def listens(place):
    rows = {row["key"]: row for row in place.document("config", "show")["settings"]}
    assert rows["listen"] == {"key": "listen", "value": "127.0.0.1:30303", "origin": "default"}, rows["listen"]


@entry("peer", "dial ends with 0 once the point is reached")
def dial_reaches(place):
    with Node(place, "--protocol", "8") as node:
        for until in ("hello", "synced"):
            place.run("dial", at(node), "--until", until, "--for", "10", "--protocol", "8")


@entry("peer", "dial ends with 1 when the peer refuses")
def dial_refused(place):
    with Node(place, "--protocol", "8") as node:
        place.run("dial", at(node), "--for", "10", "--protocol", "8", "--network-id", "77", code=1)


@entry("peer", "dial ends with 1 when the time is over")
def dial_in_vain(place):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        place.run("dial", "127.0.0.1:%d" % mute.getsockname()[1], "--for", "0.3", "--protocol", "8", code=1)


@entry("peer", "dial ends with 3 when nobody is there")
def dial_unreachable(place):
    place.run("dial", "127.0.0.1:1", "--for", "5", code=3)


@entry("peer", "demo ends with 0 and equal heads")
def demo(place):
    end = place.run("demo", "--json").lines()[-1]
    assert end["event"] == "demo" and end["equal"] is True and end["client_head_number"] > 0, end


@entry("peer", "demo shows people the conversation")
def demo_for_people(place):
    said = place.run("demo").out
    assert all(word in said for word in ("Hello", "GetChain", "Blocks", "heads are equal")), said


tested("peer", "tap forwards unchanged, shows and records", "tap/tap.py", "def sync_through", "def garbage_through",
       "def killed_recording")


@entry("peer", "replay plays either side and reports differences")
def replay(place):
    for side in ("dialer", "listener"):
        assert place.document("replay", SESSION, "--as", side)["ok"] is True, side
    place.run("replay", SESSION, "--as", "nobody", code=2)


EVENTS = {
    "connecting": "peer", "connected": "peer direction",
    "hello": "peer client_id family version network_id caps listen_port node_id",
    "message": "peer dir type id bytes", "disconnected": "peer by reason",
    "imported": "peer blocks head_number head_hash", "synced": "peer head_number head_hash",
}


@entry("peer", "events of a sync and their fields")
def events_of_sync(place):
    seen = {}
    for one in place.run("demo", "--json").lines():
        seen.setdefault(one["event"], one)
    for event, fields in EVENTS.items():
        assert event in seen, "demo tells no %s" % event
        has_fields(seen[event], fields, event)
        assert is_timestamp(seen[event]["ts"]), seen[event]
    assert seen["hello"]["family"] == "flat" and seen["connected"]["direction"] == "outbound", seen
    assert seen["message"]["dir"] in ("in", "out") and seen["disconnected"]["by"] in ("us", "them", "timeout", "error"), seen


@entry("peer", "messages are told with --trace only")
def trace(place):
    with Node(place, "--protocol", "8") as node:
        words = ["dial", at(node), "--for", "10", "--protocol", "8", "--json"]
        assert not [one for one in place.run(*words).lines() if one["event"] == "message"]
        assert [one for one in place.run(*words, "--trace").lines() if one["event"] == "message"]


@entry("peer", "hello of a p2p peer has its eth version")
def hello_p2p(place):
    with Node(place) as node:
        told = place.run("dial", at(node), "--for", "10", "--protocol", "p2p2/eth49", "--json").lines()
        hello = next(one for one in told if one["event"] == "hello")
        assert hello["family"] == "p2p" and hello["eth_version"] == 49, hello


@entry("peer", "listening, and stopped with totals")
def begin_and_end(place):
    told = place.run("run", "--json", "--listen", "127.0.0.1:0", "--for", "0.05", "--data-dir", ":memory:").lines()
    assert told[0]["event"] == "listening" and told[0]["addr"].startswith("127.0.0.1:"), told[0]
    assert told[-1]["event"] == "stopped" and len(told[-1]) > 4, told[-1]


@entry("peer", "disconnected names the reason code that they said")
def reason_code(place):
    with Node(place) as node:
        peer = RawPeer(node.address)
        peer.send(message(1, 8))
        told = node.wait_for("disconnected")
        assert told["by"] == "them" and told["reason_code"] == 8 and told["reason"], told
        peer.close()


@entry("peer", "malformed has code, offset, length and path")
def malformed(place):
    with Node(place) as node:
        RawPeer(node.address, greet=False).send(b"no frame at all " * 4)
        told = node.wait_for("malformed")
        has_fields(told, "peer code offset length path", "malformed")
        assert told["code"] == "frame.bad_token", told


tested("peer", "retry names the protocol and why", "../cmd/view/events.cpp", 'line("retry"', '"protocol"', '"why"')
tested("peer", "reorg has from, to and depth", "../cmd/view/chain_events.cpp", '"reorg"', '"from"', '"to"', '"depth"')
tested("peer", "transaction has hash, peer and perhaps a sender", "../cmd/view/events.cpp", '"transaction"', '"hash"', '"sender"')


@entry("second round", "malformed tells whether it was tolerated")
def tolerated(place):
    with Node(place) as node:
        peer = RawPeer(node.address)
        peer.send(bytes.fromhex("2240089100000003c28102"))
        told = node.wait_for("malformed", code="rlp.non_canonical_byte")
        assert told and told["tolerated"] is True, told
        RawPeer(node.address, greet=False).send(b"no frame at all " * 4)
        told = node.wait_for("malformed", code="frame.bad_token")
        assert told and told["tolerated"] is False, told


tested("second round", "dropped_events has a count", "cmd/events_test.cpp", "every line is accounted for", "dropped_events")


@entry("second round", "hello tells whether the version was guessed")
def hello_guessed(place):
    with Node(place, "--protocol", "8") as node:
        told = place.run("dial", at(node), "--for", "10", "--json").lines()
        assert isinstance(next(one for one in told if one["event"] == "hello").get("guessed"), bool), told


@entry("second round", "banned has address, reason and until")
def banned(place):
    with Node(place, "--limits.exempt-loopback", "off", "--timeouts.accept-pause", "0") as node:
        for _ in range(12):
            try:
                RawPeer(node.address, greet=False).send(b"no frame" * 4)
            except (OSError, AssertionError):
                pass
        told = node.wait_for("banned", seconds=5)
        assert told, "no such event"
        has_fields(told, "address reason until", "banned")


@entry("second round", "an address in use: the sentence names it and the next step")
def address_in_use(place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        for setting, more in (("--listen", ()), ("--metrics", ("--listen", "none"))):
            ran = place.run("run", setting, address, *more, "--data-dir", ":memory:", "--for", "5", code=3)
            assert address in ran.err and "in use" in ran.err and "another %s HOST:PORT" % setting in ran.err, ran
            assert "0x0000" not in ran.err, ran


@entry("second round", "an unwritable directory: the sentence names it and why")
def unwritable(place):
    with open(place.path("file"), "w", encoding="ascii"):
        pass
    ran = place.run("run", "--data-dir", place.path("file") + "/data", "--listen", "none", "--for", "1", code=3)
    assert place.path("file") in ran.err and "ot a directory" in ran.err, ran


@entry("second round", "a wrong genesis: the sentence names it and why")
def wrong_genesis(place):
    ran = place.run("run", "--genesis", "no-such-genesis", "--listen", "none", "--for", "1", "--data-dir", ":memory:", code=2)
    assert "no-such-genesis" in ran.err and "no genesis and no file" in ran.err and "." in ran.err, ran
