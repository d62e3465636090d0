"""Blocks that we made: clients of the version import them, and a network that mines comes together again after partitions."""
import json
import random
import subprocess
import time

from actors import wait_for
from case import Case
from relay import Relay

FEW = 3                # blocks whose reward the miner then sends on
MORE = 2


class Making(Case):
    """What both scenarios do with the program, one command at a time."""

    def run(self, *words):
        done = subprocess.run([str(self.options.ethpoc), *map(str, words)], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise RuntimeError('%s: %s' % (' '.join(map(str, words[:2])), (done.stderr or done.stdout).strip()[-200:]))
        return done.stdout.strip()


class Mined(Making):
    scenario = 'mined'
    about = 'a chain of five blocks and a transaction that `ethpoc mine` made on the genesis of the client: it imports them'
    columns = ('mined', 'it imports', 'alive')

    @classmethod
    def applies(cls, client, role):
        return super().applies(client, role) and client.chain is not None and client.imports

    def play(self):
        c = self.client
        where = ['--genesis', self.chain(), '--protocol', c.protocol]
        store = ['--data-dir', self.folder / 'store']
        key = self.folder / 'miner.key'
        miner = self.run('key', 'new', key)
        self.run('mine', '--blocks', FEW, '--coinbase', miner, *where, *store)
        sent = self.run('tx', 'make', '--key', key, '--to', '0x' + '42' * 20, '--value', '1finney', *where, *store)
        self.run('mine', '--blocks', MORE, '--coinbase', miner, '--transaction', sent, *store)
        self.run('chain', 'verify', *store)
        head = json.loads(self.run('chain', 'status', '--json', *store))
        carried = len(json.loads(self.run('chain', 'show', FEW + 1, '--json', *store))['transactions'])
        self.cells['mined'] = head['head_number'] == FEW + MORE and head['state']['checked_to'] == FEW + MORE
        if not carried:
            self.notes.append('its transactions are not carried out here, so the blocks have none')
        begun = time.monotonic()
        empty = {'chain': self.chain(), 'blocks': 0}
        dialled = self.role == 'listens'
        client = self.museum('client', listen=0, **empty) if dialled else None
        ours = self.ethpoc(dial=[client.address] if dialled else [], data_dir=self.folder / 'store', protocol=c.protocol,
                           more=['--genesis', str(self.chain())])
        client = client or self.museum('client', dial=[ours.address], **empty)
        got = wait_for(lambda: client.head() == FEW + MORE, c.patience)
        same = client.head_hash() == head['head_hash'].removeprefix('0x')
        self.cells['it imports'] = round(time.monotonic() - begun, 1) if got and same else False
        if not got:
            self.notes.append('it has block %d' % client.head())
        self.cells['alive'] = self.note_ends(client)


class Mining(Making):
    scenario = 'mining'
    about = 'three of our nodes that mine, and a client: links are cut and mended (--seed), and all have one head again'
    roles = ('around',)
    columns = ('forks', 'one head', 'verified', 'alive')
    ROUNDS, DIFFICULTY = 3, 1 << 21

    @classmethod
    def applies(cls, client, role):
        return client.chain is not None and client.imports and client.dials

    def play(self):
        c = self.client
        rng = random.Random(getattr(self.options, 'seed', 1))
        genesis = self.folder / 'class.genesis'
        self.run('genesis', 'make', '--difficulty', self.DIFFICULTY, '--protocol', c.protocol, '--out', genesis)
        self.miners = [self.miner(genesis, 'a', [])]
        gates = [Relay(self.port(0), 0, 0)]
        self.miners.append(self.miner(genesis, 'b', [gates[0].address]))
        gates += [Relay(self.port(0), 0, 0), Relay(self.port(1), 0, 0)]
        self.miners.append(self.miner(genesis, 'c', [g.address for g in gates[1:]]))
        client = self.museum('client', dial=['127.0.0.1:%d' % self.port(0)], chain=self.client_chain(genesis), blocks=0)
        everybody = self.miners + [client]
        try:
            for _ in range(self.ROUNDS):
                cut = rng.sample(gates, rng.randint(2, 3))          # one node at least is alone, or all are
                for gate in cut:
                    gate.cut()
                time.sleep(rng.uniform(4, 6))
                for gate in cut:
                    gate.mend()
                together = wait_for(lambda: len({a.head_hash() for a in everybody}) == 1, 40)
                if not together:
                    self.notes.append('heads: %s' % [(a.head(), (a.head_hash() or '')[:8]) for a in everybody])
                    break
            self.cells['one head'] = together
        finally:
            for gate in gates:
                gate.stop()
        self.cells['forks'] = sum(m.count('reorg') for m in self.miners) > 0
        self.cells['alive'] = self.note_ends(client)
        for m in self.miners:
            m.stop()
        for name in 'abc':
            self.run('chain', 'verify', '--data-dir', self.folder / name)
        self.cells['verified'] = True

    def port(self, n):
        return int(self.miners[n].address.rsplit(':', 1)[1])

    def miner(self, genesis, name, dial):
        return self.ethpoc(name, dial=dial, data_dir=self.folder / name, protocol=self.client.protocol,
                           more=['--genesis', str(genesis), '--mine', '--coinbase', '0x' + name * 40, '--timeouts.redial', '500ms'])

    def client_chain(self, genesis):
        """The genesis for the client: a chain file with a block that it does not begin with."""
        out, store = self.folder / 'client-chain.jsonl', self.folder / 'client-chain'
        self.run('mine', '--blocks', 1, '--genesis', genesis, '--data-dir', store)
        block = json.loads(self.run('chain', 'show', 1, '--json', '--data-dir', store))
        line = {'n': 1, 'hash': block['hash'][2:], 'prev': block['parent_hash'][2:], 'rlp': block['rlp'][2:]}
        head = json.loads(genesis.read_text())
        head['chain']['client'] = self.client.name
        out.write_text(json.dumps(head) + '\n' + json.dumps(line) + '\n')
        return out
