"""What the entries of the contract are written with: a section, a phrase of our own, and what tries it."""

import json
import os
import re
import subprocess
import sys
import time

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
ROOT = os.path.normpath(os.path.join(TESTS, os.pardir))
sys.path.insert(0, os.path.join(TESTS, "support"))

PATIENCE = 10.0
CHAIN = os.path.join(TESTS, "chains", "go-p08.jsonl")
SESSION = os.path.join(TESTS, "sessions", "py-v8-pair.jsonl")
CAPTURE = os.path.join(ROOT, "samples", "handshake.pcap")
PING = "2240089100000002c102"
ENTRIES = []


class Entry:
    def __init__(self, section, phrase, attempt):
        self.section, self.phrase, self.attempt = section, phrase, attempt


def entry(section, phrase):
    def keep(attempt):
        ENTRIES.append(Entry(section, phrase, attempt))
        return attempt
    return keep


def tested(section, phrase, path, *names):
    """A line that a test elsewhere tries: it has to be there, by these names."""
    def is_there(_place):
        with open(os.path.join(TESTS, path), encoding="utf-8") as file:
            text = file.read()
        missing = [name for name in names if name not in text]
        assert names and not missing, "tests/%s has no %s" % (path, missing)
    ENTRIES.append(Entry(section, phrase, is_there))


class Ran:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return "exit %d, stdout %r, stderr %r" % (self.code, self.out[-300:], self.err[-300:])

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Place:
    """The program, and a folder that is this entry's own."""

    def __init__(self, program, pages, folder):
        self.program, self.pages, self.folder = program, pages, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words, code=0, stdin=None, env=None):
        done = subprocess.run([self.program, *words], input=stdin, stdin=subprocess.DEVNULL if stdin is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, timeout=60,
                              env={**os.environ, **(env or {})}, check=False)
        ran = Ran(done)
        assert code is None or ran.code == code, "%s: %r, not exit %s" % (" ".join(words), ran, code)
        return ran

    def document(self, *words, code=0, stdin=None):
        return json.loads(self.run(*words, "--json", code=code, stdin=stdin).out)

    def options(self, command):
        """All names of the options of `chain show`, and those of the whole program."""
        words = command.split()
        return {name for page in (self.pages["ethpoc"], self.pages[" ".join(["ethpoc", *words])])
                for option in page["options"] for name in option["names"]}

    def chain(self, name="data"):
        """A data directory with a recorded chain of 20 blocks."""
        data = self.path(name)
        if not os.path.exists(data):
            self.run("chain", "import", CHAIN, "--data-dir", data)
        return data


def pages_of(page):
    out = {page["command"]: page}
    for below in page["commands"]:
        out.update(pages_of(below))
    return out


def has_fields(value, fields, what):
    missing = [field for field in fields.split() if field not in value]
    assert not missing, "%s lacks %s: %s" % (what, missing, value)


def wait_until(holds, what):
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "not within %g s: %s" % (PATIENCE, what)
        time.sleep(0.01)


def is_timestamp(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) is not None
