"""Whether what the pages point to is there: links.py

Looks at every Markdown page of this tree. A link must lead to a file or folder of it, and one with # to a heading of that page;
`folder/name` in the text must be a path from the root or from the page's own folder, and `./dev WORD` a command of ./dev.
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {"build", "node_modules", "_deps"}
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2 *$", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"(?<!`)`([^`\s][^`\n]*)`(?!`)")
DEV = re.compile(r"\./dev ([a-z]+)")


def pages():
    for folder, below, files in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in SKIPPED and not name.startswith("."))
        yield from (pathlib.Path(folder, name) for name in sorted(files) if name.endswith(".md"))


def anchors(text):
    """What a heading is called in a link: lower case, without punctuation, blanks as hyphens; a second one gets -1."""
    found = set()
    for heading in re.findall(r"^#{1,6} +(.*?)#* *$", FENCE.sub("", text), re.M):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")
        number = 0
        while (name if number == 0 else f"{name}-{number}") in found:
            number += 1
        found.add(name if number == 0 else f"{name}-{number}")
    return found


def broken_links(page, text):
    for target in LINK.findall(CODE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        at = (page.parent / path).resolve() if path else page
        if not at.exists() or ROOT not in [at, *at.parents]:
            yield f"({target}): there is no such file"
        elif anchor and (at.suffix != ".md" or anchor not in anchors(at.read_text(encoding="utf-8"))):
            yield f"({target}): there is no such heading"


def unknown_paths(page, text, folders):
    """Of `folder/name ...` in the text the first word, {a,b}, * and <name> in it as shells and people mean them."""
    for code in CODE.findall(text):
        word = code.split()[0].rstrip(":,")
        if not re.fullmatch(r"[\w.<>{},*/-]+", word) or word.split("/")[0] not in folders or "/" not in word:
            continue
        choice = re.search(r"\{([^}]*)\}", word)
        for one in choice[1].split(",") if choice else [""]:
            pattern = re.sub(r"<[^>]*>", "*", re.sub(r"\{[^}]*\}", one, word)).rstrip("/")
            if not any(any(base.glob(pattern)) for base in (ROOT, page.parent)):
                yield f"`{word}`: there is no such path"


def main():
    help_text = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, timeout=60, check=True).stdout
    commands = set(re.findall(r"^  ([a-z]+)\b", help_text, re.M))
    folders = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and entry.name not in SKIPPED}
    problems, links, count = [], 0, 0
    for page in pages():
        text = page.read_text(encoding="utf-8")
        plain = FENCE.sub("", text)
        count += 1
        links += len(LINK.findall(plain))
        said = [*broken_links(page, plain), *unknown_paths(page, plain, folders)]
        said += [f"./dev {word}: ./dev help does not know it" for word in DEV.findall(text) if word not in commands]
        problems += [f"{page.relative_to(ROOT)}: {one}" for one in said]
    for problem in problems:
        print(problem)
    print(f"{count} pages, {links} links, {len(problems)} problems")
    return 1 if problems or count < 20 or links < 60 else 0


if __name__ == "__main__":
    sys.exit(main())
