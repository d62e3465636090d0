// What a protocol version means on the wire. The tables are those of wire/*.def (tables.js is made from them).

import { ALIASES, HEADERS, MESSAGES, PROFILES, REASONS, TRANSACTIONS, TRANSACTION_FIELDS } from "./tables.js";

export const OLD_DIALECT = "0"; // the version that speaks the item-counted RLP
const OUTSIDE = "hello_key_outside"; // clients of these versions wrote an item behind the list

/** Clients of this version wrote an item behind the list. */
export const hasOutside = (profile) => `hello_${profile.form}` === OUTSIDE;

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

export const reasonText = (profile, reason) => REASONS[profile.family][reason] ?? null;

/** Name of the message with this id, "Unknown" when the profile has none. */
export function typeOfId(profile, id, offsets) {
  for (const [name, , flat, base, eth, shh] of MESSAGES) {
    const ids = profile.family === "flat" ? [flat]
      : [base, eth >= 0 && offsets.eth ? offsets.eth + eth : -1, shh >= 0 && offsets.shh ? offsets.shh + shh : -1];
    if (ids.includes(id) && !profile.lacks.includes(name)) return name;
  }
  return "Unknown";
}

/** Names of a block header's fields, by their number. */
export const headerNames = (count) => HEADERS[count] ?? [];

const ADDRESS_SIZE = 20;

function fits(items, { fields }) {
  return items.length === fields.length && items.every((item, i) => {
    const kind = TRANSACTION_FIELDS[fields[i]][1];
    if ((item.kind === "list") !== (kind === "words")) return false;
    return kind !== "address" || item.length === 0 || item.length === ADDRESS_SIZE;
  });
}

/** Names of a transaction's fields, by what is there: transaction_row() of wire/field_names.cpp. */
export function transactionNames(profile, items) {
  const version = profile.family === "flat" ? profile.version : profile.eth;
  const ofVersion = TRANSACTIONS.filter((row) => row.first <= version && version <= row.last && row.fields.length === items.length);
  const row = ofVersion.find((one) => fits(items, one)) ?? ofVersion[0] ?? TRANSACTIONS.find((one) => fits(items, one));
  return row ? row.fields.map((field) => TRANSACTION_FIELDS[field][0]) : [];
}
