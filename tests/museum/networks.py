"""Scenarios with more than two nodes, and the one without any client: two of our own that dial each other."""
import random
import time

from actors import free_port, wait_for
from case import Case, chain_blocks, last_hash
from relay import Relay


class Network(Case):
    """Clients of one version around us mine until the recorded blocks are out; then all heads are equal.

    Of C++, where a second branch was recorded, one starts on its first blocks, so that the first meeting is a fork."""
    scenario = 'network'
    about = 'three to five clients of one version around us, mining, until all heads are equal (--minutes)'
    roles = ('around',)
    columns = ('equal heads', 'alive')
    churn = False

    @classmethod
    def applies(cls, client, role):
        return client.chain is not None and client.imports and client.serves and client.announces

    def play(self):
        c, seconds = self.client, 60 * self.options.minutes
        every = max(c.mine_every, 3, seconds / 60)
        news = max(2, int(seconds * 0.8 / every))
        total = min(chain_blocks(self.chain()), 80 + news)
        chain = self.cut(c.chain, total)
        goal = last_hash(chain)
        empty = {'chain': chain, 'blocks': 0}
        self.number = 0
        listening = [self.client_like(listen=0, **empty) for _ in range(2 if c.accepts else 0)]
        fork = self.cut(c.fork, 20) if c.fork and c.name.startswith('cpp-') else None
        self.ours = self.ethpoc(dial=[m.address for m in listening])
        miner = self.client_like(dial=[self.ours.address], chain=chain, blocks=total - news, mine_every=every)
        if c.late_sink:
            wait_for(lambda: self.ours.head() >= total - news, 20)
        dialling = [self.client_like(dial=[self.ours.address], **(dict(chain=fork) if fork and not n else empty)) for n in range(2)]
        clients = listening + [miner] + dialling
        end = time.monotonic() + seconds
        if self.churn:
            self.come_and_go(clients, miner, empty, end)
        wait_for(lambda: miner.head() == total, max(0, end - time.monotonic()))
        everybody = clients + [self.ours]
        self.cells['equal heads'] = wait_for(lambda: all(a.head_hash() == goal for a in everybody), 2 * c.patience)
        if not self.cells['equal heads']:
            self.notes.append('heads: ours %d, clients %s of %d' % (self.ours.head(), [m.head() for m in clients], total))
        self.cells['alive'] = self.note_ends(*clients)

    def client_like(self, **options):
        self.number += 1
        return self.museum('client-%d' % self.number, seed=self.number, **options)

    def come_and_go(self, clients, miner, empty, end):
        """Every 10 to 20 s one of those that dialled us leaves, at times without a word, and another one comes."""
        rng = random.Random(1)
        while time.monotonic() < end - 20:
            time.sleep(rng.uniform(10, 20))
            gone = rng.choice([m for m in clients if m is not miner and m is not clients[0]])
            at = clients.index(gone)
            if rng.random() < 0.5:
                gone.process.kill()
            gone.stop()
            clients[at] = self.client_like(dial=[self.ours.address], **empty)


class Churn(Network):
    scenario = 'churn'
    about = 'the same with clients that leave and join'
    churn = True


class Crossing(Case):
    """Two nodes of our own that dial each other, at once or over a link with delays; and one that dials itself."""
    scenario = 'crossing'
    about = 'two of our own nodes dial each other: one connection stays and nobody dials again; one that dials itself says so and stops'
    roles = ('at once', 'one later', 'delayed', 'itself')
    columns = ('one stays', 'calm')
    alone = True
    settled, watched = 8, 12                 # seconds

    @classmethod
    def applies(cls, client, role):
        return True

    def play(self):
        if self.role == 'itself':
            return self.itself()
        ports = [free_port(), free_port()]
        relays = [Relay(port, 0.05, 0.1) for port in ports] if self.role == 'delayed' else []
        try:
            to = [r.address for r in relays] or ['127.0.0.1:%d' % p for p in ports]
            nodes = []
            for n in range(2):
                nodes.append(self.ethpoc('node-%d' % n, port=ports[n], dial=[to[1 - n]], wait=False))
                time.sleep(1.3 if self.role == 'one later' else 0)
            for node in nodes:
                node.listening()
            time.sleep(self.settled)
            before = [(node.open_peers(), node.dialled(), node.count('disconnected')) for node in nodes]
            time.sleep(self.watched)
            after = [(node.open_peers(), node.dialled(), node.count('disconnected')) for node in nodes]
            self.cells['one stays'] = all(len(peers) == 1 for peers, _, _ in before + after)
            self.cells['calm'] = before == after
            if not all(self.cells.values()):
                self.notes.append('open, dialled, ended after %d s: %s; after %d s: %s' % (
                    self.settled, [(len(p), d, e) for p, d, e in before], self.settled + self.watched, [(len(p), d, e) for p, d, e in after]))
        finally:
            for relay in relays:
                relay.stop()

    def itself(self):
        port = free_port()
        node = self.ethpoc('node', port=port, dial=['127.0.0.1:%d' % port])
        time.sleep(self.settled)
        said = [e for e in node.events if 'oursel' in str(e.get('reason', ''))]
        dialled = node.dialled()
        time.sleep(self.watched)
        self.cells['one stays'] = None
        self.cells['calm'] = bool(said) and node.dialled() == dialled and not node.open_peers()
        if not self.cells['calm']:
            self.notes.append('said so: %s; dialled %d times, then %d; open %s' % (bool(said), dialled, node.dialled(), node.open_peers()))
