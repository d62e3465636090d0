// What a protocol version means on the wire: the same rows as wire/profiles.def, and the message table of
// wire/messages.def. Tests compare both with the .def files when they stand beside this folder.

/** [name, flat id, base id, eth offset, shh offset]; -1: the family does not have it. */
export const MESSAGES = [
  ["Hello", 0x00, 0x00, -1, -1], ["Disconnect", 0x01, 0x01, -1, -1], ["Ping", 0x02, 0x02, -1, -1], ["Pong", 0x03, 0x03, -1, -1],
  ["GetPeers", 0x10, 0x04, -1, -1], ["Peers", 0x11, 0x05, -1, -1], ["Transactions", 0x12, -1, 2, -1], ["Blocks", 0x13, -1, 6, -1],
  ["GetChain", 0x14, -1, -1, -1], ["NotInChain", 0x15, -1, -1, -1], ["GetTransactions", 0x16, -1, 1, -1],
  ["GetBlockHashes", 0x17, -1, 3, -1], ["BlockHashes", 0x18, -1, 4, -1], ["GetBlocks", 0x19, -1, 5, -1], ["Status", -1, -1, 0, -1],
  ["NewBlock", -1, -1, 7, -1], ["ShhStatus", -1, -1, -1, 0], ["ShhMessages", -1, -1, -1, 1],
];

const FLAT_REASONS = [
  "requested", "TCP error", "bad protocol", "useless peer", "too many peers", "already connected", "wrong genesis block",
  "incompatible network protocols", "client quitting",
];
const P2P_REASONS = {
  0: "requested", 1: "TCP error", 2: "bad protocol", 3: "useless peer", 4: "too many peers", 5: "already connected",
  6: "incompatible p2p version", 7: "null node id", 8: "client quitting", 9: "unexpected node id", 10: "connected to itself",
  11: "ping timeout", 12: "sub-protocol error", 16: "user reason",
};

function flatRow(version) {
  const form = version < 2 ? "with_caps" : version < 5 ? "key_outside" : version < 27 ? "full" : version < 29 ? "with_head" : "with_genesis";
  const least = [4, 5, 6, 6, 6, 7, 7, 7, 6][version] ?? (version < 27 ? 7 : version < 29 ? 9 : 10);
  const sync = version < 27 ? "chain" : version === 27 ? "hashes_limit_first" : "hashes";
  const era = version < 1 ? "PoC-1" : version < 5 ? "PoC-2" : version < 9 ? "PoC-3" : version < 12 ? "PoC-4" : version < 24 ? "PoC-5" : "PoC-6";
  return {
    name: String(version), family: "flat", version, eth: 0, form, least, sync, era, old: version === 0,
    address: version < 13 ? "octet_list" : "string4", outside: form === "key_outside",
  };
}

function p2pRow(version, eth) {
  const era = eth < 34 ? "PoC-6" : eth < 50 ? "PoC-7" : "PoC-8";
  return {
    name: `p2p${version}/eth${eth}`, family: "p2p", version, eth, shh: eth < 34 ? 0 : eth < 40 ? 1 : 2, form: "p2p", least: 6,
    sync: "hashes", era, old: false, address: eth < 34 ? "string4" : "string4_or_16", outside: false,
  };
}

const p2pRows = [p2pRow(0, 30), p2pRow(0, 31), p2pRow(0, 32), p2pRow(0, 33), p2pRow(1, 34)];
for (let eth = 34; eth <= 52; eth++) p2pRows.push(p2pRow(2, eth));
for (let eth = 52; eth <= 56; eth++) p2pRows.push(p2pRow(3, eth));

export const PROFILES = [...Array(31).keys()].map(flatRow).concat(p2pRows);

const ALIASES = { poc1: "0", poc3: "7", poc4: "11", poc5: "23", poc6: "p2p0/eth33", poc7: "p2p2/eth49", poc8: "p2p3/eth54" };

/** The row that --protocol names: "7", "p2p2/eth49", "49", "poc4"; null when there is none. */
export function findProfile(name) {
  const wanted = ALIASES[name] ?? name;
  const exact = PROFILES.find((row) => row.name === wanted);
  if (exact) return exact;
  const byEth = PROFILES.filter((row) => row.family === "p2p" && String(row.eth) === wanted);
  return byEth.length > 0 ? byEth[byEth.length - 1] : null;
}

export const findFlat = (version) => PROFILES.find((row) => row.family === "flat" && row.version === version) ?? null;
export const findP2p = (version, eth) =>
  PROFILES.find((row) => row.family === "p2p" && row.version === version && row.eth === eth) ?? null;
export const newestP2p = (version) => PROFILES.filter((row) => row.family === "p2p" && row.version === version).pop() ?? null;

/** The row of this version (p2p: the newest of it), or the nearest lower one. */
export const nearest = (family, version) => PROFILES.filter((row) => row.family === family && row.version <= version).pop();

export function reasonText(profile, reason) {
  return (profile.family === "flat" ? FLAT_REASONS[reason] : P2P_REASONS[reason]) ?? null;
}

/** Does this version still (already) have the message? */
function hasMessage(profile, name) {
  if (profile.family !== "flat") return name !== "NewBlock" || profile.eth >= 34;
  const chain = profile.sync === "chain";
  if (name === "GetChain" || name === "NotInChain") return chain;
  if (name === "GetBlockHashes" || name === "BlockHashes" || name === "GetBlocks") return !chain;
  return true;
}

/** Name of the message with this id, "Unknown" when the profile has none. */
export function typeOfId(profile, id, offsets) {
  for (const [name, flat, base, eth, shh] of MESSAGES) {
    const ids = profile.family === "flat" ? [flat]
      : [base, eth >= 0 && offsets.eth ? offsets.eth + eth : -1, shh >= 0 && offsets.shh ? offsets.shh + shh : -1];
    if (ids.includes(id) && hasMessage(profile, name)) return name;
  }
  return "Unknown";
}

const HEADERS = {
  9: ["parent_hash", "uncles_hash", "coinbase", "state_root", "transactions_hash", "difficulty", "timestamp", "extra_data", "nonce"],
  13: ["parent_hash", "uncles_hash", "coinbase", "state_root", "transactions_root", "difficulty", "number", "min_gas_price", "gas_limit",
    "gas_used", "timestamp", "extra_data", "nonce"],
};
HEADERS[14] = [...HEADERS[13].slice(0, 5), "receipts_root", "log_bloom", "difficulty", "number", ...HEADERS[13].slice(8)];
HEADERS[15] = [...HEADERS[13].slice(0, 5), "receipts_root", "log_bloom", ...HEADERS[13].slice(5)];

/** Names of a block header's fields, by their number. */
export const headerNames = (count) => HEADERS[count] ?? [];

/** Names of a transaction's fields in this version, by their number. */
export function transactionNames(profile, count) {
  const signature = ["v", "r", "s"];
  if (count === 7) return ["nonce", "to", "value", "data", ...signature];
  if (profile.family === "flat" && profile.version < 13) {
    return ["nonce", "value", "to", "gas_price", "gas", "data", ...(count === 10 ? ["init"] : []), ...signature];
  }
  return ["nonce", "gas_price", "gas", "to", "value", "data", ...signature];
}
