"""`ethpoc tap` between sides that do not read, and on a disk that is full. For unread.py."""

import os
import socket
import subprocess
import threading
import time

from programs import MIB, Program, fill
from raw_peer import message


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
