// What a payload says: the fields of a message, the names of its nodes, or what is wrong with them (FORMAT.md 3).

import { endOf, hexOf, pathOf } from "./rlp.js";
import { findFlat, hasOutside, headerNames, reasonText, transactionNames, typeOfId } from "./profiles.js";
import { LAYOUTS, MEMBERS, MESSAGES } from "./tables.js";

/** An error as it is printed; thrown inside this file only. */
class Refused {
  constructor(code, offset, length, path, detail) {
    this.error = { code, offset, length, path, detail };
  }
}

const whole = (node) => node.header + node.length;
const refuse = (node, code, detail) => {
  throw new Refused(code, node.offset, whole(node), pathOf(node), detail);
};

/** Takes the items of a message one after the other. */
class Reader {
  constructor(bytes, list, items, at) {
    Object.assign(this, { bytes, list, items, at });
  }

  get left() {
    return this.items.length - this.at;
  }

  take(name) {
    if (this.left === 0) {
      throw new Refused("message.missing_item", endOf(this.list), 0, pathOf(this.list), `${name}: the list ends after ${this.items.length} items`);
    }
    const node = this.items[this.at++];
    node.name = name;
    return node;
  }

  string(name) {
    const node = this.take(name);
    if (node.kind !== "string") refuse(node, "rlp.expected_string", `${name}: a string was expected here`);
    return node;
  }

  payload(name) {
    const node = this.string(name);
    return this.bytes.subarray(node.offset + node.header, endOf(node));
  }

  /** A scalar of at most `width` bytes, leading zeros apart. */
  number(name, width) {
    const digits = this.payload(name);
    const node = this.items[this.at - 1];
    let zeros = 0;
    while (zeros < digits.length && digits[zeros] === 0) zeros++;
    if (digits.length - zeros > width) {
      throw new Refused("rlp.integer_too_large", node.offset + node.header, node.length, pathOf(node), `${name}: ${digits.length - zeros} bytes, its type has ${width}`);
    }
    return scalar(digits.subarray(zeros));
  }

  limited(name, limit, code) {
    const value = this.payload(name);
    if (value.length > limit) refuse(this.items[this.at - 1], code, `${name}: ${value.length} bytes`);
    return "0x" + hexOf(value);
  }

  hash(name) {
    return "0x" + this.limited(name, 32, "message.bad_hash").slice(2).padStart(64, "0");
  }

  text(name) {
    return textOrHex(this.payload(name));
  }

  /** A member by its row; not of the kinds that have a reader of their own. */
  member(which) {
    const [name, kind, width] = MEMBERS[which];
    if (kind === "number") return this.number(name, width);
    if (kind === "saturated") return this.number(name, Infinity);
    if (kind === "text") return this.text(name);
    return kind === "hash" ? this.hash(name) : this.limited(name, width, "message.bad_node_id");
  }

  /** The members of a layout, by their names; reading ends with the items when `short` is true. */
  members(layout, short = false) {
    const out = {};
    for (const which of layout) if (!short || this.left > 0) out[MEMBERS[which][0]] = this.member(which);
    return out;
  }

  sizeOf(index) {
    const node = this.items[index];
    return node && node.kind === "string" ? node.length : 0;
  }

  /** The rest; Go's nil, one empty list, is nothing. */
  rest(name) {
    const nil = this.left === 1 && this.items[this.at].kind === "list" && this.items[this.at].items.length === 0;
    const nodes = this.items.slice(this.at);
    this.at = this.items.length;
    nodes.forEach((node, i) => { node.name = nil ? "nil" : `${name} ${i}`; });
    return nil ? [] : nodes;
  }
}

/** Text without characters that nobody sees: controls, format, separators of lines, private or not assigned; else hex. */
function textOrHex(value) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
    return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/u.test(text) ? "0x" + hexOf(value) : text;
  } catch {
    return "0x" + hexOf(value);
  }
}

function scalar(digits) {
  if (digits.length === 0) return 0;
  const value = BigInt("0x" + hexOf(digits));
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : "0x" + hexOf(digits);
}

function capabilityName(bytes, node) {
  const text = (part) => textOrHex(bytes.subarray(part.offset + part.header, endOf(part)));
  if (node.kind !== "list") return text(node);
  const [name, version] = node.items;
  if (!name || name.kind !== "string") return "?";
  node.items.forEach((item, i) => { item.name = ["name", "version"][i]; });
  if (!version || version.kind !== "string") return text(name);
  return `${text(name)}/${scalar(bytes.subarray(version.offset + version.header, endOf(version)))}`;
}

function readCapabilities(read) {
  const caps = read.take("capabilities");
  if (caps.kind !== "list") refuse(caps, "rlp.expected_list", "capabilities: a list was expected here");
  caps.items.forEach((item) => { item.name = "capability"; });
  return caps.items.map((item) => capabilityName(read.bytes, item));
}

function readP2pHello(read) {
  const out = {};
  for (const which of LAYOUTS.hello_p2p) out[MEMBERS[which][0]] = which === "capability_list" ? readCapabilities(read) : read.member(which);
  return out;
}

const FULL = 7; // all bits of capabilities
const WIDEST_BITS = 0x0f; // JavaScript has a fourth
const LONGEST_PORT = 8; // bytes

function portIsFirst(first, second) {
  const mayBeCaps = (value) => value <= WIDEST_BITS;
  return (mayBeCaps(second) && (!mayBeCaps(first) || (second !== 0 && first === 0))) || (!mayBeCaps(second) && first > 0xff);
}

/** Which member is where in a flat Hello: hello_order() of wire/hello.cpp. `read` stands behind the id. */
function helloOrder(read, least) {
  const withHead = least > FULL_ITEMS;
  const order = [...(withHead ? LAYOUTS.hello_with_genesis : LAYOUTS.hello_full)];
  const swap = (i) => order.splice(i, 2, order[i + 1], order[i]);
  const number = (i) => {
    const node = read.items[i + 1];
    const value = node?.kind === "string" ? scalar(read.bytes.subarray(node.offset + node.header, endOf(node))) : null;
    return value === null ? null : Number(value);
  };
  let caps = order.indexOf("capabilities");
  if (read.sizeOf(caps + 1) > LONGEST_PORT) {
    order.splice(caps, 0, ...order.splice(order.indexOf("node_id"), 1));
    caps++;
  }
  const [first, second] = [number(caps), number(caps + 1)];
  const alone = read.items.length === caps + 2;
  if (alone ? first > FULL : first !== null && second !== null && portIsFirst(first, second)) swap(caps);
  const total = order.indexOf("total_difficulty");
  if (withHead && read.sizeOf(total + 1) === 32 && read.sizeOf(total + 2) < 32) swap(total);
  return order.slice(1);
}

const FULL_ITEMS = 1 + LAYOUTS.hello_full.length;

function readFlatHello(read, rest) {
  const out = read.members(["version"]);
  const row = findFlat(out.version);
  if (row && hasOutside(row)) read.items = read.items.concat(rest.slice(0, Math.max(0, FULL_ITEMS - read.items.length)));
  const least = row ? row.least : 4;
  if (read.items.length < least) {
    throw new Refused("message.missing_item", endOf(read.list), 0, pathOf(read.list), `the list ends after ${read.items.length} items`);
  }
  return { ...out, ...read.members(helloOrder(read, least), true) };
}

function readAddress(bytes, node) {
  node.name = "address";
  if (node.kind === "list") {
    if (node.items.length !== 4) refuse(node, "message.bad_address", "a list, but not of four octets");
    const read = new Reader(bytes, node, node.items, 0);
    return node.items.map(() => read.number("octet", 1)).join(".");
  }
  const value = bytes.subarray(node.offset + node.header, endOf(node));
  if (value.length > 4 && value.length !== 16) refuse(node, "message.bad_address", `${value.length} bytes`);
  if (value.length === 16) return hexOf(value).match(/..../g).join(":");
  return [...Array(4 - value.length).fill(0), ...value].join(".");
}

function readPeer(bytes, entry) {
  if (entry.kind !== "list") refuse(entry, "rlp.expected_list", "a peer is a list");
  const read = new Reader(bytes, entry, entry.items, 0);
  const out = {};
  for (const which of LAYOUTS.peer) {
    if (which === "address") out.address = readAddress(bytes, read.take("address"));
    else out[which] = which === "node_id" && read.left === 0 ? "0x" : read.member(which);
  }
  return out;
}

function nameTransaction(profile, node) {
  if (node.kind !== "list") return;
  const names = transactionNames(profile, node.items);
  node.items.forEach((item, i) => { item.name = names[i]; });
}

function nameHeader(node) {
  if (node.kind !== "list") return;
  const names = headerNames(node.items.length);
  node.items.forEach((item, i) => { item.name = names[i]; });
}

function nameBlock(profile, node) {
  if (node.kind !== "list") return;
  const [header, transactions, uncles] = node.items;
  node.items.forEach((item, i) => { item.name = ["header", "transactions", "uncles"][i]; });
  if (header) nameHeader(header);
  transactions?.items?.forEach((entry, i) => {
    entry.name = `transaction ${i}`;
    const nested = entry.items?.length === 3 && entry.items[0].kind === "list";
    if (nested) entry.items.forEach((item, k) => { item.name = ["transaction", "state_root", "gas_used"][k]; });
    nameTransaction(profile, nested ? entry.items[0] : entry);
  });
  uncles?.items?.forEach((uncle, i) => { uncle.name = `uncle ${i}`; nameHeader(uncle); });
}

const hashes = (read, count) => Array.from({ length: count }, () => read.hash("hash"));

/** The members of a layout, one after the other. */
function readPlain(read, layout) {
  const out = {};
  layout.forEach((which, i) => {
    const [name, kind] = MEMBERS[which];
    if (kind === "hashes") out[name] = hashes(read, Math.max(0, read.left - (layout.length - 1 - i)));
    else if (kind === "rest") out.items = read.rest(name).length;
    else out[name] = read.member(which);
  });
  return out;
}

const layoutOf = (type) => LAYOUTS[MESSAGES.find(([name]) => name === type)[1]] ?? [];

/** A function for each message in which clients differ, or whose parts have names; `at` is {profile, bytes, rest}. */
const READERS = {
  Hello: (read, at) => (at.profile.family === "p2p" ? readP2pHello(read) : readFlatHello(read, at.rest)),
  Disconnect(read, at) {
    if (read.left === 0 && hasOutside(at.profile) && at.rest.length > 0) read.items = read.items.concat(at.rest.slice(0, 1));
    if (read.left === 0) return { reason: null, reason_text: null };
    const { reason } = read.members(LAYOUTS.disconnect);
    return { reason, reason_text: reasonText(at.profile, reason) };
  },
  Peers: (read, at) => ({ entries: read.rest("peer").map((entry) => readPeer(at.bytes, entry)) }),
  Transactions(read, at) {
    let nodes = read.rest("transaction");
    if (nodes.length === 1 && nodes[0].items?.[0]?.kind === "list") {
      nodes[0].name = "transactions";
      nodes = nodes[0].items;
    }
    nodes.forEach((node) => nameTransaction(at.profile, node));
    return { items: nodes.length };
  },
  Blocks(read, at) {
    const nodes = read.rest("block");
    nodes.forEach((node) => nameBlock(at.profile, node));
    return { items: nodes.length };
  },
  GetChain(read) {
    if (read.left === 0) return { hashes: [], count: 0 };
    return { hashes: hashes(read, read.left - 1), ...read.members(["count"]) };
  },
  GetBlockHashes(read, at) {
    const limitFirst = at.profile.sync === "hashes_limit_first" && read.items[read.at]?.length !== MEMBERS.hash[2];
    return read.members(limitFirst ? LAYOUTS.get_block_hashes_limit_first : LAYOUTS.get_block_hashes);
  },
  NewBlock(read, at) {
    nameBlock(at.profile, read.take("block"));
    return read.members(["total_difficulty"], true);
  },
  Unknown: (read) => ({ items: read.left }),
};

/** The id of a message, null when there is none that can be read. */
export function idOf(bytes, tree) {
  const first = tree?.items?.[0];
  if (!first || first.kind !== "string" || first.error?.code.startsWith("rlp.trunc")) return null;
  const value = scalar(bytes.subarray(first.offset + first.header, endOf(first)));
  return typeof value === "number" ? value : null;
}

/** {type, id, fields, error}; `rest`: the nodes of the payload behind the list. */
export function readMessage(bytes, tree, rest, profile, offsets) {
  const out = { type: null, id: null, fields: {}, error: null };
  try {
    if (tree.kind !== "list") refuse(tree, "message.not_a_list", "the payload is a string");
    if (tree.items.length === 0) refuse(tree, "message.no_id", "the list is empty");
    out.id = idOf(bytes, tree);
    if (out.id === null) refuse(tree.items[0], "message.bad_id", "the id is a scalar of at most 53 bits");
    tree.items[0].name = "id";
    out.type = typeOfId(profile, out.id, offsets);
    const read = new Reader(bytes, tree, tree.items, 1);
    const reader = READERS[out.type];
    out.fields = reader ? reader(read, { profile, bytes, rest }) : readPlain(read, layoutOf(out.type));
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    out.error = refused.error;
    out.fields = {};
  }
  return out;
}
