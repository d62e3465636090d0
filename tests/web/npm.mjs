// Packages of npm that only tests need, in a folder of their own that goes with the process.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** {folder, missing}: where the packages stand ready, or the reason why they do not. */
export function npmFolder(...packages) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-npm-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(path.join(folder, "package.json"), '{"private": true}');
  const out = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1", ...packages],
    { cwd: folder, encoding: "utf8", timeout: 180000 });
  if (out.error) return { folder, missing: `skipped: npm not found (${out.error.code})` };
  return { folder, missing: out.status === 0 ? null : `skipped: ${packages[0]} could not be installed: ${out.stderr.trim().split("\n")[0]}` };
}
