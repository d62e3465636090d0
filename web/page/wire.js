// A stream of frames, good or bad: every byte belongs to one entry (FORMAT.md 1.2).
//
//   22 40 08 91 | n n n n | n bytes of payload

import { errorOf, hexOf, nodeToJson, plural, rawNode, readContainer, walk, endOf } from "./rlp.js";
import { readCounted } from "./old_rlp.js";
import { OLD_DIALECT, findP2p, findProfile, hasOutside, nearest, newestP2p } from "./profiles.js";
import { idOf, readMessage } from "./message.js";
import { TOLERATED } from "./tables.js";

export const TOKEN = [0x22, 0x40, 0x08, 0x91];
export const MAX_PAYLOAD = 16 * 1024 * 1024;

/** How many bytes at `at` agree with the token. */
function tokenBytes(bytes, at) {
  let n = 0;
  while (n < 4 && at + n < bytes.length && bytes[at + n] === TOKEN[n]) n++;
  return n;
}

/** A whole token, or the beginning of one at the very end. */
const startsFrame = (bytes, at) => {
  const n = tokenBytes(bytes, at);
  return n === 4 || (n > 0 && at + n === bytes.length);
};

export function looksLikeWire(bytes) {
  for (let at = 0; at + 4 <= bytes.length; at++) if (tokenBytes(bytes, at) === 4) return true;
  return bytes.length > 0 && bytes.length < 4 && startsFrame(bytes, 0);
}

/** A header whose length is too large is skipped, but no further than a token may begin in it. */
function skippedHeader(bytes, at) {
  for (let n = 4; n < 8; n++) if (startsFrame(bytes.subarray(0, at + 8), at + n)) return n;
  return 8;
}

/** The piece of the stream that begins at `at`: {offset, size, payloadSize}; payloadSize null: a gap, or a header that is not whole. */
function nextPiece(bytes, at) {
  if (!startsFrame(bytes, at)) {
    let end = at + 1;
    while (end < bytes.length && !startsFrame(bytes, end)) end++;
    return { offset: at, size: end - at, payloadSize: null, gap: true };
  }
  if (bytes.length - at < 8) return { offset: at, size: bytes.length - at, payloadSize: null, gap: false };
  const payloadSize = new DataView(bytes.buffer, bytes.byteOffset + at + 4, 4).getUint32(0);
  const size = payloadSize > MAX_PAYLOAD ? skippedHeader(bytes, at) : Math.min(8 + payloadSize, bytes.length - at);
  return { offset: at, size, payloadSize, gap: false };
}

/** Pieces that tile the input. */
export function splitFrames(bytes) {
  const out = [];
  for (let at = 0; at < bytes.length; at += out[out.length - 1].size) out.push(nextPiece(bytes, at));
  return out;
}

/** Where in the payload of a whole frame another frame begins, which cut it open (wire/frame.hpp, cut_open_at); -1: none does. */
function cutOpenAt(bytes, entry) {
  const from = entry.offset + 8;
  for (let at = from; at + 4 <= entry.offset + entry.size; at++) if (tokenBytes(bytes, at) === 4) return at - from;
  return -1;
}

const wireRoot = (k) => (k === 0 ? "payload" : `rest[${k - 1}]`);

/** The error of the frame itself, before its payload is looked at. */
function frameError(entry, total) {
  const { offset, size, payloadSize } = entry;
  if (entry.gap) return { code: "frame.bad_token", offset, length: size, path: "", detail: `${plural(size, "byte")} up to the next token` };
  if (entry.cutAt !== undefined) return { code: "frame.cut_open", offset: offset + 8 + entry.cutAt, length: 4, path: "", detail: `another frame begins after ${entry.cutAt} of ${plural(payloadSize, "byte")}` };
  if (payloadSize > MAX_PAYLOAD) return { code: "frame.too_large", offset: offset + 4, length: 4, path: "", detail: `${payloadSize} bytes` };
  if (payloadSize === null || size < 8 + payloadSize) {
    const missing = payloadSize === null ? 8 - size : 8 + payloadSize - size;
    return { code: "frame.incomplete", offset: total, length: 0, path: "", detail: `${missing} bytes are missing` };
  }
  if (payloadSize === 0) return { code: "frame.empty_payload", offset: offset + 4, length: 4, path: "" };
  return null;
}

/** The pieces with {nodes, error} of their payload in today's RLP, whatever the version: for the text form. */
export function plainFrames(bytes) {
  return splitFrames(bytes).map((piece) => {
    const nodes = readPayload(bytes, piece);
    const trailing = nodes.length > 1 ? { code: "frame.trailing_bytes" } : null;
    return { ...piece, nodes, error: frameError(piece, bytes.length) ?? trailing };
  });
}

const MOST_CAPABILITIES = 64;
const FIRST_GUESS = { eth: 0x10, shh: 0x20 };

/**
 * Which eth version a side speaks that lists `caps` ([{name, version}], version null: a name alone), and where the blocks
 * of ids begin: wire/capabilities.hpp, for somebody who only listens. tests/vectors/capabilities.json holds both to it.
 */
function negotiate(p2pVersion, caps) {
  const versions = (name) => caps.filter((cap) => cap.name === name).map((cap) => cap.version ?? 0);
  const known = versions("eth").filter((eth) => findP2p(p2pVersion, eth));
  const profile = known.length > 0 ? findP2p(p2pVersion, Math.max(...known)) : newestP2p(p2pVersion);
  if (p2pVersion === 0) return { profile, offsets: FIRST_GUESS };
  const ours = { eth: Math.max(...(known.length > 0 ? known : versions("eth"))), shh: Math.max(...versions("shh")) };
  const sizes = { eth: 8, shh: 4 };
  const offsets = { eth: 0, shh: 0 };
  let next = 0x10;
  for (const { name, version } of caps) {
    if (!Object.hasOwn(ours, name) || ours[name] !== (version ?? 0)) continue;
    offsets[name] = next;
    next += sizes[name];
  }
  return { profile, offsets };
}

/** A small map from the first Hello: profile and id offsets. */
function greet(bytes, tree) {
  const items = tree.items;
  const number = (node) => (node && node.kind === "string" && node.length <= 4 ? parseInt(hexOf(bytes, node.offset + node.header, endOf(node)) || "0", 16) : null);
  const version = number(items[1]);
  if (version === null) return null;
  if (items[3]?.kind !== "list") return items.length > 3 ? { profile: nearest("flat", version), offsets: FIRST_GUESS } : null;
  const text = (node) => (node?.kind === "string" ? String.fromCharCode(...bytes.subarray(node.offset + node.header, Math.min(endOf(node), node.offset + node.header + 64))) : "");
  const caps = items[3].items.slice(0, MOST_CAPABILITIES).map((cap) => (cap.kind === "list" ? cap.items : [cap]));
  return negotiate(nearest("p2p", version).version, caps.map((cap) => ({ name: text(cap[0]), version: number(cap[1]) })));
}

/** The first node of each payload, made when it is asked for: the guess ends at the first Hello. */
function* plainTrees(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const piece = nextPiece(bytes, at);
    const [tree] = readPayload(bytes, piece);
    if (tree) yield tree;
    at += piece.size;
  }
}

/** Which profile the stream speaks (FORMAT.md 3.1); a slice is a frame. */
function* guessing(bytes) {
  let p2p = false;
  for (const tree of plainTrees(bytes)) {
    yield;
    const id = idOf(bytes, tree);
    if (id === 0) {
      const found = greet(bytes, tree);
      if (found) return { ...found, assumed: false };
    }
    p2p = p2p || id === 4 || id === 5 || (id === 16 && tree.items.length === 6);
  }
  return { profile: findProfile(p2p ? "p2p2/eth49" : "23"), offsets: { eth: 0x10, shh: p2p ? 0x18 : 0x20 }, assumed: true };
}

function readPayload(bytes, entry) {
  const from = entry.offset + 8;
  const end = entry.offset + entry.size;
  const whole = entry.payloadSize !== null && end - from === entry.payloadSize;
  return entry.payloadSize === null || end <= from ? [] : readContainer(bytes, from, end, whole, wireRoot);
}

/** Bytes behind the list that some clients meant as its last item. */
function restIsMeant(profile, message, rest) {
  return hasOutside(profile) && (message.type === "Hello" || message.type === "Disconnect") && rest.length === 1 && rest[0].kind === "string" && !rest[0].error;
}

function judge(bytes, entry, speaks) {
  const [tree, ...rest] = entry.nodes;
  if (entry.error || !tree) return;
  const bad = walk([tree], (node) => node.error);
  const message = readMessage(bytes, tree, rest, speaks.profile, speaks.offsets);
  Object.assign(entry, { type: message.type, id: message.id });
  if (bad) {
    entry.error = errorOf(bad);
  } else if (rest.length > 0 && !restIsMeant(speaks.profile, message, rest)) {
    const at = endOf(tree);
    const length = entry.offset + entry.size - at;
    entry.error = { code: "frame.trailing_bytes", offset: at, length, path: "", detail: `the item ends ${plural(length, "byte")} before the payload does` };
  } else {
    entry.error = message.error;
    entry.fields = message.fields;
  }
  // What a peer reads all the same, although it is not strictly right.
  entry.readable = !message.error && !walk([tree], (node) => node.error && !TOLERATED.includes(node.error.code));
}

/** The example frames of the 2014 wiki: item-counted lists in a frame. */
export function oldNote(bytes, entry) {
  if (entry.payloadSize === null || entry.error === null || entry.size <= 9) return null;
  const first = bytes[entry.offset + 8];
  if (first <= 0x80 || first >= 0xb8) return null;
  const nodes = readCounted(bytes, entry.offset + 8, entry.offset + entry.size, true, wireRoot);
  return nodes.length === 1 && !walk(nodes, (node) => node.error)
    ? "These bytes are good RLP of January 2014 (PoC-1), where a list header counts items. The wiki kept such examples for a year. Choose version 0 to read them." : null;
}

function readEntry(bytes, piece, speaks, counted) {
  const entry = { ...piece, type: null, id: null, fields: {}, readable: false, error: frameError(piece, bytes.length) };
  if (piece.gap) entry.nodes = [rawNode(piece.offset, piece.size, null, 0, wireRoot)];
  else if (counted && piece.payloadSize) entry.nodes = readCounted(bytes, Math.min(piece.offset + 8, piece.offset + piece.size), piece.offset + piece.size, true, wireRoot);
  else entry.nodes = readPayload(bytes, piece);
  if (!piece.gap) judge(bytes, entry, speaks);
  return entry;
}

/** A whole frame that a peer cannot read either. */
const isNoMessage = ({ error, payloadSize, size, readable }) => error && payloadSize > 0 && size === 8 + payloadSize && !readable;

/** Does work that is cut into slices to its end. */
export function toEnd(slices) {
  let step = slices.next();
  while (!step.done) step = slices.next();
  return step.value;
}

/**
 * Bytes as frames, one each slice: {bytes, entries, profile, assumed, speaks}. `name`: a profile's name, or "auto". `heard`: `speaks` of
 * the other side, for a side that says no Hello itself.
 */
export function* decodingWire(bytes, name = "auto", heard = null) {
  const own = yield* guessing(bytes);
  const guess = own.assumed && heard ? heard : own;
  const chosen = name === "auto" ? null : findProfile(name);
  const speaks = chosen ? { profile: chosen, offsets: guess.profile.family === chosen.family ? guess.offsets : { eth: 0x10, shh: 0x20 } } : guess;
  const counted = chosen?.name === OLD_DIALECT;
  const entries = [];
  let takenBack = 0;
  for (let at = 0; at < bytes.length; at += entries[entries.length - 1].size) {
    const piece = nextPiece(bytes, at);
    let entry = readEntry(bytes, piece, speaks, counted);
    const cutAt = isNoMessage(entry) ? cutOpenAt(bytes, entry) : -1;
    const back = piece.payloadSize - cutAt;
    if (cutAt >= 0 && takenBack + back <= 2 * (at + piece.size)) { // as FrameDecoder: no stream is read again and again
      takenBack += back;
      entry = readEntry(bytes, { ...piece, size: 8 + cutAt, cutAt }, speaks, counted);
    }
    entries.push(entry);
    yield;
  }
  return { bytes, entries, profile: speaks.profile, assumed: chosen ? false : guess.assumed, speaks };
}

export const decodeWire = (bytes, name, heard) => toEnd(decodingWire(bytes, name, heard));

export function wireToJson(decoded) {
  const frames = decoded.entries.map((entry) => {
    const [tree, ...rest] = entry.nodes.map((node) => nodeToJson(decoded.bytes, node));
    const out = {
      offset: entry.offset, size: entry.size, payload_size: entry.payloadSize, type: entry.type, id: entry.id,
      fields: entry.fields, tree: tree ?? null,
    };
    if (rest.length > 0) out.rest = rest;
    if (entry.error) out.error = entry.error;
    return out;
  });
  return { ok: decoded.entries.every((entry) => !entry.error), protocol: decoded.profile.name, assumed: decoded.assumed, frames };
}

/** What a frame reader has after `upto` bytes: whole frames, bytes in its buffer, and how many it needs for its next step. */
export function readerState(bytes, upto) {
  const part = splitFrames(bytes.subarray(0, upto));
  const last = part[part.length - 1];
  const open = last && !last.gap && (last.payloadSize === null || last.size < 8 + last.payloadSize) ? last : null;
  const needs = !open ? 8 : open.payloadSize === null ? 8 - open.size : 8 + open.payloadSize - open.size;
  return {
    frames: part.filter((entry) => !entry.gap).length - (open ? 1 : 0), skipped: part.filter((entry) => entry.gap).reduce((n, entry) => n + entry.size, 0),
    from: open ? open.offset : upto, buffered: open ? open.size : 0, needs, for: !open || open.payloadSize === null ? "the header" : "the payload",
  };
}
