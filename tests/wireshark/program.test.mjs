// The dissector says the same as `ethpoc pcap --json`: messages, problems, places and the values of fields.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import test from "node:test";
import { root } from "../web/support.mjs";
import { fields, samples, skip as noTshark } from "./tshark.mjs";

const program = process.env.ETHPOC;
const skip = noTshark || (program ? false : "skipped: ETHPOC does not name the program");

/** Fields of the program, and what they are called in Wireshark. */
const VALUES = {
  Hello: ["version", "network_id", "client_id", "listen_port", "node_id", "total_difficulty", "best_hash", "genesis_hash"],
  Disconnect: ["reason", "reason_text"],
  Peers: ["entries.address", "entries.port", "entries.node_id"],
  GetChain: ["hashes", "count"],
  NotInChain: ["hash"],
  GetBlockHashes: ["hash", "limit"],
  BlockHashes: ["hashes"],
  GetBlocks: ["hashes"],
  Status: ["version", "network_id", "total_difficulty", "best_hash", "genesis_hash"],
  NewBlock: ["total_difficulty"],
};
const sharkName = (type, name) => `ethpoc.${type.toLowerCase()}.${name.replace("entries.", "").replace(/^hashes$/, "hash")}`;
const COLUMNS = Object.entries(VALUES).flatMap(([type, names]) => names.map((name) => sharkName(type, name)));
const plain = (value) => String(value).replace(/^0x/, "");
/** -T fields does not tell an empty value from none. */
const isThere = (value) => value !== "" && value !== "<MISSING>";

/** Per connection and side: the values of each column, in order. */
function group(rows) {
  const out = new Map();
  for (const [key, column, values] of rows) {
    const one = out.get(key) ?? out.set(key, {}).get(key);
    (one[column] ??= []).push(...values);
  }
  return out;
}

function ofProgram(sample) {
  const ran = spawnSync(program, ["pcap", "--json", path.join(root, "samples", sample)], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(ran.status <= 1, ran.stderr);
  const rows = [];
  for (const one of JSON.parse(ran.stdout).messages) {
    const key = `${one.connection} ${one.from}`;
    const add = (column, values) => rows.push([key, column, values.filter((value) => value !== null && value !== undefined).map(plain).filter(isThere)]);
    add("ethpoc.type", [one.type]);
    add("ethpoc.id", [one.id]);
    add("ethpoc.error", [one.error?.code]);
    add("ethpoc.error.path", [one.error?.path || null]);
    if (one.error) continue;
    for (const name of VALUES[one.type] ?? []) {
      const values = name.startsWith("entries.") ? one.fields.entries.map((entry) => entry[name.slice(8)]) : [one.fields[name]].flat();
      add(sharkName(one.type, name), values);
    }
  }
  return group(rows);
}

function ofTshark(sample, columns) {
  const rows = [];
  for (const [[stream], [port], ...lists] of fields(sample, "ethpoc", "tcp.stream", "tcp.srcport", ...columns)) {
    const key = `${stream} ${Number(port) >= 40000 ? "dialer" : "listener"}`;
    lists.forEach((values, i) => rows.push([key, columns[i], values.filter(isThere).map((value) => (columns[i] === "ethpoc.id" ? String(Number(value)) : value))]));
  }
  return group(rows);
}

for (const sample of samples) {
  test(sample, { skip }, () => {
    const base = ["ethpoc.type", "ethpoc.id", "ethpoc.error", "ethpoc.error.path"];
    // Of a malformed message each side shows what it could read; only good ones have all fields.
    const columns = sample === "malformed-zoo.pcap" ? base : [...base, ...COLUMNS];
    const wanted = ofProgram(sample);
    const got = ofTshark(sample, columns);
    assert.ok(wanted.size > 0);
    for (const [key, one] of wanted) {
      for (const column of columns) assert.deepEqual(got.get(key)?.[column] ?? [], one[column] ?? [], `${key} ${column}`);
    }
    for (const key of got.keys()) assert.ok(wanted.has(key), `${key}: only tshark sees something`);
  });
}
