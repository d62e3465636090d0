#!/usr/bin/env python3
"""`ethpoc dial` says why it did not come to what was asked for, and what to do: say_why.py ETHPOC. Exit 0 when all is so.

Real nodes, and sockets that behave as other programs do. --json has the same in its last line; --quiet leaves out the next step."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from node_process import NodeProcess  # noqa: E402


DISCONNECT_04 = bytes.fromhex("2240089100000003c20104")


def dial(program, address, *arguments, code, seconds="10"):
    ran = subprocess.run([program, "dial", "%s:%d" % address, "--for", seconds, *arguments], stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=40, check=False)
    assert ran.returncode == code, "%r: %s" % (arguments, ran)
    return ran


def why(program, address, *arguments, code=1, seconds="10"):
    """The sentence and the next step, which --json must say in the same words."""
    told = json.loads(dial(program, address, *arguments, "--json", code=code, seconds=seconds).stdout.splitlines()[-1])
    assert told["event"] == "stopped" and told["reached"] is False, told
    return told["why"], told["next"]


@contextlib.contextmanager
def node(program, *arguments):
    one = NodeProcess(program, "--target-peers", "0", "--data-dir", ":memory:", *arguments)
    try:
        yield one
    finally:
        one.stop()
        shutil.rmtree(one.folder)


@contextlib.contextmanager
def listener(answer):
    """A socket that does `answer` with each of at most 80 connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            kept = []
            with contextlib.suppress(OSError):
                for _ in range(80):
                    kept.append(server.accept()[0])
                    answer(kept[-1])
            for one in kept:
                one.close()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def other_chains(program, folder):
    """Two nodes of one version with different genesis blocks, for each way in which a version shows its chain."""
    said = []
    for number, protocol in enumerate(("poc3", "p2p0/eth33")):
        theirs, ours = (os.path.join(folder, "%s%d" % (name, number)) for name in ("theirs", "ours"))
        for path, difficulty in ((theirs, "20000"), (ours, "30000")):
            subprocess.run([program, "genesis", "make", "--difficulty", difficulty, "--protocol", protocol, "--out", path, "-q"],
                           stdout=subprocess.DEVNULL, check=True)
        words = ("--protocol", protocol)
        with node(program, *words, "--genesis", theirs) as peer:
            sentence, step = why(program, peer.address, *words, "--genesis", ours, "--until", "synced")
            assert re.search(r"genesis.* [0-9a-f]{8}\b", sentence) and "--genesis" in step, (protocol, sentence, step)
            said.append(sentence)
            people = dial(program, peer.address, *words, "--genesis", ours, "--until", "synced", code=1)
            assert sentence in " ".join(people.stdout.split()) and "not synced" in people.stdout, people
            assert " ".join(people.stdout.split()).endswith("next: " + step), people
            quiet = dial(program, peer.address, *words, "--genesis", ours, "--until", "synced", "--quiet", code=1)
            assert "next:" not in quiet.stdout + quiet.stderr, quiet
    return said


def other_words(program):
    """Version, network, and a place that is taken."""
    said = []
    with node(program, "--protocol", "28", "--network-id", "7") as peer:
        sentence, step = why(program, peer.address, "--protocol", "23")
        assert "28" in sentence and "--protocol 28" in step, (sentence, step)
        said.append(sentence)
        sentence, step = why(program, peer.address, "--protocol", "28")
        assert "network" in sentence and "--network-id" in step, (sentence, step)
        said.append(sentence)
    with listener(lambda connection: connection.sendall(DISCONNECT_04)) as full:
        sentence, step = why(program, full, "--protocol", "28")
        assert "all the peers that it takes" in sentence and "wait" in step, (sentence, step)
        said.append(sentence)
    return said


def no_peer(program):
    """Nobody, somebody who closes, and somebody who is silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = server.getsockname()
    sentence, step = why(program, nobody, code=3)
    assert "nobody listens" in sentence and "ethpoc run --listen %s:%d" % nobody in step, (sentence, step)
    said = [sentence]
    with listener(lambda connection: connection.close()) as address:
        sentence, step = why(program, address, "--protocol", "28")
        assert "closed the connection before it said Hello" in sentence and "banned" in sentence, sentence
        said.append(sentence)
    with listener(lambda connection: None) as address:
        sentence, step = why(program, address, "--protocol", "28", "--timeouts.handshake", "1")
        assert "never said Hello" in sentence, sentence
        said.append(sentence)
        sentence, step = why(program, address, "--protocol", "28", seconds="0.3")
        assert "--for" in sentence and "--for" in step, (sentence, step)
        said.append(sentence)
    return said


def hurried(program):
    """A peer of another chain that asks for addresses without end: we read it more slowly, and its time runs out."""
    hello = 'Hello{version:28 client_id:"hurried" capabilities:7 listen_port:30303 node_id:`%s` total_difficulty:9223372036854775807 best_hash:`%s`}' % ("07" * 64, "11" * 32)
    words = subprocess.run([program, "wire", "encode", "--protocol", "28", "--out", "bin", hello, *["GetPeers"] * 100],
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=True).stdout
    with listener(lambda connection: connection.sendall(words)) as address:
        sentence, step = why(program, address, "--protocol", "28", "--until", "synced", seconds="1")
    assert "GetPeers faster than we read" in sentence and "--for" in step, (sentence, step)
    return [sentence]


def ourselves(program, folder):
    key = os.path.join(folder, "key")
    with node(program, "--protocol", "28", "--node-key", key) as peer:
        sentence, step = why(program, peer.address, "--protocol", "28", "--node-key", key, code=3)
    assert "ourselves" in sentence and "--node-key" in step, (sentence, step)
    return [sentence]


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="ethpoc-test-") as folder:
        said = (other_chains(program, folder) + other_words(program) + no_peer(program) + hurried(program) +
                ourselves(program, folder))
    for sentence in said:
        print(sentence)
    print("%d reasons" % len(said))


if __name__ == "__main__":
    main()
