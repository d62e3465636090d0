#!/usr/bin/env python3
"""Stores that are full, damaged, in use or not to be written, and blocks in every form: broken_stores.py PROGRAM [NAME...]

What holds for all: one sentence and its hint, exit 3, and what was reported before is there afterwards. Exit 0 when all held,
1 when one did not, 2 when nothing was selected.
"""

import contextlib
import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

from cases import run_cases

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from node_process import NodeProcess  # noqa: E402
from told import Told, read, refused, write  # noqa: E402

FIRST = os.path.join(TESTS, "chains", "cpp-0.3.10.jsonl")
SECOND = os.path.join(TESTS, "chains", "cpp-poc7.jsonl")
PAGE = 4096
RUN = ["run", "--listen", "none", "--for", "0.1", "--node-key", "key"]


def call(program, *arguments, stdin=b"", **more):
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, timeout=30, check=False, **more)
    return Told(done.returncode, done.stdout, done.stderr)


def chain(program, data, *arguments, **more):
    return call(program, "chain", *arguments, "--data-dir", data, **more)


def document(program, data, *arguments, code=0, **more):
    told = chain(program, data, *arguments, "--json", **more)
    assert told.code == code, (arguments, told)
    return json.loads(told.out)


def one_sentence(told, word):
    refused(told, 3, word)
    assert 1 <= len(told.err.splitlines()) <= 2, told


@contextlib.contextmanager
def mounted(folder, size):
    """A small disk of its own; None where nobody may make one."""
    place = os.path.join(folder, "disk")
    os.makedirs(place, exist_ok=True)
    done = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "none", place], check=False,
                                                capture_output=True).returncode == 0
    try:
        yield place if done else None
    finally:
        if done:
            subprocess.run(["umount", "-l", place], check=True)


def fill(place):
    try:
        with open(os.path.join(place, "fill"), "wb", buffering=0) as file:
            while True:
                file.write(bytes(1024))
    except OSError:
        return os.path.join(place, "fill")


# ---------------------------------------------------------------- no room

def full_disk(program, folder):
    with mounted(folder, "400k") as place:
        if not place:
            return "skipped: no mount"
        data = os.path.join(place, "data")
        head = document(program, data, "import", FIRST)["head_hash"]
        filled = fill(place)
        one_sentence(chain(program, data, "import", SECOND), "chain.store_full")
        one_sentence(chain(program, os.path.join(place, "new"), "import", FIRST), "chain.store_full")
        for words in (["status"], ["verify"], ["export", "-"]):
            assert chain(program, data, *words).code == 0, words
        assert document(program, data, "status")["head_hash"] == head
        os.remove(filled)
        assert document(program, data, "import", SECOND)["imported"] > 0
        assert chain(program, data, "verify").code == 0
    return "ok"


def disk_that_fills(program, folder):
    """In the middle of an import: what it says of its head is true, and no more."""
    with mounted(folder, "100k") as place:
        if not place:
            return "skipped: no mount"
        data = os.path.join(place, "data")
        said = document(program, data, "import", FIRST, code=3)
        assert said["error"]["code"] == "chain.store_full", said
        if "head_number" in said:  # the store could be made
            assert document(program, data, "status")["head_hash"] == said["head_hash"]
            assert chain(program, data, "verify").code == 0
    return "ok"


def node_whose_disk_fills(program, folder):
    """It says so once, keeps what it has, and goes on being a peer."""
    data = os.path.join(folder, "whole")
    blocks = document(program, data, "import", FIRST)["head_number"]
    with mounted(folder, "100k") as place:
        if not place:
            return "skipped: no mount"
        server = NodeProcess(program, "--data-dir", data, "--protocol", "poc3")
        node = NodeProcess(program, "--data-dir", os.path.join(place, "data"), "--protocol", "poc3",
                           "--node-key", os.path.join(folder, "key"), "--dial", "%s:%d" % server.address)
        try:
            assert node.address, node.log_lines()
            failed = node.wait_for("error", code="chain.store_full")
            said = [line for line in node.log_lines("chain.store_full")]
            assert failed or said, (node.events(), node.log_lines())
            assert node.process.poll() is None, node.log_lines()
            socket.create_connection(node.address, 5).close()
            other = document(program, os.path.join(place, "data"), "status")
            assert 0 <= other["head_number"] < blocks, other
            assert chain(program, os.path.join(place, "data"), "verify").code == 0
        finally:
            for one in (node, server):
                one.process.terminate()
                one.process.wait(10)
    return "ok"


# ---------------------------------------------------------------- somebody else's turn

def second_process(program, folder):
    data = os.path.join(folder, "data")
    document(program, data, "import", FIRST)
    node = NodeProcess(program, "--data-dir", data)
    try:
        for words in (["chain", "import", SECOND], ["chain", "prune-forks"], ["chain", "repair"], RUN):
            one_sentence(call(program, *words, "--data-dir", data, cwd=folder), "chain.store_locked")
        for words in (["status"], ["verify"], ["show", "1"]):
            assert chain(program, data, *words).code == 0, words
    finally:
        node.process.terminate()
        node.process.wait(10)
    assert document(program, data, "import", FIRST)["known"] == 40
    pruned = document(program, data, "prune-forks", "--keep", "0")
    assert pruned["pruned"] == 0 and pruned["blocks"] == 41 and pruned["file_bytes_less"] == 0, pruned
    assert "pruned 0 blocks" in chain(program, data, "prune-forks").out
    assert document(program, data, "repair") == {"ok": True, "damaged": False}


def read_only_folder(program, folder):
    with mounted(folder, "1m") as place:
        if not place:
            return "skipped: no mount"
        data = os.path.join(place, "data")
        document(program, data, "import", FIRST)
        broken = os.path.join(place, "broken")
        shutil.copytree(data, broken)
        damage(os.path.join(broken, "chain.sqlite"), 0)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        for words in (["chain", "import", SECOND], ["chain", "prune-forks"], RUN):
            one_sentence(call(program, *words, "--data-dir", data, cwd=folder), "Read-only file system")
        one_sentence(chain(program, broken, "repair"), "Read-only file system")
        assert chain(program, data, "verify").code == 0
    return "ok"


# ---------------------------------------------------------------- damaged pages

def damage(path, page):
    with open(path, "r+b") as file:
        file.seek(page * PAGE)
        file.write(random.Random(page).randbytes(PAGE))


def damaged_pages(program, folder):
    """Each kind of page: whatever a command says is a sentence, repair says what is gone, and the blocks can come again."""
    good = os.path.join(folder, "good")
    document(program, good, "import", FIRST)
    head = document(program, good, "status")["head_hash"]
    with contextlib.closing(sqlite3.connect(os.path.join(good, "chain.sqlite"))) as database:
        roots = {name: page - 1 for name, page in database.execute("SELECT name, rootpage FROM sqlite_master WHERE sql > ''")}
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = {"header": 0, **roots, "blocks leaf": os.path.getsize(os.path.join(good, "chain.sqlite")) // PAGE - 2}
    gone = 0
    for name, page in pages.items():
        data = os.path.join(folder, name)
        shutil.copytree(good, data)
        path = os.path.join(data, "chain.sqlite")
        damage(path, page)
        before = read(path)
        for words in (["chain", "status"], ["chain", "verify"], ["chain", "prune-forks"]):
            told = call(program, *words, "--data-dir", data)
            assert told.code in (0, 1, 3), (name, words, told)
            if told.code == 3:
                one_sentence(told, "chain.store_damaged")
        for words in (["chain", "import", FIRST], RUN):  # they may not look at that page
            told = call(program, *words, "--data-dir", data, cwd=folder)
            assert told.code in (0, 1, 3), (name, words, told)
            if told.code == 3:
                refused(told, 3, "chain.store_damaged")
        write(path, before)
        for journal in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                os.remove(path + journal)
        told = chain(program, data, "repair", "--json")
        assert told.code in (0, 1), (name, told)
        said = json.loads(told.out)
        assert said["damaged"] and said["ok"] == (told.code == 0), (name, said)
        (one,) = said["chains"]
        gone += one["gone"]
        assert one["kept"] + one["waiting"] + one["gone"] == 41, (name, said)
        assert read(path + ".damaged") == before, name
        assert chain(program, data, "verify").code == 0, name
        assert document(program, data, "import", FIRST)["head_hash"] == head, name
    again = chain(program, data, "repair")
    assert again.code == 0 and "whole" in again.out, again
    damage(path, 0)
    refused(chain(program, data, "repair"), 3, "--force")
    assert chain(program, data, "repair", "--force").code == 0
    assert gone > 0, "no page had blocks"


# ---------------------------------------------------------------- blocks in every form

def forms_of_blocks(program, folder):
    made = document(program, os.path.join(folder, "made"), "import", FIRST)
    raw = chain(program, os.path.join(folder, "made"), "export", "-").raw
    rows = [json.loads(line) for line in read(FIRST).splitlines()]
    blocks = [row["rlp"] for row in rows if "rlp" in row]
    genesis = rows[0]["chain"]["genesis_rlp"]
    forms = {"raw": raw, "hex lines": "\n".join(blocks).encode(), "hex run": "".join(blocks).encode(),
             "0x": "".join("0x%s\r\n" % one for one in blocks).encode(),
             "spaces": " ".join(blocks[0][i:i + 2] for i in range(0, len(blocks[0]), 2)).encode(),
             "lines": "".join('{"rlp":"%s"}\n' % one for one in blocks).encode(), "recorded": read(FIRST)}
    for number, (name, content) in enumerate(forms.items()):
        path = os.path.join(folder, "blocks%d" % number)
        write(path, content)
        wanted = 1 if name == "spaces" else len(blocks)
        for source in ("file", "stdin"):
            data = os.path.join(folder, "%d-%s" % (number, source))
            said = document(program, data, "import", path if source == "file" else "-",
                            stdin=b"" if source == "file" else content)
            assert said["imported"] == wanted, (name, source, said)
            assert wanted == 1 or said["head_hash"] == made["head_hash"], (name, source)
    mixed = {"raw then hex": raw + forms["hex lines"], "lines then hex": forms["lines"] + forms["hex lines"],
             "recorded then words": forms["recorded"] + b"hello\n", "words": b"hello\n", "object": b'{"a": 1}\n',
             "raw, cut": raw[:-1]}
    for number, (name, content) in enumerate(mixed.items()):
        told = chain(program, os.path.join(folder, "mixed%d" % number), "import", "-", stdin=content)
        assert told.code in (1, 2) and told.err and len(told.err.splitlines()) <= 3, (name, told)
    for number, content in enumerate((bytes.fromhex(genesis), genesis.encode(), ("0x%s\n" % genesis).encode(),
                                      ('{"rlp":"%s"}\n' % genesis).encode(), read(FIRST))):
        path = os.path.join(folder, "genesis%d" % number)
        write(path, content)
        data = os.path.join(folder, "by-genesis%d" % number)
        assert document(program, data, "import", "-", "--genesis", path, stdin=raw)["head_hash"] == made["head_hash"], number
    write(os.path.join(folder, "no-genesis"), bytes.fromhex(genesis) + b"more")
    told = chain(program, os.path.join(folder, "none"), "import", "-", "--genesis", os.path.join(folder, "no-genesis"), stdin=raw)
    assert told.code in (1, 2, 3) and told.err, told


CASES = [full_disk, disk_that_fills, node_whose_disk_fills, second_process, read_only_folder, damaged_pages, forms_of_blocks]


def main(program, names):
    with tempfile.TemporaryDirectory(prefix="ethpoc-store-") as base:
        return run_cases(CASES, names, base, program)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
