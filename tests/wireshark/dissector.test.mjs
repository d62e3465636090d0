// The dissector under tshark, on every capture of samples/, against the decoder of the page on the same streams.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { root } from "../web/support.mjs";
import { streamsOfPcap } from "../web/pcap.mjs";
import { decodeWire } from "../../web/page/decoder.js";
import { fields, samples, skip } from "./tshark.mjs";

/** Rules and hints of the stable words, as C++ reads them. */
const readErrors = () => new Map(["rlp", "wire"].flatMap((room) =>
  [...fs.readFileSync(path.join(root, room, "errors.def"), "utf8").matchAll(/^ETHPOC_ERROR\(\w+, "(.*?)", "(.*?)", "(.*?)"\)$/gm)].map(([, code, rule, hint]) => [code, { rule, hint }])));

for (const sample of samples) {
  test(`${sample}: the same messages, problems and paths as the decoder of the page`, { skip }, () => {
    const seen = new Map();
    for (const [[stream], [port], types, ids, errors, paths] of fields(sample, "ethpoc", "tcp.stream", "tcp.srcport", "ethpoc.type", "ethpoc.id", "ethpoc.error", "ethpoc.error.path")) {
      const key = `${stream} ${Number(port) >= 40000 ? "dialer" : "listener"}`;
      if (!seen.has(key)) seen.set(key, { types: [], ids: [], errors: [], paths: [] });
      const one = seen.get(key);
      one.types.push(...types);
      one.ids.push(...ids.map(Number));
      one.errors.push(...errors);
      one.paths.push(...paths);
    }
    let frames = 0;
    for (const { key, bytes } of streamsOfPcap(path.join(root, "samples", sample))) {
      const entries = decodeWire(bytes).entries.filter((entry) => entry.error?.code !== "frame.incomplete");
      if (entries.length === 0) continue;
      frames += entries.length;
      const got = seen.get(key);
      assert.ok(got, `${key} was not dissected`);
      assert.deepEqual(got.types, entries.map((entry) => entry.type).filter(Boolean), key);
      assert.deepEqual(got.ids, entries.map((entry) => entry.id).filter((id) => id !== null), key);
      assert.deepEqual(got.errors, entries.map((entry) => entry.error?.code).filter(Boolean), key);
      assert.deepEqual(got.paths, entries.map((entry) => entry.error?.path).filter(Boolean), key);
    }
    assert.ok(frames > 0);
  });
}

test("malformed parts have expert information with the rule and a hint", { skip }, () => {
  const texts = fields("malformed-zoo.pcap", "_ws.expert && (ethpoc.malformed || ethpoc.tolerated)", "ethpoc.error", "_ws.expert.message", "ethpoc.error.rule", "ethpoc.error.hint");
  assert.ok(texts.length >= 15);
  const known = readErrors();
  for (const [[code], messages, rules, hints] of texts) {
    const { rule, hint } = known.get(code);
    assert.ok(messages.some((message) => message.startsWith(code) && message.endsWith(`: ${rule} ${hint}`)), messages.join());
    assert.ok(rules.includes(rule) && hints.includes(hint), code);
  }
});

test("another port is found by the token, the version by the Hello", { skip }, () => {
  assert.equal(fields("malformed-zoo.pcap", "tcp.port == 31337 && ethpoc.hello.version == 23", "frame.number").length, 1);
  const names = new Set(fields("versions.pcap", "ethpoc", "ethpoc.protocol").flat(2));
  for (const name of ["7", "8", "11", "12", "17", "23", "28", "p2p0/eth33", "p2p2/eth38", "p2p2/eth49"]) assert.ok(names.has(name), name);
});

test("out of order and byte by byte are put together", { skip }, () => {
  const hellos = fields("split-segments.pcap", 'ethpoc.hello.client_id == "Ethereum(++)/v0.3.10/split"', "tcp.stream").flat(2);
  assert.deepEqual(hellos, ["0", "1", "2", "3"]);
});
