#!/usr/bin/env python3
"""Our own peer against every MUST and SHOULD case, without an expectation file: own.py ETHPOC [--versions ..]

In both roles, with a recorded chain where the repository carries one that the version can read. Exit 0 when no case fails.
"""

import argparse
import concurrent.futures
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile

CHAINS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "chains")
BAD = ("FAIL", "DEAD", "ERROR")


def data_folder(program, version, scratch):
    """A data directory with the first chain that this version takes, or `:memory:`; and the chain's name."""
    for name in ("go-p08", "cpp-0.3.10", "go-p17", "go-p54-eqtime", "cpp-poc7"):
        folder = os.path.join(scratch, version.replace("/", "-") + "-" + name)
        ran = subprocess.run([program, "chain", "import", os.path.join(CHAINS, name + ".jsonl"), "--protocol", version,
                              "--data-dir", folder], capture_output=True, timeout=60, check=False)
        if ran.returncode == 0:
            return folder, name
    return ":memory:", "no chain"


def conform(program, words, report):
    subprocess.run([program, "conform", *words, "--level", "should", "--report", report, "--force", "--json"],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=1500, check=False)
    with open(report, encoding="utf-8") as file:
        return json.load(file)


def listens(program, version, data, report):
    words = [program, "run", "--json", "--listen", "127.0.0.1:0", "--protocol", version, "--data-dir", data]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as peer:
        address = None
        for line in peer.stdout:
            event = json.loads(line)
            if event["event"] == "listening":
                address = event["addr"]
                break
        drain = concurrent.futures.ThreadPoolExecutor(1)
        drain.submit(peer.stdout.read)
        try:
            return conform(program, [address], report)
        finally:
            peer.send_signal(signal.SIGTERM)
            peer.wait(20)
            drain.shutdown()


def dials(program, version, data, report):
    line = shlex.join([program, "run", "--listen", "none", "--protocol", version, "--data-dir", data])
    return conform(program, ["--listen", "127.0.0.1:0", "--exec", "exec " + line + " --dial 127.0.0.1:{port}"], report)


def one(program, version, role, scratch):
    # Two peers cannot have one data directory.
    folder = os.path.join(scratch, role.__name__)
    data, chain = data_folder(program, version, folder)
    report = role(program, version, data, os.path.join(folder, version.replace("/", "-") + ".json"))
    bad = [case for case in report["cases"] if case["verdict"] in BAD]
    counts = {}
    for case in report["cases"]:
        counts[case["verdict"]] = counts.get(case["verdict"], 0) + 1
    words = ", ".join("%d %s" % (count, verdict) for verdict, count in sorted(counts.items()))
    return version, role.__name__, chain, words, bad, report["complete"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ethpoc")
    parser.add_argument("--versions", nargs="+", help="as of `ethpoc protocols`; all without it")
    parser.add_argument("--jobs", type=int, default=2, help="peers at a time")
    parser.add_argument("--roles", nargs="+", choices=("listens", "dials"), default=["listens", "dials"])
    options = parser.parse_args()
    program = os.path.abspath(options.ethpoc)
    listed = json.loads(subprocess.run([program, "protocols", "--json"], check=True, capture_output=True).stdout)
    versions = options.versions or [row["protocol"] for row in listed["protocols"]]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ethpoc-own-") as scratch:
        for role in options.roles:
            os.mkdir(os.path.join(scratch, role))
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            tasks = [pool.submit(one, program, version, globals()[role], scratch)
                     for role in options.roles for version in versions]
            for task in concurrent.futures.as_completed(tasks):
                version, role, chain, words, bad, complete = task.result()
                failed += 1 if bad or not complete else 0
                print(f"{version:12} {role:8} {chain:14} {words}{'' if complete else '  NOT COMPLETE'}", flush=True)
                for case in bad:
                    print(f"    {case['verdict']:9} {case['id']} {case['slug']}: {case['seen']}", flush=True)
    print(f"{len(tasks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
