"""The public headers as a site, made by doxygen: reference.py [FOLDER]

FOLDER (build/docs) gets html/, and source/, from which it was made. Everything that doxygen warns of is an error, but for members whose
line says all: fields, aliases inside a class, functions whose body stands in the line, and rows of a table. Its first page is docs/library.md.
"""
import pathlib
import re
import shutil
import subprocess
import sys

from doxygen_comments import escaped, filtered

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNDOCUMENTED = re.compile(r"Member .* \(([a-z ]+)\) of (\w+) .* is not documented\.$")
SAYS_ALL = re.compile(r"^/\* rows|\}(;| */\*\*<.*)?$|= (default|delete);|\boverride\b|\boperator\b|~\w+\(")


def rooms():
    """Those whose headers are installed, and what lives in each."""
    install = (ROOT / "config/cmake/EthpocInstall.cmake").read_text(encoding="utf-8")
    names = " ".join(re.findall(r'^ethpoc_dev_package\(\w+ "[^"]*" (?:"[^"]*"|\w+) ([\w ]+)\)', install, re.M)).split()
    table = dict(re.findall(r"^\| `(\w+)/` \| (.+) \|$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M))
    return {name: re.sub(r" \(\[.*?\]\(.*?\)\)|`/?", "", table[name]) for name in names}


def page_of(markdown):
    """A page of docs/ for doxygen. Links to other files of the tree become words."""
    out, fenced = [], False
    for number, line in enumerate(markdown.split("\n")):
        if line.startswith("```"):
            fenced = not fenced
            out.append("@code{.%s}" % {"cpp": "cpp"}.get(line[3:], "unparsed") if fenced else "@endcode")
        elif fenced:
            out.append(line)
        elif re.match(r"    \S", line):
            out.append("@verbatim\n%s\n@endverbatim" % line)
        elif match := re.match(r"(#+) (.*)", line):
            command = "@mainpage " if len(match[1]) == 1 else "@section library_%d " % number
            out.append(command + escaped(match[2]))
        else:
            out.append(escaped(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)))
    return "\n".join(out).replace("@endverbatim\n@verbatim\n", "")


def write_source(folder):
    shutil.rmtree(folder, ignore_errors=True)
    lives = rooms()
    for room in lives:
        (folder / room).mkdir(parents=True)
        for header in sorted((ROOT / room).glob("*.hpp")):
            if not header.stem.endswith("_inl"):
                text = filtered(header.read_text(encoding="utf-8"), ROOT)
                (folder / room / header.name).write_text(text, encoding="utf-8")
    first = page_of((ROOT / "docs/library.md").read_text(encoding="utf-8"))
    entries = "".join(f"- @ref ethpoc::{room} \"{room}\": {escaped(text)}\n" for room, text in lives.items())
    spaces = "".join(f"/** @namespace ethpoc::{room}\n{escaped(text)}. */\n" for room, text in lives.items())
    shared = "Bytes, numbers and errors, which all rooms share, and a namespace for each room."
    (folder / "pages.dox").write_text(
        f"/**\n{first}\n@section rooms The rooms\n{entries}*/\n/** @namespace ethpoc\n{shared} */\n{spaces}", encoding="utf-8")


def counts(line, source):
    """A warning that is none of those that are allowed. It names a file below `source`, whose lines are those of the header."""
    match = UNDOCUMENTED.search(line)
    if not match:
        return bool(line.strip())
    kind, of = match.groups()
    if kind == "function":
        place = re.match(r"([^:]+):(\d+):", line)
        written = (source / place[1]).read_text(encoding="utf-8").split("\n")[int(place[2]) - 1]
        return not SAYS_ALL.search(written)
    return kind == "enumeration" or (kind == "typedef" and of == "namespace")


def problems_of(folder):
    """Makes folder/html of folder/source; what is to be said of it, a line each."""
    source = folder / "source"
    shutil.rmtree(folder / "html", ignore_errors=True)
    settings = f'@INCLUDE = "{ROOT / "docs/Doxyfile"}"\nOUTPUT_DIRECTORY = "{folder}"\n'
    done = subprocess.run(["doxygen", "-"], cwd=source, input=settings, capture_output=True, text=True, timeout=600, check=False)
    said = (done.stdout + done.stderr).replace(f"{source}/", "").split("\n")
    problems = sorted({line for line in said if counts(line, source)})
    return problems + ([f"doxygen ended with exit code {done.returncode}"] if done.returncode else [])


def main(folder):
    folder = pathlib.Path(folder).resolve()
    write_source(folder / "source")
    problems = problems_of(folder)
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{sum(1 for _ in folder.glob('source/*/*.hpp'))} headers, {len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/docs"))
