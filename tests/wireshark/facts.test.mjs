// What somebody sees who looks at a capture: filters that exist, values that are exact, questions and answers that name each
// other, facts in the info column; and the profile that tools/wireshark/install.sh installs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { root } from "../web/support.mjs";
import { frame, hex } from "./generator.mjs";
import { captureOf, counts, fields, home, skip, tshark } from "./tshark.mjs";

const readme = fs.readFileSync(path.join(root, "samples/README.md"), "utf8");
const source = fs.readFileSync(path.join(root, "tools/wireshark/ethpoc.lua"), "utf8");
const profile = path.join(root, "tools/wireshark/profile");

/** Filters that more than one packet, or exactly so many, must pass: [capture, filter, number (0: one or more)]. */
const EXPECTED = [
  ["disconnect-reasons.pcap", 'ethpoc.type == "Disconnect" && ethpoc.disconnect.reason == 7', 2],
  ["disconnect-reasons.pcap", 'ethpoc.disconnect.reason_text == "null node id"', 1],
  ["disconnect-reasons.pcap", 'ethpoc.type == "Disconnect" && !ethpoc.disconnect.reason', 1],
  ["malformed-zoo.pcap", 'ethpoc.error == "message.bad_hash" && ethpoc.error.path == "payload[1]"', 1],
  ["versions.pcap", 'ethpoc.hello.client_id contains "++"', 0],
  ["versions.pcap", 'ethpoc.hello.capability == "eth" && ethpoc.hello.capability_version == 49', 0],
  ["versions.pcap", 'ethpoc.hello.capability_names contains "transactions"', 0],
  ["peers.pcap", "ethpoc.peers.address == 127.0.0.0/8 && ethpoc.peers.port > 0", 0],
  ["getchain-blocks.pcap", "ethpoc.header.difficulty > 0 && ethpoc.header.nonce", 0],
  ["getchain-blocks.pcap", "ethpoc.getchain.count == 256", 0],
  ["getchain-blocks.pcap", 'ethpoc.header.timestamp > "2014-01-30 00:00:00"', 0],
  ["newblock.pcap", "ethpoc.newblock.total_difficulty > 131072", 0],
  ["hashes-blocks.pcap", "ethpoc.status.version == 33 && ethpoc.status.genesis_hash", 0],
];

test("the filters of the README find what they promise, and so do others", { skip }, () => {
  const rows = [...readme.matchAll(/^\| `([^`]+\.pcap)` \|.*\| `(ethpoc[^`]+)` \|$/gm)].map(([, sample, filter]) => [sample, filter, 0]);
  assert.ok(rows.length >= 8);
  const all = [...rows, ...EXPECTED];
  for (const sample of new Set(all.map(([name]) => name))) {
    const here = all.filter(([name]) => name === sample);
    counts(sample, here.map(([, filter]) => filter)).forEach((n, i) => {
      const [, filter, wanted] = here[i];
      assert.ok(wanted ? n === wanted : n > 0, `${sample}: ${filter} lets ${n} packets through`);
    });
  }
});

test("every field that a text or the profile names exists", { skip }, () => {
  const help = source.slice(0, source.indexOf("local ethpoc = "));
  const texts = { help, "samples/README.md": readme, ...Object.fromEntries(fs.readdirSync(profile).map((name) => [name, fs.readFileSync(path.join(profile, name), "utf8")])) };
  const named = Object.entries(texts).flatMap(([name, text]) => {
    const here = [...text.matchAll(/\bethpoc\.[a-z_]+[a-z0-9_.]*[a-z0-9_]/g)].map(([field]) => field).filter((field) => !/\.(lua|jsonl|pcap)$/.test(field));
    assert.ok(here.length > 0, name);
    return here;
  });
  fields("peers.pcap", "ethpoc", ...new Set(named)); // tshark refuses, and names, what does not exist
});

const HELLO = [hex(""), hex("03"), Buffer.from("facts"), [[Buffer.from("eth"), hex("38")]], hex("765f"), Buffer.alloc(64, 0x11)];
const hash = (byte) => Buffer.alloc(32, byte);
const header = (time) => [hash(1), hash(2), Buffer.alloc(20, 3), hash(4), hash(5), hash(6), Buffer.alloc(64), hex("0100000000000000000a"), hex("0c"), hex("0f4240"), hex(""), time, hex(""), hash(9), hash(10), hash(11)];

test("values above 64 bits are exact; times and addresses are of their own kinds", { skip }, () => {
  const huge = 2n ** 255n - 19n, status = [hex("10"), hex("38"), hex("ff".repeat(32)), Buffer.from(huge.toString(16), "hex"), hash(7), hash(8)];
  const blocks = [hex("53724e00"), hex("ffffffffffffffff")].map((time) => [hex("17"), [header(time), [], []], hex("020000000000000001")]);
  const peers = [hex("05"), [hex("0a000001"), hex("765f"), Buffer.alloc(64, 1)], [hex("20010db8000000000000000000000001"), hex("765f"), Buffer.alloc(64, 2)]];
  const capture = captureOf([Buffer.concat([HELLO, status, ...blocks, peers].map(frame))]);
  const [rest, ...more] = fields(capture, "ethpoc", "ethpoc.status.total_difficulty.exact", "ethpoc.status.total_difficulty", "ethpoc.status.network_id.exact",
    "ethpoc.newblock.total_difficulty.exact", "ethpoc.header.difficulty.exact", "ethpoc.header.timestamp", "ethpoc.header.timestamp.exact", "ethpoc.peers.address", "ethpoc.peers.address6", "_ws.col.Info");
  assert.equal(more.length, 0);
  const twice = (value) => [value, value];
  assert.deepEqual(rest.slice(0, 9), [[String(huge)], ["18446744073709551615"], [String(2n ** 256n - 1n)], twice("36893488147419103233"), twice("4722366482869645213706"),
    ["May 13, 2014 16:53:20.000000000 UTC"], ["1400000000", "18446744073709551615"], ["10.0.0.1"], ["2001:db8::1"]]);
  assert.ok(rest[9][0].includes(`NewBlock (number 12, difficulty 4722366482869645213706, total difficulty 36893488147419103233), `), rest[9][0]);
  assert.ok(rest[9][0].startsWith(`Hello (facts, p2p 3, eth/56), Status (version 56, total difficulty ${huge}, head 07070707, genesis 08080808)`), rest[9][0]);
});

test("a question and its answer name each other, with the time between", { skip }, () => {
  const out = tshark("hashes-blocks.pcap", "-2", "-T", "fields", "-E", "aggregator=|", ...["frame.number", "frame.time_relative", "_ws.col.Info", "ethpoc.response_in", "ethpoc.response_to", "ethpoc.response_time"].flatMap((name) => ["-e", name]));
  const rows = new Map(out.split("\n").filter(Boolean).map((line) => line.split("\t")).map(([n, time, info, ...links]) => [n, { time: Number(time), info, links: links.map((one) => (one ? one.split("|") : [])) }]));
  let pairs = 0;
  for (const [n, { time, links: [, questions, times] }] of rows) {
    questions.forEach((question, i) => {
      const asked = rows.get(question);
      assert.ok(asked.links[0].includes(n), `${question} is answered in ${n}`);
      assert.ok(Math.abs(time - asked.time - Number(times[i])) < 1e-6, `time of ${n}`);
      ++pairs;
    });
  }
  assert.ok(pairs >= 8, `${pairs} pairs`);
  const of = (word) => [...rows].find(([, row]) => row.info.startsWith(word));
  const [asked, question] = of("GetBlocks ("), [answered, answer] = of("Blocks (");
  assert.deepEqual([question.links[0], answer.links[1]], [[answered], [asked]]);
  assert.match(answer.info, /^Blocks \(2, numbers 1 to 2\)/);
  assert.match(question.info, /^GetBlocks \(2 hashes, [0-9a-f]{8} to [0-9a-f]{8}\)/);
});

test("one command installs dissector and profile; it colours, and goes again", { skip }, () => {
  const user = path.join(home, "user"), env = { ...process.env, HOME: user, XDG_CONFIG_HOME: "" };
  const run = (program, ...args) => {
    const out = spawnSync(program, args, { encoding: "utf8", env });
    assert.equal(out.status, 0, out.stderr);
    return out.stdout;
  };
  const script = path.join(root, "tools/wireshark/install.sh");
  run("sh", script);
  const out = run("tshark", "-C", "ethpoc", "--color", "-r", path.join(root, "samples/malformed-zoo.pcap"), "-Y", "ethpoc", "-T", "fields", "-e", "frame.coloring_rule.name", "-e", "ethpoc.type", "-e", "ethpoc.error");
  const lines = out.split("\n").filter(Boolean).map((line) => line.split("\t"));
  for (const [rule, , error] of lines) assert.equal(rule === "ethpoc: problem", Boolean(error), `${rule}: ${error}`);
  assert.ok(lines.some(([rule]) => rule === "ethpoc: hello") && lines.some(([rule]) => rule === "ethpoc: problem"));
  run("sh", script, "--remove");
  const left = fs.readdirSync(user, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  assert.deepEqual(left.map(({ name }) => name), []);
});
