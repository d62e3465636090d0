// The packets of a capture, one after the other: classic pcap (both byte orders, microseconds and nanoseconds, the longer
// headers of Linux 2.2) and pcapng. {packets: [{time, link, size, data}], trouble}; times in nanoseconds as BigInt or
// null. `ethpoc pcap` reads the same (record/packet_file.hpp); tests/web/capture.test.mjs holds both together.

const MAX_PACKET = 16 << 20; // bytes; a larger one is a damaged file
const MAGICS = { 0xa1b2c3d4: [1000n, 16], 0xa1b23c4d: [1n, 16], 0xa1b2cd34: [1000n, 24] };
const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const BLOCKS = { interface: 1, old: 2, simple: 3, enhanced: 6 };
const RESOLUTION = 9; // option if_tsresol

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const trouble = (at, what) => `The file ends badly at byte ${at}: ${what}. What stands before it is shown.`;

/** "pcap", "pcapng" or null, by the first bytes. */
export function captureKind(bytes) {
  if (bytes.length < 12) return null;
  const view = viewOf(bytes);
  if (view.getUint32(0) === SECTION) return [view.getUint32(8), view.getUint32(8, true)].includes(BYTE_ORDER) ? "pcapng" : null;
  return MAGICS[view.getUint32(0)] || MAGICS[view.getUint32(0, true)] ? "pcap" : null;
}

export const readPackets = (bytes) => (captureKind(bytes) === "pcapng" ? readBlocks(bytes) : readClassic(bytes));

function readClassic(bytes) {
  const view = viewOf(bytes);
  const little = !MAGICS[view.getUint32(0)];
  const [unit, header] = MAGICS[view.getUint32(0, little)];
  const packets = [];
  if (bytes.length < 24) return { packets, trouble: trouble(bytes.length, "its header is cut off") };
  const link = view.getUint32(20, little) & 0x0fffffff;
  for (let at = 24; at < bytes.length; ) {
    if (bytes.length - at < header) return { packets, trouble: trouble(at, "the header of a packet is cut off") };
    const [seconds, fraction, kept, size] = [0, 4, 8, 12].map((field) => view.getUint32(at + field, little));
    const from = at + header;
    if (kept > MAX_PACKET) return { packets, trouble: trouble(at, `a packet of ${kept} bytes`) };
    if (kept > bytes.length - from) return { packets, trouble: trouble(at, "a packet is cut off") };
    packets.push({ time: BigInt(seconds) * 1000000000n + BigInt(fraction) * unit, link, size, data: bytes.subarray(from, from + kept) });
    at = from + kept;
  }
  return { packets, trouble: "" };
}

/** Units of a nanosecond's time stamp, from its option: {multiply, divide}. */
function resolution(code) {
  const perSecond = code & 0x80 ? 1n << BigInt(code & 0x7f) : 10n ** BigInt(code & 0x7f);
  return (stamp) => (stamp * 1000000000n) / perSecond;
}

function readInterface(view, at, end, little) {
  const made = { link: view.getUint16(at + 8, little), scale: resolution(6) };
  for (let option = at + 16; option + 4 <= end; ) {
    const [code, size] = [view.getUint16(option, little), view.getUint16(option + 2, little)];
    if (code === 0) break;
    if (code === RESOLUTION && size >= 1 && option + 4 < end) made.scale = resolution(view.getUint8(option + 4));
    option += 4 + ((size + 3) & ~3);
  }
  return made;
}

/** A packet of a block at `at` that ends before `end`, or null when it holds none, or less than it says. */
function readBlock(bytes, view, type, at, end, little, interfaces) {
  const simple = type === BLOCKS.simple;
  const from = at + (simple ? 12 : 28);
  if (from > end) return null;
  const number = simple ? 0 : type === BLOCKS.old ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
  const size = view.getUint32(at + (simple ? 8 : 24), little);
  const kept = simple ? Math.min(size, end - from) : view.getUint32(at + 20, little);
  if (kept > end - from) return null;
  const known = interfaces[number];
  const stamp = simple ? null : (BigInt(view.getUint32(at + 12, little)) << 32n) | BigInt(view.getUint32(at + 16, little));
  return { time: stamp === null || !known ? null : known.scale(stamp), link: known?.link ?? null, size, data: bytes.subarray(from, from + kept) };
}

function readBlocks(bytes) {
  const view = viewOf(bytes);
  const packets = [];
  let little = false;
  let interfaces = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 12) return { packets, trouble: trouble(at, "a block is cut off") };
    const section = view.getUint32(at) === SECTION;
    if (section) {
      little = view.getUint32(at + 8) !== BYTE_ORDER;
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const size = view.getUint32(at + 4, little);
    if (size < 12 || size % 4 !== 0) return { packets, trouble: trouble(at, `a block of ${size} bytes`) };
    if (size > bytes.length - at) return { packets, trouble: trouble(at, "a block is cut off") };
    const end = at + size - 4;
    if (type === BLOCKS.interface && size >= 20) interfaces.push(readInterface(view, at, end, little));
    if ([BLOCKS.old, BLOCKS.simple, BLOCKS.enhanced].includes(type)) {
      const packet = readBlock(bytes, view, type, at, end, little, interfaces);
      if (!packet) return { packets, trouble: trouble(at, "a packet is longer than its block") };
      packets.push(packet);
    }
    at += size;
  }
  return { packets, trouble: "" };
}
