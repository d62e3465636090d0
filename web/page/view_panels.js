// Draws what stands around hex and tree: the segments of the stream, the conversation, two captures side by side, the
// lessons. Keeps no state of its own.

import { hexOf, plural } from "./decoder.js";
import { summaryOf } from "./capture.js";
import { differences } from "./diff.js";
import { LESSONS } from "./lessons.js";
import { reveal } from "./list.js";
import { $, element } from "./view.js";

const MOST_SEGMENTS = 400;
const MOST_PIECES = 40; // frames that are told of one segment
const MOST_BYTES = 24; // of a piece that are written out
export const TALK_PAGE = 500; // messages that are drawn at a time
const MOST_PAIRS = 1000;

// ---------------------------------------------------------------- segments

function pieceOf(bytes, from, to, frame) {
  const text = hexOf(bytes, from, Math.min(to, from + MOST_BYTES)) + (to - from > MOST_BYTES ? `\u2026 ${to - from} bytes` : "");
  const out = element("span", { className: frame === null ? "goes-on" : "begins" });
  if (frame !== null) out.append(element("b", { textContent: `#${frame}` }));
  out.append(`${text} `);
  return out;
}

/** The stream cut at `ends`; `arrived` segments are here, bytes[kept, ...) are in the reader's buffer; `pieces`: of splitFrames. */
export function drawSegments(bytes, ends, arrived, kept, pieces) {
  const out = [];
  let frame = 0;
  ends.slice(0, MOST_SEGMENTS).forEach((to, i) => {
    let at = i === 0 ? 0 : ends[i - 1];
    const here = i < arrived;
    const buffered = here && to > kept;
    const box = element("span", { className: `segment ${here ? (buffered ? "kept" : "used") : "waiting"}` }, buffered ? "[" : "");
    for (let told = 0; at < to && told < MOST_PIECES; told++) {
      while (frame < pieces.length && pieces[frame].offset < at) frame++;
      const begins = pieces[frame]?.offset === at;
      const end = Math.min(to, (begins ? pieces[frame + 1] : pieces[frame])?.offset ?? to);
      box.append(pieceOf(bytes, at, end, begins ? frame : null));
      at = end;
    }
    if (at < to) box.append(`\u2026 ${plural(to - at, "byte")}`);
    box.append(buffered ? "]" : "");
    out.push(box);
  });
  if (ends.length > MOST_SEGMENTS) out.push(element("span", { textContent: `and ${ends.length - MOST_SEGMENTS} more segments` }));
  $("segments").replaceChildren(...out);
}

// ---------------------------------------------------------------- conversation

const ARROW = { dialer: "dialer \u2192", listener: "\u2190 listener" };

function talkRow({ from, entry, time }, i) {
  const bad = entry.error ? element("span", { className: "bad", textContent: "\u26a0 " }) : "";
  const facts = element("span", { className: "facts" }, bad, summaryOf(entry));
  const out = element("div", { id: `m${i}`, className: `row ${from}` }, element("span", { className: "time", textContent: `${time.toFixed(3)} s` }),
    element("span", { className: "side", textContent: ARROW[from] }), element("span", { className: "type", textContent: entry.type ?? (entry.gap ? "no frame" : "no message") }), facts);
  out.dataset.message = i;
  out.setAttribute("role", "option");
  out.setAttribute("aria-selected", "false");
  return out;
}

/** The messages of a connection around the one that is chosen; for paper all of them. */
export function drawTalk(talk, chosen, paper = false) {
  document.querySelector("section.talk").hidden = !talk;
  if (!talk) return $("talk").replaceChildren();
  const { messages, capture } = talk;
  const begin = paper ? 0 : Math.floor(Math.max(chosen, 0) / TALK_PAGE) * TALK_PAGE;
  const end = paper ? messages.length : Math.min(begin + TALK_PAGE, messages.length);
  $("talk").replaceChildren(...messages.slice(begin, end).map((message, i) => talkRow(message, begin + i)));
  $("talk-pager").hidden = messages.length <= TALK_PAGE || paper;
  $("talk-page").textContent = `${begin + 1} to ${end} of ${messages.length}`;
  $("talk-text").textContent = `${capture.name}: ${plural(messages.length, "message")} here, ${plural(capture.connections.length, "connection")} in all`;
  $("talk-notes").replaceChildren(...capture.notes.map((note) => element("li", { textContent: note })));
  return undefined;
}

export function drawChosen(chosen) {
  for (const node of document.querySelectorAll("#talk .selected")) {
    node.classList.remove("selected");
    node.setAttribute("aria-selected", "false");
  }
  const row = $(`m${chosen}`);
  if (!row) return $("talk").removeAttribute("aria-activedescendant");
  row.classList.add("selected");
  row.setAttribute("aria-selected", "true");
  $("talk").setAttribute("aria-activedescendant", row.id);
  return reveal($("talk"), row);
}

// ---------------------------------------------------------------- side by side

const SIDE_WORD = { dialer: "dialer \u2192 ", listener: "\u2190 listener ", "": "" };

function sideCell(one, choose) {
  const out = element("td");
  if (!one) return out;
  const text = `${SIDE_WORD[one.from]}${one.entry.type ?? "no message"} ${summaryOf(one.entry)}`;
  if (!choose) return Object.assign(out, { textContent: text });
  const button = element("button", { type: "button", className: "link", textContent: text });
  button.addEventListener("click", () => choose(one));
  out.append(button);
  return out;
}

function differRow(a, b) {
  const items = differences(a, b).flatMap(({ path, name, was, now }) => [
    element("dt", {}, element("span", { className: "path", textContent: `${path} ${name}` })),
    element("dd", { textContent: `A ${was ?? "not there"}` }), element("dd", { textContent: `B ${now ?? "not there"}` }),
  ]);
  const cell = element("td", { colSpan: 3 }, element("dl", {}, ...(items.length > 0 ? items : [element("dt", { textContent: "The values are equal; headers or sizes differ." })])));
  return element("tr", { className: "differ" }, cell);
}

function pairRows([a, b], choose) {
  const same = a && b && a.hex === b.hex;
  const [kind, mark] = same ? ["same", "= equal"] : a && b ? ["differ", "\u2260 differs"] : ["one", a ? "\u2212 only A" : "+ only B"];
  const row = element("tr", { className: kind }, sideCell(a, null), element("td", { className: "mark", textContent: mark }), sideCell(b, choose));
  return kind === "differ" ? [row, differRow(a, b)] : [row];
}

/** The table of two conversations; equal messages in a row are one line unless `all`. */
export function drawCompare(names, pairs, all, choose) {
  document.querySelector("section.compare").hidden = !pairs;
  if (!pairs) return $("compare").replaceChildren();
  const head = [["th", names[0]], ["th", ""], ["th", names[1]]].map(([tag, textContent], i) => element(tag, { textContent: i === 1 ? "is" : `${"A B"[i]}: ${textContent}`, scope: "col" }));
  const rows = [];
  let equal = 0;
  const flush = () => {
    if (equal > 0) rows.push(element("tr", { className: "same" }, element("td", { colSpan: 3, className: "mark", textContent: `= ${plural(equal, "equal message")}` })));
    equal = 0;
  };
  for (const pair of pairs.slice(0, MOST_PAIRS)) {
    if (!all && pair[0] && pair[1] && pair[0].hex === pair[1].hex) {
      equal++;
    } else {
      flush();
      rows.push(...pairRows(pair, choose));
    }
  }
  flush();
  if (pairs.length > MOST_PAIRS) rows.push(element("tr", {}, element("td", { colSpan: 3, textContent: `and ${pairs.length - MOST_PAIRS} more` })));
  const other = pairs.filter(([a, b]) => !a || !b || a.hex !== b.hex).length;
  $("compare-text").textContent = other === 0 ? "\u2713 A and B say the same." : `${other} of ${plural(pairs.length, "message")} differ, or are on one side only. What you load or edit is B.`;
  return $("compare").replaceChildren(element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
}

// ---------------------------------------------------------------- lessons

export function drawLessons(fragmentOf) {
  $("lessons").replaceChildren(...LESSONS.map(([title, file, hex, profile, question], i) => {
    const name = hex === "" ? element("strong", { textContent: title }) : element("a", { href: fragmentOf(hex, profile), textContent: title });
    return element("li", { id: `lesson-${i}` }, name, `: ${question} `, element("code", { textContent: file }));
  }));
}
