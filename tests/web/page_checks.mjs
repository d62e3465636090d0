// What else a person does with the page, in the browser that page.test.mjs has started: files, comparing, undo, paper,
// widths. Each entry is [name, check(browser, url)].
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { decodeWire } from "../../web/page/decoder.js";
import { KEYS } from "./browser.mjs";
import { largeStream } from "./large.mjs";
import { root } from "./support.mjs";

export const sample = (name) => path.join(root, "samples", name);
const set = (browser, id, value) => browser.run("const e = document.getElementById(arguments[0]); e.value = arguments[1]; e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change'))", id, value);
const emulate = (browser, cmd, params) => browser.on("POST", "/goog/cdp/execute", { cmd: `Emulation.${cmd}`, params });
export const setWidth = (browser, width, height = 1000) => emulate(browser, "setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
export const setMedia = (browser, media, ...features) => emulate(browser, "setEmulatedMedia", { media, features: features.map(([name, value]) => ({ name, value })) });
const count = (browser, css) => browser.run("return document.querySelectorAll(arguments[0]).length", css);

/** Waits until an expression of the page is true; what it shows instead when it never is. */
async function until(browser, expression) {
  for (let tries = 0; tries < 200; tries++) {
    if (await browser.run(`return Boolean(${expression})`)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`never: ${expression}`);
}

export async function openFiles(browser, ...files) {
  await browser.run("document.getElementById('done').textContent = document.getElementById('input-error').textContent = ''");
  await browser.type("#file", files.join("\n"));
  await until(browser, "document.getElementById('done').textContent || document.getElementById('input-error').textContent");
}

async function opensFiles(browser, url) {
  await browser.open(url());
  await openFiles(browser, sample("handshake.pcap"));
  assert.equal(await count(browser, "#talk .row"), 11);
  assert.match(await browser.text("#m0"), /0\.006 s.*listener.*Hello.*version 7, client id Ethereum/);
  await browser.click("#m2");
  assert.match(await browser.text("#m2.selected"), /dialer.*Hello/);
  assert.match(await browser.text("#tree .selected"), /frame 0.*Hello/);
  await browser.type("#talk", KEYS.down + KEYS.down);
  assert.match(await browser.text("#talk .selected"), /GetChain.*1 hash from f0ecb578/);
  assert.match(await browser.text("#tree .selected"), /GetChain/);
  assert.match(await browser.text("#cut-text"), /segment/);
  await openFiles(browser, sample("ethpoc-sync.jsonl"));
  assert.match(await browser.text("#talk-text"), /ethpoc-sync\.jsonl: \d+ messages/);
}

async function dropsFiles(browser, url) {
  await browser.open(url("#h=c102"));
  const drop = `const data = new DataTransfer(); data.items.add(new File([Uint8Array.from(arguments[0])], arguments[1]));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true }))`;
  await browser.run(drop, [0x22, 0x40, 0x08, 0x91, 0, 0, 0, 2, 0xc1, 2], "ping.bin");
  await until(browser, "document.getElementById('done').textContent === 'ping.bin opened.'");
  assert.match(await browser.text("#tree"), /Ping/);
  const packed = [...await import("node:zlib").then(({ gzipSync }) => gzipSync(fs.readFileSync(sample("peers.pcap"))))];
  await browser.run(drop, packed, "no-name-says-it");
  await until(browser, "document.querySelectorAll('#talk .row').length > 0");
  await browser.run(drop, [...Buffer.from("no hex, no capture")], "note.txt");
  await until(browser, "document.getElementById('input-error').textContent");
  assert.match(await browser.text("#input-error"), /^note\.txt: Hex text holds digits.*hex\.bad_character/);
  assert.equal(await count(browser, "#talk .row, #hex .byte[data-i], #tree .row"), 0);
}

async function leavesNothingOld(browser, url) {
  await browser.open(url("#h=2240089100000003c28102"));
  assert.match(await browser.text("#problems"), /A byte below 0x80 must be encoded as itself\. 0x02 must be encoded as the single byte 02\..*Write 05.*rlp\.non_canonical_byte, byte 0x0009, payload\[0\]/);
  await set(browser, "input", "22 4");
  assert.match(await browser.text("#input-error"), /A byte has two hex digits/);
  for (const id of ["tree", "hex", "problems", "segments", "fine", "speaks"]) assert.equal(await browser.text(`#${id}`), "", id);
  assert.equal(await browser.run("return document.getElementById('text').value + location.hash"), "");
  assert.match(await browser.text("#explain"), /cannot be read as they stand/);
  await set(browser, "input", String.raw`b"\xc1\x02"`);
  assert.match(await browser.text("#tree"), /list, 1 item, 1 byte/);
}

async function comparesTwo(browser, url) {
  await browser.open(url());
  await openFiles(browser, sample("handshake.pcap"), sample("handshake.pcap"));
  assert.match(await browser.text("#compare-text"), /A and B say the same/);
  await browser.open(url("#h=2240089100000002c1022240089100000002c103"));
  await browser.click("#keep");
  await set(browser, "input", "2240089100000002c10222400891000000072240089100000002c103");
  await set(browser, "input", "2240089100000002c1022240089100000002c1102240089100000002c103");
  assert.match(await browser.text("#compare"), /= 1 equal message.*only B.*GetPeers.*= 1 equal message/);
  await set(browser, "input", "2240089100000003c201072240089100000002c103");
  await browser.click("#keep");
  await set(browser, "input", "2240089100000003c201082240089100000002c103");
  assert.match(await browser.text("#compare"), /differs.*payload\[1\] reason.*A 7.*B 8.*= 1 equal message/);
  await browser.click("#compare-end");
  assert.equal(await browser.run("return document.querySelector('section.compare').hidden"), true);
}

async function goesBack(browser, url) {
  const hex = () => browser.run("return document.getElementById('input').value.replaceAll(' ', '')");
  await browser.open(url("#h=c883636174" + "83646f67"));
  await browser.click("#b2");
  await browser.click("#edit-open");
  await browser.run("document.getElementById('edit').value = arguments[0]", String.raw`b"\x00\xff"`);
  await browser.type("#edit", KEYS.enter);
  assert.equal(await hex(), "c78200ff83646f67");
  await browser.run("document.activeElement.blur()");
  await browser.type("#tree", KEYS.control + "z");
  assert.equal(await hex(), "c88363617483646f67");
  assert.equal(await browser.run("return document.getElementById('redo').disabled"), false);
  await browser.click("#redo");
  assert.equal(await hex(), "c78200ff83646f67");
  await browser.type("#input", "c");
  await browser.type("#input", "0");
  await browser.click("#undo");
  assert.equal(await hex(), "c78200ff83646f67");
}

async function linksViews(browser, url) {
  await browser.open(url("#h=c88363617483646f67"));
  const over = "document.getElementById(arguments[0]).dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))";
  const ringed = () => browser.run("return [...document.querySelectorAll('.hover')].map((e) => e.id).join()");
  await browser.run(over, "b3");
  assert.equal(await ringed(), "b2,b3,b4,r1");
  await browser.run(over, "r2");
  assert.equal(await ringed(), "b5,b6,b7,b8,r2");
  await browser.run("document.getElementById('tree').dispatchEvent(new MouseEvent('mouseleave'))");
  assert.equal(await ringed(), "");
  await browser.run(`document.getElementById('r1').querySelector('.edit').click()`);
  assert.equal(await browser.run("return document.activeElement.id"), "edit");
}

async function helpsWithKeys(browser, url) {
  await browser.open(url());
  await browser.type("#hex", "?");
  assert.equal(await browser.run("return document.getElementById('help').open"), true);
  assert.match(await browser.text("#help"), /Ctrl\+Z/);
  await browser.type("#help button", KEYS.escape);
  assert.equal(await browser.run("return document.getElementById('help').open"), false);
  await browser.type("#input", "?");
  assert.equal(await browser.run("return document.getElementById('help').open"), false);
}

async function teaches(browser, url) {
  await browser.open(url("#h=2240089100000003c50280"));
  await browser.click("#b8");
  assert.equal(await browser.text("#lesson"), "Lesson 7: Trust nobody's lengths");
  await browser.click("#lesson");
  assert.equal(await count(browser, "#lesson-6.here"), 1);
  const lessons = await browser.run("return [...document.querySelectorAll('#lessons li')].map((e) => [e.querySelector('a, strong').textContent, e.querySelector('code').textContent])");
  const files = fs.readdirSync(path.join(root, "docs/course")).filter((name) => /^[1-9]-/.test(name)).sort();
  assert.deepEqual(lessons.map(([, file]) => file), files);
  for (const [i, [title, file]] of lessons.entries()) assert.equal(`# ${i + 1}. ${title}`, fs.readFileSync(path.join(root, "docs/course", file), "utf8").split("\n")[0]);
  await browser.click("#lesson-1 a");
  await until(browser, "document.getElementById('tree').textContent.includes('cat')");
}

async function marksFrames(browser, url) {
  await browser.open(url("#h=2240089100000002c1022240089100000002c103"));
  await set(browser, "cut", 12);
  const begins = await browser.run("return [...document.querySelectorAll('#segments .segment')].map((s) => [...s.querySelectorAll('.begins b')].map((b) => b.textContent).join())");
  assert.deepEqual(begins, ["#0,#1", ""]);
}

/** Nothing that the page does itself moves what somebody reads. */
async function staysWhereItIs(browser, url) {
  await setWidth(browser, 390, 844);
  await browser.open(url());
  await browser.run("window.scrollTo(0, 400)");
  const at = () => browser.run("return Math.round(scrollY)");
  const before = await at();
  assert.ok(before > 0);
  await browser.run(`const press = (id, key) => document.getElementById(id).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (let i = 0; i < 40; i++) { press('hex', 'ArrowDown'); press('tree', 'ArrowDown'); document.getElementById('step').click(); }
    press('tree', 'Home'); press('tree', 'Enter'); document.getElementById('edit-open').click(); document.getElementById('edit-cancel').click(); document.getElementById('undo').click()`);
  assert.equal(await at(), before);
  await set(browser, "profile", "23");
  assert.equal(await at(), before);
}

/** The ways in which the page is looked at: [width, medium, feature, value]. */
const LOOKS = [[390, ""], [768, ""], [1400, ""], [390, "", "forced-colors", "active"], [1400, "", "forced-colors", "active"], [794, "print"]];

/** Shows the page in one of them; on paper as a printer gets it. */
export async function look(browser, [width, media, ...feature]) {
  await setWidth(browser, width);
  await setMedia(browser, media, ...(feature.length > 0 ? [feature] : []));
  if (media === "print") await browser.run("window.dispatchEvent(new Event('beforeprint'))");
}

async function fitsEveryWidth(browser, url) {
  for (const [width, ...how] of LOOKS) {
    await look(browser, [width, ""]);
    await browser.open(url());
    await openFiles(browser, sample("handshake.pcap"), sample("malformed-zoo.pcap"));
    await browser.run("document.getElementById('compare-all').click()");
    await look(browser, [width, ...how]);
    const name = `${width} wide ${how.join(" ")}`;
    assert.ok(await browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name);
    assert.deepEqual(await browser.run("return ['hex', 'tree', 'talk', 'compare'].filter((id) => { const e = document.getElementById(id); return e.scrollWidth > e.clientWidth; })"), [], name);
  }
  await look(browser, [1400, ""]);
}

/** On paper everything is there, and nothing that scrolls hides a part. */
async function printsEverything(browser, url) {
  await setWidth(browser, 794);
  await browser.open(url());
  await openFiles(browser, sample("handshake.pcap"));
  await setMedia(browser, "print");
  await browser.run("window.dispatchEvent(new Event('beforeprint'))");
  const bytes = await browser.run("return Number(/of ([0-9]+) have arrived/.exec(document.getElementById('reader').textContent)[1])");
  assert.ok(bytes > 1024);
  assert.equal(await count(browser, "#hex .byte[data-i]"), bytes);
  assert.equal(await count(browser, "#tree [aria-expanded=false]"), 0);
  assert.ok((await browser.text("#text-print")).length > bytes);
  assert.equal(await browser.run("return [...document.querySelectorAll('button, input, select, textarea')].filter((e) => e.offsetHeight > 0 && !e.closest('#problems, #compare')).map((e) => e.id).join()"), "");
  assert.match(await browser.text("#what-print"), /^handshake\.pcap, (dialer|listener): [0-9]+ bytes, read as protocol 7$/);
  assert.equal(await count(browser, "#hex .selected"), 1);
  assert.ok(await browser.run("return document.getElementById('hex').getBoundingClientRect().bottom <= document.getElementById('explain').getBoundingClientRect().top"));
  assert.doesNotMatch(await browser.text("#tree"), /\u2026/);
  assert.deepEqual(await browser.run("return ['hex', 'tree', 'talk', 'segments', 'text-print', 'explain', 'reader'].filter((id) => { const e = document.getElementById(id); return e.offsetHeight === 0 || e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1; })"), []);
  await setMedia(browser, "");
  await browser.run("window.dispatchEvent(new Event('afterprint'))");
  assert.ok(await count(browser, "#hex .byte[data-i]") <= 1024);
}

/** In forced colours each style of the legend can be told from plain payload by more than its background. */
async function survivesForcedColours(browser, url) {
  await look(browser, [1400, "", "forced-colors", "active"]);
  await browser.open(url("#h=2240089100000003c28102ff"));
  await browser.click("#b9");
  const colours = await browser.run("return ['b9', 'b1'].map((id) => getComputedStyle(document.getElementById(id)).backgroundColor)");
  assert.notEqual(colours[0], colours[1]);
  const styles = await browser.run(`const own = (e) => { const s = getComputedStyle(e); return [s.fontWeight, s.fontStyle, s.textDecorationStyle, s.textDecorationLine, s.borderStyle, s.borderBottomColor, s.outlineStyle, s.outlineWidth].join(); };
    return [...document.querySelectorAll('.legend .byte')].map(own)`);
  assert.equal(new Set(styles).size, styles.length);
  await browser.click("#edit-open");
  await browser.run("document.getElementById('edit').value = '7'");
  await browser.type("#edit", KEYS.enter);
  await look(browser, [390, "", "forced-colors", "active"]); // other rows: the marks are drawn again
  assert.match(await browser.run("return getComputedStyle(document.querySelector('#hex .changed')).borderTopStyle"), /dashed/);
  await look(browser, [1400, ""]);
}

/** Many frames are seen before the last one is read. */
async function opensLargeFiles(browser, url) {
  await browser.open(url());
  const unit = "2240089100000002c102".repeat(100);
  const took = await browser.run(`const bytes = Uint8Array.from((arguments[0].repeat(200)).match(/../g), (pair) => parseInt(pair, 16));
    window.large = performance.now();
    const data = new DataTransfer(); data.items.add(new File([bytes], 'large.bin'));
    const done = new MutationObserver(() => { window.took ??= performance.now() - window.large; });
    done.observe(document.getElementById('hex'), { childList: true });
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true }))`, unit);
  assert.equal(took, null);
  await until(browser, "window.took");
  await until(browser, "/protocol 23/.test(document.getElementById('speaks').textContent)");
  assert.match(await browser.text("#steps"), /of 80000$/);
}

/** Of many frames only some are in the document, and one comes to all of them. */
async function drawsWhatIsSeen(browser, url) {
  const bytes = largeStream();
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-large-")), "large.bin");
  fs.writeFileSync(file, bytes);
  await browser.open(url());
  await openFiles(browser, file);
  fs.rmSync(path.dirname(file), { recursive: true });
  assert.ok(await count(browser, "*") < 4000);
  assert.equal(await browser.run("document.getElementById('keep').click(); document.getElementById('compare-end').click(); return document.getElementById('reader').textContent.split(' ')[0]"), String(bytes.length));
  const seen = await browser.run(`const box = document.getElementById('tree'), frames = new Set();
    let most = 0;
    for (let at = 0; at < box.scrollHeight; at += box.clientHeight) {
      box.scrollTop = at;
      box.dispatchEvent(new Event('scroll'));
      for (const row of box.querySelectorAll('[aria-level="1"] .name')) frames.add(row.textContent);
      most = Math.max(most, document.querySelectorAll('*').length);
    }
    return [frames.size, most]`);
  assert.equal(seen[0], decodeWire(bytes).entries.length);
  assert.ok(seen[1] < 4000, `${seen[1]} elements`);
  await browser.run("const box = document.getElementById('hex'); box.scrollTop = box.scrollHeight; box.dispatchEvent(new Event('scroll'))");
  await browser.click(`#b${bytes.length - 1}`);
  assert.match(await browser.text("#tree .selected"), new RegExp(`^.*0*${(bytes.length - 1).toString(16).slice(0, 3)}`));
  await browser.type("#tree", KEYS.home);
  assert.equal(await browser.run("return document.querySelector('#hex .selected').dataset.i"), "0");
}

/** A long paste does not go through the field; the whole of it is read. */
async function pastesMuch(browser, url) {
  await browser.open(url());
  await browser.run(`const data = new DataTransfer(); data.setData('text/plain', arguments[0]); const field = document.getElementById('input'); field.select();
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))`, "2240089100000002c102 ".repeat(20000).trim());
  await until(browser, "/^200000 bytes of 200000/.test(document.getElementById('reader').textContent)");
  assert.equal(await browser.run("return document.getElementById('input').value"), "");
}

export const CHECKS = [
  ["a capture and a recorded session are opened, message by message", opensFiles],
  ["files are dropped and told by their content; what is none of these is said in words", dropsFiles],
  ["problems are told in words, and nothing old stays under input that cannot be read", leavesNothingOld],
  ["two captures, and two versions of some bytes, stand side by side", comparesTwo],
  ["undo and redo, by button and by key", goesBack],
  ["what the mouse points at is ringed in hex and tree", linksViews],
  ["? shows the keys, but not inside of a text field", helpsWithKeys],
  ["a part leads to its lesson, and the lessons are those of the course", teaches],
  ["segments show where frames begin", marksFrames],
  ["the page never scrolls by itself", staysWhereItIs],
  ["390, 768 and 1400 pixels are enough, without scrolling sideways", fitsEveryWidth],
  ["on paper everything is there", printsEverything],
  ["forced colours", survivesForcedColours],
  ["many frames: seen at once, read to their end behind that", opensLargeFiles],
  ["of a megabyte only what is seen is in the document, and all frames can be reached", drawsWhatIsSeen],
  ["a long paste", pastesMuch],
];
