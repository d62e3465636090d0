#!/usr/bin/env python3
"""Attacks on one `ethpoc run --json` at default settings, and what each of them costs.

    suite.py --ethpoc PROGRAM --load PROGRAM [--short] [--only NAME ...] [--versions NAME ...] [--list]
             [--json FILE] [--from FILE] [--before FILE] [--markdown] [--page FILE] [--memory-limit BYTES] [--slow FACTOR]

While an attack (a row of table.py) goes on, good peers ping and one is served the chain. Per row: the worst Pong, the worst
answer, the peak of resident memory, bytes of log and of store, and the seconds from SIGTERM to the end, which comes while the
attack still goes on. Exit 0 when all limits held, 1 when one did not (each is named), 2 when nothing was selected.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "support"))

import meters  # noqa: E402
import report  # noqa: E402
import scenarios  # noqa: E402
from good_peers import Chain, GoodPeers  # noqa: E402
from table import SHAPES, TABLE  # noqa: E402

HOPELESS = 3.0     # seconds without a Pong: what follows in this process would tell nothing new
OWED = 0.25        # of the limit: so long a Pong may be due when an attack is over
LEAST_MINUTE = 1.0
GROUP = 8          # rows in one process of the short form; the last one sees SIGTERM
HASTE = 0.7        # of the time of an attack, in the short form


class Trial:
    """One node and its good peers, for one attack or for some in a row."""

    def __init__(self, stage, row, version, chains):
        mined = row.node == "mini"
        arguments, self.folder = scenarios.mined_chain(stage, version) if mined else ([], None)
        self.meter = stage.meter([] if mined else [chain.path for chain in chains], arguments)
        self.good = GoodPeers(self.meter.node.address, int(version) if mined else 12, None if mined else chains[0])
        self.answered = self.good.ready(10 * stage.options.slow)
        self.hopeless = HOPELESS * stage.options.slow
        self.rows = 0

    def begin(self):
        """What the attack before has left behind is no fault of the next one."""
        self.rows += 1
        until = time.monotonic() + 2
        while max(self.good.waiting(), self.good.unanswered()) > 0.2 and time.monotonic() < until:
            time.sleep(0.02)
        self.good.reset()
        self.meter.mark()

    def usable(self):
        return self.answered and self.meter.node.alive() and self.good.waiting() < self.hopeless and not self.good.lost()

    def close(self):
        self.good.close()
        self.meter.close()
        if self.folder:
            shutil.rmtree(self.folder)


class Runner:
    def __init__(self, options):
        self.options = options
        self.chains = [Chain(scenarios.POC3), Chain(scenarios.POC7)]
        self.trial = None  # of the short form, which goes on with it

    def run(self, row, last):
        """The figures of a row: of each figure the worst over versions and shapes. `last`: no row follows."""
        stage = scenarios.Stage(self.options, row.limits)
        if row.run:
            runs = [self.twice(row, lambda: self.judge(row, row.run(stage), ""))]
        else:
            runs = [self.twice(row, lambda: self.attack(row, stage, version, last)) for version in self.versions(row)]
        return report.worst_of(row, [one for one in runs if one])

    def versions(self, row):
        if self.options.versions and row.node == "default":
            return self.options.versions
        if not self.options.short:
            return row.versions
        return row.versions[TABLE.index(row) % len(row.versions):][:1]

    def shapes(self, row):
        if not self.options.short or len(row.shapes) < 2:
            return row.shapes
        return (row.shapes[1 + TABLE.index(row) % (len(row.shapes) - 1)],)

    def twice(self, row, measure):
        """The machine has other work, too: a Pong or an answer that was not much too late is measured once more."""
        first = measure()
        if not first or not first["broken"] or not set(first["broken"]) <= {"pong", "answer"}:
            return first
        limits, much = row.limits, 3 * self.options.slow
        if (first["pong"] or 0) > much * limits.pong or (first["answer"] or 0) > much * limits.answer:
            return first
        second = measure()
        return min(first, second, key=lambda one: (len(one["broken"]), one["pong"] or 0))

    def attack(self, row, stage, version, last):
        alone = not self.options.short or row.node != "default"
        trial = None if alone else self.trial
        if trial is None:
            trial = Trial(stage, row, version, self.chains)
        trial.begin()
        ends = alone or last or trial.rows >= GROUP
        try:
            out = self.measure(row, stage, version, trial, ends)
        except BaseException:
            trial.close()
            raise
        if not alone:
            self.trial = trial
        if alone or out is None or out["stopped"] or out["broken"]:  # what it left behind is no fault of the next row
            trial.close()
            if not alone:
                self.trial = None
        return out

    def measure(self, row, stage, version, trial, ends):
        """All shapes, then SIGTERM while the last one goes on, when this `ends` the trial, or when it is of no more use."""
        meter, good = trial.meter, trial.good
        if not trial.usable():
            out = scenarios.figures(meter, good)
            out["faults"].append("no good peer was answered at all")
            return self.judge(row, out, version)
        sent, frames, seconds, worst_at, addresses = 0, 0, 0.0, "", 1
        shapes = self.shapes(row)
        load = None
        for shape in shapes:
            before = good.worst()[0]
            last = shape == shapes[-1]
            load = stage.load(meter.node.address, "--attack", row.attack or row.name, "--version", version, *SHAPES[shape],
                              *row.options, "--seconds", row.seconds + (15 if last else 0))
            if not load.ready:
                load.stop()
                return None  # the version does not have the message
            addresses = max(addresses, 6 if "48" in shape else 1)
            begin = time.monotonic()
            self.watch(row, trial)
            seconds += time.monotonic() - begin
            if good.worst()[0] > before:
                worst_at = shape
            if good.waiting() > trial.hopeless or not meter.node.alive():
                break
            if not last:
                figures = load.stop()
                sent, frames = sent + figures.get("bytes", 0), frames + figures.get("frames", 0)
        out = scenarios.figures(meter, good, ends or not trial.usable(), seconds=seconds, addresses=addresses)
        figures = load.stop()
        out.update(hostile=sent + figures.get("bytes", 0), frames=frames + figures.get("frames", 0),
                   at=", ".join(filter(None, [version, worst_at])))
        return self.judge(row, out, version)

    def watch(self, row, trial):
        """Until the time of this shape is over, and longer while a Pong or an answer is owed, which would count for less."""
        good, limits, slow = trial.good, row.limits, self.options.slow
        begin, wanted = time.monotonic(), row.seconds * (HASTE if self.options.short else 1)
        while trial.meter.node.alive() and good.waiting() <= trial.hopeless:
            passed, late = time.monotonic() - begin, good.unanswered()
            owed = good.waiting() > OWED * limits.pong or OWED * limits.answer < late <= limits.answer * slow
            if passed >= wanted and (not owed or passed >= wanted + trial.hopeless):
                break
            time.sleep(0.02)

    def judge(self, row, out, version):
        """Adds `broken`, names of limits, and their sentences to `faults`."""
        limits, slow = row.limits, self.options.slow
        memory = self.options.memory_limit
        minutes = max(LEAST_MINUTE, out.get("seconds", 0) / 60)
        ratio = out["store"] / max(1, out.get("hostile", 0))
        rules = [
            ("pong", out["pong"] is not None and out["pong"] > limits.pong * slow, "Pong after %.2f s" % (out["pong"] or 0)),
            ("answer", out["answer"] is not None and out["answer"] > limits.answer * slow,
             "blocks for a good peer after %.1f s" % (out["answer"] or 0)),
            ("alive", not out["alive"], "the process died"),
            ("SIGTERM", out["alive"] and out["stopped"] and (out["term"] is None or out["term"] > limits.term * slow),
             "SIGTERM took " + ("%.1f s" % out["term"] if out["term"] else "more than %d s" % (slow * meters.GIVEN_UP_AFTER))),
            ("memory", out["memory"] > memory, "memory reached %d MiB of %d" % (out["memory"] >> 20, memory >> 20)),
            ("log", out["log"] > limits.log * minutes * out.get("addresses", 1), "%.1f MiB of log" % (out["log"] / (1 << 20))),
            ("store", out["store"] > limits.store and ratio > limits.store_ratio,
             "the store grew by %.1f MiB, %.2f bytes for each hostile byte" % (out["store"] / (1 << 20), ratio)),
        ]
        out["broken"] = [name for name, broken, _ in rules if broken] + (["fault"] if out["faults"] else [])
        out["faults"] = [("%s: " % version if version else "") + text
                         for text in [text for _, broken, text in rules if broken] + out["faults"]]
        return out


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    build = os.path.join(HERE, os.pardir, os.pardir, "build", "release")
    parser.add_argument("--ethpoc", default=os.path.join(build, "ethpoc"))
    parser.add_argument("--load", default=os.path.join(build, "tests", "ethpoc_hostile_load"))
    parser.add_argument("--short", action="store_true", help="each attack once, in at most three minutes")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th attack of the table alone")
    parser.add_argument("--versions", nargs="+", metavar="NAME", help="others than those of the table: 0 7 23 p2p3/eth54 ...")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", metavar="FILE", help="all figures")
    parser.add_argument("--from", dest="source", metavar="FILE", help="attack nobody; take the figures of --json FILE")
    parser.add_argument("--before", metavar="FILE", help="figures of an earlier run, for the table")
    parser.add_argument("--markdown", action="store_true", help="a table after the lines")
    parser.add_argument("--page", metavar="FILE", help="the page whose table is to be replaced: docs/hostile.md")
    parser.add_argument("--memory-limit", type=int, default=meters.memory_max(), metavar="BYTES")
    parser.add_argument("--slow", type=float, default=1.0, metavar="FACTOR", help="of times, for a build with sanitizers")
    return parser.parse_args(arguments)


def main(arguments):
    options = options_of(arguments)
    rows = [row for row in TABLE if not options.only or row.name in options.only][::options.every]
    if options.list:
        for row in rows:
            print("%-28s %-28s %s" % (row.name, " ".join(row.versions), ", ".join(row.shapes) or row.what))
        return 0
    if not rows:
        print("no row has such a name; --list has them all")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no node is left behind
    begin = time.monotonic()
    results = load_json(options.source) if options.source else attack_all(options, rows)
    write_results(options, results)
    failed = sum(1 for one in results if one["faults"])
    print("%d passed, %d failed in %.0f s" % (len(results) - failed, failed, time.monotonic() - begin))
    return 1 if failed else 0


def attack_all(options, rows):
    for row in rows:
        row.limits.memory = options.memory_limit
    runner = Runner(options)
    results = []
    for row in rows:
        following = rows[len(results) + 1:]
        results.append(runner.run(row, last=not following or bool(following[0].run)))
        print(report.line(results[-1]), flush=True)
    return results


def load_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_results(options, results):
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write("[\n" + ",\n".join(json.dumps(one) for one in results) + "\n]\n")
    if options.markdown or options.page:
        table = report.markdown(results, load_json(options.before) if options.before else None)
        if options.page:
            report.write_into(options.page, table)
        else:
            print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
