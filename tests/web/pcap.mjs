// Reads the captures of samples/: classic pcap, Ethernet, IPv4, TCP; puts the streams together. For tests only.
import fs from "node:fs";

function packets(file) {
  const data = fs.readFileSync(file);
  if (data.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${file} is no capture of this kind`);
  const out = [];
  for (let at = 24; at < data.length; ) {
    const size = data.readUInt32LE(at + 8);
    out.push(data.subarray(at + 16, at + 16 + size));
    at += 16 + size;
  }
  return out;
}

/** [{key: "0 dialer", bytes}]: the number of the TCP connection, and who sends. */
export function streamsOfPcap(file) {
  const numbers = new Map();
  const streams = new Map();
  for (const packet of packets(file)) {
    const tcp = packet.subarray(34);
    const source = tcp.readUInt16BE(0);
    const dialer = source >= 40000;
    const port = dialer ? source : tcp.readUInt16BE(2);
    if (!numbers.has(port)) numbers.set(port, numbers.size);
    const key = `${numbers.get(port)} ${dialer ? "dialer" : "listener"}`;
    if (!streams.has(key)) streams.set(key, { start: null, parts: new Map() });
    const stream = streams.get(key);
    const sequence = tcp.readUInt32BE(4);
    if (tcp[13] & 2) stream.start = sequence + 1;
    const payload = tcp.subarray((tcp[12] >> 4) * 4);
    if (payload.length > 0) stream.parts.set(sequence - stream.start, payload);
  }
  return [...streams].map(([key, { parts }]) => {
    const sorted = [...parts].sort(([a], [b]) => a - b);
    const bytes = new Uint8Array(sorted.reduce((end, [at, part]) => Math.max(end, at + part.length), 0));
    for (const [at, part] of sorted) bytes.set(part, at);
    return { key, bytes };
  });
}
