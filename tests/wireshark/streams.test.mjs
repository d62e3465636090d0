// tests/vectors/streams.json: the dissector cuts a stream where the decoder of the peer does. What waits for more bytes at
// the end of a stream is not shown by tshark.
import assert from "node:assert/strict";
import test from "node:test";
import { bytesOf, readVectors } from "../web/support.mjs";
import { captureOf, fields, skip } from "./tshark.mjs";

const UNFINISHED = "frame.incomplete";

test("streams are cut as the peer cuts them", { skip }, () => {
  const vectors = readVectors("streams.json");
  // A stream that begins with no token is not ours for Wireshark, so each follows a Ping.
  const ping = bytesOf("2240089100000002c102");
  const capture = captureOf(vectors.map(({ hex }) => Buffer.concat([ping, bytesOf(hex)])));
  const rows = fields(capture, "ethpoc", "tcp.stream", "ethpoc.type", "ethpoc.error");
  for (const [n, { name, pieces }] of vectors.entries()) {
    const said = rows.filter(([stream]) => Number(stream[0]) === n);
    const good = said.flatMap(([, types]) => types).length;
    const errors = said.flatMap(([, , codes]) => codes);
    const wanted = pieces.map(({ error }) => error).filter((error) => error && error !== UNFINISHED);
    assert.deepEqual(errors, wanted, name);
    assert.ok(good >= 1 + pieces.filter(({ error }) => error === null).length, name);
  }
});
