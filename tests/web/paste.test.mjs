// What people paste into the page: it reads the same shapes as the program, with the same bytes, or refuses them; what
// the program refuses it refuses too.
import assert from "node:assert/strict";
import test from "node:test";
import { readVectors } from "./support.mjs";
import { fromHex, hexOf } from "../../web/page/decoder.js";

// Read by the program alone; the page refuses them.
const ONLY_THE_PROGRAM = new Set(["hexyl", "hexdump -C fenced", "hexdump -C numbered", "gdb x/xb", "emacs hexl", "powershell"]);

const REFUSED = new Set(["1: 22 40\n2: 08 91\n", "1 2240\n2 0891\n3 c102\n"]);

const outcome = (text) => {
  const { bytes, error } = fromHex(text);
  return bytes ? hexOf(bytes) : error.code;
};

const shapes = new Map();
for (const row of readVectors("paste.json")) shapes.set(row.shape, [...(shapes.get(row.shape) ?? []), row]);
for (const [shape, rows] of shapes) {
  test(`paste: ${shape}`, () => {
    for (const row of rows) {
      const got = outcome(row.text);
      const wanted = row.read ?? row.code;
      if (got === wanted) continue;
      const note = `${JSON.stringify(row.text.slice(0, 400))}: ${got} and not ${wanted}`;
      assert.match(got, /^hex\./, note);
      const must = row.must && !ONLY_THE_PROGRAM.has(shape);
      assert.ok(!must && (shape !== "alone" || row.read === undefined || REFUSED.has(row.text)), note);
    }
  });
}

test("paste: errors count characters of what was pasted, marks and colours included", () => {
  for (const text of ["c8 0g", "\ufeffc8 0g", "\x1b[32mc8\x1b[0m 0g", "c8\u200b 0g"]) {
    const { error } = fromHex(text);
    assert.equal(text[error.offset], "g", JSON.stringify(text));
    assert.equal(error.length, 1);
  }
});

test("paste: every error stays within the text", () => {
  const pieces = ["0000", "00000010", ":", "  ", " ", "22 40", "2240", "\n", "*", "|", "\\x", "b'", "'", "[", "]", "0x", "{", "}", "=", ",", "#", "-5", "\ufeff"];
  let state = 7;
  const next = (below) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below | 0;
  for (let i = 0; i < 20000; i += 1) {
    const text = Array.from({ length: next(14) }, () => pieces[next(pieces.length)]).join("");
    const { bytes, error } = fromHex(text);
    if (bytes) continue;
    assert.match(error.code, /^hex\./);
    assert.ok(error.offset >= 0 && error.offset + error.length <= text.length, `${JSON.stringify(text)} ${JSON.stringify(error)}`);
  }
});
