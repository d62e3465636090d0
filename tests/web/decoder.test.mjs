// Tables against the .def files, the reader's buffer, hex in many shapes, and a slow second opinion on errors.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { bytesOf, readVectors, root } from "./support.mjs";
import { decodeRlp, decodeWire, findProfile, fromHex, hexOf, readerState } from "../../web/page/decoder.js";

test("the tables are those of wire/*.def", { skip: fs.existsSync(path.join(root, "wire")) ? false : "skipped: wire/*.def not found" }, () => {
  const made = spawnSync("python3", ["-B", path.join(root, "tools/tables.py"), "--check"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stdout + made.stderr);
});

test("no table stands beside the ones that are made", () => {
  const words = ["parent_hash", "gas_price", "genesis_hash", "useless peer", "p2p2/eth48", "octet_list"];
  for (const folder of ["web/page", "tools/wireshark/ethpoc"]) {
    for (const name of fs.readdirSync(path.join(root, folder)).filter((one) => /\.(js|lua)$/.test(one) && !one.startsWith("tables."))) {
      const text = fs.readFileSync(path.join(root, folder, name), "utf8");
      for (const word of words) assert.ok(!text.includes(word), `${folder}/${name} says ${word}, which is for tools/tables.py`);
    }
  }
});

test("profiles are found by name, eth version and release", () => {
  assert.equal(findProfile("49").name, "p2p2/eth49");
  assert.equal(findProfile("52").name, "p2p3/eth52");
  assert.equal(findProfile("poc5").name, "23");
  assert.equal(findProfile("57"), null);
});

test("the reader's buffer after every byte", () => {
  const bytes = bytesOf("2240089100000002c1022240089100000003c20107");
  const seen = [];
  for (let n = 0; n <= bytes.length; n++) {
    const { frames, buffered, needs } = readerState(bytes, n);
    seen.push([frames, buffered, needs]);
  }
  assert.deepEqual(seen[0], [0, 0, 8]);
  assert.deepEqual(seen[5], [0, 5, 3]);
  assert.deepEqual(seen[8], [0, 8, 2]);
  assert.deepEqual(seen[10], [1, 0, 8]);
  assert.deepEqual(seen[20], [1, 10, 1]);
  assert.deepEqual(seen[21], [2, 0, 8]);
});

test("a stream in pieces gives the same frames as the whole", () => {
  for (const vector of readVectors("wire.json").filter((one) => one.frames.every((frame) => !frame.error))) {
    const bytes = bytesOf(vector.hex);
    assert.equal(readerState(bytes, bytes.length).frames, decodeWire(bytes).entries.length, vector.name);
  }
});

test("hex in the shapes in which people have it", () => {
  const cases = [
    ["c8 83:63,61-74", "c883636174"], ["0xc883 0X63", "c88363"], ["\\xc8\\x83", "c883"], ["{0xc8, 0x5}", "c805"], ["", ""], ["C8 # a list\n83", "c883"],
    ["00000000: c883 6361 7483 646f 67                   ..cat.dog", "c88363617483646f67"],
    ["00000000  c8 83 63 61 74 83 64 6f  67                       |..cat.dog|", "c88363617483646f67"],
  ];
  for (const [text, hex] of cases) assert.equal(hexOf(fromHex(text).bytes), hex, text);
  assert.deepEqual(fromHex("c8 8"), { error: { code: "hex.odd_digits", offset: 3, length: 1 } });
  assert.deepEqual(fromHex("c8\nxyz"), { error: { code: "hex.bad_character", offset: 3, length: 1 } });
});

/** A slow reader that recurses on copies: only whether the bytes are one canonical item. */
function isItem(bytes) {
  const rest = afterItem(bytes);
  return rest !== null && rest.length === 0;
}

function afterItem(bytes) {
  if (bytes.length === 0) return null;
  const [first] = bytes;
  if (first < 0x80) return bytes.slice(1);
  const low = first & 0x3f;
  const count = Math.max(0, low - 55);
  const digits = [...bytes.slice(1, 1 + count)];
  if (digits.length < count || digits[0] === 0) return null;
  const size = count === 0 ? low : Number(BigInt("0x" + hexOf(digits)));
  if (count > 0 && size < 56) return null;
  const payload = bytes.slice(1 + count, 1 + count + size);
  if (payload.length < size) return null;
  if (first >= 0xc0) {
    for (let left = payload; left.length > 0; ) {
      left = afterItem(left);
      if (left === null) return null;
    }
  } else if (size === 1 && payload[0] < 0x80) {
    return null;
  }
  return bytes.slice(1 + count + size);
}

test("every changed byte of every vector: refused exactly when the slow reader refuses", () => {
  for (const vector of [...readVectors("rlp.json"), ...readVectors("wire.json")].filter((one) => one.hex.length < 400)) {
    const bytes = bytesOf(vector.hex);
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x80, 0x40, 0xff, 0x07]) {
        const changed = Uint8Array.from(bytes);
        changed[at] ^= change;
        const { error } = decodeRlp(changed);
        if (error?.code === "rlp.depth_limit") continue;
        assert.equal(error === null, isItem(changed), `${hexOf(changed)}: ${error?.code}`);
        if (error) assert.ok(error.offset + error.length <= changed.length, hexOf(changed));
      }
    }
  }
});

test("ten thousand nested lists and a megabyte of headers are read in bounded memory", () => {
  let deep = Uint8Array.of(0xc0);
  const parts = [deep];
  for (let i = 0, size = 1; i < 10000; i++) {
    const head = size < 56 ? [0xc0 + size] : size < 256 ? [0xf8, size] : [0xf9, size >> 8, size & 255];
    parts.unshift(Uint8Array.from(head));
    size += head.length;
  }
  deep = Uint8Array.from(parts.flatMap((part) => [...part]));
  assert.equal(decodeRlp(deep).error.code, "rlp.depth_limit");
  assert.equal(decodeRlp(new Uint8Array(1 << 20).fill(0xc1)).error.code, "rlp.item_overruns_parent");
});
