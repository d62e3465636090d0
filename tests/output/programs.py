"""The program with streams of any kind, and the peers that come by. For unread.py."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from raw_peer import Gone, RawPeer, message  # noqa: E402

PONG = 1.0     # seconds
STOP = 3.0     # from SIGTERM to the end, by the contract
PEERS = 300
MIB = 1 << 20
STOPPED = 128 + signal.SIGTERM  # as a shell has it


class Program:
    """A process whose streams are what the case hands in; it listens at a port that was free a moment ago."""

    started = []

    def __init__(self, program, *arguments, stdout, stderr, subcommand="run", listen=True):
        self.address = free_port()
        where = ["--listen", "%s:%d" % self.address] if listen else []
        self.process = subprocess.Popen([program, subcommand, *where, *arguments], stdin=subprocess.DEVNULL,
                                        stdout=stdout, stderr=stderr)
        Program.started.append(self.process)
        self.pid = self.process.pid
        if listen:
            until = time.monotonic() + 10
            while not reachable(self.address):
                assert time.monotonic() < until and self.process.poll() is None, "it does not listen"
                time.sleep(0.02)

    @classmethod
    def end_all(cls):
        """What a case that failed has left behind."""
        for process in cls.started:
            if process.poll() is None:
                process.kill()
                process.wait()
        cls.started.clear()

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


def flood(node, pings):
    """Pings, so that with --trace there are more lines than any queue holds."""
    peer = RawPeer(node.address, client=b"flood", caps=1)
    for _ in range(pings // 1000):
        if not peer.try_send(message(2) * 1000):
            break
        for _ in range(1000):
            assert peer.receive() is not None, "no Pong"
    peer.close()


def fill(descriptor):
    os.set_blocking(descriptor, False)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(descriptor, True)
