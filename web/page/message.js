// What a payload says: the fields of a message, the names of its nodes, or what is wrong with them (FORMAT.md 3).

import { endOf, hexOf, pathOf } from "./rlp.js";
import { findFlat, headerNames, reasonText, transactionNames, typeOfId } from "./profiles.js";

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
    const value = this.payload(name);
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
      return /[\u0000-\u001f\u007f-\u009f]/.test(text) ? "0x" + hexOf(value) : text;
    } catch {
      return "0x" + hexOf(value);
    }
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

function scalar(digits) {
  if (digits.length === 0) return 0;
  const value = BigInt("0x" + hexOf(digits));
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : "0x" + hexOf(digits);
}

function capabilityName(bytes, node) {
  const text = (part) => new TextDecoder().decode(bytes.subarray(part.offset + part.header, endOf(part)));
  if (node.kind !== "list") return text(node);
  const [name, version] = node.items;
  if (!name || name.kind !== "string") return "?";
  node.items.forEach((item, i) => { item.name = ["name", "version"][i]; });
  if (!version || version.kind !== "string") return text(name);
  return `${text(name)}/${scalar(bytes.subarray(version.offset + version.header, endOf(version)))}`;
}

function readP2pHello(read) {
  const out = { version: read.number("version", 4), client_id: read.text("client_id") };
  const caps = read.take("capabilities");
  if (caps.kind !== "list") refuse(caps, "rlp.expected_list", "capabilities: a list was expected here");
  caps.items.forEach((item) => { item.name = "capability"; });
  out.capabilities = caps.items.map((item) => capabilityName(read.bytes, item));
  out.listen_port = read.number("listen_port", 4);
  out.node_id = read.limited("node_id", 64, "message.bad_node_id");
  return out;
}

/** Capabilities and port in the order in which they come: Python put the port first until August 2014. */
function readCapsAndPort(read, out) {
  const first = read.number("capabilities", 8);
  const firstNode = read.items[read.at - 1];
  if (read.left === 0) {
    if (first > 7) { out.listen_port = first; firstNode.name = "listen_port"; } else out.capabilities = first;
    return;
  }
  const second = read.number("listen_port", 8);
  const secondIsCaps = second <= 7;
  if (first > 0xff || (first > 7 && secondIsCaps) || (first === 0 && second !== 0 && secondIsCaps)) {
    Object.assign(out, { capabilities: second, listen_port: first });
    firstNode.name = "listen_port";
    read.items[read.at - 1].name = "capabilities";
  } else {
    Object.assign(out, { capabilities: first, listen_port: second });
  }
}

function readFlatHello(read, rest) {
  const out = { version: read.number("version", 4) };
  const row = findFlat(out.version);
  if (row && row.outside) read.items = read.items.concat(rest.slice(0, Math.max(0, 7 - read.items.length)));
  const least = row ? row.least : 4;
  if (read.items.length < least) {
    throw new Refused("message.missing_item", endOf(read.list), 0, pathOf(read.list), `the list ends after ${read.items.length} items`);
  }
  out.network_id = read.number("network_id", 32);
  out.client_id = read.text("client_id");
  const keyFirst = read.sizeOf(read.at) > 8;
  const key = () => { out.node_id = read.limited("node_id", 64, "message.bad_node_id"); };
  if (keyFirst) key();
  if (read.left > 0) readCapsAndPort(read, out);
  if (!keyFirst && read.left > 0) key();
  if (least <= 7) return out;
  const swapped = read.sizeOf(7) === 32 && read.sizeOf(8) < 32;
  if (swapped) out.best_hash = read.hash("best_hash");
  out.total_difficulty = read.number("total_difficulty", 32);
  if (!swapped) out.best_hash = read.hash("best_hash");
  if (read.left > 0) out.genesis_hash = read.hash("genesis_hash");
  return out;
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
  const out = { address: readAddress(bytes, read.take("address")), port: read.number("port", 2) };
  out.node_id = read.left > 0 ? read.limited("node_id", 64, "message.bad_node_id") : "0x";
  return out;
}

function nameTransaction(profile, node) {
  if (node.kind !== "list") return;
  const names = transactionNames(profile, node.items.length);
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

/** One function for each message with arguments; `at` is {profile, bytes, rest}. */
const READERS = {
  Hello: (read, at) => (at.profile.family === "p2p" ? readP2pHello(read) : readFlatHello(read, at.rest)),
  Disconnect(read, at) {
    if (read.left === 0 && at.profile.outside && at.rest.length > 0) read.items = read.items.concat(at.rest.slice(0, 1));
    if (read.left === 0) return { reason: null, reason_text: null };
    const reason = read.number("reason", 4);
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
    return { hashes: hashes(read, read.left - 1), count: read.number("count", Infinity) };
  },
  NotInChain: (read) => ({ hash: read.hash("hash") }),
  GetBlockHashes(read, at) {
    const first = at.profile.sync !== "hashes_limit_first" || (read.left > 0 && read.items[read.at].length === 32);
    if (first) return { hash: read.hash("hash"), limit: read.number("limit", Infinity) };
    const limit = read.number("limit", Infinity);
    return { hash: read.hash("hash"), limit };
  },
  BlockHashes: (read) => ({ hashes: hashes(read, read.left) }),
  GetBlocks: (read) => ({ hashes: hashes(read, read.left) }),
  Status: (read) => ({
    version: read.number("version", 4), network_id: read.number("network_id", 32),
    total_difficulty: read.number("total_difficulty", 32), best_hash: read.hash("best_hash"), genesis_hash: read.hash("genesis_hash"),
  }),
  NewBlock(read, at) {
    nameBlock(at.profile, read.take("block"));
    return read.left > 0 ? { total_difficulty: read.number("total_difficulty", 32) } : {};
  },
  ShhStatus: (read) => ({ version: read.number("version", 4) }),
  ShhMessages: (read) => ({ items: read.rest("envelope").length }),
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
    if (reader) out.fields = reader(read, { profile, bytes, rest });
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    out.error = refused.error;
    out.fields = {};
  }
  return out;
}
