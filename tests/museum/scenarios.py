"""Scenarios with one client, or two of one version, and us."""
import time

from actors import wait_for
from case import Case, chain_blocks, last_hash, prev_hash

HELLO_WITHIN = 8       # seconds from the first connection to a Hello on both sides
REDIALS = 3            # a genuine client dials again when a connection ended before Hello


class Found(Case):
    """Nothing is configured, and the store holds a chain. Time to Hello counts from the first connection."""
    scenario = 'found'
    about = 'nothing known, a chain in the store: time to Hello (at most %d s), and the one without the chain gets it' % HELLO_WITHIN
    columns = ('hello', 'told', 'alive')

    def play(self):
        c = self.client
        chain = self.chain()
        ours_dir = self.store(chain) if chain else self.store(self.chain('cpp-0.3.10.jsonl'), '7')
        options = {'chain': chain, 'blocks': 0} if chain else {}
        if self.role == 'listens':
            client = self.museum('client', listen=0, **options)
            ours = self.ethpoc(dial=[client.address], data_dir=ours_dir)
            self.meet(ours, [client])
        else:
            ours = self.ethpoc(data_dir=ours_dir)
            clients = [self.museum('client', dial=[ours.address], **options)]
            for n in range(REDIALS):
                wait_for(lambda: greeted(clients[-1]) or clients[-1].count('closed'), HELLO_WITHIN + 2)
                if greeted(clients[-1]):
                    break
                time.sleep(1)
                clients.append(self.museum('client-%d' % (n + 2), dial=[ours.address], **options))
            self.meet(ours, clients)
        if chain and c.imports:
            goal = last_hash(chain)
            self.cells['told'] = wait_for(lambda: self.last.head_hash() == goal, c.patience)
            if not self.cells['told']:
                self.notes.append('it has %d of %d' % (self.last.head(), chain_blocks(chain)))
                self.note_ends(self.last)
        else:
            self.cells['told'] = None

    def meet(self, ours, clients):
        self.last = clients[-1]
        ok = wait_for(lambda: greeted(self.last) and ours.count('hello'), 3 * HELLO_WITHIN)
        begun = clients[0].clock('connected')
        if not ok or begun is None:
            self.cells['hello'] = False
            self.notes.append('no Hello on both sides; client: %s, ours: %s' % (bool(greeted(self.last)), ours.count('hello')))
            return
        took = max(self.last.clock('hello_received'), ours.clock('hello')) - begun
        self.cells['hello'] = round(took, 1) if took <= HELLO_WITHIN else False
        if took > HELLO_WITHIN or len(clients) > 1:
            self.notes.append('Hello after %.1f s, with %d connections' % (took, ours.count('connected')))
        self.cells['alive'] = self.note_ends(*clients)  # a wrong guess must not harm it


def greeted(client):
    """Our Hello came, and the connection that it came on lasts."""
    closed = {e['peer'] for e in client.named('closed')}
    return [e for e in client.named('hello_received') if e['peer'] not in closed]


class Other(Found):
    """As `found`, but the client has the chain and our store another one."""
    scenario = 'other'
    about = 'nothing known, the chain of another version in the store: time to Hello, and we get the chain of the client'

    def play(self):
        c = self.client
        chain = self.chain()
        stored = ('go-p33.jsonl', '33') if c.protocol.isdigit() else ('cpp-0.3.10.jsonl', '7')
        ours_dir = self.store(self.chain(stored[0]), stored[1])
        options = {'chain': chain} if chain else {}
        if self.role == 'listens':
            client = self.museum('client', listen=0, **options)
            ours = self.ethpoc(dial=[client.address], data_dir=ours_dir)
            clients = [client]
        else:
            ours = self.ethpoc(data_dir=ours_dir)
            clients = [self.museum('client', dial=[ours.address], **options)]
            for n in range(REDIALS):
                wait_for(lambda: greeted(clients[-1]) or clients[-1].count('closed'), HELLO_WITHIN + 2)
                if greeted(clients[-1]):
                    break
                time.sleep(1)
                clients.append(self.museum('client-%d' % (n + 2), dial=[ours.address], **options))
        self.meet(ours, clients)
        if chain and c.serves:
            goal = last_hash(chain) if c.serves_head else prev_hash(chain)
            self.cells['told'] = wait_for(lambda: ours.head_hash() == goal, c.patience)
            if not self.cells['told']:
                self.notes.append('we have %d of %d' % (ours.head(), chain_blocks(chain)))
        else:
            self.cells['told'] = None


class Losing(Case):
    """The client holds a short branch, and we follow it; then one with the heavier branch joins and we reorganise."""
    scenario = 'losing'
    about = 'a reorganisation with the client on the losing branch'
    columns = ('we follow', 'it follows')
    losing, winning = 20, 60

    @classmethod
    def applies(cls, client, role):
        return super().applies(client, role) and client.fork is not None and client.serves and client.dials

    def play(self):
        c = self.client
        short, long = self.cut(c.fork, self.losing), self.cut(c.chain, self.winning)
        if self.role == 'listens':
            loser = self.museum('loser', listen=0, chain=short)
            ours = self.ethpoc(dial=[loser.address])
        else:
            ours = self.ethpoc()
            loser = self.museum('loser', dial=[ours.address], chain=short)
        self.cells['we follow'] = wait_for(lambda: ours.head() >= self.losing - (not c.serves_head), c.patience)
        winner = self.museum('winner', dial=[ours.address], chain=long, blocks=self.winning - 1, mine_every=15, seed=2)
        goal = last_hash(long)
        self.cells['we follow'] &= wait_for(lambda: ours.head_hash() == goal, 30)
        self.cells['it follows'] = wait_for(lambda: loser.head_hash() == goal, c.patience)
        if not all(self.cells.values()):
            self.notes.append('heads: ours %s, loser %s of %d' % (ours.head(), loser.head(), self.winning))
        self.note_ends(loser, winner)


class Early(Case):
    """The client without blocks joins before we have any; then one with the chain comes, and at last mines."""
    scenario = 'early'
    about = 'a client that joined before our own sync'
    columns = ('caught up', 'new block')
    blocks = 100

    @classmethod
    def applies(cls, client, role):
        return super().applies(client, role) and client.chain is not None and client.imports and client.serves

    def play(self):
        c = self.client
        chain = self.cut(c.chain, self.blocks)
        if self.role == 'listens':
            early = self.museum('early', listen=0, chain=chain, blocks=0)
            ours = self.ethpoc(dial=[early.address])
        else:
            ours = self.ethpoc()
            early = self.museum('early', dial=[ours.address], chain=chain, blocks=0)
        wait_for(lambda: early.count('hello_received') and ours.count('hello'), 20)
        time.sleep(2)
        wait = max(c.mine_every, 20, c.patience - 10)
        source = self.museum('source', dial=[ours.address], chain=chain, blocks=self.blocks - 1, mine_every=wait, seed=2)
        self.cells['caught up'] = wait_for(lambda: early.head() >= self.blocks - 1 - (not c.serves_head), wait - 2)
        self.cells['new block'] = None
        if c.announces:
            wait_for(lambda: ours.head() == self.blocks, 20)
            self.cells['new block'] = wait_for(lambda: early.head() == self.blocks, c.patience)
        if False in self.cells.values():
            self.notes.append('heads: ours %s, early %s of %d' % (ours.head(), early.head(), self.blocks))
        self.note_ends(early, source)


class Stopped(Case):
    """A client that the machine stops for 400 ms again and again; C++ also with 0.6 s between its looks at the network."""
    scenario = 'stopped'
    about = 'a stopped or slow client during a sync'
    columns = ('it imports', 'we import', 'slow')
    blocks = 150

    @classmethod
    def applies(cls, client, role):
        return super().applies(client, role) and client.chain is not None

    def play(self):
        c = self.client
        chain = self.cut(c.chain, min(self.blocks, chain_blocks(self.chain())))
        store = self.store(chain) if c.imports else None
        goal = last_hash(chain)
        self.cells['it imports'] = self.fetch('sink', chain, store, goal, True) if c.imports else None
        self.cells['slow'] = self.fetch('slow', chain, store, goal, False) if c.imports and c.name.startswith('cpp-') else None
        self.cells['we import'] = self.give(chain, goal) if c.serves else None

    def meet(self, label, ours_options, **options):
        if self.role == 'listens':
            client = self.museum(label, listen=0, **options)
            return client, self.ethpoc('ethpoc-' + label, dial=[client.address], **ours_options)
        ours = self.ethpoc('ethpoc-' + label, **ours_options)
        return self.museum(label, dial=[ours.address], **options), ours

    def fetch(self, label, chain, store, goal, stutter):
        slow = {} if stutter else {'slow': 0.6}
        client, ours = self.meet(label, {'data_dir': store}, chain=chain, blocks=0, **slow)
        if stutter:
            wait_for(lambda: client.count('hello_received'), 20)
            client.stutter()
        done = wait_for(lambda: client.head_hash() == goal, 3 * self.client.patience)
        if not done:
            self.notes.append('%s: it has %d of %d' % (label, client.head(), chain_blocks(chain)))
        self.note_ends(client)
        client.stop()
        ours.stop()
        return done

    def give(self, chain, goal):
        if not self.client.serves_head:
            goal = prev_hash(chain)
        client, ours = self.meet('source', {}, chain=chain)
        wait_for(lambda: client.count('hello_received'), 20)
        client.stutter()
        done = wait_for(lambda: ours.head_hash() == goal, 3 * self.client.patience)
        if not done:
            self.notes.append('source: we have %d of %d' % (ours.head(), chain_blocks(chain)))
        return done


class Restart(Case):
    """Either side ends and comes back on the same port; each time the blocks that are missing come over."""
    scenario = 'restart'
    about = 'either side restarts: the connection comes back and the sync goes on'
    columns = ('it restarts', 'we restart')
    blocks = 60

    @classmethod
    def applies(cls, client, role):
        return super().applies(client, role)

    def play(self):
        c = self.client
        chain = self.cut(c.chain, self.blocks) if c.chain else None
        options = {'chain': chain, 'blocks': self.blocks - 20} if chain else {}
        folder = self.folder / 'data'
        numbers = [self.blocks - 20, self.blocks - 10, self.blocks] if chain and c.serves else [0] * 3
        self.listens = self.role == 'listens'
        client = self.museum('client', listen=0, **options) if self.listens else None
        ours = self.ethpoc(dial=[client.address] if self.listens else [], data_dir=folder)
        if not self.listens:
            client = self.museum('client', dial=[ours.address], **options)
        self.reached(ours, client, numbers[0])
        client.stop()
        time.sleep(1)
        if chain:
            options['blocks'] = self.blocks - 10
        hellos = ours.count('hello')
        again = {'listen': int(client.address.rpartition(':')[2])} if self.listens else {'dial': [ours.address]}
        client = self.museum('client-2', **again, **options)
        self.cells['it restarts'] = wait_for(lambda: ours.count('hello') > hellos, 30) and self.reached(ours, client, numbers[1])
        port, hellos = int(ours.address.rpartition(':')[2]), client.count('hello_received')
        ours.stop()
        if not self.listens:
            client.stop()
            if chain:
                options['blocks'] = self.blocks
        ours = self.ethpoc('ethpoc-2', dial=[client.address] if self.listens else [], data_dir=folder, port=port)
        if not self.listens:
            client, hellos = self.museum('client-3', dial=[ours.address], **options), 0
        back = wait_for(lambda: ours.count('hello') and client.count('hello_received') > hellos, 30)
        self.cells['we restart'] = back and (self.listens or self.reached(ours, client, numbers[2]))

    def reached(self, ours, client, number):
        done = wait_for(lambda: greeted(client) and ours.count('hello') and ours.head() >= number - (not self.client.serves_head), 15 + self.client.patience)
        if not done:
            self.notes.append('ours %d of %d, client %d, Hello %d/%d' %
                              (ours.head(), number, client.head(), ours.count('hello'), client.count('hello_received')))
        return done
