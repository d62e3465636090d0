"""The contract's sections `chain` and `conformance`, and the commands of the second round."""

import json
import os

from entries import ROOT, SESSION, entry, has_fields, tested
from peer_entries import Node, at
from raw_peer import _item as item_at

SYNOPSES = {
    "chain status": "--data-dir --json", "chain show": "--data-dir --json", "chain verify": "--from --data-dir --json",
    "chain export": "--data-dir --json", "chain import": "--data-dir --json", "chain tail": "--data-dir --json",
}


@entry("chain", "every option of the synopsis")
def synopsis(place):
    for command, options in SYNOPSES.items():
        missing = set(options.split()) - place.options(command)
        assert not missing, "%s does not take %s" % (command, missing)


@entry("chain", "fields of status --json")
def status(place):
    told = place.document("chain", "status", "--data-dir", place.chain())
    has_fields(told, "protocol genesis_hash head_number head_hash total_difficulty blocks", "status")
    assert told["head_number"] == 20 and told["head_hash"].startswith("0x"), told


@entry("chain", "show takes a number or a hash")
def show(place):
    data = place.chain()
    by_number = place.document("chain", "show", "3", "--data-dir", data)
    assert place.document("chain", "show", by_number["hash"], "--data-dir", data) == by_number
    place.run("chain", "show", "99", "--data-dir", data, code=1)


@entry("chain", "verify holds, also from a block on")
def verify(place):
    data = place.chain()
    assert place.document("chain", "verify", "--data-dir", data)["ok"] is True
    assert place.document("chain", "verify", "--from", "5", "--data-dir", data)["from"] == 5


tested("chain", "verify names the first bad block and the rule", "output/read_stores.py", "def changed_block")
tested("chain", "what verify checks", "chain/verify_test.cpp", "TEST_CASE")


@entry("chain", "export is block RLP, oldest first, and import takes it back")
def export(place):
    data, out, again = place.chain(), place.path("blocks.rlp"), place.path("again")
    place.run("chain", "export", out, "--data-dir", data)
    with open(out, "rb") as file:
        rest = file.read()
    offset, numbers = 0, []
    while offset < len(rest):
        block, offset = item_at(rest, offset)
        assert isinstance(block, list)
        numbers.append(len(numbers) + 1)
    told = place.document("chain", "import", out, "--data-dir", again)
    assert told["imported"] == len(numbers) == 20, told
    first = place.document("chain", "show", "1", "--data-dir", again)
    assert first == place.document("chain", "show", "1", "--data-dir", data)


@entry("chain", "tail tells the last blocks")
def tail(place):
    told = place.run("chain", "tail", "--count", "3", "--data-dir", place.chain(), "--json").lines()
    assert [one["number"] for one in told] == [18, 19, 20], told


# ---------------------------------------------------------------- conformance

CONFORM = ("--listen --exec --protocol --level --expect --tap --junit --json --html --list --explain --record words")


@entry("conformance", "every option of the synopsis")
def conform_synopsis(place):
    missing = set(CONFORM.split()) - place.options("conform")
    assert not missing, missing
    assert place.document("conform", "--list") and place.run("conform", "--explain", "F01", code=None).code in (0, 5)


@entry("conformance", "levels are must, should and all")
def levels(place):
    for level in ("must", "should", "all"):
        assert place.run("conform", "--list", "--level", level).out
    place.run("conform", "--list", "--level", "some", code=2)


@entry("conformance", "a target that passes, and reports of it")
def conform_passes(place):
    with Node(place, "--protocol", "8") as node:
        files = {name: place.path(name) for name in ("r.tap", "r.xml", "r.html")}
        place.run("conform", at(node), "F01", "F02", "--protocol", "8", "--tap", files["r.tap"], "--junit",
                  files["r.xml"], "--html", files["r.html"], "--record", place.path("records"), code=None)
        for name in files.values():
            assert os.path.getsize(name) > 0, name


tested("conformance", "targets by --exec and --listen, --expect", "conform/program.py", "def started_targets", "def is_dialled",
       "def expectations")

# ---------------------------------------------------------------- second round

ADDED = {
    "status": "--data-dir --watch --json", "send": "--expect", "rlp check": "--batch",
    "peers list": "--json", "peers show": "--json", "peers add": "--json", "peers remove": "--json", "peers ban": "--json",
    "peers unban": "--json", "peers watch": "--json", "mine": "--json", "genesis list": "--json", "genesis show": "--json",
    "genesis make": "--json", "key new": "--json", "key show": "--json", "tx make": "--json", "tx send": "--json",
    "chain balance": "--json", "chain find": "--json", "chain repair": "--json", "chain prune-forks": "--json",
    "conform report": "--json", "conform diff": "--json", "sim run": "--seed --nodes --json",
}


def added(command, options):
    @entry("second round", "%s is there with %s" % (command, options))
    def is_there(place):
        missing = set(options.split()) - place.options(command)
        assert not missing, "%s does not take %s" % (command, missing)


for name, row in ADDED.items():
    added(name, row)


@entry("second round", "status of a stopped node comes from its files")
def status_of_files(place):
    told = place.document("status", "--data-dir", place.chain())
    assert told["running"] is False and told["head"]["number"] > 0, told
    has_fields(told["head"], "number hash total_difficulty protocol", "head of status")
    has_fields(told, "state known bans special", "status")
    assert place.document("status", "--data-dir", place.path("nothing"), code=1)["ok"] is False


tested("second round", "status of a running node, once and with --watch", "operations/operations.py", "def status_of_a_running",
       '"--watch"')


@entry("second round", "send says Hello, sends, and judges by --expect")
def send(place):
    with Node(place, "--protocol", "8") as node:
        place.run("send", at(node), "Ping", "--expect", "Pong", "--protocol", "8")


tested("second round", "control.sock has mode 0600; a running node and the files of a stopped one", "operations/operations.py",
       "def running_node", "def stopped_node", "0o600")
tested("second round", "mine, genesis, key and tx as a newcomer types them", "mining/mining.py", "def travel", "def offline")
tested("second round", "conform report and diff", "conform/program.py", "def diff_says_worse")


@entry("second round", "--state is on or off")
def state(place):
    for word in ("on", "off"):
        assert word in str(place.document("config", "show", "--state", word)["settings"])
    ran = place.run("config", "show", "--state", "of", code=2)
    assert "give on or off" in ran.err, ran


@entry("second round", "words of settings are refused when they are none")
def words_of_settings(place):
    for setting, word, meant in (("--log.level", "wran", "warn"), ("--log.format", "jsno", "json"), ("--relay", "fan-out", "fanout")):
        ran = place.run("run", setting, word, "--listen", "none", "--data-dir", ":memory:", "--for", "1", code=2)
        assert 'did you mean "%s"' % meant in ran.err, ran


@entry("second round", "sim run says how a scenario ended")
def sim(place):
    told = place.document("sim", "run", os.path.join(ROOT, "sim", "scenarios", "small.toml"), "--seed", "7", "--for", "20s",
                          code=None)
    has_fields(told, "ok seed figures expectations", "sim run")


WRITERS = (["pcap", "--from", SESSION, "--write", "OUT"], ["chain", "export", "OUT"], ["web", "--out", "OUT"],
           ["genesis", "make", "--difficulty", "1000", "--out", "OUT"])


@entry("second round", "nothing is overwritten without --force")
def overwrites(place):
    data = place.chain()
    for number, words in enumerate(WRITERS):
        out = place.path("out%d" % number)
        more = ["--data-dir", data] if words[0] == "chain" else []
        command = [out if word == "OUT" else word for word in words] + more
        place.run(*command)
        with open(out, "w", encoding="ascii") as file:
            file.write("older")
        ran = place.run(*command, code=None)
        with open(out, encoding="ascii", errors="replace") as file:
            assert ran.code == 2 and "--force" in ran.err and file.read() == "older", (command, ran)
        place.run(*command, "--force")
        assert os.path.getsize(out) > len("older")


tested("second round", "every writer writes beside and renames", "output/write_files.py", "def stopped_in_the_middle",
       "def a_disk_that_is_full")


@entry("second round", "exit 2 for an empty or impossible path")
def paths(place):
    for path in ("", "x" * 5000):
        place.run("chain", "status", "--data-dir", path, code=2)
        place.run("web", "--out", path, code=2)
        place.run("chain", "import", path, "--data-dir", place.path("data"), code=2)
