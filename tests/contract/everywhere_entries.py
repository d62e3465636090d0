"""The contract's sections `everywhere` and `dev`."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess

from entries import CAPTURE, CHAIN, PATIENCE, PING, ROOT, SESSION, TESTS, entry, is_timestamp, tested, wait_until
from node_process import NodeProcess
from raw_peer import RawPeer


@entry("everywhere", "json is one document for readers")
def one_document(place):
    data = place.chain()
    for words in (["rlp", "show", "c0"], ["rlp", "check", "c0"], ["rlp", "explain", "c0"], ["rlp", "text", "c0"],
                  ["rlp", "encode", "[1]"], ["rlp", "diff", "c0", "c101"], ["wire", "show", PING], ["wire", "explain", PING],
                  ["wire", "split", PING], ["pcap", CAPTURE], ["replay", SESSION], ["chain", "status", "--data-dir", data],
                  ["chain", "show", "1", "--data-dir", data], ["chain", "verify", "--data-dir", data], ["genesis", "list"],
                  ["protocols"], ["errors"], ["config", "show"], ["help"], ["version"], ["sim", "list"],
                  ["peers", "list", "--data-dir", data]):
        assert place.document(*words, code=None), words


@entry("everywhere", "json of running commands is one object a line")
def an_object_a_line(place):
    for words in (["run", "--listen", "127.0.0.1:0", "--data-dir", ":memory:", "--for", "0.05"], ["demo"]):
        told = place.run(*words, "--json").lines()
        assert len(told) > 1 and all(one["event"] and is_timestamp(one["ts"]) for one in told), told


@entry("everywhere", "each line is flushed")
def flushed(place):
    node = subprocess.Popen([place.program, "run", "--json", "--listen", "127.0.0.1:0", "--data-dir", ":memory:"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        ready, _, _ = select.select([node.stdout], [], [], PATIENCE)
        assert ready and b'"listening"' in node.stdout.readline() and node.poll() is None
    finally:
        node.terminate()
        node.communicate(timeout=PATIENCE)


@entry("everywhere", "logs and progress go to stderr only")
def streams_apart(place):
    node = NodeProcess(place.program, "--data-dir", ":memory:")
    try:
        RawPeer(node.address, greet=False).send(b"no frame at all " * 4)
        wait_until(lambda: node.find("disconnected") and node.log_lines("bad_token"), "a line of the log")
        assert not [line for line in node.log_lines() if '"event"' in line]
    finally:
        node.kill()
        shutil.rmtree(node.folder)
    assert place.run("demo").err == "", "progress without a terminal"


def on_terminal(place, *words, env=None):
    master, slave = pty.openpty()
    out = b""
    with subprocess.Popen([place.program, *words], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                          env={**os.environ, "TERM": "xterm", **(env or {})}) as process:
        os.close(slave)
        while True:
            try:
                more = os.read(master, 65536)
            except OSError:
                break
            if not more:
                break
            out += more
        process.wait(PATIENCE)
    os.close(master)
    return out.decode()


@entry("everywhere", "colour and progress on a terminal only")
def colour_on_terminal(place):
    assert "\x1b[" in on_terminal(place, "rlp", "show", "c0")
    assert "\x1b[" not in place.run("rlp", "show", "c0").out


@entry("everywhere", "NO_COLOR and CLICOLOR_FORCE")
def colour_by_environment(place):
    assert "\x1b[" not in on_terminal(place, "rlp", "show", "c0", env={"NO_COLOR": "1"})
    assert "\x1b[" in place.run("rlp", "show", "c0", env={"CLICOLOR_FORCE": "1"}).out


@entry("everywhere", "--color wins over environment and terminal")
def colour_by_option(place):
    assert "\x1b[" in place.run("rlp", "show", "c0", "--color", "always", env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in on_terminal(place, "rlp", "show", "c0", "--color", "never")
    assert "\x1b[" not in place.run("rlp", "show", "c0", "--color", "auto").out
    assert "\x1b" not in place.run("rlp", "show", "c0", "--json", "--color", "always").out


@entry("everywhere", "exit codes 0 to 3 and 5")
def exit_codes(place):
    place.run("rlp", "check", "c0")
    place.run("rlp", "check", "8105", code=1)
    for words in (["rlp", "chekc"], ["run", "--no-such-thing"], ["run", "--max-peers", "many"], ["run", "--config", "nowhere"]):
        place.run(*words, code=2)
    place.run("dial", "127.0.0.1:1", "--for", "5", code=3)
    place.run("pcap", "no-such-file", code=3)
    place.run("conform", "127.0.0.1:1", "NOPE99", code=5)


@entry("everywhere", "exit code 4 is kept for mistakes of ours")
def exit_code_of_ours(_place):
    with open(os.path.join(ROOT, "cmd", "exit_code.hpp"), encoding="utf-8") as file:
        assert re.search(r"internal = 4\b", file.read())


@entry("everywhere", "bytes are read in every usual shape")
def shapes(place):
    wanted = place.document("rlp", "show", "c88363617483646f67")
    for shape in ("0xc88363617483646f67", "c8 83 63 61 74 83 64 6f 67", "c8:83:63:61:74:83:64:6f:67",
                  r"\xc8\x83\x63\x61\x74\x83\x64\x6f\x67", "00000000: c883 6361 7483 646f 67                 ..cat.dog"):
        assert place.document("rlp", "show", shape) == wanted, shape


@entry("everywhere", "bytes come from the argument, a file or the standard input")
def sources(place):
    wanted = place.document("rlp", "show", "c0")
    with open(place.path("hex.txt"), "w", encoding="ascii") as file:
        file.write("c0\n")
    assert place.document("rlp", "show", place.path("hex.txt")) == wanted
    assert place.document("rlp", "show", "-", stdin="c0\n") == wanted
    assert place.document("rlp", "show", stdin="c0\n") == wanted


tested("everywhere", "shapes by the thousand, with the tools that write them", "paste/paste.py", "def main")


def stopped_by(place, number):
    node = NodeProcess(place.program, "--data-dir", place.path("data"))
    try:
        peers = [RawPeer(node.address) for _ in range(2)]
        node.process.send_signal(number)
        for peer in peers:
            assert peer.closed_within(3) and peer.disconnect_reason() == 8, peer.last_words
        code = node.process.wait(3)
    finally:
        if node.alive():
            node.kill()
        shutil.rmtree(node.folder)
    assert code == 128 + number, code


@entry("everywhere", "SIGINT: Disconnect 08 to every peer, 130 within 3 s")
def interrupted(place):
    stopped_by(place, signal.SIGINT)


@entry("everywhere", "SIGTERM: the same, and 143")
def terminated(place):
    stopped_by(place, signal.SIGTERM)


tested("everywhere", "a signal flushes the store", "kill/kill_during_sync.py", "def kill_once")
tested("everywhere", "a signal at any moment, and a second one", "output/unread.py", "def stop_at_any_moment", "def second_signal")


@entry("everywhere", "--version tells version, commit and compiler")
def version(place):
    said = place.run("--version").out
    assert re.fullmatch(r"ethpoc \d+\.\d+\.\d+ \(commit [^ ,]+, (GNU|Clang) [\d.]+, \w+\)\n", said), said
    has = place.document("--version")
    assert all(key in has for key in ("version", "commit", "compiler")), has


def examples(place):
    for command in place.pages:
        text = place.run(*command.split()[1:], "--help").out
        match = re.search(r"\nExamples?:\n((?:  .+\n)+)", text)
        assert match, "%s --help has no example" % command
        yield from (line.strip() for line in match.group(1).splitlines())


@entry("everywhere", "each example of --help can be pasted")
def pasted(place):
    """Understood is what does not end as a mistake of the line; what goes on is ended."""
    for name in ("samples", "tests", "sim"):
        os.symlink(os.path.join(ROOT, name), place.path(name))
    os.symlink(place.program, place.path("ethpoc"))
    place.run("chain", "import", CHAIN, "--data-dir", "./chain")
    running = []
    env = {**os.environ, "PATH": place.folder + os.pathsep + os.environ["PATH"], "HOME": place.folder}
    for line in sorted(set(examples(place))):
        if "--from session.jsonl" in line:  # one that another example would write
            shutil.copy(SESSION, place.path("session.jsonl"))
        elif os.path.exists(place.path("session.jsonl")):
            os.remove(place.path("session.jsonl"))
        done = subprocess.run(["timeout", "-k", "3", "0.7", "bash", "-c", line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, cwd=place.folder, env=env, timeout=PATIENCE, check=False)
        running.append(line)
        assert done.returncode not in (2, 4, 126, 127), "%s: exit %d: %s" % (line, done.returncode, done.stderr.decode())
    assert len(running) > 40, running


ALIASES = "poc1 poc3 poc4 poc5 poc6 poc7 poc8".split()


@entry("everywhere", "every protocol name and alias")
def protocol_names(place):
    rows = {row["protocol"] for row in place.document("protocols")["protocols"]}
    assert {str(number) for number in range(31)} <= rows and {"p2p0/eth33", "p2p2/eth49"} <= rows, rows
    for name in sorted(rows) + [str(number) for number in range(31, 57)] + ALIASES:
        shown = place.document("wire", "show", "--protocol", name, PING, code=None)
        version = name if name in rows or name in ALIASES else "/eth" + name
        assert name in ALIASES or shown["protocol"].endswith(version), (name, shown["protocol"])
    place.run("conform", "--list", "--protocol", "auto")
    place.run("wire", "show", "--protocol", "57", PING, code=2)


# ---------------------------------------------------------------- ./dev

DEV = "run test build bench format tidy asan tsan fuzz package help".split()


@entry("dev", "every subcommand is in its help and in the script")
def dev_commands(_place):
    script = os.path.join(ROOT, "dev")
    said = subprocess.run(["bash", script, "help"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    with open(script, encoding="utf-8") as file:
        text = file.read()
    for word in DEV:
        assert re.search(r"^  %s\b" % word, said, re.M) and re.search(r"^ {4}[a-z |-]*\b%s\b[a-z |-]*\)" % word, text, re.M), word


@entry("dev", "run without arguments is the demo; what it does not know is exit 2")
def dev_refuses(_place):
    said = subprocess.run(["bash", os.path.join(ROOT, "dev"), "no-such-thing"], capture_output=True, text=True, timeout=PATIENCE,
                          check=False)
    assert said.returncode == 2 and "no-such-thing" in said.stderr, said
    with open(os.path.join(ROOT, "dev"), encoding="utf-8") as file:
        assert re.search(r"without ARGS, `ethpoc demo`", file.read())


@entry("dev", "rows of bench --json")
def bench_rows(_place):
    with open(os.path.join(TESTS, "bench", "row.cpp"), encoding="utf-8") as file:
        text = file.read()
    for key in "goal ours yardstick unit ratio target met".split():
        assert '"%s"' % key in text, key
