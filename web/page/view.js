// Draws a model into the document. Keeps no state of its own but what is drawn.

import { hexOf } from "./decoder.js";
import { describeRow, isBad } from "./model.js";

export const PAGE = 1024; // bytes of the hex view that are drawn at a time
const ROWS = 1000; // rows of the tree that are drawn

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

/** The page of the hex view that holds byte `at`. */
export function drawHex(model, at) {
  const begin = Math.floor(at / PAGE) * PAGE;
  const end = Math.min(begin + PAGE, model.bytes.length);
  const rows = [];
  for (let from = begin; from < end; from += 16) {
    const to = Math.min(from + 16, end);
    const ascii = [...model.bytes.subarray(from, to)].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : "."));
    const cells = element("span", { className: "cells" });
    for (let i = from; i < to; i++) cells.append(cell(model, i));
    const text = element("span", { className: "ascii", textContent: ascii.join("") });
    text.setAttribute("aria-hidden", "true");
    const row = element("div", { className: "row" }, element("span", { className: "offset", textContent: hex(from, 4) }), cells, text);
    row.setAttribute("role", "row");
    rows.push(row);
  }
  $("hex").replaceChildren(...rows);
  $("pager").hidden = model.bytes.length <= PAGE;
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
    element("span", { className: "at", textContent: hex(row.from, 4) }), element("span", { className: "name", textContent: row.title }),
    element("span", { className: "value", textContent: describeRow(model, row) }));
  out.dataset.row = row.index;
  out.style.paddingLeft = `${row.level * 1.1}rem`;
  out.setAttribute("role", "treeitem");
  out.setAttribute("aria-level", row.level + 1);
  out.setAttribute("aria-selected", "false");
  if (inside) out.setAttribute("aria-expanded", String(open));
  return out;
}

export function drawTree(model, folded) {
  const rows = visibleRows(model, folded);
  const drawn = rows.slice(0, ROWS).map((row) => treeRow(model, row, folded));
  if (rows.length > ROWS) drawn.push(element("div", { className: "row", textContent: `and ${rows.length - ROWS} more rows; fold some` }));
  $("tree").replaceChildren(...drawn);
}

export function drawProblems(model, choose) {
  $("fine").textContent = model.problems.length > 0 || model.bytes.length === 0 ? "" : "\u2713 No problems: canonical, and every byte is explained.";
  $("problems").replaceChildren(...model.problems.map((problem) => {
    const text = [problem.detail, problem.path && `at ${problem.path}`, problem.hint, problem.note].filter(Boolean).join("; ");
    const button = element("button", { type: "button" }, "\u26a0 ", element("code", { textContent: problem.code }), ` at 0x${hex(problem.offset, 4)}: ${text}`);
    button.addEventListener("click", () => choose(problem));
    return element("li", {}, button);
  }));
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
  const part = model.parts[model.owner[at]];
  if (!part) return;
  for (let i = part.row.from; i < part.row.to && i - part.row.from < 2 * PAGE; i++) $(`b${i}`)?.classList.add("item");
  for (let i = part.from; i < part.to && i - part.from < 2 * PAGE; i++) $(`b${i}`)?.classList.add("part");
  const byte = $(`b${at}`);
  byte?.classList.add("selected");
  byte?.setAttribute("aria-selected", "true");
  byte?.scrollIntoView({ block: "nearest", inline: "nearest" });
  $("hex").setAttribute("aria-activedescendant", `b${at}`);
  const row = $(`r${part.row.index}`);
  if (!row) return;
  row.classList.add("selected");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
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

/** The stream in segments of `size`; `arrived` of them are here, bytes[kept, ...) are in the reader's buffer. */
export function drawSegments(bytes, size, arrived, kept) {
  const out = [];
  for (let from = 0, i = 0; from < bytes.length && i < 400; from += size, i++) {
    const to = Math.min(from + size, bytes.length);
    const here = i < arrived;
    const buffered = here && to > kept;
    const text = hexOf(bytes, from, Math.min(to, from + 24)) + (to - from > 24 ? "…" : "");
    out.push(element("span", { className: here ? (buffered ? "kept" : "used") : "waiting", textContent: (buffered ? "[" : "") + text + (buffered ? "]" : "") }));
  }
  $("segments").replaceChildren(...out);
}
