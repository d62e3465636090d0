// The text form: any bytes as text and back (FORMAT.md 4). encodeText(textOf...(b)) gives b again.

import { hexOf, endOf } from "./rlp.js";
import { plainFrames } from "./wire.js";

const COLUMNS = 100;

// ---------------------------------------------------------------- bytes to text

const hexLiteral = (bytes, from, to) => "`" + hexOf(bytes, from, to) + "`";

function isPrintable(bytes, from, to) {
  for (let i = from; i < to; i++) if (bytes[i] < 0x20 || bytes[i] > 0x7e) return false;
  return true;
}

function quoted(bytes, from, to) {
  let out = '"';
  for (let i = from; i < to; i++) {
    const c = String.fromCharCode(bytes[i]);
    out += c === '"' || c === "\\" ? "\\" + c : c;
  }
  return out + '"';
}

/** The modifiers that make `encode` write this very header. */
function modifiers(bytes, node) {
  const plain = node.kind === "string" && node.header === 0;
  if (plain) return "";
  const count = node.header - 1;
  const claimed = BigInt(node.claimed);
  const real = BigInt(node.length);
  const oneSmall = node.kind === "string" && node.length === 1 && bytes[node.offset + node.header] < 0x80;
  const shortest = claimed < 56n ? 0 : (claimed.toString(16).length + 1) >> 1;
  const len = claimed !== real ? `len:${claimed} ` : "";
  const long = count !== shortest || (oneSmall && !len) ? `long:${count} ` : "";
  return long + len;
}

function stringText(bytes, node, inMessage) {
  const from = node.offset + node.header;
  const to = endOf(node);
  const prefix = modifiers(bytes, node);
  const size = to - from;
  if (size === 0) return prefix + (inMessage && prefix === "" ? "0" : '""');
  if (size >= 3 && isPrintable(bytes, from, to)) return prefix + quoted(bytes, from, to);
  if (prefix === "" && size <= 3 && bytes[from] !== 0) return String(parseInt(hexOf(bytes, from, to), 16));
  return prefix + hexLiteral(bytes, from, to);
}

function leafText(bytes, node, inMessage) {
  if (node.kind === "raw") return node.length > 0 ? "raw:" + hexLiteral(bytes, node.offset, endOf(node)) : "";
  return stringText(bytes, node, inMessage);
}

/** The text on one line, or null when it does not fit or holds an error. Depth is limited, so this may recurse. */
function oneLine(bytes, node, room, inMessage) {
  if (node.error || room < 2) return null;
  if (!node.items) {
    const text = leafText(bytes, node, inMessage);
    return text.length <= room ? text : null;
  }
  if (node.length > room) return null;
  let out = modifiers(bytes, node) + "[";
  for (const [i, item] of node.items.entries()) {
    const text = oneLine(bytes, item, room - out.length - 1, inMessage && node.depth === 0);
    if (text === null) return null;
    out += (i > 0 ? " " : "") + text;
  }
  out += "]";
  return out.length <= room ? out : null;
}

function writeNode(bytes, node, indent, inMessage, lines) {
  const pad = " ".repeat(indent);
  const note = node.error ? `  # ${node.error.code}` : "";
  const line = oneLine(bytes, node, COLUMNS - indent, inMessage);
  if (line !== null) {
    lines.push(pad + line);
  } else if (!node.items) {
    lines.push(pad + leafText(bytes, node, inMessage) + note);
  } else {
    lines.push(pad + modifiers(bytes, node) + "[" + note);
    for (const item of node.items) writeNode(bytes, item, indent + 2, inMessage && node.depth === 0, lines);
    lines.push(pad + "]");
  }
}

/** decodeRlp(...) as text. */
export function textOfRlp(decoded) {
  const lines = [];
  for (const node of decoded.items) writeNode(decoded.bytes, node, 0, false, lines);
  return lines.map((line) => line + "\n").join("");
}

/** decodeWire(...) as text. Always in today's RLP. */
export function textOfWire(decoded) {
  const lines = [];
  for (const entry of plainFrames(decoded.bytes)) {
    if (entry.payloadSize === null || entry.size < 8) { // the next token begins in its length
      const note = entry.error ? `  # ${entry.error.code}` : "";
      lines.push("raw:" + hexLiteral(decoded.bytes, entry.offset, entry.offset + entry.size) + note);
      continue;
    }
    const size = entry.payloadSize === entry.size - 8 ? "" : `size=${entry.payloadSize} `;
    const note = entry.error ? `  # ${entry.error.code}` : "";
    lines.push(`frame ${size}{${note}`);
    for (const node of entry.nodes) writeNode(decoded.bytes, node, 2, true, lines);
    lines.push("}");
  }
  return lines.map((line) => line + "\n").join("");
}

// ---------------------------------------------------------------- text to bytes

class TextError extends Error {
  constructor(code, offset, length) {
    super(code);
    this.info = { code, offset, length };
  }
}

function tokenize(text) {
  const pattern = /[\s,]+|#[^\n]*|(?<word>long:|len:|raw:|byte:|sync=|size=|frame|trailing)|(?<number>[0-9]+)|(?<mark>[[\]{}])|`(?<hex>[0-9a-fA-F\s]*)`|"(?<string>(?:[^"\\\n]|\\.)*)"/y;
  const tokens = [];
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new TextError(/["`]/.test(text[at]) ? "text.unclosed" : "text.syntax", at, 1);
    const [kind, value] = Object.entries(match.groups).find(([, v]) => v !== undefined) ?? [];
    if (kind) tokens.push({ kind, value, at, length: match[0].length });
  }
  tokens.push({ kind: "end", value: "", at: text.length, length: 0 });
  return tokens;
}

const bad = (token, code = token.kind === "end" ? "text.unclosed" : "text.syntax") => {
  throw new TextError(code, token.at, token.length);
};

function hexBytes(token) {
  if (token.kind !== "hex") bad(token);
  const digits = token.value.replace(/\s+/g, "");
  if (digits.length % 2 !== 0) bad(token, "text.syntax");
  return digits.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? [];
}

function stringBytes(token) {
  const out = [];
  for (let i = 0; i < token.value.length; i++) {
    let c = token.value[i];
    if (c === "\\") {
      c = token.value[++i];
      if (c === "x") {
        const digits = token.value.slice(i + 1, i + 3);
        if (!/^[0-9a-fA-F]{2}$/.test(digits)) bad(token, "text.syntax");
        out.push(parseInt(digits, 16));
        i += 2;
        continue;
      }
      if (c !== '"' && c !== "\\") bad(token, "text.syntax");
    }
    if (c < " " || c > "~") bad(token, "text.syntax");
    out.push(c.charCodeAt(0));
  }
  return out;
}

function numberOf(token, most) {
  if (token.kind !== "number") bad(token);
  const value = BigInt(token.value);
  if (value > most) bad(token, "text.bad_number");
  return value;
}

/** Big-endian without leading zeros; 0 is nothing. */
export function bigEndian(value) {
  if (value === 0n) return [];
  const digits = value.toString(16);
  return (digits.length % 2 ? "0" + digits : digits).match(/../g).map((pair) => parseInt(pair, 16));
}

/** Header for a payload that is said to have `claimed` bytes; null when the length does not fit into the form. */
export function headerFor(list, claimed, lengthBytes = null) {
  const base = list ? 0xc0 : 0x80;
  const digits = bigEndian(claimed);
  const count = lengthBytes ?? (claimed < 56n ? 0 : digits.length);
  if (count === 0) return claimed < 56n ? [base + Number(claimed)] : null;
  if (digits.length > count || count > 8) return null;
  return [base + 55 + count, ...Array(count - digits.length).fill(0), ...digits];
}

/** The bytes that a text spells: {bytes} or {error: {code, offset, length}}. */
export function encodeText(text) {
  try {
    return { bytes: Uint8Array.from(new Encoder(tokenize(text)).document()) };
  } catch (error) {
    if (error instanceof TextError) return { error: error.info };
    throw error;
  }
}

/** Keeps a stack of open lists and frames, so that deep text does not recurse. */
class Encoder {
  constructor(tokens) {
    this.tokens = tokens;
    this.next = 0;
    this.open = [{ close: null, out: [] }];
  }

  take() {
    return this.tokens[this.next++];
  }

  document() {
    for (;;) {
      const token = this.take();
      const box = this.open[this.open.length - 1];
      if (token.kind === "end") return box.close ? bad(token, "text.unclosed") : box.out;
      if (token.kind === "mark" && "]}".includes(token.value)) this.close(token);
      else this.term(token);
    }
  }

  put(bytes) {
    const out = this.open[this.open.length - 1].out;
    for (const byte of bytes) out.push(byte);
  }

  term(token) {
    if (token.kind === "word") {
      if (token.value === "frame") return this.frame();
      if (token.value === "raw:" || token.value === "trailing") return this.put(hexBytes(this.take()));
      if (token.value === "byte:") return this.oneByte(this.take());
      if (token.value === "sync=" || token.value === "size=") bad(token);
    }
    const form = { long: null, len: null };
    for (; token.kind === "word"; token = this.take()) {
      if (token.value === "long:") form.long = Number(numberOf(this.take(), 8n));
      else if (token.value === "len:") form.len = numberOf(this.take(), (1n << 64n) - 1n);
      else bad(token);
    }
    if (token.kind === "mark" && token.value === "[") return this.open.push({ close: "]", out: [], form, token });
    const payload = token.kind === "hex" ? hexBytes(token) : token.kind === "string" ? stringBytes(token)
      : bigEndian(numberOf(token, (1n << 64n) - 1n));
    return this.item(false, payload, form, token);
  }

  oneByte(token) {
    const bytes = hexBytes(token);
    if (bytes.length !== 1 || bytes[0] >= 0x80) bad(token, "text.syntax");
    this.put(bytes);
  }

  item(list, payload, form, token) {
    const plain = form.long === null && form.len === null && !list && payload.length === 1 && payload[0] < 0x80;
    const header = plain ? [] : headerFor(list, form.len ?? BigInt(payload.length), form.long);
    if (header === null) bad(token, "text.bad_number");
    this.put(header);
    this.put(payload);
  }

  frame() {
    const box = { close: "}", out: [], sync: [0x22, 0x40, 0x08, 0x91], size: null, token: null };
    let token = this.take();
    for (; token.kind === "word"; token = this.take()) {
      if (token.value === "sync=") box.sync = hexBytes(this.take());
      else if (token.value === "size=") box.size = numberOf(this.take(), 0xffffffffn);
      else bad(token);
    }
    if (token.value !== "{" || token.kind !== "mark") bad(token);
    box.token = token;
    this.open.push(box);
  }

  close(token) {
    const box = this.open[this.open.length - 1];
    if (box.close !== token.value) bad(token, "text.syntax");
    this.open.pop();
    if (token.value === "]") return this.item(true, box.out, box.form, box.token);
    const size = (box.size ?? BigInt(box.out.length)).toString(16).padStart(8, "0");
    this.put(box.sync);
    this.put(size.match(/../g).map((pair) => parseInt(pair, 16)));
    return this.put(box.out);
  }
}
