// Sentences: what a byte is, why a length is as it is, what the reader of a stream is waiting for.

import { hexOf, plural, readerState } from "./decoder.js";
import { valueText } from "./model.js";
import { ERRORS } from "./tables.js";

const hex = (n, digits = 2) => n.toString(16).padStart(digits, "0");
const offset = (n) => "0x" + hex(n, 4);
const range = (from, to) => (to - from === 1 ? offset(from) : `${offset(from)} to ${offset(to - 1)}`);

/** Which bytes are the payload, and whether they fit. */
function fitText(node) {
  const from = node.offset + node.header;
  const claimed = Number(node.claimed);
  if (node.length === 0 && claimed === 0) return "Nothing follows.";
  if (claimed > node.length) return `That would need ${plural(claimed, "byte")}, but only ${node.length} ${node.length === 1 ? "is" : "are"} left here.`;
  return `Its payload is ${range(from, from + node.length)}.`;
}

function headerText(bytes, node) {
  const first = bytes[node.offset];
  const list = node.kind === "list";
  const kind = list ? "list" : "string";
  const base = list ? 0xc0 : 0x80;
  const limits = list ? ["c0", "f7", "f8", "ff"] : ["80", "b7", "b8", "bf"];
  if (node.header === 1) {
    return `0x${hex(first)} is in ${limits[0]}..${limits[1]}: a ${kind} of 0x${hex(first)} - 0x${hex(base)} = ${plural(node.claimed, "byte")}. ${fitText(node)}`;
  }
  const digits = hexOf(bytes, node.offset + 1, node.offset + node.header);
  return `0x${hex(first)} is in ${limits[2]}..${limits[3]}: a long ${kind}. 0x${hex(first)} - 0x${hex(base + 55)} = ${plural(node.header - 1, "byte")} of length ${node.header === 2 ? "follows" : "follow"}: ${digits} = ${node.claimed}. ${fitText(node)}`;
}

function countedHeaderText(bytes, node) {
  const kind = node.kind === "list" ? `list of ${plural(node.claimed, "item")}` : node.integer ? `number of ${plural(node.claimed, "byte")}` : `string of ${plural(node.claimed, "byte")}`;
  return `0x${hex(bytes[node.offset])}, in the RLP of January 2014: a ${kind}. A list counted its items, not its bytes.`;
}

function nodeText(model, part) {
  const { node } = part.row;
  const name = node.name ? `${node.name}: ` : "";
  if (part.role === "raw") return `${name}${valueText(model.bytes, node)}.`;
  if (part.role === "header") return name + (node.counted ? countedHeaderText(model.bytes, node) : headerText(model.bytes, node));
  const value = valueText(model.bytes, node);
  if (node.header === 0) return `${name}0x${hex(model.bytes[node.offset])} is below ${node.counted ? "18" : "80"}: it stands for itself. Value: ${value}.`;
  return `${name}payload of a string, ${plural(node.length, "byte")}. Value: ${value}.`;
}

/** The part that owns the byte, in words. */
export function explainByte(model, at) {
  const part = model.parts[model.owner[at]];
  if (!part) return "No byte is selected.";
  const where = `${offset(at)} = ${hex(model.bytes[at])}. `;
  const problem = part.row.node?.error ?? (part.row.node ? null : part.row.entry?.error);
  const trouble = problem ? ` Problem: ${ERRORS[problem.code]?.[0] ?? ""} Here: ${problem.detail ?? "it does not"} (${problem.code}).` : "";
  if (part.role === "token") return `${where}Synchronisation token 22 40 08 91: here a frame begins.${trouble}`;
  if (part.role === "size") {
    const { entry } = part.row;
    if (entry.payloadSize === null) return `${where}The size of the payload is cut off.${trouble}`;
    return `${where}Size of the payload, four bytes, most significant first: ${entry.payloadSize}. The 8 header bytes are not counted.${trouble}`;
  }
  return where + nodeText(model, part) + trouble;
}

/** What the reader of the stream has after `upto` bytes. */
export function explainReader(bytes, upto) {
  const state = readerState(bytes, upto);
  const skipped = state.skipped > 0 ? ` ${plural(state.skipped, "byte")} outside of any frame ${state.skipped === 1 ? "was" : "were"} skipped.` : "";
  const buffer = state.buffered > 0 ? `The buffer holds ${plural(state.buffered, "byte")}` : "The buffer is empty";
  const rest = upto === bytes.length && state.buffered === 0 ? "." : `; ${plural(state.needs, "byte")} more ${state.needs === 1 ? "is" : "are"} needed for ${state.for}.`;
  return `${plural(upto, "byte")} of ${bytes.length} have arrived: ${plural(state.frames, "whole frame")}.${skipped} ${buffer}${rest}`;
}
