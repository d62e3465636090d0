// What is on the page: one state, and the ways in which it changes. Events are app.js; drawing is view.js.

import { hexOf, plural, readerState, splitFrames, toEnd } from "./decoder.js";
import { SIDES, decodeBoth, messagesOf } from "./capture.js";
import { align, comparable } from "./diff.js";
import { explainByte, explainReader } from "./explain.js";
import { History } from "./history.js";
import { LESSONS, lessonOf } from "./lessons.js";
import { analyse, analysing, isEditable, toFragment } from "./model.js";
import { $, PAGE, drawChanges, drawHex, drawProblems, drawSelection, drawTree, element, hasInside, treeHolds } from "./view.js";
import { drawChosen, drawCompare, drawSegments, drawTalk } from "./view_panels.js";

// doc: {bytes, profile, name, talk, from} is what is shown; talk: a connection of a capture; kept: A of a comparison.
export const state = {
  doc: { bytes: new Uint8Array(), profile: "auto", name: "", talk: null, from: null }, model: analyse(new Uint8Array()), at: 0, page: -1,
  folded: new Set(), timer: null, editing: null, kept: null, chosen: -1, history: new History(), reading: null, pieces: [],
};

const MOST_TEXT = 60000; // characters of the text form that a text field shows without becoming slow
export const MOST_TYPED = 60000; // bytes that the field for hex shows
const FIRST_VIEW = 16 << 10; // bytes of a large input that are read at once; the rest follows behind the first view
const SLICE = 12; // milliseconds of reading before the page may do something else
const FOLD_FROM = 800; // rows

// ---------------------------------------------------------------- a new document

/** Shows a document. `quiet`: the field for hex stays as it was typed; `typing`: an undo goes back behind all of it. */
export function show(doc, { at = 0, quiet = false, typing = false, remember = true } = {}) {
  stop();
  closeEditor();
  $("done").textContent = "";
  clearTimeout(state.reading?.timer);
  state.reading = null;
  const talked = doc.talk !== state.doc.talk;
  state.doc = doc;
  if (remember) state.history.push({ doc, bytes: doc.bytes, at }, typing);
  if (!quiet) fillInput(doc);
  $("profile").value = doc.profile;
  if (talked) drawTalk(doc.talk, -1);
  $("recorded-label").hidden = !doc.talk;
  $("recorded").checked = Boolean(doc.talk);
  const first = firstView(doc.bytes, at);
  read(analyse(...readingOf(first)));
  select(at);
  if (first.length < doc.bytes.length) readLater();
  else drawStream(true);
  drawKept();
  drawHistory();
  if (location.hash !== "" && location.hash !== toFragment(doc.bytes, doc.profile)) history.replaceState(null, "", "#");
}

function fillInput({ bytes, name }) {
  const long = bytes.length > MOST_TYPED;
  $("input").value = long ? "" : hexOf(bytes).replace(/(..)(?=.)/g, "$1 ");
  $("input").placeholder = long ? `${plural(bytes.length, "byte")} of ${name}, too many to show here. Type or paste to replace them.` : "";
  $("input-error").textContent = "";
}

/** The beginning of many bytes, up to the end of a frame; all of them when a byte behind it is to be selected. */
function firstView(bytes, at) {
  if (bytes.length <= 6 * FIRST_VIEW || at >= FIRST_VIEW) return bytes;
  const end = splitFrames(bytes.subarray(0, FIRST_VIEW)).at(-1).offset; // the last one may be cut
  return end > 0 ? bytes.subarray(0, end) : bytes;
}

/** How analyse() is to read `bytes` of the document. */
function readingOf(bytes) {
  const { doc } = state;
  return [bytes, doc.talk && doc.profile === "rlp" ? "auto" : doc.profile, doc.talk ? doc.talk.decoded[doc.from].speaks : null];
}

/** Reads the whole behind the first view, in slices between which the page answers. */
function readLater() {
  $("speaks").textContent = "reading the rest\u2026";
  for (const id of ["fine", "reader", "segments"]) $(id).textContent = "";
  const reading = { slices: analysing(...readingOf(state.doc.bytes)), timer: null };
  const go = () => {
    for (const end = performance.now() + SLICE; performance.now() < end; ) {
      const { done, value } = reading.slices.next();
      if (done) return haveRead(value);
    }
    reading.timer = setTimeout(go);
    return undefined;
  };
  reading.timer = setTimeout(go, 30);
  state.reading = reading;
}

function haveRead(model) {
  const { at, folded } = state;
  const known = state.model.rows.length;
  state.reading = null;
  read(model, (row) => (row.index < known ? folded.has(row.index) : true));
  select(at, false);
  drawStream(true);
  drawKept();
}

/** What needs all of the bytes does not wait for the last slice. */
export function finishReading() {
  if (!state.reading) return;
  clearTimeout(state.reading.timer);
  haveRead(toEnd(state.reading.slices));
}

/** Draws what is known of some bytes. `isFolded`: which rows of a long tree are closed. */
function read(model, isFolded = () => true) {
  state.model = model;
  state.folded = new Set();
  state.page = -1;
  const { wire, decoded, bytes, rows } = model;
  if (rows.length > FOLD_FROM || bytes.length < state.doc.bytes.length) {
    for (const row of rows) if (row.level > 0 && hasInside(model, row) && isFolded(row)) state.folded.add(row.index);
  }
  drawTree(model, state.folded);
  drawProblems(model, (problem) => {
    select(Math.min(problem.offset, state.model.bytes.length - 1));
    $("hex").focus({ preventScroll: true });
  });
  drawChanges([]);
  drawText();
  $("speaks").textContent = bytes.length === 0 ? "" : wire ? `read as protocol ${decoded.profile.name}${decoded.assumed ? " (no Hello says so)" : ""}` : "read as bare RLP";
}

function drawText() {
  const { model } = state;
  const long = model.bytes.length > MOST_TEXT / 2 || model.text.length > MOST_TEXT;
  $("text").value = long ? `# the text of ${plural(model.bytes.length, "byte")} is too long to show here; "Copy text" gives it\n` : model.text;
  $("text").readOnly = long;
  $("encode").disabled = long;
  $("text-error").textContent = "";
  $("text-note").textContent = "";
}

/** Nothing stays under input that cannot be read. */
export function showNothing(why) {
  show({ bytes: new Uint8Array(), profile: $("profile").value, name: "", talk: null, from: null }, { quiet: true, remember: false });
  $("input-error").textContent = why;
  $("explain").textContent = "These bytes cannot be read as they stand, so nothing is shown for them.";
}

export const showBytes = (bytes, profile, options = {}, name = "these bytes") => show({ bytes, profile, name, talk: null, from: null }, options);

// ---------------------------------------------------------------- selection

export const rowAt = () => state.model.parts[state.model.owner[state.at]]?.row;

/** Selects a byte; `seen`: hex and tree scroll to it. */
export function select(at, seen = true) {
  const { model } = state;
  state.at = Math.max(0, Math.min(at, model.bytes.length - 1));
  const page = Math.floor(state.at / PAGE);
  if (page !== state.page) drawHex(model, state.at);
  state.page = page;
  const part = model.parts[model.owner[state.at]];
  unfoldTo(part?.row);
  if (part && !treeHolds(part.row)) drawTree(model, state.folded, part.row.index);
  drawSelection(model, state.at, seen);
  $("explain").textContent = model.bytes.length > 0 ? explainByte(model, state.at) : "Paste some bytes, open a file, or choose an example.";
  $("explain").scrollTop = 0;
  $("steps").textContent = model.parts.length > 0 ? `step ${(model.owner[state.at] ?? 0) + 1} of ${model.parts.length}` : "";
  $("edit-open").disabled = !isEditable(part?.row);
  const lesson = part ? lessonOf(part) : null;
  $("lesson").hidden = lesson === null;
  $("lesson").textContent = lesson === null ? "" : `Lesson ${lesson + 1}: ${LESSONS[lesson][0]}`;
  chooseAt(state.at);
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
  if (changed) drawTree(state.model, state.folded, row.index);
}

export function step(by) {
  const part = state.model.parts[(state.model.owner[state.at] ?? -1) + by];
  if (part) select(part.from);
  return Boolean(part);
}

export function stop() {
  clearInterval(state.timer);
  state.timer = null;
  $("play").setAttribute("aria-pressed", "false");
}

export function closeEditor() {
  $("editor").hidden = true;
  state.editing = null;
}

// ---------------------------------------------------------------- the stream

/** Where the segments end: as in the capture, or every so many bytes. */
function cuts(size) {
  const { bytes, talk, from } = state.doc;
  if (talk && $("recorded").checked) return talk.connection[from].chunks.map(({ end }) => end);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => Math.min((i + 1) * size, bytes.length));
}

export function drawStream(reset) {
  const { bytes } = state.doc;
  const n = Math.max(bytes.length, 1);
  if (reset) {
    Object.assign($("cut"), { max: n, value: n });
    state.pieces = splitFrames(bytes);
  }
  const size = Number($("cut").value);
  const ends = cuts(size);
  const segments = Math.max(1, ends.length);
  $("arrived").max = segments;
  if (reset) $("arrived").value = segments;
  const arrived = Math.min(Number($("arrived").value), segments);
  const upto = ends[arrived - 1] ?? 0;
  $("cut").disabled = Boolean(state.doc.talk) && $("recorded").checked;
  $("cut-text").textContent = $("cut").disabled ? plural(segments, "segment") : `${size} (${plural(segments, "segment")})`;
  $("arrived-text").textContent = `${arrived} of ${segments}`;
  $("reader").textContent = explainReader(bytes, upto);
  drawSegments(bytes, ends, arrived, readerState(bytes, upto).from, state.pieces);
}

// ---------------------------------------------------------------- a conversation

/** Shows connection `index` of a capture, from its first message on. */
export function openTalk(capture, index = 0) {
  const talk = talkOf(capture, index);
  $("connection").replaceChildren(...capture.connections.map(({ number, name }, i) => element("option", { value: String(i), textContent: `${number}: ${name}` })));
  $("connection").value = String(index);
  if (!talk) return showNothing(`${capture.name} holds no bytes of a TCP connection that this page can read. ${capture.notes.join(" ")}`);
  return showTalk(talk, talk.messages[0]);
}

export function talkOf(capture, index) {
  const connection = capture.connections[index];
  if (!connection) return null;
  const decoded = decodeBoth(connection);
  return { capture, index, connection, decoded, messages: messagesOf(connection, decoded) };
}

function showTalk(talk, { from, entry }) {
  const { bytes } = talk.connection[from];
  show({ bytes, profile: "auto", name: `${talk.capture.name}, ${from}`, talk, from }, { at: entry.offset });
}

export function chooseMessage(index) {
  const { talk, from } = state.doc;
  const message = talk?.messages[Math.max(0, Math.min(index, talk.messages.length - 1))];
  if (!message) return;
  if (message.from === from && message.entry.offset < state.model.bytes.length) select(message.entry.offset);
  else showTalk(talk, message);
}

/** Marks the message that holds byte `at` of the stream that is shown. */
function chooseAt(at) {
  const { talk, from } = state.doc;
  if (!talk) return;
  const was = state.chosen;
  state.chosen = talk.messages.findIndex((one) => one.from === from && one.entry.offset <= at && at < one.entry.offset + one.entry.size);
  if (!$(`m${state.chosen}`)) drawTalk(talk, state.chosen);
  if (state.chosen !== was || !document.querySelector("#talk .selected")) drawChosen(state.chosen);
}

// ---------------------------------------------------------------- side by side

/** What is shown, for a comparison: {name, items}. */
function comparableNow() {
  const { talk, name } = state.doc;
  if (!talk) return { name, items: comparable(state.model) };
  const both = Object.fromEntries(SIDES.map((side) => [side, comparable({ bytes: talk.connection[side].bytes, decoded: talk.decoded[side], wire: true }, side)]));
  const all = new Map(SIDES.flatMap((side) => both[side].map((one) => [one.entry, one])));
  return { name: `${talk.capture.name}, connection ${talk.connection.number}`, items: talk.messages.map(({ entry }) => all.get(entry)) };
}

export function keep() {
  finishReading();
  state.kept = { ...comparableNow(), doc: state.doc };
  drawKept();
}

export function swapKept() {
  const { doc } = state.kept;
  keep();
  show(doc);
}

export function drawKept() {
  if (!state.kept) return drawCompare(null, null);
  if (state.reading) return undefined; // when all is read
  const now = comparableNow();
  return drawCompare([state.kept.name, now.name], align(state.kept.items, now.items), $("compare-all").checked, ({ from, entry }) => {
    const { talk } = state.doc;
    if (talk) chooseMessage(talk.messages.findIndex((one) => one.from === from && one.entry === entry));
    else select(entry.offset);
  });
}

// ---------------------------------------------------------------- undo and redo

function drawHistory() {
  $("undo").disabled = !state.history.canUndo;
  $("redo").disabled = !state.history.canRedo;
}

export function restore(held) {
  if (!held) return;
  show(held.doc, { at: held.at, remember: false });
  if (held.doc.talk) $("connection").value = String(held.doc.talk.index);
}

// ---------------------------------------------------------------- paper

const section = (name) => document.querySelector(`section.${name}`);

/** Everything, for a printer: all rows, all bytes, the whole text, and what is said of the selected byte below the bytes. */
export function drawForPaper() {
  finishReading();
  const { model, doc, at } = state;
  drawHex(model, at, true);
  drawTree(model, new Set(), 0, true);
  if (doc.talk) drawTalk(doc.talk, 0, true);
  drawMarks(false);
  for (const mark of ["wrong", "changed"]) document.querySelector(`.legend .${mark}`).parentNode.classList.toggle("unseen", !document.querySelector(`#hex .${mark}`));
  section("hex").after(section("explain"));
  $("text-print").textContent = model.text;
  $("what-print").textContent = `${doc.name}: ${plural(model.bytes.length, "byte")}, ${$("speaks").textContent}`;
}

export function drawForScreen() {
  const { model, doc, at } = state;
  section("hex").before(section("explain"));
  $("text-print").textContent = "";
  drawHex(model, at);
  drawTree(model, state.folded, rowAt()?.index);
  if (doc.talk) drawTalk(doc.talk, state.chosen);
  drawMarks(true);
}

function drawMarks(seen) {
  drawSelection(state.model, state.at, seen);
  if (state.doc.talk) drawChosen(state.chosen);
}
