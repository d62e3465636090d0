// The captures of samples/ are small, and what the script there makes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { root } from "../web/support.mjs";

const folder = path.join(root, "samples");
const samples = fs.readdirSync(folder).filter((name) => name.endsWith(".pcap"));

test("there are at least six captures, all together below 1 MB", () => {
  assert.ok(samples.length >= 6);
  assert.ok(samples.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0) < 1 << 20);
});

test("each is told of in the README", () => {
  const told = fs.readFileSync(path.join(folder, "README.md"), "utf8");
  for (const name of samples) assert.ok(told.includes("`" + name + "`"), name);
});

test("the captures are what the script makes", { skip: spawnSync("python3", ["--version"]).error ? "skipped: python3 not found" : false }, (t) => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-samples-"));
  t.after(() => fs.rmSync(out, { recursive: true, force: true }));
  const made = spawnSync("python3", [path.join(folder, "make_samples.py"), "--out", out], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const again = fs.readdirSync(out);
  assert.ok(again.length >= 3);
  for (const name of again) assert.ok(fs.readFileSync(path.join(out, name)).equals(fs.readFileSync(path.join(folder, name))), name);
});
