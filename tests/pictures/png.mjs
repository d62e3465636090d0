// PNG made small: 256 colours, and deflate at its best. Chromium writes 24 bits a pixel, fast.
import zlib from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
const COLOURS = 256;
const COMMON = 192; // so many are those that occur most; the others are those that would be missed most

function* chunks(png) {
  for (let at = SIGNATURE.length; at < png.length;) {
    const size = png.readUInt32BE(at);
    yield [png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + size)];
    at += size + 12;
  }
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** {width, height, pixels}: a number 0xRRGGBB each. Reads what Chromium writes: 8 bits a channel, with or without alpha. */
export function decode(png) {
  const parts = [...chunks(png)];
  const header = parts.find(([name]) => name === "IHDR")[1];
  const [width, height, depth, kind] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]];
  if (depth !== 8 || (kind !== 2 && kind !== 6)) throw new Error(`a PNG of ${depth} bits and type ${kind} is not read`);
  const raw = zlib.inflateSync(Buffer.concat(parts.filter(([name]) => name === "IDAT").map(([, data]) => data)));
  const size = kind === 2 ? 3 : 4;
  const stride = width * size;
  const bytes = Buffer.alloc(height * stride);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const left = i >= size ? bytes[at - size] : 0;
      const up = y > 0 ? bytes[at - stride] : 0;
      const corner = i >= size && y > 0 ? bytes[at - stride - size] : 0;
      bytes[at] = raw[at + y + 1] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = bytes[i * size] << 16 | bytes[i * size + 1] << 8 | bytes[i * size + 2];
  return { width, height, pixels };
}

/** Each colour of the pixels with the place of the one that stands for it, and those that stay. */
function palette(pixels) {
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const kept = [];
  const nearest = new Map(byCount.map((colour) => [colour, { place: 0, distance: Infinity }]));
  while (kept.length < Math.min(COLOURS, byCount.length)) {
    const farthest = (best, colour) => (nearest.get(colour).distance > nearest.get(best).distance ? colour : best);
    const next = kept.length < COMMON ? byCount[kept.length] : byCount.reduce(farthest);
    for (const [colour, found] of nearest) {
      const distance = [16, 8, 0].reduce((sum, s) => sum + ((colour >> s & 255) - (next >> s & 255)) ** 2, 0);
      if (distance < found.distance) nearest.set(colour, { place: kept.length, distance });
    }
    kept.push(next);
  }
  return { kept, places: new Map([...nearest].map(([colour, { place }]) => [colour, place])) };
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The same picture with at most 256 colours. */
export function shrink(png) {
  const { width, height, pixels } = decode(png);
  const { kept, places } = palette(pixels);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x]);
  }
  const colours = Buffer.from(kept.flatMap((colour) => [colour >> 16 & 255, colour >> 8 & 255, colour & 255]));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", zlib.deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
