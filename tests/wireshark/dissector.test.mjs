// The dissector under tshark, on every capture of samples/, against the decoder of the page on the same streams.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { root } from "../web/support.mjs";
import { streamsOfPcap } from "../web/pcap.mjs";
import { decodeWire } from "../../web/page/decoder.js";
import { fields, samples, skip, tshark } from "./tshark.mjs";

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

test("fields can be filtered", { skip }, () => {
  const count = (sample, filter) => fields(sample, filter, "frame.number").length;
  assert.equal(count("disconnect-reasons.pcap", 'ethpoc.type == "Disconnect" && ethpoc.disconnect.reason == 7'), 2);
  assert.equal(count("disconnect-reasons.pcap", 'ethpoc.disconnect.reason_text == "null node id"'), 1);
  assert.equal(count("disconnect-reasons.pcap", 'ethpoc.type == "Disconnect" && !ethpoc.disconnect.reason'), 1);
  assert.equal(count("malformed-zoo.pcap", 'ethpoc.error == "message.bad_hash" && ethpoc.error.path == "payload[1]"'), 1);
  assert.ok(count("versions.pcap", 'ethpoc.hello.client_id contains "++"') >= 4);
  assert.ok(count("peers.pcap", "ethpoc.peers.address == \"127.0.0.1\" && ethpoc.peers.port > 0") >= 1);
  assert.ok(count("getchain-blocks.pcap", "ethpoc.header.difficulty > 0 && ethpoc.header.nonce") >= 1);
  assert.ok(count("getchain-blocks.pcap", "ethpoc.getchain.count == 256") >= 1);
  assert.ok(count("newblock.pcap", "ethpoc.newblock.total_difficulty > 131072") >= 1);
  assert.ok(count("hashes-blocks.pcap", "ethpoc.status.version == 33 && ethpoc.status.genesis_hash") >= 1);
});

test("malformed parts have expert information", { skip }, () => {
  const texts = fields("malformed-zoo.pcap", "_ws.expert && ethpoc.malformed", "ethpoc.error");
  assert.ok(texts.length >= 15);
  assert.match(tshark("malformed-zoo.pcap", "-q", "-z", "expert"), /frame\.bad_token/);
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
