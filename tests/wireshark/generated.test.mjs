// Captures made by chance: `ethpoc pcap` shows what was said, and at least what tshark with the dissector shows; where it
// shows less than was said, it says why. ETHPOC_SEED and ETHPOC_CAPTURES choose others, or more of them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { captureFile } from "./generator.mjs";
import { fields, home, skip as noTshark } from "./tshark.mjs";

const program = process.env.ETHPOC;
const skip = noTshark || (program ? false : "skipped: ETHPOC does not name the program");
const seed = Number(process.env.ETHPOC_SEED ?? 1), captures = Number(process.env.ETHPOC_CAPTURES ?? 1000);
const PER_FILE = 25; // starting tshark costs more than reading

/** What the program says of a file: {shown, by port: [per connection {sides: [keys, keys], notes}]}. */
function ofProgram(file) {
  const ran = spawnSync(program, ["pcap", "--json", file], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(ran.status <= 1, ran.stderr);
  const shown = JSON.parse(ran.stdout);
  const all = shown.connections.map((one) => ({
    port: Number([one.dialer, one.listener].map((end) => end.split(":").at(-1)).find((port) => port !== "30303")), sides: [[], []],
    notes: one.missing_bytes + one.malformed + one.conflicting_bytes + one.late_bytes + one.outside_bytes + one.dialer_left + one.listener_left + one.other_protocol_bytes,
  }));
  for (const one of shown.messages) {
    if (one.type === undefined || one.id === undefined) continue;
    // Without a SYN the sides are a guess by the port.
    all[one.connection].sides[one.from === "dialer" ? 0 : 1].push(`${one.id}:${one.size - 8}`);
  }
  return { shown, byPort: Map.groupBy ? Map.groupBy(all, (one) => one.port) : group(all) };
}

function group(all) {
  const out = new Map();
  for (const one of all) out.set(one.port, [...(out.get(one.port) ?? []), one]);
  return out;
}

function ofTshark(file) {
  const streams = new Map();
  for (const [[stream], [source], [target], ids, sizes] of fields(file, "ethpoc", "tcp.stream", "tcp.srcport", "tcp.dstport", "ethpoc.id", "ethpoc.size")) {
    const side = source === "30303" ? 1 : 0;
    const one = streams.get(stream) ?? { port: Number(side ? target : source), sides: [[], []] };
    streams.set(stream, one);
    ids.forEach((id, i) => one.sides[side].push(`${Number(id)}:${Number(sizes[i])}`));
  }
  return group([...streams.values()]);
}

const isPart = (part, all) => { let at = 0; for (const one of all) if (one === part[at]) ++at; return at === part.length; };

/** Every packet and byte of the file has one place in the summary. */
function checkCounts(shown, name) {
  const unread = shown.unread.reduce((sum, row) => sum + row.packets, 0);
  assert.equal(shown.packets, shown.segments + shown.joined_fragments + unread, `${name}: packets`);
  const { payload_bytes, ...kinds } = shown.tcp;
  assert.equal(payload_bytes, Object.values(kinds).reduce((a, b) => a + b, 0), `${name}: bytes of TCP`);
}

test(`${captures} captures from seed ${seed}`, { skip }, (t) => {
  const count = { same: 0, more: 0, noted: 0, conversations: 0 };
  for (let i = 0; i * PER_FILE < captures; ++i) {
    const { bytes, name, conversations } = captureFile(seed * 1_000_003 + i, Math.min(PER_FILE, captures - i * PER_FILE));
    const file = path.join(home, name);
    fs.writeFileSync(file, bytes);
    const { shown, byPort } = ofProgram(file);
    const sharks = ofTshark(file);
    checkCounts(shown, name);
    for (const { port, said, traits, whole } of conversations) {
      const what = `${name}, port ${port}: ${traits.join(", ")}`;
      const ours = byPort.get(port) ?? [];
      const notes = ours.reduce((sum, one) => sum + one.notes, 0) + shown.unread.filter((row) => row.kind !== "no_tcp").length;
      const heard = ours.filter((one) => one.sides.flat().length > 0).map((one) => one.sides);
      if (whole) assert.deepEqual(heard, said, what);
      const flat = (list) => [0, 1].map((side) => list.flatMap((sides) => sides[side]));
      const [mine, shark, truth] = [flat(heard), flat((sharks.get(port) ?? []).map((one) => one.sides)), flat(said)];
      for (const side of [0, 1]) {
        // Of two that differ, the first one heard is shown, and a line says so.
        assert.ok(isPart(mine[side], truth[side]) || (traits.includes("conflict") && notes > 0), `${what}: shows what was not said`);
        // Of what was lost at the very end nothing in the file tells.
        const at_end = traits.includes("loss") && said.every((sides, c) => (heard[c]?.[side] ?? []).every((key, i) => key === sides[side][i]));
        if (mine[side].length < truth[side].length) assert.ok(notes > 0 || at_end, `${what}: shows less and does not say why`);
        const all_said = mine[side].length === truth[side].length; // tshark reads some segments twice
        assert.ok(isPart(shark[side], mine[side]) || all_said || notes > 0, `${what}: tshark shows more`);
      }
      ++count.conversations;
      const equal = JSON.stringify(shark) === JSON.stringify(mine);
      ++count[equal ? "same" : isPart(shark[0], mine[0]) && isPart(shark[1], mine[1]) ? "more" : "noted"];
    }
    fs.rmSync(file);
  }
  t.diagnostic(`${count.conversations} captures: ${count.same} as tshark, ${count.more} with more than tshark, ${count.noted} with less and a reason`);
  assert.ok(count.same > count.conversations * 0.7, JSON.stringify(count));
  assert.ok(count.noted < count.conversations * 0.05, JSON.stringify(count));
});
