// Values as programming languages print them: Python's bytes, calls with quoted digits, arrays, lists of numbers.

const refuse = (code, detail, offset, length = 1) => ({ error: { code: `hex.${code}`, offset, length, detail } });
const NAMED = /^(?:bytes\(|bytearray\(|vec!|\[\]byte|\[\]uint8|new Uint8Array\(|Buffer\.from\(|Uint8Array\.from\(|Uint8Array\.of\(|Uint8Array(?:\(\d+\))?|new byte\[\])\s*(?=[[({])/;
const QUOTED = /^(?:bytes\.fromhex|bytearray\.fromhex|binascii\.unhexlify|unhexlify|hex\.DecodeString|Buffer\.from|Uint8Array\.fromHex)\(\s*(["'])/;
const CLOSERS = /^[\s)>},;]*$/;
const ESCAPES = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 0x5c, "'": 0x27, '"': 0x22 };

/** Bytes, or an error, or null when the text is no such value. */
export function readValue(text, readDigits) {
  const at = /^\s*(?:>>>\s*)?(?:[A-Za-z_][\w.]*\s*(?::=|=(?!=))\s*)?/.exec(text)[0].length;
  return readQuoted(text, at, readDigits) ?? readPython(text, at, readDigits) ?? readArray(text, readDigits) ?? readList(text, at, readDigits);
}

function readQuoted(text, at, readDigits) {
  const call = QUOTED.exec(text.slice(at));
  if (!call) return null;
  const begin = at + call[0].length;
  const end = text.indexOf(call[1], begin);
  if (end < 0) return refuse("unclosed", "no quote ends it", begin - 1);
  const rest = text.slice(end + 1).replace(/^, ?(["'])hex\1/, "");
  if (!CLOSERS.test(rest)) return refuse("ambiguous", "more than one string", end + 1);
  const read = readDigits(text.slice(begin, end));
  return read.error ? { error: { ...read.error, offset: read.error.offset + begin } } : read;
}

/** b'..' of Python, one after the other. */
function readPython(text, begin, readDigits) {
  let at = begin + /^(?:(?:bytearray|bytes|memoryview)?\(\s*)?/.exec(text.slice(begin))[0].length;
  if (!/^[bB]["']/.test(text.slice(at))) return null;
  const start = at;
  const out = [];
  while (/^[bB]["']/.test(text.slice(at, at + 2))) {
    const quote = text[at + 1];
    if (text.slice(at + 1, at + 4) === quote.repeat(3)) return refuse("ambiguous", "three quotes", at, 4);
    for (at += 2; text[at] !== quote; ) {
      if (text[at] === undefined || text[at] === "\n") return refuse("unclosed", `no ${quote} ends it`, start, 2);
      const found = /^(?:\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2}|0(?![0-7]))|\\([abfnrtv\\'"])|([ -[\]-~]))/.exec(text.slice(at, at + 4));
      if (!found) return refuse("bad_character", "an escape that is not known", at);
      const [whole, hex, octal, name, plain] = found;
      out.push(hex ? parseInt(hex, 16) : octal ? parseInt(octal, 8) : name ? ESCAPES[name] : plain.charCodeAt(0));
      at += whole.length;
    }
    at += 1 + /^\s*/.exec(text.slice(at + 1))[0].length;
  }
  if (!CLOSERS.test(text.slice(at))) return refuse("ambiguous", "more than one value", at);
  if (out.length > 0 && !text.includes("\\") && !readDigits(String.fromCharCode(...out)).error) {
    return refuse("ambiguous", "the characters, or the hex that they spell; write bytes.fromhex('..') or the digits alone for hex", 0, at);
  }
  return { bytes: Uint8Array.from(out) };
}

const decimal = (word) => (/^(0|[1-9]\d{0,2}|0[xX][0-9a-fA-F]+)$/.test(word) && Number(word) < 256 ? Number(word) : null);
const shortHex = (word) => (/^[0-9a-fA-F]{1,2}$/.test(word) ? parseInt(word, 16) : null);
const all = (elements, convert) => {
  const values = elements.map(convert);
  return values.includes(null) ? null : Uint8Array.from(values);
};
const signed = (elements, text, at) => {
  const found = elements.find((word) => /^-[0-9a-fA-F]/.test(word));
  return found ? refuse("other_base", "a signed byte", text.indexOf(found, at), found.length) : null;
};

/** `unsigned char a[] = { .. };`: what stands outside the braces is C, not hex. */
function readArray(pasted, readDigits) {
  if (!/^[^#{]*?(\{|\/\*)/.test(pasted) || /^[^{]*\/\//.test(pasted)) return null;
  const text = pasted.replace(/\/\*[^]*?(\*\/|$)|\/\/.*|#.*/g, (comment) => comment.replace(/[^\n]/g, " "));
  const open = text.indexOf("{");
  const equals = text.indexOf("=");
  if (open < 0 || equals < 0 || equals > open) return null;
  const close = text.indexOf("}", open);
  if (close < 0) return refuse("unclosed", "no } after this {", open);
  if (text.includes("{", open + 1)) return refuse("ambiguous", "more than one array", text.indexOf("{", open + 1));
  const body = text.slice(open + 1, close);
  const elements = body.split(/[\s,]+/).filter(Boolean);
  const bad = signed(elements, text, open);
  if (bad) return bad;
  let bytes = all(elements, decimal);
  if (!bytes) {
    if (!elements.every((word) => /^0[xX]|[a-fA-F\\']/.test(word))) return refuse("ambiguous", "numbers of C without 0x", open);
    const read = readDigits(body);
    if (read.error) return { error: { ...read.error, offset: read.error.offset + open + 1 } };
    bytes = read.bytes;
  }
  const size = /_len =\s*(\d+)/.exec(text.slice(close)) ?? /\[\s*(\d+)/.exec(text.slice(0, equals));
  if (size && Number(size[1]) !== bytes.length) return refuse("ambiguous", `${bytes.length} bytes of ${size[1]}`, open);
  return { bytes };
}

function readList(text, begin) {
  const rest = text.slice(begin);
  const json = /^\{"type":"Buffer","data":\[/.exec(rest);
  const named = NAMED.exec(rest);
  const buffer = /^<Buffer /.exec(rest);
  const borrowed = /^&(?=[[({])/.exec(rest);
  let at = begin + (json ?? named ?? buffer ?? borrowed ?? [""])[0].length;
  if (!json && !buffer) {
    if (!"[{(".includes(text[at] ?? "?")) return null;
    at += 1;
  }
  const length = text.slice(at).search(/[\]})>]/);
  if (length < 0 || !CLOSERS.test(text.slice(at + length + 1).replace(/^\]+/, ""))) return null;
  const elements = text.slice(at, at + length).split(/[\s,]+/).filter(Boolean);
  if (elements.length === 0 && !named && !json && !buffer) return null;
  const bad = signed(elements, text, at);
  if (bad) return bad;
  const numbers = all(elements, decimal);
  const hex = all(elements, shortHex);
  if (buffer) return hex && { bytes: hex };
  if (named || json) {
    const wrong = elements.find((word) => decimal(word) === null);
    return numbers ? { bytes: numbers } : refuse("other_base", "no number from 0 to 255", text.indexOf(wrong, at), wrong.length);
  }
  if (elements.every((word) => /^0[xX]/.test(word))) return null;
  if (hex && elements.every((word) => word.length === 2)) return { bytes: hex };
  if (numbers && hex && String(numbers) !== String(hex)) {
    return refuse("ambiguous", "decimal numbers, or hex; write bytes([..]) around decimal numbers, or two digits for each in hex", at, length);
  }
  return numbers || hex ? { bytes: numbers ?? hex } : null;
}
