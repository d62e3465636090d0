#!/usr/bin/env python3
"""Peers that break every rule, over real sockets, against one `ethpoc run`.

    hostile_peers.py PROGRAM [NAME...]

After each case: the process lives, the Ping of a second peer is answered, memory has not grown beyond the limits that the
node was given, and malformed input was told with code, offset and path, and in one line of the log. Some cases count
seconds, and a machine may stand still for one: a case that failed is tried once more, and what it said both times is repeated
at the end. Exit 0 when all held, 1 when one failed twice, 2 when nothing was selected.
"""

import os
import sys
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from node_process import NodeProcess  # noqa: E402
from raw_peer import Gone, RawPeer  # noqa: E402

import cases  # noqa: E402

MIB = 1 << 20
LIMITS = ["--limits.frame", "4MiB", "--limits.send-queue", "1MiB", "--limits.chain-queue", "16MiB",
          "--timeouts.hello-wait", "200ms", "--timeouts.handshake", "1500ms", "--timeouts.frame", "2s",
          "--timeouts.ping", "1s", "--timeouts.idle", "5s", "--timeouts.send-stall", "1500ms",
          "--timeouts.disconnect", "300ms"]
# Both queues full, a frame in each of two buffers, what waits of the chain (16 MiB), and as much again for the allocator.
MEMORY = 2 * (16 + 1 + 2 * 4 + 16) * MIB
PATIENCE = 2.0  # seconds for a Pong; sanitizers and busy machines are slow


class Control:
    """A well-behaved peer, connected all the time."""

    def __init__(self, node):
        self.node = node
        self.peer = None
        self.slowest = 0.0

    def check(self):
        for attempt in range(2):
            try:
                if self.peer is None:
                    # A peer server, which is never asked for blocks.
                    self.peer = RawPeer(self.node.address, client=b"Ethereum(++)/control", caps=1)
                took = self.peer.ping()
                if took is not None:
                    self.slowest = max(self.slowest, took)
                    return None if took <= PATIENCE else "its Pong took %.1f s" % took
                return "got no Pong"
            except Gone:
                # It may have been silent for longer than the node's idle limit while a case ran; once is no fault.
                self.peer = None
                if attempt:
                    return "was disconnected"
        return None


def told_right(node, name, expected, mark):
    """What is wrong with the malformed events about peer `name`, since the case began: ports come back."""
    events = node.find("malformed", since=mark[0], peer=name)
    if expected is None:
        return ["malformed was told without need: %s" % events[0]] if events else []
    faults = [] if events else ["no malformed event"]
    for event in events:
        if not event["code"].startswith(expected):
            faults.append("code %s instead of %s" % (event["code"], expected))
        if not isinstance(event["offset"], int) or not isinstance(event["length"], int) or not event["path"]:
            faults.append("incomplete: %s" % event)
    lines = node.log_lines("malformed input peer=%s " % name, since=mark[1])
    loud = [event for event in events if not event["tolerated"]]  # the others are passed over and only told as events
    if bool(loud) != bool(lines):
        faults.append("no line in the log" if loud else "what is tolerated is in the log")
    if len(lines) > 20:
        faults.append("%d lines in the log" % len(lines))
    for line in lines:
        if len(line) > 600 or any(ord(c) < 32 for c in line):
            faults.append("not one clear line: %r" % line[:200])
    return faults[:3]


def run_case(node, control, case, memory_before):
    faults = []
    mark = (len(node.events()), len(node.log_lines()))
    try:
        faults += case.run(node) or []
    except (Gone, AssertionError, OSError) as error:
        faults.append("%s: %s" % (type(error).__name__, error or traceback.extract_tb(error.__traceback__)[-1]))
    if not node.alive():
        return faults + ["the process died: %s" % "; ".join(node.log_lines()[-3:])]
    fault = control.check()
    if fault:
        faults.append("the other peer " + fault)
    grown = node.memory() - memory_before
    if grown > MEMORY:
        faults.append("memory has grown by %d MiB" % (grown // MIB))
    for name in case.names:
        expected = case.expected
        if expected != "any":
            until = time.monotonic() + 2
            while told_right(node, name, expected, mark) and expected is not None and time.monotonic() < until:
                time.sleep(0.02)
            faults += told_right(node, name, expected, mark)
    return faults


def main(program, names):
    begin = time.monotonic()
    selected = [case for case in cases.all_cases() if not names or any(name in case.title for name in names)]
    if not selected:
        print("no case has such a name")
        return 2
    node = NodeProcess(program, "--data-dir", ":memory:", "--log.level", "warn", "--max-peers", "60", *LIMITS)
    control = Control(node)
    control.check()
    memory_before = node.memory()
    failed = 0
    peak = 0
    told = []
    for case in selected:
        for sign in ("once", "FAIL"):
            started = time.monotonic()
            faults = run_case(node, control, case, memory_before)
            case.close()
            row = "%-4s %-64s %5.1f s" % (sign if faults else "ok", case.title, time.monotonic() - started)
            print(row, flush=True)
            if not faults:
                break
            told += [row] + ["       " + fault for fault in faults[:5]]
            if not node.alive():
                break
        failed += 1 if faults else 0
        if not node.alive():
            told.append("FAIL the node died in " + case.title)
            break
        peak = max(peak, node.memory() - memory_before)
    status = node.stop()
    if status not in (0, 143):
        failed += 1
        told.append("FAIL the node ended with %s: %s" % (status, "; ".join(node.log_lines()[-3:])))
    print("".join(line + "\n" for line in told), end="")
    print("%d passed, %d failed in %.0f s; memory grew by %d MiB of %d; slowest Pong of the other peer %.3f s"
          % (len(selected) - failed, failed, time.monotonic() - begin, peak // MIB, MEMORY // MIB, control.slowest))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
