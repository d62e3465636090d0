// axe-core, when it is there: ETHPOC_AXE names axe.min.js, or a node_modules above the tests holds axe-core. It is fetched
// by nobody; a test that lacks it is skipped.
import fs from "node:fs";
import { createRequire } from "node:module";

function file() {
  if (process.env.ETHPOC_AXE) return process.env.ETHPOC_AXE;
  try {
    return createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  } catch {
    return null;
  }
}

/** The reason why axe cannot look at the page here, or null. */
export const missingAxe = () => (file() ? null : "skipped: axe-core not found (npm install axe-core, or ETHPOC_AXE=.../axe.min.js)");

/** What axe finds wrong on the page that is open: "rule: element". */
export async function violations(browser) {
  await browser.run(`if (!window.axe) { ${fs.readFileSync(file(), "utf8")} }`);
  return browser.on("POST", "/execute/async", { script: `const done = arguments[arguments.length - 1];
    axe.run().then(({ violations }) => done(violations.map(({ id, nodes }) => id + ": " + nodes.map((n) => n.target.join(" ")).slice(0, 5).join(", "))), (e) => done([String(e)]))`, args: [] });
}
