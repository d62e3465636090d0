#!/usr/bin/env python3
"""A running node as its operator sees it: operations.py PROGRAM [NAME...]

The control socket and `ethpoc peers`, on a running node and on the files of a stopped one; SIGHUP; what is told to the service
manager; metrics and health. Exit 0 when all held, 1 when one did not, 2 when nothing was selected.
"""

import http.server
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
sys.path.insert(0, os.path.join(TESTS, "output"))
from cases import run_cases  # noqa: E402
from node_process import NodeProcess  # noqa: E402
from told import Told, read, refused, write  # noqa: E402

PATIENCE = 10.0
nodes = []


def node(program, *arguments, **options):
    one = NodeProcess(program, *arguments, **options)
    nodes.append(one)
    return one


def end_all():
    for one in nodes:
        if one.alive():
            one.kill()
    nodes.clear()


def run(program, *arguments):
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=20, check=False)
    return Told(done.returncode, done.stdout, done.stderr)


def peers(program, data, *arguments):
    return run(program, "peers", *arguments, "--data-dir", data)


def document(program, data, *arguments):
    told = peers(program, data, *arguments, "--json")
    assert told.code == 0, told
    return json.loads(told.out)


def wait_until(holds, what):
    until = time.monotonic() + PATIENCE
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < until, "not within %g s: %s" % (PATIENCE, what)
        time.sleep(0.02)


def raw(data, request):
    """All that the control socket answers, as anything that speaks HTTP would hear it."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        client.connect(os.path.join(data, "control.sock"))
        client.sendall(request)
        out = b""
        while True:
            more = client.recv(65536)
            if not more:
                return out.decode()
            out += more


def two_nodes(program, folder):
    """One with a data directory, and one that has dialled it and shaken hands."""
    data = os.path.join(folder, "data")
    one = node(program, "--data-dir", data, "--protocol", "30")
    other = node(program, "--data-dir", ":memory:", "--protocol", "30", "--dial", "%s:%d" % one.address, listen="none")
    return data, one, other


def ready_peers(program, data):
    return [one for one in document(program, data, "list")["peers"] if one["ready"]]


def status_of_a_running(program, data, said):
    """What `ethpoc status` makes of `said`, the answer of the control socket."""
    told = run(program, "status", "--data-dir", data, "--json")
    shown = json.loads(told.out)
    assert told.code == 0 and shown["running"] is True, told
    assert all(shown[key] == said[key] for key in ("client_id", "listen", "peers", "bans", "known")), (shown, said)
    assert shown["head"] == {**said["head"], "protocol": shown["head"]["protocol"]} and shown["head"]["number"] == 0, shown
    assert shown["sync"] == said["sync"] and shown["state"] == {"check": "on", "checked_to": None}, shown
    page = run(program, "status", "--data-dir", data)
    assert page.code == 0 and "1 connection (1 in, 0 out), 1 ready" in page.out, page
    assert page.out.endswith("next: `ethpoc peers list --data-dir %s`\n" % data), page
    lines = run(program, "status", "--data-dir", data, "--watch", "--every", "0.1", "--for", "0.25", "--json").raw.splitlines()
    assert len(lines) >= 2 and {json.loads(line)["event"] for line in lines} == {"status"}, lines
    told = run(program, "status", "--data-dir", data, "--watch", "--for", "0.05")
    assert told.code == 0 and told.out.endswith("\n\n") and "listening   %s" % said["listen"] in told.out, told


def running_node(program, folder):
    data, one, other = two_nodes(program, folder)
    peer = wait_until(lambda: ready_peers(program, data), "a peer that is ready")[0]
    mode = os.stat(os.path.join(data, "control.sock")).st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600, oct(mode)
    assert peer["direction"] == "inbound" and peer["protocol"] == "30" and "ethpoc" in peer["client_id"], peer
    assert peer["messages_in"] > 0 and peer["bytes_out"] > 0 and peer["queue_limit"] > 0, peer
    told = peers(program, data, "list")
    assert told.code == 0 and told.out.startswith("PEER") and peer["peer"] in told.out, told
    shown = document(program, data, "show", peer["peer"])
    assert [row["id"] for row in shown["peers"]] == [peer["id"]] and shown["running"] is True, shown
    assert "client        ethpoc" in peers(program, data, "show", peer["peer"]).out
    refused(peers(program, data, "show", "192.0.2.1:1"), 1, "neither connected nor known")
    refused(peers(program, data, "ban", "example.org"), 2, "an IP address")
    refused(peers(program, data, "add", "192.0.2.1"), 2, "HOST:PORT")
    assert raw(data, b"GET /peers HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 200 OK\r\n")
    status = json.loads(raw(data, b"GET /status HTTP/1.1\r\n\r\n").split("\r\n\r\n", 1)[1])
    assert status["peers"] == {"connections": 1, "ready": 1, "inbound": 1, "outbound": 0}, status
    assert status["listen"] == "%s:%d" % one.address, status
    status_of_a_running(program, data, status)
    slow = [socket.socket(socket.AF_UNIX) for _ in range(50)]  # that never finish
    for i, client in enumerate(slow):
        client.connect(os.path.join(data, "control.sock"))
        client.sendall([b"", b"GET /pee", b"POST /peers/add HTTP/1.1\r\nContent-Length: 60000\r\n\r\n"][i % 3])
    assert ready_peers(program, data)
    for client in slow:
        client.close()
    # Its peer is banned, and comes back when that is over.
    assert document(program, data, "ban", "127.0.0.1", "--for", "600", "--reason", "to try it")["running"] is True
    wait_until(lambda: not document(program, data, "list")["peers"], "a banned peer that has gone")
    bans = document(program, data, "list", "--bans")["bans"]
    assert [(ban["address"], ban["reason"]) for ban in bans] == [("127.0.0.1", "to try it")], bans
    assert "to try it" in peers(program, data, "list", "--bans").out
    document(program, data, "unban", "127.0.0.1")
    refused(peers(program, data, "unban", "127.0.0.1"), 1, "not banned")
    assert peers(program, data, "list", "--bans").out == "nobody is banned\n"
    assert other.alive()


def orders(program, folder):
    """Dial, and end, at run time."""
    data, one, other = os.path.join(folder, "data"), None, None
    one = node(program, "--data-dir", data, "--protocol", "30", listen="none")
    other = node(program, "--data-dir", ":memory:", "--protocol", "30")
    address = "%s:%d" % other.address
    wait_until(lambda: peers(program, data, "list", "--json").code == 0 and document(program, data, "list")["running"],
               "a control socket")
    assert "a special peer" in peers(program, data, "add", address, "--special").out
    peer = wait_until(lambda: ready_peers(program, data), "the peer that was added")[0]
    assert peer["peer"] == address and peer["direction"] == "outbound" and peer["special"] is True, peer
    assert document(program, data, "list")["special"] == [address]
    lines = [json.loads(line) for line in peers(program, data, "watch", "--every", "0.1", "--for", "0.25", "--json").raw.splitlines()]
    assert len(lines) >= 2 and all(line["event"] == "peers" and line["peers"] for line in lines), lines
    assert "1 peer (1 ready)" in peers(program, data, "watch", "--for", "0.05").out
    assert peers(program, data, "remove", address).code == 0
    wait_until(lambda: not document(program, data, "list")["peers"], "a removed peer that has gone")
    assert document(program, data, "list")["special"] == []
    refused(peers(program, data, "remove", address), 1, "neither connected nor known")
    assert one.stop() == 128 + signal.SIGTERM or one.process.returncode == 143
    assert not os.path.exists(os.path.join(data, "control.sock"))
    refused(peers(program, data, "watch"), 3, "no node is running")
    refused(run(program, "status", "--watch", "--data-dir", data), 3, "`ethpoc status` shows what it has kept")


def stale_socket(program, folder):
    data = os.path.join(folder, "data")
    one = node(program, "--data-dir", data)
    wait_until(lambda: document(program, data, "list")["running"], "a control socket")
    second = run(program, "run", "--data-dir", data, "--listen", "none", "--for", "1")
    assert second.code == 3, second
    assert document(program, data, "list")["running"] is True  # it has not taken the socket from the first
    one.kill()
    assert os.path.exists(os.path.join(data, "control.sock"))
    assert document(program, data, "list")["running"] is False
    node(program, "--data-dir", data)
    wait_until(lambda: document(program, data, "list")["running"], "a socket that replaced the dead one")


def stopped_node(program, folder):
    data = os.path.join(folder, "data")
    refused(peers(program, data, "list"), 3, "no such folder")
    refused(run(program, "peers", "list", "--data-dir", ":memory:"), 2, "give --data-dir")
    refused(run(program, "status", "--data-dir", data), 1, "`ethpoc run --data-dir")
    os.mkdir(data)
    refused(run(program, "status", "--data-dir", data), 1, "`ethpoc run --data-dir")
    refused(run(program, "status", "--data-dir", ":memory:"), 2, "give --data-dir")
    assert document(program, data, "add", "192.0.2.1:30303") == {"running": False, "done": True, "peer": "192.0.2.1:30303"}
    assert "when it starts" in peers(program, data, "ban", "192.0.2.7", "--reason", "to try it").out
    document(program, data, "add", "127.0.0.1:9", "--special")
    assert [row["peer"] for row in document(program, data, "list", "--known")["known"]] == ["192.0.2.1:30303"]
    assert "192.0.2.1:30303 new" in peers(program, data, "list", "--known").out
    told = run(program, "status", "--data-dir", data)
    assert told.code == 0 and "not running" in told.out and "there is no chain yet" in told.out, told
    assert json.loads(run(program, "status", "--data-dir", data, "--json").out) == {
        "running": False, "head": None, "state": None, "known": {"tried": 0, "new": 1}, "bans": 1, "special": ["127.0.0.1:9"]}
    told = peers(program, data, "list")
    assert told.code == 0 and "special: 127.0.0.1:9" in told.out and "no node is running" in told.err, told
    file = os.path.join(data, "peers.txt")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    whole = read(file)
    write(file, whole + b"nonsense\n")
    assert "cannot be read: 1" in peers(program, data, "list", "--bans").err
    # The node that starts knows of it, and while it runs nobody changes the file behind its back.
    one = node(program, "--data-dir", data)
    wait_until(lambda: document(program, data, "list")["running"], "a control socket")
    assert [ban["address"] for ban in document(program, data, "list", "--bans")["bans"]] == ["192.0.2.7"]
    assert document(program, data, "list")["special"] == ["127.0.0.1:9"]
    os.unlink(os.path.join(data, "control.sock"))
    assert peers(program, data, "ban", "192.0.2.8").code == 3
    assert one.alive()


def no_room_for_a_socket(program, folder):
    data = os.path.join(folder, "x" * 100)
    one = node(program, "--data-dir", data)
    wait_until(lambda: one.log_lines("at most 107 bytes"), "a sentence about the name")
    assert one.alive()
    assert document(program, data, "list")["running"] is False


def reload_and_notify(program, folder):
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(os.path.join(folder, "notify"))
    told.settimeout(PATIENCE)
    settings = os.path.join(folder, "ethpoc.toml")
    write(settings, b"max-peers = 7\n")
    os.environ["NOTIFY_SOCKET"] = os.path.join(folder, "notify")
    try:
        one = node(program, "--data-dir", os.path.join(folder, "data"), "--config", settings)
    finally:
        del os.environ["NOTIFY_SOCKET"]
    ready = told.recv(1000).decode()
    assert ready == "READY=1\nSTATUS=listening on %s:%d\n" % one.address, ready
    other = node(program, "--data-dir", ":memory:")
    write(settings, b'max-peers = 8\ngenesis = "poc7"\ndial = ["%s:%d"]\nlog.level = "debug"\n'
          % (other.address[0].encode(), other.address[1]))
    one.process.send_signal(signal.SIGHUP)
    assert told.recv(1000).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert told.recv(1000).startswith(b"READY=1\n")
    line = wait_until(lambda: one.log_lines("read again"), "a line about what has changed")[0]
    assert line.endswith("changed: dial, max-peers, log.level; only a restart changes: genesis"), line
    wait_until(lambda: one.find("hello"), "the new peer of the settings")
    write(settings, b"max-peers = none\n")
    one.process.send_signal(signal.SIGHUP)
    wait_until(lambda: one.log_lines("the settings stay as they are"), "a complaint about the settings")
    assert one.alive() and [told.recv(1000)[:9], told.recv(1000)[:9]] == [b"RELOADING", b"READY=1\nS"]
    assert one.stop() == 143
    assert told.recv(1000) == b"STOPPING=1\n"
    told.close()


def health(program, folder):
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    where = "127.0.0.1:%d" % probe.getsockname()[1]
    probe.close()
    one = node(program, "--data-dir", ":memory:", "--metrics", where)
    with urllib.request.urlopen("http://%s/health" % where, timeout=PATIENCE) as answer:
        verdict = json.loads(answer.read())
    assert verdict["well"] is True and "listening on" in verdict["sentence"], verdict
    with urllib.request.urlopen("http://%s/metrics" % where, timeout=PATIENCE) as answer:
        assert b"\nethpoc_healthy 1\n" in answer.read()
    assert one.stop() == 143
    node(program, "--data-dir", ":memory:", "--metrics", where, listen="none")

    def verdict_of_a_lonely_one():
        try:
            urllib.request.urlopen("http://%s/health" % where, timeout=PATIENCE).close()
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return None
        raise AssertionError("a node without peers and listener says that it is well")
    code, verdict = wait_until(verdict_of_a_lonely_one, "an answer")
    assert code == 503 and verdict["well"] is False and "no peers" in verdict["sentence"], verdict


class SeedsHandler(http.server.BaseHTTPRequestHandler):
    """The list of its server at /seeds.txt, 404 elsewhere; what was asked is kept."""

    def do_GET(self):
        self.server.asked.append(self.path)
        found = self.path == "/seeds.txt"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(self.server.seeds if found else b"nothing here")

    def log_message(self, *_):
        pass


def seeds_by_url(program, folder):
    """A node that knows nobody gets its first peer from a list at a URL; what cannot be fetched stops nobody."""
    other = node(program, "--data-dir", ":memory:", "--protocol", "30")
    with http.server.HTTPServer(("127.0.0.1", 0), SeedsHandler) as server:
        server.asked, server.seeds = [], b"# ours\r\n%s:%d # the other\r\nnobody\r\n" % (other.address[0].encode(), other.address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            where = "http://127.0.0.1:%d/" % server.server_port
            lonely = ["--data-dir", ":memory:", "--protocol", "30", "--allow-private", "--target-peers", "1", "--seeds"]
            one = node(program, *lonely, where + "seeds.txt", listen="none")
            assert one.wait_for("hello"), one.log_lines()
            assert server.asked == ["/seeds.txt"], server.asked
            assert one.log_lines("1 line is not IP:PORT"), one.log_lines()
            assert one.stop() == 143
            lost = node(program, *lonely, where + "lost.txt")
            wait_until(lambda: lost.log_lines("status 404 instead of 200"), "a complaint about the seeds")
            assert lost.alive() and lost.stop() == 143
        finally:
            server.shutdown()
    for seeds, reason in (("https://example.org/seeds.txt", "https is not supported"), ("ftp://example.org/x", "http://"),
                          ("http://me@127.0.0.1/", "user name"), ("http://127.0.0.1:0/", "port")):
        refused(run(program, "run", "--listen", "none", "--data-dir", ":memory:", "--for", "1", "--seeds", seeds), 2, reason)
    refused(run(program, "run", "--listen", "none", "--data-dir", ":memory:", "--for", "1", "--seeds", folder), 3, "cannot be read")
    lists = os.path.join(folder, "seeds.txt")
    write(lists, b"# ours\n\n127.0.0.1\n")
    refused(run(program, "run", "--listen", "none", "--data-dir", ":memory:", "--for", "1", "--seeds", lists), 2, "line 3")


CASES = [running_node, orders, stale_socket, stopped_node, no_room_for_a_socket, reload_and_notify, health, seeds_by_url]


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]

    def guarded(case):
        def one(folder):
            try:
                return case(program, folder)
            finally:
                end_all()
        one.__name__ = case.__name__
        return one

    with tempfile.TemporaryDirectory(prefix="ethpoc-test-") as base:
        return run_cases([guarded(case) for case in CASES], names, base)


if __name__ == "__main__":
    sys.exit(main())
