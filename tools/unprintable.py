#!/usr/bin/env python3
"""Makes rlp/unprintable.inc, the characters that printable() escapes: unprintable.py [--check].

By category of Unicode, not by a list of known tricks: controls (Cc), format characters such as bidirectional marks and
tags (Cf), line and paragraph separators (Zl, Zp), surrogates (Cs), private use (Co), and what is not assigned (Cn). The
standard also calls some letters and marks invisible (Default_Ignorable_Code_Point); Python does not know that property,
so they stand here. The table is that of Unicode 14; another Python may know more characters, which stay escaped.
"""
import pathlib
import sys
import unicodedata

FILE = pathlib.Path(__file__).resolve().parent.parent / "rlp" / "unprintable.inc"
VERSION = "14.0.0"
CATEGORIES = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
IGNORABLE = [(0x34f, 0x34f), (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f), (0x3164, 0x3164), (0xfe00, 0xfe0f),
             (0xffa0, 0xffa0), (0xe0100, 0xe01ef)]
BLANK = [(0x2800, 0x2800)]  # a Braille pattern without dots


def hidden(code):
    listed = any(first <= code <= last for first, last in IGNORABLE + BLANK)
    return listed or unicodedata.category(chr(code)) in CATEGORIES


def ranges():
    first = None
    for code in range(0x80, 0x110001):
        now = code < 0x110000 and hidden(code)
        if now and first is None:
            first = code
        elif not now and first is not None:
            yield first, code - 1
            first = None


def text():
    lines = ["// Made by tools/unprintable.py from Unicode " + VERSION + "; change that, and run it again.",
             "// Characters that are not shown as they are: first and last of each range, in order."]
    row = "   "
    for first, last in ranges():
        item = f" {{0x{first:x}, 0x{last:x}}},"
        if len(row) + len(item) > 118:
            lines.append(row)
            row = "   "
        row += item
    return "\n".join(lines + [row]) + "\n"


def main():
    if unicodedata.unidata_version != VERSION:
        print(f"skipped: this Python knows Unicode {unicodedata.unidata_version}, the table is of {VERSION}")
        return 0
    if "--check" not in sys.argv:
        FILE.write_text(text(), encoding="ascii")
        return 0
    same = FILE.is_file() and FILE.read_text(encoding="ascii") == text()
    print("1 passed, 0 failed" if same else "0 passed, 1 failed: rlp/unprintable.inc is not as it would be written")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
