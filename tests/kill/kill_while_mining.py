#!/usr/bin/env python3
"""kill -9 of `ethpoc mine`, and of `ethpoc chain import` while branches overtake each other: nothing that was reported is lost.

    kill_while_mining.py PROGRAM [--kills N] [--seed N]

Mining: each line `mined` of a run that was killed must be there afterwards. Reorganisation: the pieces of two branches are imported
in turn, each longer than the other one so far; what an import that ended has reported must be there after the next one was killed.
After each kill the store must open, and at the end `ethpoc chain verify` must find no fault. Exit 0 when all held, 1 when one did not.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

LENGTH, PIECE = 400, 40        # blocks of each branch, and by how many each piece is longer than the last one


class Failure(Exception):
    pass


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, *words, codes=(0,)):
        done = subprocess.run([self.path, *map(str, words)], capture_output=True, text=True, timeout=60, cwd=self.folder, check=False)
        if done.returncode not in codes:
            raise Failure("%s: exit %d: %s" % (" ".join(map(str, words)), done.returncode, (done.stderr or done.stdout).strip()))
        return done.stdout

    def killed(self, delay, *words):
        """Its lines until it is killed after `delay` seconds of output (or of running, if it says nothing); whether it had ended itself."""
        process = subprocess.Popen([self.path, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder)
        timer = threading.Timer(delay, process.kill)
        timer.start()
        lines = process.stdout.readlines()
        process.wait(20)
        timer.cancel()
        return [line for line in lines if line.endswith("\n")], process.returncode == 0

    def has(self, block_hash, store):
        return self.run("chain", "show", block_hash, "--json", "--data-dir", store, codes=(0, 1)).find('"parent_hash"') > 0


def mine_once(program, rng, reported):
    lines, _ = program.killed(rng.uniform(0.01, 0.25), "mine", "--for", 5, "--genesis", "class.genesis", "--data-dir", "mined", "--json")
    mined = [e for e in map(json.loads, lines) if e["event"] == "mined"]
    if mined:
        reported.append(mined[-1]["hash"])
    if reported and not program.has(reported[-1], "mined"):
        raise Failure("block %s was reported as mined and is not there" % reported[-1])
    return len(mined)


def branches(program):
    """Files of two branches; piece n of one has PIECE more blocks than piece n - 1 of the other."""
    out = []
    for name, miner in (("left", "0x" + "11" * 20), ("right", "0x" + "22" * 20)):
        program.run("mine", "--blocks", LENGTH, "--coinbase", miner, "--genesis", "class.genesis", "--data-dir", name)
        program.run("chain", "export", name + ".rlp", "--data-dir", name)
        out.append(blocks_of((program.folder / (name + ".rlp")).read_bytes()))
    return out


def blocks_of(data):
    """Splits concatenated RLP lists of more than 55 bytes."""
    out, at = [], 0
    while at < len(data):
        width = data[at] - 0xf7
        end = at + 1 + width + int.from_bytes(data[at + 1:at + 1 + width], "big")
        out.append(data[at:end])
        at = end
    return out


def reorganise_once(program, rng, pieces, state):
    """The next piece, killed at a random moment; then the same piece to its end, which is reported."""
    turn = state["turn"]
    length = min(PIECE * (turn + 1), LENGTH)
    file = program.folder / "piece.rlp"
    file.write_bytes(b"".join(pieces[turn % 2][:length]))
    words = ("chain", "import", file.name, "--genesis", "class.genesis", "--data-dir", "store", "--json")
    program.killed(rng.uniform(0.005, 0.1), *words)
    if state["heads"] and not program.has(state["heads"][-1], "store"):
        raise Failure("head %s was reported and is not there" % state["heads"][-1])
    done = json.loads(program.run(*words))
    if done["head_number"] != length:
        raise Failure("the head is block %d and should be %d" % (done["head_number"], length))
    state["heads"].append(done["head_hash"])
    state["turn"] = (turn + 1) % (LENGTH // PIECE)
    if state["turn"] == 0:                                   # both are there: begin anew
        program.run("chain", "verify", "--data-dir", "store")
        for path in (program.folder / "store").iterdir():
            path.unlink()
        state["heads"].clear()


def run(path, kills, seed):
    rng, begun = random.Random(seed), time.monotonic()
    print("seed %d" % seed, flush=True)
    with tempfile.TemporaryDirectory(prefix="ethpoc-kill-") as folder:
        program = Program(str(pathlib.Path(path).resolve()), pathlib.Path(folder))
        try:
            program.run("genesis", "make", "--difficulty", 256, "--protocol", "poc7", "--out", "class.genesis")
            pieces = branches(program)
            reported, state, mined = [], {"turn": 0, "heads": []}, 0
            for _ in range(kills // 2):
                mined += mine_once(program, rng, reported)
                reorganise_once(program, rng, pieces, state)
            if mined == 0:
                raise Failure("nothing was mined")
            program.run("chain", "verify", "--data-dir", "mined")
            if state["heads"]:
                program.run("chain", "verify", "--data-dir", "store")
            print("%d kills, %d blocks mined, %.0f s" % (2 * (kills // 2), mined, time.monotonic() - begun))
            return 0
        except Failure as failure:
            print("FAIL (seed %d): %s" % (seed, failure))
            return 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    sys.exit(run(arguments.program, arguments.kills, arguments.seed))
