// tshark with our dissector, as a function.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "../web/support.mjs";

const script = path.join(root, "tools/wireshark/ethpoc.lua");
export const samples = fs.readdirSync(path.join(root, "samples")).filter((name) => name.endsWith(".pcap")).sort();
const home = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-shark-"));
export const skip = spawnSync("tshark", ["--version"]).error ? "skipped: tshark not found (Debian: tshark)" : false;
process.on("exit", () => fs.rmSync(home, { recursive: true, force: true }));

export function tshark(sample, ...args) {
  const out = spawnSync("tshark", ["-o", "tcp.reassemble_out_of_order:TRUE", "-X", `lua_script:${script}`, "-r", path.join(root, "samples", sample), ...args],
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
