// The decoder of the page, as one module: usable from node without a document.
export { LIMITS, decodeRlp, rlpToJson, hexOf, walk, pathOf, endOf, errorOf, nodeToJson, plural } from "./rlp.js";
export { readCounted } from "./old_rlp.js";
export { PROFILES, MESSAGES } from "./tables.js";
export { findProfile, reasonText, typeOfId } from "./profiles.js";
export { decodeWire, decodingWire, toEnd, wireToJson, looksLikeWire, splitFrames, readerState, oldNote, TOKEN } from "./wire.js";
export { textOfRlp, textOfWire, encodeText, headerFor, bigEndian } from "./text.js";
export { fromHex } from "./hex.js";
