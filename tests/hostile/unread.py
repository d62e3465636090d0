"""Stories of those who do not read what the node says beside the protocol: its events, its log, its metrics."""

import atexit
import socket
import subprocess
import time

from good_peers import GoodPeers
from meters import GIVEN_UP_AFTER
from scenarios import figures


def stdout_unread(stage):
    return unread(stage, "stdout")


def stderr_unread(stage):
    return unread(stage, "stderr")


def unread(stage, stream):
    """The stream is a pipe that is full soon, while connections come and go; the log is at its most talkative."""
    program = stage.options.ethpoc
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: subprocess.PIPE}
    node = subprocess.Popen([program, "run", "--json", "--listen", "%s:%d" % address, "--data-dir", ":memory:",
                             "--log.level", "trace"], stdin=subprocess.DEVNULL, **streams)
    atexit.register(node.kill)  # for a suite that is interrupted
    out = {"faults": [], "answer": None, "log": 0, "store": 0, "alive": True, "stopped": True}
    good = wait_for_node(address, 5 * stage.options.slow)
    for attack, seconds in (("disconnect", 2), ("malformed-5", 1)):
        seconds *= 1 if stage.short else 2
        stage.load(address, "--attack", attack, "--connections", 8, "--redials", 300, "--seconds", seconds).finish()
    out["pong"], _ = good.worst()
    with open("/proc/%d/status" % node.pid, encoding="ascii") as status:
        out["memory"] = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    out["alive"] = node.poll() is None
    begin = time.monotonic()
    node.terminate()
    try:
        node.wait(GIVEN_UP_AFTER * stage.options.slow)
        out["term"] = time.monotonic() - begin
    except subprocess.TimeoutExpired:
        node.kill()
        out["term"] = None
    node.wait()
    atexit.unregister(node.kill)
    good.close()
    for pipe in (node.stdout, node.stderr):
        if pipe:
            pipe.close()
    return out


def wait_for_node(address, seconds=5.0):
    until = time.monotonic() + seconds
    while True:
        try:
            return GoodPeers(address)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def metrics_unread(stage):
    """Seventy scrapers: some connect only, some ask half a question, some never read the answers.

    Then an honest one, of another address, must be served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    meter = stage.meter(arguments=["--metrics", "%s:%d" % address])
    good = GoodPeers(meter.node.address)
    good.ready()
    rude = []
    for i in range(70):
        one = socket.create_connection(address, 2, source_address=("127.0.0.5", 0))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.sendall([b"", b"GET /metrics HTTP/1.1\r\n", b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 200][i % 3])
        rude.append(one)
    begin, text = time.monotonic(), b""
    try:
        with socket.create_connection(address, 2) as honest:
            honest.settimeout(3)
            honest.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            while b"ethpoc_" not in text:
                data = honest.recv(65536)
                if not data:
                    break
                text += data
    except OSError:
        pass
    took = time.monotonic() - begin
    out = figures(meter, good, note="metrics after %.2f s" % took)
    if b"ethpoc_" not in text:
        out["faults"].append("an honest scraper got no metrics within 3 s")
    for one in [*rude, good, meter]:
        one.close()
    return out
