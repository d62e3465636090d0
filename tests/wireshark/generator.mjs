// Captures made by chance, from a seed: conversations on TCP, what networks and capture programs do to them, and how they
// are packed. What was really said is known.
import zlib from "node:zlib";

/** Numbers from a seed (mulberry32). */
export class Chance {
  constructor(seed) { this.state = seed >>> 0; }
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  below(n) { return Math.floor(this.next() * n); }
  between(a, b) { return a + this.below(b - a + 1); }
  one(list) { return list[this.below(list.length)]; }
  likely(p) { return this.next() < p; }
}

export const hex = (text) => Buffer.from(text.replace(/ /g, ""), "hex");
const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n & 0xffff); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const zeros = (n) => Buffer.alloc(n);

// ---------------------------------------------------------------- what is said

const rlp = (item) => {
  if (Array.isArray(item)) {
    const body = Buffer.concat(item.map(rlp));
    return Buffer.concat([prefix(0xc0, body.length), body]);
  }
  return item.length === 1 && item[0] < 0x80 ? item : Buffer.concat([prefix(0x80, item.length), item]);
};
const prefix = (base, n) => (n < 56 ? Buffer.from([base + n]) : n < 256 ? Buffer.from([base + 56, n]) : Buffer.from([base + 57, n >> 8, n & 0xff]));
export const frame = (items) => { const body = rlp(items); return Buffer.concat([hex("22400891"), u32(body.length), body]); };

/** Messages of one side, its Hello first: [{id, size, bytes}]. */
function speech(chance) {
  const node = Buffer.alloc(64, chance.between(1, 255));
  const hello = [zeros(0), hex("17"), zeros(0), Buffer.from("g".repeat(chance.between(3, 120))), hex("07"), hex("765f"), node];
  const all = [hello];
  for (let n = chance.between(0, 7); n > 0; --n) {
    const entries = Array.from({ length: chance.between(1, 4) }, (_, i) => [hex("0a000001"), hex("765f"), Buffer.alloc(64, 1 + i)]);
    all.push(chance.one([[hex("02")], [hex("03")], [hex("10")], [hex("16")], [hex("11"), ...entries]]));
  }
  return all.map((items) => {
    const bytes = frame(items);
    return { key: `${items[0].length === 0 ? 0 : items[0][0]}:${bytes.length - 8}`, bytes };
  });
}

// ---------------------------------------------------------------- TCP and IP

const FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16;

function tcp(ports, sequence, acknowledged, flags, data) {
  return Buffer.concat([u16(ports[0]), u16(ports[1]), u32(sequence), u32(flags & ACK ? acknowledged : 0), u16(0x5000 | flags), u16(65535), zeros(4), data]);
}
function ipSum(header) {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += header.readUInt16BE(i);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  header.writeUInt16BE(~sum & 0xffff, 10);
  return header;
}
/** addresses: [from, to] of four or sixteen bytes. */
function ip(addresses, protocol, content, id = 1, fragment = 0x4000) {
  if (addresses[0].length === 16) return Buffer.concat([hex("60000000"), u16(content.length), Buffer.from([protocol, 64]), ...addresses, content]);
  const header = Buffer.concat([hex("4500"), u16(20 + content.length), u16(id), u16(fragment), Buffer.from([64, protocol, 0, 0]), ...addresses]);
  return Buffer.concat([ipSum(header), content]);
}
function fragments(chance, addresses, content, id) {
  const out = [];
  for (let at = 0; at < content.length;) {
    const size = Math.min(content.length - at, 8 * chance.between(2, 12));
    const more = at + size < content.length;
    const part = content.subarray(at, at + size);
    out.push(addresses[0].length === 4 ? ip(addresses, 6, part, id, (more ? 0x2000 : 0) | (at / 8))
      : ip(addresses, 44, Buffer.concat([Buffer.from([6, 0]), u16(at | (more ? 1 : 0)), u32(id), part])));
    at += size;
  }
  return out;
}

// ---------------------------------------------------------------- around IP

const typeOf = (packet) => (packet[0] >> 4 === 4 ? 0x0800 : 0x86dd);
const ethernet = (type, content) => Buffer.concat([hex("020000000001020000000002"), u16(type), content]);
const inEthernet = (packet) => ethernet(typeOf(packet), packet);
const snap = (packet) => Buffer.concat([hex("aaaa03000000"), u16(typeOf(packet)), packet]);
const udp = (port, content) => Buffer.concat([u16(50000), u16(port), u16(8 + content.length), zeros(2), content]);
const outer = [hex("c0a80001"), hex("c0a80002")], outer6 = [hex("fd000000000000000000000000000001"), hex("fd000000000000000000000000000002")];
const ppp = (packet) => Buffer.concat([hex(packet[0] >> 4 === 4 ? "0021" : "0057"), packet]);
const radio = (packet) => Buffer.concat([hex("0802 0000 020000000001 020000000002 020000000003 1000"), snap(packet)]);

/** An IP packet in others: IP again. */
export const tunnels = {
  none: (p) => p,
  ipip: (p) => ip(outer, p[0] >> 4 === 4 ? 4 : 41, p),
  "in ipv6": (p) => ip(outer6, p[0] >> 4 === 4 ? 4 : 41, p),
  gre: (p) => ip(outer, 47, Buffer.concat([zeros(2), u16(typeOf(p)), p])),
  "gre ethernet": (p) => ip(outer, 47, Buffer.concat([hex("20006558 00000007"), inEthernet(p)])),
  vxlan: (p) => ip(outer, 17, udp(4789, Buffer.concat([hex("0800000000000100"), inEthernet(p)]))),
  geneve: (p) => ip(outer, 17, udp(6081, Buffer.concat([hex("0000655800000100"), inEthernet(p)]))),
  gtp: (p) => ip(outer, 17, udp(2152, Buffer.concat([hex("30ff"), u16(p.length), u32(9), p]))),
  options: (p) => ip(outer6, 0, Buffer.concat([Buffer.from([p[0] >> 4 === 4 ? 4 : 41]), hex("00050200000000"), p])),
};

/** An IP packet on a link: number of libpcap, and how it looks there. */
export const links = {
  ethernet: [1, inEthernet],
  vlan: [1, (p) => ethernet(0x8100, Buffer.concat([u16(5), u16(typeOf(p)), p]))],
  qinq: [1, (p) => ethernet(0x88a8, Buffer.concat([u16(5), hex("81000006"), u16(typeOf(p)), p]))],
  snap: [1, (p) => ethernet(p.length + 8, snap(p))],
  pppoe: [1, (p) => ethernet(0x8864, Buffer.concat([hex("11000001"), u16(p.length + 2), ppp(p)]))],
  mpls: [1, (p) => ethernet(0x8847, Buffer.concat([hex("0001004000020140"), p]))],
  padded: [1, (p) => Buffer.concat([inEthernet(p), hex("123456789abc")])],
  raw: [101, (p) => p],
  loopback: [0, (p) => Buffer.concat([hex(p[0] >> 4 === 4 ? "02000000" : "1e000000"), p])],
  openbsd: [108, (p) => Buffer.concat([hex(p[0] >> 4 === 4 ? "00000002" : "00000018"), p])],
  cooked: [113, (p) => Buffer.concat([hex("0000030400060000000000000000"), u16(typeOf(p)), p])],
  cooked2: [276, (p) => Buffer.concat([u16(typeOf(p)), hex("00000000000103040006"), zeros(8), p])],
  ppp: [9, (p) => Buffer.concat([hex("ff03"), ppp(p)])],
  hdlc: [104, (p) => Buffer.concat([hex("0f00"), u16(typeOf(p)), p])],
  radio: [105, radio],
  radiotap: [127, (p) => Buffer.concat([hex("0000080000000000"), radio(p)])],
};

// ---------------------------------------------------------------- one conversation

/** {port, said: per connection [dialer keys, listener keys], packets: [{link, bytes, wire}], whole, traits}. */
export function conversation(chance, number) {
  const port = 40000 + number;
  const traits = [];
  const has = (name, p) => { const yes = chance.likely(p); if (yes) traits.push(name); return yes; };
  const v6 = has("ipv6", 0.25);
  const ends = v6 ? [hex("20010db8000000000000000000000001"), hex("20010db8000000000000000000000002")] : [hex("0a000001"), hex("0a000002")];
  const tunnel = chance.one(Object.keys(tunnels)), paths = [chance.one(Object.keys(links)), chance.one(Object.keys(links))];
  if (!has("two links", 0.3)) paths[1] = paths[0];
  traits.push(tunnel, ...new Set(paths));
  const wraps = has("wraps", 0.2), fast = has("data in syn", 0.08), middle = !fast && has("begins in the middle", 0.1);
  const pieces = has("fragments", 0.2), reset = has("reset", 0.15), alive = has("keep-alive", 0.15), largest = has("small segments", 0.4) ? 40 : 900;
  const reused = has("reused", 0.2), unordered = has("out of order", 0.25), twice = has("twice", 0.2), again = has("sent again", 0.2);
  const one_way = has("one way", 0.08), lossy = has("loss", 0.12), conflict = has("conflict", 0.06), snapped = has("snap length", 0.08);
  const out = [], said = [];
  let id = number * 2000 + chance.below(1000); // of conversations between the same two they must differ
  for (let c = 0; c < (reused ? chance.between(2, 3) : 1); ++c) {
    const words = [speech(chance), speech(chance)];
    if (one_way) words[1] = [];
    said.push(words.map((list) => list.map((one) => one.key)));
    const first = [0, 1].map(() => (wraps && c === 0 ? 0xffffffff - chance.below(300) : chance.below(2 ** 32)));
    const next = [first[0] + 1, first[1] + 1];
    const segments = [];
    const put = (side, flags, data = zeros(0), sequence = next[side]) => segments.push({ side, flags, data, sequence, acknowledged: next[1 - side] });
    const streams = words.map((list) => Buffer.concat(list.map((one) => one.bytes)));
    let in_syn = 0;
    if (!middle || c > 0) {
      in_syn = fast ? Math.min(streams[0].length, chance.between(1, 200)) : 0;
      put(0, SYN, streams[0].subarray(0, in_syn), first[0]);
      if (chance.likely(0.2)) put(0, SYN, streams[0].subarray(0, in_syn), first[0]);
      next[0] += in_syn;
      if (!one_way) put(1, SYN | ACK, zeros(0), first[1]);
      if (!one_way) put(0, ACK);
    }
    const at = [in_syn, 0];
    const begin = segments.length;
    while (at[0] < streams[0].length || at[1] < streams[1].length) {
      const side = at[0] >= streams[0].length ? 1 : at[1] >= streams[1].length ? 0 : chance.below(2);
      for (let n = chance.between(1, 4); n > 0 && at[side] < streams[side].length; --n) {
        const size = Math.min(chance.between(1, largest), streams[side].length - at[side]);
        const data = streams[side].subarray(at[side], at[side] + size);
        put(side, PSH | ACK, data);
        if (again && chance.likely(0.3)) {
          const back = Math.min(at[side] - (side === 0 ? in_syn : 0), chance.below(60));
          put(side, ACK, streams[side].subarray(at[side] - back, at[side] + size), next[side] - back);
        }
        if (conflict && chance.likely(0.3)) put(side, ACK, Buffer.alloc(size, 0x55));
        next[side] += size;
        at[side] += size;
        if (alive && chance.likely(0.2)) put(side, ACK, zeros(chance.below(2)), next[side] - 1);
      }
      if (!one_way) put(1 - side, ACK);
    }
    if (unordered && !middle) { // pairs of one side, whose first segments stay in front
      for (let i = begin + 2; i + 1 < segments.length; ++i) {
        const [a, b] = [segments[i], segments[i + 1]];
        if (a.side === b.side && chance.likely(0.4)) [segments[i], segments[i + 1]] = [b, a];
      }
    }
    if (reset) put(chance.below(2), RST | ACK); else if (chance.likely(0.5)) { put(0, FIN | ACK); if (!one_way) put(1, FIN | ACK); }
    if (lossy) segments.splice(begin + chance.below(Math.max(segments.length - begin, 1)), 1);
    for (const { side, flags, data, sequence, acknowledged } of segments) {
      const from_to = side === 0 ? ends : [ends[1], ends[0]];
      const segment = tcp(side === 0 ? [port, 30303] : [30303, port], sequence, acknowledged, flags, data);
      const parts = pieces && segment.length > 40 && chance.likely(0.5) ? fragments(chance, from_to, segment, ++id) : [ip(from_to, 6, segment, ++id)];
      if (parts.length > 1 && chance.likely(0.3)) parts.reverse();
      const [link, around] = links[paths[side]];
      for (const part of parts) {
        const bytes = around(tunnels[tunnel](part));
        const copies = twice && chance.likely(0.3) ? 2 : 1;
        for (let i = 0; i < copies; ++i) out.push({ link, bytes, wire: bytes.length, most: snapped ? 120 : Infinity });
      }
    }
  }
  return { port, said, packets: out.map((p) => ({ ...p, bytes: p.bytes.subarray(0, Math.min(p.bytes.length, p.most)) })), traits, whole: !lossy && !conflict && !snapped };
}

// ---------------------------------------------------------------- a file

const noise = [
  [1, hex("ffffffffffff020000000001 0806 0001080006040001020000000001 0a000001 000000000000 0a000002")],
  [1, ethernet(0x0800, ip(outer, 17, udp(53, zeros(12))))],
  [1, ethernet(0x0800, ip(outer, 1, hex("0800f7ff00000000")))],
];

function classic(packets, chance) {
  const big = chance.likely(0.3), nanos = chance.likely(0.3);
  const word = (n) => { const b = Buffer.alloc(4); big ? b.writeUInt32BE(n >>> 0) : b.writeUInt32LE(n >>> 0); return b; };
  const out = [word(nanos ? 0xa1b23c4d : 0xa1b2c3d4), big ? hex("00020004") : hex("02000400"), zeros(8), word(262144), word(packets[0].link)];
  packets.forEach(({ bytes, wire, time }) => out.push(word(1393632000 + Math.floor(time / 1000)), word((time % 1000) * (nanos ? 1e6 : 1e3)), word(bytes.length), word(wire), bytes));
  return Buffer.concat(out);
}

function pcapng(packets, chance) {
  const out = [];
  let big, interfaces;
  const word = (n) => { const b = Buffer.alloc(4); big ? b.writeUInt32BE(n >>> 0) : b.writeUInt32LE(n >>> 0); return b; };
  const half = (n) => { const b = Buffer.alloc(2); big ? b.writeUInt16BE(n) : b.writeUInt16LE(n); return b; };
  const block = (type, ...parts) => {
    const body = Buffer.concat(parts), size = 12 + Math.ceil(body.length / 4) * 4;
    out.push(word(type), word(size), body, zeros(size - 12 - body.length), word(size));
  };
  const section = () => {
    big = chance.likely(0.3);
    interfaces = new Map();
    block(0x0a0d0d0a, word(0x1a2b3c4d), half(1), half(0), word(0xffffffff), word(0xffffffff));
  };
  section();
  for (const { link, bytes, wire, time } of packets) {
    if (chance.likely(0.004)) section();
    if (chance.likely(0.02)) block(chance.one([0xbad, 0x99]), zeros(4 * chance.between(1, 8)));
    if (!interfaces.has(link) || chance.likely(0.02)) {
      const power = chance.one([null, 3, 6, 9, 0x80 | 20]);
      interfaces.set(link, { number: interfaces.count ?? 0, power: power ?? 6 });
      interfaces.count = (interfaces.count ?? 0) + 1;
      block(1, half(link), half(0), word(0), ...(power === null ? [] : [half(9), half(1), Buffer.from([power, 0, 0, 0]), zeros(4)]));
    }
    const { number, power } = interfaces.get(link);
    const ms = BigInt(1393632000) * 1000n + BigInt(time);
    const units = power >= 0x80 ? (ms << BigInt(power & 0x7f)) / 1000n : ms * 10n ** BigInt(power) / 1000n;
    const stamp = [word(Number(units >> 32n)), word(Number(units & 0xffffffffn))];
    if (chance.likely(0.05)) block(2, half(number), half(0xffff), ...stamp, word(bytes.length), word(wire), bytes);
    else if (number === 0 && wire === bytes.length && chance.likely(0.05)) block(3, word(wire), bytes);
    else block(6, word(number), ...stamp, word(bytes.length), word(wire), bytes);
  }
  return Buffer.concat(out);
}

/** `count` conversations one after the other, or some of them mixed, in one file: {bytes, name, conversations}. */
export function captureFile(seed, count) {
  const chance = new Chance(seed);
  const conversations = Array.from({ length: count }, (_, i) => conversation(chance, i));
  const queues = conversations.map(({ packets }) => [...packets]);
  const packets = [];
  const beside = chance.between(1, 4); // conversations at the same time
  let time = 0;
  while (queues.length > 0) {
    const i = chance.below(Math.min(beside, queues.length));
    if (queues[i].length === 0) { queues.splice(i, 1); continue; }
    time = Math.max(0, time + (chance.likely(0.02) ? -chance.below(50) : chance.below(20)));
    if (chance.likely(0.03)) { const [link, bytes] = chance.one(noise); packets.push({ link, bytes, wire: bytes.length, time }); }
    packets.push({ ...queues[i].shift(), time });
  }
  const one_link = packets.every(({ link }) => link === packets[0].link);
  const bytes = one_link && chance.likely(0.7) ? classic(packets, chance) : pcapng(packets, chance);
  const zipped = chance.likely(0.3);
  return { bytes: zipped ? zlib.gzipSync(bytes) : bytes, name: `${seed}.pcap${zipped ? ".gz" : ""}`, conversations };
}
