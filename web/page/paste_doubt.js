// Why plain digits must not be believed: what else they could be.

/** One after the other, as long as somebody wants the next one. */
function* words(text) {
  for (const line of text.split("\n")) for (const [word] of line.replace(/(#|\/\/).*/, "").matchAll(/[^\s,]+/g)) yield word;
}

const refusal = (code, detail, offset = 0, length = 0) => ({ code: `hex.${code}`, offset, length, detail });

function doubtSign(text) {
  if (!text.includes("-")) return null;
  const found = [...words(text)].find((word) => /^[[({'"]*-[0-9a-fA-F]/.test(word));
  return found && refusal("ambiguous", "a minus sign, or a separator; write a blank in its place for hex", text.indexOf(found), found.length);
}

/** Two digits each, and no character between those of one string. */
function doubtEscapes(text) {
  const first = text.indexOf("\\x");
  if (first < 0 || /^\s*\\x[0-9a-fA-F]+\s*$/.test(text)) return null;
  const long = /\\x[0-9a-fA-F]{3}/.exec(text);
  if (long) return refusal("ambiguous", "a character behind an escape of two digits, or one run of hex; write the digits without \\x for hex", long.index, 5);
  const inside = text.split("\n").some((line) => [...line.matchAll(/"[^"]*"?|'[^']*'?/g)].some(([quoted]) =>
    quoted.slice(1).replace(/(\\x[0-9a-fA-F]{1,2}|\\)/g, "").replace(/["'\r]/g, "") !== ""));
  if (inside) return refusal("ambiguous", "a character of the string, or a separator; write the escapes without it", first, 2);
  const joined = /\\x[0-9a-fA-F]{1,2}\\x/.test(text);
  const apart = /\\x[0-9a-fA-F]{1,2}[ \t,;:_-]+\\x/.test(text);
  return joined && apart && refusal("ambiguous", "blanks between some escapes only: characters of a string, or separators; write the escapes without blanks", first, 2);
}

/** `:10000000..`: how many bytes, where, which kind, the bytes, and a sum that makes all of it zero. */
function doubtRecords(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const isRecord = (line) => {
    if (!/^:([0-9a-fA-F]{2}){5,}$/.test(line)) return false;
    const bytes = line.slice(1).match(/../g).map((two) => parseInt(two, 16));
    return bytes[0] + 5 === bytes.length && bytes.reduce((sum, b) => sum + b) % 256 === 0;
  };
  return lines.length > 0 && lines.every(isRecord) && refusal("ambiguous", "records of Intel HEX, with addresses and sums");
}

function doubtBinary(text) {
  let [count, prefixed, full] = [0, true, false];
  for (const word of words(text)) {
    if (!/^(0[bB])?[01]{8}$/.test(word)) return null;
    count += 1;
    prefixed = prefixed && /^0[bB]/.test(word);
    full = full || word.split("1").length > 3;
  }
  if (count === 0 || (!prefixed && (count < 2 || !full))) return null;
  return refusal("other_base", "eight binary digits each, or four bytes of hex; write 0x before each word for hex");
}

/** Words of od -A n -t x2, and numbers of od -A n -t u1. */
function doubtColumns(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const every = (shape) => lines.length > 0 && lines.every((line) => shape.test(line));
  const groups = () => lines.flatMap((line) => line.trim().split(/\s+/));
  if (every(/^ [0-9a-fA-F]+( [0-9a-fA-F]+)*\s*$/)) {
    const [first, ...others] = groups();
    return others.length > 0 && [4, 8, 16].includes(first.length) && others.every((group) => group.length === first.length)
      && refusal("word_order", "words as od -A n prints them, or plain hex behind a blank; without that blank they are hex");
  }
  return every(/^(\s{2,}(0|[1-9]\d{1,3}))+\s*$/) && groups().length > 1
    && refusal("other_base", "decimal numbers, or hex; one blank between them is enough for hex");
}

/** A first column that grows by the bytes behind it, or by one from line to line. */
function doubtColumn(text) {
  const rows = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const found = /^\s*(?:0[xX])?([0-9a-fA-F]{1,16})[:,]?(?=\s|$)(.*)/.exec(line.replace(/(#|\/\/).*/, ""));
    if (!found && line.replace(/(#|\/\/).*/, "").trim() !== "") return null;
    if (found) rows.push({ digits: found[1], behind: found[2], offset: at, length: line.length });
    at += line.length + 1;
  }
  if (rows.length < 2) return null;
  const bytesOf = ({ behind }) => (behind.match(/[0-9a-fA-F]+/g) ?? []).reduce((sum, run) => sum + (run.length >> 1), 0);
  const steps = (base, step) => rows.every((row, i) => {
    const allowed = base === 16 ? /^/ : base === 10 ? /^\d+$/ : /^[0-7]+$/;
    if (!allowed.test(row.digits)) return false;
    return i === 0 || (parseInt(row.digits, base) === parseInt(rows[i - 1].digits, base) + step(rows[i - 1]) && bytesOf(rows[i - 1]) > 0);
  });
  const round = (base) => rows.length > 2 || parseInt(rows[0].digits, base) % 8 === 0;
  const counts = [16, 10, 8].some((base) => steps(base, bytesOf) && round(base));
  const numbers = steps(10, () => 1) && (rows.length > 2 || Number(rows[0].digits) === 1);
  const { offset, length } = rows.at(-1);
  return (counts || numbers) && refusal("ambiguous_offset", "the first column counts like offsets or line numbers, or is data; write 0x before each word for data", offset, length);
}

/** `61 62 63   abc`: the last column spells the bytes before it. */
function doubtText(text, readDigits) {
  let at = 0;
  for (const line of text.split("\n")) {
    const gap = line.trimEnd().lastIndexOf("  ");
    const { bytes } = gap > 0 ? readDigits(line.slice(0, gap)) : {};
    if (bytes?.length > 0 && spells(line.slice(gap + 2), bytes)) {
      return refusal("ambiguous", "the last column spells the bytes before it, or is data; write it with one blank before it for data", at + gap + 2, line.length - gap - 2);
    }
    at += line.length + 1;
  }
  return null;
}

/** True when `column` is how a dump shows `bytes` as text; false when no letter could tell. */
export function spells(column, bytes) {
  return fit(column, bytes) === "exact";
}

/** "exact", "length" when only the number of characters tells, or "no". */
export function fit(column, bytes) {
  const shown = column.trim();
  const letters = [...bytes];
  while (letters[0] === 0x20) letters.shift();
  while (letters.at(-1) === 0x20) letters.pop();
  if ([...shown].length !== letters.length) return "no";
  const visible = (b) => b > 0x20 && b < 0x7f;
  const right = [...shown].every((c, i) => !visible(letters[i]) || c.charCodeAt(0) === letters[i]);
  return right ? (letters.some(visible) ? "exact" : "length") : "no";
}

/** An error, or nothing. */
export function doubt(text, readDigits) {
  return doubtRecords(text) || doubtSign(text) || doubtEscapes(text) || doubtBinary(text) || doubtColumns(text) || doubtColumn(text) || doubtText(text, readDigits) || null;
}
