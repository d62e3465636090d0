// A list that scrolls: of many rows only those near to what is seen are in the document, all of one height.

const SPARE = 10; // rows above and below what is seen, while it moves by little

export class RowList {
  /** `box` scrolls; up to `whole` rows are all drawn, as high as they like. `drawn` is called when other rows are in it. */
  constructor(box, whole, drawn) {
    Object.assign(this, { box, whole, drawn, count: 0, draw: null, many: false, begin: 0, rows: [], top: 0, seen: 0 });
    [this.above, this.below] = [document.createElement("div"), document.createElement("div")];
    box.addEventListener("scroll", () => {
      this.top = box.scrollTop;
      this.fill();
    });
    this.measure();
    new ResizeObserver(() => {
      this.measure();
      this.fill();
    }).observe(box);
  }

  /** What asking for in between would cost a layout each time. Rows are as high as the style sheet has them for "many". */
  measure() {
    this.seen = Math.min(this.box.clientHeight || innerHeight, innerHeight);
    this.height = 1.5 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  /** Rows 0 to count - 1, which draw(i) makes; `all`: for paper. `after`: what stands behind the last one. */
  show(count, draw, all = false, after = []) {
    this.many = !all && count > this.whole;
    Object.assign(this, { count, draw, begin: 0, rows: this.many ? [] : Array.from({ length: count }, (_, i) => draw(i)) });
    this.box.classList.toggle("many", this.many);
    this.box.replaceChildren(...(this.many ? [this.above, this.below] : this.rows), ...after);
    if (this.many) this.space();
    this.fill();
  }

  /** Stands for the rows that are not drawn. */
  space() {
    const { height } = this;
    this.above.style.height = `${this.begin * height}px`;
    this.below.style.height = `${(this.count - this.begin - this.rows.length) * height}px`;
  }

  /** Draws what is seen and is not there, and leaves out what is far. */
  fill() {
    if (!this.many) return;
    const { height, count } = this;
    const top = Math.min(Math.floor(this.top / height), count - 1);
    const bottom = Math.min(top + Math.ceil(this.seen / height) + 1, count);
    if (top >= this.begin && bottom <= this.begin + this.rows.length) return;
    const spare = top < this.begin + this.rows.length && bottom > this.begin ? SPARE : 1;
    const [begin, end] = [Math.max(0, top - spare), Math.min(bottom + spare, count)];
    const kept = this.rows.filter((row, i) => (this.begin + i >= begin && this.begin + i < end) || row.remove());
    const from = kept.length > 0 ? Math.max(begin, this.begin) : end;
    const fresh = (first, last) => Array.from({ length: Math.max(0, last - first) }, (_, i) => this.draw(first + i));
    const [before, behind] = [fresh(begin, from), fresh(from + kept.length, end)];
    this.above.after(...before);
    this.below.before(...behind);
    Object.assign(this, { begin, rows: [...before, ...kept, ...behind] });
    this.space();
    this.drawn();
  }

  /** Scrolls the list, and nothing around it, so that row i is seen. */
  reveal(i) {
    if (i < 0 || i >= this.count || (i === 0 && this.top === 0)) return;
    if (!this.many) {
      reveal(this.box, this.rows[i]);
      return;
    }
    const { top, seen, height } = this;
    if (i * height < top) this.top = Math.max(0, i * height - 4);
    else if ((i + 1) * height > top + seen - 8) this.top = (i + 1) * height - seen + 8;
    if (this.top !== top) this.box.scrollTop = this.top;
    this.fill();
  }
}

/** Scrolls a list, and nothing around it, so that one of its elements is seen. */
export function reveal(list, node) {
  const [outer, inner] = [list.getBoundingClientRect(), node.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top + 4;
  else if (inner.bottom > outer.top + list.clientHeight) list.scrollTop += inner.bottom - outer.top - list.clientHeight + 4;
}
