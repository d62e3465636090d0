// Packets to TCP streams: Ethernet (also with VLAN tags), loopback, raw IP and Linux "cooked" captures; IPv4 and IPv6.
// Of two segments that bring the same place the first one heard counts, early ones wait, and bytes that never came
// are counted. `ethpoc pcap` knows more layers; what is not read here is counted by its reason.

const TCP = 6;
const MAX_EARLY = 4096; // segments that wait, in one direction
const LINKS = { 0: loopback, 1: ethernet, 12: ip, 14: ip, 101: ip, 108: loopback, 113: (p) => ethertype(p, 14, 16), 228: ip, 229: ip, 276: (p) => ethertype(p, 0, 20) };
const word = (data, at) => (data[at] << 8) | data[at + 1];
const long = (data, at) => word(data, at) * 65536 + word(data, at + 2);

/** Each reader gives a segment, or the reason why there is none. */
function ethernet(data) {
  let at = 12;
  while ([0x8100, 0x88a8, 0x9100].includes(word(data, at))) at += 4;
  return ethertype(data, at, at + 2);
}

function ethertype(data, at, behind) {
  const type = word(data, at);
  if (type === 0x0800 || type === 0x86dd) return ip(data.subarray(behind));
  return type === 0x0806 ? "ARP" : `Ethernet type 0x${type.toString(16).padStart(4, "0")}`;
}

function loopback(data) {
  return data.length < 4 ? "cut off" : ip(data.subarray(4));
}

function ip(data) {
  if (data.length < 1) return "cut off";
  return data[0] >> 4 === 4 ? ipv4(data) : data[0] >> 4 === 6 ? ipv6(data) : "neither IPv4 nor IPv6";
}

function ipv4(data) {
  const header = (data[0] & 15) * 4;
  if (data.length < Math.max(20, header) || header < 20) return "cut off";
  if (word(data, 6) & 0x3fff) return "IP fragment";
  if (data[9] !== TCP) return `IP protocol ${data[9]}`;
  const size = word(data, 2) || data.length; // 0: the network card cut it later
  return tcp(data.subarray(header, size), size - header, [12, 16].map((at) => data.slice(at, at + 4).join(".")));
}

function ipv6(data) {
  if (data.length < 40) return "cut off";
  const size = 40 + word(data, 4);
  let next = data[6];
  let at = 40;
  while ([0, 43, 60].includes(next) && at + 8 <= data.length) [next, at] = [data[at], at + (data[at + 1] + 1) * 8];
  if (next === 44) return "IP fragment";
  if (next !== TCP) return `IP protocol ${next}`;
  const address = (from) => "[" + Array.from({ length: 8 }, (_, i) => word(data, from + 2 * i).toString(16)).join(":") + "]";
  return tcp(data.subarray(at, size), size - at, [address(8), address(24)]);
}

function tcp(data, size, [from, to]) {
  const header = (data[12] >> 4) * 4;
  if (data.length < 20 || header < 20) return "cut off";
  const ports = [word(data, 0), word(data, 2)];
  return {
    from: `${from}:${ports[0]}`, to: `${to}:${ports[1]}`, ports, sequence: long(data, 4), syn: (data[13] & 2) !== 0,
    ack: (data[13] & 16) !== 0, data: data.subarray(header), size: Math.max(0, size - header),
  };
}

/** One direction: chunks in order, as they became readable. */
class Stream {
  constructor() {
    Object.assign(this, { first: null, next: 0, bytes: 0, chunks: [], early: [], missing: 0 });
  }

  take(segment, time, order) {
    if (segment.syn) this.first ??= (segment.sequence + 1) >>> 0;
    if (segment.size === 0 || segment.syn) return;
    this.first ??= segment.sequence;
    const place = this.next + ((segment.sequence - this.first - this.next) | 0);
    if (place > this.next) {
      this.early.push({ place, data: segment.data });
      if (this.early.length > MAX_EARLY) this.jump(time, order);
    } else {
      this.deliver(place, segment.data, time, order);
    }
    this.drain(time, order);
  }

  deliver(place, data, time, order) {
    const fresh = data.subarray(this.next - place);
    if (this.next - place >= data.length || place < 0) return;
    this.bytes += fresh.length;
    this.next += fresh.length;
    this.chunks.push({ data: fresh, end: this.bytes, time, order });
  }

  drain(time, order) {
    for (;;) {
      const at = this.early.findIndex(({ place }) => place <= this.next);
      if (at < 0) return;
      const [{ place, data }] = this.early.splice(at, 1);
      this.deliver(place, data, time, order);
    }
  }

  /** Gives up what is missing before the first early segment. */
  jump(time, order) {
    const place = Math.min(...this.early.map((one) => one.place));
    this.missing += place - this.next;
    this.next = place;
    this.drain(time, order);
  }

  finish(time, order) {
    while (this.early.length > 0) this.jump(time, order);
    const bytes = new Uint8Array(this.bytes);
    for (const { data, end } of this.chunks) bytes.set(data, end - data.length);
    return { bytes, missing: this.missing, chunks: this.chunks.map(({ end, time: heard, order: place }) => ({ end, time: heard, order: place })) };
  }
}

/** The connection of a segment, made when it is new; null for what begins none. The SYN's sender dials, else the higher port. */
function connectionOf(known, connections, segment) {
  const key = [segment.from, segment.to].sort().join(" ");
  const old = known.get(key);
  const again = old && segment.syn && !segment.ack && old.streams[segment.from].first !== ((segment.sequence + 1) >>> 0);
  if (old && !again) return old;
  if (!segment.syn && segment.size === 0) return null;
  const dials = segment.syn ? !segment.ack : segment.ports[0] >= segment.ports[1];
  const [dialer, listener] = dials ? [segment.from, segment.to] : [segment.to, segment.from];
  const made = { dialer, listener, streams: { [dialer]: new Stream(), [listener]: new Stream() } };
  known.set(key, made);
  connections.push(made);
  return made;
}

/** {connections: [{dialer, listener: address, streams}], unread: Map of reason and packets}. Times in seconds. */
export function streamsOf(packets) {
  const known = new Map();
  const connections = [];
  const unread = new Map();
  const start = packets.find(({ time }) => time !== null)?.time ?? 0n;
  let time = 0;
  packets.forEach((packet, order) => {
    if (packet.time !== null) time = Number(packet.time - start) / 1e9;
    const reader = LINKS[packet.link];
    const segment = reader ? reader(packet.data) : `link type ${packet.link ?? "unknown"}`;
    if (typeof segment === "string") return unread.set(segment, (unread.get(segment) ?? 0) + 1);
    return connectionOf(known, connections, segment)?.streams[segment.from].take(segment, time, order);
  });
  const finished = ({ dialer, listener, streams }) => ({
    name: `${dialer} \u2192 ${listener}`, dialer: streams[dialer].finish(time, packets.length), listener: streams[listener].finish(time, packets.length),
  });
  return { connections: connections.map(finished), unread };
}
