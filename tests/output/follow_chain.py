#!/usr/bin/env python3
"""`chain tail -f` beside a process that writes, and `chain verify` that a signal ends: follow_chain.py PROGRAM MAKE_CHAIN

The tail must print every block that comes, what a reorganisation has replaced before that which replaced it, go on after
the writer was killed and started again, and let the writer go on when nobody reads what it prints. A verify that is ended
must say so in its exit code, keep how far it came, and go on from there. Exit 0 when all held, 1 when one did not.
"""

import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import threading
import queue

BLOCKS, AT, COUNT = 6000, 15, 8
PATIENCE = 30  # seconds, for what takes a fraction of one


def items_of(data):
    """The items of RLP that stand one after the other; all are lists of 56 bytes or more."""
    at = 0
    while at < len(data):
        width = data[at] - 0xf7
        assert 0 < width <= 8
        end = at + 1 + width + int.from_bytes(data[at + 1:at + 1 + width], "big")
        yield data[at:end]
        at = end


class Place:
    """A folder with the blocks in pieces, and a store."""

    def __init__(self, program, folder, made):
        self.program, self.folder, self.made = program, folder, made
        self.data = os.path.join(folder, "data")
        self.words = ["--genesis", os.path.join(made, "genesis.hex"), "--protocol", "11", "--data-dir", self.data]
        with open(os.path.join(made, "blocks.rlp"), "rb") as file:
            self.blocks = list(items_of(file.read()))
        with open(os.path.join(made, "branch.rlp"), "rb") as file:
            self.branch = list(items_of(file.read()))

    def start(self, *words, **streams):
        return subprocess.Popen([self.program, "chain", *words, *self.words], **{"stdin": subprocess.DEVNULL, **streams})

    def write(self, blocks):
        """Imports them as a process of its own."""
        name = os.path.join(self.folder, "piece.rlp")
        with open(name, "wb") as file:
            file.write(b"".join(blocks))
        done = subprocess.run([self.program, "chain", "import", name, *self.words], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        assert done.returncode == 0, done


class Tail:
    """`chain tail -f`, whose lines come by a thread."""

    running = []  # what a case that failed has left

    def __init__(self, place, *words):
        self.process = place.start("tail", "-f", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.running.append(self.process)
        self.lines = queue.Queue()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def line(self):
        return self.lines.get(timeout=PATIENCE)

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        said = self.process.stderr.read()
        self.thread.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        assert said == "", said
        return code


def numbers(tail, count):
    return [json.loads(tail.line())["number"] for _ in range(count)]


def next_block(tail, told):
    """The height that it tells, which is the one above the last."""
    said = numbers(tail, 1)
    assert said == [told + 1], (said, told)
    return told + 1


def follows_a_reorganisation(place):
    place.write(place.blocks[:10])
    events, people = Tail(place, "--count", "3", "--json"), Tail(place, "--count", "1")
    assert numbers(events, 3) == [8, 9, 10]
    assert people.line().split()[0] == "10"
    place.write(place.blocks[10:20])
    assert numbers(events, 10) == list(range(11, 21))
    said = [people.line() for _ in range(10)]  # a tail that looks later would never have seen what is replaced
    place.write(place.branch)
    reorg = json.loads(events.line())
    assert reorg["event"] == "reorg" and reorg["depth"] == 5 and reorg["first_number"] == AT + 1, reorg
    assert numbers(events, COUNT) == list(range(AT + 1, AT + 1 + COUNT))
    said += [people.line() for _ in range(1 + COUNT)]
    assert said[10] == "reorg: #16..#20 replaced, the head is #23", said
    assert said[11].split()[0] == "16", said
    head = json.loads(subprocess.run([place.program, "chain", "status", "--json", *place.words], capture_output=True,
                                     timeout=PATIENCE, check=True).stdout)
    assert reorg["to"] == head["head_hash"]
    assert events.end() == 130 and people.end(signal.SIGTERM) == 143


def survives_its_writer(place):
    """It is killed a few times while it writes; the heights that are told go up by one all the way."""
    place.write(place.blocks[:1])
    tail = Tail(place, "--count", "1", "--json")
    assert numbers(tail, 1) == [1]  # it has opened the store, before there is more in it
    name = os.path.join(place.folder, "all.rlp")
    with open(name, "wb") as file:
        file.write(b"".join(place.blocks))
    kills, told = 0, 1
    while told < BLOCKS:
        writer = place.start("import", name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if kills < 4:
            for _ in range(100 * (kills + 1)):
                told = next_block(tail, told)
            writer.kill()
            kills += 1
        else:
            while told < BLOCKS:
                told = next_block(tail, told)
        writer.wait(PATIENCE)
    assert tail.end() == 130


def holds_nobody_up(place):
    """Nobody reads what it prints: the writer ends all the same."""
    place.write(place.blocks[:1])
    tail = place.start("tail", "-f", "--count", "0", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        place.write(place.blocks[1:])
        assert tail.poll() is None
    finally:
        tail.send_signal(signal.SIGINT)
        tail.stdout.close()
        tail.wait(PATIENCE)
        tail.stderr.close()


def stopped(place, number, command, words):
    """Its exit code and its document, once it was seen at work and got the signal."""
    terminal, other = pty.openpty()
    process = place.start(command, *words, "--json", stdout=subprocess.PIPE, stderr=other)
    os.close(other)
    seen = b""
    while b"ing block" not in seen:
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # it has ended
            break
    process.send_signal(number)
    out = process.communicate(timeout=PATIENCE)[0]
    os.close(terminal)
    return process.returncode, json.loads(out)


def stopped_at_last(place, number, code, command, *words):
    """The same; where the machine was too slow to say that it works, it is tried again."""
    for _ in range(20):
        ended, document = stopped(place, number, command, words)
        if ended == code:
            return document
        assert ended in (0, 1), (ended, document)  # it has come to its end
    raise AssertionError("%s cannot be stopped" % command)


def verify_goes_on(place):
    place.write(place.blocks)
    mark = os.path.join(place.data, "verify.json")
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        document = stopped_at_last(place, number, code, "verify")
        assert document["stopped"] is True and document["resumable"] is True, document
        assert 0 < document["checked_to"] < BLOCKS, document
        with open(mark, encoding="utf-8") as file:
            assert json.load(file)["number"] == document["checked_to"]
    done = subprocess.run([place.program, "chain", "verify", "--resume", "--json", *place.words], capture_output=True,
                          timeout=PATIENCE, check=True)
    again = json.loads(done.stdout)
    assert again["ok"] is True and again["resumed_from"] == document["checked_to"], again
    assert again["state"]["checked_to"] == BLOCKS, again
    assert not os.path.exists(mark)


def find_ends(place):
    document = stopped_at_last(place, signal.SIGINT, 130, "find", "11" * 20)
    assert document["stopped"] is True and 0 < document["searched_blocks"] <= BLOCKS, document


def cannot_be_kept(place):
    """Where the file cannot be written a verify that is ended says that it cannot go on."""
    os.mkdir(os.path.join(place.data, "verify.json"))
    document = stopped_at_last(place, signal.SIGINT, 130, "verify")
    assert document["resumable"] is False, document


def main(program, make_chain):
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ethpoc-follow-") as base:
        made = os.path.join(base, "made")
        os.mkdir(made)
        subprocess.run([make_chain, made, str(BLOCKS), str(AT), str(COUNT)], check=True, timeout=120)
        places = {}
        for case, name in ((follows_a_reorganisation, "reorg"), (survives_its_writer, "killed"), (holds_nobody_up, "unread"),
                           (verify_goes_on, "verify"), (find_ends, "verify"), (cannot_be_kept, "verify")):
            if name not in places:
                os.mkdir(os.path.join(base, name))
                places[name] = Place(program, os.path.join(base, name), made)
            try:
                case(places[name])
                said = "ok"
            except (AssertionError, OSError, subprocess.SubprocessError, ValueError, queue.Empty) as error:
                said = "FAIL %s: %s" % (type(error).__name__, error)
                failed += 1
            for process in Tail.running:
                process.kill()  # does nothing to one that has ended
            Tail.running.clear()
            print("%-26s %s" % (case.__name__, said), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
