"""The meeting: a client with a chain, and one without blocks, both connected to us. What the first one has must reach us, and through us
the second one. The first one holds back its last blocks, mines them while connected, and announces a transaction."""
from actors import wait_for
from case import Case, chain_blocks

HELD_BACK = 3          # blocks that the source mines while it is connected
GUESSING = 8           # seconds from the first connection, in which ours may be guesses


class Meet(Case):
    scenario = 'meet'
    about = 'a client with a chain, and one without blocks on our other side: sync both ways, new blocks, a transaction'
    columns = ('handshake', 'held', 'we import', 'it imports', 'new block', 'transaction')

    def play(self):
        c = self.client
        chain = self.chain()
        total = chain_blocks(chain) if chain else 0
        tx = self.folder / 'tx.txt'
        if c.transactions:
            tx.write_text('\n'.join(c.transactions(self.options.shared)[:1]) + '\n')
        source_options = {'chain': chain, 'seed': 1}
        self.mine_every = 0
        if chain:
            self.mine_every = c.mine_every or max(6, self.options.hold / 6)
            source_options.update(blocks=total - HELD_BACK, mine_every=self.mine_every)
        if c.transactions:
            source_options.update(tx=tx, tx_after=max(8, self.options.hold / 3))
        sink_options = {'chain': chain, 'blocks': 0, 'seed': 2} if chain else {'seed': 2}
        given = {}                           # one that serves nothing gets blocks from our store
        if chain and not c.serves:
            source_options = {'chain': chain, 'blocks': 0, 'seed': 1}
            given = {'data_dir': self.store(chain)}
        sink = None
        if self.role == 'listens':
            source = self.museum('source', listen=0, **source_options)
            ours = self.ethpoc(dial=[source.address], **given)
            if c.late_sink and not given:
                wait_for(lambda: ours.head() >= total - HELD_BACK, 20)
            if c.dials:
                sink = self.museum('sink', dial=[ours.address], **sink_options)
        else:
            sink = self.museum('sink', listen=0, **sink_options) if c.accepts and not c.late_sink else None
            ours = self.ethpoc(dial=[sink.address] if sink else [], **given)
            source = self.museum('source', dial=[ours.address], **source_options)
            if sink is None and total:
                wait_for(lambda: given or ours.head() >= total - HELD_BACK, 20)
                sink = self.museum('sink', dial=[ours.address], **sink_options)
        self.watch(ours, source, sink, total)
        for actor in (source, sink, ours):
            if actor:
                actor.stop()
        self.judge(ours, source, sink, total)

    def watch(self, ours, source, sink, total):
        """Waits for the hold time, and a little longer while something that must come is still under way."""
        wait_for(lambda: False, self.options.hold)
        c = self.client
        if total:
            news = c.imports and c.takes_news and sink
            wait_for(lambda: (not c.serves or not c.announces or ours.head() == total) and (not news or sink.head() == total),
                     HELD_BACK * self.mine_every + c.patience if c.announces else c.patience)

    def judge(self, ours, source, sink, total):
        c = self.client
        peers = [p for p in (source, sink) if p]
        self.cells['handshake'] = all(p.count('hello_received') for p in peers) and ours.count('hello') >= len(peers)
        # Guesses side by side are connections that end early, some after a Hello of theirs. When the right one is found, one
        # connection lasts until the end, and nothing on it may get lost.
        bad, early = [], []
        for p in peers:
            greeted = {h['peer'] for h in p.named('hello_received')}
            during = [e for e in p.events if e['at'] < p.stopped_at]
            closed = [e for e in during if e['ev'] == 'closed' and e.get('how') != 'quit' and e['peer'] in greeted]
            lasting = greeted - {e['peer'] for e in closed}
            begun = min((e['at'] for e in p.named('connected')), default=0)
            early += [e for e in closed if not lasting or e['at'] > begun + GUESSING]
            bad += [e for e in during if e['ev'] in ('died', 'thread_died') or e['ev'] == 'frame_lost' and e.get('peer') in lasting]
        self.cells['held'] = not bad and not early
        for e in (bad + early)[:3]:
            self.notes.append('%.1f s: %s: %s' % (e['t'], e['ev'], e.get('reason') or e.get('how')))
        for e in [e for e in ours.named('disconnected') if e.get('by') != 'them'][:3]:
            self.notes.append('disconnected by %s: %s' % (e['by'], e.get('reason')))
        self.cells['we import'] = ours.head() >= total - HELD_BACK if total and c.serves else None
        self.cells['it imports'] = sink.head() >= total - HELD_BACK if total and c.imports and sink else None
        fresh = total if total and c.announces else None
        self.cells['new block'] = (fresh and ours.head() == total and (not c.imports or not c.takes_news or sink.head() == total)) if fresh else None
        if c.transactions:
            seen = ours.count('transaction')
            relayed = [e['hash'] for e in (sink.events if sink else []) if e['ev'] == 'tx_received']
            self.cells['transaction'] = seen == 1 and len(relayed) == len(set(relayed)) == (1 if c.takes_transactions and sink else 0)
            if not self.cells['transaction']:
                self.notes.append('transaction seen %d times, relayed %d times' % (seen, len(relayed)))
        else:
            self.cells['transaction'] = None
        if total and not all(v is not False for v in self.cells.values()):
            self.notes.append('heads: ours %s, sink %s of %d' % (ours.head(), sink.head(), total))
        for e in ours.named('malformed')[:3]:
            self.notes.append('malformed: %s %s' % (e['code'], e.get('detail', '')))
