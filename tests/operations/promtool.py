#!/usr/bin/env python3
"""What --metrics tells, judged by Prometheus' own reader: promtool.py PROGRAM

Skipped where there is no promtool (of the package prometheus, which is 96 MB)."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from node_process import NodeProcess  # noqa: E402


def main():
    promtool = shutil.which("promtool")
    if promtool is None:
        print("skipped: there is no promtool (apt-get install prometheus)")
        return 77
    program = os.path.abspath(sys.argv[1])
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    where = "127.0.0.1:%d" % probe.getsockname()[1]
    probe.close()
    one = NodeProcess(program, "--data-dir", ":memory:", "--metrics", where)
    other = NodeProcess(program, "--data-dir", ":memory:", "--dial", "%s:%d" % one.address, listen="none")
    try:
        assert other.wait_for("hello") is not None, "no peer"
        with urllib.request.urlopen("http://%s/metrics" % where, timeout=10) as answer:
            page = answer.read()
    finally:
        other.kill()
        one.kill()
    done = subprocess.run([promtool, "check", "metrics"], input=page, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=30, check=False)
    print(done.stdout.decode() or "%d bytes of metrics, no complaint" % len(page))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
