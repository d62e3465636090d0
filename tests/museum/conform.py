#!/usr/bin/env python3
"""`ethpoc conform` against every emulated client of 2014, each with its expectation file, in the roles that it has.

Prints a line for each client, and with --markdown the matrix of docs/clients.md: clients against groups of cases. The reports
are kept with --keep DIR, for `ethpoc conform report DIR/*.json --html ..`.
"""

import argparse
import concurrent.futures
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from matrix import shared_folder  # noqa: E402
from clients import CLIENTS  # noqa: E402

PASSED = {"PASS", "NONSTRICT", "INFO"}


def command(museum, shared, client, dials):
    words = [sys.executable, str(museum), client.name, "--exit-on-death"]
    if client.chain:
        words += ["--chain", str(shared / "chains" / client.chain)]
    # Go counts a peer that has left for minutes; with its own limit it would soon be silent.
    words += ["--events", "/dev/null", "--max-peers", "100000"]
    return " ".join(map(shlex.quote, words)) + (" --dial 127.0.0.1:{port}" if dials else " --listen {port}")


def run(options, museum, shared, client, folder):
    report = folder / f"{client.name}.json"
    expect = ROOT / "conform" / "expect" / f"{client.name}.toml"
    dials = not client.accepts  # then it is started anew for each run
    words = [options.ethpoc, "conform", "--exec", command(museum, shared, client, dials), "--json", "--force",
             "--report", str(report), *options.args]
    if dials:
        words += ["--listen", "127.0.0.1:0"]
    if expect.exists():
        words += ["--expect", str(expect)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            errors = process.communicate(timeout=options.limit)[1]
        except subprocess.TimeoutExpired:
            process.terminate()  # it ends the client, and writes what it has
            errors = process.communicate()[1] + b" (--limit)"
    return client.name, process.returncode, errors.decode(errors="replace"), report


def row_of(report):
    """Group -> {verdict: count}, and the runs that want attention."""
    groups, odd = {}, []
    for case in json.loads(report.read_text())["cases"]:
        counts = groups.setdefault(case["id"][0], {})
        counts[case["verdict"]] = counts.get(case["verdict"], 0) + 1
        if case["verdict"] in ("FAIL", "XPASS", "DEAD", "ERROR"):
            odd.append(case)
    return groups, odd


def cell(counts):
    ran = sum(count for verdict, count in counts.items() if verdict not in ("SKIP", "UNIMPL"))
    passed = sum(count for verdict, count in counts.items() if verdict in PASSED)
    return f"{passed}/{ran}" if ran else ""


def print_markdown(rows):
    used = {letter for groups in rows.values() for letter in groups}
    letters = [letter for letter in "F R H D P E T B S L V X A Q G W N O M".split() if letter in used]
    print("| client | " + " | ".join(letters) + " |")
    print("|---|" + "--:|" * len(letters))
    for name, groups in sorted(rows.items()):
        print(f"| {name} | " + " | ".join(cell(groups.get(letter, {})) for letter in letters) + " |")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ethpoc", required=True, help="the program under test")
    parser.add_argument("--only", nargs="+", help="clients; all without it")
    parser.add_argument("--jobs", type=int, default=6, help="clients at a time")
    parser.add_argument("--limit", type=int, default=3600, help="seconds for one client")
    parser.add_argument("--keep", help="folder for the reports")
    parser.add_argument("--markdown", action="store_true", help="print the matrix of docs/clients.md")
    parser.add_argument("args", nargs="*", help="what follows `--` goes to `ethpoc conform`")
    return parser.parse_args()


def main():
    options = arguments()
    shared = shared_folder()
    if shared is None:
        print("skipped: there are no emulated clients")
        return 77
    museum = shared / "museum" / "museum.py"
    chosen = [client for client in CLIENTS if not options.only or client.name in options.only]
    rows, failed = {}, 0
    with tempfile.TemporaryDirectory(prefix="ethpoc-conform-") as scratch:
        folder = pathlib.Path(options.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            tasks = [pool.submit(run, options, museum, shared, client, folder) for client in chosen]
            for task in concurrent.futures.as_completed(tasks):
                name, code, errors, report = task.result()
                if not report.exists() or report.stat().st_size == 0:
                    failed += 1
                    print(f"{name}: no report, exit {code}: {errors.strip()}", flush=True)
                    continue
                rows[name], odd = row_of(report)
                failed += 1 if code != 0 else 0
                print(f"{name}: exit {code}, {len(odd)} not as expected", flush=True)
                for case in odd:
                    print(f"    {case['verdict']:9} {case['id']} {case['slug']}: {case['seen']}  {case['reason']}",
                          flush=True)
    if options.markdown:
        print_markdown(rows)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
