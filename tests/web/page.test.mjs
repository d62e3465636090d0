// The page as a person uses it, in a real browser, from one file without network.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { Browser, KEYS, missingBrowser } from "./browser.mjs";
import { CHECKS, look, openFiles, sample, setMedia, setWidth } from "./page_checks.mjs";
import { missingAxe, violations } from "./axe.mjs";
import { root } from "./support.mjs";

const skip = missingBrowser() ?? false;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-page-"));
const file = path.join(folder, "page.html");
let browser = null;
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

const url = (fragment = "") => pathToFileURL(file).href + fragment;
const selected = () => browser.run("return [...document.querySelectorAll('#hex .selected')].map((e) => e.dataset.i).join()");
const input = () => browser.run("return document.getElementById('input').value.replaceAll(' ', '')");

function build() {
  const built = spawnSync("python3", [path.join(root, "web/build.py"), file], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
}

test("in a browser", { skip }, async (t) => {
  build();
  browser = await Browser.start();
  t.after(() => browser.stop());

  await t.test("loads with an example that has no problems", async () => {
    await browser.open(url());
    assert.match(await browser.text("#tree"), /frame 0.*Hello/);
    assert.match(await browser.text("#fine"), /No problems/);
    assert.equal(await browser.text("#input-error"), "");
  });

  await t.test("hex that is typed is read; odd digits are named", async () => {
    await browser.clear("#input");
    await browser.type("#input", "c8 83636174 83646f67");
    assert.match(await browser.text("#tree"), /list, 2 items, 8 bytes.*"cat".*"dog"/);
    await browser.type("#input", " c");
    assert.match(await browser.text("#input-error"), /A byte has two hex digits\..*hex\.odd_digits, character 22/);
  });

  await t.test("a click on a byte selects its row, a click on a row its byte", async () => {
    await browser.open(url("#h=c88363617483646f67"));
    await browser.click("#b6");
    assert.match(await browser.text("#tree .selected"), /"dog"/);
    assert.match(await browser.text("#explain"), /0x0006 = 64\. payload of a string, 3 bytes/);
    await browser.click("#r1");
    assert.equal(await selected(), "1");
    assert.match(await browser.text("#explain"), /0x83 is in 80\.\.b7: a string of 0x83 - 0x80 = 3 bytes/);
  });

  await t.test("arrow keys move by byte and by row, with what is selected said aloud", async () => {
    await browser.click("#b0");
    await browser.type("#hex", KEYS.right + KEYS.right);
    assert.equal(await selected(), "2");
    assert.equal(await browser.run("return document.getElementById('hex').getAttribute('aria-activedescendant')"), "b2");
    await browser.type("#tree", KEYS.down);
    assert.equal(await selected(), "5");
    await browser.type("#tree", KEYS.left + KEYS.left);
    assert.equal(await browser.run("return document.querySelectorAll('#tree [role=treeitem]').length"), 1);
    await browser.type("#tree", KEYS.right + KEYS.down);
    assert.equal(await selected(), "1");
  });

  await t.test("steps go forward and back over every part, and play goes on by itself", async () => {
    await browser.click("#b0");
    for (let i = 0; i < 3; i++) await browser.click("#step");
    assert.match(await browser.text("#steps"), /step 4 of 5/);
    await browser.click("#back");
    assert.match(await browser.text("#steps"), /step 3 of 5/);
    await browser.click("#play");
    assert.equal(await browser.run("return document.getElementById('play').getAttribute('aria-pressed')"), "true");
    for (let i = 0; i < 60 && !/step 5/.test(await browser.text("#steps")); i++) await new Promise((r) => setTimeout(r, 100));
    assert.match(await browser.text("#steps"), /step 5 of 5/);
  });

  await t.test("a problem selects its byte", async () => {
    await browser.open(url("#h=2240089100000003c28102"));
    assert.equal(await browser.run("return document.querySelectorAll('#problems li').length"), 1);
    await browser.click("#problems button");
    assert.equal(await selected(), "9");
    assert.match(await browser.text("#explain"), /rlp\.non_canonical_byte/);
    assert.equal(await browser.run("return document.querySelectorAll('#hex .wrong').length"), 2);
  });

  await t.test("the wiki's bytes are recognised, and readable as version 0", async () => {
    await browser.open(url("#h=224008910000000884000000" + "43414243"));
    assert.match(await browser.text("#problems"), /January 2014/);
    await browser.run("const p = document.getElementById('profile'); p.value = '0'; p.dispatchEvent(new Event('change'))");
    assert.match(await browser.text("#tree"), /client_id "ABC"/);
    assert.match(await browser.text("#fine"), /No problems/);
  });

  await t.test("an edited value is encoded again and the changed lengths are shown", async () => {
    await browser.open(url("#h=2240089100000009c88363617483646f67"));
    await browser.click("#b10");
    await browser.type("#tree", KEYS.enter);
    await browser.run("document.getElementById('edit').value = ''");
    await browser.type("#edit", '"horse"' + KEYS.enter);
    assert.equal(await input(), "224008910000000bca85686f72736583646f67");
    assert.match(await browser.text("#changed"), /the item itself 83 → 85; list payload c8 → ca; size of the frame 00000009 → 0000000b/);
    assert.equal(await browser.run("return [...document.querySelectorAll('#hex .changed')].map((e) => e.dataset.i).join()"), "4,5,6,7,8,9");
    assert.equal(await selected(), "9");
  });

  await t.test("an edit that makes a header longer", async () => {
    await browser.open(url("#h=c883636174" + "83646f67"));
    await browser.click("#b6");
    await browser.type("#hex", KEYS.enter);
    await browser.run("document.getElementById('edit').value = arguments[0]", `"${"x".repeat(60)}"`);
    await browser.type("#edit", KEYS.enter);
    assert.equal(await input(), "f842" + "83636174" + "b83c" + "78".repeat(60));
    assert.equal(await selected(), "6");
    assert.match(await browser.text("#changed"), /83 → b83c; list at the top c8 → f842/);
    await browser.type("#hex", KEYS.enter);
    await browser.run("document.getElementById('edit').value = ''");
    await browser.type("#edit", "[1" + KEYS.enter);
    assert.match(await browser.text("#edit-error"), /text\.unclosed/);
  });

  await t.test("the stream in segments shows the reader's buffer", async () => {
    await browser.open(url("#h=2240089100000002c1022240089100000002c103"));
    await browser.run("const c = document.getElementById('cut'); c.value = 6; c.dispatchEvent(new Event('input'))");
    await browser.run("const a = document.getElementById('arrived'); a.value = 2; a.dispatchEvent(new Event('input'))");
    assert.match(await browser.text("#reader"), /12 bytes of 20 have arrived: 1 whole frame\. The buffer holds 2 bytes; 6 bytes more are needed for the header/);
    assert.equal(await browser.run("return document.querySelectorAll('#segments .waiting').length"), 2);
  });

  await t.test("the text form goes there and back", async () => {
    assert.match(await browser.run("return document.getElementById('text').value"), /^frame {\n {2}\[2\]\n}\nframe/);
    await browser.clear("#text");
    await browser.type("#text", 'frame { [0 7 0 "me"] } raw:`ff`');
    await browser.click("#encode");
    assert.equal(await input(), "2240089100000007c6800780826d65ff");
    await browser.clear("#text");
    await browser.type("#text", "[ 1");
    await browser.click("#encode");
    assert.match(await browser.text("#text-error"), /text\.unclosed/);
  });

  await t.test("a link carries the bytes in its fragment only", async () => {
    await browser.click("#share");
    assert.equal(await browser.run("return location.hash"), "#h=2240089100000007c6800780826d65ff");
    assert.equal(await browser.run("return location.search"), "");
  });

  await t.test("every example is read without an exception, every control has a name", async () => {
    const failed = await browser.run(`
      const out = []; window.addEventListener('error', (e) => out.push(e.message));
      const list = document.getElementById('example');
      for (const option of list.querySelectorAll('option[value]:not([value=""])')) {
        list.value = option.value; list.dispatchEvent(new Event('change'));
        if (document.querySelectorAll('#tree [role=treeitem]').length === 0) out.push(option.textContent);
        for (const b of document.querySelectorAll('#hex .byte')) if (!b.getAttribute('aria-label')) out.push('byte without label');
      }
      for (const e of document.querySelectorAll('button, input, select, textarea, [tabindex]')) {
        if (!e.textContent.trim() && !e.labels?.length && !e.getAttribute('aria-labelledby')) out.push('no name: ' + e.id);
      }
      return out;`);
    assert.deepEqual(failed, []);
  });

  await t.test("a large stream and hostile bytes are shown in bounded time", async () => {
    const hostile = ["c1".repeat(20000), "2240089100000001".repeat(4000), "00".repeat(60000), "f9ffff".repeat(5000)];
    for (const hex of hostile) {
      await browser.run("document.getElementById('input').value = arguments[0]; document.getElementById('input').dispatchEvent(new Event('input'))", hex);
      assert.ok(await browser.run("return document.querySelectorAll('#hex .byte').length") <= 1024);
      assert.ok(await browser.run("return document.querySelectorAll('#tree .row').length") <= 1001);
      assert.ok(await browser.run("return document.querySelectorAll('#problems li').length") <= 500);
    }
  });

  for (const [name, check] of CHECKS) await t.test(name, () => check(browser, url));

  for (const scheme of ["light", "dark"]) {
    await t.test(`text has a contrast of at least 4.5 in the ${scheme} scheme, and a picture can be taken`, async () => {
      await setMedia(browser, "", ["prefers-color-scheme", scheme]);
      await browser.open(url("#h=2240089100000003c28102ff"));
      await browser.click("#b9");
      assert.deepEqual(await browser.run(CONTRAST), []);
      const picture = path.join(process.env.ETHPOC_PICTURES ?? folder, `page-${scheme}.png`);
      await browser.screenshot(picture);
      assert.ok(fs.statSync(picture).size > 20000);
    });
  }

  const without = missingAxe();
  await t.test("axe finds nothing wrong, in both schemes, at 390, 768 and 1400 pixels, in forced colours and on paper", { skip: without ?? false }, async () => {
    for (const [width, scheme] of [[390, "dark"], [768, "light"], [1400, "light"]]) {
      await setWidth(browser, width);
      await setMedia(browser, "", ["prefers-color-scheme", scheme]);
      await browser.open(url());
      await openFiles(browser, sample("handshake.pcap"), sample("malformed-zoo.pcap"));
      await browser.click("#m2");
      assert.deepEqual(await violations(browser), [], `${width} wide, ${scheme}`);
    }
    for (const how of [[1400, "", "forced-colors", "active"], [794, "print"]]) {
      await look(browser, how);
      assert.deepEqual(await violations(browser), [], how.join(" "));
    }
    await look(browser, [1400, ""]);
    await browser.run("window.dispatchEvent(new Event('afterprint')); document.getElementById('keys').click()");
    assert.deepEqual(await violations(browser), [], "keys");
    await browser.run("document.getElementById('help').close(); document.getElementById('input').value = '2'; document.getElementById('input').dispatchEvent(new Event('input'))");
    assert.deepEqual(await violations(browser), [], "input that cannot be read");
  });
});

/** Elements with text of their own whose colour is too near to what is behind it. */
const CONTRAST = `
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => { const [r, g, b] = rgb(c).slice(0, 3).map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if ((rgb(c)[3] ?? 1) > 0) return c; } return 'rgb(255, 255, 255)'; };
  const out = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.matches('input:not([type=range]), textarea, select');
    if (!own || e.offsetParent === null || e.closest('script, style, option, optgroup')) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) out.push((e.id || e.className || e.tagName) + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2));
  }
  return [...new Set(out)];`;
