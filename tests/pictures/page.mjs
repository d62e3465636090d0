// Pictures of the page in headless Chromium: page.mjs PAGE.html FOLDER. Three widths, light, dark and in
// forced colours, and as it is printed, the whole page each.
// What does not fit into the width is named. Ends with 77 when there is no browser.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Browser, missingBrowser } from "../web/browser.mjs";
import { shrink } from "./png.mjs";
import { look, openFiles, sample } from "../web/page_checks.mjs";

const WIDTHS = [390, 768, 1400];
const PAPER = 718; // A4 without margins of 1 cm
// How it is looked at: [name, widths, medium, feature, value].
const LOOKS = [
  ["light", WIDTHS, "", "prefers-color-scheme", "light"], ["dark", WIDTHS, "", "prefers-color-scheme", "dark"],
  ["forced", WIDTHS, "", "forced-colors", "active"], ["print", [PAPER], "print", "prefers-color-scheme", "light"],
];
// The picture of the README: a part of a page, from the top of one panel to the end of another.
const README = { name: "page", state: "capture", width: 1200, from: "section.talk", to: "section.tree" };
// What is shown: [name, how it comes about].
const STATES = [
  ["hello", async (browser, url) => { await browser.open(url); }],
  ["wrong", async (browser, url) => { await browser.open(`${url}#h=2240089100000003c28102`); await browser.click("#problems button"); }],
  ["capture", async (browser, url) => {
    await browser.open(url);
    await openFiles(browser, sample("handshake.pcap"));
    await browser.click("#m2");
  }],
];

/** A picture of a part of the page, which may be larger than the window. */
async function picture(browser, file, clip) {
  const params = { format: "png", captureBeyondViewport: true, clip: { ...clip, scale: 1 } };
  const { data } = await browser.on("POST", "/goog/cdp/execute", { cmd: "Page.captureScreenshot", params });
  fs.writeFileSync(file, shrink(Buffer.from(data, "base64")));
}

async function show(browser, url, width, [, , medium, ...feature], [, comeAbout]) {
  await look(browser, [width, "", ...feature]);
  await browser.open("about:blank"); // so that the next one is loaded anew, whatever its fragment
  await comeAbout(browser, url);
  await look(browser, [width, medium, ...feature]);
  // What lies below the window is drawn too.
  await browser.run("document.head.append(Object.assign(document.createElement('style'), { textContent: '* { content-visibility: visible !important }' })); document.activeElement?.blur(); window.scrollTo(0, 0)");
}

async function wholePage(browser, folder, width, [theme], state) {
  const [wide, height] = await browser.run("const e = document.documentElement; return [e.scrollWidth, e.scrollHeight]");
  const name = `page-${state}-${width}-${theme}`;
  await picture(browser, path.join(folder, `${name}.png`), { x: 0, y: 0, width, height });
  console.log(`${name}: ${width} x ${height}`);
  if (wide > width) console.log(`  ${name}: ${wide} pixels are needed, there are ${width}`);
}

async function main(page, folder) {
  const browser = await Browser.start();
  const url = pathToFileURL(path.resolve(page)).href;
  try {
    for (const how of LOOKS) {
      for (const width of how[1]) {
        for (const state of STATES) {
          await show(browser, url, width, how, state);
          await wholePage(browser, folder, width, how, state[0]);
        }
      }
    }
    await show(browser, url, README.width, LOOKS[0], STATES.find(([name]) => name === README.state));
    const [top, end] = await browser.run("return [document.querySelector(arguments[0]).getBoundingClientRect().top, document.querySelector(arguments[1]).getBoundingClientRect().bottom]", README.from, README.to);
    await picture(browser, path.join(folder, `${README.name}.png`), { x: 0, y: top - 6, width: README.width, height: end - top + 12 });
  } finally {
    await browser.stop();
  }
}

const missing = missingBrowser();
if (missing) {
  console.log(missing);
  process.exit(77);
}
await main(process.argv[2], process.argv[3]);
