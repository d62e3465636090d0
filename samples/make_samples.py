#!/usr/bin/env python3
"""Writes the captures of this folder: make_samples.py [--sessions DIR] [--out DIR] [NAME...]

Recordings come from session files (one JSON object a line, see README.md); the rest is made by hand below. The same
input gives the same bytes. A capture whose recording is not there is left as it is, with a word about it.
"""
import argparse
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
from pcapfile import Capture  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
TOKEN = "22400891"
NODE_ID = "b840" + "".join(f"{i * 7 % 256:02x}" for i in range(1, 65))
OTHER_ID = "b840" + "".join(f"{i * 11 % 256:02x}" for i in range(1, 65))


def frame(payload_hex):
    payload = payload_hex.replace(" ", "")
    return bytes.fromhex(f"{TOKEN}{len(payload) // 2:08x}{payload}")


def rlp_list(*items_hex):
    payload = "".join(items_hex).replace(" ", "")
    size = len(payload) // 2
    return (f"{0xc0 + size:02x}" if size < 56 else f"f8{size:02x}") + payload


def text(value):
    return f"{0x80 + len(value):02x}" + value.encode().hex()


def flat_hello(version, client, port="82765f", key=NODE_ID):
    number = f"{version:02x}" if version else "80"
    return frame(rlp_list("80", number, "80", text(client), "07", port, key))


def p2p_hello(client, caps="ccc58365746831c58373686802", key=NODE_ID):
    return frame(rlp_list("80", "02", text(client), caps, "82765f", key))


# ---------------------------------------------------------------- recordings

def from_session(capture, path, most_bytes=None, port=30303, time=0.0):
    """Adds the connections of a session file, each chunk as the segments that carried it; stops after `most_bytes`."""
    connections = {}
    left = most_bytes
    for line in path.read_text().splitlines():
        event = json.loads(line)
        if "conn" not in event:
            continue
        number = event["conn"]
        at = time + event["t"]
        if number not in connections:
            connections[number] = capture.connection(at, port)
        connection = connections[number]
        if "hex" in event:
            data = bytes.fromhex(event["hex"])
            connection.send(at, event["from"] == "dialer", data)
            left = None if left is None else left - len(data)
        elif event.get("event") == "eof":
            connection.finish(at, event.get("from") == "dialer")
        if left is not None and left <= 0:
            break


# ---------------------------------------------------------------- made by hand

def split_segments(capture):
    """The same handshake in four ways: whole, byte by byte, cut at bad places, and out of order with one part sent twice."""
    hello = flat_hello(7, "Ethereum(++)/v0.3.10/split")
    answer = flat_hello(7, "ethpoc/samples", key=OTHER_ID) + frame("c102")
    whole = capture.connection(0.0)
    whole.send(0.01, True, hello)
    whole.send(0.02, False, answer)
    whole.send(0.03, True, frame("c103") + frame("c110") + frame("c116"))
    bytewise = capture.connection(1.0)
    for i, byte in enumerate(hello):
        bytewise.send(1.01 + i / 1000, True, bytes([byte]))
    bytewise.send(1.5, False, answer)
    cut = capture.connection(2.0)
    stream = hello + frame("c102") + frame("c103")
    for i, (begin, end) in enumerate([(0, 1), (1, 5), (5, 9), (9, 14), (14, len(hello) + 3), (len(hello) + 3, len(stream))]):
        cut.send(2.01 + i / 100, True, stream[begin:end])
    cut.send(2.5, False, answer)
    mixed = capture.connection(3.0)
    mixed.send(3.01, False, answer)
    mixed.out_of_order(3.02, True, [hello[:40], hello[40:80], hello[80:] + frame("c103")], order=[0, 2, 1, 1])
    for connection, at in ((whole, 0.9), (bytewise, 1.9), (cut, 2.9), (mixed, 3.9)):
        connection.finish(at, True)


def disconnect_reasons(capture):
    """Each reason, flat and p2p, on a connection of its own; then the two odd ways of saying goodbye."""
    endings = [("flat", flat_hello, f"c201{r:02x}" if r else "c20180") for r in range(9)]
    endings += [("p2p", None, f"c201{r:02x}" if r else "c20180") for r in (*range(13), 16)]
    endings += [("flat", flat_hello, "c101"), ("flat", flat_hello, "c20100")]
    for i, (family, _, goodbye) in enumerate(endings):
        at = i * 0.1
        connection = capture.connection(at)
        names = ("ethpoc/dialer", "ethpoc/listener")
        hellos = [flat_hello(23, n) if family == "flat" else p2p_hello(n) for n in names]
        connection.send(at + 0.01, True, hellos[0])
        connection.send(at + 0.02, False, hellos[1])
        connection.send(at + 0.03, False, frame(goodbye))
        connection.finish(at + 0.04, False)


def malformed_zoo(capture):
    """One wrong thing a connection, after a good Hello, and a good Ping behind it."""
    zoo = [
        frame("c50280"), frame("c28102"), frame("c102c102"), frame("f9000102"), frame("f80102"), frame("b90102"), frame("83636174"),
        frame("c0"), frame("c1c0"), frame(""), frame("c21101"), frame("c711c5c301020301"), frame("cb11c9840102030483010000"),
        frame("e315a1" + "ab" * 33), frame("c480178080"), frame("8102"), frame("8400000043414243"), bytes.fromhex("474554202f0d0a0d0a"),
        bytes.fromhex("22400890" + "00000002c102"), frame("cabfffffffffffffffff00"), frame("c281ff"), frame("c202c0"),
    ]
    for i, wrong in enumerate(zoo):
        at = i * 0.1
        connection = capture.connection(at)
        connection.send(at + 0.01, True, flat_hello(23, f"zoo/{i}"))
        connection.send(at + 0.02, False, flat_hello(23, "ethpoc/samples", key=OTHER_ID))
        connection.send(at + 0.03, True, wrong)
        connection.send(at + 0.04, True, frame("c102"))
        connection.finish(at + 0.05, True)
    cut = capture.connection(5.0)
    cut.send(5.01, True, flat_hello(23, "zoo/cut")[:60])
    cut.finish(5.02, True)
    elsewhere = capture.connection(6.0, port=31337)
    elsewhere.send(6.01, True, flat_hello(23, "zoo/elsewhere"))
    elsewhere.finish(6.02, True)


def versions(capture, sessions):
    """Hello of ten builds of four clients, each on a connection of its own."""
    builds = ["cpp-0.3.10/sync", "go-p07/fork", "py-v8/pair", "cpp-poc4/sync", "py-v12/pair", "go-p17/live", "cpp-poc5/sync",
              "go-p28/live", "go-p33/live", "py-0.7.38/pair", "cpp-poc7/sync", "go-p49/live"]
    for i, build in enumerate(builds):
        from_session(capture, sessions / f"{build}.jsonl", most_bytes=230, time=i * 20.0)


RECORDED = {
    "handshake": ("cpp-0.3.10/sync", 460), "peers": ("py-v15/pair", None), "getchain-blocks": ("cpp-0.3.10/sync", 60000),
    "hashes-blocks": ("go-p33/live", None), "fork": ("cpp-poc4/fork", 90000), "newblock": ("cpp-poc7/live", 52000),
}
OURS = {"ethpoc-sync": "ethpoc-sync.jsonl"}  # recorded by `ethpoc tap`, in this folder
BY_HAND = {"split-segments": split_segments, "disconnect-reasons": disconnect_reasons, "malformed-zoo": malformed_zoo}


def make(name, sessions):
    """The bytes of one capture, or None when its recording is not there."""
    capture = Capture()
    if name in BY_HAND:
        BY_HAND[name](capture)
    elif name in OURS:
        from_session(capture, HERE / OURS[name])
    elif not sessions.is_dir():
        return None
    elif name == "versions":
        versions(capture, sessions)
    else:
        session, most = RECORDED[name]
        from_session(capture, sessions / f"{session}.jsonl", most)
    return capture.bytes()


def main():
    names = sorted([*RECORDED, *OURS, *BY_HAND, "versions"])
    shared = os.environ.get("ETHPOC_SHARED", HERE.parent.parent / "shared")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=pathlib.Path, default=pathlib.Path(shared) / "sessions")
    parser.add_argument("--out", type=pathlib.Path, default=HERE)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    options = parser.parse_args()
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"no such capture: {', '.join(sorted(unknown))}")
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or names:
        data = make(name, options.sessions)
        if data is None:
            print(f"{name}.pcap left as it is: {options.sessions} not found", file=sys.stderr)
            continue
        (options.out / f"{name}.pcap").write_bytes(data)
        print(f"{name}.pcap  {len(data)} bytes")


if __name__ == "__main__":
    main()
