// Two conversations side by side: which messages are the same, which differ, and in which items.

import { endOf, hexOf, pathOf, walk } from "./decoder.js";
import { valueText } from "./model.js";

const MOST_CELLS = 2000000; // of the table that aligns; beyond it messages are paired by their number
const MOST_ITEMS = 40; // differences of one message that are told

/** What is compared: {side, entry, bytes, hex}; of a model without frames its items. */
export function comparable(model, from = "") {
  const { bytes, decoded, wire } = model;
  const all = wire ? decoded.entries : decoded.items.map((node, i) => ({ offset: node.offset, size: endOf(node) - node.offset, type: `item ${i}`, nodes: [node] }));
  return all.map((entry) => ({ from, entry, bytes, key: `${from} ${entry.type}`, hex: hexOf(bytes, entry.offset, entry.offset + entry.size) }));
}

const alike = (a, b) => (a.hex === b.hex ? 4 : a.key === b.key ? 2 : 0);

/** Pairs [a or null, b or null] in order, so that most is alike. Who spoke first between two sides is no difference. */
export function align(left, right) {
  const sides = [...new Set([...left, ...right].map(({ from }) => from))];
  const of = (list, side) => list.map((one, index) => ({ ...one, index })).filter(({ from }) => from === side);
  return sides.map((side) => alignSide(of(left, side), of(right, side))).reduce(merge, []);
}

/** Does pair `p` stand before `q`? Where both know a place on the same side it decides. */
function before(p, q) {
  for (const i of [0, 1]) if (p[i] && q[i]) return p[i].index < q[i].index;
  return Boolean(p[0]);
}

function merge(one, other) {
  const out = [];
  let [i, k] = [0, 0];
  while (i < one.length && k < other.length) out.push(before(one[i], other[k]) ? one[i++] : other[k++]);
  return [...out, ...one.slice(i), ...other.slice(k)];
}

function alignSide(left, right) {
  let begin = 0;
  while (begin < left.length && begin < right.length && left[begin].hex === right[begin].hex) begin++;
  let [a, b] = [left.length, right.length];
  while (a > begin && b > begin && left[a - 1].hex === right[b - 1].hex) [a, b] = [a - 1, b - 1];
  const middle = alignMiddle(left.slice(begin, a), right.slice(begin, b));
  const same = (from, to, shift) => left.slice(from, to).map((one, i) => [one, right[from + i + shift]]);
  return [...same(0, begin, 0), ...middle, ...same(a, left.length, b - a)];
}

function alignMiddle(left, right) {
  const width = right.length + 1;
  if (left.length * right.length > MOST_CELLS) {
    return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [left[i] ?? null, right[i] ?? null]);
  }
  const best = new Int32Array((left.length + 1) * width);
  for (let i = left.length; i-- > 0; ) {
    for (let k = right.length; k-- > 0; ) {
      const pair = alike(left[i], right[k]);
      best[i * width + k] = Math.max(best[(i + 1) * width + k], best[i * width + k + 1], pair && pair + best[(i + 1) * width + k + 1]);
    }
  }
  const out = [];
  let [i, k] = [0, 0];
  while (i < left.length || k < right.length) {
    const here = best[i * width + k];
    const pair = i < left.length && k < right.length ? alike(left[i], right[k]) : 0;
    if (pair && here === pair + best[(i + 1) * width + k + 1]) out.push([left[i++], right[k++]]);
    else if (i < left.length && here === best[(i + 1) * width + k]) out.push([left[i++], null]);
    else out.push([null, right[k++]]);
  }
  return out;
}

function leaves({ entry, bytes }) {
  const out = new Map();
  walk(entry.nodes, (node) => {
    if (!node.items || node.items.length === 0) out.set(pathOf(node), { node, name: node.name ?? "", hex: hexOf(bytes, node.offset, endOf(node)), text: node.items ? "[]" : valueText(bytes, node) });
    return out.size > 5000;
  });
  return out;
}

/** Where two messages differ: [{path, name, was, now}], null where there is nothing. */
export function differences(a, b) {
  const [first, second] = [leaves(a), leaves(b)];
  const out = [];
  for (const path of new Set([...first.keys(), ...second.keys()])) {
    const [was, now] = [first.get(path), second.get(path)];
    if (was?.hex === now?.hex) continue;
    out.push({ path, name: (was ?? now).name, was: was?.text ?? null, now: now?.text ?? null });
    if (out.length >= MOST_ITEMS) break;
  }
  return out;
}
