// How fast the page shows a long stream: speed.mjs [MEBIBYTES] [PAGE.html]. Run by hand; no test, since the machine decides.
// Times are those of the page itself, from the event to the frame that is painted behind it; medians of five runs.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Browser, missingBrowser } from "./browser.mjs";
import { largeStream } from "./large.mjs";
import { root } from "./support.mjs";

const RUNS = 5;
const median = (values) => values.slice().sort((a, b) => a - b)[values.length >> 1];
const cdp = (browser, cmd, params = {}) => browser.on("POST", "/goog/cdp/execute", { cmd, params });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Takes the time of `event` and of the first frame that is painted after bytes are in the hex view. */
const WATCH = `const [id, type] = arguments;
  const painted = (then) => requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = then; port2.postMessage(0); });
  window.times = {};
  document.getElementById(id).addEventListener(type, () => { times.start ??= performance.now(); }, { capture: true });
  document.getElementById("tree").replaceChildren();
  new MutationObserver((_, self) => { if (times.start && document.querySelector("#tree .row")) { self.disconnect(); painted(() => { times.first = performance.now() - times.start; }); } })
    .observe(document.getElementById("tree"), { childList: true });
  new MutationObserver((_, self) => { if (times.start && document.getElementById("reader").textContent.startsWith(String(window.wanted))) { self.disconnect(); painted(() => { times.all = performance.now() - times.start; }); } })
    .observe(document.getElementById("reader"), { childList: true });
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) times.longest = Math.max(times.longest ?? 0, duration); }).observe({ type: "longtask" });`;

async function cpuTime(browser) {
  const { metrics } = await cdp(browser, "Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
}

/** One run: {first, all, longest, cpu} in milliseconds. */
async function once(browser, url, size, event, act) {
  await browser.open("about:blank");
  await browser.open(url);
  await browser.run("window.wanted = arguments[0]", size);
  await browser.run(WATCH, ...event);
  const before = await cpuTime(browser);
  await act();
  for (let tries = 0; tries < 1200; tries++) {
    const times = await browser.run("return window.times");
    if (times.all) return { ...times, cpu: await cpuTime(browser) - before };
    await wait(50);
  }
  throw new Error("the page never shows all of it");
}

const KEY = { type: "keyDown", key: "v", code: "KeyV", windowsVirtualKeyCode: 86 };
const command = (browser, name) => cdp(browser, "Input.dispatchKeyEvent", { ...KEY, commands: [name] });

/** Puts text on the clipboard, as somebody who copies it from another page. */
async function toClipboard(browser, text) {
  await browser.open("about:blank");
  await browser.run("const t = document.body.appendChild(document.createElement('textarea')); t.value = arguments[0]; t.focus()", text);
  await command(browser, "selectAll");
  await command(browser, "copy");
}

async function paste(browser) {
  await browser.run("document.getElementById('input').focus()");
  await command(browser, "selectAll");
  await command(browser, "paste");
}

/** Decoding the hex alone, and JSON of as many bytes, in the same browser. */
const YARDSTICKS = `const text = arguments[0], time = (f) => { const t = performance.now(); f(); return performance.now() - t; };
  const json = JSON.stringify(text.match(/../g).map((two) => parseInt(two, 16)));
  return { hex: time(() => Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16))), json: time(() => JSON.parse(json)) };`;

/** Times between frames while a list is scrolled to its end, in about 180 frames. */
const SCROLL = `const [id, done] = arguments, box = document.getElementById(id), deltas = [];
  let last = null, left = 180;
  const step = box.scrollHeight / left;
  const go = (now) => { if (last !== null) deltas.push(now - last); last = now; box.scrollTop += left % 3 === 0 ? step * 3 - 96 : 48; if (left-- > 0) requestAnimationFrame(go); else done({ deltas, end: box.scrollTop + box.clientHeight, height: box.scrollHeight }); };
  box.scrollTop = 0; requestAnimationFrame(go);`;

function report(name, runs, size) {
  const of = (key) => runs.map((run) => run[key] ?? 0);
  const figure = (key) => `${median(of(key)).toFixed(0)} (${of(key).map((n) => n.toFixed(0)).join(" ")})`;
  console.log(`${name}, ${size} bytes\n  to the first view ${figure("first")} ms\n  to the whole      ${figure("all")} ms\n  longest task      ${figure("longest")} ms\n  main thread       ${figure("cpu")} ms of CPU`);
}

async function measure(browser, url, bytes, file) {
  const hex = Buffer.from(bytes).toString("hex");
  const yard = [];
  for (let i = 0; i < RUNS; i++) yard.push(await browser.run(YARDSTICKS, hex));
  console.log(`yardsticks: hex decoded by two digits ${median(yard.map((y) => y.hex)).toFixed(0)} ms, JSON.parse of the bytes ${median(yard.map((y) => y.json)).toFixed(0)} ms`);
  await cdp(browser, "Performance.enable", { timeDomain: "threadTicks" });
  const repeat = async (name, event, act) => {
    const runs = [];
    for (let i = 0; i < RUNS; i++) runs.push(await once(browser, url, bytes.length, event, act));
    report(name, runs, bytes.length);
  };
  await repeat("opened", ["file", "change"], () => browser.type("#file", file));
  for (const [name, text] of [["pasted", hex], ["pasted with blanks", hex.replace(/(..)(?=.)/g, "$1 ")]]) {
    await toClipboard(browser, text);
    await repeat(name, ["input", "paste"], () => paste(browser));
  }
  for (const id of ["hex", "tree"]) {
    const { deltas, end, height } = await browser.on("POST", "/execute/async", { script: SCROLL, args: [id] });
    deltas.sort((a, b) => a - b);
    console.log(`${id} scrolled over ${Math.round(end)} of ${height} pixels: ${median(deltas).toFixed(1)} ms a frame, p95 ${deltas[Math.floor(deltas.length * 0.95)].toFixed(1)}, worst ${deltas.at(-1).toFixed(1)} ms; ${deltas.filter((d) => d > 34).length} of ${deltas.length} over 34 ms`);
  }
}

const missing = missingBrowser();
if (missing) {
  console.log(missing);
  process.exit(77);
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-speed-"));
const page = process.argv[3] ?? path.join(folder, "page.html");
if (!process.argv[3]) spawnSync("python3", [path.join(root, "web/build.py"), page], { stdio: "inherit" });
const bytes = largeStream(Number(process.argv[2] ?? 1) * (1 << 20));
fs.writeFileSync(path.join(folder, "large.bin"), bytes);
const browser = await Browser.start();
try {
  await measure(browser, pathToFileURL(path.resolve(page)).href, bytes, path.join(folder, "large.bin"));
} finally {
  await browser.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
