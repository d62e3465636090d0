"""Completion and manual as the shells and man(1) read them, against `ethpoc help --json`, from which nothing may differ.

    shell.py PROGRAM

bash must be there; zsh, fish, mandoc and groff are tried when they are, and said to be skipped otherwise.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

LIMIT = 60


def run(*words, text=None, env=None):
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=LIMIT, env=env)


class Program:
    def __init__(self, path):
        self.path = path.resolve()

    def out(self, *words):
        got = run(self.path, *words)
        assert got.returncode == 0 and not got.stderr, f"{words}: exit code {got.returncode}, {got.stderr}"
        return got.stdout


def pages(page):
    """Every subcommand with its document."""
    yield page
    for below in page["commands"]:
        yield from pages(below)


def flags(page):
    return [o for o in page["options"] if not o["argument"]]


def names(options):
    return {name for option in options for name in option["names"]}


def words_of(page):
    return page["command"].split()[1:]


def expectations(root):
    """(words typed so far, the word being typed, what must be offered)."""
    for page in pages(root):
        typed = words_of(page)
        if page["commands"]:
            yield typed, "", {words_of(below)[-1] for below in page["commands"]}
        yield typed, "--", {n for n in names(flags(page)) | names(flags(root)) if n.startswith("--")}
        for option in flags(page):
            if option["choices"]:
                yield [*typed, option["names"][-1]], "", set(option["choices"])


def bash_offers(script, questions):
    """One bash answers all questions: what COMPREPLY holds, a line each."""
    lines = [script, "compopt() { :; }"]
    for typed, word, _ in questions:
        line = ["ethpoc", *typed, word]
        lines.append(f"COMP_WORDS=({shlex.join(line)}); COMP_CWORD={len(line) - 1}; _ethpoc; echo \"${{COMPREPLY[*]}}\"")
    got = run("bash", "-c", "complete -p ethpoc 2>/dev/null\n" + "\n".join(lines))
    assert got.returncode == 0 and not got.stderr, f"bash: {got.stderr}"
    return [set(line.split()) for line in got.stdout.split("\n")[:-1]]


def fish_offers(script, questions):
    with tempfile.TemporaryDirectory() as home:
        lines = [script]
        for typed, word, _ in questions:
            line = shlex.join(["ethpoc", *typed]) + " " + word
            lines.append(f"set found (complete -C {shlex.quote(line)} | string replace -r '\\t.*' ''); echo $found")
        got = run("fish", "--no-config", "-c", "\n".join(lines), env={**os.environ, "HOME": home})
    assert got.returncode == 0 and not got.stderr, f"fish: {got.stderr}"
    return [set(line.split()) for line in got.stdout.split("\n")[:-1]]


def zsh_offers(script, questions):
    lines = ["compdef() { :; }; compadd() { shift; echo \"$*\"; }; _files() { echo; }; _message() { echo; }", script]
    for typed, word, _ in questions:
        line = ["ethpoc", *typed, word]
        lines.append(f"words=({shlex.join(line)}); CURRENT={len(line)}; _ethpoc")
    got = run("zsh", "-f", "-c", "\n".join(lines))
    assert got.returncode == 0 and not got.stderr, f"zsh: {got.stderr}"
    return [set(line.split()) for line in got.stdout.split("\n")[:-1]]


def check_shell(program, shell, offers, questions, exact):
    if shutil.which(shell) is None:
        print(f"skipped: {shell} is not here")
        return
    got = offers(program.out("completion", shell), questions)
    assert len(got) == len(questions), f"{shell}: {len(got)} answers to {len(questions)} questions"
    for (typed, word, wanted), offered in zip(questions, got):
        offered = {o for o in offered if o.startswith(word)}
        assert offered == wanted if exact else wanted <= offered, f"{shell}: {typed} {word!r}: {sorted(offered)}, not {sorted(wanted)}"
    print(f"{shell}: {len(questions)} questions")


def check_manual(program, root):
    texts = {(): program.out("man")}
    for page in root["commands"]:
        texts[tuple(words_of(page))] = program.out("man", *words_of(page))
    for page in pages(root):
        text = texts[tuple(words_of(page)[:1])].replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
        missing = [n for n in names(flags(page)) if not re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text)]
        assert not missing and page["command"] in text, f"man page of {page['command']}: {missing} are not in it"
    for tool, words in (("mandoc", ["-Tlint", "-Wwarning"]), ("groff", ["-man", "-ww", "-z", "-Tutf8"])):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is not here")
            continue
        for name, text in texts.items():
            got = run(tool, *words, text=text)
            # A page that says when it was made would differ with each build.
            said = [line for line in (got.stdout + got.stderr).splitlines() if "missing date" not in line]
            assert not said, f"{tool} of {name}: {said}"
    print(f"manual: {len(texts)} pages")


def main():
    program = Program(pathlib.Path(sys.argv[1]))
    root = json.loads(program.out("help", "--json"))
    questions = list(expectations(root))
    assert len(questions) > 60
    check_shell(program, "bash", bash_offers, questions, True)
    check_shell(program, "zsh", zsh_offers, questions, True)
    check_shell(program, "fish", fish_offers, questions, False)
    check_manual(program, root)


if __name__ == "__main__":
    main()
