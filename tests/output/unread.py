#!/usr/bin/env python3
"""Nobody who does not read stops the program: unread.py PROGRAM [NAME...]

Each case runs the real program with an output that nobody reads (a pipe, a terminal that was stopped, a full disk), lets
hundreds of peers come by, and looks at three things: a good peer's Pong comes within a second all the time, SIGTERM ends the
process within three seconds with exit code 143, and what was left out is told once somebody reads again. Exit 0 when all
held, 1 when one did not, 2 when nothing was selected.
"""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time

from programs import MIB, STOP, STOPPED, Program, crowd, events_of, fill, flood, pipe_reader
from raw_peer import Gone, RawPeer, frame, message
from tap_cases import tap_mute_ends, tap_recording_fails, unread_tap

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


def unread_for_people(program, folder):
    read, write = os.pipe()
    node = Program(program, "--trace", *RUN, stdout=write, stderr=subprocess.DEVNULL)
    os.close(write)
    slowest = crowd(node, 100)
    flood(node, 30_000)
    said = pipe_reader(read, 1.0)
    assert re.search(rb"  left out +\d+ lines: not read\n", said), said[-300:]
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
    held = RawPeer(node.address)  # a peer that does not close after our Disconnect has its own two seconds
    node.stops_well()
    held.close()
    os.close(read)
    os.close(write)
    return "slowest Pong %.3f s" % slowest


def full_disk(program, folder):
    with open("/dev/full", "wb") as full:
        node = Program(program, "--json", "--trace", "--log.level", "debug", *RUN, stdout=full, stderr=full)
        slowest = crowd(node, 150)
        node.stops_well()
        # Without a signal the exit code says that the events were lost.
        done = subprocess.run([program, "run", "--listen", "none", "--for", "0.3", "--data-dir", ":memory:", "--json"],
                              stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
        assert done.returncode == 3 and b"No space left on device" in done.stderr, done
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


def attempt(case, program):
    with tempfile.TemporaryDirectory(prefix="ethpoc-unread-") as folder:
        try:
            return "ok", case(program, folder)
        except (AssertionError, OSError, Gone, subprocess.SubprocessError) as error:
            return "FAIL", "%s: %s" % (type(error).__name__, error)
        finally:
            Program.end_all()


def main(program, names):
    selected = [case for case in CASES if not names or any(name in case.__name__ for name in names)]
    if not selected:
        print("no case has such a name")
        return 2
    failed = 0
    begin = time.monotonic()
    for case in selected:
        started = time.monotonic()
        word, said = attempt(case, program)
        if word != "ok":  # these are about seconds, and another program may have had the processor: once more, and say so
            print("     %s: %s; once more" % (case.__name__, said), flush=True)
            word, said = attempt(case, program)
        failed += word != "ok"
        print("%-4s %-28s %5.1f s  %s" % (word, case.__name__, time.monotonic() - started, said), flush=True)
    print("%d passed, %d failed in %.0f s" % (len(selected) - failed, failed, time.monotonic() - begin))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
