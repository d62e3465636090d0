"""The contract's section `bytes`."""

import random

from entries import CAPTURE, PING, SESSION, entry, has_fields, tested

GOOD, BAD = "c88363617483646f67", "c483646f"
RANDOM_STRINGS = 24


@entry("bytes", "every subcommand of rlp and wire, and --protocol")
def subcommands(place):
    for room, words in (("rlp", "show check explain text encode diff"), ("wire", "show check explain text encode split")):
        for word in words.split():
            assert "--json" in place.options(room + " " + word)
            assert room == "rlp" or "--protocol" in place.options("wire " + word), word


@entry("bytes", "show goes on after errors")
def tolerant(place):
    shown = place.document("wire", "show", "00ff" + PING + "22400891000000028102" + PING, code=None)
    assert [frame["type"] for frame in shown["frames"] if frame.get("type") == "Ping"] == ["Ping"] * 2, shown


@entry("bytes", "check is strict: 1 with code, offset, length, path and hint")
def strict(place):
    place.run("rlp", "check", GOOD)
    place.run("wire", "check", PING)
    for words in (["rlp", "check", "c28105"], ["wire", "check", PING[:-2]]):
        told = place.document(*words, code=1)
        assert told["ok"] is False
        has_fields(told["error"], "code offset length path hint", "error")
        said = place.run(*words, code=1).out
        assert told["error"]["code"] in said and "hint" in said, said


@entry("bytes", "json of rlp show")
def json_of_show(place):
    good = place.document("rlp", "show", GOOD)
    assert good["ok"] is True and "error" not in good and good["items"][0]["items"][0]["value"] == "0x636174", good
    bad = place.document("rlp", "show", BAD, code=None)
    assert bad["ok"] is False and isinstance(bad["items"], list), bad
    has_fields(bad["error"], "code offset length path hint", "error")


@entry("bytes", "json of wire show")
def json_of_wire_show(place):
    shown = place.document("wire", "show", PING + PING)
    assert shown["ok"] is True and [frame["offset"] for frame in shown["frames"]] == [0, 10], shown
    has_fields(shown["frames"][0], "offset size type id fields tree", "frame")
    assert shown["frames"][0]["type"] == "Ping" and shown["frames"][0]["id"] == 2 and shown["frames"][0]["size"] == 10


@entry("bytes", "encode prints hex on one line")
def one_line(place):
    assert place.run("rlp", "encode", '["cat" "dog"]').out == GOOD + "\n"
    assert place.run("wire", "encode", stdin=place.run("wire", "text", PING).out).out == PING + "\n"


def comes_back(place, room, data):
    text = place.run(room, "text", "--in", "hex", "-", stdin=data.hex(), code=None)
    again = place.run(room, "encode", "-", stdin=text.out, code=None)
    assert again.code == 0 and again.out.strip() == data.hex(), "%s: %s: %r, %r" % (room, data.hex(), text, again)


@entry("bytes", "encode(text(b)) is b, malformed or not")
def law(place):
    chance = random.Random(15)
    frame = bytes.fromhex(PING)
    for number in range(RANDOM_STRINGS):
        data = chance.randbytes(chance.randrange(1, 80))
        comes_back(place, "rlp", data)
        comes_back(place, "wire", (frame * (number % 3)) + data)


tested("bytes", "the law, on all vectors cut and changed", "show/text_test.cpp", "random bytes", "come back")


@entry("bytes", "pcap reassembles and dissects the streams of a capture")
def pcap(place):
    shown = place.document("pcap", CAPTURE)
    assert shown["messages"][0]["type"] == "Hello" and shown["messages"][0]["segments"] > 0, shown["messages"][0]
    assert {one["from"] for one in shown["messages"]} == {"dialer", "listener"}
    assert place.document("pcap", SESSION, code=None)["messages"], "a recorded session is a capture, too"


tested("bytes", "each command reads a conversation in every shape", "cmd/shapes_test.cpp", "whatever it comes in")


@entry("bytes", "what is no input is exit 1, 2 or 3, and says so")
def no_input(place):
    assert place.run("rlp", "show", "xyz-no-hex", code=None).code in (1, 2, 3)
    assert place.run("pcap", place.path("missing"), code=3).err


@entry("second round", "check --batch: one hex a line in, one JSON a line out")
def batch(place):
    told = place.run("rlp", "check", "--batch", stdin="c0\n8105\n" + GOOD + "\n", code=None).lines()
    assert [one["ok"] for one in told] == [True, False, True], told


@entry("second round", "encode and text with field names")
def by_name(place):
    assert place.run("wire", "encode", "Ping").out.strip() == PING
