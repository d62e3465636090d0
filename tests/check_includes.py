#!/usr/bin/env python3
"""Checks what the compiler does not: the arrows between the rooms, who may open a socket, where error codes stand, the
length of files and the names of tests.

Reads lines, not C++. Prints one line for each offence and "N passed, N failed" over the files at the end.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The table of the rooms: who may include whom. A room may always include itself.
MAY_INCLUDE = {
    "rlp": set(),
    "wire": {"rlp"},
    "chain": {"rlp"},
    "sync": {"chain", "wire", "rlp"},
    "show": {"chain", "wire", "rlp"},
    "record": {"wire", "rlp"},
    "http": set(),
    "peer": {"sync", "chain", "wire", "http", "rlp"},
    "conform": {"peer", "sync", "chain", "wire", "rlp", "record", "show"},
    "sim": {"peer", "sync", "chain", "wire", "rlp", "config"},
    "config": set(),
    "cmd": {"rlp", "wire", "chain", "sync", "show", "record", "http", "peer", "conform", "sim", "config"},
    "tests": {"rlp", "wire", "chain", "sync", "show", "record", "http", "peer", "conform", "sim", "config", "cmd"},
}

# What a room keeps apart inside: a file in the folder includes of its own room only that folder and what stands after it.
INNER = {"cmd/view": ("cmd/view/", "cmd/exit_code.hpp")}

# Headers that the build generates, by room: files as arrays. Nobody else's: they are not installed.
GENERATED = {"cmd": ("embedded/",), "conform": ("embedded/",)}

# Libraries by the start of the included name; None means everything.
LIBRARIES = {
    "rlp": (),
    "wire": (),
    "sync": (),
    "show": (),
    "record": ("nlohmann/", "zlib.h"),
    # Of Boost only the 256-bit numbers of difficulty and proof of work; no Asio.
    "chain": ("boost/multiprecision/", "cryptopp/", "crypto++/", "secp256k1", "sqlite3.h"),
    # Beast is here alone.
    "http": ("boost/asio/", "boost/beast/"),
    # secp256k1: a peer's node id is the public key of its node key.
    "peer": ("boost/asio/", "boost/system/", "spdlog/", "fmt/", "secp256k1", "nlohmann/"),
    "conform": ("nlohmann/", "toml++/"),
    "sim": ("toml++/",),
    "config": ("CLI/", "toml++/"),
    "cmd": None,
    "tests": None,
}

# System headers beyond the C++ library, by room. Sockets are left to Asio, in peer/ and http/.
SYSTEM = {
    "rlp": set(),
    "wire": set(),
    "record": {"unistd.h", "fcntl.h", "sys/stat.h"},
    "chain": {"unistd.h", "fcntl.h", "sys/stat.h", "sys/file.h"},
    "sync": set(),
    "show": set(),
    "http": set(),
    "peer": None,
    "conform": set(),
    "sim": set(),
    "config": {"unistd.h", "fcntl.h", "sys/stat.h"},
    "cmd": None,
    "tests": None,
}

SOCKETS = re.compile(r"^(boost/asio|boost/beast|sys/(socket|epoll|select|un)\.h|poll\.h|netdb\.h|arpa/|netinet/)")
MAY_USE_SOCKETS = {"http", "peer", "tests"}

MAX_LINES = 400
SPLIT_NAME = re.compile(r'TEST_CASE\("[^"]*;')
# A code that stands alone is in no catalogue; rows of an errors.def are.
LONELY_CODE = re.compile(r'\bErrorCode\s+\w+\s*[{(=]\s*[{(]?\s*"')
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD = re.compile(r"^[a-z_]+[0-9]*$|^c[a-z]+$")


def offences_of_include(room, folder, quoted, name):
    """Sentences about one include of one file in `folder` of `room`."""
    first = name.split("/")[0]
    if first in MAY_INCLUDE:
        if first == room and folder in INNER and not name.startswith(INNER[folder]):
            yield f"{folder}/ may not include {name}"
        if first != room and first not in MAY_INCLUDE[room]:
            yield f"{room}/ may not include {first}/ ({name})"
        return
    if quoted and name.startswith(GENERATED.get(room, ("/",))):
        return
    if quoted:
        yield f'"{name}" does not start with a room; includes are relative to the root'
        return
    if SOCKETS.match(name) and room not in MAY_USE_SOCKETS:
        yield f"only peer/ and http/ open sockets ({name})"
    if STANDARD.match(name):
        return
    if name.endswith(".h") and not any(name.startswith(p) for p in (LIBRARIES[room] or ())):
        if SYSTEM[room] is not None and name not in SYSTEM[room]:
            yield f"{room}/ may not include <{name}>"
    elif LIBRARIES[room] is not None and not any(name.startswith(p) for p in LIBRARIES[room]):
        yield f"{room}/ may not include <{name}>"


def offences_of_file(path):
    room = path.relative_to(ROOT).parts[0]
    folder = path.parent.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            for sentence in offences_of_include(room, folder, match.group(1) == '"', match.group(2)):
                yield number, sentence
    for match in SPLIT_NAME.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, "the name of a test holds a semicolon, at which CMake would cut it in two"
    if room != "tests":
        for match in LONELY_CODE.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, "an error code is a row of the room's errors.def"
    if len(lines) > MAX_LINES:
        yield len(lines), f"{len(lines)} lines; {MAX_LINES} at most"
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield 1, "no #pragma once"


def main():
    passed = failed = 0
    for room in MAY_INCLUDE:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix not in (".cpp", ".hpp", ".def", ".h") or "consumer" in path.parts:
                continue
            offences = list(offences_of_file(path))
            for number, sentence in offences:
                print(f"{path.relative_to(ROOT)}:{number}: {sentence}")
            failed += bool(offences)
            passed += not offences
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
