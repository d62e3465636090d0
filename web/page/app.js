// The page: what each key, button and file does.

import { PROFILES, encodeText, fromHex, hexOf } from "./decoder.js";
import { EXAMPLES } from "./examples.js";
import { listenForDrops, openFile } from "./files.js";
import { fromFragment, inputFor, isEditable, itemFromInput, replaceItem, toFragment } from "./model.js";
import {
  MOST_TYPED, chooseMessage, closeEditor, drawForPaper, drawForScreen, drawKept, drawStream, finishReading, keep, openTalk, restore, rowAt, select, show, showBytes,
  showNothing, state, step, stop, swapKept,
} from "./stage.js";
import { $, PAGE, columns, drawChanges, drawHex, drawHover, drawSelection, drawTree, element, hasInside, lineOf, onWidth, placeOf, treeRows } from "./view.js";
import { TALK_PAGE, drawLessons } from "./view_panels.js";

const STEP_TIME = 900; // milliseconds between the steps of Play

function play() {
  if (state.timer !== null) return stop();
  if (state.model.owner[state.at] === state.model.parts.length - 1) select(0);
  $("play").setAttribute("aria-pressed", "true");
  state.timer = setInterval(() => { if (!step(1)) stop(); }, STEP_TIME);
  return undefined;
}

// ---------------------------------------------------------------- editing

function openEditor() {
  finishReading();
  const row = rowAt();
  if (!isEditable(row)) return;
  state.editing = row;
  $("editor").hidden = false;
  $("edit").value = inputFor(state.model, row.node).replace(/\s+/g, " ");
  $("edit-error").textContent = "";
  $("edit").focus({ preventScroll: true });
  $("edit").select();
}

function applyEdit(event) {
  event.preventDefault();
  const row = state.editing;
  if (!row) return;
  const { bytes, error } = itemFromInput($("edit").value);
  if (error) {
    $("edit-error").textContent = lineOf(error);
    return;
  }
  const edited = replaceItem(state.model, row, bytes);
  showBytes(edited.bytes, $("profile").value, { at: edited.at }, "edited bytes");
  drawChanges(edited.changed);
  $("tree").focus({ preventScroll: true });
}

function leaveEditor(event) {
  if (event.key !== "Escape") return;
  closeEditor();
  $("tree").focus({ preventScroll: true });
}

// ---------------------------------------------------------------- input

function readInput(typing) {
  const { bytes, error } = fromHex($("input").value);
  $("example").value = "";
  if (error) return showNothing(lineOf(error));
  showBytes(bytes, $("profile").value, { quiet: true, typing });
  $("input-error").textContent = "";
  return undefined;
}

/** What is too long for the field is not put into it, unless it cannot be read. */
function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (text.length <= MOST_TYPED) return;
  const { value, selectionStart, selectionEnd } = $("input");
  const { bytes } = fromHex(value.slice(0, selectionStart) + text + value.slice(selectionEnd));
  if (!bytes || bytes.length <= MOST_TYPED) return;
  event.preventDefault();
  $("example").value = "";
  showBytes(bytes, $("profile").value, {}, "what was pasted");
}

/** Another version: the same bytes, wherever they came from. */
function changeProfile() {
  const profile = $("profile").value;
  if ($("input-error").textContent === "") show({ ...state.doc, profile }, { at: state.at, quiet: true });
}

/** Shows what a file holds; false when it cannot be read. */
function take({ capture, bytes, error, text, name }) {
  $("example").value = "";
  if (capture) return openTalk(capture) ?? true;
  if (bytes) return showBytes(bytes, "auto", {}, name) ?? true;
  $("input").value = text && text.length < 20000 ? text : "";
  $("input").placeholder = "";
  showNothing(`${name}: ${lineOf(error)}`);
  return false;
}

/** Opens files; of two the first one is kept to compare the second one with. */
async function open(files) {
  const [first, second] = await Promise.all(files.slice(0, 2).map(openFile));
  if (!first) return;
  if (take(first) === false) return;
  $("done").textContent = `${first.name} opened.`;
  if (!second) return;
  keep();
  if (take(second) === false) return;
  $("done").textContent = `${first.name} and ${second.name} opened${files.length > 2 ? "; the others were left aside" : ""}.`;
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
  history.replaceState(null, "", toFragment(state.doc.bytes, $("profile").value));
  copy(location.href, "Link");
}

function encodeTyped() {
  const { bytes, error } = encodeText($("text").value);
  $("text-error").textContent = error ? lineOf(error) : "";
  if (bytes) showBytes(bytes, $("profile").value);
}

function openFragment() {
  const link = fromFragment(location.hash);
  if (!link) return false;
  const { bytes, error } = fromHex(link.hex);
  $("example").value = "";
  if (error) {
    $("input").value = link.hex;
    showNothing(lineOf(error));
    return true;
  }
  showBytes(bytes, $("profile").querySelector(`[value="${CSS.escape(link.profile)}"]`) ? link.profile : "auto");
  return true;
}

// ---------------------------------------------------------------- keys

function hexKey(event) {
  const row = rowAt();
  const width = columns();
  const to = {
    ArrowLeft: state.at - 1, ArrowRight: state.at + 1, ArrowUp: state.at - width, ArrowDown: state.at + width,
    PageUp: state.at - 256, PageDown: state.at + 256, Home: row?.from, End: row && row.to - 1,
  }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === "F2") openEditor();
  else if (to !== undefined) select(to);
  else return;
  event.preventDefault();
}

function fold(row, closed) {
  if (closed) state.folded.add(row.index);
  else state.folded.delete(row.index);
  drawTree(state.model, state.folded, row.index);
  drawSelection(state.model, state.at);
}

function treeKey(event) {
  const row = rowAt();
  if (!row) return;
  const rows = treeRows();
  const at = placeOf(row);
  const open = hasInside(state.model, row) && !state.folded.has(row.index);
  const go = (target) => target && select(target.from);
  switch (event.key) {
    case "ArrowDown": go(rows[at + 1]); break;
    case "ArrowUp": go(rows[at - 1]); break;
    case "Home": go(rows[0]); break;
    case "End": go(rows[rows.length - 1]); break;
    case "PageDown": go(rows.slice(at + 1).find(({ level }) => level === 0)); break;
    case "PageUp": go(rows.slice(0, at).findLast(({ level }) => level === 0)); break;
    case "ArrowRight": if (open) go(rows[at + 1]); else if (hasInside(state.model, row)) fold(row, false); break;
    case "ArrowLeft": if (open) fold(row, true); else go(rows.slice(0, at).findLast((one) => one.level < row.level)); break;
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
  if (event.target.classList.contains("edit")) openEditor();
  else $("tree").focus({ preventScroll: true });
  return undefined;
}

function talkKey(event) {
  const last = (state.doc.talk?.messages.length ?? 0) - 1;
  const to = { ArrowDown: state.chosen + 1, ArrowUp: state.chosen - 1, Home: 0, End: last, PageDown: state.chosen + 10, PageUp: state.chosen - 10 }[event.key];
  if (to === undefined) return;
  chooseMessage(to);
  event.preventDefault();
}

const inTextField = ({ target }) => target.matches("textarea, input:not([type=range], [type=checkbox]), select");

function pageKey(event) {
  if (inTextField(event)) return;
  const key = event.key.toLowerCase();
  if (event.key === "?" && !$("help").open) {
    $("help").showModal();
  } else if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
    restore(key === "y" || event.shiftKey ? state.history.redo() : state.history.undo());
  } else {
    return;
  }
  event.preventDefault();
}

function hover(event) {
  const byte = event.target.closest("[data-i]");
  if (byte) {
    const part = state.model.parts[state.model.owner[Number(byte.dataset.i)]];
    return drawHover(part?.row, part?.from, part?.to);
  }
  const row = event.target.closest("[data-row]");
  return drawHover(row ? state.model.rows[Number(row.dataset.row)] : null);
}

/** Somebody asked for a lesson: goes there. */
function showLesson() {
  const number = /\d+/.exec($("lesson").textContent)?.[0];
  for (const item of document.querySelectorAll("#lessons li")) item.classList.toggle("here", item.id === `lesson-${number - 1}`);
  $(`lesson-${number - 1}`)?.scrollIntoView({ block: "center" });
  $("lessons-title").focus({ preventScroll: true });
}

function fillLists() {
  const groups = [...new Set(EXAMPLES.map(([group]) => group))];
  $("example").append(...groups.map((group) => element("optgroup", { label: group },
    ...EXAMPLES.flatMap(([of, name], i) => (of === group ? [element("option", { value: String(i), textContent: name })] : [])))));
  const option = (value, textContent) => element("option", { value, textContent });
  const family = (label, rows) => element("optgroup", { label }, ...rows.map((row) => option(row.name, `${row.name}  ${row.era}`)));
  $("profile").append(option("auto", "found from the bytes"), option("rlp", "no frames: bare RLP"),
    family("flat protocol", PROFILES.filter((row) => row.family === "flat")), family("p2p and eth", PROFILES.filter((row) => row.family === "p2p")));
  drawLessons((hex, profile) => toFragment(fromHex(hex).bytes, profile));
}

function chooseExample() {
  const [, name, hex, profile] = EXAMPLES[Number($("example").value)] ?? EXAMPLES[0];
  showBytes(fromHex(hex).bytes, profile, {}, name);
}

const on = (id, type, handler) => $(id).addEventListener(type, handler);

function listenToViews() {
  on("hex", "keydown", hexKey);
  on("hex", "click", (event) => event.target.dataset.i !== undefined && select(Number(event.target.dataset.i)));
  on("hex", "dblclick", openEditor);
  on("tree", "keydown", treeKey);
  on("tree", "click", treeClick);
  on("tree", "dblclick", openEditor);
  for (const id of ["hex", "tree"]) {
    on(id, "mouseover", hover);
    on(id, "mouseleave", () => drawHover(null));
  }
  on("talk", "keydown", talkKey);
  on("talk", "click", (event) => {
    const row = event.target.closest("[data-message]");
    if (row) chooseMessage(Number(row.dataset.message));
  });
  on("connection", "change", () => openTalk(state.doc.talk.capture, Number($("connection").value)));
  on("talk-back", "click", () => chooseMessage(state.chosen - TALK_PAGE));
  on("talk-on", "click", () => chooseMessage(state.chosen + TALK_PAGE));
  on("page-back", "click", () => select((state.page - 1) * PAGE));
  on("page-on", "click", () => select((state.page + 1) * PAGE));
  for (const id of ["cut", "arrived", "recorded"]) on(id, "input", () => drawStream(false));
  on("compare-all", "change", drawKept);
  on("compare-swap", "click", swapKept);
  on("compare-end", "click", () => { state.kept = null; drawKept(); });
}

function listen() {
  on("input", "input", () => readInput(true));
  on("input", "paste", paste);
  on("profile", "change", changeProfile);
  on("example", "change", chooseExample);
  on("open", "click", () => $("file").click());
  on("file", "change", () => { open([...$("file").files]); $("file").value = ""; });
  listenForDrops(open);
  on("editor", "submit", applyEdit);
  on("edit-cancel", "click", closeEditor);
  on("edit", "keydown", leaveEditor);
  on("edit-open", "click", openEditor);
  on("back", "click", () => { stop(); step(-1); });
  on("step", "click", () => { stop(); step(1); });
  on("play", "click", play);
  on("lesson", "click", showLesson);
  on("undo", "click", () => restore(state.history.undo()));
  on("redo", "click", () => restore(state.history.redo()));
  on("keep", "click", () => { keep(); $("done").textContent = "Kept as A. What you load or edit now is compared with it, below."; });
  on("keys", "click", () => $("help").showModal());
  on("share", "click", share);
  on("print", "click", () => window.print());
  on("copy-hex", "click", () => copy(hexOf(state.doc.bytes), "Hex"));
  on("copy-text", "click", () => {
    finishReading();
    copy($("text").readOnly ? state.model.text : $("text").value, "Text");
  });
  on("encode", "click", encodeTyped);
  on("text", "input", () => { $("text-note").textContent = "Changed, and not encoded yet: hex and tree show the bytes as they were."; });
  document.addEventListener("keydown", pageKey);
  window.addEventListener("hashchange", openFragment);
  window.addEventListener("beforeprint", drawForPaper);
  window.addEventListener("afterprint", drawForScreen);
  onWidth(() => { drawHex(state.model, state.at); drawSelection(state.model, state.at); });
}

fillLists();
listenToViews();
listen();
if (!openFragment()) {
  $("example").value = "0";
  chooseExample();
}
