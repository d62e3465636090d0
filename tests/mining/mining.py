#!/usr/bin/env python3
"""What a newcomer types: a key, a genesis for a class, a node that mines, a transaction that travels and changes balances.

    mining.py PROGRAM

Also what is refused, and `ethpoc mine` on the genesis of a version whose work is light. Exit 0 when all held, 1 when something did not.
"""
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

PROBLEMS = []
BOB = "0x" + "42" * 20


def expect(what, value):
    if not value:
        PROBLEMS.append(what)
        print("NOT: " + what, flush=True)


class Shell:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *words, code=0):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, timeout=60, cwd=self.folder, check=False)
        expect("`%s` ends with %d, not %d: %s" % (" ".join(map(str, words)), code, done.returncode, done.stderr.strip()), done.returncode == code)
        return done.stdout.strip(), done.stderr.strip()

    def out(self, *words):
        return self.run(*words)[0]

    def json(self, *words):
        return json.loads(self.out(*words, "--json") or "null")

    def lines(self, *words):
        return [json.loads(line) for line in self.out(*words, "--json").splitlines()]

    def start(self, *words):
        return subprocess.Popen([self.program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def keys(sh):
    alice = sh.out("key", "new", "alice.key")
    expect("an address of 42 characters", len(alice) == 42 and alice.startswith("0x"))
    expect("a key file that only its owner reads", stat.S_IMODE(os.stat(sh.folder / "alice.key").st_mode) == 0o600)
    expect("the same address again", sh.json("key", "show", "alice.key")["address"] == alice)
    before = (sh.folder / "alice.key").read_bytes()
    sh.run("key", "new", "alice.key", code=2)
    expect("the key as it was", (sh.folder / "alice.key").read_bytes() == before)
    sh.run("key", "show", "nobody.key", code=3)
    expect("no file made by looking", not (sh.folder / "nobody.key").exists())
    return alice


def genesis(sh, alice):
    sh.run("genesis", "make", "--difficulty", 2000, "--alloc", alice + "=100ether", "--protocol", "poc7", "--out", "class.genesis")
    shown = sh.json("genesis", "show", "class.genesis")
    expect("the account in the genesis", shown["premine"] == {alice: "100000000000000000000"} and shown["difficulty"] == "2000")
    sh.run("genesis", "make", "--difficulty", 2000, "--out", "class.genesis", code=2)             # it is there
    for words in (["--difficulty", "0"], ["--difficulty", "x"], ["--difficulty", "1", "--alloc", "0x12=1"], ["--difficulty", "1", "--alloc", alice],
                  ["--difficulty", "1", "--alloc", alice + "=1", "--alloc", alice + "=2"], ["--difficulty", "1", "--protocol", "56"]):
        sh.run("genesis", "make", *words, code=2)
    names = [row["name"] for row in sh.json("genesis", "list")]
    expect("the table of genesis blocks", len(names) > 25 and "O" in names)
    for name in names:
        expect("genesis %s is shown" % name, sh.json("genesis", "show", name)["rlp"].startswith("0xf"))


def travel(sh, alice):
    """The way of docs/network.md: a node that mines, a transaction sent to it, the balances."""
    port = free_port()
    node = sh.start("run", "--mine", "--genesis", "class.genesis", "--listen", "127.0.0.1:%d" % port, "--data-dir", "class", "--json")
    try:
        first = next(line for line in node.stdout if '"mined"' in line)
        expect("a first block", json.loads(first)["number"] == 1)
        sent = sh.json("tx", "send", "127.0.0.1:%d" % port, "--key", "alice.key", "--to", BOB, "--value", "1.5ether", "--data-dir", "class",
                       "--genesis", "class.genesis")
        expect("it was told", sent["sent"] and len(sent["hash"]) == 66)
        end = time.monotonic() + 30
        carried = 0
        for line in node.stdout:
            event = json.loads(line)
            carried += event.get("transactions", 0) if event["event"] == "mined" else 0
            if carried or time.monotonic() > end:
                break
        expect("it was mined", carried == 1)
    finally:
        node.send_signal(signal.SIGINT)
        rest = node.stdout.read()
        expect("130 after SIGINT", node.wait(20) == 130)
    expect("a last line", rest.strip().endswith("}") and '"stopped"' in rest)
    state = sh.json("chain", "status", "--data-dir", "class")
    expect("accounts checked to the head", state["state"]["checked_to"] == state["head_number"])
    sh.run("chain", "verify", "--data-dir", "class")
    return state["head_number"]


def offline(sh, alice, height):
    signed = sh.out("tx", "make", "--key", "alice.key", "--to", BOB, "--value", "1", "--data-dir", "class", "--genesis", "class.genesis")
    lines = sh.lines("mine", "--blocks", 2, "--coinbase", alice, "--transaction", signed, "--data-dir", "class")
    expect("two blocks, the transaction in the first", [e.get("transactions") for e in lines] == [1, 0, None])
    expect("the head", lines[-1]["event"] == "stopped" and lines[-1]["head_number"] == height + 2 and lines[-1]["left"] == 0)
    again = sh.lines("mine", "--blocks", 1, "--transaction", signed, "--data-dir", "class")
    expect("its nonce is used up", again[-1]["left"] == 1 and again[0]["transactions"] == 0)
    sh.run("mine", "--blocks", 1, "--transaction", "c0", "--data-dir", "class", code=1)
    sh.run("mine", "--blocks", 1, "--coinbase", "0x12", "--data-dir", "class", code=2)
    sh.run("mine", "--blocks", 1, "--for", 1, "--data-dir", "class", code=2)
    sh.run("mine", "--blocks", 1, "--protocol", "56", "--data-dir", ":memory:", code=1)
    _, why = sh.run("mine", "--blocks", 1, "--protocol", "0", "--data-dir", ":memory:", code=1)
    expect("why nothing is mined: " + why, "reward" in why)
    sh.run("run", "--coinbase", alice, code=2)
    begun = time.monotonic()
    sh.lines("mine", "--for", 0.5, "--protocol", "poc4", "--data-dir", "slow")                    # 2^22: more than half a second
    expect("--for ends it", time.monotonic() - begun < 30)


def main():
    with tempfile.TemporaryDirectory(prefix="ethpoc-mining-") as folder:
        sh = Shell(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
        alice = keys(sh)
        genesis(sh, alice)
        height = travel(sh, alice)
        offline(sh, alice, height)
    print("%d problems" % len(PROBLEMS))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
