"""The programs that meet: an ethpoc and an emulated client, each a process of ours on loopback with its events as a list."""
import json
import signal
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
                self.events.append(json.loads(line))
            except ValueError:
                pass

    def named(self, name):
        return [e for e in list(self.events) if e.get(self.key) == name]

    def count(self, name):
        return len(self.named(name))

    def stop(self):
        self.stopped_at = time.monotonic() - self.started
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


class Ethpoc(Actor):
    """`ethpoc run`, listening on a free port and dialling one address."""
    key = 'event'

    def __init__(self, program, dial, log, protocol='auto', genesis=None):
        command = [str(program), 'run', '--json', '--listen', '127.0.0.1:0', '--data-dir', ':memory:',
                   '--protocol', protocol, '--timeouts.redial', '2s']
        if dial:
            command += ['--dial', dial]
        if genesis:
            command += ['--genesis', str(genesis)]
        super().__init__(command, log)
        if not wait_for(lambda: self.named('listening'), 10):
            raise RuntimeError('ethpoc does not listen')
        self.address = self.named('listening')[0]['addr']

    def head(self):
        heads = [e['head_number'] for e in self.named('imported')]
        return max(heads) if heads else 0


class Museum(Actor):
    """An emulated client."""
    key = 'ev'

    def __init__(self, museum, name, log, listen=False, dial=None, **options):
        command = [sys.executable, str(museum), name]
        if listen:
            command += ['--listen', '0']
        if dial:
            command += ['--dial', dial]
        for key, value in options.items():
            if value is not None:
                command += ['--' + key.replace('_', '-'), str(value)]
        super().__init__(command, log)
        if listen:
            if not wait_for(lambda: self.named('listening'), 20):
                raise RuntimeError('%s does not listen' % name)
            self.address = '127.0.0.1:%d' % self.named('listening')[0]['port']

    def head(self):
        numbers = [e['n'] for e in list(self.events) if e['ev'] in ('imported', 'mined') and e.get('head')]
        return max(numbers) if numbers else 0

    def summary(self):
        found = self.named('summary')
        return found[0] if found else {}
