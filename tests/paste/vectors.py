#!/usr/bin/env python3
"""Makes tests/vectors/paste.json: bytes in each shape of shapes.py, and what `ethpoc` says of them. C++, the page and
whoever else reads pasted text are tried with the same rows. vectors.py ETHPOC

A row is {shape, text, data, must} and either `read`, the bytes that the text gives, or the `code` that refuses it. `data`
are the bytes that were written, null for texts of this file; `must`: paste.py wants it read, whatever the bytes."""
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from paste import TEXTS, TWO_DIGITS, allowed, read  # noqa: E402
from shapes import MUST_READ, SHAPES  # noqa: E402

FILE = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "paste.json"
SAMPLES = (b"\x22\x40\x08\x91\0\0\0\2\xc1\2", bytes(range(0x80, 0x91)), TEXTS[0][:20], TWO_DIGITS[:18], b"\0" * 40)

# What was once read in another way, or could be: one run of digits, columns that count, packets, escapes, lists.
TEXTS_ALONE = (
    "  0008", "0x0000:", "64: 0x22", "0000   0x22", "0x0000: }64:10", "0x2202:22400891\t-",
    "", "# nothing", "00", "0000", "000000", "00000000", "AAAA", "AAAAAAAA", "00100010", "12345678", "0xAAAA", " 000000\n",
    "0x5", "0x05, 0x5", "22 40", "22:40", "22-40", "22_40", "22,40", "22;40", "(22 40)", "{ 0x22, 0x40 }", '"2240"', "'22' '40'",
    "0X2240", "22 40 # ping", "22 40 // ping", "c8 0g", "c8 8", "hello", "c8\nxyz", "x2240", "2240h", "0x", "\\",
    "000000 22 40", "0000 22 40", "00000000 22 40 08 91", "0000  22 40", "0010  22 40", "2240 0891", "2240  0891", " 2240\n",
    " 2240 0891\n", "  22  40  08", "2240:", "2240: 0891", "00: 22 40", "12: c102", "00: 22 40\n02: 08 91", "00 22 40\n02 08 91",
    "0000 22 40\n0002 08 91", "0000 22 40\n0002 08 91\n0003", "000000 22 40\n000002\n", "0000000 22 40\n0000002\n",
    "0000000 4022 9108\n0000004\n", "00000000: 2240\n00000004: 0891\n", "00000000: 2240\n00000000: 0891\n",
    "00000000: 2240 0891\n22 40\n", "22 40\n0000  08 91\n", "\t0x0000:  2240 0891\n\t0x0004:  c102\n",
    "\t0x0000:  2240 0891\n\n\t0x0000:  c102\n", "0000   22 40 08 91   \"@..\n\n0000   c1 02   ..\n",
    "12:00:00.5 IP a.1 > b.2: Flags [P.]\n\t0x0000:  2240 0891\n",
    "12:00:00.5 IP a.1 > b.2: Flags [P.]\n\t0x0000:  2240 0891\n12:00:00.6 IP b.2 > a.1: Flags [.]\n\t0x0000:  c102\n",
    "$ xxd ping\n00000000: 2240 0891  \"@..\n", "$ hexdump -C ping\n00000000  22 40 08 91  |\"@..|\n00000004\n",
    "00000000  00 00 00 00  |....|\n*\n0000000c\n", "00000000  00 00  |..|\n*\n", "1: 22 40\n2: 08 91\n", "1 2240\n2 0891\n3 c102\n",
    "0100:0000  22 40\n0100:0002  08 91\n", "00000000: 00100010 01000000  \"@\n", "0b00100010 0b01000000", "00100010 01000111 01000000",
    "[22, 40]", "[22, 40, 100]", "[2, 40]", "[1, 2]", "[c8, 83]", "[-56, -12]", "-56", "c8 -83", "bytes([22, 40])", "a = {22, 40}",
    "uint8_t a[2] = {0x22, 0x40};", "uint8_t a[9] = {0x22, 0x40};", "a[] = { 0xc1", "<Buffer c8 83 63>", "vec![200, 131]",
    "b'2240'", "b'22 40'", "b''", "b'cat'", r"b'\x22@\n\\'", r"b'\q'", r"b'\x22", "bytes.fromhex('22 40')",
    "Buffer.from('2240', 'hex')", r"\x22\x40", r"'\x22\x40' '\x08'", r'"\x22 \x40"', r'"\x22ab"', r"\x22\x40 \x08", r"\x22 \x40",
    "61 62 63   abc", "61 62 63  61", "IkAIkQAAAALBAg==", "IkAI\nkQAA\n", "c8\u00a083", "\ufeffc883", "c8\u200b83", "\x1b[32mc8\x1b[0m 83",
    "22\u202840",
)


def rows(program):
    for text in TEXTS_ALONE:
        got, code = read(program, "-", text.encode())
        yield {"shape": "alone", "text": text, "data": None, "must": False,
               **({"read": got.hex()} if got is not None else {"code": code})}
    for name, write in SHAPES.items():
        for data in SAMPLES:
            made = write(data)
            if made is None:
                sys.exit(f"{name}: its tool is not installed")
            try:
                text = made.decode()
            except UnicodeDecodeError:
                continue
            got, code = read(program, "-", made)
            if "\0" in text or (got is not None and got != data and not allowed(name, data, got, made)):
                continue
            yield {"shape": name, "text": text, "data": data.hex(), "must": name in MUST_READ,
                   **({"read": got.hex()} if got is not None else {"code": code})}


def main():
    program = os.path.abspath(sys.argv[1])
    body = ",\n".join(json.dumps(row) for row in rows(program))
    FILE.write_text(f'{{"about": "Made by tests/paste/vectors.py.", "vectors": [\n{body}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
