// A long stream, made of what the samples hold: a Hello, many small messages, and Blocks now and then.
import fs from "node:fs";
import path from "node:path";
import { SIDES, openBytes } from "../../web/page/capture.js";
import { decodeWire } from "../../web/page/decoder.js";
import { root } from "./support.mjs";

const SAMPLES = ["getchain-blocks.pcap", "handshake.pcap", "peers.pcap", "newblock.pcap", "ethpoc-sync.jsonl", "disconnect-reasons.pcap"];
const LARGE = 2000; // bytes of a frame
const SMALL_BETWEEN = 199; // small frames between two large ones

/** Whole frames of the samples that have no error. */
function sampleFrames() {
  const out = [];
  for (const name of SAMPLES) {
    const { capture } = openBytes(fs.readFileSync(path.join(root, "samples", name)), name);
    for (const connection of capture.connections) {
      for (const side of SIDES) {
        const { bytes } = connection[side];
        for (const { type, offset, size, error } of decodeWire(bytes).entries) if (!error) out.push({ type, frame: bytes.subarray(offset, offset + size) });
      }
    }
  }
  return out;
}

/** As many whole frames as fit into `size` bytes. */
export function largeStream(size = 1 << 20) {
  const all = sampleFrames();
  const hello = all.find(({ type }) => type === "Hello");
  const rest = all.filter(({ type }) => type !== "Hello");
  const small = rest.filter(({ frame }) => frame.length < LARGE);
  const large = rest.filter(({ frame }) => frame.length >= LARGE);
  const out = new Uint8Array(size);
  let at = 0;
  for (let i = 0; ; i++) {
    const turn = Math.floor(i / (SMALL_BETWEEN + 1));
    const { frame } = i === 0 ? hello : i % (SMALL_BETWEEN + 1) === SMALL_BETWEEN ? large[turn % large.length] : small[i % small.length];
    if (at + frame.length > size) return out.slice(0, at);
    out.set(frame, at);
    at += frame.length;
  }
}
