// Versions and blocks of ids from the capabilities of a Hello: the dissector, and `ethpoc pcap` on the same capture, say
// what tests/vectors/capabilities.json says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { bytesOf, readVectors } from "../web/support.mjs";
import { captureOf, fields, skip as noTshark } from "./tshark.mjs";

const vectors = readVectors("capabilities.json");
const capture = captureOf(vectors.map((vector) => bytesOf(vector.hex)));
const program = process.env.ETHPOC;

test("the dissector", { skip: noTshark }, () => {
  const seen = vectors.map(() => ({ types: [], protocols: [] }));
  for (const [[stream], types, protocols] of fields(capture, "ethpoc", "tcp.stream", "ethpoc.type", "ethpoc.protocol")) {
    seen[Number(stream)].types.push(...types);
    seen[Number(stream)].protocols.push(...protocols);
  }
  vectors.forEach(({ name, protocol, types }, i) => {
    assert.deepEqual(seen[i].types, ["Hello", ...types], name);
    assert.deepEqual([...new Set(seen[i].protocols)], [protocol], name);
  });
});

test("ethpoc pcap", { skip: program ? false : "skipped: ETHPOC does not name the program" }, () => {
  const ran = spawnSync(program, ["pcap", "--json", capture], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(ran.status <= 1, ran.stderr);
  const shown = JSON.parse(ran.stdout);
  const seen = vectors.map(() => []);
  for (const message of shown.messages) seen[message.connection].push(message.type);
  vectors.forEach(({ name, protocol, types }, i) => {
    assert.deepEqual(seen[i], ["Hello", ...types], name);
    assert.equal(shown.connections.find((one) => one.connection === i).protocol, protocol, name);
  });
});

test("ethpoc wire show", { skip: program ? false : "skipped: ETHPOC does not name the program" }, () => {
  for (const { name, protocol, types, hex } of vectors) {
    const ran = spawnSync(program, ["wire", "show", "--json", "-"], { input: hex, encoding: "utf8", maxBuffer: 1 << 28 });
    assert.ok(ran.status <= 1, ran.stderr);
    const shown = JSON.parse(ran.stdout);
    assert.deepEqual(shown.frames.map((frame) => frame.type), ["Hello", ...types], name);
    assert.equal(shown.protocol, protocol, name);
  }
});
