// The program says the same as the page: set ETHPOC to the executable.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { bytesOf, readVectors, root } from "./support.mjs";
import { streamsOfPcap } from "./pcap.mjs";
import { decodeRlp, decodeWire, hexOf, rlpToJson, textOfRlp, textOfWire, wireToJson } from "../../web/page/decoder.js";

const program = process.env.ETHPOC;
const skip = program ? false : "skipped: ETHPOC does not name the program";

function run(input, ...args) {
  const out = spawnSync(program, [...args, "-"], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(out.error === undefined && out.status <= 1, `${args.join(" ")}: ${out.error ?? out.stderr}`);
  return out.stdout;
}

/** Without what FORMAT.md lets differ. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const free = new Set(["name", "detail", "hint", "rule", "note"]);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !free.has(key)).map(([key, inner]) => [key, plain(inner)]));
}

const samples = () => fs.readdirSync(path.join(root, "samples")).filter((name) => name.endsWith(".pcap"));

test("rlp show --json and rlp text", { skip }, () => {
  for (const { hex, name } of readVectors("rlp.json")) {
    const shown = decodeRlp(bytesOf(hex));
    assert.deepEqual(plain(JSON.parse(run(hex, "rlp", "show", "--json"))), plain(rlpToJson(shown)), name);
    assert.equal(run(textOfRlp(shown), "rlp", "encode").trim(), hex, name);
    if (hex !== "") assert.equal(run(run(hex, "rlp", "text"), "rlp", "encode").trim(), hex, name);
  }
});

test("wire show --json and wire text", { skip }, () => {
  for (const { hex, name, protocol } of readVectors("wire.json")) {
    const shown = decodeWire(bytesOf(hex), protocol);
    assert.deepEqual(plain(JSON.parse(run(hex, "wire", "show", "--json", "--protocol", protocol))), plain(wireToJson(shown)), name);
    assert.equal(run(textOfWire(shown), "wire", "encode").trim(), hex, name);
  }
});

test("the streams of the captures", { skip }, () => {
  for (const sample of samples()) {
    for (const { key, bytes } of streamsOfPcap(path.join(root, "samples", sample)).filter((one) => one.bytes.length > 0)) {
      assert.deepEqual(plain(JSON.parse(run(hexOf(bytes), "wire", "show", "--json"))), plain(wireToJson(decodeWire(bytes))), `${sample} ${key}`);
    }
  }
});
