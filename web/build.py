#!/usr/bin/env python3
"""Puts the page into one file: build.py [OUT]. Standard output without OUT.

Each module becomes a function that gives its exports, so names of different modules cannot meet. Only the forms of
import and export that the sources use are known; anything else is an error. Comments that fill or end lines stay behind, and
so do empty lines and what indents a line.
"""
import pathlib
import re
import sys

LIMIT = 200 * 1024
IMPORT = re.compile(r'^import \{([^}]*?),?\s*\} from "\./([^"]+)";\n', re.M)
REEXPORT = re.compile(r'^export \{([^}]*)\} from "\./([^"]+)";\n', re.M)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.M)
TRAILING = re.compile(r"(?<=[;,{})]) // [^\"'`\n]*$", re.M)
INDENT = re.compile(r"^[ \t]+", re.M)
EXPORT = re.compile(r"^export (async function|function\*?|const|class) ([\w$]+)", re.M)


def order(folder, name, seen):
    """`name` and all that it needs, what is needed first."""
    if name in seen:
        return seen
    source = (folder / name).read_text(encoding="utf-8")
    for _, needed in IMPORT.findall(source) + REEXPORT.findall(source):
        order(folder, needed, seen)
    seen[name] = source
    return seen


def as_function(name, source):
    source = INDENT.sub("", TRAILING.sub("", COMMENT.sub("", source)))
    names = [found[1] for found in EXPORT.findall(source)]
    lines = []
    for wanted, module in REEXPORT.findall(source):
        words = [word.strip() for word in wanted.split(",")]
        lines.append(f'const {{ {", ".join(words)} }} = modules["{module}"];\n')
        names += words
    source = REEXPORT.sub("", source)
    source = IMPORT.sub(lambda m: f'const {{{m[1]}}} = modules["{m[2]}"];\n', source)
    source = EXPORT.sub(r"\1 \2", source)
    if re.search(r"^(import|export)\b", source, re.M):
        sys.exit(f"{name}: an import or export that build.py does not know")
    return f'modules["{name}"] = (() => {{\n{"".join(lines)}{source}\nreturn {{ {", ".join(names)} }};\n}})();\n'


def build(folder):
    modules = order(folder, "app.js", {})
    script = "const modules = {};\n" + "".join(as_function(*item) for item in modules.items())
    if "</script" in script:
        sys.exit("a module holds the end of a script element")
    page = (folder / "page.html").read_text(encoding="utf-8")
    style = re.sub(r"\s*([{};])\s*", r"\1", (folder / "style.css").read_text(encoding="utf-8")).replace(";}", "}")
    page = INDENT.sub("", page.replace("/*STYLE*/", style))
    page = page.replace("/*SCRIPT*/", script)
    page = re.sub(r"\n{2,}", "\n", page)
    if len(page.encode()) > LIMIT:
        sys.exit(f"the page has {len(page.encode())} bytes, the limit is {LIMIT}")
    return page


def main():
    page = build(pathlib.Path(__file__).resolve().parent / "page")
    if len(sys.argv) > 1:
        out = pathlib.Path(sys.argv[1])
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()
