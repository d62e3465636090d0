"""Runs cases, functions each, in folders of their own, and tells how they ended. For read_stores.py and broken_stores.py."""

import os
import sqlite3
import subprocess


def run_cases(cases, names, base, *given):
    """Each case whose name holds one of `names`, all without them: case(*given, folder). The exit code."""
    failed = done = 0
    for case in cases:
        if names and not any(name in case.__name__ for name in names):
            continue
        folder = os.path.join(base, case.__name__)
        os.mkdir(folder)
        try:
            said = case(*given, folder) or "ok"
        except (AssertionError, OSError, subprocess.SubprocessError, ValueError, sqlite3.Error) as error:
            said = "FAIL %s: %s" % (type(error).__name__, error)
        done += 1
        failed += said.startswith("FAIL")
        print("%-22s %s" % (case.__name__, said), flush=True)
    print("%d passed, %d failed" % (done - failed, failed))
    return 2 if done == 0 else 1 if failed else 0
