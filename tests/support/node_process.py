"""One `ethpoc run --json` (or another command that listens) in a process of its own: its events, its log, its memory."""

import json
import os
import signal
import subprocess
import tempfile
import time


class NodeProcess:
    def __init__(self, program, *arguments, listen="127.0.0.1:0", subcommand="run"):
        self.folder = tempfile.mkdtemp(prefix="ethpoc-test-")
        self.out_path = os.path.join(self.folder, "events")
        self.err_path = os.path.join(self.folder, "log")
        command = [program, subcommand, "--json", "--listen", listen, *arguments]
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        self._read = 0
        self._events = []
        self.address = None
        if listen != "none":
            event = self.wait_for("listening")
            host, port = event["addr"].rsplit(":", 1)
            self.address = (host, int(port))

    def events(self):
        """All whole lines so far."""
        with open(self.out_path, "rb") as out:
            out.seek(self._read)
            text = out.read()
        whole = text.rfind(b"\n") + 1
        self._read += whole
        self._events += [json.loads(line) for line in text[:whole].splitlines()]
        return self._events

    def find(self, event, since=0, **fields):
        return [one for one in self.events()[since:]
                if one["event"] == event and all(one.get(key) == value for key, value in fields.items())]

    def wait_for(self, event, seconds=10.0, since=0, **fields):
        """The first event that fits; None when it does not come in time."""
        until = time.monotonic() + seconds
        while True:
            found = self.find(event, since, **fields)
            if found:
                return found[0]
            if time.monotonic() > until or (self.process.poll() is not None and not self.find(event, since, **fields)):
                return None
            time.sleep(0.01)

    def log_lines(self, containing="", since=0):
        with open(self.err_path, encoding="utf-8", errors="replace") as log:
            return [line.rstrip("\n") for line in list(log)[since:] if containing in line]

    def memory(self):
        """Resident bytes."""
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait()

    def stop(self):
        """Exit status after SIGTERM; None when it did not end in time."""
        if self.alive():
            self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
