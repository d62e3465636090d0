// Files as the page opens them: the same messages as `ethpoc pcap` tells, in every form in which they can be kept.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { random, root } from "./support.mjs";
import { SIDES, decodeBoth, messagesOf, openBytes } from "../../web/page/capture.js";
import { readPackets } from "../../web/page/capture_file.js";
import { streamsOf } from "../../web/page/capture_tcp.js";
import { hexOf } from "../../web/page/decoder.js";

const program = process.env.ETHPOC;
const skip = program ? false : "skipped: ETHPOC does not name the program";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-capture-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

const samples = fs.readdirSync(path.join(root, "samples")).filter((name) => name.endsWith(".pcap"));
const read = (name) => new Uint8Array(fs.readFileSync(path.join(root, name)));

/** What both must say of a message. */
const told = ({ time, connection, from, offset, size, segments, type, id, error }) =>
  ({ time: Math.round(time * 1e6), connection, from, offset, size, segments, type, id, code: error?.code ?? null });

/** Whole frames only, as the program tells them. */
function ofPage(bytes, name) {
  const { connections } = openBytes(bytes, name).capture;
  return connections.flatMap((connection) => messagesOf(connection, decodeBoth(connection))
    .filter(({ entry }) => !entry.gap && entry.error?.code !== "frame.incomplete" && entry.error?.code !== "frame.too_large")
    .map(({ time, from, entry, segments }) => told({ ...entry, time, from, segments, connection: connection.number })));
}

function ofProgram(file) {
  const out = spawnSync(program, ["pcap", "--json", file], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(out.status <= 1, out.stderr);
  const { messages } = JSON.parse(out.stdout);
  const whole = messages.filter(({ type, size, error }) => size !== undefined && !/^frame\.(bad_token|incomplete|too_large)/.test(error?.code ?? "") && type !== undefined);
  return whole.map(told).sort((a, b) => a.connection - b.connection);
}

/** The packets of a classic capture as pcapng, times in units of `digits` decimal places. */
function asPcapng(bytes, big, digits) {
  const { packets } = readPackets(bytes);
  const block = (type, body) => {
    const out = Buffer.alloc(12 + body.length);
    const put = (value, at) => (big ? out.writeUInt32BE(value >>> 0, at) : out.writeUInt32LE(value >>> 0, at));
    put(type, 0);
    put(out.length, 4);
    body.copy(out, 8);
    put(out.length, out.length - 4);
    return out;
  };
  const words = (...values) => Buffer.concat(values.map((value) => {
    const out = Buffer.alloc(4);
    if (big) out.writeUInt32BE(value >>> 0);
    else out.writeUInt32LE(value >>> 0);
    return out;
  }));
  const halves = (a, b) => (big ? (a << 16) | b : (b << 16) | a);
  const resolution = Buffer.concat([words(halves(9, 1)), Buffer.from([digits, 0, 0, 0]), words(0)]);
  const interfaceBlock = block(1, Buffer.concat([words(halves(packets[0].link, 0), 0), resolution]));
  const enhanced = packets.map(({ time, size, data }) => {
    const stamp = time / 10n ** BigInt(9 - digits);
    const padding = Buffer.alloc(-data.length & 3);
    return block(6, Buffer.concat([words(0, Number(stamp >> 32n), Number(stamp & 0xffffffffn), data.length, size), data, padding]));
  });
  const statistics = block(5, words(0, 0, 0));
  return new Uint8Array(Buffer.concat([block(0x0a0d0d0a, words(0x1a2b3c4d, halves(1, 0), -1, -1)), interfaceBlock, statistics, ...enhanced]));
}

for (const sample of samples) {
  test(`the page reads ${sample} as the program does`, { skip }, () => {
    const page = ofPage(read(`samples/${sample}`), sample);
    assert.ok(page.length > 0);
    assert.deepEqual(page, ofProgram(path.join(root, "samples", sample)));
  });
}

test("pcapng of either byte order gives what pcap gives, and the program reads it so", { skip }, () => {
  for (const [sample, big, digits] of [["split-segments.pcap", false, 6], ["versions.pcap", true, 9]]) {
    const made = asPcapng(read(`samples/${sample}`), big, digits);
    const file = path.join(folder, `${sample}ng`);
    fs.writeFileSync(file, made);
    assert.deepEqual(ofPage(made, "any name"), ofPage(read(`samples/${sample}`), sample));
    assert.deepEqual(ofPage(made, "any name"), ofProgram(file));
  }
});

test("a recorded session gives the messages of the capture that the program makes of it", { skip }, () => {
  for (const name of ["samples/ethpoc-sync.jsonl", ...fs.readdirSync(path.join(root, "tests/sessions")).map((one) => `tests/sessions/${one}`)]) {
    const file = path.join(folder, "session.pcap");
    const out = spawnSync(program, ["pcap", "--write", file, "--from", path.join(root, name), "--force"], { encoding: "utf8" });
    assert.equal(out.status, 0, out.stderr);
    const plain = (list) => list.map(({ connection, from, offset, size, type, id, code }) => ({ connection, from, offset, size, type, id, code }))
      .sort((a, b) => a.connection - b.connection || a.from.localeCompare(b.from) || a.offset - b.offset);
    assert.deepEqual(plain(ofPage(read(name), name)), plain(ofProgram(file)), name);
  }
});

test("every file of samples is opened by its content, whatever its name says", () => {
  const text = "22400891 00000002 c102";
  const bytes = Uint8Array.from([0x22, 0x40, 0x08, 0x91, 0, 0, 0, 2, 0xc1, 2]);
  assert.equal(hexOf(openBytes(new TextEncoder().encode(text), "x.pcap").bytes), hexOf(bytes));
  assert.deepEqual(openBytes(bytes, "x.jsonl").bytes, bytes);
  assert.ok(openBytes(read("samples/peers.pcap"), "x.bin").capture.connections.length > 0);
  assert.ok(openBytes(read("samples/ethpoc-sync.jsonl"), "x.pcapng").capture.connections.length > 0);
  assert.equal(openBytes(new TextEncoder().encode("hello, world"), "x.txt").error.code, "hex.bad_character");
});

test("what is cut off is told in a sentence, and what stands before it is shown", () => {
  const whole = read("samples/handshake.pcap");
  const cut = openBytes(whole.subarray(0, whole.length - 7), "cut").capture;
  assert.match(cut.notes.join(), /ends badly at byte \d+: a packet is cut off/);
  assert.ok(cut.connections.length > 0);
  const session = new TextDecoder().decode(read("tests/sessions/go-p07-live.jsonl"));
  assert.match(openBytes(new TextEncoder().encode(session.slice(0, -20)), "s").capture.notes.join(), /last line of s is cut off/);
  assert.match(openBytes(new TextEncoder().encode(session.replace("\n", "\nnot JSON\n")), "s").error.sentence, /^Line 2 of s is no line/);
});

test("damaged captures never throw, and no byte is told that no packet brought", () => {
  const next = random(15);
  const kinds = [read("samples/split-segments.pcap"), asPcapng(read("samples/handshake.pcap"), true, 6)];
  for (let round = 0; round < 300; round++) {
    const bytes = kinds[round % 2].slice(0, 24 + next(kinds[round % 2].length - 24));
    for (let i = next(12); i-- > 0; ) bytes[12 + next(bytes.length - 12)] = next(256);
    const { packets } = readPackets(bytes);
    const { connections } = streamsOf(packets);
    const heard = connections.reduce((sum, one) => sum + SIDES.reduce((n, side) => n + one[side].bytes.length, 0), 0);
    assert.ok(heard <= bytes.length, `round ${round}`);
    openBytes(bytes, "damaged");
  }
});

/** A TCP segment in raw IPv4, of a link that needs no Ethernet. */
function segment(sequence, text, flags = 0x10) {
  const data = Buffer.from(text);
  const out = Buffer.alloc(40 + data.length);
  out[0] = 0x45;
  out.writeUInt16BE(out.length, 2);
  out[9] = 6;
  out.set([127, 0, 0, 1, 127, 0, 0, 2], 12);
  out.writeUInt16BE(40001, 20);
  out.writeUInt16BE(30303, 22);
  out.writeUInt32BE(sequence >>> 0, 24);
  out[32] = 0x50;
  out[33] = flags;
  data.copy(out, 40);
  return { time: 0n, link: 101, size: out.length, data: new Uint8Array(out) };
}

test("segments out of order, again, overlapping, across the turn of the numbers, and with a gap", () => {
  const first = 0xfffffffe;
  const said = (...packets) => {
    const { bytes, missing } = streamsOf(packets).connections[0].dialer;
    return [Buffer.from(bytes).toString(), missing];
  };
  const at = (place, text) => segment(first + 1 + place, text);
  const syn = segment(first, "", 2);
  assert.deepEqual(said(syn, at(3, "def"), at(0, "abc"), at(0, "abc")), ["abcdef", 0]);
  assert.deepEqual(said(syn, at(0, "abc"), at(1, "XXde")), ["abcde", 0]);
  assert.deepEqual(said(syn, at(0, "abc"), at(5, "fg")), ["abcfg", 2]);
  assert.deepEqual(said(at(2, "cd"), at(0, "ab"), at(4, "ef")), ["cdef", 0]);
});
