// The page without this is whole; this adds filters, and what stands behind a cell. All texts go in as text, never as
// markup: they come from the targets.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const matrix = $("matrix");
  const form = $("filters");
  const dialog = $("detail");
  const rows = [...matrix.querySelectorAll("tr[data-row]")];
  const PARTS = { t: "token", l: "length", p: "payload", o: "other" };

  const make = (name, text, attributes = {}) => {
    const out = document.createElement(name);
    if (text !== undefined && text !== "") out.append(text);
    for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
    return out;
  };
  const cellsOf = (row) => [...row.querySelectorAll("td.v button")];
  const shownCells = () => rows.filter((row) => !row.hidden).flatMap(cellsOf);

  // ---- cells become buttons; one of them is in the order of Tab, arrows go to the others
  for (const row of rows) {
    row.querySelectorAll("td.v").forEach((cell, target) => {
      if (!data.runs[row.dataset.row][target]) return;
      const button = make("button", undefined, { type: "button", tabindex: "-1", "aria-haspopup": "dialog" });
      button.append(...cell.childNodes);
      button.dataset.target = target;
      cell.append(button);
    });
  }
  const rove = (button) => {
    for (const old of matrix.querySelectorAll('button[tabindex="0"]')) old.tabIndex = -1;
    if (button) button.tabIndex = 0;
  };
  const placeOf = (button) => ({ row: button.closest("tr"), column: Number(button.dataset.target) });

  const neighbour = (button, key) => {
    const { row, column } = placeOf(button);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const cells = cellsOf(row);
      return cells[cells.indexOf(button) + (key === "ArrowRight" ? 1 : -1)];
    }
    const shown = rows.filter((one) => !one.hidden && cellsOf(one).length > 0);
    if (key === "Home" || key === "End") return cellsOf(shown[key === "Home" ? 0 : shown.length - 1])[0];
    const next = shown[shown.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
    if (!next) return undefined;
    return cellsOf(next).find((one) => Number(one.dataset.target) >= column) ?? cellsOf(next).at(-1);
  };

  // ---- filters
  const filter = () => {
    const values = new FormData(form);
    const verdicts = new Set(values.getAll("v"));
    const levels = new Set(values.getAll("l"));
    const words = String(values.get("q")).toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const one = data.cases[row.dataset.row];
      one.words ??= [one.title, one.level, one.sentence, one.requirement, one.stimulus, one.expected,
        ...data.runs[row.dataset.row].map((run) => (run ? `${run.seen} ${run.reason ?? ""}` : ""))].join(" ").toLowerCase();
      const right = [...row.querySelectorAll("td.v[data-v]")].some((cell) => verdicts.has(cell.dataset.v));
      row.hidden = !(right && levels.has(one.level) && words.every((word) => one.words.includes(word)));
      if (!row.hidden) shown += 1;
    }
    for (const body of matrix.tBodies) {
      body.hidden = ![...body.rows].some((row) => row.dataset.row !== undefined && !row.hidden);
    }
    $("shown").textContent = shown === rows.length ? `${shown} cases` : `${shown} of ${rows.length} cases`;
    rove(shownCells()[0]);
  };

  // ---- what stands behind a cell
  const bytesOf = ([, , , , hex, size, parts, fault]) => {
    const pre = make("pre", undefined, { tabindex: "0" });
    let at = 0;
    let column = 0;
    const begin = () => {
      pre.append(make("span", `${at > 0 ? "\n" : ""}${at.toString(16).padStart(4, "0")} `, { class: "at" }));
      column = 0;
    };
    const inFault = (i) => fault && i >= fault[0] && i < fault[0] + Math.max(fault[1], 1);
    for (const [, bar, letter, count] of parts.matchAll(/(\|?)([tlpo])(\d+)/g)) {
      if (bar || at === 0) begin();
      else pre.append(" ");
      for (let left = Number(count); left > 0; ) {
        if (column === 16) begin();
        const marked = inFault(at);
        let text = "";
        // Bytes of one part that are all marked, or all not, on one line.
        do {
          text += ` ${hex.slice(2 * at, 2 * at + 2)}`;
          at += 1;
          column += 1;
          left -= 1;
        } while (left > 0 && column < 16 && inFault(at) === marked);
        pre.append(" ", make(marked ? "mark" : "span", text.slice(1), { class: PARTS[letter] }));
      }
    }
    if (fault && fault[0] >= hex.length / 2) pre.append(" ", make("mark", "··"));
    const out = [pre];
    if (size > hex.length / 2) out.push(make("div", `${size - hex.length / 2} more bytes were not kept`, { class: "soft" }));
    if (fault) out.push(make("p", `at ${fault[0].toString(16).padStart(4, "0")}: ${fault[2]}`, { class: "fault" }));
    return out;
  };

  const sayings = (transcript) => {
    const list = make("ol", undefined, { class: "said" });
    const several = transcript.some((entry) => entry[1] > 1);
    for (const entry of transcript) {
      const [ms, line, what, note, hex, size] = entry;
      const item = make("li");
      item.append(make("span", `${ms.toFixed(1)} ms`, { class: "when" }), " ");
      if (several) item.append(make("span", `connection ${line}: `, { class: "soft" }));
      if (what !== "happened") item.append(make("b", what), ` ${size ?? 0} bytes  `);
      item.append(note);
      if (hex) item.append(...bytesOf(entry));
      list.append(item);
    }
    return list;
  };

  const show = (button) => {
    const { row, column } = placeOf(button);
    const one = data.cases[row.dataset.row];
    const run = data.runs[row.dataset.row][column];
    const target = data.targets[column];
    for (const old of matrix.querySelectorAll('[aria-expanded="true"]')) old.removeAttribute("aria-expanded");
    button.setAttribute("aria-expanded", "true");
    rove(button);
    $("d-title").replaceChildren(make("span", `${run.sign} ${run.verdict}`, { class: `chip ${run.mood}` }), ` ${one.title}`);
    const list = make("dl");
    const add = (label, value, kind = "span") => {
      if (!value) return;
      const what = make("dd");
      what.append(make(kind, value));
      list.append(make("dt", label), what);
    };
    add("target", [target.address, target.client, target.profile && `protocol ${target.profile}`].filter(Boolean).join(", "));
    add(one.level, `${one.sentence} ${one.requirement}${one.sources ? ` (${one.sources})` : ""}`);
    // Code stands between backticks.
    const sentence = list.lastChild.firstChild;
    sentence.replaceChildren(...sentence.textContent.split("`").map((text, i) => (i % 2 ? make("code", text) : text)));
    add("stimulus", one.stimulus, "code");
    add("expected", one.expected, "code");
    add("tolerated", one.tolerated, "code");
    add("seen", run.seen, "code");
    add("reason", run.reason);
    add("time", run.time);
    add("again", run.again, "code");
    const body = $("d-body");
    body.replaceChildren(list);
    if (run.transcript?.length) {
      body.append(make("h3", "What was said"), sayings(run.transcript));
      const legend = make("p", undefined, { class: "soft" });
      legend.append(make("span", "token", { class: "token" }), ", ", make("span", "length", { class: "length" }),
        ", payload; what is wrong is ", make("mark", "marked"));
      body.append(legend);
    } else if (!run.transcript) {
      body.append(make("p", "The bytes of this run are in the JSON report; here they would be too many.", { class: "soft" }));
    }
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    $("d-title").focus();
    try {
      history.replaceState(null, "", `#run-${column + 1}-${encodeURIComponent(one.id)}`);
    } catch {
      // A page of a sandbox has no history; nothing is lost.
    }
  };
  const current = () => matrix.querySelector('[aria-expanded="true"]');
  const step = (by) => {
    const all = shownCells();
    const next = all[all.indexOf(current()) + by];
    if (next) show(next);
  };

  matrix.addEventListener("click", (event) => {
    const button = event.target.closest("td.v button");
    if (button) show(button);
  });
  matrix.addEventListener("keydown", (event) => {
    const button = event.target.closest("td.v button");
    if (!button || !/^(Arrow|Home$|End$)/.test(event.key)) return;
    event.preventDefault();
    const next = neighbour(button, event.key);
    if (!next) return;
    rove(next);
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  dialog.addEventListener("close", () => {
    current()?.focus();
  });
  $("d-before").addEventListener("click", () => step(-1));
  $("d-next").addEventListener("click", () => step(1));
  $("d-close").addEventListener("click", () => dialog.close());
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  document.documentElement.classList.add("scripted");
  filter();

  const wanted = /^#run-(\d+)-(.*)$/.exec(location.hash);
  if (wanted) {
    const index = data.cases.findIndex((one) => encodeURIComponent(one.id) === wanted[2]);
    const button = index < 0 ? undefined : cellsOf(rows[index]).find((one) => Number(one.dataset.target) === wanted[1] - 1);
    if (button) show(button);
  }
})();
