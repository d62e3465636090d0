// tshark with our dissector, as a function.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "../web/support.mjs";

const script = path.join(root, "tools/wireshark/ethpoc.lua");
export const samples = fs.readdirSync(path.join(root, "samples")).filter((name) => name.endsWith(".pcap")).sort();
export const home = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-shark-"));
export const skip = spawnSync("tshark", ["--version"]).error ? "skipped: tshark not found (Debian: tshark)" : false;
process.on("exit", () => fs.rmSync(home, { recursive: true, force: true }));

/** `sample`: a capture of samples/, or the whole path of another one. */
export function tshark(sample, ...args) {
  const out = spawnSync("tshark", ["-o", "tcp.reassemble_out_of_order:TRUE", "-X", `lua_script:${script}`, "-r", path.resolve(root, "samples", sample), ...args],
    { encoding: "utf8", env: { ...process.env, HOME: home }, maxBuffer: 1 << 27 });
  assert.equal(out.status, 0, out.stderr);
  assert.doesNotMatch(out.stdout + out.stderr, /Lua Error|Lua:/);
  return out.stdout;
}

/** Lines of fields, split: one array of values for each field. */
export function fields(sample, filter, ...names) {
  const out = tshark(sample, "-Y", filter, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|", ...names.flatMap((name) => ["-e", name]));
  return out.split("\n").filter(Boolean).map((line) => line.split("\t").map((value) => (value === "" ? [] : value.split("|"))));
}

/** How many packets of a capture each of the filters lets through: one start of tshark for all. */
export function counts(sample, filters) {
  const out = tshark(sample, "-q", "-z", `io,stat,0,${filters.join(",")}`);
  const row = out.split("\n").find((line) => line.includes("<>"));
  return row.split("|").slice(2, -2).map(Number).filter((_, i) => i % 2 === 0);
}

/** A capture in which each of `streams` is what one dialler says: the n-th is TCP stream n. Gives its path. */
export function captureOf(streams) {
  const out = [Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex")];
  const packet = (n, sequence, flags, payload) => {
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(40000 + n, 0);
    tcp.writeUInt16BE(30303, 2);
    tcp.writeUInt32BE(sequence, 4);
    tcp.writeUInt16BE(0x5000 | flags, 12);
    tcp.writeUInt16BE(0xffff, 14);
    const ip = Buffer.from("4500000000000000400600007f0000017f000001", "hex");
    ip.writeUInt16BE(40 + payload.length, 2);
    const ethernet = Buffer.from("0000000000000000000000000800", "hex");
    const size = 54 + payload.length;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(size, 8);
    record.writeUInt32LE(size, 12);
    out.push(record, ethernet, ip, tcp, payload);
  };
  streams.forEach((bytes, n) => {
    packet(n, 0, 0x02, Buffer.alloc(0));
    const most = 1400;
    for (let at = 0; at < bytes.length; at += most) packet(n, 1 + at, 0x18, Buffer.from(bytes.subarray(at, at + most)));
  });
  const file = path.join(home, `${Math.random().toString(36).slice(2)}.pcap`);
  fs.writeFileSync(file, Buffer.concat(out));
  return file;
}
