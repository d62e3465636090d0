#!/usr/bin/env python3
"""`ethpoc conform` as people call it, against `ethpoc run` and against processes that misbehave: program.py ETHPOC [NAME...]

Exit 0 when all held, 1 when one did not, 2 when nothing was selected, 77 when a tool is missing and the rest held.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
CHAIN = os.path.join(TESTS, "chains", "go-p17.jsonl")
XSD = os.path.join(TESTS, "conform", "junit.xsd")
PROGRAM = ""


class Missing(Exception):
    """A tool that is not here."""


def conform(*words, timeout=120, **more):
    return subprocess.run([PROGRAM, "conform", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout, check=False, **more)


def events(text):
    return [json.loads(line) for line in text.splitlines()]


class Peer:
    """`ethpoc run` with a chain, on a port of its own."""

    def __init__(self, folder, protocol="17", dial=None, listen="127.0.0.1:0"):
        data = os.path.join(folder, "data-%s-%s" % (protocol, "dials" if dial else "listens"))
        subprocess.run([PROGRAM, "chain", "import", CHAIN, "--protocol", protocol, "--data-dir", data], check=True,
                       capture_output=True, timeout=60)
        words = [PROGRAM, "run", "--json", "--listen", listen, "--protocol", protocol, "--data-dir", data]
        # A tester that is dialled waits from one case to the next as long as the peer does between two dials.
        self.process = subprocess.Popen(words + (["--dial", dial] if dial else []), stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env={**os.environ, "ETHPOC_TIMEOUTS_REDIAL": "0.1"})
        self.address = None
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "listening":
                self.address = event["addr"]
            if self.address or listen == "none":
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def lists_and_explains(_folder):
    listed = conform("--list", "--json", "--protocol", "7")
    cases = json.loads(listed.stdout)["cases"]
    assert listed.returncode == 0 and len(cases) > 200, listed.stderr
    everything = json.loads(conform("--list", "--json").stdout)["cases"]
    assert len(everything) > 400 and len({case["id"] for case in everything}) == len(everything)
    assert all(case["requirement"] != case["sentence"] for case in everything), "a case without its sentence"
    must = json.loads(conform("--list", "--json", "--level", "must").stdout)["cases"]
    assert {case["level"] for case in must} == {"MUST"}
    told = conform("--explain", "F17")
    assert told.returncode == 0 and "1.2.7" in told.stdout and "frame.length-one-long" in told.stdout, told
    assert json.loads(conform("--explain", "frame.length-one-long", "--json").stdout)["id"] == "F17"
    assert conform("--list", "R22").stdout.count("R22") == 1


def refuses(_folder):
    """What cannot be run: the exit code says which kind of no, the sentence what to do."""
    for code, words, said in ((2, [], "HOST:PORT"), (2, ["127.0.0.1:0"], "port 0"), (2, ["localhost:99999"], "port"),
                              (5, ["127.0.0.1:1", "F99"], "F99"), (5, ["--explain", "Z01"], "--list"),
                              (5, ["127.0.0.1:1", "F28", "--level", "must"], "--level must"),
                              (3, ["127.0.0.1:1", "F01"], "127.0.0.1:1"), (2, ["127.0.0.1:1", "--level", "some"], "level"),
                              (3, ["127.0.0.1:1", "--expect", "/nowhere.toml"], "/nowhere.toml"),
                              (2, ["127.0.0.1:1", "--protocol", "99"], "99")):
        ran = conform(*words)
        assert ran.returncode == code and said in ran.stderr, (words, ran)
    assert "did you mean" in conform("127.0.0.1:1", "frame.at-limt").stderr


def passes(folder):
    """A good peer: every file of a run, each read by what others read it with."""
    with Peer(folder) as peer:
        names = {name: os.path.join(folder, "out." + name) for name in ("tap", "junit", "html", "report")}
        words = [peer.address, "F0*", "R22", "B05", "A01", "--record", os.path.join(folder, "record")]
        for name, path in names.items():
            words += ["--" + name, path]
        ran = conform(*words, "--json")
        lines = events(ran.stdout)
        assert ran.returncode == 0, (ran.returncode, ran.stderr, [e for e in lines if e.get("verdict") not in ("PASS", None)])
        assert lines[0]["event"] == "start" and lines[-1]["event"] == "end" and lines[-1]["complete"]
        verdicts = {line["id"]: line["verdict"] for line in lines[1:-1]}
        assert verdicts["F01"] == "PASS" and verdicts["R22.27"] == "PASS" and verdicts["B05"] == "PASS"
        assert "A01" not in verdicts, "it is for other versions"
        again = conform(*words)
        assert again.returncode == 2 and "--force" in again.stderr, again
        only_record = conform(peer.address, "F01", "--record", os.path.join(folder, "record"))
        assert only_record.returncode == 2 and "--force" in only_record.stderr, only_record
        assert conform(*words, "--force").returncode == 0
        report = json.load(open(names["report"], encoding="utf-8"))
        assert [case["id"] for case in report["cases"]][:3] == ["F01", "F02", "F03"], "not in the order of the table"
        suites = xml.etree.ElementTree.parse(names["junit"]).getroot()
        assert int(suites.get("tests")) == len(report["cases"])
        assert "<script" in open(names["html"], encoding="utf-8").read()
        recorded = os.listdir(os.path.join(folder, "record"))
        assert "F01.pcap" in recorded and len(os.listdir(os.path.join(folder, "record", "corpus", "message"))) > 20
        dump = subprocess.run([PROGRAM, "pcap", os.path.join(folder, "record", "F01.pcap"), "--json"],
                              capture_output=True, text=True, timeout=30, check=False)
        assert dump.returncode == 0 and "Pong" in dump.stdout, dump
        merged = conform("report", names["report"], names["report"], "--html", os.path.join(folder, "both.html"),
                         "--coverage")
        assert merged.returncode == 0 and "1.2" in merged.stdout, merged
        assert conform("diff", names["report"], names["report"]).returncode == 0
        outside_tools(names)
        dissected(folder)


def dissected(folder):
    """The capture of a run, under tshark with our dissector."""
    if shutil.which("tshark") is None:
        raise Missing("tshark")
    script = os.path.join(TESTS, os.pardir, "tools", "wireshark", "ethpoc.lua")
    ran = subprocess.run(["tshark", "-X", "lua_script:" + script, "-r", os.path.join(folder, "record", "F05.pcap"),
                          "-Y", "ethpoc", "-T", "fields", "-e", "ethpoc.type"], capture_output=True, text=True,
                         timeout=60, check=False, env={**os.environ, "HOME": folder})
    assert ran.returncode == 0 and "Hello" in ran.stdout and ran.stdout.count("Pong") >= 3, ran


def outside_tools(names):
    for tool, words in (("prove", ["prove", "-e", "cat", names["tap"]]),
                        ("xmllint", ["xmllint", "--noout", "--schema", XSD, names["junit"]])):
        if shutil.which(tool) is None:
            raise Missing(tool)
        ran = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, ran


def diff_says_worse(folder):
    """A report that somebody has made worse by hand."""
    with Peer(folder) as peer:
        first = os.path.join(folder, "first.json")
        assert conform(peer.address, "F01", "F05", "--report", first).returncode == 0
    report = json.load(open(first, encoding="utf-8"))
    report["cases"][0]["verdict"] = "FAIL"
    second = os.path.join(folder, "second.json")
    json.dump(report, open(second, "w", encoding="utf-8"))
    ran = conform("diff", first, second)
    assert ran.returncode == 1 and "F01" in ran.stdout, ran
    assert conform("diff", second, first).returncode == 0
    open(second, "w", encoding="utf-8").write("{")
    assert conform("diff", first, second).returncode == 1


def expectations(folder):
    """What a file expects and does not come is as bad as what comes and is not expected."""
    file = os.path.join(folder, "expect.toml")
    open(file, "w", encoding="utf-8").write(
        'implementation = "ethpoc"\n[[xfail]]\nid = "F01"\nverdict = "FAIL"\nreason = "nobody knows"\n')
    with Peer(folder) as peer:
        ran = conform(peer.address, "F01", "--expect", file, "--json")
        assert ran.returncode == 1 and events(ran.stdout)[1]["verdict"] == "XPASS", ran
        open(file, "a", encoding="utf-8").write("ids = 3\n")
        assert conform(peer.address, "F01", "--expect", file).returncode == 2


def started_targets(folder):
    """--exec: started on a free port, and again when it dies; nothing is left behind."""
    log = os.path.join(folder, "target.log")
    command = "exec %s run --listen 127.0.0.1:{port} --protocol 17 --data-dir :memory:" % PROGRAM
    ran = conform("--exec", command, "--exec-log", log, "F01", "F05", "--json")
    assert ran.returncode == 0, ran
    assert os.path.getsize(log) > 0
    # Dies at the first Ping: each run kills it, and the next one finds a new process.
    mortal = os.path.join(folder, "mortal.py")
    open(mortal, "w", encoding="utf-8").write(MORTAL)
    ran = conform("--exec", "exec %s %s {port}" % (sys.executable, mortal), "F01", "F05", "H01", "--protocol", "17",
                  "--timeout", "0.5", "--json")
    verdicts = {line["id"]: line["verdict"] for line in events(ran.stdout) if line["event"] == "case"}
    assert ran.returncode == 1 and "DEAD" in verdicts.values(), (ran, verdicts)
    ran = conform("--exec", "exit 1", "F01", timeout=60)
    assert ran.returncode == 3 and "--exec-log" in ran.stderr, ran


MORTAL = '''
import socket, sys
HELLO = bytes.fromhex("f8540011808461626364078203e8b840") + bytes(range(1, 65))
HELLO = bytes([0xf8, len(HELLO) - 2]) + HELLO[2:]
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(8)
for _ in range(1000):
    connection = server.accept()[0]
    connection.settimeout(5)
    connection.sendall(bytes.fromhex("22400891") + len(HELLO).to_bytes(4, "big") + HELLO)
    try:
        while True:
            data = connection.recv(65536)
            if not data:
                break
            if data.endswith(bytes.fromhex("c102")):
                sys.exit(3)
    except TimeoutError:
        pass
'''


def framed(payload):
    return bytes.fromhex("22400891") + len(payload).to_bytes(4, "big") + payload


class Reluctant:
    """A peer of protocol 17 as JavaScript was: it waits for our Hello, and tells its version behind the Disconnect that
    answers another one."""

    HELLO = bytes.fromhex("f84c801180826a73078203e8b840") + bytes(range(1, 65))
    DISCONNECT, PING, PONG = (framed(bytes.fromhex(text)) for text in ("c20107", "c102", "c103"))

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        self.refused = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        for _ in range(100):
            try:
                connection = self.server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(10)
        greeted = False
        with connection:
            for _ in range(1000):
                try:
                    data = connection.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                if not greeted and b"\x80\x11\x80" not in data:
                    self.refused += 1
                    connection.sendall(self.DISCONNECT + framed(self.HELLO))
                    return
                if not greeted:
                    connection.sendall(framed(self.HELLO))
                greeted = True
                connection.sendall(self.PONG * data.count(self.PING))


def follows_a_wrong_guess(_folder):
    """The version is taken from the Hello that comes behind the refusal of a guess."""
    peer = Reluctant()
    ran = conform(peer.address, "F01", "--json")
    peer.server.close()
    lines = events(ran.stdout)
    assert ran.returncode == 0 and lines[0]["profile"] == "17" and peer.refused == 1, (ran, peer.refused)


def is_dialled(folder):
    """--listen: the target makes every connection."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Peer(folder, dial="127.0.0.1:%d" % port, listen="none"):
        ran = conform("--listen", "127.0.0.1:%d" % port, "F01", "F05", "S15", "--json", timeout=110)
    lines = events(ran.stdout)
    verdicts = {line["id"]: line["verdict"] for line in lines if line["event"] == "case"}
    assert lines[0]["event"] == "listening" and ran.returncode == 0, ran
    assert verdicts == {"F01": "PASS", "F05": "PASS", "S15": "SKIP"}, verdicts


def stops(folder):
    """A signal in the middle: what was run is told, and the exit code is that of the signal."""
    with Peer(folder) as peer:
        process = subprocess.Popen([PROGRAM, "conform", peer.address, "P11", "F01", "--json"], stdout=subprocess.PIPE,
                                   text=True)
        for line in process.stdout:
            if json.loads(line).get("id") == "F01":
                break
        process.send_signal(signal.SIGINT)
        rest = events(process.stdout.read())
        assert process.wait(5) == 130 and rest[-1]["event"] == "end" and not rest[-1]["complete"], rest


def speaks_to_people(folder):
    with Peer(folder) as peer:
        ran = conform(peer.address, "F01", "F28")
        assert "F01 frame.ping-one-write" in ran.stdout and "MUST 1 of 1" in ran.stdout and "\x1b" not in ran.stdout, ran
        assert "\x1b[" in conform(peer.address, "F01", "--color", "always").stdout
        tap = conform(peer.address, "F01", "--tap", "-")
        assert tap.stdout.startswith("TAP version 13\n1..1\nok 1 - F01"), tap


CASES = [lists_and_explains, refuses, passes, diff_says_worse, expectations, started_targets, follows_a_wrong_guess, is_dialled, stops,
         speaks_to_people]


def main():
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv[1])
    chosen = [case for case in CASES if not sys.argv[2:] or case.__name__ in sys.argv[2:]]
    failed, missing = 0, 0
    for case in chosen:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="ethpoc-test-") as folder:
            try:
                case(folder)
                verdict = "ok"
            except Missing as what:
                verdict, missing = "skipped: %s is not here" % what, missing + 1
            except Exception as error:  # each case is told, whatever it broke on
                verdict, failed = "FAILED: %r" % (error,), failed + 1
        print("%s: %s (%.1f s)" % (case.__name__, verdict, time.monotonic() - began), flush=True)
    print("%d passed, %d failed" % (len(chosen) - failed - missing, failed))
    return 2 if not chosen else 1 if failed else 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
