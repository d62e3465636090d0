"""What all scenarios share: the actors of one case, where their events are kept, and the verdict of each cell."""
import json
import shutil
import subprocess
import time

from actors import Ethpoc, Museum, free_port
from clients import limit


def chain_blocks(path):
    with open(path) as f:
        return sum(1 for line in f if '"rlp"' in line and '"chain"' not in line)


class Case:
    """One client in one scenario and role. A cell is True, False, None where the client cannot do it, or a number of seconds."""
    scenario = ''
    about = ''
    roles = ('listens', 'dials')             # what the client does
    columns = ()
    alone = False                            # True: a case without clients, run once

    def __init__(self, client, role, options, folder):
        self.client, self.role, self.options, self.folder = client, role, options, folder
        self.cells, self.notes, self.actors = {}, [], []
        self.limits = {}                     # column -> source, of the cells that failed and may
        self.seconds = 0

    @classmethod
    def applies(cls, client, role):
        return client.accepts if role == 'listens' else client.dials

    def go(self):
        begun = time.monotonic()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.play()
        except Exception as error:  # a case that breaks is a failed case, and the others go on
            self.notes.append('%s: %s' % (type(error).__name__, error))
            for column in self.columns:
                self.cells.setdefault(column, False)
        finally:
            for actor in self.actors:
                actor.stop()
        for column, value in self.cells.items():
            source = value is False and limit(self.client.name if self.client else '', self.scenario, self.role, column)
            if source:
                self.limits[column] = source
        self.seconds = round(time.monotonic() - begun, 1)
        return self

    def play(self):
        raise NotImplementedError

    def failed(self):
        return [c for c, v in self.cells.items() if v is False and c not in self.limits]

    # -- actors; all are stopped at the end
    def keep(self, actor):
        self.actors.append(actor)
        return actor

    def museum(self, label, **options):
        options.setdefault('seed', 1)
        if options.get('listen') == 0:
            options['listen'] = free_port()
        return self.keep(Museum(self.options.museum, self.client.name, self.folder / (label + '.jsonl'), **options))

    def ethpoc(self, label='ethpoc', **options):
        options.setdefault('port', free_port())
        return self.keep(Ethpoc(self.options.ethpoc, self.folder / (label + '.jsonl'), **options))

    # -- chains
    def chain(self, name=None):
        name = name or self.client.chain
        return self.options.shared / 'chains' / name if name else None

    def cut(self, name, blocks):
        """A chain file with the first `blocks` blocks of another."""
        out = self.folder / ('%d-%s' % (blocks, name))
        with open(self.chain(name)) as f:
            lines = f.readlines()
        out.write_text(''.join(lines[:blocks + 1]))
        return out

    def store(self, chain, protocol=None, label='store'):
        """A data folder that holds this chain."""
        folder = self.folder / label
        command = [str(self.options.ethpoc), 'chain', 'import', str(chain), '--protocol', protocol or self.client.protocol, '--data-dir', str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if 'without their parent' in done.stdout and done.returncode:      # a version of which there were several genesis blocks
            with open(chain) as f:
                genesis = self.folder / 'genesis.hex'
                genesis.write_text(json.loads(f.readline())['chain']['genesis_rlp'])
            shutil.rmtree(folder)
            done = subprocess.run(command + ['--genesis', str(genesis)], capture_output=True, text=True, timeout=60, check=False)
            self.notes.append('chain import needed --genesis')
        if done.returncode:
            raise RuntimeError('chain import %s: %s' % (chain.name, (done.stderr or done.stdout).strip()[-200:]))
        return folder

    # -- what may not happen
    def note_ends(self, *peers):
        """True if no client died or lost a thread."""
        bad = [e for p in peers for e in p.events if e['ev'] in ('died', 'thread_died')]
        for e in bad[:3]:
            self.notes.append('%.1f s: %s: %s' % (e['t'], e['ev'], e.get('reason')))
        return not bad


def last_hash(path):
    last = None
    with open(path) as f:
        for line in f:
            last = json.loads(line)
    return last['hash']


def prev_hash(path):
    """The hash of the last block but one."""
    with open(path) as f:
        return json.loads(f.readlines()[-1])['prev']
