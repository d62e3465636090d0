#!/usr/bin/env python3
"""Meets emulated clients of 2014 in several scenarios and prints what worked as a table.

    tests/museum/matrix.py --ethpoc build/release/ethpoc [--scenario NAME ...] [--only CLIENT ...] [--hold 60] [--json | --markdown]

Without --scenario it is `meet`; `--scenario all` takes all but mined, mining, network and churn, which take minutes; --list tells what there is. A cell
that fails is no failure where two of the genuine clients do not do better with each other: those limits, with their source, are rows of
clients.py. Loopback only; ends by itself.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from clients import CLIENTS, row                                        # noqa: E402
from meeting import Meet                                                # noqa: E402
from mining import Mined, Mining                                        # noqa: E402
from networks import Churn, Crossing, Network                           # noqa: E402
from scenarios import Early, Found, Losing, Other, Restart, Stopped     # noqa: E402

SCENARIOS = {s.scenario: s for s in (Meet, Found, Other, Early, Losing, Stopped, Restart, Crossing, Mined, Mining, Network, Churn)}
LONG = ('mined', 'mining', 'network', 'churn')


def shared_folder():
    here = pathlib.Path(__file__).resolve().parents[2]
    return pathlib.Path(os.environ.get('ETHPOC_SHARED', here.parent / 'shared'))


def museum_clients(museum):
    """A row for each client that can be emulated here, in the order of the table; the ones without a row of their own at the end."""
    out = subprocess.run([sys.executable, str(museum), 'list'], capture_output=True, text=True, timeout=30, check=True).stdout
    about = dict(line.split(None, 1) for line in out.splitlines() if line.strip())
    known = [c for c in CLIENTS if c.name in about]
    return known + [row(name, text) for name, text in about.items() if name not in {c.name for c in known}]


def plan(clients, scenarios, options, folder):
    cases = []
    for scenario in scenarios:
        for client in [None] if scenario.alone else clients:
            for role in scenario.roles:
                if scenario.applies(client, role):
                    name = '-'.join(filter(None, (scenario.scenario, client and client.name, role.replace(' ', '-'))))
                    cases.append(scenario(client, role, options, folder / name))
    return cases


def rows(results):
    for case in results:
        yield {'scenario': case.scenario, 'client': case.client.name if case.client else 'ethpoc',
               'protocol': case.client.protocol if case.client else 'auto', 'role': case.role, 'seconds': case.seconds,
               **{c: case.cells.get(c) for c in case.columns}, 'limits': case.limits, 'notes': case.notes}


def word(case, column):
    value = case.cells.get(column)
    if column in case.limits:
        return 'limit'
    if value is None:
        return '–'
    if value is True or value is False:
        return 'yes' if value else 'NO'
    return '%.1f s' % value


def print_lines(lines, separator, edge):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for n, line in enumerate(lines):
        print((edge + separator.join(cell.ljust(w) for cell, w in zip(line, widths)) + edge[::-1]).rstrip())
        if n == 0:
            print((edge + separator.join('-' * w for w in widths) + edge[::-1]).rstrip())


def print_table(results, scenarios):
    for s in scenarios:
        of = [case for case in results if case.scenario == s.scenario]
        if of:
            print('\n%s: %s' % (s.scenario, s.about))
            print_lines([['client', 'role'] + list(s.columns) + ['took']] +
                        [[c.client.name if c.client else 'ethpoc', c.role] + [word(c, k) for k in s.columns] + ['%.0f s' % c.seconds] for c in of], ' | ', '')


def summed_up(case):
    """One word for all columns of a case: the worst one, a time before a yes."""
    words = [word(case, column) for column in case.columns]
    return min(words, key=lambda w: (w != 'NO', w != 'limit', not w.endswith(' s'), w != 'yes'))


def markdown_cell(words):
    """`yes` is yes in both roles; two times are those of a client that listens and of one that dials; a dash beside another word says nothing."""
    words = [w for w in words if w != '–'] or ['–']
    if all(w.endswith(' s') for w in words):
        return ' / '.join(w.removesuffix(' s') for w in words) + ' s'
    return words[0] if len(set(words)) == 1 else ', '.join(words)


def print_markdown(results, scenarios):
    """One line a client; `meet` has a column for each verdict, the other scenarios have one."""
    columns = [c for s in scenarios if not s.alone for c in (s.columns if s is Meet else [s.scenario])]
    lines, limits = {}, {}
    for case in results:
        if case.client:
            cells = lines.setdefault((case.client.name, case.client.protocol), {})
            for column in case.columns if case.scenario == 'meet' else [case.scenario]:
                cells.setdefault(column, []).append(word(case, column) if case.scenario == 'meet' else summed_up(case))
            for source in case.limits.values():
                limits[case.client.name, case.scenario] = source
    print_lines([['client', 'protocol'] + columns] +
                [list(key) + [markdown_cell(cells.get(c, ['–'])) for c in columns] for key, cells in lines.items()], ' | ', '| ')
    for n, ((client, scenario), source) in enumerate(limits.items()):
        print('%s- %s, %s: %s' % ('' if n else '\n', client, scenario, source))


def print_notes(results):
    for case in results:
        for note in case.notes + ['limit of the genuine one, %s: %s' % limit for limit in case.limits.items()]:
            print('%s %s (%s): %s' % (case.scenario, case.client.name if case.client else 'ethpoc', case.role, note), file=sys.stderr)


def progress(case):
    """A long matrix says what it has done so far."""
    failed = case.failed()
    print('%s %s (%s), %.0f s: %s' % (case.scenario, case.client.name if case.client else 'ethpoc', case.role, case.seconds,
                                      'FAILED: ' + ', '.join(failed) if failed else 'passed'), file=sys.stderr, flush=True)
    return case


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--ethpoc', type=pathlib.Path)
    ap.add_argument('--scenario', nargs='*', default=['meet'], metavar='NAME')
    ap.add_argument('--only', nargs='*', default=[], metavar='CLIENT')
    ap.add_argument('--role', nargs='*', default=[], metavar='ROLE', help='listens or dials: what the client does')
    ap.add_argument('--list', action='store_true', help='the scenarios and the clients')
    ap.add_argument('--hold', type=float, default=60, help='meet: seconds that each connection must hold')
    ap.add_argument('--minutes', type=float, default=5, help='network, churn: how long they mine')
    ap.add_argument('--seed', type=int, default=1, help='mining: which links are cut, and when')
    ap.add_argument('--jobs', type=int, default=3, help='cases at the same time; emulations count milliseconds')
    ap.add_argument('--logs', type=pathlib.Path, help='keep the events of all actors in this folder')
    ap.add_argument('--json', action='store_true')
    ap.add_argument('--markdown', action='store_true')
    options = ap.parse_args()
    options.shared = shared_folder()
    options.museum = options.shared / 'museum' / 'museum.py'
    if not options.list and options.ethpoc is None:
        ap.error('--ethpoc is needed')
    return options


def main():
    options = arguments()
    names = [s for s in SCENARIOS if s not in LONG] if options.scenario == ['all'] else options.scenario
    unknown = [n for n in names if n not in SCENARIOS]
    if unknown:
        print('no such scenario: %s; there are: %s' % (' '.join(unknown), ' '.join(SCENARIOS)), file=sys.stderr)
        return 5
    if not options.museum.exists():
        print('skipped: no emulated clients (looked for %s)' % options.museum.name)
        return 77
    clients = museum_clients(options.museum)
    if options.list:
        print_lines([['scenario', 'what happens']] + [[s.scenario, s.about] for s in SCENARIOS.values()], ' | ', '')
        print()
        print_lines([['client', 'protocol', 'chain', 'other branch']] +
                    [[c.name, c.protocol, c.chain or '–', c.fork or '–'] for c in clients], ' | ', '')
        return 0
    scenarios = [SCENARIOS[n] for n in names]
    chosen = [c for c in clients if not options.only or c.name in options.only]
    if options.only and len(chosen) != len(set(options.only)):
        print('no such client; there are: ' + ' '.join(c.name for c in clients), file=sys.stderr)
        return 5
    with tempfile.TemporaryDirectory(prefix='ethpoc-museum-') as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        cases = [c for c in plan(chosen, scenarios, options, (options.logs or pathlib.Path(folder)).resolve()) if not options.role or c.role in options.role]
        results = list(pool.map(lambda case: progress(case.go()), cases))
    if options.json:
        print(json.dumps(list(rows(results)), indent=2))
    else:
        (print_markdown if options.markdown else print_table)(results, scenarios)
        print_notes(results)
    failed = sum(bool(case.failed()) for case in results)
    print('%d passed, %d failed' % (len(results) - failed, failed), file=sys.stderr if options.json else sys.stdout)
    return 1 if failed or not results else 0


if __name__ == '__main__':
    sys.exit(main())
