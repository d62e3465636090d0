// The lessons of docs/course with bytes to look at: [title, file, hex, profile, what to find out].
const PING = "2240089100000002c102";

export const LESSONS = [
  ["A byte, a string, a list", "1-bytes.md", "c88363617483646f67", "auto", "Step through it: what does each byte say?"],
  ["Why lengths", "2-lengths.md", "2240089100000009c88363617483646f67", "auto", "Edit \"cat\" to \"horse\": which three lengths change?"],
  ["Zero, and one spelling only", "3-zero.md", "c98000820001c0c2c0c0", "auto", "Two of these items could be meant as zero. Which is the number?"],
  ["A stream is no message", "4-stream.md", PING.repeat(2) + "2240089100000002c103", "auto", "Cut the stream into segments of 7 bytes: when is the first message whole?"],
  ["The sync token", "5-token.md", "00ff" + PING, "auto", "Where does the reader go on, and what is lost?"],
  ["A conversation", "6-conversation.md", "", "auto", "Open samples/handshake.pcap: who dials, and who says Hello first?"],
  ["Trust nobody's lengths", "7-trust.md", "2240089100000003c50280", "auto", "Which of the lengths is a lie? Mend it in the tree."],
  ["Versions, and a sync with Go of 2014", "8-sync.md", "22400891000000028102", "auto", "Choose version 0: the same bytes are good."],
  ["Find the bug in this peer", "9-find-the-bug.md", "2240089100000004c3820102", "7", "A peer answered this with Pong. Which bytes of the id did it read? Open docs/course/captures/peer-a.pcap."],
];

const BY_ROLE = { token: 4, size: 3, header: 1, payload: 0, raw: 6 };

/** Number of the lesson, from 0, that a part of the bytes belongs to. */
export function lessonOf(part) {
  if (part.row.kind === "gap") return 4;
  const code = part.row.node?.error?.code ?? "";
  if (/overruns|truncated/.test(code)) return 6;
  const { node } = part.row;
  if (node?.kind === "string" && (node.length === 0 || /canonical|zero/.test(code))) return 2;
  return BY_ROLE[part.role];
}
