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

const LONGEST_OFFSET = 8; // bytes

/** The usual case in one pass: pairs of digits, one blank or line end between words, no word that may be an offset; else null. */
function readPairs(text) {
  const out = new Uint8Array((text.length >> 1) + 1);
  const oneLine = !text.includes("\n");
  let [size, begin, first] = [0, 0, true];
  const isData = () => !first || size - begin > LONGEST_OFFSET || (oneLine && size - begin === 1 && begin === 0);
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const [high, low] = [VALUES[code], VALUES[text.charCodeAt(at + 1)]];
    if (high < SEPARATOR && low < SEPARATOR) {
      out[size++] = (high << 4) | low;
      at += 2;
    } else if ((code === 32 || code === 10) && size > begin && isData()) {
      [begin, first] = [size, code === 10];
      at += 1;
    } else {
      return null;
    }
  }
  return size > begin && isData() && size > LONGEST_OFFSET ? out.slice(0, size) : null;
}

/** {bytes} or {error}. */
export function fromHex(pasted) {
  const pairs = readPairs(pasted);
  if (pairs) return { bytes: pairs };
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
  const out = { bytes: new Uint8Array((text.length >> 1) + 1), size: 0 };
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const error = readLine(line, out);
    if (error) return { error: { ...error, offset: error.offset + lineStart } };
    lineStart += line.length + 1;
  }
  return { bytes: out.bytes.slice(0, out.size) };
}

// Of each ASCII character: the value of a hex digit, or one of these.
const [SEPARATOR, OTHER] = [16, 17];
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[0-9a-fA-F]/.test(character) ? parseInt(character, 16) : SEPARATORS.test(character) ? SEPARATOR : OTHER;
});
const valueAt = (line, at) => VALUES[line.charCodeAt(at)] ?? (SEPARATORS.test(line[at]) ? SEPARATOR : OTHER);

/** Size of the 0x or \x at `at`. */
function prefixAt(line, at, end) {
  const first = line[at];
  if (first !== "0" && first !== "\\") return 0;
  return at + 1 < end && (line[at + 1] === "x" || (first === "0" && line[at + 1] === "X")) ? 2 : 0;
}

function readLine(line, out) {
  const comment = /#|\/\//.exec(line);
  const end = comment ? comment.index : line.length;
  let at = 0;
  while (at < end) {
    if (valueAt(line, at) === SEPARATOR || (at > 0 && line[at] === "\\" && line.slice(at + 1).trim() === "")) {
      at += 1;
      continue;
    }
    const prefix = prefixAt(line, at, end);
    const begin = at + prefix;
    let behind = begin;
    while (behind < end && valueAt(line, behind) < SEPARATOR) behind += 1;
    const count = behind - begin;
    if (count === 0 || (behind < end && valueAt(line, behind) !== SEPARATOR && line[behind] !== "\\")) {
      return { code: "hex.bad_character", offset: count === 0 && prefix > 0 ? at : behind, length: 1 };
    }
    if (count % 2 === 1 && !(prefix > 0 && count === 1)) return { code: "hex.odd_digits", offset: begin, length: count };
    if (count === 1) out.bytes[out.size++] = valueAt(line, begin);
    for (let i = begin; i + 1 < behind; i += 2) out.bytes[out.size++] = (valueAt(line, i) << 4) | valueAt(line, i + 1);
    at = behind;
  }
  return null;
}
