#!/usr/bin/env python3
"""Changed frames of genuine clients, millions of them, into one node at default settings (built with a sanitizer, mostly).

    fuzz.py --ethpoc PROGRAM --load PROGRAM [--frames N] [--seed N] [--connections N] [--memory-growth BYTES] [--json FILE]

Only frames count that the node has handled: a Pong after each handful tells. Good peers ping meanwhile. Exit 0 when all
frames were handled, the good peers were kept, the node ended well on SIGTERM, no sanitizer has reported anything, and memory
of the last quarter is that of the first one; 1 when not.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "support"))

from good_peers import Chain  # noqa: E402
from meters import MIB, SANITIZER, Load  # noqa: E402
from scenarios import POC3, POC7  # noqa: E402
from unread import wait_for_node  # noqa: E402

# What was freed must not look as if it were kept; the first report ends the process, so that it is seen.
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=4:thread_local_quarantine_size_kb=64:halt_on_error=1",
               "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1", "TSAN_OPTIONS": "halt_on_error=1 second_deadlock_stack=1"}


def resident(pid):
    try:
        with open("/proc/%d/statm" % pid, encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


class Node:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="ethpoc-fuzz-")
        store = os.path.join(self.folder, "store")
        environment = {**os.environ, **ENVIRONMENT}
        for chain in (POC3, POC7):
            subprocess.run([program, "chain", "import", Chain(chain).path, "--data-dir", store], check=True, timeout=120,
                           stdout=subprocess.DEVNULL, env=environment)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = free.getsockname()
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, "run", "--json", "--listen", "%s:%d" % self.address, "--data-dir", store],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env=environment)

    def report(self):
        """The first lines of what a sanitizer said; nothing when none did."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            for line in log:
                if SANITIZER.search(line):
                    return [line.rstrip(), *[next(log, "").rstrip() for _ in range(12)]]
        return []

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(options):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no node is left behind
    node = Node(options.ethpoc)
    try:
        return measure(options, node)
    finally:
        node.close()


def measure(options, node):
    good = wait_for_node(node.address, 30)
    faults = [] if good.ready(30) else ["no good peer was answered"]
    load = Load(options.load, node.address, ["--fuzz", "--frames", options.frames, "--seed", options.seed,
                                             "--connections", options.connections, "--addresses", options.connections // 4 or 1,
                                             "--seconds", options.seconds])
    begin, samples = time.monotonic(), []
    while load.process.poll() is None and node.process.poll() is None:
        samples.append(resident(node.process.pid))
        time.sleep(min(1.0, 0.05 + len(samples) * 0.01))
    figures = load.stop()
    seconds = time.monotonic() - begin
    pong, _ = good.worst()
    faults += good.lost()
    good.close()
    alive = node.process.poll() is None
    node.process.terminate()
    try:
        code = node.process.wait(30)
    except subprocess.TimeoutExpired:
        code = None
    quarter = max(1, len(samples) // 4)
    first, last = statistics.median(samples[:quarter] or [0]), statistics.median(samples[-quarter:] or [0])
    handled = figures.get("handled", 0)
    faults += [text for bad, text in (
        (not alive, "the node died"), (alive and code not in (0, 143), "it ended with %s" % code),
        (handled < options.frames, "%d frames of %d were handled" % (handled, options.frames)),
        (last > first + options.memory_growth, "memory grew from %d to %d MiB" % (first / MIB, last / MIB))) if bad]
    faults += node.report()
    return {"frames": handled, "seconds": seconds, "rate": handled / seconds, "connections": figures.get("connected", 0),
            "bytes": figures.get("bytes", 0), "memory_first": first, "memory_last": last,
            "memory_most": max(samples, default=0), "pong": pong, "log": os.path.getsize(node.log), "faults": faults}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ethpoc", required=True)
    parser.add_argument("--load", required=True)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=7200, help="at most")
    parser.add_argument("--memory-growth", type=int, default=32 * MIB, metavar="BYTES",
                        help="that is allowed from the first quarter to the last")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    out = run(options)
    print("%d frames in %.0f s (%.0f a second) over %d connections; memory %d MiB in the first quarter, %d in the last, "
          "%d at most; worst Pong of the good peers %.2f s; %.1f MiB of log"
          % (out["frames"], out["seconds"], out["rate"], out["connections"], out["memory_first"] / MIB, out["memory_last"] / MIB,
             out["memory_most"] / MIB, out["pong"], out["log"] / MIB))
    for fault in out["faults"]:
        print("FAIL " + fault)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(out, file, indent=1)
    return 1 if out["faults"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
