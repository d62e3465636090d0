// The page as one file.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import test from "node:test";
import { root } from "./support.mjs";

test("the page is built, in one file of at most 200 KiB that loads nothing", () => {
  const built = spawnSync("python3", [path.join(root, "web/build.py")], { encoding: "utf8", maxBuffer: 1 << 24 });
  assert.equal(built.status, 0, built.stderr);
  assert.match(built.stdout, /^<!doctype html>/i);
  assert.ok(Buffer.byteLength(built.stdout) <= 200 * 1024);
  assert.doesNotMatch(built.stdout, /(src|href)=|@import|url\(|https?:/);
});

test("the program holds this page", { skip: process.env.ETHPOC ? false : "skipped: ETHPOC does not name the program" }, () => {
  const built = spawnSync("python3", [path.join(root, "web/build.py")], { encoding: "utf8", maxBuffer: 1 << 24 });
  const held = spawnSync(process.env.ETHPOC, ["web"], { encoding: "utf8", maxBuffer: 1 << 24 });
  assert.equal(held.status, 0, held.stderr);
  assert.ok(held.stdout === built.stdout, "build the program again");
});
