#!/usr/bin/env python3
"""One look for one conversation: demo, dial --trace, run --trace, tap, replay and pcap print the same line, as wide as the
terminal; `pcap -` prints what has come before the capture ends. Exit 0 when all is so."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios

from programs import TESTS, Program

SAMPLES = os.path.join(TESTS, os.pardir, "samples")
SESSION = os.path.join(TESTS, "sessions", "py-v8-pair.jsonl")

# Time, connection, arrow, name and size, details.
MESSAGE = re.compile(r"(?P<time> {0,4}\d{1,5}\.\d{3}|\d\d:\d\d:\d\d\.\d{3}) (?P<who>[ \w]{2}\w) (?:->|<-) "
                     r"(?P<said>[A-Z]\w+ +\d+ B)(?P<details>  \S.*)?")
EVENT = re.compile(r"\d\d:\d\d:\d\d\.\d{3} (?:  \w|   )    (?P<said>[a-z][a-z ]{14}) {8}\S.*")


def messages(what, text, least):
    """The lines of messages: each as MESSAGE has it, with name and size in one field."""
    found = [line for line in text.splitlines() if re.match(r".{9,12} +\w+ (->|<-) ", line)]
    assert len(found) >= least, "%s: %d messages in\n%s" % (what, len(found), text)
    for line in found:
        match = MESSAGE.fullmatch(line)
        assert match and len(match["said"]) == 21, "%s: %r" % (what, line)
        assert len(line) <= 80, "%s: %r" % (what, line)
    return "%s %d" % (what, len(found))


def events(what, text, words):
    """Those that are no message stand under the same columns."""
    told = {match["said"].strip() for match in map(EVENT.fullmatch, text.splitlines()) if match}
    assert words <= told, "%s: %r in\n%s" % (what, told, text)


def output_of(program, *arguments):
    ran = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode in (0, 1), ran
    return ran.stdout


def live(program, folder):
    """A node, a tap before it, and one that dials through the tap: three looks at the same conversation."""
    with open(os.path.join(folder, "run"), "w+", encoding="utf-8") as of_node, \
            open(os.path.join(folder, "tap"), "w+", encoding="utf-8") as of_tap:
        node = Program(program, "--trace", "--data-dir", ":memory:", "--target-peers", "0", stdout=of_node, stderr=subprocess.DEVNULL)
        tap = Program(program, "--to", "%s:%d" % node.address, stdout=of_tap, stderr=subprocess.DEVNULL, subcommand="tap")
        dialled = output_of(program, "dial", "%s:%d" % tap.address, "--trace", "--for", "20")
        for each in (node, tap):
            each.stop()
        of_node.seek(0)
        of_tap.seek(0)
        heard, tapped = of_node.read(), of_tap.read()
    events("dial", dialled, {"connecting", "connected", "hello", "stopped"})
    events("run", heard, {"listening", "connected", "hello", "disconnected", "stopped"})
    events("tap", tapped, {"listening", "connected", "disconnected"})
    return [messages("dial", dialled, 2), messages("run", heard, 2), messages("tap", tapped, 2)]


def on_terminal(program, columns, *arguments):
    """What the program writes to a terminal of so many columns, without its colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    process = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL,
                               env={**environment, "TERM": "xterm-256color"})
    os.close(slave)
    text = b""
    try:
        while data := os.read(master, 1 << 16):
            text += data
    except OSError:  # the other end is closed
        pass
    os.close(master)
    process.wait(60)
    assert b"\x1b[38;5;" in text, "no colours at a terminal"
    return re.sub(r"\x1b\[[\d;]*m", "", text.decode()).replace("\r\n", "\n")


def widths(program):
    capture = os.path.join(SAMPLES, "handshake.pcap")
    for columns in (30, 40, 60, 80, 200, 300):
        shown = on_terminal(program, columns, "pcap", capture).splitlines()
        longest = max(map(len, shown))
        assert longest <= min(max(columns, 40), 200), "%d columns: %r" % (columns, max(shown, key=len))
        assert any("-> Hello" in line for line in shown)
        assert columns < 80 or longest > 70, "%d columns are not used: %d" % (columns, longest)


def streams(program):
    """`pcap -` tells a message when it has come; the end is as if the file had been read at once."""
    capture = os.path.join(SAMPLES, "peers.pcap")
    with open(capture, "rb") as file:
        data = file.read()
    process = subprocess.Popen([program, "pcap", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(data[:len(data) // 2])
    process.stdin.flush()
    assert select.select([process.stdout], [], [], 20)[0], "nothing is told before the capture ends"
    early = os.read(process.stdout.fileno(), 1 << 16)
    assert early.count(b"\n") >= 1 and early.endswith(b"\n")
    rest, _ = process.communicate(data[len(data) // 2:], timeout=20)
    assert (early + rest).decode() == output_of(program, "pcap", capture)


def tree(program):
    """With --tree the bytes stand under each message, as `wire show` has them."""
    capture = os.path.join(SAMPLES, "getchain-blocks.pcap")
    plain = output_of(program, "pcap", capture)
    with_tree = output_of(program, "pcap", capture, "--tree")
    tokens = re.findall(r"^0000  22 40 08 91 +sync token$", with_tree, re.M)
    assert len(tokens) == len(re.findall(r" B(?:  .*)?$", plain, re.M)) > 4, (len(tokens), plain)
    assert re.search(r"^000a +.*\[0\] id|^0009 +.*\[0\] id", with_tree, re.M)


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        try:
            told = live(program, folder)
        finally:
            Program.end_all()
    told += [messages("demo", output_of(program, "demo"), 20),
             messages("replay", output_of(program, "replay", SESSION, "--trace"), 20),
             messages("pcap", output_of(program, "pcap", os.path.join(SAMPLES, "ethpoc-sync.pcap")), 10)]
    widths(program)
    streams(program)
    tree(program)
    print("messages that look alike: " + ", ".join(told))


if __name__ == "__main__":
    main(sys.argv[1])
