// Draws a model into the document. Keeps no state of its own but what is drawn.

import { RowList } from "./list.js";
import { describeRow, isBad, isEditable } from "./model.js";
import { ERRORS } from "./tables.js";

export const PAGE = 4 << 20; // bytes of the hex view that one can scroll through; a browser limits how high a list is
const ROWS = 1000000; // rows of the tree, for the same reason
const PRINTED = { bytes: 65536, rows: 20000 }; // on paper
const WHOLE = { hex: 64, tree: 300 }; // rows that are drawn at once; of more only those that are seen
const NARROW = matchMedia("screen and (max-width: 40rem)");

/** Bytes in a row of the hex view. */
export const columns = () => (NARROW.matches ? 8 : 16);

/** Calls `changed` when columns() is another. */
export const onWidth = (changed) => NARROW.addEventListener("change", changed);

export const $ = (id) => document.getElementById(id);
const hex = (n, digits) => n.toString(16).padStart(digits, "0");

export function element(tag, properties = {}, ...children) {
  const out = Object.assign(document.createElement(tag), properties);
  out.append(...children);
  return out;
}

const ROLE_WORDS = { token: "sync token", size: "payload size", header: "header", payload: "payload", raw: "unreadable" };

// What is drawn: which byte is selected, which are changed, the rows of the tree that nothing hides.
const shown = { model: null, at: 0, changed: [], first: 0, rows: [], begin: 0 };
const hexList = new RowList($("hex"), WHOLE.hex, () => pointAt("hex", `b${shown.at}`));
const treeList = new RowList($("tree"), WHOLE.tree, markTree);

const within = (range, i) => range !== undefined && i >= range.from && i < range.to;
const partAt = () => shown.model?.parts[shown.model.owner[shown.at]];

/** The marks of byte i: of the selected item and part, changed, selected. */
function marksOf(i, part) {
  const is = { item: within(part?.row, i), part: within(part, i), changed: shown.changed.some((range) => within(range, i)), selected: part !== undefined && i === shown.at };
  return Object.keys(is).filter((name) => is[name]).map((name) => ` ${name}`).join("");
}

/** One byte as HTML, which is made faster than elements one by one. */
function cell(model, i, selected) {
  const { role } = model.parts[model.owner[i]];
  const wrong = model.wrong[i] === 1;
  const byte = hex(model.bytes[i], 2);
  const marks = marksOf(i, selected);
  return `<span id="b${i}" class="byte ${role}${wrong ? " wrong" : ""}${marks}" data-i="${i}" role="gridcell"${marks.endsWith("selected") ? ' aria-selected="true"' : ""}`
    + ` aria-label="${byte} at ${hex(i, 4)}, ${ROLE_WORDS[role]}${wrong ? ", problem" : ""}">${byte}</span>`;
}

function hexRow(model, from, end, index) {
  let [cells, ascii] = ["", ""];
  const selected = partAt();
  for (let i = from; i < end; i++) {
    const byte = model.bytes[i];
    cells += cell(model, i, selected);
    ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  const row = element("div", { className: "row", innerHTML: `<span class="offset">${hex(from, 4)}</span><span class="cells">${cells}</span><span class="ascii" aria-hidden="true"></span>` });
  row.lastChild.textContent = ascii;
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", index + 1);
  return row;
}

/** The page of the hex view that holds byte `at`; for paper from the first one on. */
export function drawHex(model, at, paper = false) {
  const begin = paper ? 0 : Math.floor(at / PAGE) * PAGE;
  const end = Math.min(begin + (paper ? PRINTED.bytes : PAGE), model.bytes.length);
  const width = columns();
  const count = Math.ceil((end - begin) / width);
  const more = paper && end < model.bytes.length ? [element("p", { textContent: `and ${model.bytes.length - end} more bytes` })] : [];
  Object.assign(shown, { model, at, first: begin });
  $("hex").style.setProperty("--columns", width);
  $("hex").setAttribute("aria-rowcount", count);
  hexList.show(count, (i) => hexRow(model, begin + i * width, Math.min(begin + (i + 1) * width, end), i), paper, more);
  $("pager").hidden = model.bytes.length <= PAGE || paper;
  $("page-text").textContent = `${hex(begin, 4)} to ${hex(Math.max(end - 1, 0), 4)} of ${model.bytes.length} bytes`;
}

/** The rows that no folded row hides. */
function visibleRows(model, folded) {
  const out = [];
  let hidden = Infinity;
  for (const row of model.rows) {
    if (row.level > hidden) continue;
    hidden = folded.has(row.index) ? row.level : Infinity;
    out.push(row);
  }
  return out;
}

export const hasInside = (model, row) => model.rows[row.index + 1]?.level > row.level;

function treeRow(model, row, folded, whole) {
  const inside = hasInside(model, row);
  const open = inside && !folded.has(row.index);
  const bad = isBad(row);
  const fold = element("span", { className: "fold", textContent: inside ? (open ? "\u25be" : "\u25b8") : "" });
  fold.setAttribute("aria-hidden", "true");
  const out = element("div", { id: `r${row.index}`, className: `row${bad ? " wrong" : ""}` }, fold,
    element("span", { className: "at", textContent: hex(row.from, 4) }), " ", element("span", { className: "name", textContent: row.title }), " ",
    element("span", { className: "value", textContent: describeRow(model, row, whole) }));
  if (isEditable(row)) {
    const edit = element("span", { className: "edit", textContent: "\u270e", title: "Edit this value (Enter)" });
    edit.setAttribute("aria-hidden", "true");
    out.append(edit);
  }
  out.dataset.row = row.index;
  out.style.paddingLeft = `${row.level * 1.1}rem`;
  out.setAttribute("role", "treeitem");
  out.setAttribute("aria-level", row.level + 1);
  out.setAttribute("aria-selected", "false");
  if (inside) out.setAttribute("aria-expanded", String(open));
  return out;
}

/** The rows of the tree that no folded row hides, as they are drawn. */
export const treeRows = () => shown.rows;

/** Where `row` is in them; -1: it is hidden. */
export function placeOf(row) {
  let [low, high] = [0, shown.rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shown.rows[middle].index < row.index) low = middle + 1;
    else high = middle;
  }
  return shown.rows[low] === row ? low : -1;
}

/** The tree around row `at`, as many rows as there can be; for paper from the first one on. */
export function drawTree(model, folded, at = 0, paper = false) {
  const rows = visibleRows(model, folded);
  const most = paper ? PRINTED.rows : ROWS;
  Object.assign(shown, { rows, begin: 0 });
  const here = placeOf(model.rows[at] ?? {});
  if (!paper && here >= most) shown.begin = Math.floor(here / (most / 2)) * (most / 2) - most / 4;
  const { begin } = shown;
  const left = rows.length - begin - most;
  const after = left > 0 ? [element("p", { className: "note", textContent: `${left} more rows ${paper ? "follow" : "below; arrow keys and the hex go there"}` })] : [];
  treeList.show(Math.min(most, rows.length - begin), (i) => treeRow(model, rows[begin + i], folded, paper), paper, after);
}

/** Can the tree, as it is drawn, show this row? */
export function treeHolds(row) {
  const place = placeOf(row);
  return place >= shown.begin && place - shown.begin < treeList.count;
}

/** An error in words: {rule, detail, hint, where}. `place`: how its offset is told. */
export function sentenceOf({ code, offset, path, detail, hint, note }, place = (at) => `byte 0x${hex(at, 4)}`) {
  const [rule, help] = ERRORS[code] ?? [code, ""];
  const upper = (text) => (/^([0-9a-f]{2})+\b/.test(text) ? text : text[0].toUpperCase() + text.slice(1)); // bytes are no words
  const end = (text) => (text ? `${upper(text)}${/[.?!]$/.test(text) ? "" : "."}` : "");
  return { rule, detail: end(detail), hint: [end(hint ?? help), note].filter(Boolean).join(" "), where: [code, place(offset), path].filter(Boolean).join(", ") };
}

/** The same on one line, for text that somebody typed. */
export function lineOf(error) {
  if (error.sentence) return error.sentence;
  const { rule, detail, hint, where } = sentenceOf(error, (at) => `character ${at + 1}`);
  return [rule, detail, hint, `(${where})`].filter(Boolean).join(" ");
}

export function drawProblems(model, choose) {
  $("fine").textContent = model.problems.length > 0 || model.bytes.length === 0 ? "" : "\u2713 No problems: canonical, and every byte is explained.";
  $("problems").replaceChildren(...model.problems.map((problem) => {
    const { rule, detail, hint, where } = sentenceOf(problem);
    const button = element("button", { type: "button" }, element("span", { className: "rule", textContent: `\u26a0 ${rule}` }), ` ${detail} ${hint} `,
      element("span", { className: "where", textContent: where }));
    button.addEventListener("click", () => choose(problem));
    return element("li", {}, button);
  }));
}

/** Rings the bytes of a row, and the row, while something points at them; null: nothing does. */
export function drawHover(row, from = row?.from, to = row?.to) {
  for (const node of document.querySelectorAll("#hex .hover, #tree .hover")) node.classList.remove("hover");
  if (!row) return;
  $(`r${row.index}`)?.classList.add("hover");
  for (const node of document.querySelectorAll("#hex .byte")) {
    if (node.dataset.i >= from && node.dataset.i < to) node.classList.add("hover");
  }
}

function unmark(selector, ...names) {
  for (const node of document.querySelectorAll(selector)) {
    node.classList.remove(...names);
    if (node.hasAttribute("aria-selected")) node.setAttribute("aria-selected", "false");
  }
}

/** The element that is selected in hex or tree, for those who hear the page; null when it is not drawn. */
function pointAt(list, id) {
  const node = partAt() ? $(id) : null;
  if (node) $(list).setAttribute("aria-activedescendant", id);
  else $(list).removeAttribute("aria-activedescendant");
  return node;
}

const MARKS = ["item", "part", "changed", "selected"];

/** Marks the bytes that are drawn anew. */
function markHex() {
  const part = partAt();
  for (const byte of document.querySelectorAll("#hex .byte")) {
    const marks = marksOf(Number(byte.dataset.i), part).split(" ");
    for (const name of MARKS) byte.classList.toggle(name, marks.includes(name));
    if (marks.includes("selected")) byte.setAttribute("aria-selected", "true");
    else byte.removeAttribute("aria-selected");
  }
  pointAt("hex", `b${shown.at}`);
}

function markTree() {
  unmark("#tree .selected", "selected");
  const row = pointAt("tree", `r${partAt()?.row.index}`);
  row?.classList.add("selected");
  row?.setAttribute("aria-selected", "true");
}

/** Shows which byte is selected, in both views; `seen`: they scroll to it. */
export function drawSelection(model, at, seen = true) {
  Object.assign(shown, { model, at });
  const part = partAt();
  if (part && seen) {
    hexList.reveal(Math.floor((at - shown.first) / columns()));
    treeList.reveal(placeOf(part.row) - shown.begin);
  }
  markHex();
  markTree();
}

/** Flashes headers that an edit has changed; the dashed border stays until there are other bytes. */
export function drawChanges(changed) {
  shown.changed = changed;
  unmark("#hex .flash", "flash");
  markHex();
  for (const { from, to } of changed) for (let i = from; i < to; i++) $(`b${i}`)?.classList.add("flash");
  const words = changed.map(({ what, was, now }) => `${what} ${was || "nothing"} \u2192 ${now || "nothing"}`);
  $("changed").textContent = words.length > 0 ? `Headers that changed: ${words.join("; ")}.` : "";
}
