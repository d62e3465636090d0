#!/usr/bin/env python3
"""`ethpoc tap` between two real peers: tap.py PROGRAM

A sync goes through the tap. What the tap tells are the messages that the dialer told of itself, in this order; what it has
recorded is a session that replays without a difference; the chain arrives whole. Then somebody sends bytes that are no
frame: both ends see them, the tap says so, and goes on. A tap that records a capture and is killed leaves one that opens.
Exit 0 when all held, 1 when something did not.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from node_process import NodeProcess  # noqa: E402

CHAIN = os.path.join(TESTS, "chains", "cpp-0.3.10.jsonl")
PROTOCOL = ["--protocol", "7"]
STOPPED = 128 + signal.SIGTERM  # as a shell has it
HELLO = bytes.fromhex("f85c80078092457468657265756d282b2b292f302e302e310782765fb840")  # up to its node id
SAME = ("dir", "type", "id", "bytes")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, "%s: exit %d: %s" % (" ".join(command), done.returncode, done.stderr.strip())
    return done.stdout


def messages(events, direction):
    """What went in this direction as the dialer sees it, from Hello on."""
    return [tuple(event[key] for key in SAME) for event in events
            if event["event"] == "message" and event["dir"] == direction]


def head(program, folder):
    status = json.loads(run(program, "chain", "status", "--json", "--data-dir", folder, *PROTOCOL))
    return {key: status[key] for key in status if key.startswith("head")}


def sync_through(program, tap, folder):
    there = "%s:%d" % tap.address
    told = run(program, "dial", there, "--until", "synced", "--trace", "--json", "--data-dir", folder, *PROTOCOL)
    own = [json.loads(line) for line in told.splitlines()]
    assert tap.wait_for("disconnected"), "the tap did not tell of the end"
    for direction in ("out", "in"):
        said, seen = messages(own, direction), messages(tap.events(), direction)
        # The dialer leaves once it has what it came for; what the other side says then is seen by the tap alone.
        assert said and seen[:len(said)] == said, "%s: the dialer told %s, the tap %s" % (direction, said, seen)
    assert not tap.find("malformed"), tap.find("malformed")


def garbage_through(server, tap):
    """Bytes that are no frame: forwarded, told, survived."""
    with socket.create_connection(tap.address, 5) as peer:
        peer.sendall(b"no frame at all " * 4)
        assert server.wait_for("malformed", code="frame.bad_token"), "the node that the tap stands before did not hear of it"
    told = tap.wait_for("malformed", code="frame.bad_token")
    assert told and told["dir"] == "out" and told["offset"] == 0 and not told["tolerated"], "the tap told %s" % told
    assert tap.alive() and server.alive()


def tolerated_through(server, tap):
    """What is not right and is read all the same: the node that gets it and the tap say the same of it."""
    hello = HELLO + os.urandom(64)
    with socket.create_connection(tap.address, 5) as peer:
        for payload in (hello, bytes.fromhex("c28102"), bytes.fromhex("c102ff")):
            peer.sendall(bytes.fromhex("22400891") + len(payload).to_bytes(4, "big") + payload)
        for code in ("rlp.non_canonical_byte", "frame.trailing_bytes"):
            for who in (server, tap):
                told = who.wait_for("malformed", code=code)
                assert told and told["tolerated"] is True, "of %s is told %s" % (code, told)
    pings = [event for event in tap.find("message") if event["type"] == "Ping" and event["dir"] == "out"]
    assert len(pings) >= 2, "the tap did not take them for messages"


def killed_recording(program, server, folder, ending):
    """A tap that is killed while a connection is open has recorded a capture that opens, with all that it told."""
    record = os.path.join(folder, "killed" + ending)
    tap = NodeProcess(program, "--to", "%s:%d" % server.address, "--record", record, subcommand="tap")
    try:
        with socket.create_connection(tap.address, 5) as peer:
            for payload in (HELLO + os.urandom(64), bytes.fromhex("c102")):
                peer.sendall(bytes.fromhex("22400891") + len(payload).to_bytes(4, "big") + payload)
            assert tap.wait_for("message", type="Pong"), "the ping through the tap was not answered"
            tap.kill()
    finally:
        tap.stop()
    told = [(event["from"], event["type"], event["offset"]) for event in tap.find("message")]
    opened = json.loads(run(program, "pcap", record, "--json"))
    read = [(one["from"], one["type"], one["offset"]) for one in opened["messages"]]
    assert len(told) >= 4 and read[:len(told)] == told, "%s: the tap told %s, the file has %s" % (ending, told, read)
    shown = json.loads(run(program, "wire", "show", record, "--json"))
    assert shown["ok"] and len(shown["frames"]) == len(read), shown
    refused = subprocess.run([program, "tap", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--record", record],
                             capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 2 and "--force" in refused.stderr, refused


def main(program):
    with tempfile.TemporaryDirectory(prefix="ethpoc-tap-") as folder:
        ours, theirs, record = (os.path.join(folder, name) for name in ("ours", "theirs", "session.jsonl"))
        run(program, "chain", "import", CHAIN, "--json", "--data-dir", theirs, *PROTOCOL)
        server = NodeProcess(program, "--data-dir", theirs, *PROTOCOL)
        tap = NodeProcess(program, "--to", "%s:%d" % server.address, "--record", record, subcommand="tap")
        try:
            sync_through(program, tap, ours)
            run(program, "replay", record, "--json")
            tolerated_through(server, tap)
            garbage_through(server, tap)
            killed_recording(program, server, folder, ".pcapng")
            killed_recording(program, server, folder, ".pcap")
        finally:
            codes = [one.stop() for one in (tap, server)]
        assert codes == [STOPPED, STOPPED], codes
        assert head(program, ours) == head(program, theirs)
    print("a sync through the tap: told, recorded, unchanged")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except AssertionError as failed:
        sys.exit(str(failed))
