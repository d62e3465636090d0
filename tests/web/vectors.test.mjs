// Every vector of tests/vectors, the third-party ones when they stand beside the checkout, and every cut of each.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { bytesOf, readVectors, sharedDir } from "./support.mjs";
import { decodeRlp, decodeWire, endOf, hexOf, rlpToJson, wireToJson } from "../../web/page/decoder.js";

const place = ({ code, offset, length, path: where }) => ({ code, offset, length, path: where });
const valueOf = (node) => (node.items ? node.items.map(valueOf) : node.value);

for (const vector of readVectors("rlp.json")) {
  test(`rlp: ${vector.name}`, () => {
    const shown = rlpToJson(decodeRlp(bytesOf(vector.hex)));
    if (vector.error) {
      assert.equal(shown.ok, false);
      assert.deepEqual(place(shown.error), vector.error);
    } else {
      assert.equal(shown.ok, true);
      assert.deepEqual(valueOf(shown.items[0]), vector.value);
    }
  });
}

for (const vector of readVectors("wire.json")) {
  test(`wire: ${vector.name}`, () => {
    const shown = wireToJson(decodeWire(bytesOf(vector.hex), vector.protocol));
    assert.equal(shown.frames.length, vector.frames.length);
    assert.equal(shown.ok, vector.frames.every((frame) => !frame.error));
    vector.frames.forEach((want, i) => {
      const got = shown.frames[i];
      assert.equal(got.type, want.type);
      assert.equal(got.id, want.id);
      assert.deepEqual(got.error ? place(got.error) : undefined, want.error);
      if (want.fields) assert.deepEqual(got.fields, want.fields);
      if (want.size !== undefined) assert.equal(got.size, want.size);
    });
  });
}

for (const vector of readVectors("streams.json")) {
  test(`streams: ${vector.name}`, () => {
    const { entries } = decodeWire(bytesOf(vector.hex), "23");
    assert.deepEqual(entries.map(({ offset, size, error }) => ({ offset, size, error: error?.code ?? null })), vector.pieces);
  });
}

for (const vector of readVectors("capabilities.json")) {
  test(`capabilities: ${vector.name}`, () => {
    const { profile, entries } = decodeWire(bytesOf(vector.hex));
    assert.equal(profile.name, vector.protocol);
    assert.deepEqual(entries.slice(1).map((entry) => entry.type), vector.types);
  });
}

for (const vector of readVectors("layouts.json")) {
  test(`layouts: ${vector.name}`, () => {
    const bytes = bytesOf(vector.hex);
    const { entries } = decodeWire(bytes);
    assert.deepEqual(entries.filter((entry) => entry.error), []);
    const { fields, nodes } = entries[entries.length - 1];
    for (const [name, value] of Object.entries(vector.hello ?? {})) assert.equal(fields[name], typeof value === "string" ? `0x${value}` : value, name);
    if (!vector.values) return;
    const list = [...vector.path.matchAll(/\[(\d+)\]/g)].reduce((node, [, i]) => node.items[i], nodes[0]);
    const payload = (node) => (node.items ? null : hexOf(bytes, node.offset + node.header, endOf(node)));
    assert.deepEqual(list.items.map((node) => [node.name, payload(node)]), vector.values);
  });
}

test("every good vector, cut anywhere, says where it ends", () => {
  for (const vector of readVectors("rlp.json").filter((one) => !one.error)) {
    const bytes = bytesOf(vector.hex);
    for (let n = 0; n < bytes.length; n++) {
      const { error } = decodeRlp(bytes.subarray(0, n));
      assert.ok(error, `${vector.name} cut at ${n}`);
      const wanted = n === 0 ? ["rlp.empty_input"] : ["rlp.truncated", "rlp.truncated_header"];
      assert.ok(wanted.includes(error.code), `${vector.name} cut at ${n}: ${error.code}`);
      assert.equal(error.path, "");
    }
  }
});

test("invalid vectors of other clients are refused, valid ones are read", { skip: sharedDir() ? false : "skipped: ../shared not found" }, () => {
  const folder = path.join(sharedDir(), "spec/vectors/ethereum-tests");
  const read = (name) => Object.entries(JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")));
  for (const [name, { out }] of read("invalidRLPTest.json")) {
    assert.notEqual(decodeRlp(bytesOf(out)).error, null, name);
  }
  for (const [name, { out, in: value }] of read("rlptest.json")) {
    if (value === "INVALID") continue;
    assert.equal(decodeRlp(bytesOf(out)).error, null, name);
  }
});
