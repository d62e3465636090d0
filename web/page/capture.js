// A file by its content: a capture, a recorded session, hex text, or bytes. A capture and a session become connections,
// each with what its two sides said, and the messages in the order in which they were heard.

import { decodeWire, fromHex, plural } from "./decoder.js";
import { captureKind, readPackets } from "./capture_file.js";
import { streamsOf } from "./capture_tcp.js";

export const SIDES = ["dialer", "listener"];

/** Text as people have it, or null: control characters mean bytes. */
function textOf(bytes) {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(utf16, { fatal: true }).decode(bytes);
    return /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** {capture} or {bytes} or {error: a sentence, text}. `name` is only told, never believed. */
export function openBytes(bytes, name) {
  if (captureKind(bytes)) return { capture: readCapture(bytes, name) };
  const text = textOf(bytes);
  if (text === null) return { bytes };
  if (/^\ufeff?\s*\{\s*"(session|t|conn|from|event|hex)"/.test(text)) return readSession(text, name);
  const { bytes: read, error } = fromHex(text);
  return read ? { bytes: read } : { error, text };
}

function readCapture(file, name) {
  const { packets, trouble } = readPackets(file);
  const { connections, unread } = streamsOf(packets);
  const notes = trouble ? [trouble] : [];
  for (const [reason, count] of unread) notes.push(`${count} ${count === 1 ? "packet" : "packets"} without TCP that this page can read: ${reason}.`);
  return madeOf(name, connections, notes);
}

function madeOf(name, connections, notes) {
  connections.forEach((connection, number) => {
    connection.number = number;
    for (const side of SIDES) {
      const { missing } = connection[side];
      if (missing > 0) notes.push(`Connection ${number}: ${missing} bytes of the ${side} are not in the capture; what came before and after them stands side by side.`);
    }
  });
  return { name, connections: connections.filter(({ dialer, listener }) => dialer.bytes.length + listener.bytes.length > 0), notes };
}

/** One JSON object a line (record/session_file.hpp). */
function readSession(text, name) {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  const connections = new Map();
  const notes = [];
  for (const [order, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (read === null) {
      const last = lines.slice(order + 1).every((later) => later.trim() === "");
      if (!last) return { error: { sentence: `Line ${order + 1} of ${name} is no line of a recorded session.` } };
      notes.push(`The last line of ${name} is cut off; the lines before it are shown.`);
    } else if (read.conn !== undefined) {
      if (!connections.has(read.conn)) connections.set(read.conn, Object.fromEntries(SIDES.map((side) => [side, { parts: [], chunks: [], size: 0 }])));
      if (read.bytes) keep(connections.get(read.conn)[read.from], read, order);
    }
  }
  const joined = ({ parts, chunks, size }) => {
    const bytes = new Uint8Array(size);
    chunks.forEach(({ end }, i) => bytes.set(parts[i], end - parts[i].length));
    return { bytes, chunks, missing: 0 };
  };
  const made = [...connections].map(([conn, sides]) => ({ name: `connection ${conn}`, dialer: joined(sides.dialer), listener: joined(sides.listener) }));
  return { capture: madeOf(name, made, notes) };
}

function keep(side, { bytes, t }, order) {
  side.parts.push(bytes);
  side.size += bytes.length;
  side.chunks.push({ end: side.size, time: t, order });
}

function readLine(line) {
  try {
    const { t = 0, conn, from, hex } = JSON.parse(line);
    if (hex === undefined) return { t, conn };
    if (!SIDES.includes(from) || !/^([0-9a-fA-F]{2})*$/.test(hex) || typeof t !== "number") return null;
    return { t, conn, from, bytes: Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)) };
  } catch {
    return null;
  }
}

/** Both sides decoded: a side that says no Hello speaks what the other one does. `profile` as of decodeWire. */
export function decodeBoth(connection, profile = "auto") {
  const out = Object.fromEntries(SIDES.map((side) => [side, decodeWire(connection[side].bytes, profile)]));
  for (const [side, other] of [SIDES, [...SIDES].reverse()]) {
    if (out[side].assumed && !out[other].assumed) out[side] = decodeWire(connection[side].bytes, profile, out[other].speaks);
  }
  return out;
}

/** Index of the chunk that holds byte `at`. */
function chunkOf(chunks, at) {
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunks[middle].end > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** [{time, from, entry, segments}] of both sides, as they became whole. */
export function messagesOf(connection, decoded) {
  const out = SIDES.flatMap((from) => decoded[from].entries.map((entry) => {
    const { chunks } = connection[from];
    const last = chunkOf(chunks, entry.offset + entry.size - 1);
    return { from, entry, time: chunks[last].time, order: chunks[last].order, segments: last - chunkOf(chunks, entry.offset) + 1 };
  }));
  return out.sort((a, b) => a.order - b.order);
}

const short = (value) => (typeof value === "string" && value.startsWith("0x") && value.length > 18 ? value.slice(2, 10) + "\u2026" : String(value));

const COUNTED = { hashes: ["hash", "hashes"], entries: ["peer", "peers"] };
const counted = (name, list) => `${list.length} ${COUNTED[name]?.[list.length === 1 ? 0 : 1] ?? name}`;

/** The facts of a message on one line. */
export function summaryOf({ fields, error, gap, size }) {
  if (gap) return `${plural(size, "byte")} outside of any frame`;
  const words = Object.entries(fields ?? {}).flatMap(([name, value]) => {
    if (name === "node_id" || value === null || name === "network_id") return [];
    if (Array.isArray(value)) return [name === "capabilities" ? value.join(", ") : `${counted(name, value)}${typeof value[0] === "string" ? ` from ${short(value[0])}` : ""}`];
    if (name === "items") return [plural(value, "item")];
    return [`${name.replaceAll("_", " ")} ${short(value)}`];
  });
  return words.join(", ") || (error ? error.detail ?? error.code : "");
}
