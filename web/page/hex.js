// Hex as people have it: pasted from logs, sources and dump tools. Bytes or {code, offset, length}.

const SEPARATORS = /[\s,:;\-_"'()[\]{}]/;

/** A line of xxd or hexdump -C without its offset and its text column; other lines unchanged. */
function withoutColumns(line) {
  const xxd = /^\s*[0-9a-fA-F]{4,}:\s(.*)$/.exec(line);
  if (xxd) {
    const begin = line.length - xxd[1].length;
    const gap = xxd[1].search(/\s{2,}\S*.*$/);
    return { begin, end: gap > 0 ? begin + gap : line.length };
  }
  const dump = /^\s*[0-9a-fA-F]{4,}\s{2}/.exec(line);
  if (dump) {
    const bar = line.indexOf("|");
    return { begin: dump[0].length, end: bar > 0 ? bar : line.length };
  }
  return { begin: 0, end: line.length };
}

function withoutComment(line, end) {
  const hash = line.indexOf("#");
  const slashes = line.indexOf("//");
  const ends = [hash, slashes].filter((at) => at >= 0 && at < end);
  return ends.length > 0 ? Math.min(...ends) : end;
}

/** {bytes} or {error}. Error offsets count characters. */
export function fromHex(text) {
  const out = [];
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const columns = withoutColumns(line);
    const end = withoutComment(line, columns.end);
    const error = readLine(line, columns.begin, end, out);
    if (error) return { error: { ...error, offset: error.offset + lineStart } };
    lineStart += line.length + 1;
  }
  return { bytes: Uint8Array.from(out) };
}

function readLine(line, begin, end, out) {
  let at = begin;
  while (at < end) {
    const c = line[at];
    if (SEPARATORS.test(c)) {
      at += 1;
    } else if (/^(0[xX]|\\x)/.test(line.slice(at, at + 2))) {
      const digits = /^[0-9a-fA-F]*/.exec(line.slice(at + 2, end))[0];
      if (digits.length === 0) return { code: "hex.bad_character", offset: at, length: 2 };
      if (digits.length > 1 && digits.length % 2 === 1) return { code: "hex.odd_digits", offset: at + 2, length: digits.length };
      pushDigits(digits.length === 1 ? "0" + digits : digits, out);
      at += 2 + digits.length;
    } else {
      const digits = /^[0-9a-fA-F]*/.exec(line.slice(at, end))[0];
      if (digits.length === 0) return { code: "hex.bad_character", offset: at, length: 1 };
      if (digits.length % 2 === 1) return { code: "hex.odd_digits", offset: at, length: digits.length };
      pushDigits(digits, out);
      at += digits.length;
    }
  }
  return null;
}

function pushDigits(digits, out) {
  for (let i = 0; i < digits.length; i += 2) out.push(parseInt(digits.slice(i, i + 2), 16));
}
