// Hex as people have it: pasted from logs, sources and dump tools. Bytes, or {code, offset, length, detail?}; offsets
// count characters of what was pasted. The rules are those of rlp/paste_shapes.hpp, for the shapes that are common:
// what the program reads and this does not is refused, and a column that counts like an offset is never data.
// tests/vectors/paste.json has what both are tried with.

import { readDump } from "./paste_dump.js";
import { doubt } from "./paste_doubt.js";
import { readValue } from "./paste_value.js";

const SEPARATORS = /[\s,:;\-_"'()[\]{}]/;
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;

/** Without byte order marks, colours of a terminal and invisible characters; `origin` tells where each was. */
function clean(pasted) {
  if (!/[^\t\n\r -~]/.test(pasted)) return { text: pasted, origin: null };
  let text = "";
  const origin = [];
  for (let at = 0; at < pasted.length; at += 1) {
    const colour = pasted[at] === "\x1b" && /^\x1b\[[ -?]*[@-~]/.exec(pasted.slice(at, at + 32));
    if (colour) {
      at += colour[0].length - 1;
    } else if (!INVISIBLE.test(pasted[at])) {
      const line = "\x85\u2028\u2029".includes(pasted[at]);
      text += line ? "\n" : SPACE.test(pasted[at]) || pasted[at] === "\f" ? " " : pasted[at];
      origin.push(at);
    }
  }
  return { text, origin };
}

/** {bytes} or {error}. */
export function fromHex(pasted) {
  const { text, origin } = clean(pasted);
  const read = readValue(text, readDigits) ?? readDump(text, readDigits) ?? readPlain(text);
  if (!read.error || origin === null) return read;
  const { offset, length } = read.error;
  const place = (at) => origin[at] ?? pasted.length;
  return { error: { ...read.error, offset: place(offset), length: length && place(offset + length - 1) + 1 - place(offset) } };
}

function readPlain(text) {
  const read = readDigits(text);
  if (read.error) {
    const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) && text.replace(/\s/g, "").length % 4 === 0;
    const sure = base64 && text.trim().length >= 8 && (/[+/=]/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text)));
    return sure ? { error: { code: "hex.other_base", offset: 0, length: 0, detail: "this looks like base64" } } : read;
  }
  const error = doubt(text, readDigits);
  return error ? { error } : read;
}

/** Digits with separators, 0x, \x and comments at their word: nothing is taken for an offset. */
function readDigits(text) {
  const out = [];
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const error = readLine(line, out);
    if (error) return { error: { ...error, offset: error.offset + lineStart } };
    lineStart += line.length + 1;
  }
  return { bytes: Uint8Array.from(out) };
}

function readLine(line, out) {
  const comment = /#|\/\//.exec(line);
  const end = comment ? comment.index : line.length;
  let at = 0;
  while (at < end) {
    const continued = at > 0 && line[at] === "\\" && line.slice(at + 1).trim() === "";
    if (SEPARATORS.test(line[at]) || continued) {
      at += 1;
      continue;
    }
    const prefix = /^(0[xX]|\\x)?/.exec(line.slice(at, end))[0].length;
    const digits = /^[0-9a-fA-F]*/.exec(line.slice(at + prefix, end))[0];
    const behind = at + prefix + digits.length;
    if (digits.length === 0 || (behind < end && !SEPARATORS.test(line[behind]) && line[behind] !== "\\")) {
      return { code: "hex.bad_character", offset: digits.length === 0 && prefix > 0 ? at : behind, length: 1 };
    }
    if (digits.length % 2 === 1 && !(prefix > 0 && digits.length === 1)) {
      return { code: "hex.odd_digits", offset: at + prefix, length: digits.length };
    }
    const even = digits.length === 1 ? "0" + digits : digits;
    for (let i = 0; i < even.length; i += 2) out.push(parseInt(even.slice(i, i + 2), 16));
    at = behind;
  }
  return null;
}
