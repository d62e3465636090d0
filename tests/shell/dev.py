"""What ./dev shows while it builds, and that it asks before it removes packages: with a cmake and an apt-get that only say so.

    dev.py
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 60
WIDTH = 50
FAKES = {
    # One configures, the other prints as many steps as a file says and ends as another one says.
    "cmake": """if [[ $1 == --build ]]; then
    steps=$(cat "$STATE/steps")
    for ((i = 1; i <= steps; i++)); do printf '[%d/%d] Building CXX object rlp/CMakeFiles/ethpoc_rlp.dir/a_step_whose_name_is_longer_than_the_terminal_is_wide_%d.cpp.o\\n' "$i" "$steps" "$i"; done
    [[ ! -e $STATE/fails ]] || { echo "step.cpp:7: error: no such thing"; exit 1; }
else
    mkdir -p build/release
fi""",
    "dpkg-query": """[[ ${*: -1} == libboost1.81-dev && -e $STATE/missing ]] || printf installed""",
    "apt-cache": """if [[ $1 == policy ]]; then echo "  Candidate: 1.81"
elif [[ $2 == libboost1.81-dev ]]; then printf '  Conflicts: <libboost1.42-dev>\\n  Conflicts: libboost1.74-dev\\n'; fi""",
    "apt-get": """if [[ " $* " == *" -s "* ]]; then printf 'Remv libboost1.74-dev [1.74]\\nRemv libboost-dev [1.74]\\nInst libboost1.81-dev\\n'
else echo "$*" >>"$STATE/installed"; fi""",
    "id": "echo 0",
}


class Tree:
    """A folder with ./dev and the fakes, which do as the files of its `state` say."""

    def __init__(self, folder):
        self.folder, self.state = folder, folder / "state"
        for name in ("state", "bin", "config"):
            (folder / name).mkdir()
        for name in ("dev", "config/packages.sh", "config/packages.list"):
            shutil.copy2(ROOT / name, folder / name)
        for name, body in FAKES.items():
            (folder / "bin" / name).write_text("#!/usr/bin/env bash\n" + body + "\n")
            (folder / "bin" / name).chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if k not in ("CI", "ETHPOC_JOBS")}
        self.environment = {**kept, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "STATE": str(self.state), "TERM": "xterm"}
        self.set("steps", "40")

    def set(self, name, text=""):
        (self.state / name).write_text(text)

    def installed(self):
        """What apt-get was told to install since the last question."""
        file = self.state / "installed"
        text = file.read_text() if file.exists() else ""
        file.unlink(missing_ok=True)
        return text

    def piped(self, **more):
        done = subprocess.run(["./dev", "build"], cwd=self.folder, env={**self.environment, **more}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT)
        return done.returncode, done.stdout, done.stderr

    def on_terminal(self, answer=None, **more):
        """Exit code and all that a terminal of WIDTH columns gets; `answer` is typed when something is asked."""
        main, other = pty.openpty()
        subprocess.run(["stty", "cols", str(WIDTH)], stdin=other, check=True)
        process = subprocess.Popen(["./dev", "build"], cwd=self.folder, env={**self.environment, **more}, stdin=other, stdout=other, stderr=other)
        os.close(other)
        got, end = b"", time.monotonic() + LIMIT
        while time.monotonic() < end:
            if select.select([main], [], [], 0.5)[0]:
                try:
                    got += os.read(main, 65536)
                except OSError:  # nobody has it open any more
                    break
                if answer is not None and b"[y/N]" in got:
                    os.write(main, answer.encode() + b"\n")
                    answer = None
        os.close(main)
        return process.wait(timeout=LIMIT), got.decode()


def check_progress(tree):
    code, out, err = tree.piped()
    said = re.findall(r"^dev: (\d+) % built, step (\d+) of 40$", err, re.M)
    assert code == 0 and out == "", (code, out)
    assert said == [(str(10 * n), str(4 * n)) for n in range(1, 11)], err
    assert (tree.folder / "build/release.log").read_text().count("\n") == 40

    code, got = tree.on_terminal()
    moves = re.findall(r"\r\x1b\[K([^\r]+)", got)
    assert code == 0 and len(moves) == 40, got
    assert moves[9].startswith("dev: 25 %, step 10 of 40: a_step_whose") and max(map(len, moves)) < WIDTH, moves
    assert got.endswith("\r\x1b[K") and "built" not in got, got

    tree.set("steps", "3")
    code, out, err = tree.piped()
    assert code == 0 and "built" not in err, err

    tree.set("fails")
    for code, got in (tree.piped()[::2], tree.on_terminal()):
        assert code == 2 and "step.cpp:7: error" in got and "the build failed (all of it: build/release.log)" in got, got
        assert "[1/3]" not in got, got
    (tree.state / "fails").unlink()


def check_removals(tree):
    what = "conflict with what is needed and are removed: libboost1.74-dev libboost-dev"
    why = "libboost1.81-dev cannot stand beside libboost1.74-dev; needed: Asio, Beast; conflicts with libboost-dev"
    tree.set("missing")
    code, _, err = tree.piped()
    assert code == 0 and what in err and why in err and "[y/N]" not in err, err
    assert "install -y" in tree.installed()
    for answer in ("", "n", "no thanks"):
        code, got = tree.on_terminal(answer)
        assert code == 2 and what in got and why in got and "nothing was installed and nothing removed" in got, got
        assert tree.installed() == ""
    code, got = tree.on_terminal("y")
    assert code == 0 and "libboost1.81-dev" in tree.installed(), got
    code, got = tree.on_terminal(CI="true")
    assert code == 0 and "[y/N]" not in got and "libboost1.81-dev" in tree.installed(), got


def main():
    with tempfile.TemporaryDirectory(prefix="ethpoc-dev-") as folder:
        tree = Tree(pathlib.Path(folder))
        check_progress(tree)
        check_removals(tree)
    print("progress and removals: as they should be")


if __name__ == "__main__":
    main()
