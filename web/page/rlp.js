// RLP without recursion and without giving up: every byte of a container ends in exactly one node (FORMAT.md 1).
//
//   00..7f  itself              80..b7  80+n | n bytes     b8..bf  b7+k | k bytes of n | n bytes
//                               c0..f7  c0+n | n bytes     f8..ff  f7+k | k bytes of n | n bytes

export const LIMITS = { depth: 64, items: 2000000 };

const U64 = (1n << 64n) - 1n;

/** "1 byte", "2 bytes". */
export const plural = (n, word) => `${n} ${word}${Number(n) === 1 ? "" : "s"}`;

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hex of a slice, without prefix. */
export function hexOf(bytes, from = 0, to = bytes.length) {
  let out = "";
  for (let i = from; i < to; i++) out += PAIRS[bytes[i]];
  return out;
}

/** One header as far as it is there. `claimed` is a BigInt only when it does not fit into 48 bits. */
export function readHead(bytes, at, end, nested) {
  const first = bytes[at];
  const head = { header: 0, length: 1, claimed: 1, list: first >= 0xc0, error: null };
  if (first < 0x80) return head;
  const low = first & 0x3f;
  const count = low < 56 ? 0 : low - 55;
  if (1 + count > end - at) {
    head.header = end - at;
    head.length = 0;
    head.error = fault("rlp.truncated_header", at, end - at, `a header of ${1 + count} bytes, ${end - at} are there`);
    return head;
  }
  head.header = 1 + count;
  head.claimed = count === 0 ? low : readLength(bytes, at + 1, count);
  const left = end - at - head.header;
  const over = head.claimed > left;
  head.length = over ? left : Number(head.claimed);
  head.error = style(bytes, at, count, left, head) ?? (over ? fit(at, left, nested, head) : null);
  return head;
}

function readLength(bytes, at, count) {
  let value = 0n;
  for (let i = 0; i < count; i++) value = (value << 8n) | BigInt(bytes[at + i]);
  return value < 1n << 48n ? Number(value) : value;
}

/** Forms that are not canonical; 2014's clients read them all the same. */
function style(bytes, at, count, left, head) {
  if (count > 0) {
    let zeros = 0;
    while (zeros < count && bytes[at + 1 + zeros] === 0) zeros++;
    if (zeros > 0) return fault("rlp.length_leading_zero", at + 1, zeros, "the length begins with a zero byte");
    if (head.claimed < 56) {
      return fault("rlp.non_canonical_length", at, head.header, `long form used for ${plural(head.claimed, "byte")}`);
    }
  } else if (bytes[at] === 0x81 && left > 0 && bytes[at + 1] < 0x80) {
    const byte = hexOf(bytes, at + 1, at + 2);
    return fault("rlp.non_canonical_byte", at, 2, `0x${byte} must be encoded as the single byte ${byte}`);
  }
  return null;
}

/** A payload that goes over the end of its container. */
function fit(at, left, nested, head) {
  const claim = `item claims ${plural(head.claimed, "byte")}`;
  if (BigInt(head.claimed) > U64 - BigInt(at + head.header)) return fault("rlp.length_overflow", at, head.header, claim);
  return nested
    ? fault("rlp.item_overruns_parent", at, head.header, `${claim}, its parent has ${left} left`)
    : fault("rlp.truncated", at, head.header, `${claim}, the input has ${left} left`);
}

export function fault(code, offset, length, detail) {
  return { code, offset, length, detail };
}

/**
 * The nodes that tile bytes[at..end). `nested`: the container is not the whole input. `root(k)`: path of its item k.
 * A node: {offset, header, length, kind, claimed, items, parent, index, root, depth, error}.
 */
export function readContainer(bytes, at, end, nested, root) {
  const top = { items: [], end, depth: 0, node: null };
  const stack = [top];
  let count = 0;
  let full = false;
  while (stack.length > 0) {
    const box = stack[stack.length - 1];
    if (at >= box.end) {
      stack.pop();
      continue;
    }
    const head = readHead(bytes, at, box.end, nested || box.node !== null);
    const limited = ++count > LIMITS.items;
    const node = {
      offset: at, header: head.header, length: head.length, kind: head.list ? "list" : "string",
      claimed: head.claimed, items: null, parent: box.node, index: box.items.length, root, depth: box.depth, error: head.error,
    };
    box.items.push(node);
    if (limited || head.error?.code === "rlp.truncated_header") {
      if (limited) node.error = full ? null : fault("rlp.item_limit", at, Math.max(head.header, 1), "too many items");
      full = full || limited;
      makeRaw(node, box.end - at);
      at = box.end;
      continue;
    }
    at += head.header;
    if (!head.list) {
      at += head.length;
      continue;
    }
    node.items = [];
    if (box.depth >= LIMITS.depth) {
      node.error = node.error ?? fault("rlp.depth_limit", node.offset, head.header, `the limit is ${LIMITS.depth} lists`);
      if (head.length > 0) node.items.push(rawNode(at, head.length, node, 0, root));
      at += head.length;
      continue;
    }
    stack.push({ items: node.items, end: at + head.length, depth: box.depth + 1, node });
  }
  return top.items;
}

function makeRaw(node, length) {
  node.kind = "raw";
  node.header = 0;
  node.length = length;
  node.claimed = length;
}

export function rawNode(offset, length, parent, index, root) {
  return { offset, header: 0, length, kind: "raw", claimed: length, items: null, parent, index, root, depth: 0, error: null };
}

/** "payload[1][0]": from the root's own path down. */
export function pathOf(node) {
  const parts = [];
  let at = node;
  for (; at.parent; at = at.parent) parts.push(`[${at.index}]`);
  return at.root(at.index) + parts.reverse().join("");
}

/** Calls visit(node) for each node, a list before its items. Stops when visit gives true. */
export function walk(nodes, visit) {
  const stack = nodes.slice().reverse();
  while (stack.length > 0) {
    const node = stack.pop();
    if (visit(node)) return node;
    if (node.items) for (let i = node.items.length; i-- > 0; ) stack.push(node.items[i]);
  }
  return null;
}

export const endOf = (node) => node.offset + node.header + node.length;

/** The error of a node in its printed form. */
export function errorOf(node) {
  const { code, offset, length, detail } = node.error;
  return { code, offset, length, path: pathOf(node), detail, hint: hintFor(node) };
}

function hintFor(node) {
  const base = node.kind === "list" ? 0xc0 : 0x80;
  switch (node.error.code) {
    case "rlp.item_overruns_parent":
    case "rlp.truncated":
      return node.length < 56 && node.header === 1
        ? `${(base + node.length).toString(16)} would be right for the ${plural(node.length, "byte")} that follow` : undefined;
    case "rlp.non_canonical_length":
      return `write ${(base + node.length).toString(16)} instead of the ${node.header} header bytes`;
    default:
      return undefined;
  }
}

/** The error that `check` prints for bytes that should be one item; null when there is none (FORMAT.md 2.2). */
export function checkItems(bytes, items) {
  if (bytes.length === 0) return { code: "rlp.empty_input", offset: 0, length: 0, path: "" };
  const bad = walk(items.slice(0, 1), (node) => node.error);
  if (bad) return errorOf(bad);
  if (items.length < 2) return null;
  const at = endOf(items[0]);
  return { code: "rlp.trailing_bytes", offset: at, length: bytes.length - at, path: "", detail: `${bytes.length - at} bytes follow the item` };
}

export const rlpRoot = (k) => (k === 0 ? "" : `items[${k}]`);

/** Bytes as RLP: {bytes, items, error}. */
export function decodeRlp(bytes) {
  const items = readContainer(bytes, 0, bytes.length, false, rlpRoot);
  return { bytes, items, error: checkItems(bytes, items) };
}

/** A node in the form of FORMAT.md 1. Depth is limited by LIMITS, so this may recurse. */
export function nodeToJson(bytes, node) {
  const out = { offset: node.offset, header: node.header, length: node.length, kind: node.kind };
  if (node.items) out.items = node.items.map((item) => nodeToJson(bytes, item));
  else out.value = "0x" + hexOf(bytes, node.offset + node.header, endOf(node));
  const real = node.counted && node.items ? node.items.length : node.length;
  if (String(node.claimed) !== String(real)) out.claims = String(node.claimed);
  if (node.name) out.name = node.name;
  if (node.integer) out.integer = true;
  if (node.error) out.error = errorOf(node);
  return out;
}

export function rlpToJson(decoded) {
  const out = { ok: decoded.error === null, items: decoded.items.map((node) => nodeToJson(decoded.bytes, node)) };
  if (decoded.error) out.error = decoded.error;
  return out;
}
