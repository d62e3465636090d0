#!/usr/bin/env python3
"""Stores that are damaged, of somebody else, or where nothing can be written: read_stores.py PROGRAM [--every N] [NAME...]

Every reading command is run on every store. What holds for all: the exit code is one of the contract, what is said is for
people (no statement of a database, no bytes that cannot be printed), and a file that is not ours is as it was. With --every
each N-th of the pairs of a store and a command is tried. Exit 0 when all held, 1 when one did not, 2 when nothing was selected.
"""

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

from cases import run_cases

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from told import Told, read, refused, write  # noqa: E402

CHAIN = os.path.join(TESTS, "chains", "go-p08.jsonl")
BLOCKS = 20
NOBODY = 65534
READING = [["status"], ["show", "1"], ["show", "0"], ["verify"], ["export", "-"], ["tail"], ["find", "c87939ffc7"],
           ["balance", "00" * 20]]


def call(program, *arguments, user=None, cwd=None):
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, user=user, cwd=cwd,
                          check=False)
    return Told(done.returncode, done.stdout, done.stderr)


def chain(program, data, *arguments, **more):
    return call(program, "chain", *arguments, "--data-dir", data, **more)


def for_people(told, where):
    """Nothing of a database, nothing that a terminal would obey; a code where something is wrong."""
    said = told.err if where[:1] == ["export"] else told.out + told.err
    assert told.code in (0, 1, 2, 3, 5), (where, told)
    assert not re.search(r"sql|pragma|select |begin immediate|malformed|disk image|format 0", said, re.I), (where, told)
    assert not re.search(r"[^\x20-\x7e\n]", said), (where, told)
    if told.code in (1, 3):
        assert re.search(r"\b(chain|rlp)\.[a-z_]+", said) or re.search("no block|nothing in|is not known", said), (where, told)


EVERY = 1      # as --every says
TURN = [0]     # which pair of a store and a command comes next


def each(program, data, commands=None, **more):
    for words in commands or READING:
        for form in ([], ["--json"]):
            TURN[0] += 1
            if TURN[0] % EVERY:
                continue
            told = chain(program, data, *words, *form, **more)
            for_people(told, words)
            yield words, told


def copy_of(good, folder, name="data"):
    data = os.path.join(folder, name)
    shutil.copytree(good, data)
    return data, os.path.join(data, "chain.sqlite")


def change(path, *statements):
    database = sqlite3.connect(path)
    for one in statements:
        database.execute(*one) if isinstance(one, tuple) else database.execute(one)
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


# ---------------------------------------------------------------- files that are no store

def no_store(program, good, folder):
    """Each is refused with a sentence, by those that read and by those that write; the file stays as it is."""
    whole = read(os.path.join(good, "chain.sqlite"))
    other = os.path.join(folder, "other.db")
    change(other, "CREATE TABLE users(name TEXT)", "INSERT INTO users VALUES('me')")
    numbered = os.path.join(folder, "numbered.db")
    change(numbered, "CREATE TABLE blocks(number INTEGER)", "PRAGMA user_version = 1")
    seven = os.path.join(folder, "seven.db")
    change(seven, "CREATE TABLE users(name TEXT)", "PRAGMA user_version = 7")
    zero = os.path.join(folder, "zero.db")
    write(zero, whole)
    change(zero, "PRAGMA user_version = 0")
    newer = os.path.join(folder, "newer.db")
    write(newer, whole)
    change(newer, "PRAGMA user_version = 99")
    files = {"random": (random.Random(1).randbytes(8192), "damaged"), "text": (b"Dear diary,\n" * 1000, "damaged"),
             "short text": (b"x", "damaged"), "escape": (b"\x1b[31mred\x1b[0m" * 500, "damaged"),
             "header only": (whole[:100], "damaged"), "one page": (whole[:4096], "damaged"),
             "half": (whole[:len(whole) // 2], "damaged"), "last page gone": (whole[:-4096], "damaged"),
             "last byte gone": (whole[:-1], "damaged"),
             "first byte": (b"T" + whole[1:], "damaged"), "zeros": (bytes(len(whole)), "damaged"),
             "another program": (read(other), "another program"), "numbered": (read(numbered), "another program"),
             "seven": (read(seven), "another program"), "zero": (read(zero), "another program"),
             "newer": (read(newer), "newer ethpoc"), "empty": (b"", "no chain in it yet")}
    for name, (data, reason) in files.items():
        place = os.path.join(folder, name)
        os.mkdir(place)
        path = os.path.join(place, "chain.sqlite")
        write(path, data)
        for words, told in each(program, place):
            if reason == "damaged" and told.code == 0:  # a part that this command does not look at
                assert name in ("last page gone", "last byte gone", "half", "one page"), (name, words, told)
                continue
            if reason == "damaged" and told.code == 1 and words[0] in ("verify", "balance", "find"):
                continue
            refused(told, 3, reason)
        if name == "empty":
            continue
        for words in (["chain", "import", CHAIN], ["run", "--listen", "none", "--for", "0.1"]):
            told = call(program, *words, "--data-dir", place)
            for_people(told, words)
            if name not in ("last page gone", "last byte gone", "half", "one page"):
                refused(told, 3, reason)
                assert read(path) == data, (name, words)


def no_file(program, good, folder):
    """A folder, a pipe, nothing, a file for the folder."""
    kinds = {"folder": os.mkdir, "pipe": os.mkfifo}
    for name, make in kinds.items():
        place = os.path.join(folder, name)
        os.mkdir(place)
        make(os.path.join(place, "chain.sqlite"))
        for _, told in each(program, place):
            refused(told, 3, "chain.store_damaged")
        refused(chain(program, place, "import", CHAIN), 3, "chain.store_damaged")
    file = os.path.join(folder, "file")
    write(file, b"mine")
    for _, told in each(program, file):
        refused(told, 3, "it is a file")
    refused(chain(program, file, "import", CHAIN), 3, "it is a file")
    told = call(program, "run", "--listen", "none", "--for", "0.1", "--data-dir", file)
    refused(told, 3, "Not a directory")
    assert read(file) == b"mine"
    for _, told in each(program, os.path.join(folder, "none")):
        refused(told, 3, "there is no chain in it")
    assert not os.path.exists(os.path.join(folder, "none"))


def flipped_bytes(program, good, folder):
    """200 stores with some bytes changed: whatever is said is for people."""
    data, path = copy_of(good, folder)
    whole = read(path)
    codes = {}
    for seed in range(0, 200, EVERY):
        chance = random.Random(seed)
        changed = bytearray(whole)
        for _ in range(chance.choice([1, 4, 64, 1024])):
            changed[chance.randrange(100 if seed % 8 else 0, len(changed))] = chance.randrange(256)
        write(path, changed)
        words = READING[seed % len(READING)] + (["--json"] if seed % 2 else [])
        told = chain(program, data, *words)
        for_people(told, words)
        if told.code == 0 and words[0] == "verify" and seed % len(READING) == 3:
            assert "[" not in told.err
        codes[told.code] = codes.get(told.code, 0) + 1
    return "ok: exit codes " + ", ".join("%d: %d" % one for one in sorted(codes.items()))


# ---------------------------------------------------------------- rows that were changed

def changed_block(program, good, folder):
    """The bytes of a block: verify names the block, and not its parent or its child."""
    for number, edit in ((7, lambda b: b[:50] + bytes([b[50] ^ 1]) + b[51:]), (7, lambda b: b[:-3]), (7, lambda b: b""),
                         (BLOCKS, lambda b: b + b"\x00"), (1, lambda b: b[:12] + b"\xff" * 8 + b[20:])):
        shutil.rmtree(os.path.join(folder, "data"), ignore_errors=True)
        data, path = copy_of(good, folder)
        (rlp,), = sqlite3.connect(path).execute("SELECT rlp FROM blocks WHERE number = ?", (number,)).fetchall()
        change(path, ("UPDATE blocks SET rlp = ? WHERE number = ?", (edit(rlp), number)))
        told = chain(program, data, "verify", "--json")
        said = json.loads(told.out)
        assert told.code == 1 and said["number"] == number and said["error"]["code"] == "chain.bad_hash", told
        assert "the stored bytes of block %d " % number in said["error"]["detail"], told
        told = chain(program, data, "show", str(number))
        assert told.code == 1 and "chain.bad_hash" in told.err, told
        for_people(told, ["show"])
    data, path = copy_of(good, folder, "genesis")
    change(path, ("UPDATE blocks SET rlp = ? WHERE number = 0", (b"\xc0",)))
    for _, told in each(program, data):
        refused(told, 3, "block 0")


def changed_records(program, good, folder):
    """What is told of a block beside its bytes, and of the chain."""
    junk = b"\x1b[2J\xff\xfe"
    rows = [("UPDATE blocks SET total = x'01' WHERE number = 9", 9), ("UPDATE blocks SET time = 5 WHERE number = 9", 9),
            ("UPDATE blocks SET gas_used = 5 WHERE number = 9", 9), ("UPDATE blocks SET number = 99 WHERE number = 9", 9),
            ("UPDATE blocks SET difficulty = x'ffff' WHERE number = 9", 9), ("UPDATE blocks SET hash = x'00' WHERE number = 9", 9),
            ("DELETE FROM blocks WHERE number = 9", 9), ("UPDATE runs SET length = 8", 8)]
    for number, (statement, block) in enumerate(rows):
        data, path = copy_of(good, folder, "row%d" % number)
        change(path, statement)
        for words, told in each(program, data):
            if words == ["verify"]:
                assert told.code == 1, (statement, told)
                if told.out.startswith("{"):
                    assert json.loads(told.out)["number"] == block, (statement, told)
    for number, statement in enumerate(["UPDATE chains SET rules = ?", "UPDATE chains SET name = ?", "UPDATE chains SET genesis = ?"]):
        data, path = copy_of(good, folder, "chain%d" % number)
        change(path, (statement, (junk,)))
        for words, told in each(program, data):
            assert told.code == (3 if number != 1 else 0), (statement, words, told)
    for number, statement in enumerate(["UPDATE chains SET head = 999", "UPDATE runs SET length = 9223372036854775807, first_block = 9223372036854775800",
                                        "UPDATE marks SET value = -1", "DELETE FROM runs", "DELETE FROM chains", "DELETE FROM blocks"]):
        data, path = copy_of(good, folder, "other%d" % number)
        change(path, statement)
        for words, told in each(program, data):
            assert told.code != 0 or words not in (["verify"], ["export", "-"]) or "marks" in statement, (statement, words, told)


def above_the_head(program, good, folder):
    for start, code in (("0", 0), ("1", 0), (str(BLOCKS), 0), (str(BLOCKS + 1), 5), ("1000000", 5), (str(2**64 - 1), 5)):
        told = chain(program, good, "verify", "--from", start)
        assert told.code == code and ("all rules hold" in told.out) == (code == 0), (start, told)
        said = json.loads(chain(program, good, "verify", "--from", start, "--json").out)
        assert said["ok"] is (code == 0), (start, said)
    for words in (["verify", "--from"], ["tail", "--count"]):
        for number in ("-1", "x", "", "1.5"):
            told = chain(program, good, *words, number)
            assert told.code == 2, (words, number, told)


# ---------------------------------------------------------------- where nothing can be written

def killed_store(program, folder):
    """A store whose writer was killed: the newest blocks are in its journal."""
    data = os.path.join(folder, "killed")
    process = subprocess.Popen([program, "run", "--listen", "none", "--data-dir", data, "--protocol", "8", "--json"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(os.path.join(data, "chain.sqlite-wal")):
        assert process.poll() is None
    import time
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert os.path.getsize(os.path.join(data, "chain.sqlite-wal")) > 0
    return data


def every_command_reads(program, data, blocks, **more):
    for words, told in each(program, data, READING if blocks else [["status"], ["show", "0"], ["verify"], ["tail"]], **more):
        assert told.code == 0, (words, told)
    told = chain(program, data, "status", "--json", **more)
    assert json.loads(told.out)["head_number"] == blocks, told


def somebody_elses(program, good, folder):
    """As a user who may read and nothing else; also while its owner's node runs, and after that was killed."""
    if os.geteuid() != 0:
        return "skipped: only root can be somebody else"
    data, _ = copy_of(good, folder)
    before = sorted(os.listdir(data))
    every_command_reads(program, data, BLOCKS, user=NOBODY)
    assert sorted(os.listdir(data)) == before, os.listdir(data)
    node = subprocess.Popen([program, "run", "--listen", "none", "--data-dir", data, "--json"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    try:
        while not os.path.exists(os.path.join(data, "chain.sqlite-wal")):
            assert node.poll() is None
        every_command_reads(program, data, BLOCKS, user=NOBODY)
        every_command_reads(program, data, BLOCKS)
    finally:
        node.terminate()
        node.wait(10)
    killed = killed_store(program, folder)
    told = chain(program, killed, "status", user=NOBODY)
    assert told.code == 0 or "journal" in told.err, told
    os.remove(os.path.join(killed, "chain.sqlite-shm"))
    refused(chain(program, killed, "status", user=NOBODY), 3, "the newest blocks are in the journal")
    every_command_reads(program, killed, 0)
    os.chmod(os.path.join(data, "chain.sqlite"), 0o600)
    refused(chain(program, data, "status", user=NOBODY), 3, "Permission denied")
    os.chmod(data, 0o700)
    refused(chain(program, data, "status", user=NOBODY), 3, "Permission denied")
    return "ok"


def read_only_medium(program, good, folder):
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=False,
                                           capture_output=True).returncode != 0:
        return "skipped: no mount"
    try:
        names = ["data", "a b?c#d%41&mode=rwc", "file:x"]
        for name in names:
            copy_of(good, folder, name)
        killed = killed_store(program, folder)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        for name in names:
            every_command_reads(program, os.path.join(folder, name), BLOCKS)
            every_command_reads(program, name, BLOCKS, cwd=folder)
        told = chain(program, killed, "status", "--json")
        assert told.code == 0 and json.loads(told.out)["head_number"] == 0 or "journal" in told.err, told
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        os.remove(os.path.join(killed, "chain.sqlite-shm"))
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        refused(chain(program, killed, "status"), 3, "the newest blocks are in the journal")
        refused(chain(program, os.path.join(folder, "data"), "import", CHAIN), 3, "Read-only file system")
    finally:
        subprocess.run(["umount", folder], check=True)
    return "ok"


def names_of_folders(program, good, folder):
    """A name is a name: whatever a library below would take for something else."""
    for name in ["file:x", "file:x?mode=memory", "-x", "a b", "%41", "x?y#z", "\u00e4\u2028", "sqlite:y", "...", "a\nb"]:
        told = call(program, "chain", "import", CHAIN, "--data-dir=" + name, cwd=folder)
        assert told.code == 0 and os.path.exists(os.path.join(folder, name, "chain.sqlite")), (name, told)
        assert call(program, "chain", "status", "--data-dir=" + name, cwd=folder).code == 0, name
    assert len(os.listdir(folder)) == 10, os.listdir(folder)
    for words in (["chain", "import"], ["replay"], ["pcap", "--write", "out", "--from"]):
        for name, code in (("", 2), (" ", 2), ("~/x", 2), ("x/", 2), ("none", 3)):
            told = call(program, *words, name, cwd=folder)
            assert told.code == code and told.err, (words, name, told)
    for name in ["", " ", "~/x", "~", "-", "x" * 256]:
        for words in (["chain", "import", CHAIN], ["chain", "status"], ["run", "--listen", "none", "--for", "0.1"]):
            told = call(program, *words, "--data-dir=" + name, cwd=folder)
            assert told.code == 2 and "data-dir" in told.err, (name, told)
    assert len(os.listdir(folder)) == 10, os.listdir(folder)
    told = call(program, "run", "--listen", "none", "--for", "0.1", "--data-dir", "new/er", "--node-key", "new/er/key", cwd=folder)
    assert told.code == 0 and os.path.exists(os.path.join(folder, "new/er/key")), told
    told = call(program, "run", "--listen", "none", "--for", "0.1", "--data-dir", ":memory:", "--node-key", "keys/mine", cwd=folder)
    assert told.code == 0 and os.path.exists(os.path.join(folder, "keys/mine")), told


CASES = [no_store, no_file, flipped_bytes, changed_block, changed_records, above_the_head, somebody_elses, read_only_medium,
         names_of_folders]


def main(program, names):
    with tempfile.TemporaryDirectory(prefix="ethpoc-store-") as base:
        os.chmod(base, 0o755)
        good = os.path.join(base, "good")
        subprocess.run([program, "chain", "import", CHAIN, "--data-dir", good], check=True, stdout=subprocess.DEVNULL)
        return run_cases(CASES, names, base, program, good)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    names_of_cases = sys.argv[2:]
    if names_of_cases[:1] == ["--every"]:
        EVERY = int(names_of_cases[1])
        del names_of_cases[:2]
    sys.exit(main(os.path.abspath(sys.argv[1]), names_of_cases))
