// Which item is which field: the dissector says what tests/vectors/layouts.json says, and so does `ethpoc wire show`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { bytesOf, readVectors } from "../web/support.mjs";
import { captureOf, fields, skip as noTshark } from "./tshark.mjs";

const vectors = readVectors("layouts.json");
const program = process.env.ETHPOC;

test("the dissector", { skip: noTshark }, () => {
  const capture = captureOf(vectors.map((vector) => bytesOf(vector.hex)));
  const names = (vector) => [
    ...Object.entries(vector.hello ?? {}).map(([name, value]) => [`ethpoc.hello.${name}`, value]),
    ...(vector.values ?? []).filter(([, value]) => value !== null && value !== "").map(([name, value]) => [`ethpoc.${vector.prefix}.${name}${name === "timestamp" ? ".exact" : ""}`, value]),
  ];
  const columns = [...new Set(vectors.flatMap((vector) => names(vector).map(([name]) => name)))];
  const seen = vectors.map(() => ({}));
  for (const [[stream], ...values] of fields(capture, "ethpoc", "tcp.stream", ...columns)) {
    values.forEach((list, i) => (seen[Number(stream)][columns[i]] ??= []).push(...list));
  }
  vectors.forEach((vector, i) => {
    for (const [name, value] of names(vector)) {
      const hex = /^[0-9]+$/.test(seen[i][name]?.[0] ?? "") && typeof value === "string" && value.length <= 16 ? String(BigInt(`0x${value}`)) : String(value);
      assert.ok([hex, String(value)].includes(seen[i][name]?.[0]), `${vector.name}: ${name} is ${seen[i][name]}, not ${value}`);
    }
  });
});

test("ethpoc wire show", { skip: program ? false : "skipped: ETHPOC does not name the program" }, () => {
  for (const vector of vectors) {
    const ran = spawnSync(program, ["wire", "show", "--json", "-"], { input: vector.hex, encoding: "utf8", maxBuffer: 1 << 28 });
    assert.equal(ran.status, 0, vector.name + ran.stderr);
    const { fields: got, tree } = JSON.parse(ran.stdout).frames.at(-1);
    for (const [name, value] of Object.entries(vector.hello ?? {})) assert.equal(got[name], typeof value === "string" ? `0x${value}` : value, `${vector.name}: ${name}`);
    if (!vector.values) continue;
    const list = [...vector.path.matchAll(/\[(\d+)\]/g)].reduce((node, [, i]) => node.items[i], tree);
    const payload = (node) => (node.items ? null : (node.value ?? "0x").replace(/^0x/, ""));
    assert.deepEqual(list.items.map((node) => [node.name, payload(node)]), vector.values, vector.name);
  }
});
