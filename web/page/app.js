// The page: state, and what each key and button does to it.

import { PROFILES, encodeText, fromHex, hexOf, readerState } from "./decoder.js";
import { HEX_ERRORS } from "./tables.js";
import { EXAMPLES } from "./examples.js";
import { explainByte, explainReader } from "./explain.js";
import { analyse, fromFragment, inputFor, itemFromInput, replaceItem, toFragment } from "./model.js";
import { $, PAGE, drawChanges, drawHex, drawProblems, drawSegments, drawSelection, drawTree, element, hasInside, visibleRows } from "./view.js";

const state = { model: analyse(new Uint8Array()), at: 0, page: -1, folded: new Set(), timer: null, editing: null };

const MOST_TEXT = 60000; // characters of the text form that a text field shows without becoming slow

// ---------------------------------------------------------------- showing

function show(bytes, profile, at = 0) {
  stop();
  closeEditor();
  state.model = analyse(bytes, profile);
  state.folded = new Set();
  state.page = -1;
  if (state.model.rows.length > 800) {
    for (const row of state.model.rows) if (row.level > 0 && hasInside(state.model, row)) state.folded.add(row.index);
  }
  drawTree(state.model, state.folded);
  drawProblems(state.model, chooseProblem);
  drawChanges([]);
  const long = state.model.text.length > MOST_TEXT;
  $("text").value = long ? `# ${state.model.text.length} characters, too many to show here; "Copy text" gives them all\n` : state.model.text;
  $("text").readOnly = long;
  $("encode").disabled = long;
  $("text-error").textContent = "";
  $("speaks").textContent = state.model.wire ? `read as protocol ${state.model.decoded.profile.name}${state.model.decoded.assumed ? " (no Hello says so)" : ""}` : "read as bare RLP";
  const n = bytes.length;
  Object.assign($("cut"), { max: Math.max(n, 1), value: Math.max(n, 1) });
  drawStream(true);
  select(at);
}

function load(bytes, profile, at = 0) {
  $("input").value = hexOf(bytes).replace(/(..)(?=.)/g, "$1 ");
  $("input-error").textContent = "";
  $("profile").value = profile;
  show(bytes, profile, at);
}

function select(at) {
  const { model } = state;
  state.at = Math.max(0, Math.min(at, model.bytes.length - 1));
  const page = Math.floor(state.at / PAGE);
  if (page !== state.page) drawHex(model, state.at);
  state.page = page;
  unfoldTo(model.parts[model.owner[state.at]]?.row);
  drawSelection(model, state.at);
  $("explain").textContent = model.bytes.length > 0 ? explainByte(model, state.at) : "Paste some bytes, or choose an example.";
  $("steps").textContent = model.parts.length > 0 ? `step ${(model.owner[state.at] ?? 0) + 1} of ${model.parts.length}` : "";
}

/** Opens the folded rows around a row. */
function unfoldTo(row) {
  if (!row) return;
  let level = row.level;
  let changed = false;
  for (let i = row.index; i >= 0 && level > 0; i--) {
    const above = state.model.rows[i];
    if (above.level >= level) continue;
    level = above.level;
    changed = state.folded.delete(above.index) || changed;
  }
  if (changed) drawTree(state.model, state.folded);
}

const rowAt = () => state.model.parts[state.model.owner[state.at]]?.row;

function chooseProblem(problem) {
  select(Math.min(problem.offset, state.model.bytes.length - 1));
  $("hex").focus();
}

// ---------------------------------------------------------------- steps

function step(by) {
  const part = state.model.parts[(state.model.owner[state.at] ?? -1) + by];
  if (part) select(part.from);
  return Boolean(part);
}

function stop() {
  clearInterval(state.timer);
  state.timer = null;
  $("play").setAttribute("aria-pressed", "false");
}

function play() {
  if (state.timer !== null) return stop();
  if (state.model.owner[state.at] === state.model.parts.length - 1) select(0);
  $("play").setAttribute("aria-pressed", "true");
  state.timer = setInterval(() => { if (!step(1)) stop(); }, 900);
  return undefined;
}

// ---------------------------------------------------------------- the stream

function drawStream(reset) {
  const { bytes } = state.model;
  const size = Number($("cut").value);
  const segments = Math.max(1, Math.ceil(bytes.length / size));
  $("arrived").max = segments;
  if (reset) $("arrived").value = segments;
  const arrived = Math.min(Number($("arrived").value), segments);
  const upto = Math.min(arrived * size, bytes.length);
  $("cut-text").textContent = `${size} (${segments} ${segments === 1 ? "segment" : "segments"})`;
  $("arrived-text").textContent = `${arrived} of ${segments}`;
  $("reader").textContent = explainReader(bytes, upto);
  drawSegments(bytes, size, arrived, readerState(bytes, upto).from);
}

// ---------------------------------------------------------------- editing

function openEditor() {
  const row = rowAt();
  if (!row?.node || row.node.counted || row.kind === "raw") return;
  state.editing = row;
  $("editor").hidden = false;
  $("edit").value = inputFor(state.model, row.node).replace(/\s+/g, " ");
  $("edit-error").textContent = "";
  $("edit").focus();
  $("edit").select();
}

function closeEditor() {
  $("editor").hidden = true;
  state.editing = null;
}

function applyEdit(event) {
  event.preventDefault();
  const row = state.editing;
  if (!row) return;
  const { bytes, error } = itemFromInput($("edit").value);
  if (error) {
    $("edit-error").textContent = `${error.code}, character ${error.offset + 1}`;
    return;
  }
  const edited = replaceItem(state.model, row, bytes);
  load(edited.bytes, $("profile").value, edited.at);
  drawChanges(edited.changed);
  $("tree").focus();
}

// ---------------------------------------------------------------- input

const sentence = ({ code, offset, detail }) => `${code}, character ${offset + 1}${detail ? ` (${detail})` : ""}: ${HEX_ERRORS[code]}`;

function readInput() {
  const { bytes, error } = fromHex($("input").value);
  $("input-error").textContent = error ? sentence(error) : "";
  if (bytes) show(bytes, $("profile").value);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    $("done").textContent = `${what} copied.`;
  } catch {
    $("done").textContent = `${what} could not be copied here.`;
  }
}

function share() {
  const fragment = toFragment(state.model.bytes, $("profile").value);
  history.replaceState(null, "", fragment);
  copy(location.href, "Link");
}

function encodeTyped() {
  const { bytes, error } = encodeText($("text").value);
  $("text-error").textContent = error ? `${error.code}, character ${error.offset + 1}` : "";
  if (bytes) load(bytes, $("profile").value);
}

function openFragment() {
  const link = fromFragment(location.hash);
  if (!link) return false;
  const { bytes, error } = fromHex(link.hex);
  if (error) {
    $("input").value = link.hex;
    $("input-error").textContent = sentence(error);
    return true;
  }
  load(bytes, $("profile").querySelector(`[value="${CSS.escape(link.profile)}"]`) ? link.profile : "auto");
  return true;
}

// ---------------------------------------------------------------- keys

function hexKey(event) {
  const row = rowAt();
  const to = {
    ArrowLeft: state.at - 1, ArrowRight: state.at + 1, ArrowUp: state.at - 16, ArrowDown: state.at + 16,
    PageUp: state.at - 256, PageDown: state.at + 256, Home: row?.from, End: row && row.to - 1,
  }[event.key];
  if (event.key === "Enter") openEditor();
  else if (to !== undefined) select(to);
  else return;
  event.preventDefault();
}

function fold(row, closed) {
  if (closed) state.folded.add(row.index);
  else state.folded.delete(row.index);
  drawTree(state.model, state.folded);
  drawSelection(state.model, state.at);
}

function treeKey(event) {
  const row = rowAt();
  if (!row) return;
  const rows = visibleRows(state.model, state.folded);
  const at = rows.indexOf(row);
  const open = hasInside(state.model, row) && !state.folded.has(row.index);
  const go = (target) => target && select(target.from);
  switch (event.key) {
    case "ArrowDown": go(rows[at + 1]); break;
    case "ArrowUp": go(rows[at - 1]); break;
    case "Home": go(rows[0]); break;
    case "End": go(rows[rows.length - 1]); break;
    case "ArrowRight": if (open) go(rows[at + 1]); else if (hasInside(state.model, row)) fold(row, false); break;
    case "ArrowLeft": if (open) fold(row, true); else go(rows.slice(0, at).reverse().find((one) => one.level < row.level)); break;
    case "Enter": case "F2": openEditor(); break;
    default: return;
  }
  event.preventDefault();
}

function treeClick(event) {
  const target = event.target.closest("[data-row]");
  if (!target) return;
  const row = state.model.rows[Number(target.dataset.row)];
  if (event.target.classList.contains("fold") && hasInside(state.model, row)) return fold(row, !state.folded.has(row.index));
  select(row.from);
  $("tree").focus({ preventScroll: true });
  return undefined;
}

function fillLists() {
  const groups = [...new Set(EXAMPLES.map(([group]) => group))];
  $("example").append(...groups.map((group) => element("optgroup", { label: group },
    ...EXAMPLES.flatMap(([of, name], i) => (of === group ? [element("option", { value: String(i), textContent: name })] : [])))));
  const option = (value, textContent) => element("option", { value, textContent });
  const family = (label, rows) => element("optgroup", { label }, ...rows.map((row) => option(row.name, `${row.name}  ${row.era}`)));
  $("profile").append(option("auto", "found from the bytes"), option("rlp", "no frames: bare RLP"),
    family("flat protocol", PROFILES.filter((row) => row.family === "flat")), family("p2p and eth", PROFILES.filter((row) => row.family === "p2p")));
}

function listen() {
  const on = (id, type, handler) => $(id).addEventListener(type, handler);
  on("input", "input", readInput);
  on("profile", "change", readInput);
  on("example", "change", () => {
    const [, , hex, profile] = EXAMPLES[Number($("example").value)] ?? EXAMPLES[0];
    load(fromHex(hex).bytes, profile);
  });
  on("hex", "keydown", hexKey);
  on("hex", "click", (event) => event.target.dataset.i !== undefined && select(Number(event.target.dataset.i)));
  on("hex", "dblclick", openEditor);
  on("tree", "keydown", treeKey);
  on("tree", "click", treeClick);
  on("tree", "dblclick", openEditor);
  on("editor", "submit", applyEdit);
  on("edit-cancel", "click", closeEditor);
  on("edit", "keydown", (event) => event.key === "Escape" && (closeEditor(), $("tree").focus()));
  on("back", "click", () => { stop(); step(-1); });
  on("step", "click", () => { stop(); step(1); });
  on("play", "click", play);
  on("cut", "input", () => drawStream(false));
  on("arrived", "input", () => drawStream(false));
  on("page-back", "click", () => select((state.page - 1) * PAGE));
  on("page-on", "click", () => select((state.page + 1) * PAGE));
  on("share", "click", share);
  on("print", "click", () => window.print());
  on("copy-hex", "click", () => copy(hexOf(state.model.bytes), "Hex"));
  on("copy-text", "click", () => copy($("text").readOnly ? state.model.text : $("text").value, "Text"));
  on("encode", "click", encodeTyped);
  window.addEventListener("hashchange", openFragment);
}

fillLists();
listen();
if (!openFragment()) load(fromHex(EXAMPLES[0][2]).bytes, EXAMPLES[0][3]);
