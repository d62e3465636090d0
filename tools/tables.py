#!/usr/bin/env python3
"""Makes the tables of the page, the Wireshark dissector and the Kaitai definition from wire/*.def: tables.py [--check].

What versions, messages, members and reasons there are is said once, in wire/*.def. C++ includes those files; JavaScript
and Lua cannot, so their tables are written by this script and kept in the tree: the page and the dissector work without
a build. --check writes nothing, names what is not as it would be written, and ends with "N passed, N failed".
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r"^ETHPOC_(\w+)\((.*)\)$", re.M)
COLUMN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)')
ABOUT = "Made by tools/tables.py from wire/*.def; change those, and run it again."
KAITAI = "tools/kaitai/ethpoc.ksy"
HEADERS = (9, 13, 14, 15, 16)
ERRORS = (("errors", "rlp"), ("hex_errors", "rlp"), ("errors", "wire"), ("errors", "show"))  # rule and hint of each
# What the Info column says of a peer's chain: member, and the word before it.
FACTS = {"chain": ["total_difficulty", "total difficulty ", "best_hash", "head ", "genesis_hash", "genesis "]}
MESSAGE_ERRORS = (("errors", "rlp"), ("errors", "wire"))  # what a dissector of messages comes upon


def columns(text):
    """The arguments of a row: texts, numbers, and bare words as texts."""
    found = [match for match in COLUMN.findall(text)]
    if found and found[-1] == "":
        found.pop()
    return [json.loads(one) if re.match(r'^("|-?\d+$)', one) else int(one, 16) if one.startswith("0x") else one
            for one in found]


def read(name, room="wire"):
    """{macro: [arguments]} of <room>/<name>.def, comments aside."""
    out = {}
    for macro, arguments in ROW.findall((ROOT / room / f"{name}.def").read_text(encoding="utf-8")):
        out.setdefault(macro, []).append(columns(arguments))
    return out


def lacks(profile):
    """Names of the messages that a version does not have: the column `when` of messages.def."""
    def has(when):
        if when == "every":
            return True
        if when in ("chain", "hashes"):
            return (profile["sync"] == "chain") == (when == "chain")
        return profile["announce"] != "blocks" if when == "new_block" else profile["name"] == when
    return [row[1] for row in read("messages")["MESSAGE"] if not has(row[7])]


def profile_rows(profiles):
    """The columns of a Profile that the readers need."""
    rows = []
    for version, form, least, address, sync, _, era, _ in profiles["FLAT"]:
        rows.append({"name": str(version), "family": "flat", "version": version, "eth": 0, "form": form, "least": least,
                     "address": address, "sync": sync, "announce": "blocks", "era": era})
    for version, eth, shh, announce, era, _ in profiles["P2P"]:
        rows.append({"name": f"p2p{version}/eth{eth}", "family": "p2p", "version": version, "eth": eth, "shh": shh,
                     "form": "p2p", "least": 6, "address": "string4" if version == 0 else "string4_or_16",
                     "sync": "hashes", "announce": announce, "era": era})
    for row in rows:
        row["lacks"] = lacks(row)
    return rows


# What a peer's reader takes all the same, as rlp::Mode::lenient says: such a payload is a message, and no frame is looked
# for in it.
TOLERATED = ["frame.trailing_bytes", "rlp.non_canonical_byte", "rlp.non_canonical_length", "rlp.integer_leading_zero", "rlp.wrong_size"]


def tables():
    """Every table by its name, as lists, dictionaries, texts and numbers."""
    profiles, layouts, blocks = read("profiles"), read("layouts"), read("block_layouts", "chain")
    reasons = read("reasons")
    of_family = lambda macro: {number: text for number, _, text in sorted(reasons["REASON"] + reasons[macro])}
    return {
        "MESSAGES": [row[1:7] for row in read("messages")["MESSAGE"]],
        "PROFILES": profile_rows(profiles),
        "ALIASES": dict(profiles["ALIAS"]),
        "REASONS": {"flat": of_family("FLAT_REASON"), "p2p": of_family("P2P_REASON")},
        "TOLERATED": TOLERATED,
        "MEMBERS": {row[0]: row[1:] for row in layouts["MEMBER"]},
        "LAYOUTS": {row[0]: row[1:] for row in layouts["LAYOUT"]},
        "HEADER_FIELDS": {row[0]: row[1] for row in blocks["HEADER_FIELD"]},
        "HEADERS": {count: [row[0] for row in blocks["HEADER_FIELD"] if row[2 + i]] for i, count in enumerate(HEADERS)},
        "TRANSACTION_FIELDS": {row[0]: row[1:] for row in blocks["TRANSACTION_FIELD"]},
        "TRANSACTIONS": [{"name": row[0], "first": row[1], "last": row[2], "fields": row[3:]} for row in blocks["TRANSACTION"]],
    }


def js(value):
    if isinstance(value, dict):
        key = lambda word: str(word) if re.match(r"^\w+$", str(word)) else json.dumps(word)
        return "{ " + ", ".join(f"{key(word)}: {js(inner)}" for word, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(js, value)) + "]"
    return json.dumps(value)


def lua(value):
    if isinstance(value, dict):
        key = lambda word: f"[{word}]" if isinstance(word, int) else word if word.isidentifier() else f"[{json.dumps(word)}]"
        return "{ " + ", ".join(f"{key(word)} = {lua(inner)}" for word, inner in value.items()) + " }"
    if isinstance(value, list):
        return "{ " + ", ".join(map(lua, value)) + " }"
    return json.dumps(value)


def lines(value, write, item):
    """A table over several lines: `item` writes one entry of a dictionary."""
    rows = [item(key, write(inner)) for key, inner in value.items()] if isinstance(value, dict) else [write(inner) for inner in value]
    return "".join(f"  {row},\n" for row in rows)


def page(all_tables):
    out = [f"// {ABOUT}\n"]
    for name, value in all_tables.items():
        begin, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
        entry = lambda key, text: f"{key if str(key).isidentifier() or isinstance(key, int) else json.dumps(key)}: {text}"
        out.append(f"\nexport const {name} = {begin}\n{lines(value, js, entry)}{end};\n")
    return "".join(out)


def dissector(all_tables):
    out = [f"-- {ABOUT}\nlocal T = {{}}\n"]
    for name, value in all_tables.items():
        entry = lambda key, text: f"[{json.dumps(key)}] = {text}" if isinstance(key, int) or "." in key else f"{key} = {text}"
        out.append(f"\nT.{name} = {{\n{lines(value, lua, entry)}}}\n")
    return "".join(out) + "\nreturn T\n"


def kaitai(all_tables):
    """The definition with its enumerations of ids, which are the end of the file, made anew."""
    snake = lambda name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    flat, p2p = {}, {}
    for name, _, flat_id, base, eth, shh in all_tables["MESSAGES"]:
        if flat_id >= 0:
            flat[flat_id] = snake(name)
        for start, offset in ((0, base), (0x10, eth), (0x18, shh)):
            if offset >= 0:
                p2p[start + offset] = snake(name)
    rows = lambda ids: "".join(f"    0x{number:02x}: {name}\n" for number, name in sorted(ids.items()))
    text = (ROOT / KAITAI).read_text(encoding="utf-8")
    return text[: text.index("\nenums:\n")] + f"\nenums:\n  ids_flat:\n{rows(flat)}  ids_p2p:\n{rows(p2p)}"


def errors(files):
    return {word: [rule, hint] for name, room in files for _, word, rule, hint in read(name, room)["ERROR"]}


def main():
    made = tables()
    outputs = {
        "web/page/tables.js": page(made | {"ERRORS": errors(ERRORS)}),
        "tools/wireshark/ethpoc/tables.lua": dissector(made | {"ERRORS": errors(MESSAGE_ERRORS), "FACTS": FACTS}),
        KAITAI: kaitai(made),
    }
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("tables.py [--check]")
    failed = 0
    for name, text in outputs.items():
        path = ROOT / name
        if sys.argv[1:] and (not path.exists() or path.read_text(encoding="utf-8") != text):
            failed += 1
            print(f"{name}: not what tools/tables.py makes of wire/*.def; run it")
        elif not sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    if sys.argv[1:]:
        print(f"{len(outputs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
