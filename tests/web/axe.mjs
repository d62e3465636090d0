// axe-core, which looks for what keeps people out. ETHPOC_AXE may name an axe.min.js; else npm fetches it.
import fs from "node:fs";
import path from "node:path";
import { npmFolder } from "./npm.mjs";

let file = process.env.ETHPOC_AXE ?? null;

/** The reason why axe cannot look at a page here, or null. */
export function missingAxe() {
  if (file) return null;
  const { folder, missing } = npmFolder("axe-core@4.10.3");
  file = path.join(folder, "node_modules/axe-core/axe.min.js");
  return missing;
}

/** What axe finds wrong on the page that is open: "rule: element". */
export async function violations(browser) {
  await browser.run(`if (!window.axe) { ${fs.readFileSync(file, "utf8")} }`);
  return browser.on("POST", "/execute/async", { script: `const done = arguments[arguments.length - 1];
    axe.run().then(({ violations }) => done(violations.map(({ id, nodes }) => id + ": " + nodes.map((n) => n.target.join(" ")).slice(0, 5).join(", "))), (e) => done([String(e)]))`, args: [] });
}
