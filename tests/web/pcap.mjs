// The streams of a capture in samples/, by the reader of the page. For tests only.
import fs from "node:fs";
import { SIDES, openBytes } from "../../web/page/capture.js";

/** [{key: "0 dialer", bytes}]: the number of the TCP connection, and who sends. */
export function streamsOfPcap(file) {
  const { connections } = openBytes(new Uint8Array(fs.readFileSync(file)), file).capture;
  return connections.flatMap((connection) => SIDES.map((side) => ({ key: `${connection.number} ${side}`, bytes: connection[side].bytes })));
}
