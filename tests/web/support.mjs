// What the tests of the page share.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, "../..");

/** The folder of recorded sessions and third-party vectors beside the checkout, or null. */
export function sharedDir() {
  const folder = process.env.ETHPOC_SHARED ?? path.resolve(root, "../shared");
  return fs.existsSync(path.join(folder, "sessions")) ? folder : null;
}

export const readVectors = (name) => JSON.parse(fs.readFileSync(path.join(root, "tests/vectors", name), "utf8")).vectors;

export const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex.replace(/^0x/, ""), "hex"));

/** A small generator with a seed, so that a failure can be repeated. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One stream for each direction of each connection of a session file. */
export function sessionStreams(file) {
  const streams = new Map();
  for (const line of fs.readFileSync(file, "utf8").trim().split("\n")) {
    const { hex, conn, from } = JSON.parse(line);
    if (hex) streams.set(`${conn} ${from}`, (streams.get(`${conn} ${from}`) ?? "") + hex);
  }
  return [...streams].map(([name, hex]) => ({ name, bytes: bytesOf(hex) }));
}
