// Draws a model into the document. Keeps no state of its own but what is drawn.

import { describeRow, isBad, isEditable } from "./model.js";
import { ERRORS } from "./tables.js";

export const PAGE = 1024; // bytes of the hex view that are drawn at a time
const ROWS = 1000; // rows of the tree that are drawn
const PRINTED = { bytes: 65536, rows: 20000 }; // on paper
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

function cell(model, i) {
  const part = model.parts[model.owner[i]];
  const wrong = model.wrong[i] === 1;
  const byte = hex(model.bytes[i], 2);
  const out = element("span", { id: `b${i}`, className: `byte ${part.role}${wrong ? " wrong" : ""}`, textContent: byte });
  out.dataset.i = i;
  out.setAttribute("role", "gridcell");
  out.setAttribute("aria-label", `${byte} at ${hex(i, 4)}, ${ROLE_WORDS[part.role]}${wrong ? ", problem" : ""}`);
  return out;
}

/** The page of the hex view that holds byte `at`; for paper from the first one on. */
export function drawHex(model, at, paper = false) {
  const begin = paper ? 0 : Math.floor(at / PAGE) * PAGE;
  const end = Math.min(begin + (paper ? PRINTED.bytes : PAGE), model.bytes.length);
  const width = columns();
  const rows = [];
  for (let from = begin; from < end; from += width) {
    const to = Math.min(from + width, end);
    const ascii = [...model.bytes.subarray(from, to)].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : "."));
    const cells = element("span", { className: "cells" });
    for (let i = from; i < to; i++) cells.append(cell(model, i));
    const text = element("span", { className: "ascii", textContent: ascii.join("") });
    text.setAttribute("aria-hidden", "true");
    const row = element("div", { className: "row" }, element("span", { className: "offset", textContent: hex(from, 4) }), cells, text);
    row.setAttribute("role", "row");
    rows.push(row);
  }
  if (paper && end < model.bytes.length) rows.push(element("p", { textContent: `and ${model.bytes.length - end} more bytes` }));
  $("hex").style.setProperty("--columns", width);
  $("hex").replaceChildren(...rows);
  $("pager").hidden = model.bytes.length <= PAGE || paper;
  $("page-text").textContent = `${hex(begin, 4)} to ${hex(Math.max(end - 1, 0), 4)} of ${model.bytes.length} bytes`;
}

/** Indices of the rows that no folded row hides. */
export function visibleRows(model, folded) {
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

function treeRow(model, row, folded) {
  const inside = hasInside(model, row);
  const open = inside && !folded.has(row.index);
  const bad = isBad(row);
  const fold = element("span", { className: "fold", textContent: inside ? (open ? "\u25be" : "\u25b8") : "" });
  fold.setAttribute("aria-hidden", "true");
  const out = element("div", { id: `r${row.index}`, className: `row${bad ? " wrong" : ""}` }, fold,
    element("span", { className: "at", textContent: hex(row.from, 4) }), " ", element("span", { className: "name", textContent: row.title }), " ",
    element("span", { className: "value", textContent: describeRow(model, row) }));
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

/** The tree around row `at`, as many rows as can be drawn; for paper from the first one on. */
export function drawTree(model, folded, at = 0, paper = false) {
  const rows = visibleRows(model, folded);
  const most = paper ? PRINTED.rows : ROWS;
  const here = rows.findIndex((row) => row.index === at);
  const begin = paper || here < most ? 0 : Math.floor(here / (most / 2)) * (most / 2) - most / 4;
  const drawn = rows.slice(begin, begin + most).map((row) => treeRow(model, row, folded));
  const more = (count, where) => element("p", { className: "note", textContent: `${count} more rows ${where}` });
  if (begin > 0) drawn.unshift(more(begin, "above"));
  if (rows.length > begin + most) drawn.push(more(rows.length - begin - most, paper ? "follow" : "below; arrow keys and the hex go there"));
  $("tree").replaceChildren(...drawn);
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

/** Scrolls a list, and nothing around it, so that one of its elements is seen. */
export function reveal(list, node) {
  const [outer, inner] = [list.getBoundingClientRect(), node.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top + 4;
  else if (inner.bottom > outer.top + list.clientHeight) list.scrollTop += inner.bottom - outer.top - list.clientHeight + 4;
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

function mark(selector, ...names) {
  for (const node of document.querySelectorAll(selector)) node.classList.remove(...names);
}

/** Shows which byte is selected, in both views. */
export function drawSelection(model, at) {
  mark("#hex .byte", "selected", "part", "item");
  for (const node of document.querySelectorAll("#hex [aria-selected]")) node.removeAttribute("aria-selected");
  for (const node of document.querySelectorAll("#tree .selected")) {
    node.classList.remove("selected");
    node.setAttribute("aria-selected", "false");
  }
  for (const id of ["hex", "tree"]) $(id).removeAttribute("aria-activedescendant");
  const part = model.parts[model.owner[at]];
  if (!part) return;
  for (let i = part.row.from; i < part.row.to && i - part.row.from < 2 * PAGE; i++) $(`b${i}`)?.classList.add("item");
  for (let i = part.from; i < part.to && i - part.from < 2 * PAGE; i++) $(`b${i}`)?.classList.add("part");
  const byte = $(`b${at}`);
  byte?.classList.add("selected");
  byte?.setAttribute("aria-selected", "true");
  if (byte) reveal($("hex"), byte);
  $("hex").setAttribute("aria-activedescendant", `b${at}`);
  const row = $(`r${part.row.index}`);
  if (!row) return;
  row.classList.add("selected");
  row.setAttribute("aria-selected", "true");
  reveal($("tree"), row);
  $("tree").setAttribute("aria-activedescendant", row.id);
}

/** Flashes headers that an edit has changed; the dashed border stays until the next selection of other bytes. */
export function drawChanges(changed) {
  mark("#hex .byte", "flash", "changed");
  for (const { from, to } of changed) {
    for (let i = from; i < to; i++) $(`b${i}`)?.classList.add("flash", "changed");
  }
  const words = changed.map(({ what, was, now }) => `${what} ${was || "nothing"} \u2192 ${now || "nothing"}`);
  $("changed").textContent = words.length > 0 ? `Headers that changed: ${words.join("; ")}.` : "";
}
