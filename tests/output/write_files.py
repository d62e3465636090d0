#!/usr/bin/env python3
"""Every command that writes a file, where it cannot: write_files.py PROGRAM [NAME...]

Each row of WRITERS is a command, each function below it a place or a moment in which files cannot be written: a full disk, a
folder that is not there or of somebody else, a file that exists. What holds for all: the exit code is not 0, the reason is
named, an older file of that name is as it was, no draft is left behind. Exit 0 when all held, 1 when one did not, 2 when
nothing was selected.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
sys.path.insert(0, os.path.join(TESTS, "support"))
from told import Told, read, refused, write  # noqa: E402

CHAIN = os.path.join(TESTS, "chains", "go-p08.jsonl")
SESSION = os.path.join(TESTS, "sessions", "py-v8-pair.jsonl")
NOBODY = 65534
OLDER = b"what was there before\n" * 100


class Writer:
    """A command with OUT for the name that it writes."""

    def __init__(self, name, *arguments, forced=True, listens=False, smallest=600):
        self.name, self.arguments, self.forced, self.listens = name, arguments, forced, listens
        self.smallest = smallest  # bytes that a file may have where the disk is full; fewer than it wants


def writers(folder):
    data = os.path.join(folder, "data")
    return [Writer("pcap", "pcap", "--from", SESSION, "--write", "OUT"),
            Writer("export", "chain", "export", "--data-dir", data, "OUT"),
            Writer("web", "web", "--out", "OUT"),
            Writer("tap", "tap", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--record", "OUT", listens=True,
                   smallest=20),
            # A key is never replaced, so that it has no --force; an older one is read.
            Writer("key", "run", "--listen", "none", "--for", "0.2", "--data-dir", ":memory:", "--node-key", "OUT",
                   forced=False, smallest=20)]


def run(program, writer, out, *more, stop=True, user=None, limit=None, cwd=None):
    """Runs it to its end; one that listens gets SIGTERM as soon as it says so, and its 143 is a success."""
    def prepare():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    command = [program, *[out if word == "OUT" else word for word in writer.arguments], *more]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=prepare, user=user, cwd=cwd) as process:
        timer = threading.Timer(20, process.kill)
        timer.start()
        try:
            first = process.stdout.readline() if writer.listens else b""
            if first and stop and b"listening" in first:
                process.send_signal(signal.SIGTERM)
            rest, err = process.communicate()
        finally:
            timer.cancel()
    code = 0 if writer.listens and process.returncode == 128 + signal.SIGTERM else process.returncode
    return Told(code, first + rest, err)


# ---------------------------------------------------------------- places and moments

def a_new_file(program, writer, folder):
    out = os.path.join(folder, "new")
    told = run(program, writer, out)
    assert told.code == 0 and os.path.getsize(out) > writer.smallest, told
    assert os.listdir(folder) == ["new"], os.listdir(folder)


def a_device_that_is_full(program, writer, folder):
    if writer.name == "key":
        return refused(run(program, writer, "/dev/full"), 3, "not a regular file")
    refused(run(program, writer, "/dev/full"), 3, "/dev/full cannot be written: No space left on device")
    link = os.path.join(folder, "link")
    os.symlink("/dev/full", link)
    refused(run(program, writer, link), 3, "No space left on device")
    assert os.readlink(link) == "/dev/full"


def a_disk_that_is_full(program, writer, folder):
    """Also with an older file, which stays, and with --json, which says the same."""
    out = os.path.join(folder, "out")
    refused(run(program, writer, out, limit=writer.smallest), 3, "File too large")
    assert os.listdir(folder) == [], os.listdir(folder)
    if not writer.forced:
        return
    write(out, OLDER)
    told = run(program, writer, out, "--force", "--json", limit=writer.smallest)
    refused(told, 3, "File too large")
    if not writer.listens:
        assert json.loads(told.out)["error"]["code"] == "file.not_written", told
    assert read(out) == OLDER and os.listdir(folder) == ["out"], os.listdir(folder)


def a_small_disk(program, writer, folder):
    """A disk of its own; only who may mount can have one."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        return "skipped: no mount"
    try:
        write(os.path.join(folder, "other"), b"x" * 4096)
        out = os.path.join(folder, "out")
        refused(run(program, writer, out), 3, "No space left on device")
        assert os.listdir(folder) == ["other"], os.listdir(folder)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        refused(run(program, writer, out), 3, "Read-only file system")
    finally:
        subprocess.run(["umount", folder], check=True)
    return None


def no_folder(program, writer, folder):
    out = os.path.join(folder, "none", "er", "out")
    if writer.name == "key":  # a node makes what it needs
        assert run(program, writer, out).code == 0 and os.path.getsize(out) == 65
        return
    refused(run(program, writer, out), 3, "No such file or directory")
    assert os.listdir(folder) == []


def a_file_for_a_folder(program, writer, folder):
    file = os.path.join(folder, "file")
    write(file, OLDER)
    refused(run(program, writer, os.path.join(file, "out")), 3, "Not a directory")
    assert read(file) == OLDER and os.listdir(folder) == ["file"]


def a_folder_for_a_file(program, writer, folder):
    inner = os.path.join(folder, "inner")
    os.mkdir(inner)
    for more in [[], ["--force"]][:1 + writer.forced]:
        refused(run(program, writer, inner, *more), 3, "not a regular file" if writer.name == "key" else "Is a directory")
        refused(run(program, writer, inner + "/", *more), 2, "is the name of a folder")
    assert os.listdir(inner) == []


def a_folder_of_somebody_else(program, writer, folder):
    if os.geteuid() != 0:
        os.chmod(folder, 0o555)
    user = NOBODY if os.geteuid() == 0 else None
    out = os.path.join(folder, "out")
    refused(run(program, writer, out, user=user), 3, "Permission denied")
    assert os.listdir(folder) == []


def a_file_of_somebody_else(program, writer, folder):
    """A rename asks the folder alone: a file that may not be written must not be replaced through it."""
    if os.geteuid() != 0 or not writer.forced:
        return "skipped"
    out = os.path.join(folder, "out")
    write(out, OLDER)
    os.chmod(folder, 0o777)
    refused(run(program, writer, out, "--force", user=NOBODY), 3, "Permission denied")
    assert read(out) == OLDER and os.listdir(folder) == ["out"]
    return None


def a_file_that_exists(program, writer, folder):
    out = os.path.join(folder, "out")
    write(out, OLDER)
    if not writer.forced:
        os.chmod(out, 0o600)
        refused(run(program, writer, out), 2, "something else")  # a key file with nonsense in it is not replaced
        assert read(out) == OLDER
        return
    told = run(program, writer, out)
    refused(told, 2, "--force")
    assert "out exists" in told.err and read(out) == OLDER, told
    told = run(program, writer, out, "--force")
    fresh = os.path.join(folder, "fresh")
    assert told.code == 0 and run(program, writer, fresh).code == 0, told
    assert read(out) == read(fresh) and sorted(os.listdir(folder)) == ["fresh", "out"]


def a_link(program, writer, folder):
    """The file behind it is written; the link stays a link."""
    if not writer.forced:
        return
    out, link = os.path.join(folder, "out"), os.path.join(folder, "link")
    write(out, OLDER)
    os.symlink("out", link)
    refused(run(program, writer, link), 2, "--force")
    assert run(program, writer, link, "--force").code == 0
    assert os.readlink(link) == "out" and read(out) != OLDER and sorted(os.listdir(folder)) == ["link", "out"]


def names_that_are_none(program, writer, folder):
    for name in ["", " ", "~/out", "x" * 256, "x/" * 2048 + "x", ".", "..", "a/.."]:
        told = run(program, writer, name, cwd=folder)
        assert told.code == 2 and told.err.startswith("ethpoc: "), (name, told)
    assert os.listdir(folder) == []


def a_pipe(program, writer, folder):
    """Needs no --force, is written, and is still a pipe."""
    if writer.name in ("key", "tap"):
        return
    fresh, pipe, heard = os.path.join(folder, "fresh"), os.path.join(folder, "pipe"), []
    assert run(program, writer, fresh).code == 0
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(read(pipe)))
    reader.start()
    told = run(program, writer, pipe)
    reader.join(10)
    assert told.code == 0 and heard == [read(fresh)], told
    assert run(program, writer, "/dev/null").code == 0


def the_standard_output(program, writer, folder):
    """Nothing but the bytes, by each of its names; a full one is named."""
    if writer.name in ("key", "tap"):
        return
    fresh = os.path.join(folder, "fresh")
    assert run(program, writer, fresh).code == 0
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]:
        command = [program, *[name if word == "OUT" else word for word in writer.arguments]]
        into = os.path.join(folder, "into")
        with open(into, "wb") as file:
            file.write(b"before ")
            file.flush()
            done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, timeout=20, check=False)
        assert done.returncode == 0 and read(into) == b"before " + read(fresh), (name, done.stderr)
        with open("/dev/full", "wb") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
        assert done.returncode == 3 and b"No space left on device" in done.stderr, (name, done)


def stopped_in_the_middle(program, writer, folder):
    """A signal at any moment: the older file or the new one, and nothing beside it."""
    if not writer.forced:
        return
    out = os.path.join(folder, "out")
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02):
        write(out, OLDER)
        command = [program, *[out if word == "OUT" else word for word in writer.arguments], "--force"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            timer = threading.Timer(10, process.kill)
            timer.start()
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            process.wait()
            timer.cancel()
            assert process.returncode != -signal.SIGKILL, "it goes on after a signal"
        assert os.listdir(folder) == ["out"], (delay, os.listdir(folder))


PLACES = [a_new_file, a_device_that_is_full, a_disk_that_is_full, a_small_disk, no_folder, a_file_for_a_folder,
          a_folder_for_a_file, a_folder_of_somebody_else, a_file_of_somebody_else, a_file_that_exists, a_link,
          names_that_are_none, a_pipe, the_standard_output, stopped_in_the_middle]


def a_full_standard_output(program):
    """Commands that write to no file say why nothing came, too."""
    for command in (["rlp", "show", "c0"], ["wire", "show", "2240089100000002c102", "--json"], ["protocols"], ["errors"],
                    ["web"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program, *command], stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
        assert done.returncode == 3 and b"No space left on device" in done.stderr, (command, done)
    return "ok"


def attempt(place, program, writer):
    with tempfile.TemporaryDirectory(prefix="ethpoc-write-") as folder:
        os.chmod(folder, 0o755)
        try:
            return place(program, writer, folder) or "ok"
        except (AssertionError, OSError, subprocess.SubprocessError, ValueError) as error:
            return "FAIL %s: %s" % (type(error).__name__, error)


def main(program, names):
    failed = done = 0
    with tempfile.TemporaryDirectory(prefix="ethpoc-write-") as base:
        os.chmod(base, 0o755)
        data = os.path.join(base, "data")
        subprocess.run([program, "chain", "import", CHAIN, "--data-dir", data], check=True, stdout=subprocess.DEVNULL)
        for place in PLACES:
            for writer in writers(base):
                name = "%s %s" % (writer.name, place.__name__)
                if names and not any(one in name for one in names):
                    continue
                said = attempt(place, program, writer)
                done += 1
                failed += said.startswith("FAIL")
                if said != "ok":
                    print("%-36s %s" % (name, said), flush=True)
    if not names:
        a_full_standard_output(program)
    print("%d passed, %d failed" % (done - failed, failed))
    return 2 if done == 0 else 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
