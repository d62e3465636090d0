#!/usr/bin/env python3
"""clang-tidy over many files at the price of few.

Nearly all of its time goes into headers, which it walks again for each file. So the files of a folder are put one behind the
other, at most UNIT of them, and looked at as one; what is found there is asked once more of the file alone, with only the checks
that spoke, and counts only when it is found again (that a local name shadows one of another file is not true of the file alone).

usage: tidy.py BUILD JOBS FILE...     BUILD has the compile_commands.json; needs file-local names that are unique in a folder
"""

import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT = 12
OPTIONS = [
    "clang-tidy-19", "--quiet",
    # The compile commands are those of g++; clang does not know all of its warnings, counts signs as conversions, and tells
    # of what libstdc++ 12 itself calls (std::stable_sort, a temporary buffer).
    "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-sign-conversion", "--extra-arg=-Wno-deprecated-declarations",
]
FINDING = re.compile(r"^(/[^:]+):(\d+):\d+: (?:error|warning): .*\[([^\]]+)\]$", re.MULTILINE)


def tidy(folder, file, *options):
    done = subprocess.run([*OPTIONS, *options, "-p", str(folder), str(file)], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def write_unit(path, files):
    """The text of all files; says which line is whose. A header that an earlier file has is left out, its line is not."""
    seen, text, whose = set(), [], []
    for file in files:
        own = []
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if re.match(r'#include (<.*>|".*[.]hpp")', line):
                own.append(line.split("//")[0].strip())
                line = "" if own[-1] in seen else line
            text.append(line)
            whose.append((file, number))
        seen.update(own)
    path.write_text("\n".join(text) + "\n")
    return whose


def commands_of(build, files):
    """How each file is compiled: file -> (folder, arguments). Where several are compiled at once, as a file of its library is."""
    compiled = json.loads((build / "compile_commands.json").read_text())
    by_file = {entry["file"]: entry for entry in compiled}
    by_library = {found[1]: entry for entry in compiled if (found := re.search(r"CMakeFiles/(ethpoc_\w+)[.]dir/", entry["command"]))}
    out = {}
    for file in files:
        entry = by_file.get(str(file)) or by_library.get("ethpoc_" + file.relative_to(ROOT).parts[0])
        if not entry:
            sys.exit(f"tidy: {file} is not compiled in {build}")
        out[file] = (entry["directory"], shlex.split(entry["command"]))
    return out


def entry_of(command, file):
    """The compile command of another file that is compiled alike."""
    directory, arguments = command
    arguments = list(arguments)
    arguments[arguments.index("-c") + 1] = str(file)
    return {"directory": directory, "file": str(file), "arguments": arguments}


def units(build, folder, files):
    """[unit, line -> (file, line)], and the compile commands of units and files beside them."""
    commands = commands_of(build, files)
    rooms = {}
    for file in files:
        rooms.setdefault(file.parent, []).append(file)
    folder.mkdir(parents=True, exist_ok=True)
    out, entries = [], [entry_of(commands[file], file) for file in files]
    for room, members in rooms.items():
        count = -(-len(members) // UNIT)
        for i in range(count):
            part = members[i::count]
            unit = folder / f"{'_'.join(room.relative_to(ROOT).parts)}_{i}.cpp"
            out.append((unit, write_unit(unit, part)))
            entries.append(entry_of(commands[part[0]], unit))
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    # The large ones first, so that no processor waits for the last.
    return sorted(out, key=lambda unit: -len(unit[1]))


def unused_using(file):
    """misc-unused-using-decls where it is blind: a neighbour may have, and use, the same `using a::name;`."""
    text, out = file.read_text(), ""
    for found in re.finditer(r"^ *using (?:\w*::)+(\w+);", text, re.MULTILINE):
        if len(re.findall(rf"\b{found[1]}\b", re.sub(r"//.*|^ *using .*;", "", text, flags=re.MULTILINE))) == 0:
            line = text.count("\n", 0, found.start(1)) + 1
            out += f"{file}:{line}: error: using decl {found[1]} is unused [misc-unused-using-decls]\n"
    return out


def look(unit, whose):
    """What is wrong with the files of a unit, as text; empty when nothing is."""
    code, said, complaint = tidy(unit.parent, unit)
    suspects = {}
    for path, line, checks in FINDING.findall(said):
        # In a header, it may be any of them.
        files = [whose[int(line) - 1][0]] if path == str(unit) else {file for file, _ in whose}
        for file in files:
            suspects.setdefault(file, set()).update(checks.replace(",-warnings-as-errors", "").split(","))
    out = "".join(unused_using(file) for file in sorted({file for file, _ in whose}))
    if code != 0 and not suspects:
        return out + said + complaint
    broken = any("clang-diagnostic-error" in checks for checks in suspects.values())
    if broken:
        # What does not even parse together says nothing about the rest: each file gets the whole list.
        out += f"{unit}: these files cannot stand together; does a file-local name stand twice?\n"
        out += "".join(re.findall(r"^.* error: .*\[clang-diagnostic-error\]\n", said, re.MULTILINE))
        suspects = {file: set() for file, _ in whose}
    for file, checks in suspects.items():
        # Warnings of the compiler are no check, and clang-tidy wants one.
        some = "--checks=-*,bugprone-suspicious-semicolon," + ",".join(sorted(checks))
        code, said, complaint = tidy(unit.parent, file, *([] if broken else [some]))
        if code != 0:
            out += said or complaint
    return out


def main():
    build, jobs = (ROOT / sys.argv[1]).resolve(), int(sys.argv[2])
    files = [(ROOT / name).resolve() for name in sys.argv[3:]]
    todo = units(build, build / "tidy", files)
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for said in pool.map(lambda one: look(*one), todo):
            if said:
                wrong += 1
                print(said, end="", flush=True)
    sys.exit(1 if wrong or not todo else 0)


main()
