#!/usr/bin/env python3
"""Meets emulated clients of 2014 in both roles and prints what worked as a table.

    tests/museum/matrix.py --ethpoc build/release/ethpoc [--hold 60] [--only NAME ...] [--json | --markdown]

For each client two runs. In run 1 the client with the chain ("source") listens and we dial it, and a second one without blocks ("sink")
dials us; in run 2 the roles of dialler and listener change. The source holds back its last blocks, mines them while connected, and announces a
transaction; all of it must reach us, and through us the sink. Loopback only; ends by itself.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from actors import Ethpoc, Museum, wait_for  # noqa: E402
from clients import CLIENTS                  # noqa: E402

HELD_BACK = 3          # blocks that the source mines while it is connected
COLUMNS = ['handshake', 'held', 'we import', 'it imports', 'new block', 'transaction']


def shared_folder():
    here = pathlib.Path(__file__).resolve().parents[2]
    return pathlib.Path(os.environ.get('ETHPOC_SHARED', here.parent / 'shared'))


def chain_blocks(path):
    with open(path) as f:
        return sum(1 for line in f if '"rlp"' in line and '"chain"' not in line)


class Run:
    """One client in one role; collects the verdict of each column: True, False, or None where the client cannot do it."""

    def __init__(self, client, source_listens, options, folder):
        self.client, self.source_listens, self.options, self.folder = client, source_listens, options, folder
        self.role = 'listens' if source_listens else 'dials'
        self.cells = {}
        self.notes = []

    def go(self):
        try:
            self.meet()
        except Exception as error:  # a test that breaks is a failed test, and the others go on
            self.notes.append('%s: %s' % (type(error).__name__, error))
            for column in COLUMNS:
                self.cells.setdefault(column, False)
        return self

    def museum(self, name, **options):
        return Museum(self.options.museum, self.client.name, self.folder / (name + '.jsonl'), **options)

    def meet(self):
        c = self.client
        chain = self.options.shared / 'chains' / c.chain if c.chain else None
        total = chain_blocks(chain) if chain else 0
        tx = self.folder / 'tx.txt'
        if c.transactions:
            tx.write_text('\n'.join(c.transactions(self.options.shared)[:1]) + '\n')
        source_options = {'chain': chain, 'seed': 1}
        if chain:
            source_options.update(blocks=total - HELD_BACK, mine_every=self.client.mine_every or max(8, self.options.hold / 6))
        if c.transactions:
            source_options.update(tx=tx, tx_after=max(8, self.options.hold / 3))
        sink_options = {'chain': chain, 'blocks': 0, 'seed': 2} if chain else {'seed': 2}
        ours = None
        source = sink = None
        try:
            if self.source_listens:
                source = self.museum('source', listen=True, **source_options)
                ours = Ethpoc(self.options.ethpoc, dial=source.address, log=self.folder / 'ethpoc.jsonl')
                if c.late_sink:
                    wait_for(lambda: ours.head() >= total - HELD_BACK, 20)
                sink = self.museum('sink', dial=ours.address, **sink_options)
            else:
                sink = self.museum('sink', listen=True, **sink_options) if c.accepts and not c.late_sink else None
                ours = Ethpoc(self.options.ethpoc, dial=sink and sink.address, log=self.folder / 'ethpoc.jsonl')
                source = self.museum('source', dial=ours.address, **source_options)
                if c.late_sink:
                    wait_for(lambda: ours.head() >= total - HELD_BACK, 20)
                    sink = self.museum('sink', dial=ours.address, **sink_options)
            self.watch(ours, source, sink, total)
        finally:
            for actor in (source, sink, ours):
                if actor:
                    actor.stop()
        self.judge(ours, source, sink, total)

    def watch(self, ours, source, sink, total):
        """Waits for the hold time, and a little longer while something that must come is still under way."""
        wait_for(lambda: False, self.options.hold)
        if total:
            news = self.client.imports and self.client.takes_news
            wait_for(lambda: ours.head() == total and (not news or sink.head() == total), self.options.hold)

    def judge(self, ours, source, sink, total):
        c = self.client
        peers = [p for p in (source, sink) if p]
        self.cells['handshake'] = all(p.count('hello_received') for p in peers) and ours.count('hello') >= len(peers)
        bad = [e for p in peers for e in p.events if e['ev'] in ('died', 'thread_died', 'frame_lost')]
        # A connection that never got through Hello was a version guess, as was one that ended because the client answered
        # with another version; the others must last until the end.
        early = [e for p in peers for e in p.events if e['ev'] == 'closed' and e.get('how') != 'quit'
                 and e['peer'] in {h['peer'] for h in p.named('hello_received')}]
        early = early[sum(e['why'].startswith('refused') for e in ours.named('retry')):]
        lost = sum(p.summary().get('lost_frames', 1) for p in peers)
        self.cells['held'] = not bad and not early and lost == 0
        for e in (bad + early)[:3]:
            self.notes.append('%.1f s: %s: %s' % (e['t'], e['ev'], e.get('reason') or e.get('how')))
        for e in [e for e in ours.named('disconnected') if e.get('by') != 'them'][:3]:
            self.notes.append('disconnected by %s: %s' % (e['by'], e.get('reason')))
        self.cells['we import'] = ours.head() >= total - HELD_BACK if total and c.serves else None
        self.cells['it imports'] = sink.head() >= total - HELD_BACK if total and c.imports else None
        fresh = total if total and c.announces else None
        self.cells['new block'] = (fresh and ours.head() == total and (not c.imports or not c.takes_news or sink.head() == total)) if fresh else None
        if c.transactions:
            seen = ours.count('transaction')
            relayed = [e['hash'] for e in sink.events if e['ev'] == 'tx_received']
            self.cells['transaction'] = seen == 1 and len(relayed) == len(set(relayed)) == (1 if c.takes_transactions else 0)
            if not self.cells['transaction']:
                self.notes.append('transaction seen %d times, relayed %d times' % (seen, len(relayed)))
        else:
            self.cells['transaction'] = None
        if total and not all(v is not False for v in self.cells.values()):
            self.notes.append('heads: ours %s, sink %s of %d' % (ours.head(), sink.head(), total))
        for e in ours.named('malformed')[:3]:
            self.notes.append('malformed: %s %s' % (e['code'], e.get('detail', '')))


def rows(results):
    for run in results:
        yield {'client': run.client.name, 'protocol': run.client.protocol, 'role': run.role,
               **{c: run.cells.get(c) for c in COLUMNS}, 'notes': run.notes}


WORDS = {True: 'yes', False: 'NO', None: '–'}


def print_lines(lines, separator, edge):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for n, line in enumerate(lines):
        print((edge + separator.join(cell.ljust(w) for cell, w in zip(line, widths)) + edge[::-1]).rstrip())
        if n == 0:
            print((edge + separator.join('-' * w for w in widths) + edge[::-1]).rstrip())


def print_table(results):
    print_lines([['client', 'protocol', 'the chain\'s owner'] + COLUMNS] +
                [[r['client'], r['protocol'], r['role']] + [WORDS[r[c]] for c in COLUMNS] for r in rows(results)], ' | ', '')


def print_markdown(results):
    """One line a client: `yes` is yes in both roles, `yes, NO` is yes where the owner of the chain listens only."""
    lines = {}
    for r in rows(results):
        lines.setdefault((r['client'], r['protocol']), []).append([WORDS[r[c]] for c in COLUMNS])
    def cell(words):
        return words[0] if len(set(words)) == 1 else ', '.join(words)
    print_lines([['client', 'protocol'] + COLUMNS] +
                [list(key) + [cell(column) for column in zip(*both)] for key, both in lines.items()], ' | ', '| ')


def print_notes(results):
    for run in results:
        for note in run.notes:
            print('%s (%s): %s' % (run.client.name, run.role, note), file=sys.stderr)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--ethpoc', required=True, type=pathlib.Path)
    ap.add_argument('--hold', type=float, default=60, help='seconds that each connection must hold')
    ap.add_argument('--jobs', type=int, default=6)
    ap.add_argument('--only', nargs='*', default=[])
    ap.add_argument('--logs', type=pathlib.Path, help='keep the events of all actors in this folder')
    ap.add_argument('--json', action='store_true')
    ap.add_argument('--markdown', action='store_true')
    options = ap.parse_args()
    options.shared = shared_folder()
    options.museum = options.shared / 'museum' / 'museum.py'
    if not options.museum.exists():
        print('skipped: no emulated clients (looked for %s)' % options.museum.name)
        return 77
    chosen = [c for c in CLIENTS if not options.only or c.name in options.only]
    if not chosen:
        print('no such client; there are: ' + ' '.join(c.name for c in CLIENTS), file=sys.stderr)
        return 5
    with tempfile.TemporaryDirectory(prefix='ethpoc-museum-') as folder, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = []
        for c in chosen:
            for source_listens in ((True, False) if c.accepts else (False,)):
                place = (options.logs or pathlib.Path(folder)) / ('%s-%s' % (c.name, 'listens' if source_listens else 'dials'))
                place.mkdir(parents=True, exist_ok=True)
                runs.append(Run(c, source_listens, options, place))
        results = list(pool.map(Run.go, runs))
    if options.json:
        print(json.dumps(list(rows(results)), indent=2))
    else:
        print_markdown(results) if options.markdown else print_table(results)
        print_notes(results)
    failed = sum(any(v is False for v in run.cells.values()) for run in results)
    print('%d passed, %d failed' % (len(results) - failed, failed), file=sys.stderr if options.json else sys.stdout)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
