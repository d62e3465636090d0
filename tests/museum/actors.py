"""The programs that meet: an ethpoc and an emulated client, each a process of ours on loopback with its events as a list."""
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


class Actor:
    """A process whose JSON lines are collected by a thread."""

    def __init__(self, command, log, errors=None):
        self.log = log
        self.events = []
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors or subprocess.DEVNULL, text=True)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            event['at'] = round(time.monotonic() - self.started, 3)
            self.events.append(event)

    def named(self, name):
        return [e for e in list(self.events) if e.get(self.key) == name]

    def count(self, name):
        return len(self.named(name))

    def clock(self, name, nth=0):
        """When the nth event of this name was read, on the clock of all actors; None before it was."""
        found = self.named(name)
        return self.started + found[nth]['at'] if len(found) > nth else None

    def stutter(self, stopped=0.4, running=0.15):
        """Stops and continues the process, as a busy machine or a debugger does, until `steady` or `stop`."""
        self.stuttering = True

        def loop():
            while self.stuttering and self.process.poll() is None:
                os.kill(self.process.pid, signal.SIGSTOP)
                time.sleep(stopped)
                os.kill(self.process.pid, signal.SIGCONT)
                time.sleep(running)
        self.stutterer = threading.Thread(target=loop, daemon=True)
        self.stutterer.start()

    def steady(self):
        self.stuttering = False
        if self.stutterer:
            self.stutterer.join(5)
            self.stutterer = None

    stuttering, stutterer, stopped_at = False, None, None

    def stop(self):
        self.steady()
        self.stopped_at = self.stopped_at or time.monotonic() - self.started
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.thread.join(5)
        with open(self.log, 'w') as f:
            for event in self.events:
                f.write(json.dumps(event) + '\n')


def free_port():
    """A port below 32768, where no system gives ports out by itself, and which some clients can say only."""
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(('127.0.0.1', port))
            except OSError:
                continue
        with PORTS_LOCK:
            if port not in PORTS:
                PORTS.add(port)
                return port
    raise RuntimeError('no free port')


PORTS, PORTS_LOCK = set(), threading.Lock()


class Ethpoc(Actor):
    """`ethpoc run`, listening on a port of its own and dialling some addresses."""
    key = 'event'

    def __init__(self, program, log, dial=(), protocol='auto', data_dir=':memory:', port=0, more=(), wait=True):
        command = [str(program), 'run', '--json', '--listen', '127.0.0.1:%d' % port, '--data-dir', str(data_dir), '--protocol', protocol, *more]
        for address in dial:
            command += ['--dial', address]
        super().__init__(command, log)
        self.address = '127.0.0.1:%d' % port
        if wait:
            self.listening()

    def listening(self):
        if not wait_for(lambda: self.named('listening'), 10):
            raise RuntimeError('ethpoc does not listen')
        self.address = self.named('listening')[0]['addr']

    def heads(self):
        """Number and hash of each head, imported or mined."""
        names = {'imported': ('head_number', 'head_hash'), 'mined': ('number', 'hash')}
        return [tuple(e[k] for k in names[e['event']]) for e in list(self.events) if e['event'] in names and e.get('head', True)]

    def head(self):
        heads = self.heads()
        return heads[-1][0] if heads else 0

    def head_hash(self):
        heads = self.heads()
        return heads[-1][1].removeprefix('0x') if heads else None

    def dialled(self):
        """Connections that we made, all guesses counted."""
        return sum(e['direction'] == 'outbound' for e in self.named('connected'))

    def open_peers(self):
        """The addresses of which a connection got through Hello and lasts."""
        count, greeted = {}, set()
        for e in list(self.events):
            if e['event'] == 'connected':
                count[e['peer']] = count.get(e['peer'], 0) + 1
            elif e['event'] == 'disconnected':
                count[e['peer']] = max(0, count.get(e['peer'], 0) - 1)   # a dial that failed never was one
            elif e['event'] == 'hello':
                greeted.add(e['peer'])
        return [peer for peer, n in count.items() if n > 0 and peer in greeted]


class Museum(Actor):
    """An emulated client."""
    key = 'ev'

    def __init__(self, museum, name, log, listen=None, dial=(), **options):
        command = [sys.executable, str(museum), name]
        if listen is not None:
            command += ['--listen', str(listen)]
        for address in dial:
            command += ['--dial', address]
        for key, value in options.items():
            if value is not None:
                command += ['--' + key.replace('_', '-'), str(value)]
        super().__init__(command, log)
        if listen is not None:
            if not wait_for(lambda: self.named('listening'), 20):
                raise RuntimeError('%s does not listen' % name)
            self.address = '127.0.0.1:%d' % self.named('listening')[0]['port']

    def head(self):
        numbers = [e['n'] for e in list(self.events) if e['ev'] in ('imported', 'mined') and e.get('head')]
        return max(numbers) if numbers else 0

    def head_hash(self):
        hashes = [e.get('head_hash') or e.get('hash') or e.get('head') for e in list(self.events)
                  if e['ev'] in ('start', 'reset') or e['ev'] in ('imported', 'mined') and e.get('head')]
        return hashes[-1] if hashes else None

    def summary(self):
        found = self.named('summary')
        return found[0] if found else {}
