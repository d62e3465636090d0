#!/usr/bin/env python3
"""Runs what the course, the README and docs/*.md tell people to type, and compares what is printed: run.py ETHPOC [--update]

Lessons, and the notes with their solutions: in ```console blocks, `$ COMMAND` and below it exactly what it prints, both
streams together. The commands of a page share a folder that stands for the project and a home; they leave nothing in the
first. --update writes what is printed into the pages. Each lesson ends with an exercise, whose indented commands the notes
run. README and docs/*.md: the same for `$ ` lines, where a line `...` makes it an excerpt; other commands are only asked
whether they exist.
"""
import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
TOLD = re.compile(r"^ {4}(ethpoc .*)$", re.M)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
WIDTH = 80
LINKED = ("samples", "tests", "config", "sim", "docs")
COURSE = ROOT / "docs" / "course"
WATCHED = (COURSE, ROOT / "samples", ROOT / "tests" / "sessions")  # folders that commands of the course name
USAGE_OR_WORSE = 2


class Shell:
    """A folder that stands for the project, a home, and the program on the path."""

    def __init__(self, program, scratch):
        self.folder = scratch / "ethpoc"
        bin_folder = scratch / "bin"
        self.home = scratch / "home"
        for folder in (self.folder, bin_folder, self.home):
            folder.mkdir()
        (bin_folder / "ethpoc").symlink_to(program)
        for name in LINKED:
            (self.folder / name).symlink_to(ROOT / name)
        keep = {k: v for k, v in os.environ.items() if not k.startswith("ETHPOC") and k not in ("NO_COLOR", "CLICOLOR_FORCE")}
        self.environment = {**keep, "PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(self.home), "LC_ALL": "C.UTF-8"}

    def run(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        return done.returncode, done.stdout.decode().replace(str(self.home), "/home/you")

    def left_behind(self):
        """Names in the folder of the project that do not belong there."""
        return sorted(path.name for path in self.folder.iterdir() if path.name not in LINKED)


def steps(block):
    """[(command, what stands below it)]"""
    out = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            out.append([line[2:].rstrip("\n"), ""])
        elif out:
            out[-1][1] += line
    return out


def check_lesson(path, shell, update, problems):
    """The number of commands that were run."""
    count = 0

    def run_block(match):
        nonlocal count
        new = ""
        for command, wanted in steps(match[1]):
            count += 1
            code, got = shell.run(command)
            new += f"$ {command}\n{got}"
            if code >= USAGE_OR_WORSE:
                problems.append(f"{path.name}: {command}: exit code {code}")
            if got != wanted and not update:
                problems.append(f"{path.name}: {command}\n--- wanted\n{wanted}--- got\n{got}")
            problems.extend(f"{path.name}: {command}: {len(line)} columns: {line}" for line in got.splitlines() if len(line) > WIDTH)
        return f"```console\n{new}```"

    text = path.read_text(encoding="utf-8")
    new_text = BLOCK.sub(run_block, text)
    if update and new_text != text:
        path.write_text(new_text, encoding="utf-8")
    problems.extend(f"{path.name}: leaves {name} in the project" for name in shell.left_behind())
    problems.extend(f"{path.name}: links to {target}, which is not there" for target in LINK.findall(text)
                    if not (path.parent / target).exists())
    return count


def check_exercises(lessons, notes, problems):
    """Each lesson ends with an exercise and gives no answers away; the notes run what its exercise tells to run."""
    solved = {command for block in BLOCK.findall(notes) for command, _ in steps(block)}
    names = [lesson.name for lesson in lessons]
    index = (COURSE / "README.md").read_text(encoding="utf-8")
    if re.findall(r"^\d\. \[.*\]\((.*)\)", index, re.M) != names:
        problems.append("docs/course/README.md does not list the lessons, each once and in order")
    for lesson, following in zip(lessons, [*names[1:], "README.md"]):
        text = lesson.read_text(encoding="utf-8")
        headings = re.findall(r"^## (.*)$", text, re.M)
        if headings[-1:] != ["Exercise"]:
            problems.append(f"{lesson.name} does not end with an exercise")
        if f"]({following})" not in text.splitlines()[-1]:
            problems.append(f"{lesson.name} does not lead to {following}")
        if "--answers" in text:
            problems.append(f"{lesson.name} gives answers away")
        told = TOLD.findall(text.split("## Exercise")[-1])
        if not told:
            problems.append(f"{lesson.name}: its exercise names no command that marks it")
        problems.extend(f"{lesson.name}: {command}: the notes do not run it" for command in told if command not in solved)


def names_below(folders):
    return {path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts}


def fits(wanted, got):
    """Whether the lines are the same. With a line `...` it is an excerpt: its lines stand there, in this order. In a line `...`
    stands for whatever is there. Columns are as wide as what they hold, so blanks count as one."""
    def plain(lines):
        return [" ".join(line.split()) for line in lines]
    def same(line, other):
        return re.fullmatch(".*".join(map(re.escape, line.split("..."))), other) is not None
    lines, printed = plain(wanted), plain(got.splitlines())
    if "..." not in lines:
        return len(lines) == len(printed) and all(map(same, lines, printed))
    rest = iter(printed)
    return all(any(same(line, other) for other in rest) for line in lines if line != "...")


def check_page(path, shell, problems):
    """Lines `$ COMMAND` are run; each other command of ethpoc must exist with its flags."""
    text = path.read_text(encoding="utf-8")
    count = 0
    lines = text.splitlines()
    for i, line in enumerate(lines):
        match = re.match(r"( *)\$ (.*\bethpoc\b.*)", line)
        if not match:
            continue
        count += 1
        wanted = []
        for below in lines[i + 1:]:
            if not below.strip() or below.strip().startswith(("$ ", "```")):
                break
            wanted.append(below[len(match[1]):])
        code, got = shell.run(match[2])
        if code >= USAGE_OR_WORSE or not fits(wanted, got):
            problems.append(f"{path.name}: {match[2]}: exit code {code}, printed\n{got}")
    told = set(re.findall(r"`((?:ethpoc|chain) [^`]*)`", text)) | set(re.findall(r"^ {4}(ethpoc .*)$", text, re.M))
    for command in sorted(told):
        count += 1
        words = shlex.split(command.split("#")[0])
        words = ["ethpoc", *words] if words[0] != "ethpoc" else words
        two = words[1:2] and words[1] in ("chain", "rlp", "wire", "config", "genesis", "key", "tx", "peers", "sim")
        names = [w for w in words[1:] if re.fullmatch(r"[a-z][a-z-]*", w)][:2 if two else 1]
        if not names or "SUBCOMMAND" in words:
            continue
        code, help_text = shell.run(shlex.join(["ethpoc", *names, "--help"]))
        if code != 0:
            problems.append(f"{path.name}: {command}: there is no such command")
        problems.extend(f"{path.name}: {command}: there is no flag {w}" for w in words if w.startswith("--") and w.split("=")[0] not in help_text)
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    problems = []
    count = 0
    lessons = sorted(COURSE.glob("[0-9]-*.md"))
    if len(lessons) != 9:
        problems.append(f"{len(lessons)} lessons, there should be nine")
    notes = COURSE / "INSTRUCTOR.md"
    told = [*lessons, notes]
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    before = names_below(WATCHED)
    for page in [*told, *pages]:
        with tempfile.TemporaryDirectory(prefix="ethpoc-course-") as scratch:
            shell = Shell(options.program.resolve(), pathlib.Path(scratch))
            count += check_lesson(page, shell, options.update, problems) if page in told else check_page(page, shell, problems)
    problems.extend(f"a command of the course left {path.relative_to(ROOT)}" for path in sorted(names_below(WATCHED) - before))
    check_exercises(lessons, notes.read_text(encoding="utf-8"), problems)
    for problem in problems:
        print(problem)
    print(f"{count} commands, {len(problems)} problems")
    return 1 if problems or count < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
