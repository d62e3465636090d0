// The vectors of tools/kaitai/vectors: one direction of a recorded conversation each, and what stands in its frames.
// `node tests/kaitai/vectors.mjs` writes them anew from samples/; a test says when they are not those.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../web/support.mjs";
import { streamsOfPcap } from "../web/pcap.mjs";
import { decodeWire } from "../../web/page/decoder.js";

export const folder = path.join(root, "tools/kaitai/vectors");

/** [name of the vector, capture, stream]: recordings of genuine clients, and of our own. */
const CHOSEN = [
  ["flat-handshake", "handshake.pcap", "0 dialer"],
  ["flat-peers", "peers.pcap", "0 listener"],
  ["p2p-hashes", "hashes-blocks.pcap", "0 dialer"],
  ["p2p-newblock", "newblock.pcap", "0 dialer"],
  ["flat-disconnect", "ethpoc-sync.pcap", "0 dialer"],
];

const hexOf = (bytes) => Buffer.from(bytes).toString("hex");

/** {file name: content} of all vectors. */
export function vectors() {
  const out = {}, told = [];
  for (const [name, sample, stream] of CHOSEN) {
    const { bytes } = streamsOfPcap(path.join(root, "samples", sample)).find(({ key }) => key === stream);
    const shown = decodeWire(bytes);
    const frames = shown.entries.map(({ offset, size, id, type, fields, error }) => {
      if (error) throw new Error(`${sample}, ${stream}: ${error.code} at ${offset}`);
      const hello = type === "Hello" ? { version: fields.version, client_id: fields.client_id } : {};
      return { offset, len_payload: size - 8, id, type, ...hello, ...(type === "Disconnect" ? { reason: fields.reason } : {}), payload_begins: hexOf(bytes.slice(offset + 8, offset + Math.min(16, size))) };
    });
    out[`${name}.bin`] = Buffer.from(bytes);
    told.push({ name, file: `${name}.bin`, recorded_in: sample, protocol: shown.profile.name, family: shown.profile.family, bytes: bytes.length, frames });
  }
  const rows = told.map(({ frames, ...head }) => `{${JSON.stringify(head).slice(1, -1)}, "frames": [\n${frames.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]}`);
  out["vectors.json"] = Buffer.from(`[\n${rows.join(",\n")}\n]\n`);
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(vectors())) fs.writeFileSync(path.join(folder, name), content);
}
