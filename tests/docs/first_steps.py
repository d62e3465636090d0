"""Whether the first steps are as few as docs/first-steps.md promises: first_steps.py ETHPOC

The commands of the teacher and the developer are counted and run as they stand, in a folder in which `./dev` stands for a build
that is done, and xdg-open for a browser. Of the library's section the words are counted, and its program must be the example's.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORDS_A_MINUTE = 200
PROMISED = {"A teacher": 3, "A developer": 1}
STANDS_FOR = {
    "dev": """case $1 in build) ;; run) exec build/release/ethpoc demo ;; *) exit 2 ;; esac""",
    "bin/xdg-open": """cp "$1" opened.html""",
}


def section(text, beginning):
    """The section whose heading begins like this."""
    return re.search(rf"^## {beginning}.*?\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]


def prepare(program, folder):
    for name, body in STANDS_FOR.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/usr/bin/env bash\n{body}\n")
        file.chmod(0o755)
    (folder / "build/release").mkdir(parents=True)
    (folder / "build/release/ethpoc").symlink_to(program)


def run(command, folder):
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("ETHPOC")}, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stderr}"
    return done.stdout


def check_commands(program, text):
    dev_help = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, timeout=60, check=True).stdout
    with tempfile.TemporaryDirectory(prefix="ethpoc-first-") as name:
        folder = pathlib.Path(name)
        prepare(program, folder)
        printed = ""
        for who, promised in PROMISED.items():
            commands = re.search(r"^```\n(.*?)^```$", section(text, who), re.M | re.S)[1].splitlines()
            assert len(commands) == promised, f"{who}: {len(commands)} commands, {promised} are promised"
            for command in commands:
                word = re.match(r"\./dev ([a-z]+)", command)
                assert not word or re.search(rf"^  {word[1]}\b", dev_help, re.M), f"{command}: ./dev help does not know it"
                printed = run(command, folder)
        assert printed.count("GetChain") > 3 and "The heads are equal." in printed, printed
        page = (folder / "opened.html").read_text(encoding="utf-8")
        lessons = sorted((ROOT / "docs/course").glob("[0-9]-*.md"))
        missing = [lesson.name for lesson in lessons if lesson.name not in page]
        assert lessons and not missing, f"the page has no lesson {missing}"


def check_library():
    text = section((ROOT / "docs/library.md").read_text(encoding="utf-8"), "A struct of your own")
    words = len(text.split())
    assert words <= WORDS_A_MINUTE, f"{words} words are more than a minute of reading"
    program = re.search(r"^```cpp\n(.*?)^```$", text, re.M | re.S)[1]
    assert program in (ROOT / "examples/decode_struct.cpp").read_text(encoding="utf-8"), "it is not that of examples/decode_struct.cpp"
    return words


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    check_commands(program, (ROOT / "docs/first-steps.md").read_text(encoding="utf-8"))
    words = check_library()
    print(f"three commands, one command, {words} words: {words * 60 // WORDS_A_MINUTE} s of reading")


if __name__ == "__main__":
    main()
