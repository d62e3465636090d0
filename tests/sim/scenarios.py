#!/usr/bin/env python3
"""The scenarios of sim/scenarios in a small size, and the exit codes of `ethpoc sim run`.

  scenarios.py PROGRAM            small sizes, for CI
  scenarios.py PROGRAM --full     as they are; what follows goes to each run
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIOS = ROOT / "sim" / "scenarios"

# What makes each of them a matter of a second. Those that show what a mechanism is good for are small as they are.
SMALL = {
    "small": [],
    "crowded": [],
    "few-places": [],
    "frozen": [],
    "greedy": [],
    "offenders": [],
    "relay": ["--nodes", "50", "--for", "10m"],
    "silent": [],
    "churn": ["--nodes", "20", "--for", "3h"],
    "attack": ["--nodes", "40", "--for", "10m"],
    "propagation": ["--nodes", "50", "--for", "30m"],
}

failed = 0


def run(program, *words, command="run", timeout=3600):
    return subprocess.run([program, "sim", command, *map(str, words)], capture_output=True, text=True, timeout=timeout)


def check(good, what):
    global failed
    if not good:
        failed += 1
        print(f"FAILED: {what}")


def compares(path):
    return "[[without]]" in path.read_text()


def full(program, words):
    for path in sorted(SCENARIOS.glob("*.toml")):
        print(f"--- {path.name}", flush=True)
        command = "compare" if compares(path) else "run"
        done = subprocess.run([program, "sim", command, str(path), *words], timeout=24 * 3600)
        check(done.returncode == 0, f"{path.name}: exit {done.returncode}")


def small(program):
    names = {path.stem for path in SCENARIOS.glob("*.toml")}
    check(names == set(SMALL), f"the small sizes are of {sorted(SMALL)}, the scenarios are {sorted(names)}")
    for name in sorted(names & set(SMALL)):
        path = SCENARIOS / f"{name}.toml"
        if compares(path):  # with all mechanisms it is as expected, and without any of them worse
            done = run(program, path, *SMALL[name], "--json", command="compare", timeout=240)
            check(done.returncode == 0, f"{name}: exit {done.returncode}: {done.stderr.strip()}")
            for each in json.loads(done.stdout or '{"mechanisms": []}')["mechanisms"]:
                print(f"{name}: {each['mechanism']}: {each['metric']} {each['with']}, without it {each['without']}")
            continue
        done = run(program, path, *SMALL[name], "--json", timeout=120)
        check(done.returncode == 0, f"{name}: exit {done.returncode}: {done.stderr.strip()}")
        if name == "attack":  # attackers, too, do the same in every run
            again = run(program, SCENARIOS / f"{name}.toml", *SMALL[name], "--json", timeout=120)
            same = json.loads(again.stdout)["journal"] == json.loads(done.stdout)["journal"]
            check(same, f"{name}: two runs of one seed differ")
        if done.stdout:
            result = json.loads(done.stdout)
            print(f"{name}: {result['machines']} machines, {result['virtual_seconds']:.0f} s in {result['seconds']:.1f} s")


def exit_codes(program):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        wrong = place / "wrong.toml"
        wrong.write_text('[[group]]\nname = "a"\ncout = 3\n')
        done = run(program, wrong)
        check(done.returncode == 2 and f"{wrong}:3: unknown key" in done.stderr, f"a wrong scenario: {done}")
        check(run(program, place / "none.toml").returncode == 3, "a scenario that is not there")

        unmet = place / "unmet.toml"
        unmet.write_text('for = "1m"\n[[group]]\nname = "a"\ncount = 3\n'
                         '[[expect]]\nmetric = "nodes"\nequals = 3\n[[expect]]\nmetric = "components"\nequals = 2\n')
        done = run(program, unmet, "--json", "--journal", place / "one.ndjson")
        check(done.returncode == 1 and "expected components == 2, seen 1" in done.stderr, f"an unmet one: {done}")
        result = json.loads(done.stdout)
        check(not result["ok"] and [each["met"] for each in result["expectations"]] == [True, False], f"{result}")

        lines = (place / "one.ndjson").read_bytes()
        check(len(lines.splitlines()) == result["journal"]["lines"], "the lines of the journal")
        value = 0xcbf29ce484222325
        for byte in lines:
            value = (value ^ byte) * 0x100000001b3 % 2**64
        check(f"{value:016x}" == result["journal"]["fnv1a64"], "the hash of the journal")
        check(all(json.loads(line)["t"] <= 60000 for line in lines.splitlines()), "times of the journal")
        done = run(program, unmet, "--journal", place / "one.ndjson")
        check(done.returncode == 2, f"a journal is overwritten without --force: {done}")


def changes_and_pictures(program):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        few = place / "few.toml"
        few.write_text('for = "5m"\n[[group]]\nname = "a"\ncount = 8\n'
                       '[[group]]\nname = "m"\nrole = "miner"\nblock_time = "30s"\n')
        for relay in ("all", "fanout"):
            done = run(program, few, "--set", f"chain.relay={relay}", "--set", "peers.max_peers=3", "--json")
            check(done.returncode == 0, f"--set: {done}")
            (place / f"{relay}.json").write_text(done.stdout)
            result = json.loads(done.stdout)
            check(result["figures"]["peers.median"] <= 3, f"--set peers.max_peers=3: {result['figures']}")
            check([each["percent"] for each in result["spread"]] == list(range(5, 101, 5)), f"{result['spread']}")
        done = run(program, few, "--set", "peers.max_peer=3")
        said = 'unknown key "peers.max_peer" in settings; did you mean "peers.max_peers"?'
        check(done.returncode == 2 and done.stderr.count(said) == 1, f"a wrong --set: {done}")
        done = run(program, few, command="compare")
        check(done.returncode == 5 and "[[without]]" in done.stderr, f"nothing to compare: {done}")
        useless = place / "useless.toml"
        useless.write_text(few.read_text() + '[[without]]\nname = "nothing"\nmetric = "nodes"\n')
        done = run(program, useless, command="compare")
        check(done.returncode == 1 and "without nothing, nodes is no worse: 9 and 9" in done.stderr, f"no use: {done}")

        picture = place / "spread.svg"
        done = run(program, f"to <all>={place}/all.json", place / "fanout.json", "--svg", picture, command="plot")
        root = xml.etree.ElementTree.parse(picture).getroot()
        texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
        curves = list(root.iter("{http://www.w3.org/2000/svg}path"))
        check(done.returncode == 0 and len(curves) == 4, f"the picture: {done} {len(curves)}")
        check(any(each.startswith("to <all") for each in texts) and any(each.startswith("fanout") for each in texts),
              f"the words of the picture: {texts}")
        done = run(program, few, "--svg", place / "other.svg", command="plot")
        check(done.returncode == 2 and "sim run --json" in done.stderr, f"no result: {done}")


def main():
    program = sys.argv[1]
    if sys.argv[2:3] == ["--full"]:
        full(program, sys.argv[3:])
    else:
        small(program)
        exit_codes(program)
        changes_and_pictures(program)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
