// Files that somebody opens or drops: their bytes, unpacked, with a limit.

import { openBytes } from "./capture.js";

const MOST = 64 << 20; // bytes of a file, unpacked

async function unpack(bytes) {
  const out = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST) throw new RangeError("too large");
    out.push(value);
  }
  return new Uint8Array(await new Blob(out).arrayBuffer());
}

/** What openBytes() gives, with the file's name; an error is {sentence}. */
export async function openFile(file) {
  const tooLarge = { name: file.name, error: { sentence: `${file.name} has more than ${MOST >> 20} MiB; ethpoc pcap and ethpoc wire read it.` } };
  if (file.size > MOST) return tooLarge;
  try {
    let bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = await unpack(bytes);
    return { name: file.name, ...openBytes(bytes, file.name) };
  } catch (error) {
    return error instanceof RangeError ? tooLarge : { name: file.name, error: { sentence: `${file.name} could not be read: ${error.message}` } };
  }
}

/** Calls `open([File])` for files that are dropped anywhere on the page. */
export function listenForDrops(open) {
  let inside = 0;
  const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = () => document.body.classList.toggle("dropping", inside > 0);
  window.addEventListener("dragenter", (event) => { if (files(event)) { inside++; mark(); } });
  window.addEventListener("dragleave", (event) => { if (files(event)) { inside = Math.max(0, inside - 1); mark(); } });
  window.addEventListener("dragover", (event) => { if (files(event)) event.preventDefault(); });
  window.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    inside = 0;
    mark();
    open([...event.dataTransfer.files]);
  });
}
