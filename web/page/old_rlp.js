// The RLP of January 2014 (PoC-1): lists count their items, and integers are a type of their own.
//
//   00..17 integer itself   18..37 integer of b-17 bytes   38..3f integer, b-37 bytes of length
//   40..77 string of b-40   78..7f string, b-77 bytes of length
//   80..b7 list of b-80 items   b8..bf list, b-b7 bytes of item count   c0..ff nothing

import { LIMITS, fault, plural, rawNode } from "./rlp.js";

const RANGES = [
  { last: 0x37, zero: 0x17, long: false, least: 0, list: false, integer: true },
  { last: 0x3f, zero: 0x37, long: true, least: 33, list: false, integer: true },
  { last: 0x77, zero: 0x40, long: false, least: 0, list: false, integer: false },
  { last: 0x7f, zero: 0x77, long: true, least: 56, list: false, integer: false },
  { last: 0xb7, zero: 0x80, long: false, least: 0, list: true, integer: false },
  { last: 0xbf, zero: 0xb7, long: true, least: 56, list: true, integer: false },
];

function readHead(bytes, at, end, nested) {
  const first = bytes[at];
  const head = { header: 0, length: 1, claimed: 1, list: false, integer: first < 0x38, error: null, broken: false, rest: false };
  if (first < 0x18) return head;
  const range = RANGES.find((row) => first <= row.last);
  if (!range) return { ...head, rest: true, error: fault("rlp.unassigned_byte", at, 1, "no item began with this byte") };
  const count = range.long ? first - range.zero : 0;
  if (1 + count > end - at) return { ...head, rest: true, error: fault("rlp.truncated_header", at, end - at, "length bytes are missing") };
  Object.assign(head, { list: range.list, integer: range.integer, header: 1 + count, claimed: first - range.zero, length: 0 });
  if (range.long) longLength(bytes, at, count, range, head);
  if (!head.list) payload(bytes, at, end, nested, head);
  return head;
}

function longLength(bytes, at, count, range, head) {
  let value = 0n;
  for (let i = 1; i <= count; i++) value = (value << 8n) | BigInt(bytes[at + i]);
  head.claimed = value < 1n << 48n ? Number(value) : value;
  let zeros = 0;
  while (zeros < count && bytes[at + 1 + zeros] === 0) zeros++;
  if (zeros > 0) head.error = fault("rlp.length_leading_zero", at + 1, zeros, "the length begins with a zero byte");
  else if (head.claimed < range.least) head.error = fault("rlp.non_canonical_length", at, head.header, "the short form would do");
}

function payload(bytes, at, end, nested, head) {
  const left = end - at - head.header;
  head.broken = head.claimed > left;
  head.length = head.broken ? left : Number(head.claimed);
  const from = at + head.header;
  if (head.broken) {
    const code = nested ? "rlp.item_overruns_parent" : "rlp.truncated";
    head.error = head.error ?? fault(code, at, head.header, `item claims ${plural(head.claimed, "byte")}, ${left} are left`);
  } else if (head.integer && head.error === null && head.length > 0) {
    if (head.length === 1 && bytes[from] < 0x18) head.error = fault("rlp.non_canonical_byte", at, 2, "a small integer stands for itself");
    else if (bytes[from] === 0) head.error = fault("rlp.integer_leading_zero", from, 1, "a leading zero byte");
  }
}

/** As readContainer() of rlp.js, for counted bytes. */
export function readCounted(bytes, begin, end, nested, root) {
  const top = { items: [], missing: Infinity, node: null };
  const open = [top];
  let at = begin;
  let broken = false;
  let count = 0;
  const add = (node) => {
    const box = open[open.length - 1];
    box.missing -= 1;
    Object.assign(node, { parent: box.node, index: box.items.length, depth: open.length - 1, root });
    box.items.push(node);
  };
  const rest = (error) => {
    add({ ...rawNode(at, end - at, null, 0, root), error });
    at = end;
    broken = true;
  };
  const close = () => {
    const { node } = open.pop();
    node.length = at - node.offset - node.header;
    if (node.missingItems && !broken) {
      node.error = node.error ?? fault("rlp.too_few_items", at, 0, `a list of ${node.claimed} items has ${node.items.length}`);
      broken = true;
    }
  };
  while (open.length > 1 || at < end) {
    const box = open[open.length - 1];
    if (box.missing <= 0) {
      close();
    } else if (at >= end) {
      box.node.missingItems = true;
      close();
    } else if (count === LIMITS.items) {
      rest(fault("rlp.item_limit", at, 1, "too many items"));
    } else {
      const head = readHead(bytes, at, end, nested);
      if (head.rest) { rest(head.error); continue; }
      if (head.list && open.length > LIMITS.depth) { rest(fault("rlp.depth_limit", at, head.header, `the limit is ${LIMITS.depth} lists`)); continue; }
      count += 1;
      broken = broken || head.broken;
      const node = {
        offset: at, header: head.header, length: head.length, kind: head.list ? "list" : "string", claimed: head.claimed,
        integer: head.integer, counted: true, items: head.list ? [] : null, error: head.error,
      };
      add(node);
      at += head.header + head.length;
      if (head.list) open.push({ items: node.items, missing: Number(head.claimed), node });
    }
  }
  return top.items;
}
