"""One node under attack, and what it costs: memory, log, store, and how long it takes to stop."""

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from node_process import NodeProcess

MIB = 1 << 20
HERE = os.path.dirname(os.path.abspath(__file__))
UNIT = os.path.join(HERE, os.pardir, os.pardir, "config", "packaging", "ethpoc.service")
KILLED_ABOVE = 3 << 30  # resident bytes: the machine belongs to others too
GIVEN_UP_AFTER = 6.0    # seconds from SIGTERM on; the limit is 3. Times the factor for slow builds
SANITIZER = re.compile(r"ERROR: AddressSanitizer|runtime error:|WARNING: ThreadSanitizer|LeakSanitizer")


def memory_max():
    """MemoryMax of the systemd unit, in bytes."""
    with open(UNIT, encoding="utf-8") as unit:
        number, suffix = re.search(r"^MemoryMax=(\d+)([KMG]?)$", unit.read(), re.M).groups()
    return int(number) << {"": 0, "K": 10, "M": 20, "G": 30}[suffix]


class MemoryGroup:
    """A control group with a memory limit, where the machine lets us make one. `kind` is None where it does not."""

    def __init__(self, limit):
        self.kind = self.path = None
        name = "ethpoc-hostile-%d" % os.getpid()
        for kind, root, limits in (("v2", "/sys/fs/cgroup", ["memory.max"]),
                                   ("v1", "/sys/fs/cgroup/memory", ["memory.limit_in_bytes"])):
            path = os.path.join(root, name)
            if not os.path.exists(os.path.join(root, "cgroup.procs")):
                continue
            try:
                os.mkdir(path)
                for one in limits:
                    with open(os.path.join(path, one), "w", encoding="ascii") as file:
                        file.write(str(limit))
                self.kind, self.path = kind, path
                return
            except OSError:
                if os.path.isdir(path):
                    os.rmdir(path)

    def take(self, pid):
        with open(os.path.join(self.path, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write(str(pid))

    def close(self):
        if self.path:
            for _ in range(50):
                try:
                    os.rmdir(self.path)
                    return
                except OSError:
                    time.sleep(0.05)


class Meter:
    """Starts `ethpoc run --json` at default settings on a store of its own, with `chains` (files) imported.

    `data`: a store that is there already; it is removed at the end, too.
    """

    def __init__(self, program, chains=(), arguments=(), group=None, data=None, slow=1.0):
        self.patience = GIVEN_UP_AFTER * slow
        self.data = data or tempfile.mkdtemp(prefix="ethpoc-store-")
        for chain in chains:
            subprocess.run([program, "chain", "import", chain, "--data-dir", self.data], check=True, timeout=60,
                           stdout=subprocess.DEVNULL)
        self.node = NodeProcess(program, "--data-dir", self.data, *arguments)
        if group:
            group.take(self.node.process.pid)
        self.pid = self.node.process.pid
        self.watching = True
        self.died_of_memory = False
        self.mark()
        self.watcher = threading.Thread(target=self._watch, daemon=True)
        self.watcher.start()
        atexit.register(self.close)  # for a suite that is interrupted

    def mark(self):
        """What is measured from now on counts from here."""
        self.log_before = self.log_bytes()
        self.store_before = self.store_bytes()
        self.peak = 0
        try:
            with open("/proc/%d/clear_refs" % self.pid, "w", encoding="ascii") as file:
                file.write("5")
        except OSError:
            pass  # not ours: the peak since the start, then

    def _status(self, field):
        try:
            with open("/proc/%d/status" % self.pid, encoding="ascii") as status:
                for line in status:
                    if line.startswith(field):
                        return int(line.split()[1]) * 1024
        except (OSError, ValueError):
            pass
        return 0

    def _watch(self):
        while self.watching:
            self.look()
            if self._status("VmRSS:") > KILLED_ABOVE:
                self.died_of_memory = True
                self.node.process.send_signal(signal.SIGKILL)
                return
            time.sleep(0.05)

    def resident(self):
        return self._status("VmRSS:")

    def log_bytes(self):
        return os.path.getsize(self.node.out_path) + os.path.getsize(self.node.err_path)

    def store_bytes(self):
        return sum(os.path.getsize(os.path.join(self.data, name)) for name in os.listdir(self.data)
                   if os.path.isfile(os.path.join(self.data, name)))

    def log_growth(self):
        return self.log_bytes() - self.log_before

    def store_growth(self):
        return max(0, self.store_bytes() - self.store_before)

    def look(self):
        self.peak = max(self.peak, self._status("VmHWM:"))

    def stop(self):
        """Seconds from SIGTERM to the end; None when it had to be killed, or died before."""
        self.look()
        if not self.node.alive():
            return None
        begin = time.monotonic()
        self.node.process.terminate()
        while time.monotonic() - begin < self.patience:
            if not self.node.alive():
                return time.monotonic() - begin
            time.sleep(0.005)
        self.node.kill()
        return None

    def faults(self):
        """What must never be in its log, and how it ended."""
        out = []
        with open(self.node.err_path, encoding="utf-8", errors="replace") as log:
            report = SANITIZER.search(log.read(8 * MIB))
        if report:
            out.append("sanitizer: " + report.group(0))
        if self.died_of_memory:
            out.append("killed at %d MiB" % (KILLED_ABOVE // MIB))
        elif self.node.process.returncode not in (None, 0, 143, -signal.SIGKILL):
            out.append("it ended with %d" % self.node.process.returncode)
        return out

    def close(self):
        self.watching = False
        if self.node.alive():
            self.node.kill()
        self.watcher.join()
        atexit.unregister(self.close)
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.node.folder, ignore_errors=True)


class Load:
    """ethpoc_hostile_load, running. `figures` after finish()."""

    def __init__(self, program, address, arguments):
        self.figures = {}
        self.process = subprocess.Popen([program, "--to", "%s:%d" % address, *[str(one) for one in arguments]],
                                        stdout=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline().strip() != ""

    def finish(self, seconds=60):
        """Waits for its end, then ends it. Its line of figures, or nothing when the version lacks the message."""
        try:
            text, _ = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            text, _ = self.process.communicate()
        if text.strip():
            self.figures = json.loads(text.splitlines()[-1])
        return self.figures

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.finish(10)
