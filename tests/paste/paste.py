"""Bytes written in each shape of shapes.py and read by `ethpoc`: the same bytes, or a refusal with a code, never others.
As a file and from stdin it is the same. Usage: paste.py ETHPOC [--every N] [SHAPE...]

With --every N each shape is tried with each N-th of the samples, with other ones than the shape before it, and with all of
PIPED."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from shapes import MUST_READ, SHAPES  # noqa: E402

TWO_DIGIT_LISTS = ("python list", "go %v", "numpy", "java signed", "rust hex")
SIZES = (0, 1, 16, 17, 64)
TEXTS = (b"The quick brown fox jumps over the lazy dog 0123456789 ab cd ef 01 02 03 | ## // * > <",
         b"ab cd ef 01 23 45 67 89 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff ab cd ef 01 23")
PIPED = ("a Ping", "17 random", "0 zeros")  # samples that are read from stdin, too
TWO_DIGITS = bytes(range(10, 100))


def samples():
    source = random.Random(2014)
    for size in SIZES:
        yield f"{size} random", source.randbytes(size)
        yield f"{size} zeros", bytes(size)
        yield f"{size} ones", b"\x01" * size
        yield f"{size} two digits", TWO_DIGITS[:size]
        yield f"{size} hex digits two", bytes(int(str(b), 16) for b in TWO_DIGITS[:size])
        yield f"{size} high", bytes(0xc0 + b % 64 for b in range(size))
        for number, text in enumerate(TEXTS):
            yield f"{size} text {number}", text[:size]
    yield "a Ping", bytes.fromhex("2240089100000002c102")
    yield "stars and more", bytes(48) + b"abc" + b"\xff" * 64


def read(program, name, stdin=None):
    ran = subprocess.run([program, "wire", "split", "--json", name], input=stdin, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, check=False, timeout=60)
    try:
        document = json.loads(ran.stdout)
    except ValueError:
        return None, f"no JSON document, exit {ran.returncode}: {ran.stderr[:200]!r}"
    if isinstance(document.get("error"), dict):
        return None, document["error"].get("code", "")
    return b"".join(bytes.fromhex(frame["hex"][2:]) for frame in document["frames"]), ""


def check(program, path, name, label, data, made):
    """What is wrong with one shape; empty: nothing."""
    if made is None:
        return "", False
    with open(path, "wb") as out:
        out.write(made)
    got, why = read(program, path)
    # Twice the time for all of them would find no more: the two ways part before the shapes are asked.
    piped, why_piped = read(program, "-", made) if label in PIPED else (got, why)
    if (got, why) != (piped, why_piped):
        return f"{name}, {label}: a file gives {got and got.hex()} {why}, stdin {piped and piped.hex()} {why_piped}", False
    if got is None and not why.startswith("hex."):
        return f"{name}, {label}: refused with {why!r}", False
    spelled = name.startswith("python") and data.decode("latin-1").replace(" ", "").isalnum()
    if got is None and name in MUST_READ and data not in (b"", bytes(1)) and not spelled:
        return f"{name}, {label}: refused with {why}\n{made[:400].decode(errors='replace')}", False
    if got is not None and got != data and not allowed(name, data, got, made):
        return f"{name}, {label}: other bytes: {got.hex()}\n  of {data.hex()}\n{made[:400].decode(errors='replace')}", True
    os.remove(path)
    return "", got is not None


def allowed(name, data, got, made):
    """Raw bytes, where a shape of nothing is nothing, and halves of what cannot be told apart."""
    if name.startswith("xxd without a line") and len(data) <= 32:
        return True  # a dump that is shorter is a whole dump
    if name == "hexdump -C twice" and not data:
        return True
    if name == "utf-16 without mark" and not data:
        return True  # two bytes
    if name.startswith("gdb") and len(data) % 8:
        return data.startswith(got)
    if name.startswith(("od ", "wireshark base64", "base32")) and re.fullmatch(rb"\s*[0-9a-fA-F]+\s*", made):
        return True  # one run of digits is hex: the size of nothing, one word, zeros as AAAA
    if name in TWO_DIGIT_LISTS and data and all(9 < b < 100 for b in data):
        return got == bytes(int(str(b), 16) for b in data)  # read as hex, and told so
    if name == "short offsets" and len(data) <= 16 or name == "bits" and (len(data) <= 1 or max(data) <= 1):
        return True  # one line of plain digits
    return False


def main():
    program = os.path.abspath(sys.argv[1])
    only, every = sys.argv[2:], 1
    if only[:1] == ["--every"]:
        every = int(only[1])
        del only[:2]
    wrong, read_count, refused = [], 0, 0
    skipped = set()
    jobs = [(name, label, data) for at, (label, data) in enumerate(samples()) for turn, name in enumerate(SHAPES)
            if (not only or name in only) and ((at + turn) % every == 0 or label in PIPED)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        def work(number, job):
            name, label, data = job
            made = SHAPES[name](data)
            return name, made, check(program, os.path.join(folder, str(number)), name, label, data, made)
        for name, made, (complaint, done) in pool.map(work, range(len(jobs)), jobs):
            if made is None:
                skipped.add(name)
                continue
            if complaint:
                wrong.append(complaint)
            read_count += done
            refused += not done
    print(f"{len(SHAPES)} shapes, {read_count} read, {refused} refused, {len(wrong)} wrong")
    if skipped:
        print("skipped, since the tool is not installed:", ", ".join(sorted(skipped)))
    for complaint in wrong[:int(os.environ.get("MOST", "40"))]:
        print(complaint)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
