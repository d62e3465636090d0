// tools/kaitai/*.ksy: compiled to JavaScript in a folder of its own, then run on the captures and the vectors.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { bytesOf, readVectors, root } from "../web/support.mjs";
import { npmFolder } from "../web/npm.mjs";
import { streamsOfPcap } from "../web/pcap.mjs";
import { decodeWire } from "../../web/page/decoder.js";
import { folder as vectorFolder, vectors as makeVectors } from "./vectors.mjs";

const PACKAGES = ["kaitai-struct-compiler@0.11.0", "kaitai-struct@0.11.0", "js-yaml@4"];
const { folder, missing } = npmFolder(...PACKAGES);
const skip = missing ?? false;

async function compile() {
  const load = createRequire(path.join(folder, "package.json"));
  const yaml = load("js-yaml");
  const read = (name) => yaml.load(fs.readFileSync(path.join(root, "tools/kaitai", `${name}.ksy`), "utf8"));
  const compiler = load("kaitai-struct-compiler");
  const files = await compiler.compile("javascript", read("ethpoc"), { importYaml: async (name) => read(path.basename(name)) }, false);
  for (const [name, source] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), source);
  const runtime = load("kaitai-struct");
  const modules = { Rlp: load(path.join(folder, "Rlp.js")), Ethpoc: load(path.join(folder, "Ethpoc.js")) };
  const pick = (module, name) => module[name] ?? module;
  return { Stream: runtime.KaitaiStream ?? runtime, Rlp: pick(modules.Rlp, "Rlp"), Ethpoc: pick(modules.Ethpoc, "Ethpoc") };
}

const stream = (kaitai, bytes) => new kaitai.Stream(Uint8Array.from(bytes).buffer, 0);

/** What of a stream the definition can read: good frames from its beginning; the first other byte ends the parse. */
function checkStreams(kaitai) {
  for (const { name, hex, pieces } of readVectors("streams.json")) {
    const bytes = bytesOf(hex);
    const good = pieces.findIndex(({ error }) => error !== null);
    const frames = good < 0 ? pieces : pieces.slice(0, good);
    const end = frames.reduce((at, piece) => at + piece.size, 0);
    const read = new kaitai.Ethpoc(stream(kaitai, bytes.subarray(0, end))).frames;
    assert.deepEqual(read.map(({ lenPayload }) => lenPayload + 8), frames.map(({ size }) => size), name);
    const next = pieces[frames.length];
    if (next && ["frame.bad_token", "frame.incomplete", "frame.too_large"].includes(next.error)) {
      assert.throws(() => new kaitai.Ethpoc(stream(kaitai, bytes.subarray(end))), undefined, name);
    }
  }
}

test("the published vectors are those of the recordings", () => {
  const made = makeVectors();
  assert.deepEqual(fs.readdirSync(vectorFolder).sort(), Object.keys(made).sort());
  for (const [name, content] of Object.entries(made)) {
    assert.ok(content.equals(fs.readFileSync(path.join(vectorFolder, name))), `${name}: node tests/kaitai/vectors.mjs writes it anew`);
  }
});

/** Each published vector, as its README says to read it. */
function checkPublished(kaitai) {
  for (const { name, file, family, frames } of JSON.parse(fs.readFileSync(path.join(vectorFolder, "vectors.json"), "utf8"))) {
    const read = new kaitai.Ethpoc(stream(kaitai, fs.readFileSync(path.join(vectorFolder, file)))).frames;
    assert.equal(read.length, frames.length, name);
    let at = 0;
    frames.forEach((wanted, i) => {
      const { lenPayload, payload } = read[i];
      assert.deepEqual([at, lenPayload, payload.id], [wanted.offset, wanted.len_payload, wanted.id], name);
      at += 8 + lenPayload;
      if (wanted.type === "Hello") {
        assert.equal(payload.isP2pHello, family === "p2p", name);
        assert.deepEqual([payload.version, Buffer.from(payload.clientId).toString()], [wanted.version, wanted.client_id], name);
      }
      if (wanted.type === "Disconnect") assert.equal(payload.reason ?? null, wanted.reason, name);
    });
  }
}

test("the definitions compile and read the captures as the decoder of the page does", { skip }, async (t) => {
  const kaitai = await compile();
  await t.test("streams", () => checkStreams(kaitai));
  await t.test("published vectors", () => checkPublished(kaitai));

  for (const sample of fs.readdirSync(path.join(root, "samples")).filter((name) => name.endsWith(".pcap") && name !== "malformed-zoo.pcap")) {
    await t.test(sample, () => {
      for (const { key, bytes } of streamsOfPcap(path.join(root, "samples", sample))) {
        const shown = decodeWire(bytes);
        const whole = shown.entries.filter((entry) => !entry.error);
        const end = whole.reduce((at, entry) => Math.max(at, entry.offset + entry.size), 0);
        const { frames } = new kaitai.Ethpoc(stream(kaitai, bytes.subarray(0, end)));
        assert.equal(frames.length, whole.length, key);
        frames.forEach((frame, i) => {
          assert.equal(frame.payload.id, whole[i].id);
          const names = shown.profile.family === "flat" ? kaitai.Ethpoc.IdsFlat : kaitai.Ethpoc.IdsP2p;
          if (shown.profile.name !== "p2p0/eth33") assert.equal(names[frame.payload.id].replaceAll("_", ""), whole[i].type.toUpperCase());
          if (frame.payload.isHello) {
            assert.equal(frame.payload.version, whole[i].fields.version);
            assert.equal(frame.payload.isP2pHello, shown.profile.family === "p2p");
          }
          if (whole[i].type === "Disconnect") assert.equal(frame.payload.reason ?? null, whole[i].fields.reason);
        });
      }
    });
  }

  await t.test("rlp vectors: values, and canonical form of the outermost header", () => {
    const hex = (bytes) => "0x" + Buffer.from(bytes).toString("hex");
    const valueOf = (item) => (item.isList ? item.list.items.map(valueOf) : item.isSingle ? hex([item.first]) : hex(item.text));
    for (const vector of readVectors("rlp.json").filter((one) => one.hex !== "")) {
      const parse = () => new kaitai.Rlp(stream(kaitai, bytesOf(vector.hex)));
      if (vector.value !== undefined) {
        const item = parse();
        assert.deepEqual(valueOf(item), vector.value, vector.name);
        assert.ok(item.isCanonical, vector.name);
      } else if (/truncated|overruns/.test(vector.error.code) && !vector.name.includes("2 to the")) { // the runtime cuts lengths to 32 bits
        assert.throws(parse, undefined, vector.name);
      } else if (/non_canonical/.test(vector.error.code) && vector.error.path === "" && vector.name !== "long form and cut") {
        assert.ok(!parse().isCanonical, vector.name);
      }
    }
  });

  await t.test("a wrong token and a short payload end the parse", () => {
    for (const hex of ["2240089000000002c102", "2240089100000003c102", "2240089100000003c50280"]) {
      assert.throws(() => new kaitai.Ethpoc(stream(kaitai, bytesOf(hex))), undefined, hex);
    }
  });
});
