// encode(text(b)) == b for every b, and what the text looks like.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { bytesOf, random, readVectors, root, sessionStreams, sharedDir } from "./support.mjs";
import { decodeRlp, decodeWire, encodeText, endOf, hexOf, textOfRlp, textOfWire, walk } from "../../web/page/decoder.js";

function roundTrip(bytes, what) {
  for (const text of [textOfRlp(decodeRlp(bytes)), textOfWire(decodeWire(bytes)), textOfWire(decodeWire(bytes, "0"))]) {
    const back = encodeText(text);
    assert.equal(back.error, undefined, `${what}: ${JSON.stringify(back.error)} in\n${text}`);
    assert.equal(hexOf(back.bytes), hexOf(bytes), `${what}:\n${text}`);
  }
}

/** Every byte is in one header or one payload of a leaf. */
function countsEveryByteOnce(nodes, from, end) {
  let at = from;
  walk(nodes, (node) => {
    assert.equal(node.offset, at);
    at = node.items ? node.offset + node.header : endOf(node);
    return false;
  });
  assert.equal(at, end);
}

const base = () => [...readVectors("rlp.json"), ...readVectors("wire.json")].map((vector) => bytesOf(vector.hex));

test("vectors, every cut of them and every byte of them changed survive the way to text and back", () => {
  const next = random(7);
  for (const bytes of base()) {
    roundTrip(bytes, hexOf(bytes));
    for (let n = 0; n < bytes.length; n += bytes.length > 200 ? 17 : 1) {
      roundTrip(bytes.subarray(0, n), `cut at ${n}`);
      const changed = Uint8Array.from(bytes);
      changed[n] = next(256);
      roundTrip(changed, `byte ${n} changed`);
    }
  }
});

test("random bytes survive, and each belongs to one node", () => {
  const next = random(2014);
  const heads = [0x00, 0x7f, 0x80, 0x81, 0x82, 0xb7, 0xb8, 0xb9, 0xbf, 0xc0, 0xc1, 0xc4, 0xf7, 0xf8, 0xf9, 0xff, 0x22, 0x40, 0x08, 0x91];
  for (let run = 0; run < 3000; run++) {
    const bytes = Uint8Array.from({ length: next(60) }, () => (next(2) ? next(256) : heads[next(heads.length)]));
    roundTrip(bytes, hexOf(bytes));
    countsEveryByteOnce(decodeRlp(bytes).items, 0, bytes.length);
    for (const name of ["auto", "0"]) {
      let at = 0;
      for (const entry of decodeWire(bytes, name).entries) {
        assert.equal(entry.offset, at);
        at += entry.size;
        if (entry.nodes.length > 0) countsEveryByteOnce(entry.nodes, entry.offset + (entry.gap ? 0 : 8), at);
      }
      assert.equal(at, bytes.length);
    }
  }
});

test("good input has neither modifiers nor comments, and the text that the vectors name", () => {
  for (const vector of readVectors("rlp.json").filter((one) => !one.error)) {
    const text = textOfRlp(decodeRlp(bytesOf(vector.hex)));
    assert.doesNotMatch(text, /long:|len:|raw:|#/, vector.name);
    if (vector.text) assert.equal(text, vector.text + "\n", vector.name);
  }
});

test("text of every kind is read", () => {
  const cases = [
    ["frame { [0 7 0 \"eth\" `00`] }", "2240089100000009c88007808365746800"], ["frame sync=`22400890` size=3 { raw:`c2` raw:`81 02` }", "2240089000000003c28102"],
    ["[ byte:`00` long:1\"a\" len:5\"abc\" [] [[]] ]", "cb00b8016185616263c0c1c0"], ["trailing `dead` # end", "dead"], ["0", "80"], ["18446744073709551615", "88ffffffffffffffff"],
    ["\"a\\x00\\\"\\\\\"", "846100225c"], ["long:0 5", "8105"], ["long:8 []", "ff0000000000000000"], ["", ""], ["len:70 long:2[]", "f90046"],
  ];
  for (const [text, hex] of cases) {
    const { bytes, error } = encodeText(text);
    assert.equal(error, undefined, text);
    assert.equal(hexOf(bytes), hex, text);
  }
});

test("text that makes no sense is refused with its place", () => {
  const cases = [
    ["[1", "text.unclosed", 2], ["1 ]", "text.syntax", 2], ["\"abc", "text.unclosed", 0], ["`abc`", "text.syntax", 0], ["frame [", "text.syntax", 6],
    ["18446744073709551616", "text.bad_number", 0], ["long:1 len:256 []", "text.bad_number", 15], ["hello", "text.syntax", 0], ["frame { ]", "text.syntax", 8],
  ];
  for (const [text, code, offset] of cases) {
    const { error } = encodeText(text);
    assert.equal(error?.code, code, text);
    assert.equal(error.offset, offset, text);
  }
});

test("recorded sessions: every frame is explained and the text gives the same bytes", () => {
  const folders = [path.join(root, "tests/sessions"), ...(sharedDir() ? [path.join(sharedDir(), "sessions")] : [])];
  const files = folders.flatMap((folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? fs.readdirSync(path.join(folder, entry.name)).map((name) => path.join(folder, entry.name, name)) : path.join(folder, entry.name)));
  for (const file of files.filter((name) => name.endsWith(".jsonl"))) {
    for (const { name, bytes } of sessionStreams(file)) {
      const shown = decodeWire(bytes);
      for (const entry of shown.entries) {
        const cut = entry.error?.code === "frame.incomplete" && entry.offset + entry.size === bytes.length;
        assert.ok(!entry.error || cut, `${file} ${name}: ${JSON.stringify(entry.error)}`);
        assert.notEqual(entry.type, "Unknown");
      }
      assert.equal(hexOf(encodeText(textOfWire(shown)).bytes), hexOf(bytes));
    }
  }
});
