"""Pictures of ethpoc in a terminal: terminal.py ETHPOC FOLDER [--only NAME...] | terminal.py ETHPOC --check FILE.svg

Each command runs in a terminal of its own, 80 or 100 columns wide, and becomes NAME-black.svg and NAME-white.svg: what it
printed, with xterm's colours. A look whose letters are hard to tell from what is behind them is named, and so is a line that
did not fit. --check tells whether a picture in docs/pictures still shows what its command prints; digits may differ.
"""
import argparse
import fcntl
import html
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import screen as terminal  # noqa: E402  (found by the line above)

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 60
LEAST_CONTRAST = 3.0
# name, columns, how many of the last lines (0: all), command; {port} is that of a node with 40 blocks of C++ 0.3.10
COMMANDS = [
    ("demo", 80, 0, "ethpoc demo"),
    ("help", 80, 0, "ethpoc --help"),
    ("help-dial", 100, 0, "ethpoc dial --help"),
    ("rlp-show", 80, 0, "ethpoc rlp show cd83636174c48205398180 83646f67"),
    ("rlp-explain", 80, 0, "ethpoc rlp explain c88363617483646f67"),
    ("wire-show", 80, 0, "ethpoc wire show 2240089100000002c102 ffff 2240089100000003c28102"),
    ("pcap", 100, 0, "ethpoc pcap samples/handshake.pcap"),
    ("dial", 100, 0, "ethpoc dial 127.0.0.1:{port} --until synced --trace --data-dir :memory:"),
    ("conform", 100, 0, "ethpoc conform 127.0.0.1:{port} R01 R02 R03 D01 D02 F01 F02 F03"),
    ("error", 80, 0, "ethpoc rlp chek 80"),
    ("peers-watch", 100, 0, "ethpoc peers watch --data-dir node --for 2"),
]
README = {"demo": 15}  # the pictures of docs/pictures, with how many lines they have


def environment(program, folder):
    bin_folder = folder / ".bin"
    if not bin_folder.exists():
        bin_folder.mkdir()
        (bin_folder / "ethpoc").symlink_to(program)
        (folder / "samples").symlink_to(ROOT / "samples")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ETHPOC") and k not in ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "CI")}
    return {**kept, "PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}


def shown(command, columns, folder, env):
    """The Screen after a command has run in a terminal."""
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(["bash", "-c", command], cwd=folder, env=env, stdin=other, stdout=other, stderr=other, start_new_session=True)
    os.close(other)
    got, end = b"", time.monotonic() + LIMIT
    while time.monotonic() < end:
        if not select.select([main], [], [], 0.5)[0]:
            continue
        try:
            block = os.read(main, 65536)
        except OSError:  # nobody has it open any more
            break
        if not block:
            break
        got += block
    os.close(main)
    if process.poll() is None and time.monotonic() >= end:
        process.kill()
        raise RuntimeError(f"{command}: not done after {LIMIT} s")
    process.wait(timeout=LIMIT)
    screen = terminal.Screen(columns)
    screen.feed(got.decode("utf-8", "replace"))
    return screen


def with_prompt(rows, command, last):
    """The command above what it printed, of which only the last lines may be wanted."""
    prompt = [[("$", terminal.Look(dim=True)), (" ", terminal.Look()), *((letter, terminal.Look(bold=True)) for letter in command)]]
    if 0 < last < len(rows):
        return prompt + [[(letter, terminal.Look(dim=True)) for letter in "..."]] + rows[-last:]
    return prompt + rows


def complaints(name, screen):
    """What a reader would not like."""
    if screen.wrapped:
        yield f"{name}: {screen.wrapped} lines are longer than {screen.columns} columns"
    seen = {}
    for cells in screen.lines():
        for _, text, look in terminal.runs(cells):
            seen.setdefault(look, text.strip())
    for look, text in seen.items():
        for ground in terminal.GROUNDS:
            found = terminal.contrast(*terminal.colours(look, ground))
            if text and found < LEAST_CONTRAST:
                yield f"{name}: \"{text[:30]}\" on {ground}: contrast {found:.1f}"


class Node:
    """`ethpoc run` with 40 blocks and a peer that has connected to it."""

    def __init__(self, folder, env):
        def ethpoc(*words):
            return [folder / ".bin/ethpoc", *words]
        quiet = {"cwd": folder, "env": env, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(ethpoc("chain", "import", str(ROOT / "tests/chains/cpp-0.3.10.jsonl"), "--data-dir", "node"), check=True, timeout=LIMIT, **quiet)
        self.processes = [subprocess.Popen(ethpoc("run", "--json", "--listen", "127.0.0.1:0", "--data-dir", "node", "--target-peers", "0"),
                                           **{**quiet, "stdout": subprocess.PIPE})]
        line = self.processes[0].stdout.readline().decode()
        self.port = re.search(r"127\.0\.0\.1:(\d+)", line)[1]
        self.processes.append(subprocess.Popen(ethpoc("run", "--listen", "none", "--data-dir", ":memory:", "--dial", f"127.0.0.1:{self.port}",
                                                      "--target-peers", "0", "--client-id", "Ethereum(++)/neighbour"), **quiet))

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.communicate(timeout=LIMIT)


def draw(program, out, only):
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ethpoc-pictures-") as name:
        folder = pathlib.Path(name)
        env = environment(program, folder)
        node = Node(folder, env)
        try:
            for name, columns, last, command in COMMANDS:
                if only and name not in only:
                    continue
                command = command.format(port=node.port)
                screen = shown(command, columns, folder, env)
                rows = with_prompt(screen.lines(), command, last)
                for ground in terminal.GROUNDS:
                    (out / f"{name}-{ground}.svg").write_text(terminal.svg(rows, columns, ground, command), encoding="utf-8")
                if name in README:
                    rows = with_prompt(screen.lines(), command, README[name])
                    (out / f"{name}.svg").write_text(terminal.svg(rows, columns, "black", command), encoding="utf-8")
                print(f"{name}: {len(rows)} lines")
                for complaint in complaints(name, screen):
                    print(f"  {complaint}")
        finally:
            node.stop()
    write_index(out)


def write_index(out):
    """A page with all pictures of the folder, those of the page too."""
    names = sorted([f"{name}-{ground}.svg" for name, *_ in COMMANDS for ground in terminal.GROUNDS])
    names += [f"page-{state}-{width}-{theme}.png" for state in ("hello", "wrong", "capture") for width in (390, 768, 1400) for theme in ("light", "dark")]
    figures = [f'<figure><figcaption>{name}</figcaption><img src="{name}" alt="{name}"></figure>' for name in names]
    (out / "index.html").write_text("<!doctype html><meta charset=utf-8><title>ethpoc in pictures</title>\n" + "\n".join(figures) + "\n", encoding="utf-8")


def masked(line):
    """A line in which numbers, and how many blanks there are, make no difference."""
    return re.sub(r"[0-9a-f]*\d[0-9a-f.:]*", "#", " ".join(line.split()))


def check(program, picture):
    """Whether the picture shows the last lines of what its command prints now."""
    text = picture.read_text(encoding="utf-8")
    lines = {}
    for y, words in re.findall(r'<text x="[^"]*" y="([^"]*)"[^>]*>([^<]*)</text>', text):
        lines.setdefault(float(y), []).append(html.unescape(words).replace("\u00a0", " "))
    drawn = [" ".join(lines[y]) for y in sorted(lines)]
    with tempfile.TemporaryDirectory(prefix="ethpoc-pictures-") as name:
        screen = shown(drawn[0].removeprefix("$ "), 80, pathlib.Path(name), environment(program, pathlib.Path(name)))
    printed = ["".join(letter for letter, _ in cells) for cells in screen.lines()]
    printed = [line for line in printed if line.strip()]
    drawn = drawn[2 if drawn[1] == "..." else 1:]
    wrong = [(a, b) for a, b in zip(drawn, printed[-len(drawn):]) if masked(a) != masked(b)]
    for a, b in wrong:
        print(f"{picture.name}: shows    {a}\n{' ' * len(picture.name)}  printed  {b}")
    print(f"{len(drawn)} lines, {len(wrong)} differ" + ("; ./dev pictures draws it anew" if wrong else ""))
    return 1 if wrong or len(drawn) < 5 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--check", type=pathlib.Path)
    options = parser.parse_args()
    if options.check:
        return check(options.program.resolve(), options.check)
    draw(options.program.resolve(), options.folder or ROOT / "build/pictures", options.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
