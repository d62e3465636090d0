#!/usr/bin/env python3
"""The contract of the command line, line by line, against the real program: contract.py PROGRAM [WORD...]

Each entry names a section of the contract and, in words of our own, the line that it tries. Exit 0 when all held, 1 when one
did not, 2 when no entry holds one of the WORDs.
"""

import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

import bytes_entries  # noqa: F401
import chain_entries  # noqa: F401
import everywhere_entries  # noqa: F401
import peer_entries  # noqa: F401
from entries import ENTRIES, Place, pages_of

# How many lines each section has at least: an entry that gets lost is noticed.
SECTIONS = {"everywhere": 19, "dev": 3, "peer": 23, "bytes": 10, "chain": 8, "conformance": 4, "second round": 45}


def attempt(number, one, program, pages, folder):
    place = Place(program, pages, os.path.join(folder, str(number)))
    os.mkdir(place.folder)
    try:
        one.attempt(place)
        return "ok"
    except (AssertionError, OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
        return "FAIL %s: %s" % (type(error).__name__, error)


def counts():
    found = collections.Counter(one.section for one in ENTRIES)
    for section, least in SECTIONS.items():
        print("%-14s %3d entries" % (section, found[section]))
        if found[section] < least:
            return "%s has %d entries, and not %d" % (section, found[section], least)
    names = collections.Counter((one.section, one.phrase) for one in ENTRIES)
    twice = [name for name, count in names.items() if count > 1]
    strange = set(found) - set(SECTIONS)
    return "named twice: %s; unknown sections: %s" % (twice, strange) if twice or strange else None


def main(program, words):
    wrong = counts()
    if wrong:
        sys.exit(wrong)
    program = os.path.abspath(program)
    # Addresses that are told must not be dialled, nor a store of whoever runs this be opened.
    os.environ.update(ETHPOC_TARGET_PEERS="0", NO_COLOR="")
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "ETHPOC_CONFIG", "ETHPOC_DATA_DIR"):
        os.environ.pop(name, None)
    chosen = [one for one in ENTRIES if not words or any(word in "%s: %s" % (one.section, one.phrase) for word in words)]
    with tempfile.TemporaryDirectory(prefix="ethpoc-contract-") as folder, \
            concurrent.futures.ThreadPoolExecutor(8) as pool:
        os.environ["HOME"] = folder
        os.environ.pop("XDG_DATA_HOME", None)
        pages = pages_of(json.loads(subprocess.run([program, "help", "--json"], capture_output=True, check=True).stdout))
        told = list(pool.map(lambda one: attempt(one[0], one[1], program, pages, folder), enumerate(chosen)))
    for one, said in zip(chosen, told):
        if said != "ok":
            print("%s: %s: %s" % (one.section, one.phrase, said))
    failed = len(told) - told.count("ok")
    print("%d held, %d did not" % (told.count("ok"), failed))
    return 2 if not told else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
