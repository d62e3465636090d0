"""The shapes in which people paste bytes: each is a name and a function that writes `data` in it, with the real tool
where it is installed. A function gives None where the tool is missing."""
import base64
import json
import os
import shutil
import subprocess
import tempfile


def tool(*command):
    """Runs a dump tool on a file that holds the data; {} is its name."""
    def write(data):
        if shutil.which(command[0]) is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "data.bin")
            with open(name, "wb") as out:
                out.write(data)
            words = [word.replace("{}", name) for word in command]
            return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, cwd=folder).stdout
    return write


def text_of(data):
    return "".join(chr(b) if 0x20 <= b < 0x7f else "." for b in data)


def rows(data, width=16):
    return [(at, data[at:at + width]) for at in range(0, len(data), width)]


def dump(offset, group=1, gap="  ", prefix="", text=True, gutter="  ", between=" ", end=""):
    """Lines as many tools have them; `offset` formats the number."""
    def write(data):
        out = []
        for at, row in rows(data):
            groups = [prefix + row[i:i + group].hex() for i in range(0, len(row), group)]
            full = len(between.join([prefix + "00" * group] * (16 // group)))
            line = offset(at) + gap + between.join(groups)
            if text:
                line = offset(at) + gap + between.join(groups).ljust(full) + gutter + text_of(row)
            out.append(line)
        return ("\n".join(out) + ("\n" if out else "") + end).encode()
    return write


def hexyl(data):
    out = ["┌────────┬─────────────────────────┬─────────────────────────┬────────┬────────┐"]
    for at, row in rows(data):
        halves = [" ".join(f"{b:02x}" for b in half).ljust(23) for half in (row[:8], row[8:])]
        letters = "".join(chr(b) if 0x20 < b < 0x7f else " " if b == 0x20 else "⋄" if b == 0 else "×" for b in row)
        letters = letters.ljust(16)
        out.append(f"│{at:08x}│ {halves[0]} ┊ {halves[1]} │{letters[:8]}┊{letters[8:]}│")
    out.append("└────────┴─────────────────────────┴─────────────────────────┴────────┴────────┘")
    return ("\n".join(out) + "\n").encode()


def bat(write):
    def numbered(data):
        lines = write(data).decode().splitlines()
        return "".join(f"{i:4}   │ {line}\n" for i, line in enumerate(lines, 1)).encode()
    return numbered


def cat_n(write):
    def numbered(data):
        lines = (write(data) or b"").splitlines()
        return b"".join(b"%6d\t%s\n" % (i, line) for i, line in enumerate(lines, 1))
    return numbered


def recoded(write, encoding, mark=b""):
    def other(data):
        made = write(data)
        return None if made is None else mark + made.decode().encode(encoding)
    return other


def changed(write, change):
    def other(data):
        made = write(data)
        return None if made is None else change(made)
    return other


def coloured(made):
    return b"\n".join(b"\x1b[1m" + line[:9] + b"\x1b[0m\x1b[32m" + line[9:] + b"\x1b[0m" if line else line
                      for line in made.split(b"\n"))


def gdb(unit, size):
    def write(data):
        out = []
        for at in range(0, len(data) - len(data) % size, 8):
            words = [data[i:i + size] for i in range(at, min(at + 8, len(data) - len(data) % size), size)]
            values = [int.from_bytes(word, "little") for word in words]
            shown = [f"0x{v:0{2 * size}x}" if unit == "x" else str(v) for v in values]
            out.append(f"0x7ffe{at + 0x1230:04x} <buf+{at}>:\t" + "\t".join(shown))
        return "\n".join(out).encode()
    return write


def wireshark_escaped(data):
    lines = ['"' + "".join(f"\\x{b:02x}" for b in row) + '"' for _, row in rows(data)]
    return " \\\n".join(lines).encode()


def c_array(number):
    return lambda data: ("unsigned char a[] = {\n" + ",\n".join(
        "  " + ", ".join(number(b) for b in row) for _, row in rows(data, 12)) + "\n};\n").encode()


def listed(begin, number, between, end):
    return lambda data: (begin + between.join(number(b) for b in data) + end).encode()


def intel_hex(data):
    out = []
    for at, row in rows(data):
        record = bytes([len(row), at >> 8, at & 255, 0]) + row
        out.append(":" + (record + bytes([-sum(record) & 255])).hex().upper())
    return "\n".join(out).encode()


def bits(data):
    return " ".join(f"{b:08b}" for b in data).encode()


def emacs(data):
    ruler = b"87654321  0011 2233 4455 6677 8899 aabb ccdd eeff  0123456789abcdef\n"
    return ruler + dump(lambda at: f"{at:08x}:", 2, " ")(data) if data else b""


def radare(data):
    ruler = b"- offset -   0 1  2 3  4 5  6 7  8 9  A B  C D  E F  0123456789ABCDEF\n"
    return ruler + dump(lambda at: f"0x{at:08x}", 2)(data)


def powershell(data):
    ruler = b"           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n"
    return ruler + dump(lambda at: f"{at:08X}", 1, "   ")(data) if data else b""


def plain(data):
    return data.hex().encode() + b"\n"


XXD = tool("xxd", "{}")
HEXDUMP = tool("hexdump", "-C", "{}")
UTF8 = b"\xef\xbb\xbf"

SHAPES = {
    "plain": plain,
    "plain upper": lambda data: data.hex().upper().encode(),
    "0x": lambda data: b"0x" + data.hex().encode(),
    "json string": lambda data: b'"0x' + data.hex().encode() + b'"',
    "spaced": lambda data: data.hex(" ").encode(),
    "colons": lambda data: data.hex(":").encode(),
    "dashes": lambda data: data.hex("-").encode(),
    "nbsp": lambda data: data.hex(" ").replace(" ", "\u00a0").encode(),
    "bom": changed(plain, lambda made: UTF8 + made),
    "utf-16-le": recoded(plain, "utf-16-le", b"\xff\xfe"),
    "utf-16-be": recoded(plain, "utf-16-be", b"\xfe\xff"),
    "utf-16 without mark": recoded(plain, "utf-16-le"),
    "utf-32": recoded(plain, "utf-32-le", b"\xff\xfe\0\0"),
    "bom xxd": changed(XXD, lambda made: UTF8 + made),
    "utf-16 hexdump": recoded(HEXDUMP, "utf-16-le", b"\xff\xfe"),
    "xxd": XXD, "xxd -c 8": tool("xxd", "-c", "8", "{}"), "xxd -c 5": tool("xxd", "-c", "5", "{}"),
    "xxd -c 1": tool("xxd", "-c", "1", "{}"), "xxd -c 40": tool("xxd", "-c", "40", "{}"),
    "xxd -g 1": tool("xxd", "-g", "1", "{}"), "xxd -g 4": tool("xxd", "-g", "4", "{}"),
    "xxd -g 8": tool("xxd", "-g", "8", "{}"), "xxd -g 0": tool("xxd", "-g", "0", "{}"),
    "xxd -g 3": tool("xxd", "-g", "3", "{}"),
    "xxd -u": tool("xxd", "-u", "{}"), "xxd -a": tool("xxd", "-a", "{}"), "xxd -d": tool("xxd", "-d", "{}"),
    "xxd -e": tool("xxd", "-e", "{}"), "xxd -e -g 8": tool("xxd", "-e", "-g", "8", "{}"),
    "xxd -e -c 8": tool("xxd", "-e", "-c", "8", "{}"),
    "xxd -b": tool("xxd", "-b", "{}"), "xxd -b -c 4": tool("xxd", "-b", "-c", "4", "{}"),
    "xxd -E": tool("xxd", "-E", "{}"), "xxd -o": tool("xxd", "-o", "64", "{}"),
    "xxd -i": tool("xxd", "-i", "{}"), "xxd -i -u": tool("xxd", "-i", "-u", "{}"),
    "xxd -p": tool("xxd", "-p", "{}"), "xxd -p -c 8": tool("xxd", "-p", "-c", "8", "{}"),
    "hexdump": tool("hexdump", "{}"), "hexdump -C": HEXDUMP, "hexdump -v -C": tool("hexdump", "-v", "-C", "{}"),
    "hexdump -x": tool("hexdump", "-x", "{}"), "hexdump -b": tool("hexdump", "-b", "{}"),
    "hexdump -d": tool("hexdump", "-d", "{}"), "hexdump -o": tool("hexdump", "-o", "{}"),
    "hexdump -c": tool("hexdump", "-c", "{}"), "hexdump -e": tool("hexdump", "-v", "-e", '16/1 "%02x " "\\n"', "{}"),
    "hexdump -C coloured": changed(HEXDUMP, coloured),
    "hexdump -C crlf": changed(HEXDUMP, lambda made: made.replace(b"\n", b"\r\n")),
    "hexdump -C cut": changed(HEXDUMP, lambda made: b"".join(made.splitlines(True)[:-1])),
    "hexdump -C fenced": changed(HEXDUMP, lambda made: b"```\n" + made + b"```\n"),
    "hexdump -C numbered": cat_n(HEXDUMP), "xxd numbered": cat_n(XXD), "xxd -p numbered": cat_n(tool("xxd", "-p", "{}")),
    "hexdump -C twice": changed(HEXDUMP, lambda made: made + made),
    "xxd without a line": changed(XXD, lambda made: b"".join(made.splitlines(True)[:1] + made.splitlines(True)[2:])),
    "od": tool("od", "{}"), "od -c": tool("od", "-c", "{}"), "od -a": tool("od", "-a", "{}"),
    "od -b": tool("od", "-b", "{}"), "od -x": tool("od", "-x", "{}"), "od two types": tool("od", "-A", "x", "-t", "x1u1", "{}"),
    "od two types c": tool("od", "-A", "x", "-t", "x1", "-t", "c", "{}"),
    "gdb x/xb": gdb("x", 1), "gdb x/xh": gdb("x", 2), "gdb x/xw": gdb("x", 4), "gdb x/xg": gdb("x", 8),
    "gdb x/ub": gdb("u", 1),
    "lldb": dump(lambda at: f"0x{at + 0x7ffe1230:x}:", 1, " "),
    "tcpdump -x": dump(lambda at: f"\t0x{at:04x}:", 2, "  ", text=False),
    "tcpdump -X": dump(lambda at: f"\t0x{at:04x}:", 2, "  "),
    "wireshark hex": dump(lambda at: f"{at:04x}", 1, "   ", text=False),
    "wireshark hex and ascii": dump(lambda at: f"{at:04x}", 1, "   ", gutter="   "),
    "wireshark escaped": wireshark_escaped,
    "wireshark base64": lambda data: base64.b64encode(data),
    "wireshark c array": c_array(lambda b: f"0x{b:02x}"),
    "objdump -s": dump(lambda at: f" {at:04x}", 4, " "),
    "hxd": dump(lambda at: f"{at:08X}", 1, "  "),
    "certutil": dump(lambda at: f"{at:04x}", 1, "\t", gutter="   "),
    "windbg": dump(lambda at: f"00007ff6`{at:08x}", 1, "  "),
    "debug.com": dump(lambda at: f"0100:{at:04X}", 1, "  ", gutter="   "),
    "lspci": dump(lambda at: f"{at:02x}:", 1, " ", text=False),
    "short offsets": dump(lambda at: f"{at:02x}", 1, " ", text=False),
    "one blank": dump(lambda at: f"{at:04x}", 1, " ", text=False),
    "one blank 8": dump(lambda at: f"{at:08x}", 1, " ", text=False),
    "u-boot": lambda data: dump(lambda at: f"{at:08x}:", 4, " ")(data),
    "emacs hexl": emacs, "radare px": radare, "powershell": powershell,
    "hexyl": hexyl, "hexyl numbered": bat(hexyl), "bat": bat(tool("xxd", "-p", "-c", "8", "{}")) if shutil.which("xxd") else plain,
    "ngrep": lambda data: "\n".join("  " + row.hex(" ").ljust(47) + "    " + text_of(row) for _, row in rows(data)).encode(),
    "python bytes": lambda data: repr(data).encode(),
    "python assigned": lambda data: f">>> payload = {data!r}\n".encode(),
    "python bytearray": lambda data: repr(bytearray(data)).encode(),
    "python fromhex": lambda data: f"bytes.fromhex('{data.hex(' ')}')".encode(),
    "python list": lambda data: repr(list(data)).encode(),
    "python bytes of list": lambda data: f"bytes({list(data)!r})".encode(),
    "python bytes in lines": lambda data: ("(" + "\n ".join(repr(row) for _, row in rows(data)) + ")").encode() if data else b"b''",
    "python list of bytes": lambda data: repr([data, data]).encode(),
    "python 0b": lambda data: " ".join(bin(b + 256).replace("0b1", "0b") for b in data).encode(),
    "go %v": listed("[", str, " ", "]"), "go literal": listed("[]byte{", lambda b: f"0x{b:x}", ", ", "}"),
    "go decimal literal": listed("[]byte{", str, ", ", "}"), "go % x": lambda data: data.hex(" ").encode(),
    "rust vec": listed("vec![", str, ", ", "]"), "rust hex": listed("[", lambda b: f"{b:x}", ", ", "]"),
    "rust 02x": listed("[", lambda b: f"{b:02x}", ", ", "]"), "rust 0x": listed("[", lambda b: f"0x{b:02x}", ", ", "]"),
    "js buffer": listed("<Buffer ", lambda b: f"{b:02x}", " ", ">"),
    "js array": lambda data: f"Uint8Array({len(data)}) [ {', '.join(str(b) for b in data)} ]".encode(),
    "js buffer json": lambda data: json.dumps({"type": "Buffer", "data": list(data)}, separators=(",", ":")).encode(),
    "java signed": listed("[", lambda b: str(b - 256 if b > 127 else b), ", ", "]"),
    "numpy": listed("[", lambda b: f"{b:3}", " ", "]"),
    "c decimal": c_array(str), "c string": lambda data: ('"' + "".join(f"\\x{b:02x}" for b in data) + '"').encode(),
    "bits": bits, "intel hex": intel_hex, "base32": lambda data: base64.b32encode(data),
    "postgres": lambda data: b"\\x" + data.hex().encode(),
    "escapes and letters": lambda data: "".join(chr(b) if chr(b).isalnum() and b < 127 else f"\\x{b:02x}" for b in data).encode(),
}
for radix in "oxdn":
    for kind in ("x1", "x1z", "x2", "x4", "x8", "u1", "d1", "o1", "u2", "c"):
        SHAPES[f"od -A {radix} -t {kind}"] = tool("od", "-A", radix, "-t", kind, "{}")
    SHAPES[f"od -A {radix} -t x1 -w8"] = tool("od", "-A", radix, "-t", "x1", "-w8", "{}")
    SHAPES[f"od -A {radix} -t x1 -v"] = tool("od", "-A", radix, "-t", "x1", "-v", "{}")
    SHAPES[f"od -A {radix} -t x2 big"] = tool("od", "-A", radix, "-t", "x2", "--endian=big", "{}")

# Read, with the same bytes, whatever the data (but for what is said in brackets): everything else may be refused.
MUST_READ = {
    "plain", "plain upper", "0x", "json string", "spaced", "colons", "dashes", "nbsp", "bom", "utf-16-le", "utf-16-be",
    "bom xxd", "utf-16 hexdump", "xxd", "xxd -c 8", "xxd -c 5", "xxd -c 40", "xxd -g 1", "xxd -u", "xxd -a", "xxd -d", "xxd -o",
    "xxd -g 0", "xxd -i", "xxd -p", "xxd -p -c 8", "hexdump -C", "hexdump -v -C", "hexdump -e", "hexdump -C coloured",
    "hexdump -C crlf", "hexdump -C fenced", "hexdump -C numbered", "od -A x -t x1 -v", "od -A o -t x1 -v",
    "od -A d -t x1 -v", "od -A o -t x1", "od -A d -t x1", "gdb x/xb", "tcpdump -x", "tcpdump -X", "lldb", "wireshark hex",
    "wireshark hex and ascii", "wireshark escaped", "wireshark c array", "hexyl", "python bytes", "python assigned",
    "python bytearray", "python fromhex", "python bytes of list", "python bytes in lines", "go literal", "js buffer", "rust vec",
    "js array", "js buffer json", "c string", "emacs hexl", "powershell", "hxd", "postgres",
}
