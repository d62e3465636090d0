#!/usr/bin/env python3
"""kill -9 of `ethpoc run` in the middle of a sync, many times: nothing that an `imported` event has reported is lost.

    kill_during_sync.py PROGRAM MAKE_CHAIN [--kills N] [--blocks N] [--seed N]

One node serves a chain from memory; another one, with a store on disk, dials it, and is killed at a random moment after
its first `imported` of a run. After each kill SQLite must find its file sound, and `ethpoc chain status` must say a head
at least as high as the highest that was reported, a state that is checked up to it, and the same hash at that height. At
the end a last run must reach the whole chain, and `ethpoc chain verify` must find no fault. Exit 0 when all held, 1 when one did not.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from node_process import NodeProcess  # noqa: E402


class Failure(Exception):
    pass


def ethpoc(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise Failure("%s: exit %d: %s" % (" ".join(arguments), done.returncode, done.stderr.strip()))
    return json.loads(done.stdout) if done.stdout.strip() else None


def check_files(folder):
    """Integrity of every SQLite file in there. False when it died before there was one."""
    found = 0
    if not os.path.isdir(folder):
        return False
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if not os.path.isfile(path):  # the control socket
            continue
        with open(path, "rb") as file:
            if file.read(15) != b"SQLite format 3":
                continue
        found += 1
        with sqlite3.connect("file:%s?mode=rw" % path, uri=True) as database:
            result = database.execute("pragma integrity_check").fetchone()[0]
        database.close()
        if result != "ok":
            raise Failure("%s: %s" % (name, result))
    return found > 0


class Sync:
    def __init__(self, program, folder, genesis, server):
        self.program = program
        self.folder = folder
        self.options = ["--genesis", genesis, "--protocol", "11"]
        self.dial = "%s:%d" % server.address
        self.reported = None  # (number, hash) of the last imported event, over all runs
        self.events = 0

    def start(self):
        return NodeProcess(self.program, "--dial", self.dial, "--data-dir", self.folder, *self.options, listen="none")

    def note(self, node):
        for event in node.find("imported"):
            if self.reported is None or event["head_number"] > self.reported[0]:
                self.reported = (event["head_number"], event["head_hash"])
            self.events += 1

    def status(self):
        return ethpoc(self.program, "chain", "status", "--json", "--data-dir", self.folder, *self.options)

    def check(self):
        there = check_files(self.folder)
        if self.reported is None:
            return 0
        if not there:
            raise Failure("the store is gone")
        number, block_hash = self.reported
        status = self.status()
        head = status["head_number"]
        if status["state"] != {"check": "on", "checked_to": head}:
            raise Failure("head %d, state %s" % (head, status["state"]))
        if head < number:
            raise Failure("reported %d, and the store has %d" % (number, head))
        shown = ethpoc(self.program, "chain", "show", str(number), "--json", "--data-dir", self.folder, *self.options)
        if shown["hash"] != block_hash:
            raise Failure("block %d is %s, reported was %s" % (number, shown["hash"], block_hash))
        return head


def kill_once(sync, rng, delays):
    node = sync.start()
    try:
        # Some die before anything was imported, most of them in the middle of it.
        if rng.random() < 0.85 and node.wait_for("imported", 20) is None:
            raise Failure("nothing was imported within 20 s: %s" % "; ".join(node.log_lines()[-3:]))
        delay = rng.uniform(0, 0.25)
        delays.append(delay)
        time.sleep(delay)
    finally:
        node.kill()
        sync.note(node)
        shutil.rmtree(node.folder, ignore_errors=True)


def run(program, make_chain, kills, blocks, seed):
    rng = random.Random(seed)
    print("seed %d" % seed, flush=True)
    work = tempfile.mkdtemp(prefix="ethpoc-kill-")
    begin = time.monotonic()
    server = None
    try:
        subprocess.run([make_chain, work, str(blocks)], check=True, timeout=60)
        genesis = os.path.join(work, "genesis.hex")
        served = os.path.join(work, "served")
        ethpoc(program, "chain", "import", os.path.join(work, "blocks.rlp"), "--json", "--data-dir", served,
               "--genesis", genesis, "--protocol", "11")
        server = NodeProcess(program, "--data-dir", served, "--genesis", genesis, "--protocol", "11")
        store = os.path.join(work, "store")
        sync = Sync(program, store, genesis, server)
        heads, delays, fresh = [], [], 0
        for _ in range(kills):
            kill_once(sync, rng, delays)
            heads.append(sync.check())
            if heads[-1] >= blocks:  # all there: begin anew
                shutil.rmtree(store)
                sync.reported = None
                fresh += 1
        node = sync.start()
        done = node.wait_for("synced", 60, head_number=blocks)
        node.stop()
        if done is None:
            raise Failure("the last run did not reach block %d" % blocks)
        ethpoc(program, "chain", "verify", "--json", "--data-dir", store, *sync.options)
        print("%d kills, %d imported events, %d times from the beginning, heads up to %d of %d, %.0f s"
              % (kills, sync.events, fresh, max(heads), blocks, time.monotonic() - begin))
        return 0
    except Failure as failure:
        print("FAIL (seed %d): %s" % (seed, failure))
        return 1
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("make_chain")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--blocks", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    sys.exit(run(arguments.program, arguments.make_chain, arguments.kills, arguments.blocks, arguments.seed))
