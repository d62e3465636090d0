#!/usr/bin/env python3
"""Nobody who does not read stops the program: unread.py PROGRAM [NAME...]

Each case runs the real program with an output that nobody reads (a pipe, a terminal that was stopped, a full disk), lets
hundreds of peers come by, and looks at three things: a good peer's Pong comes within a second all the time, SIGTERM ends the
process within three seconds with exit code 143, and what was left out is told once somebody reads again. Exit 0 when all
held, 1 when one did not, 2 when nothing was selected.
"""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from raw_peer import Gone, RawPeer, frame, message  # noqa: E402

PONG = 1.0     # seconds
STOP = 3.0     # from SIGTERM to the end, by the contract
PEERS = 300
MIB = 1 << 20
STOPPED = 128 + signal.SIGTERM  # as a shell has it


class Program:
    """A process whose streams are what the case hands in; it listens at a port that was free a moment ago."""

    def __init__(self, program, *arguments, stdout, stderr, subcommand="run", listen=True):
        self.address = free_port()
        where = ["--listen", "%s:%d" % self.address] if listen else []
        self.process = subprocess.Popen([program, subcommand, *where, *arguments], stdin=subprocess.DEVNULL,
                                        stdout=stdout, stderr=stderr)
        self.slowest = 0.0
        self.pid = self.process.pid
        if listen:
            until = time.monotonic() + 10
            while not reachable(self.address):
                assert time.monotonic() < until and self.process.poll() is None, "it does not listen"
                time.sleep(0.02)

    def resident(self):
        with open("/proc/%d/status" % self.pid, encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) << 10

    def stop(self):
        """(exit status, seconds) after SIGTERM."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        return status, time.monotonic() - begin

    def stops_well(self, expected=STOPPED):
        status, seconds = self.stop()
        assert status == expected, "exit status %s instead of %d" % (status, expected)
        assert seconds < STOP, "it ended %.1f s after SIGTERM" % seconds


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()


def reachable(address):
    try:
        socket.create_connection(address, 1).close()
        return True
    except OSError:
        return False


def crowd(node, count=PEERS):
    """Many say Hello, some send what is no frame, and leave; a good peer pings all the while. The slowest Pong."""
    good = RawPeer(node.address, client=b"Ethereum(++)/good", caps=1)
    slowest = 0.0
    for i in range(count):
        try:
            other = RawPeer(node.address, client=b"crowd/" + b"c" * 200, caps=1)
            other.try_send(b"no frame at all " * 8 if i % 2 else message(0x77))
            other.close()
        except Gone:
            pass  # too many at a time; the node says so
        if i % 10 == 0:
            took = good.ping()
            assert took is not None, "no Pong after %d peers" % i
            slowest = max(slowest, took)
    good.close()
    assert slowest < PONG, "a Pong took %.2f s" % slowest
    return slowest


def pipe_reader(descriptor, seconds):
    """What can be read within this time."""
    out = b""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if select.select([descriptor], [], [], 0.1)[0]:
            data = os.read(descriptor, 1 << 16)
            if not data:
                break
            out += data
    return out


def events_of(data):
    return [json.loads(line) for line in data[:data.rfind(b"\n") + 1].splitlines()]


# ---------------------------------------------------------------- run

RUN = ["--data-dir", ":memory:", "--max-peers", "60"]


def unread_stdout(program, folder):
    """The issue's own case; then somebody reads, and hears what is missing."""
    read, write = os.pipe()
    node = Program(program, "--json", "--trace", *RUN, stdout=write, stderr=subprocess.DEVNULL)
    os.close(write)
    slowest = crowd(node)
    flood(node, 60_000)
    memory = node.resident()
    told = events_of(pipe_reader(read, 1.5))
    dropped = [one for one in told if one["event"] == "dropped_events" and one["why"] == "not read"]
    assert dropped and dropped[0]["count"] > 0 and dropped[0]["ts"], "nothing was said to be dropped"
    crowd(node, 20)
    assert any(one["event"] == "hello" for one in events_of(pipe_reader(read, 1))), "nothing came after it"
    node.stops_well()
    os.close(read)
    return "slowest Pong %.3f s, %d lines left out, %d MiB" % (slowest, dropped[0]["count"], memory // MIB)


def flood(node, pings):
    """Pings, so that with --trace there are more lines than any queue holds."""
    peer = RawPeer(node.address, client=b"flood", caps=1)
    for _ in range(pings // 1000):
        if not peer.try_send(message(2) * 1000):
            break
        for _ in range(1000):
            assert peer.receive() is not None, "no Pong"
    peer.close()


def unread_for_people(program, folder):
    read, write = os.pipe()
    node = Program(program, "--trace", *RUN, stdout=write, stderr=subprocess.DEVNULL)
    os.close(write)
    slowest = crowd(node, 100)
    flood(node, 30_000)
    said = pipe_reader(read, 1.0)
    assert b" lines were left out: they were not read\n" in said, said[-300:]
    node.stops_well()
    os.close(read)
    return "slowest Pong %.3f s" % slowest


def unread_stderr(program, folder):
    read, write = os.pipe()
    fill(write)
    node = Program(program, "--json", "--log.level", "debug", *RUN, stdout=subprocess.DEVNULL, stderr=write)
    slowest = crowd(node)
    node.stops_well()
    os.close(read)
    os.close(write)
    return "slowest Pong %.3f s" % slowest


def unread_both(program, folder):
    """One pipe for both, which was full before the start."""
    read, write = os.pipe()
    fill(write)
    node = Program(program, "--json", "--trace", "--log.level", "debug", *RUN, stdout=write, stderr=write)
    slowest = crowd(node, 100)
    held = RawPeer(node.address)  # who does not close after our Disconnect has its own two seconds
    node.stops_well()
    held.close()
    os.close(read)
    os.close(write)
    return "slowest Pong %.3f s" % slowest


def fill(descriptor):
    os.set_blocking(descriptor, False)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(descriptor, True)


def full_disk(program, folder):
    with open("/dev/full", "wb") as full:
        node = Program(program, "--json", "--trace", "--log.level", "debug", *RUN, stdout=full, stderr=full)
        slowest = crowd(node, 150)
        node.stops_well()
        # Without a signal the exit code says that the events were lost.
        done = subprocess.run([program, "run", "--listen", "none", "--for", "0.3", "--data-dir", ":memory:", "--json"],
                              stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
        assert done.returncode == 3 and b"stdout" in done.stderr, done
    return "slowest Pong %.3f s" % slowest


def stopped_terminal(program, folder):
    """A terminal after Ctrl-S."""
    master, slave = pty.openpty()
    termios.tcflow(slave, termios.TCOOFF)
    node = Program(program, "--trace", "--log.level", "debug", *RUN, stdout=slave, stderr=slave)
    slowest = crowd(node, 100)
    node.stops_well()
    os.close(master)
    os.close(slave)
    return "slowest Pong %.3f s" % slowest


def closed_streams(program, folder):
    """Readers that left, and no streams at all."""
    read, write = os.pipe()
    os.close(read)
    node = Program(program, "--json", "--trace", *RUN, stdout=write, stderr=write)
    os.close(write)
    slowest = crowd(node, 50)
    node.stops_well()
    return "slowest Pong %.3f s" % slowest


# ---------------------------------------------------------------- tap, dial, demo

class Sink(threading.Thread):
    """Takes connections and counts what comes; reads nothing when `reads` is false."""

    def __init__(self, reads=True):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self.reads = reads
        self.bytes = 0
        self.kept = []
        self.start()

    def run(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            self.kept.append(one)
            if self.reads:
                threading.Thread(target=self.count, args=(one,), daemon=True).start()

    def count(self, one):
        try:
            while data := one.recv(1 << 16):
                self.bytes += len(data)
        except OSError:
            pass

    def close(self):
        self.listener.close()
        for one in self.kept:
            one.close()


def through(tap, sink, size):
    """Seconds until `size` bytes of frames have come out on the other side."""
    one = message(0x12, b"t" * 200)
    data = one * (size // len(one))
    before, begin = sink.bytes, time.monotonic()
    with socket.create_connection(tap.address, 5) as peer:
        peer.settimeout(10)
        peer.sendall(data)
        while sink.bytes - before < len(data):
            assert time.monotonic() - begin < 10, "%d of %d bytes in 10 s" % (sink.bytes - before, len(data))
            time.sleep(0.01)
    return time.monotonic() - begin


def unread_tap(program, folder):
    took = []
    for form in (["--json", "--trace"], ["--trace"]):
        sink = Sink()
        read, write = os.pipe()
        fill(write)
        tap = Program(program, "--to", "%s:%d" % sink.address, *form, stdout=write, stderr=write, subcommand="tap")
        before = sink.bytes
        took.append(through(tap, sink, 5 * MIB))
        assert sink.bytes - before <= 5 * MIB
        tap.stops_well()
        for end in (read, write):
            os.close(end)
        sink.close()
    return "5 MiB passed in %.2f s (JSON) and %.2f s (text)" % tuple(took)


def tap_recording_fails(program, folder):
    """A recording on a full disk: told once, and the peers go on talking."""
    sink = Sink()
    errors = os.path.join(folder, "errors")
    with open(errors, "wb") as err:
        tap = Program(program, "--to", "%s:%d" % sink.address, "--json", "--record", os.path.join(folder, "record"),
                      stdout=subprocess.DEVNULL, stderr=err, subcommand="tap")
        limit = 1 * MIB  # a file size limit is what a test can set without a disk of its own
        subprocess.run(["prlimit", "--pid", str(tap.pid), "--fsize=%d" % limit], check=True)
        through(tap, sink, 2 * MIB)
        through(tap, sink, 2 * MIB)
        tap.stops_well(expected=3)
    with open(errors, encoding="utf-8") as said:
        lines = [line for line in said if "record" in line]
    assert len(lines) == 1, lines
    sink.close()
    # And no recording is overwritten without being told to.
    again = subprocess.run([program, "tap", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--record",
                            os.path.join(folder, "record")], capture_output=True, timeout=10, check=False)
    assert again.returncode == 2 and b"--force" in again.stderr, again
    return "told once, 4 MiB forwarded"


def tap_mute_ends(program, folder):
    """A side that never reads: memory stays, another connection goes on."""
    mute = Sink(reads=False)
    tap = Program(program, "--to", "%s:%d" % mute.address, "--json", stdout=subprocess.DEVNULL,
                  stderr=subprocess.DEVNULL, subcommand="tap")
    before = tap.resident()
    pushing = []
    for _ in range(20):
        one = socket.create_connection(tap.address, 5)
        one.setblocking(False)
        pushing.append(one)
    data = message(0x12, b"t" * 200) * 500
    until = time.monotonic() + 2
    sent = 0
    while time.monotonic() < until:
        for one in pushing:
            try:
                sent += one.send(data)
            except BlockingIOError:
                pass
        time.sleep(0.005)
    grown = tap.resident() - before
    assert grown < 32 * MIB, "memory grew by %d MiB" % (grown // MIB)
    late = socket.create_connection(tap.address, 5)
    late.sendall(message(2))
    until = time.monotonic() + 3
    while len(mute.kept) < 21 + 1 and time.monotonic() < until:  # one more came from the look whether it listens
        time.sleep(0.02)
    mute.kept[-1].settimeout(3)
    assert mute.kept[-1].recv(100) == message(2), "another connection stands still"
    tap.stops_well()
    for one in pushing + [late]:
        one.close()
    mute.close()
    return "%d MiB pushed, memory grew by %d MiB" % (sent // MIB, grown // MIB)


def slow_reader_loses_nothing(program, folder):
    """A reader that sleeps for a moment: every line of a conversation is there, up to the last."""
    counts = []
    for arguments in (["demo", "--json"], ["demo"]):
        whole = subprocess.run([program, *arguments], capture_output=True, timeout=60, check=True).stdout
        slow = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(0.7)
        late = slow.stdout.read()
        assert slow.wait(20) == 0
        assert b"dropped" not in late and b"left out" not in late
        assert len(whole.splitlines()) == len(late.splitlines()), (len(whole), len(late))
        counts.append(len(late.splitlines()))
    return "%d and %d lines" % tuple(counts)


def stop_at_any_moment(program, folder):
    """SIGTERM in the first milliseconds: never lost, never late."""
    read, write = os.pipe()
    fill(write)
    for delay in (0.0, 0.005, 0.01, 0.02, 0.05, 0.1):
        node = Program(program, "--listen", "127.0.0.1:0", "--json", "--data-dir", os.path.join(folder, "early"),
                       stdout=write, stderr=write, listen=False)
        time.sleep(delay)
        status, seconds = node.stop()
        # Before the program has said what to do with it, the system ends the process: the same for a shell.
        assert status in (STOPPED, -signal.SIGTERM), status
        assert seconds < STOP, seconds
    os.close(read)
    os.close(write)
    return "at six moments"


def second_signal(program, folder):
    """It ends the process at once, also while the first is being obeyed."""
    read, write = os.pipe()
    fill(write)
    node = Program(program, "--json", *RUN, stdout=write, stderr=write)
    held = [RawPeer(node.address) for _ in range(3)]
    node.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    begin = time.monotonic()
    if node.process.poll() is None:
        node.process.send_signal(signal.SIGINT)
    status = node.process.wait(10)
    took = time.monotonic() - begin
    assert status in (128 + signal.SIGINT, STOPPED) and took < 0.5, (status, took)
    for one in held:
        one.close()
    os.close(read)
    os.close(write)
    return "%.3f s" % took


def long_hello(program, folder):
    """A Hello of 10,000 capabilities is one line of at most 4 KiB, if it is taken at all."""
    events = os.path.join(folder, "events")
    with open(events, "wb") as out:
        node = Program(program, "--json", *RUN, stdout=out, stderr=subprocess.DEVNULL)
        caps = [[b"c" * 40, 1]] * 10_000
        for hello in (message(0, 2, b"p2p/" + b"\"" * 5000, caps + [[b"eth", 49]], 30303, b"\x07" * 64),
                      message(0, 12, 0, b"\"" * 5000, 7, 30303, b"\x07" * 64), frame(b"\xff" * 9000)):
            with socket.create_connection(node.address, 5) as peer:
                peer.sendall(hello)
                time.sleep(0.3)
        crowd(node, 5)
        node.stops_well()
    with open(events, "rb") as told:
        longest = max(len(line) for line in told)
    assert longest <= 4096, "a line of %d bytes" % longest
    return "the longest line has %d bytes" % longest


CASES = [unread_stdout, unread_for_people, unread_stderr, unread_both, full_disk, stopped_terminal, closed_streams,
         unread_tap, tap_recording_fails, tap_mute_ends, slow_reader_loses_nothing, stop_at_any_moment, second_signal,
         long_hello]


def main(program, names):
    selected = [case for case in CASES if not names or any(name in case.__name__ for name in names)]
    if not selected:
        print("no case has such a name")
        return 2
    failed = 0
    begin = time.monotonic()
    for case in selected:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="ethpoc-unread-") as folder:
            try:
                word, said = "ok", case(program, folder)
            except (AssertionError, OSError, Gone, subprocess.SubprocessError) as error:
                failed += 1
                word, said = "FAIL", "%s: %s" % (type(error).__name__, error)
        print("%-4s %-28s %5.1f s  %s" % (word, case.__name__, time.monotonic() - started, said), flush=True)
    print("%d passed, %d failed in %.0f s" % (len(selected) - failed, failed, time.monotonic() - begin))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
