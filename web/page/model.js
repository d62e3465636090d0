// What the page shows, without a document: parts (who owns which byte), rows of the tree, problems, and editing.

import { decodeRlp, decodingWire, encodeText, endOf, errorOf, fromHex, headerFor, hexOf, looksLikeWire, oldNote, pathOf, plural, textOfRlp, textOfWire, toEnd } from "./decoder.js";

/**
 * Everything about some bytes. `profile`: a profile's name, "auto", or "rlp" for bytes without frames. `heard`: what the
 * other side of the conversation speaks. The text form is made when it is asked for. Work in slices of a frame.
 */
export function* analysing(bytes, profile = "auto", heard = null) {
  const wire = profile === "rlp" ? false : profile !== "auto" || looksLikeWire(bytes);
  const decoded = wire ? yield* decodingWire(bytes, profile, heard) : decodeRlp(bytes);
  const model = { bytes, wire, profile, decoded, parts: [], rows: [], problems: [] };
  for (const [i, entry] of (decoded.entries ?? []).entries()) {
    addEntry(model, entry, i);
    yield;
  }
  for (const node of decoded.items ?? []) addNode(model, node, 0, null);
  model.owner = ownersOf(model);
  yield;
  collectProblems(model);
  let text = null;
  Object.defineProperty(model, "text", { get: () => (text ??= wire ? textOfWire(decoded) : textOfRlp(decoded)) });
  return model;
}

export const analyse = (bytes, profile, heard) => toEnd(analysing(bytes, profile, heard));

function addPart(model, row, role, from, to) {
  const part = { index: model.parts.length, row, role, from, to };
  model.parts.push(part);
  return part;
}

function addRow(model, row) {
  row.index = model.rows.length;
  row.first = model.parts.length;
  model.rows.push(row);
  return row;
}

function addEntry(model, entry, i) {
  const to = entry.offset + entry.size;
  const title = entry.gap ? "no frame" : `frame ${i}`;
  const row = addRow(model, { level: 0, kind: entry.gap ? "gap" : "frame", entry, node: null, from: entry.offset, to, title });
  if (!entry.gap) {
    addPart(model, row, "token", entry.offset, Math.min(entry.offset + 4, to));
    if (entry.size > 4) addPart(model, row, "size", entry.offset + 4, Math.min(entry.offset + 8, to));
  }
  for (const node of entry.nodes) addNode(model, node, 1, entry);
}

/** Depth is limited by the decoder, so this may recurse. */
function addNode(model, node, level, entry) {
  const row = addRow(model, { level, kind: node.kind, entry, node, from: node.offset, to: endOf(node), title: node.name ?? "" });
  const from = node.offset + node.header;
  if (node.header > 0) addPart(model, row, "header", node.offset, from);
  if (node.items) for (const item of node.items) addNode(model, item, level + 1, entry);
  else if (node.length > 0) addPart(model, row, node.kind === "raw" ? "raw" : "payload", from, endOf(node));
}

/** For each byte the index of its part. */
function ownersOf(model) {
  const owner = new Int32Array(model.bytes.length).fill(-1);
  for (const part of model.parts) owner.fill(part.index, part.from, part.to);
  return owner;
}

const MOST_PROBLEMS = 500; // hostile bytes have as many as they like

function collectProblems(model) {
  const add = (error, row) => {
    if (model.problems.length >= MOST_PROBLEMS) return;
    const known = model.problems.some((one) => one.code === error.code && one.offset === error.offset && one.path === error.path);
    if (!known) model.problems.push({ ...error, row });
  };
  if (model.wire) {
    for (const row of model.rows) {
      if (row.node || !row.entry.error || model.problems.length >= MOST_PROBLEMS) continue;
      add({ ...row.entry.error, note: oldNote(model.bytes, row.entry) ?? undefined }, row);
    }
  } else if (model.decoded.error && model.bytes.length > 0) {
    add(model.decoded.error, null);
  }
  for (const row of model.rows) if (row.node?.error && model.problems.length < MOST_PROBLEMS) add(errorOf(row.node), row);
  model.problems.sort((a, b) => a.offset - b.offset);
  model.wrong = new Uint8Array(model.bytes.length);
  for (const { offset, length } of model.problems) model.wrong.fill(1, offset, offset + Math.min(length, 4096));
}

/** Does any row at or below this one have a problem? */
export const isBad = (row) => Boolean(row.node?.error || (!row.node && row.entry?.error));

/** Can its value be replaced and encoded again? */
export const isEditable = (row) => Boolean(row?.node) && !row.node.counted && row.kind !== "raw";

// How much of a value a row of the tree shows, on the screen and on paper.
const SHOWN = { hex: 24, text: 80 };
const PRINTED = { hex: 4096, text: 4096 };

/** The value of a string for a row of the tree; `most`: of how many bytes. */
export function valueText(bytes, node, most = SHOWN) {
  const from = node.offset + node.header;
  const to = endOf(node);
  const size = to - from;
  const hex = hexOf(bytes, from, Math.min(to, from + most.hex)) + (size > most.hex ? "…" : "");
  if (node.kind === "raw") return `${plural(size, "byte")} that cannot be read: ${hex}`;
  if (size === 0) return node.integer ? "0" : '""  (as a number: 0)';
  if (node.integer) return `number ${BigInt("0x" + hexOf(bytes, from, to))}`;
  if (node.name === "address" && size === 4) return [...bytes.subarray(from, to)].join(".");
  const text = size >= 3 && bytes.subarray(from, to).every((b) => b >= 0x20 && b <= 0x7e);
  if (text && !/hash|root|coinbase|difficulty|timestamp|nonce|_id$|^[rs]$/.test(node.name?.replace("client_id", "") ?? "")) {
    return '"' + String.fromCharCode(...bytes.subarray(from, Math.min(to, from + most.text))) + (size > most.text ? '…"' : '"');
  }
  if (size <= 8 && bytes[from] !== 0) return `${BigInt("0x" + hexOf(bytes, from, to))}  (0x${hex})`;
  if (size === 1) return "00  (one byte; not a canonical number)";
  return `0x${hex}  (${size} bytes)`;
}

export function describeRow(model, row, whole = false) {
  if (row.kind === "gap") return `${plural(row.to - row.from, "byte")} outside of any frame`;
  if (row.kind === "frame") {
    const id = row.entry.id === null ? "" : ` (id 0x${row.entry.id.toString(16).padStart(2, "0")})`;
    return `${row.entry.type ?? "no message"}${id}, ${row.entry.size} bytes`;
  }
  if (row.node.items) {
    return `list, ${plural(row.node.items.length, "item")}, ${plural(row.node.length, "byte")}`;
  }
  return valueText(model.bytes, row.node, whole ? PRINTED : SHOWN);
}

// ---------------------------------------------------------------- editing

/** What a person typed for a value: a term of the text form, 0x hex, or plain text. {bytes} of an item, or {error}. */
export function itemFromInput(input) {
  const typed = input.trim();
  if (/^(0x|b["'])/i.test(typed)) {
    const { bytes, error } = fromHex(typed);
    return error ? { error } : encodeText("`" + hexOf(bytes) + "`");
  }
  if (/^([0-9]+$|["`[]|(long|len|byte|raw):)/.test(typed)) return encodeText(typed);
  const bytes = new TextEncoder().encode(input);
  return encodeText("`" + hexOf(bytes) + "`");
}

/** How the value of a string is offered for editing. */
export function inputFor(model, node) {
  const value = { ...node, parent: null, error: null };
  return textOfRlp({ bytes: model.bytes, items: [value] }).trim();
}

const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

/**
 * The bytes with `row`'s item replaced, every list around it and the frame resized: {bytes, at, changed}.
 * `changed`: the headers that are different now, [{from, to, was, now, what}], innermost first; places in the new bytes.
 */
export function replaceItem(model, row, item) {
  const { bytes } = model;
  const node = row.node;
  const changes = [];
  const note = (what, was, now, from) => {
    if (hexOf(was) !== hexOf(now)) changes.push({ what, was: hexOf(was), now: hexOf(now), from, length: now.length });
  };
  let now = item;
  let begin = node.offset;
  let end = endOf(node);
  let at = node.offset;
  note("the item itself", bytes.subarray(begin, begin + node.header), item.subarray(0, headerSize(item)), begin);
  for (let list = node.parent; list; list = list.parent) {
    const inside = list.offset + list.header;
    const payload = concat(bytes.subarray(inside, begin), now, bytes.subarray(end, endOf(list)));
    const header = Uint8Array.from(headerFor(true, BigInt(payload.length)));
    const grown = header.length - list.header;
    at += grown;
    for (const change of changes) change.from += grown;
    note(`list ${pathOf(list) || "at the top"}`, bytes.subarray(list.offset, inside), header, list.offset);
    now = concat(header, payload);
    begin = list.offset;
    end = endOf(list);
  }
  let before = bytes.subarray(0, begin);
  if (row.entry && !row.entry.gap) before = resizeFrame(bytes, row.entry, begin, now.length - (end - begin), note);
  return { bytes: concat(before, now, bytes.subarray(end)), at, changed: changes.map((c) => ({ ...c, to: c.from + c.length })) };
}

/** Header bytes of an item that was just encoded. */
const headerSize = (item) => decodeRlp(item).items[0]?.header ?? 0;

function resizeFrame(bytes, entry, begin, growth, note) {
  const before = Uint8Array.from(bytes.subarray(0, begin));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, entry.size - 8 + growth);
  note("size of the frame", bytes.subarray(entry.offset + 4, entry.offset + 8), size, entry.offset + 4);
  before.set(size, entry.offset + 4);
  return before;
}

// ---------------------------------------------------------------- the address line

export const toFragment = (bytes, profile) => `#h=${hexOf(bytes)}${profile === "auto" ? "" : `&p=${encodeURIComponent(profile)}`}`;

/** {hex, profile} or null. */
export function fromFragment(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const hex = fields.get("h");
  return hex === null || !/^[0-9a-fA-F]*$/.test(hex) ? null : { hex, profile: fields.get("p") ?? "auto" };
}
