// Dumps: lines of OFFSET BYTES TEXT. The offsets tell how many bytes a line has (rlp/paste_dump.hpp).

import { fit } from "./paste_doubt.js";

const refuse = (code, detail, row) => ({ error: { code: `hex.${code}`, offset: row.begin, length: Math.max(row.line.length, 1), detail } });
const WORDS = "words in the byte order of the machine that printed them, or bytes";

/** The offset at the front of a line: {digits, marked, short, gap, end}, or null. */
function offsetOf(line) {
  const found = /^\s*(0[xX])?(?:[0-9a-fA-F]{1,16}:(?=[0-9a-fA-F]{4,8}(?:\s|$)))?([0-9a-fA-F]{1,16})(:?)(?=(\s*))(?=\s|$)/.exec(line);
  if (!found || (!found[3] && found[2].length < 4)) return null;
  if (found[3] && /^\s*[0-9a-fA-F]+:/.test(line.slice(found[0].length))) return null;
  if (found[1] && !found[3] && found[4].length === 0) return null;
  const short = found[3] !== "" && !found[1] && found[2].length < 4;
  return { digits: found[2], marked: found[3] !== "" && !short, short, prefixed: Boolean(found[1]), gap: found[4].length, end: found[0].length };
}

/** The runs of digits behind an offset: {groups: [{digits, begin, end, gap}], text, bar}. */
function groupsOf(line, from) {
  const groups = [];
  for (let at = from; ; ) {
    const rest = line.slice(at);
    const gap = /^\s*/.exec(rest)[0].length;
    const begin = at + gap;
    const found = /^(0[xX])?([0-9a-fA-F]+)(?=$|[\s|-])-?/.exec(line.slice(begin));
    if (!found || (gap === 0 && groups.length > 0 && line[at - 1] !== "-")) {
      const bar = line[begin] === "|" || (line[begin] === ">" && line.includes("<", begin + 1));
      return { groups, text: begin, gap, bar };
    }
    const end = begin + (found[1] ?? "").length + found[2].length;
    groups.push({ digits: found[2], prefixed: Boolean(found[1]), begin, end, gap: groups.length > 0 && gap === 0 ? 1 : gap });
    at = begin + found[0].length;
  }
}

const bytesIn = (groups) => groups.reduce((sum, group) => sum + group.digits.length / 2, 0);
const spelled = (groups) => groups.flatMap((group) => group.digits.match(/../g).map((two) => parseInt(two, 16)));

/** The text column behind `count` groups of a row. */
function columnOf(row, count) {
  if (count < row.groups.length) return row.line.slice(count > 0 ? row.groups[count - 1].end : row.text);
  const column = row.line.slice(row.text).trim();
  return row.bar ? column.slice(1).replace(/[|<]$/, "") : column;
}

/** How many groups hold the `wanted` bytes up to the next offset; -1: none. */
function countFor(row, wanted) {
  let count = 0;
  while (count < row.groups.length && bytesIn(row.groups.slice(0, count)) < wanted) count += 1;
  if (bytesIn(row.groups.slice(0, count)) !== wanted) return -1;
  const next = row.groups[count];
  if (next) return row.bar || next.gap < 2 ? -1 : count;
  return row.bar || row.gap >= 2 || row.text >= row.line.length || row.line[row.text] === "#" ? count : -1;
}

/** The same for a row whose end no offset tells: by its text column. */
function countByText(row, widest) {
  const all = row.groups.length;
  const plainEnd = row.text >= row.line.trimEnd().length;
  if (row.bar || all === 0) return all;
  if (row.groups[0].prefixed) return plainEnd ? all : -1;
  for (const wish of ["exact", "length"]) {
    for (let count = 1; count < all || (count === all && !plainEnd); count += 1) {
      const groups = row.groups.slice(0, count);
      const apart = count < all ? row.groups[count].gap >= 2 : row.gap >= 2;
      const column = columnOf(row, count);
      if (!apart || (widest > 0 && bytesIn(groups) > widest) || groups.some((group) => group.digits.length % 2 === 1)) continue;
      if (wish === "length" && plainEnd && /\s/.test(column.trim())) continue;
      if (fit(column, spelled(groups)) === wish) return count;
    }
  }
  if (!plainEnd) return /^(#|\/\/)/.test(row.line.slice(row.text)) ? all : -1;
  const even = row.groups.every((group) => group.digits.length === 2);
  const middle = even && !row.word.marked && all > 8 && all <= 16 && row.groups[8].gap === 2;
  const wide = even && row.groups.every((group) => group.gap >= 2);
  return row.groups.slice(1).every((group) => group.gap < 2) || middle || wide ? all : -1;
}

/** Rows of a text, and what else is in it. */
function survey(text, readDigits) {
  const seen = { rows: [], headlines: 0, other: null, repeat: false };
  let begin = 0;
  for (const line of text.split("\n")) {
    const word = offsetOf(line);
    if (/^\s*($|#|\/\/)/.test(line)) {
      // nothing
    } else if (seen.rows.length > 0 && /^\s*\*\s*$/.test(line)) {
      seen.repeat = true;
    } else if (word) {
      seen.rows.push({ line, begin, word, ...groupsOf(line, word.end), repeats: seen.repeat });
      seen.repeat = false;
    } else if (seen.rows.length === 0 && readDigits(line).error) {
      seen.headlines += 1;
    } else {
      seen.other ??= { line, begin };
    }
    begin += line.length + 1;
  }
  return seen;
}

/** The bytes with offsets of one base: {bytes, verified, texts: [fit]} or {error}. */
function readRows(rows, base) {
  const digits = { 16: /^[0-9a-fA-F]+$/, 10: /^\d+$/, 8: /^[0-7]+$/ }[base];
  const out = { bytes: [], verified: rows.length > 1, fits: [], used: [] };
  let widest = 0;
  for (const [i, row] of rows.entries()) {
    const next = rows[i + 1];
    if (!digits.test(row.word.digits)) return refuse("offset_gap", "an offset that is no number of its base", row);
    const span = next ? parseInt(next.word.digits, base) - parseInt(row.word.digits, base) : 0;
    if (span < 0) return refuse("offset_gap", "the offsets begin again: more than one dump", next);
    const count = !next || next.repeats ? countByText(row, widest) : countFor(row, span);
    if (count < 0) {
      return next && !next.repeats ? refuse("offset_gap", `the line above should have ${span} bytes`, next)
        : refuse("ambiguous", "where the bytes end and the text begins", row);
    }
    const groups = row.groups.slice(0, count);
    if (next && count === 0) return refuse("offset_gap", "a line without bytes", row);
    if (groups.some((group) => group.digits.length % 2 === 1)) return refuse("odd_digits", "half a byte", row);
    const bytes = spelled(groups);
    const column = columnOf(row, count);
    if (column.trim() !== "") out.fits.push(fit(column, bytes));
    out.used.push(...groups);
    widest = Math.max(widest, bytes.length);
    let left = next?.repeats ? Math.max(span, 2 * bytes.length) : bytes.length;
    if (left % bytes.length > 0) return refuse("offset_gap", "no whole number of lines is left out by *", next);
    if (left > 1 << 24) return refuse("too_long", `${left} bytes repeated`, next);
    for (; left > 0; left -= bytes.length) out.bytes.push(...bytes);
  }
  return out;
}

/** Several packets: each begins at zero. */
function several(rows) {
  const starts = rows.filter((row) => parseInt(row.word.digits, 16) === 0);
  return starts.length > 1 ? refuse("offset_gap", `${starts.length} dumps, the second begins here; give one of them`, starts[1]) : null;
}

/** Offsets in no base fit. Data, unless the column still looks like offsets. */
function withoutFit(rows, error) {
  const [first] = rows;
  if (rows.some((row) => row.word.marked)) return several(rows) ?? { error };
  if (rows.some((row) => row.word.short)) return refuse("ambiguous_offset", "an offset, or a byte; for bytes write blanks in place of the colon", first);
  const value = (row) => parseInt(row.word.digits, 16);
  const rising = rows.every((row, i) => i === 0 || (value(row) > value(rows[i - 1]) && value(row) - value(rows[i - 1]) <= 4096
    && row.word.digits.length === rows[i - 1].word.digits.length));
  const filled = first.groups.length > 0;
  if (rows.length > 1 && rising && filled) return refuse("ambiguous_offset", "the first column counts, but not the bytes; for bytes write 0x before each word", rows.at(-1));
  const narrower = filled && first.groups[0].digits.length !== first.word.digits.length;
  if (value(first) !== 0 || !(narrower || (first.word.gap >= 2 && filled))) return null;
  return several(rows) ?? refuse("ambiguous_offset", "an offset, or bytes that are zero; for bytes write 0x before each word", first);
}

/** "offset", "data" or "unclear": what a column that fits is. */
function beliefIn(read, rows) {
  const { word } = rows[0];
  const empty = read.bytes.length === 0;
  if (rows.length === 1 && empty) return rows[0].line.slice(word.end).trim() === "" ? "data" : "unclear";
  if (rows.length === 1 && read.fits.length === 0 && word.marked && !word.prefixed && parseInt(word.digits, 16) !== 0) return "unclear";
  if (rows.every((row) => row.word.marked)) return "offset";
  if (rows.some((row) => row.word.short)) return read.verified ? "offset" : "unclear";
  if (read.fits.includes("exact") || rows.some((row) => row.bar)) return "offset";
  const odd = word.digits.length % 2 === 1;
  const widest = Math.max(0, ...read.used.map((group) => group.digits.length));
  const otherWidth = widest !== word.digits.length;
  if (read.verified) return word.gap >= 2 || odd || otherWidth || empty ? "offset" : "unclear";
  const value = parseInt(word.digits, 16);
  if (value === 0) {
    if ((word.gap >= 2 || odd) && !empty) return "offset";
    return otherWidth && widest === 2 ? "unclear" : "data";
  }
  return value % 8 === 0 && word.digits[0] === "0" && widest === 2 ? "unclear" : "data";
}

/** What groups that fit their offsets are: bytes, or what only looks like them. */
function bytesOf(read, rows) {
  const [{ word }] = rows;
  const widths = read.used.map((group) => group.digits.length);
  const widest = Math.max(0, ...widths);
  if (widest === 2) {
    const inner = rows.flatMap((row) => row.groups.slice(1)).filter((group) => read.used.includes(group)).map((group) => group.gap);
    const wide = inner.length > 0 ? Math.min(...inner) >= 2 : word.gap >= 2 && !rows.some((row) => row.bar) && [6, 7].includes(word.digits.length);
    const hex = read.used.some((group) => /[a-fA-F]|^0/.test(group.digits));
    if (!word.marked && wide && !hex && !read.fits.includes("exact")) return refuse("other_base", "decimal numbers, or hex that was padded", rows[0]);
    return { bytes: Uint8Array.from(read.bytes) };
  }
  if (read.used.some((group) => group.prefixed)) return refuse("word_order", WORDS, rows[0]);
  const straight = read.fits.every((one) => one !== "no");
  const whole = widest > 16 && read.used.length === rows.filter((row) => row.groups.length > 0).length; // xxd -g 0
  if (read.bytes.length > 0 && !(word.marked && (widest <= 4 || whole) && straight)) return refuse("word_order", WORDS, rows[0]);
  return { bytes: Uint8Array.from(read.bytes) };
}

/** Bytes, or an error, or null when the text is no dump. */
export function readDump(text, readDigits) {
  const { rows, headlines, other, repeat } = survey(text, readDigits);
  if (rows.length === 0) return null;
  const [first] = rows;
  if (headlines > 0 && !rows.every((row) => row.word.marked)) return null;
  if (other) {
    const zero = rows.some((row) => parseInt(row.word.digits, 16) === 0 && row.line.slice(row.word.end).trim() !== "" && (row.word.gap >= 2 || row.groups[0]?.digits.length === 2));
    if (!rows.some((row) => row.word.marked) && !zero) return null;
    return several(rows) ?? refuse("ambiguous_offset", "a line without offset in a dump", other);
  }
  if (repeat) return refuse("offset_gap", "nothing tells where * ends", rows.at(-1));
  const seven = first.word.digits.length === 7 && !first.word.marked; // of od alone; its hex has six
  let best = null;
  let failed = null;
  for (const base of seven ? [10, 8] : [16, 10, 8]) {
    const read = readRows(rows, base);
    if (read.error) failed ??= read.error;
    else if (seven && best && String(best.bytes) !== String(read.bytes)) return refuse("ambiguous", "decimal or octal offsets", rows.at(-1));
    else best ??= read;
  }
  if (!best) return withoutFit(rows, failed);
  const belief = beliefIn(best, rows);
  if (belief === "unclear") return refuse("ambiguous_offset", "an offset, or bytes; for bytes write 0x before each word, or give a dump with its text column", first);
  return belief === "offset" ? bytesOf(best, rows) : null;
}
