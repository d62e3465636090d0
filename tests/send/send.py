#!/usr/bin/env python3
"""`ethpoc send` against a node: send.py PROGRAM

Questions by name, with fields, as hex and as malformed bytes; what comes back, and the exit code. Exit 0 when all held, 1
when something did not.
"""

import json
import os
import subprocess
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from node_process import NodeProcess  # noqa: E402

UNREACHABLE = "127.0.0.1:1"


class Failed(Exception):
    pass


def must(good, what):
    if not good:
        raise Failed(what)


def send(program, *arguments):
    done = subprocess.run([program, "send", "--json", *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def types(events, direction):
    return [event["type"] for event in events if event["event"] == "message" and event["dir"] == direction]


# What is sent, the exit code, and what must be among the answers.
ASKED = (
    (["Ping", "--protocol", "23"], 0, ["Pong"]),
    (["Ping{}", "c110", "--protocol", "p2p2/eth49", "--expect", "Pong"], 0, ["Pong"]),
    (["GetChain{count:1}", "--expect", "NotInChain", "--protocol", "12", "--for", "1"], 1, []),
    (["GetChain{count:1 hashes:[`%s`]}" % ("11" * 32), "--protocol", "12", "--expect", "NotInChain"], 0, ["NotInChain"]),
    (["Ping", "GetBlockHashes{hash:`00` limit:1}", "--expect", "Pong", "--protocol", "30"], 0, ["Pong"]),
    (["frame { [2 long:0 `05`] }", "Ping", "--expect", "Pong", "--protocol", "23"], 0, ["Pong"]),
)


def ask(program, node):
    peer = "%s:%d" % node.address
    for arguments, code, answers in ASKED:
        got, events, log = send(program, peer, *arguments)
        heard = types(events, "in")
        must(got == code, "%s: exit %d, not %d; heard %s; %s" % (arguments, got, code, heard, log))
        for answer in answers:
            must(answer in heard, "%s: no %s among %s" % (arguments, answer, heard))
        must(events[-1]["event"] == "stopped", "%s: the last event is %s" % (arguments, events[-1]))
        must(types(events, "out")[-1] == "Disconnect" or "Disconnect" in heard, "%s: nobody said goodbye" % arguments)
    must(node.find("malformed") or node.find("hello"), "the node did not hear of it")


def refuse(program, node):
    peer = "%s:%d" % node.address
    for arguments, code, said in (
            ([UNREACHABLE, "Ping"], 3, ""),
            ([peer, "Pnig"], 2, 'did you mean "Ping"?'),
            ([peer, "Ping", "--expect", "Pnog"], 2, 'did you mean "Pong"?'),
            ([peer, "GetChain", "--protocol", "30"], 2, "protocol 30 has no GetChain"),
            (["nowhere", "Ping"], 2, "target"),
    ):
        got, _, log = send(program, *arguments)
        must(got == code and said in log, "%s: exit %d, not %d; %s" % (arguments, got, code, log))


def main():
    program = os.path.abspath(sys.argv[1])
    node = NodeProcess(program, "--data-dir", ":memory:", "--limits.exempt-loopback", "on")
    try:
        must(node.address, "the node does not listen")
        ask(program, node)
        refuse(program, node)
        must(node.alive(), "the node has ended")
    except Failed as why:
        print("FAILED: %s" % why)
        return 1
    finally:
        node.stop()
    print("%d conversations, all as they should be" % (len(ASKED) + 5))
    return 0


if __name__ == "__main__":
    sys.exit(main())
